//! A chapter that can be run from its page, in seconds less than a real one: a `cargo` and a program
//! that do as the files of a folder say.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::fixture::{Fixture, record};
use crate::{example, within_patience};

/// Waits while a file is there, or until it is; not for ever.
const WAIT: &str = "\
#!/bin/sh
wait_for() {
  tries=0
  while [ ! -e \"stage/$1\" ] && [ $tries -lt 6000 ]; do sleep 0.01; tries=$((tries + 1)); done
}
echo $$ > stage/$NAME.pid
";

/// Says what it compiles, then what is wrong with it, or where the program is.
const CARGO: &str = r#"
echo "$@" > stage/asked
echo '   Compiling chap1 v0.1.0' >&2
[ -e stage/broken ] && cat stage/broken >&2 && exit 101
wait_for compiled
echo '{"reason":"compiler-artifact","target":{"name":"serde","kind":["lib"]},"executable":null}'
echo "{\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"chap1\",\"kind\":[\"example\"]},\"executable\":\"$PWD/stage/chap1\"}"
"#;

/// A part of its record at once, and the rest when it may. A child of its own would go on.
const PROGRAM: &str = r#"
echo "$@" > stage/asked
sleep 600 <&- >&- 2>&- & server=$!
echo $server > stage/server.pid
cat stage/first
wait_for go
cat stage/rest
kill $server
[ -e stage/crash ] && cat stage/crash >&2 && exit 3
exit 0
"#;

/// A fixture with such programs.
pub struct Stage {
    pub fixture: Fixture,
}

impl Default for Stage {
    fn default() -> Self {
        Stage::new()
    }
}

impl Stage {
    /// Of the page's figure: two runs, of which the first request is told at once.
    pub fn new() -> Self {
        let stage = Stage { fixture: Fixture::new() };
        stage.program("bin/cargo", CARGO);
        stage.program("chap1", PROGRAM);
        let record = record("ten", "one", 1) + &record("ten", "many", 2);
        let at = record.match_indices('\n').nth(1).expect("a run has more lines than two").0 + 1;
        stage.put("first", &record[..at]);
        stage.put("rest", &record[at..]);
        stage.put("compiled", "");
        stage
    }

    fn program(&self, path: &str, text: &str) {
        let name = path.rsplit('/').next().expect("split gives one");
        self.put(path, &(WAIT.replace("$NAME", name) + text));
        let file = self.file(path);
        let made = Command::new("chmod").arg("+x").arg(file).status().expect("chmod is there");
        assert!(made.success());
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.fixture.root().join("stage").join(name)
    }

    pub fn put(&self, name: &str, text: &str) {
        self.fixture.write(&format!("stage/{name}"), text);
    }

    pub fn take(&self, name: &str) {
        fs::remove_file(self.file(name)).expect("it was put there");
    }

    /// What a program wrote, once it has.
    pub fn wrote(&self, name: &str) -> String {
        let written = || {
            let text = fs::read_to_string(self.file(name)).ok()?;
            text.strip_suffix('\n').map(String::from)
        };
        within_patience(written).unwrap_or_else(|| panic!("nobody wrote {name}"))
    }

    /// A press whose `cargo` is this one; it is to be told its port.
    pub fn press(&self) -> Command {
        let path = std::env::var("PATH").expect("there is a path");
        let mut press = Command::new(example("press"));
        press
            .env("PATH", format!("{}:{path}", self.file("bin").display()))
            .current_dir(self.fixture.root());
        press
    }
}
