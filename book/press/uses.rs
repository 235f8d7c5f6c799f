//! Where the names lead that a Rust file takes from elsewhere: its `use` lines say of each what it is called
//! in full. Names of std and of crates lead to their documentation, names of the kit to its own files.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

const KIT: &str = "while_you_wait";

static USE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^ *(?:pub )?use ([^;]+);").expect("a fixed pattern"));
static WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bas \w+|\w+(::)?|[{},]").expect("a fixed pattern"));

/// A name at the end of a path, and the path: `["std", "sync", "Mutex"]`.
pub struct Name {
    pub at: Range<usize>,
    pub path: Vec<String>,
}

/// What stands in a file's `use` lines, in its order.
pub fn names(code: &str) -> Vec<Name> {
    let mut names = Vec::new();
    for line in USE.captures_iter(code) {
        let paths = line.get(1).expect("the paths");
        let mut path: Vec<&str> = Vec::new();
        // How much of the path each open brace holds for.
        let mut held: Vec<usize> = Vec::new();
        for word in WORD.captures_iter(paths.as_str()) {
            let whole = word.get(0).expect("the whole");
            match whole.as_str() {
                "{" => held.push(path.len()),
                "}" => drop(held.pop()),
                "," => {}
                renamed if renamed.starts_with("as ") => {}
                _ if word.get(1).is_some() => {
                    path.push(whole.as_str().trim_end_matches("::"));
                    continue;
                }
                name => {
                    let at = paths.start() + whole.start()..paths.start() + whole.end();
                    let end = (name != "self").then_some(name);
                    let path = path.iter().copied().chain(end).map(String::from).collect();
                    names.push(Name { at, path });
                }
            }
            if whole.as_str() != "{" {
                path.truncate(held.last().copied().unwrap_or(0));
            }
        }
    }
    names
}

/// The package that a file belongs to, by its Cargo.toml from the project's root.
pub fn manifest(root: &Path, file: &Path) -> Option<PathBuf> {
    let manifests = file.ancestors().skip(1).map(|folder| folder.join("Cargo.toml"));
    manifests.into_iter().find(|manifest| root.join(manifest).is_file())
}

/// The crates that a package builds on, as code names them. Any other name that a path begins with is the
/// file's own.
pub fn crates(manifest: &str) -> BTreeSet<String> {
    let mut listed = false;
    let mut crates = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            listed = line.ends_with("dependencies]");
        } else if listed && line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            crates.insert(name.replace('-', "_"));
        }
    }
    crates.remove(KIT);
    crates
}

/// The page that documents a name which comes from one of these crates, or from std. Their search knows, as a
/// path alone does not say, whether it is a type, a function or a module, and goes there at once.
pub fn documented(crates: &BTreeSet<String>, path: &[String]) -> Option<String> {
    let (first, whole) = (path.first()?, path.join("::"));
    let root = match first.as_str() {
        "std" => "https://doc.rust-lang.org/std/".to_string(),
        name if crates.contains(name) => format!("https://docs.rs/{name}/latest/{name}/"),
        _ => return None,
    };
    Some(format!("{root}?search={whole}&go_to_first=true"))
}

/// The kit's file that a name comes from, from the project's root: the one of the longest part of its path
/// that has one.
pub fn of_the_kit(root: &Path, path: &[String]) -> Option<PathBuf> {
    let (_, path) = path.split_first().filter(|(first, _)| **first == KIT)?;
    (1..=path.len()).rev().find_map(|long| {
        let module = Path::new("src").join(path[..long].join("/"));
        let files = [module.with_extension("rs"), module.join("mod.rs")];
        files.into_iter().find(|file| root.join(file).is_file())
    })
}
