//! The official client, the gateway, and llama.cpp's own server, with weights drawn at random.

use serde_json::{Value, json};
use tests::{Running, comes_true};

use super::{asked, chap6, gateway_before, json as get, official, python};

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn one_command_is_a_gateway_and_a_real_model() {
    let (_gateway, addr) = chap6("real-gateway", &[]);
    // Of a small model nobody wants to hear the end.
    assert_eq!(official(&addr, "left")["words"], 3);
    assert_eq!(official(&addr, "models")["models"], json!(["smollm2"]));
}

fn llama(model: &str, context: &str) -> (Running, String) {
    let mut server = python("chapters/chap6/python/serve_model.py");
    server.args(["--model", model, "--port", "0", "--slots", "2", "--threads", "1"]);
    tests::start(server.args(["--context", context]), "llama.cpp")
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn a_real_server_is_streamed_and_whole_and_counts() {
    let (_model, model) = llama("random", "16384");
    let (_gateway, addr) = gateway_before(&model);
    for what in ["whole", "streamed", "counted"] {
        let said = official(&addr, what);
        assert!(said["text"].as_str().is_some_and(|text| !text.is_empty()), "{what}: {said}");
        assert!(["stop", "length"].iter().any(|end| said["finish"] == *end), "{what}: {said}");
        assert!(said["passages"].as_array().is_some_and(|all| !all.is_empty()), "{what}");
        assert_eq!(said["usage"].is_null(), what == "streamed", "{what}: {said}");
    }
    assert_eq!(official(&addr, "models")["models"], json!(["random"]));
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn a_real_server_gives_its_slot_to_the_next_when_a_client_leaves() {
    // Slow enough to be left: it would go on for thousands of tokens.
    let (_model, model) = llama("random", "16384");
    let (_gateway, addr) = gateway_before(&model);
    assert_eq!(official(&addr, "left")["words"], 3);
    let idle = || {
        let slots = get(&model, "/slots");
        let slots = slots.as_array().expect("two").clone();
        slots.len() == 2 && slots.iter().all(|slot| slot["is_processing"] == Value::Bool(false))
    };
    assert!(comes_true(idle), "{}", get(&model, "/slots"));
    assert_eq!(official(&addr, "whole")["error"], Value::Null);
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn what_a_real_server_refuses_is_passed_on() {
    let (_model, model) = llama("random", "256");
    let (_gateway, addr) = gateway_before(&model);
    let long = "word ".repeat(400);
    for what in ["whole", "streamed"] {
        let said = asked(&addr, what, &long);
        assert_eq!(said["error"], "BadRequestError", "{what}: {said}");
        assert!(said["message"].as_str().is_some_and(|why| why.contains("context")), "{said}");
    }
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn what_cannot_be_served_is_said_in_a_sentence() {
    let root = tests::root().join("LICENSE-MIT");
    let file = root.to_str().expect("a path");
    for (args, why) in [
        (vec!["--slots", "many"], "many is no whole number from 1 to 64"),
        (vec!["--port", "70000"], "70000 is no whole number from 0 to 65535"),
        (vec!["--model", "nowhere.gguf"], "neither smollm2 nor random, nor a file that is there"),
        (vec!["--model", file], "is no model in llama.cpp's form, GGUF"),
    ] {
        refuses(python("chapters/chap6/python/serve_model.py").args(&args), why);
    }
    for (args, why) in [
        (vec![], "the following arguments are required: --upstream"),
        (vec!["--upstream", "here"], "\"here\" is no address of a server"),
    ] {
        refuses(python("chapters/chap6/python/serve_gateway.py").args(&args), why);
    }
    // By a Python that has none of it: in an environment of its own, which is empty.
    let mut bare = tests::python("chap6", "python");
    bare.args(["-S", "-B"]);
    let script = tests::root().join("chapters/chap6/python/serve_model.py");
    refuses(bare.arg(script), "python3 chapters/chap6/python/ready.py installs what is needed");
}

fn refuses(command: &mut std::process::Command, why: &str) {
    let ran = tests::output(command);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{command:?}: {said}");
    assert!(said.starts_with("error: ") && said.contains(why), "{command:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{command:?}: {said}");
}
