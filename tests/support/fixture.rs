//! A small right book in a temporary folder, to be read, or broken in one place.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use press::book::{self, Press};
use press::check;
use press::mistake::Failure;
use press::project::Project;
use press::runs::Recorded;
use tempfile::TempDir;

pub struct Fixture {
    folder: TempDir,
}

const PAGE: &str = "\
# One

A handler waits {{given 3 s}}. {{claim chap1.adds-up}}
One thread takes {{measured chap1.ten.one.total}},
{{measured chap1.ten.one.total / chap1.ten.many.total}} times as long.

{{timeline chap1.ten}}

{{table chap1.ten total waits}}

```rust,no_run
{{#rustdoc_include ../../chapters/chap1.rs:loop}}
```

[the evidence](evidence.md#chap1)
";

const CHAPTER: &str = "\
// ANCHOR: loop
fn serve() {}
// ANCHOR_END: loop

fn main() {
    serve();
}
";

const CLAIMS: &str = "\
crate::claims!(\"chap1\": adds_up);

/// One thread takes all the waits together.
fn adds_up(runs: &Runs) {
    assert!(number(runs, \"chap1.ten.one.waits\") > 1.0);
}

/// A helper, and no claim.
fn helper() {}
";

impl Default for Fixture {
    fn default() -> Self {
        Fixture::new()
    }
}

impl Fixture {
    pub fn new() -> Self {
        let fixture = Fixture { folder: tempfile::tempdir().expect("a folder can be made") };
        let real = |path: &str| fs::read_to_string(crate::root().join(path)).expect("it is there");
        fixture.write("book.toml", &real("book.toml"));
        for folder in ["book/theme", "book/theme/fonts"] {
            fixture.copy_files(folder);
        }
        fixture.write(
            "book/en/SUMMARY.md",
            "# Summary\n\n[Preface](README.md)\n- [One](one.md)\n\n[Evidence](evidence.md)\n",
        );
        fixture.write("book/en/README.md", "# Preface\n\nMade on {{machine chap1}}\n");
        fixture.write("book/en/one.md", PAGE);
        fixture.write("book/en/evidence.md", "# Evidence\n\n{{evidence}}\n");
        fixture
            .write("book/runs/chap1.jsonl", &(record("ten", "one", 1) + &record("ten", "many", 2)));
        fixture.write("chapters/chap1.rs", CHAPTER);
        fixture.write("tests/claims/chap1.rs", CLAIMS);
        fixture
    }

    /// The project's own files in this folder, as they are.
    fn copy_files(&self, folder: &str) {
        fs::create_dir_all(self.root().join(folder)).expect("a folder can be made");
        for entry in fs::read_dir(crate::root().join(folder)).expect("it is there") {
            let file = entry.expect("an entry").path();
            if file.is_file() {
                let name = file.file_name().expect("a file has a name");
                fs::copy(&file, self.root().join(folder).join(name)).expect("it can be copied");
            }
        }
    }

    /// One with a paragraph more on its page.
    pub fn with(paragraph: &str) -> Self {
        let fixture = Fixture::new();
        fixture.append(paragraph);
        fixture
    }

    /// The line on which [`Fixture::append`] puts what it is given.
    pub const LINE: usize = 17;

    pub fn append(&self, paragraph: &str) {
        self.write("book/en/one.md", &format!("{PAGE}\n{paragraph}\n"));
    }

    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.root().join(path)).expect("the fixture has it");
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, &text.replacen(from, to, 1));
    }

    pub fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().expect("in the project")).expect("a folder can be made");
        fs::write(file, text).expect("a file can be written");
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.root().join(path)).expect("the fixture has it");
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn project(&self) -> Project {
        Project::at(self.root())
    }

    /// Each mistake that `check` reports, as it is printed.
    pub fn mistakes(&self) -> Vec<String> {
        match check::check(&self.project(), self.record()) {
            Ok(_) => Vec::new(),
            Err(Failure::Book(mistakes)) => {
                mistakes.all().iter().map(ToString::to_string).collect()
            }
            Err(other) => panic!("not a mistake of the book: {other}"),
        }
    }

    /// Each mistake for which a build is refused, before a page is rendered.
    pub fn refused(&self) -> Vec<String> {
        match self.build() {
            Ok(_) => Vec::new(),
            Err(Failure::Book(mistakes)) => {
                mistakes.all().iter().map(ToString::to_string).collect()
            }
            Err(other) => panic!("not a mistake of the book: {other}"),
        }
    }

    pub fn build(&self) -> Result<PathBuf, Failure> {
        book::build(&self.project(), Press::strict(self.record()), None)
    }

    fn record(&self) -> Arc<Recorded> {
        Arc::new(Recorded::of(&self.project()))
    }

    /// A page of the built book.
    pub fn html(&self, page: &str) -> String {
        let folder = self.build().unwrap_or_else(|failure| panic!("{failure}"));
        fs::read_to_string(folder.join(page)).expect("the page is built")
    }
}

/// A run of two requests of a second each, on as many lanes as there are workers.
pub fn record(experiment: &str, case: &str, workers: u64) -> String {
    record_of("chap1", experiment, case, workers)
}

