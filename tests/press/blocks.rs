//! Fences: what skeptic would skip or misread in silence is a mistake, with its line.

use tests::fixture::Fixture;

fn of(fence: &str, line: usize) -> String {
    let found = Fixture::with(fence).refused();
    assert_eq!(found.len(), 1, "{fence}\n{found:#?}");
    let at = format!("book/en/one.md:{}: ", Fixture::LINE + line);
    assert!(found[0].starts_with(&at), "{} is not at {at}", found[0]);
    found[0].clone()
}

#[test]
fn fences_that_nobody_would_test() {
    assert!(of("```\nx\n```", 0).contains("names its language"));
    assert!(of("```rs\nfn main() {}\n```", 0).contains("says `rust`"));
    assert!(of("```rust,ignore\nfn main() {}\n```", 0).contains("needs its reason"));
    assert!(of("```rust,no_run\nfn main() {}\n```", 0).contains("may be `no_run`"));
    assert!(of("```rust,compile_fail\nfn main() {}\n```", 0).contains("skeptic reads"));
    assert!(of("```rust,should_panic\nfn main() {}\n```", 0).contains("skeptic reads"));
    assert!(of("```rust\nlet x = 1;\n```", 0).contains("has a `fn main`"));
    let cut = "```rust\n{{#rustdoc_include ../../chapters/chap1.rs:loop}}\n```";
    assert!(of(cut, 0).contains("says `rust,no_run`"));
    let code = "<!-- compile-fail: E77 -->\n```rust,ignore\nfn main() {}\n```";
    assert!(of(code, 1).contains("needs its reason"));
}

#[test]
fn fences_that_are_tested_or_say_why_not() {
    let fences = [
        "```rust\nfn main() {}\n```",
        "```rust\n# fn main() {\nlet x = 1;\n# drop(x); }\n```",
        "<!-- ignore: half of a program -->\n```rust,ignore\nlet x\n```",
        "<!-- compile-fail: E0277 -->\n```rust,ignore\nfn main() {}\n```",
        "<!-- compile-fail: it cannot be sent -->\n```rust,ignore\nfn main() {}\n```",
        "> <!-- ignore: in a quote -->\n> ```rust,ignore\n> let x\n> ```",
        "```python\nx = 1\n```",
        "```text\nx\n```",
    ];
    assert_eq!(Fixture::with(&fences.join("\n\n")).mistakes(), Vec::<String>::new());
}
