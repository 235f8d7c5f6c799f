//! The kit's rooms, and the press's: who may know whom. Data flows one way, and so do the imports against it; what
//! a file of the kit needs it names by its full path, so that this test can see it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms whose things it may use.
const ROOMS: [(&str, &[&str]); 7] = [
    ("record", &[]),
    ("runtime", &[]),
    ("load", &["record"]),
    ("server", &["record"]),
    ("views", &["record", "runtime"]),
    ("chapter", &["load", "record", "server", "views"]),
    ("program", &["chapter", "load", "record", "server", "views"]),
];

/// A file of the kit: its path as a module, such as `program::terminal::table`, and what its code,
/// without comments, names by `crate::` or `super::`, each as a module's path from the crate.
struct File {
    module: Vec<String>,
    is_door: bool,
    names: Vec<Vec<String>>,
}

fn files(folder: &str) -> Vec<File> {
    let src = tests::root().join(folder);
    let mut found = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the kit has its source") {
            let path = entry.expect("the kit has its source").path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    let apart: [PathBuf; 3] = ["lib.rs", "build.rs", "main.rs"].map(|file| src.join(file));
    found.iter().filter(|path| !apart.contains(path)).map(|path| file(&src, path)).collect()
}

fn file(src: &Path, path: &Path) -> File {
    let inside = path.strip_prefix(src).expect("found there").with_extension("");
    let mut module: Vec<String> =
        inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let is_door = module.last().is_some_and(|last| last == "mod");
    if is_door {
        module.pop();
    }
    let text = fs::read_to_string(path).expect("source is UTF-8");
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let names = named(&code, &module);
    File { module, is_door, names }
}

/// Every path that begins at the crate or above this module.
fn named(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut names = Vec::new();
    for start in ["crate::", "while_you_wait::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let inside_a_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            // The rest of `super::super::` was counted with its beginning.
            if inside_a_word || (start == "super::" && code[..at].ends_with("super::")) {
                continue;
            }
            names.extend(paths(&code[at + start.len()..]).into_iter().map(|path| match start {
                "super::" => above(module, path),
                _ => path,
            }));
        }
    }
    names
}

/// `a::b::{c, d::e}` as its paths; what stands after a path is not looked at.
fn paths(code: &str) -> Vec<Vec<String>> {
    let code = code.trim_start();
    if let Some(group) = code.strip_prefix('{') {
        let (mut depth, mut end) = (1, 0);
        for (at, c) in group.char_indices() {
            depth += match c {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if depth == 0 {
                end = at;
                break;
            }
        }
        let mut all = Vec::new();
        let (mut depth, mut from) = (0, 0);
        let group = format!("{},", &group[..end]);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    all.extend(paths(&group[from..at]));
                    from = at + 1;
                }
                _ => {}
            }
        }
        return all;
    }
    let word: String = code.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    match (word.is_empty(), code[word.len()..].strip_prefix("::")) {
        (true, _) => Vec::new(),
        (false, None) => vec![vec![word]],
        (false, Some(rest)) => match paths(rest) {
            // `*`, or the generics of a call
            none if none.is_empty() => vec![vec![word]],
            some => some.into_iter().map(|path| [vec![word.clone()], path].concat()).collect(),
        },
    }
}

/// A path from above a module, as one from the crate.
fn above(module: &[String], path: Vec<String>) -> Vec<String> {
    let more = path.iter().take_while(|word| *word == "super").count();
    let kept = module.len().saturating_sub(1 + more);
    [&module[..kept], &path[more..]].concat()
}

#[test]
fn a_room_uses_only_rooms_that_the_data_has_been_in() {
    let files = files("src");
    let rooms: BTreeSet<&str> = files.iter().map(|file| file.module[0].as_str()).collect();
    assert_eq!(rooms, ROOMS.iter().map(|(room, _)| *room).collect(), "a room of its own is new");
    for File { module, names, .. } in &files {
        let room = module[0].as_str();
        let (_, may) = ROOMS.iter().find(|(name, _)| *name == room).expect("asked just above");
        for name in names {
            let of = name[0].as_str();
            assert!(
                of == room || may.contains(&of),
                "{} names {}: {room} may use {may:?}, by their full paths",
                module.join("::"),
                name.join("::"),
            );
        }
    }
}

#[test]
fn no_files_of_a_room_use_each_other_in_a_circle() {
    for folder in ["src", "book/press"] {
        let files = files(folder);
        // A door (mod.rs) shows its room's files to others, so all of them would go through it.
        let files = files.iter().filter(|file| !file.is_door);
        no_circle_in(&files.map(|file| (file.module.as_slice(), file)).collect::<Vec<_>>());
    }
}

/// Here the doors count: a press's door does work of its own.
#[test]
fn no_rooms_of_the_press_use_each_other_in_a_circle() {
    let files = files("book/press");
    no_circle_in(&files.iter().map(|file| (&file.module[..1], file)).collect::<Vec<_>>());
}

/// Of modules with the files that belong to each.
fn no_circle_in(files: &[(&[String], &File)]) {
    let modules: BTreeSet<&[String]> = files.iter().map(|(module, _)| *module).collect();
    let mut uses: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    for (of, file) in files {
        let used = file.names.iter().filter_map(|name| {
            let known = (1..=name.len()).rev().map(|length| &name[..length]);
            known.into_iter().find_map(|path| modules.get(path).copied())
        });
        uses.entry(*of).or_default().extend(used.filter(|module| module != of));
    }
    // Whoever uses nobody that is left, or is used by nobody, is in no circle, and goes.
    loop {
        let before = uses.len();
        let left: BTreeSet<&[String]> = uses.keys().copied().collect();
        uses.retain(|_, used| used.iter().any(|module| left.contains(module)));
        let used: BTreeSet<&[String]> = uses.values().flatten().copied().collect();
        uses.retain(|module, _| used.contains(module));
        if uses.len() == before {
            break;
        }
    }
    let circle: Vec<String> = uses.keys().map(|module| module.join("::")).collect();
    assert!(circle.is_empty(), "in a circle: {}", circle.join(", "));
}

#[test]
fn the_test_itself_reads_paths_as_the_compiler_does() {
    let module = ["views".to_string(), "names".to_string()];
    let code = "use crate::load::{self, open::{a, b}};use super::{quantity::Quantity, ab};\
                fn f() { super::super::record::read::<1>(); my_crate::x }";
    let names: Vec<String> = named(code, &module).iter().map(|name| name.join("::")).collect();
    assert_eq!(
        names,
        [
            "load::self",
            "load::open::a",
            "load::open::b",
            "views::quantity::Quantity",
            "views::ab",
            "record::read"
        ]
    );
}