pub fn record_of(chapter: &str, experiment: &str, case: &str, workers: u64) -> String {
    let second = if workers > 1 { 1_000_500 } else { 2_000_700 };
    [
        header(chapter, experiment, case, 2),
        "[0,0,200,250,1000400,1000450,1000000,\"1\",\"ok\"]".to_string(),
        format!("[1,10,210,260,{second},{},1000000,\"{workers}\",\"ok\"]", second + 50),
        r#"{"kind":"fact","name":"rss-peak","value":null,"unit":"bytes"}"#.into(),
        r#"{"kind":"fact","name":"last-words","value":"it's *over* {{now}}","unit":""}"#.into(),
        format!("{{\"kind\":\"end\",\"at\":{}}}\n", second + 90),
    ]
    .join("\n")
}

/// A run of one request, told of poll by poll: a lane for whoever accepts and one for each task.
/// A task waits for a second and then computes for a fifth of one.
pub fn traced(experiment: &str, tasks: u64) -> String {
    let mut lines = vec![
        header("chap2", experiment, "one", 1),
        "[0,0,200,250,1200100,1200150,1000000,\"1\",\"ok\"]".to_string(),
    ];
    let mut tell = |lane: &str, at: u64, what: &str| {
        lines.push(
            serde_json::json!({"kind": "event", "lane": lane, "at": at, "what": what}).to_string(),
        );
    };
    tell("<accept>", 10, "pending");
    for n in 1..=tasks {
        let (task, at) = (format!("task {n}"), n * 1000);
        for (late, what) in [
            (0, "spawned"),
            (2, "woken"),
            (22, "polled"),
            (41, "pending"),
            (1_000_000, "woken"),
            (1_000_030, "polled"),
            (1_200_030, "done"),
        ] {
            tell(&task, at + late, what);
        }
    }
    lines.push("{\"kind\":\"end\",\"at\":1300000}\n".to_string());
    lines.join("\n")
}

/// A run without a request of ours: what a server saw of some connections, on which it was asked so
/// often, one after another, for a tenth of a second each.
pub fn watched(experiment: &str, connections: u64, requests: u64) -> String {
    let mut lines = vec![header("chap2", experiment, "one", 0)];
    for n in 1..=connections {
        let mut tell = |at: u64, what: &str| {
            let lane = format!("connection {n}");
            let event = serde_json::json!({"kind": "event", "lane": lane, "at": at, "what": what});
            lines.push(event.to_string());
        };
        tell(n * 1000, "connected");
        for nth in 0..requests {
            let at = n * 2000 + nth * 150_000;
            tell(at, "asked");
            tell(at + 100_000, "answered");
        }
        if n > 1 {
            tell(n * 2000 + requests * 150_000, "closed");
        }
    }
    lines.push(format!("{{\"kind\":\"end\",\"at\":{}}}\n", 200_000 + requests * 150_000));
    lines.join("\n")
}

/// Two runs at a rate, of ten requests in the second of which every one took twice as long.
pub fn offered(rate: u32, latency: u64, last: Option<u64>) -> String {
    let (experiment, every) = (format!("offered-{rate}"), 1_000_000 / u64::from(rate));
    let run = |slow: u64| {
        let mut latencies = [Some(latency * slow); 10];
        latencies[9] = last.map(|last| last * slow);
        let load = format!("\"open-constant\",\"rate-per-second\":{rate}.0");
        due(&experiment, "one", every, &latencies).replace("\"closed\"", &load)
    };
    repeats(&[run(1), run(2)])
}

/// Runs of one case as its repeats.
pub fn repeats(runs: &[String]) -> String {
    let of = format!("\"repeats\":{}", runs.len());
    let repeat = |(nth, run): (usize, &String)| {
        let nth = format!("\"repeat\":{}", nth + 1);
        run.replace("\"repeats\":1", &of).replace("\"repeat\":1", &nth)
    };
    runs.iter().enumerate().map(repeat).collect()
}

/// A run of requests that became due one every so often, each with what it took; `None` for one
/// that was given up after a second.
pub fn due(experiment: &str, case: &str, every: u64, latencies: &[Option<u64>]) -> String {
    let mut text = header("chap2", experiment, case, latencies.len());
    let mut last = 0;
    for (n, latency) in latencies.iter().enumerate() {
        let due = n as u64 * every;
        let done = due + latency.unwrap_or(1_000_000);
        last = last.max(done);
        text += &match latency {
            Some(_) => format!("\n[{n},{due},null,{due},{done},{done},null,null,\"ok\"]"),
            None => format!("\n[{n},{due},null,{due},null,{done},null,null,\"timed-out\"]"),
        };
    }
    text + &format!("\n{{\"kind\":\"end\",\"at\":{last}}}\n")
}

pub fn header(chapter: &str, experiment: &str, case: &str, requests: usize) -> String {
    serde_json::json!({
        "kind": "run", "version": 1, "chapter": chapter, "experiment": experiment, "case": case,
        "repeat": 1, "repeats": 1, "delay-us": 1_000_000,
        "load": {
            "mode": "closed", "requests": requests, "concurrency": requests.max(2), "ramp-us": 0,
            "timeout-us": 60_000_000, "keep-alive": false
        },
        "machine": {
            "os": "linux", "arch": "x86_64", "kernel": "6.18.0", "cpu": "An Example CPU",
            "cores": 2, "memory-bytes": 8_000_000_000u64, "build": "release", "rustc": "rustc 1.95.0"
        },
        "date": "2026-11-22T10:00:00Z", "command": "cargo run --example chap1 -- --full",
        "columns": while_you_wait::record::COLUMNS
    })
    .to_string()
}
