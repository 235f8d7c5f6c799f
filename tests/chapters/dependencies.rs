//! What a reader waits for before the first chapter runs.

use std::collections::BTreeSet;
use std::process::Command;

/// Crates that `cargo run --example chap1` may compile. Raise it knowingly: every reader waits.
const MOST_CRATES: usize = 165;

#[test]
fn a_chapter_compiles_neither_mdbook_nor_skeptic_and_not_too_much_else() {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--package", "while-you-wait", "--edges", "normal,build,dev"])
        .args(["--prefix", "none", "--format", "{p}", "--locked"])
        .current_dir(tests::root());
    let tree = tests::output(&mut tree);
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let crates: BTreeSet<&str> = tree
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    let heavy = |name: &&&str| ["mdbook", "skeptic"].iter().any(|part| name.contains(part));
    assert_eq!(crates.iter().find(heavy), None);
    println!("{} crates", crates.len());
    assert!(crates.len() <= MOST_CRATES, "{} crates: {crates:#?}", crates.len());
    assert!(crates.len() > 50, "the tree was not read: {tree}");
}
