//! Blocks that the compiler must refuse, each with the error that its page names.
//!
//! skeptic does not know blocks that must fail, but what it calls to compile one can be asked.

use std::env;
use std::process::Command;

use press::block::Test;

use crate::complete::pages;

#[test]
fn every_block_that_must_not_compile_is_refused_for_the_reason_its_page_gives() {
    for page in pages() {
        for block in &page.blocks {
            if let Test::Refused(error) = &block.test {
                let at = format!("{}:{}", page.file.display(), block.line);
                let said = refuse(&block.body).unwrap_or_else(|| panic!("{at} compiles"));
                assert!(said.contains(error), "{at} is refused, but not with {error}:\n{said}");
            }
        }
    }
}

#[test]
fn a_refusal_is_told_from_a_success() {
    assert_eq!(refuse("fn main() { let one: u8 = 1; drop(one) }"), None);
    let said = refuse("fn main() { let one: u8 = \"one\"; }").expect("a text is no number");
    assert!(said.contains("error[E0308]"), "{said}");
    // A dependency resolves, so a refusal is about the block and not about its surroundings.
    let moved = "fn main() { let j = serde_json::json!(1); drop(j); drop(j) }";
    let said = refuse(moved).expect("moved twice");
    assert!(said.contains("error[E0382]"), "{said}");
}

/// What the compiler says; `None` where it has nothing to say. skeptic prints that to the standard
/// error of a test and panics, so it is asked in a process of its own.
fn refuse(body: &str) -> Option<String> {
    let source: String = body.lines().map(|line| uncovered(line).to_string() + "\n").collect();
    let mut itself = Command::new(env::current_exe().expect("a test knows its program"));
    itself.args(["--exact", "refused::compiles_what_it_is_given", "--ignored", "--nocapture"]);
    let output = tests::output(itself.env(GIVEN, source));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (!output.status.success()).then_some(said)
}

const GIVEN: &str = "WHILE_YOU_WAIT_BLOCK";

#[test]
#[ignore = "not a test: the tests above start it, with a block"]
fn compiles_what_it_is_given() {
    if let Ok(block) = env::var(GIVEN) {
        let (here, out) = (env!("CARGO_MANIFEST_DIR"), env!("OUT_DIR"));
        skeptic::rt::compile_test(here, out, env!("TARGET"), &block);
    }
}

/// A line that a page hides is part of the block.
fn uncovered(line: &str) -> &str {
    match line.trim_start() {
        "#" => "",
        hidden => hidden.strip_prefix("# ").unwrap_or(line),
    }
}
