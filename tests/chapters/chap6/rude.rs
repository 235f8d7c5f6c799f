//! Chapter 6's table of rude questions: what our gateway answers, and what one does that
//! passes everything on.

use std::process::{Command, Stdio};

use chap6::rude::questions::{RIGHT, RUDE, ask};
use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};

/// What a case of the chapter answers, row by row.
fn answers(case: &str) -> Vec<(String, String)> {
    let mut program = Command::new(tests::example("chap6"));
    program.args(["serve", case, "--port", "0"]).stderr(Stdio::null());
    let (_server, addr) = tests::start(&mut program, case);
    let target = Target { addr: addr.parse().expect("an address"), path: String::new() };
    let answer = |fact: Fact| match fact.value {
        Value::Text(text) => (fact.name, text),
        other => panic!("{}: {other:?}", fact.name),
    };
    ask(&target).expect("it can be asked").into_iter().map(answer).collect()
}

fn owned((name, answer): (&str, &str)) -> (String, String) {
    (name.into(), answer.into())
}

#[test]
fn our_gateway_bears_twenty_rude_questions() {
    let right: Vec<_> = RUDE.into_iter().zip(RIGHT).map(owned).collect();
    assert_eq!(answers("rude"), right);
}

/// The questions can be failed: by a gateway that passes on whatever comes.
#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test chapters -- --ignored"]
fn a_gateway_that_passes_everything_on_fails_some_of_them() {
    let answers = answers("rude-fastapi");
    let of = |name: &str| answers.iter().find(|(of, _)| of == name).expect("asked").1.as_str();
    assert_eq!(of("hang-up-in-a-stream"), "the model stops");
    assert_eq!(of("hang-up-of-a-whole-answer"), "the model goes on");
    assert_eq!(of("hang-up-in-the-queue"), "there is no queue");
    assert_eq!(of("silent-at-first"), "silence");
    assert_eq!(of("proxy-is-told"), "nothing");
    assert_eq!(of("cut-in-the-middle"), "cut short, and not a word, one end");
    assert_eq!(of("garbled-in-the-middle"), "noise passed on, one end");
    assert!(of("lost-before-the-first-byte").starts_with("not tried again"), "{answers:?}");
    assert_eq!(of("past-the-limit"), "all taken");
    assert_eq!(of("model-is-busy"), "200");
}
