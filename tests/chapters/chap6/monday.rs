//! What the page has for Monday: a gateway in FastAPI with a door, asked the twenty rude questions.

use std::path::Path;
use std::process::{Command, Stdio};

use chap6::rude::questions::{RIGHT, RUDE};

use super::rude::found;

/// What the page says that it leaves out: a comment while the model is silent, and a second try.
const LEFT_OUT: [(&str, &str); 2] =
    [("silent-at-first", "silence"), ("lost-before-the-first-byte", "not tried again: 502")];

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py"]
fn eighteen_of_twenty_rude_questions_are_answered_right() {
    let mut model = Command::new(tests::example("chap6"));
    model.args(["serve", "rude-model", "--port", "0"]).stderr(Stdio::null());
    let (_model, model) = tests::start(&mut model, "rude-model");

    let python = tests::root().join("target/chap6-python/bin/python");
    assert!(Path::new(&python).exists(), "python3 chapters/chap6/python/ready.py makes it");
    let mut gateway = Command::new(python);
    gateway
        .arg(tests::root().join("chapters/chap6/python/serve_gateway.py"))
        .args(["--app", "monday", "--upstream", &format!("http://{model}"), "--port", "0"]);
    let (_gateway, addr) = tests::start(&mut gateway, "monday");

    let expected: Vec<_> = RUDE
        .into_iter()
        .zip(RIGHT)
        .map(|(name, right)| {
            let left_out = LEFT_OUT.into_iter().find(|(of, _)| *of == name);
            (name.to_string(), left_out.map_or(right, |(_, answer)| answer).to_string())
        })
        .collect();
    assert_eq!(found(addr.parse().expect("an address")), expected);
}
