//! A record is replaced when the new one is whole, and not otherwise.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use press::mistake::Failure;
use press::record::{self, Order, Recorder};

use while_you_wait::record::read;

use tests::fixture::{Fixture, record as lines, record_of};

fn recorded(fixture: &Fixture) -> String {
    fs::read_to_string(fixture.project().record_of("chap1")).expect("there is a record")
}

fn record(
    fixture: &Fixture,
    order: &Order,
    program: &mut dyn FnMut(&Order, &Path) -> Result<(), String>,
) -> Result<(), Failure> {
    Recorder::alone(&fixture.project())?.record(order, program)
}

fn all() -> Order {
    Order { chapter: "chap1".into(), experiments: Vec::new() }
}

#[test]
fn one_experiment_takes_its_own_place_and_the_others_stay() {
    let fixture = Fixture::new();
    // Two cases of `ten` are there; another before and another behind.
    let others = [lines("before", "one", 1), recorded(&fixture), lines("behind", "one", 1)];
    fs::write(fixture.project().record_of("chap1"), others.concat()).unwrap();
    let order = Order { chapter: "chap1".into(), experiments: vec!["ten".into()] };
    record(&fixture, &order, &mut |asked, json| {
        assert_eq!(asked, &order);
        fs::write(json, lines("ten", "new", 3)).map_err(|why| why.to_string())
    })
    .expect("it is whole");
    let wanted = [lines("before", "one", 1), lines("ten", "new", 3), lines("behind", "one", 1)];
    assert_eq!(
        read(&recorded(&fixture)).unwrap(),
        read(&wanted.concat()).unwrap(),
        "the same runs in the same order"
    );
}

#[test]
fn a_whole_record_takes_the_place_of_the_old_one() {
    let fixture = Fixture::new();
    let new = lines("ten", "one", 1);
    record(&fixture, &all(), &mut |order, json| {
        assert_eq!(order, &all());
        fs::write(json, &new).map_err(|why| why.to_string())
    })
    .expect("it is whole");
    assert_eq!(read(&recorded(&fixture)).unwrap(), read(&new).unwrap());
    let left: Vec<_> = fs::read_dir(fixture.project().runs()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing else is left there");
}

#[test]
fn what_is_not_whole_leaves_the_old_one() {
    let whole = lines("ten", "one", 1);
    let cut = whole.split_once("{\"kind\":\"end").unwrap().0.to_string();
    let head = whole.lines().next().expect("it has a head");
    let absent = format!(
        "{head}\n{}\n{}\n",
        r#"{"kind":"fact","name":"absent","value":"wrk is not installed","unit":""}"#,
        r#"{"kind":"end","at":0}"#
    );
    let request = whole.lines().nth(1).expect("it has a request");
    let lost = whole.replacen(&format!("{request}\n"), "", 1);
    let backwards = whole.replacen("[0,0,", "[0,201,", 1);
    let twice = whole.replace("\"repeats\":1", "\"repeats\":2");
    for (written, why) in [
        (cut.as_str(), "cut short"),
        ("", "wrote no run"),
        (&record_of("chap2", "ten", "one", 1), "a run of chap2"),
        (&lost, "line 5: this run was to send 2 requests, and holds 1"),
        (&backwards, "line 2: its time runs backwards"),
        (&twice, "to be run 2 times"),
        (&absent, "chap1.ten.one could not be run here: wrk is not installed"),
    ] {
        let fixture = Fixture::new();
        let before = recorded(&fixture);
        let failure = record(&fixture, &all(), &mut |_, json| {
            fs::write(json, written).map_err(|why| why.to_string())
        })
        .expect_err("it is not whole");
        assert!(failure.to_string().contains(why), "{failure}");
        assert_eq!(failure.exit_status(), 1);
        assert_eq!(recorded(&fixture), before);
    }
}

#[test]
fn a_program_that_fails_or_is_interrupted_leaves_the_old_one() {
    let fixture = Fixture::new();
    let before = recorded(&fixture);
    let failure = record(&fixture, &all(), &mut |_, json| {
        // Whole, and yet its program says that something went wrong.
        fs::write(json, lines("ten", "one", 1)).expect("it can be written");
        Err("its program ended with 130".into())
    })
    .expect_err("it failed");
    assert_eq!(failure.to_string(), "chap1 is not recorded: its program ended with 130");
    assert_eq!(recorded(&fixture), before);
    // Nor is what it left behind taken for the next one's.
    let failure = record(&fixture, &all(), &mut |_, _| Ok(())).expect_err("no file");
    assert!(failure.to_string().contains("cannot read"), "{failure}");
    assert_eq!(recorded(&fixture), before);
}

#[test]
fn an_unknown_chapter_is_told_which_there_are() {
    let fixture = Fixture::new();
    let failure = record::run(&fixture.project(), &["chap7".into()]).expect_err("there is none");
    assert_eq!(failure.to_string(), "there is no chapter chap7; there are: chap1");
    assert_eq!(failure.exit_status(), 2);
    let failure = record::run(&fixture.project(), &["chap7.ten".into()]).expect_err("nor that");
    assert_eq!(failure.to_string(), "there is no chapter chap7; there are: chap1");
}

#[test]
fn a_second_recorder_says_so_and_ends() {
    let fixture = Fixture::new();
    let before = recorded(&fixture);
    let project = fixture.project();
    let first = Recorder::alone(&project).expect("nobody else records");
    let second = record(&fixture, &all(), &mut |_, _| panic!("it measures nothing"));
    let failure = second.expect_err("another records");
    assert!(failure.to_string().contains("another press is recording here"), "{failure}");
    assert_eq!(failure.exit_status(), 1);
    assert_eq!(recorded(&fixture), before);
    drop(first);
    let new = lines("ten", "one", 1);
    record(&fixture, &all(), &mut |_, json| fs::write(json, &new).map_err(|why| why.to_string()))
        .expect("nobody records any more");
}

#[test]
fn what_the_new_file_does_not_have_stays() {
    for (experiments, written, why) in [
        (&["ten", "behind"][..], lines("ten", "one", 1), "wrote no run of behind"),
        (&["behind"], lines("ten", "one", 1), "wrote no run of behind"),
        (
            &["ten"],
            lines("ten", "one", 1) + &lines("behind", "one", 1),
            "wrote a run of chap1.behind.one, which nobody asked for",
        ),
    ] {
        let fixture = Fixture::new();
        let both = recorded(&fixture) + &lines("behind", "one", 1);
        fs::write(fixture.project().record_of("chap1"), &both).unwrap();
        let experiments = experiments.iter().map(ToString::to_string).collect();
        let order = Order { chapter: "chap1".into(), experiments };
        let failure = record(&fixture, &order, &mut |_, json| {
            fs::write(json, &written).map_err(|why| why.to_string())
        })
        .expect_err("it is not what was asked for");
        assert!(failure.to_string().contains(why), "{failure}");
        assert_eq!(recorded(&fixture), both);
    }
}

#[test]
fn a_part_of_nothing_is_refused_before_anything_is_measured() {
    let fixture = Fixture::new();
    fixture.remove("book/runs/chap1.jsonl");
    let order = Order { chapter: "chap1".into(), experiments: vec!["ten".into()] };
    let failure = record(&fixture, &order, &mut |_, _| panic!("it measures nothing"));
    assert!(failure.expect_err("there is no record").to_string().contains("cannot read"));
}

/// The fixture has no Cargo.toml: whatever compiled would fail, and say so.
#[test]
fn an_experiment_that_does_not_exist_is_refused_without_compiling() {
    let fixture = Fixture::new();
    for (asked, hint) in [("chap1.tenn", " (did you mean ten?)"), ("chap1.waves", "")] {
        let failure = record::run(&fixture.project(), &[asked.into()]).expect_err("there is none");
        let name = asked.trim_start_matches("chap1.");
        let wanted = format!("chap1 has no experiment {name}{hint}; recorded are: ten");
        assert_eq!(failure.to_string(), wanted);
        assert_eq!(failure.exit_status(), 2);
    }
    // One that is new is known by its program, in whichever of its files.
    fixture.write("chapters/chap1/loads.rs", "const NAME: &str = \"waves\";");
    let failure = record::run(&fixture.project(), &["chap1.waves".into()]).expect_err("no cargo");
    assert!(failure.to_string().starts_with("chap1 is not recorded: "), "{failure}");
}

/// Every experiment of the book is known by its program's text.
#[test]
fn every_recorded_experiment_is_known() {
    let project = press::project::Project::at(tests::root());
    for chapter in project.chapters() {
        let runs = tests::recorded_runs(&chapter);
        let experiments: BTreeSet<_> = runs.into_iter().map(|(run, _)| run.experiment).collect();
        for experiment in experiments {
            assert!(record::is_named(&project, &chapter, &experiment), "{chapter}.{experiment}");
        }
    }
}

/// Also one whose name is put together, and one that is only in the record.
#[test]
fn an_experiment_is_known_by_the_pattern_of_its_name_and_by_its_record() {
    let fixture = Fixture::new();
    let program = r#"
        fn main() {
            for rate in [100, 200] {
                run(&format!("offered-{rate}"), &format!("{rate}-{}-a-second", 2));
                println!("{rate}");
                run("twice", "a {} sentence");
            }
        }
    "#;
    fixture.write("chapters/chap1.rs", program);
    let project = fixture.project();
    for known in ["offered-100", "offered-x-y", "100-2-a-second", "twice", "ten"] {
        assert_eq!(record::exists(&project, "chap1", known), Ok(()), "{known}");
    }
    for unknown in ["offered", "offered-", "offered-100.", "a-second", "twic", "rate", "main"] {
        let failure = record::exists(&project, "chap1", unknown).expect_err(unknown);
        assert!(failure.to_string().contains(&format!("no experiment {unknown}")), "{failure}");
    }
}

/// With a stand-in for cargo that starts the real chapter, as it was built for the tests.
#[cfg(target_os = "linux")]
#[test]
fn nothing_runs_on_after_a_recording_press_was_ended() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::{Command, Stdio};
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    /// Processes that have such a word in their environment.
    fn alive(mark: &str) -> usize {
        let processes = fs::read_dir("/proc").expect("Linux has it");
        let marked = |entry: std::io::Result<fs::DirEntry>| {
            let environ = fs::read(entry.ok()?.path().join("environ")).ok()?;
            environ.windows(mark.len()).any(|word| word == mark.as_bytes()).then_some(())
        };
        processes.filter_map(marked).count()
    }

    let within = |patience: u64, wanted: &dyn Fn() -> bool| {
        let until = Instant::now() + Duration::from_secs(patience);
        while Instant::now() < until && !wanted() {
            sleep(Duration::from_millis(20));
        }
        wanted()
    };
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGKILL] {
        let fixture = Fixture::new();
        let before = recorded(&fixture);
        let chapter = tests::example("chap1");
        // One experiment that takes a while, whatever it was asked for.
        let stand_in = format!(
            "#!/bin/sh\nexec {} --case rouille-1 --requests 1000 --delay 1s\n",
            chapter.display()
        );
        fixture.write("bin/cargo", &stand_in);
        let cargo = fixture.root().join("bin/cargo");
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("its own file");
        let mark = format!("MARK_OF_A_TEST={}", fixture.root().display());
        let path = std::env::var("PATH").expect("there is one");
        // Whoever starts the tests by `nohup` has them ignore what ends a terminal.
        let mut press = tests::Running(
            Command::new("env")
                .arg("--default-signal=HUP")
                .arg(tests::example("press"))
                .args(["record", "chap1"])
                .current_dir(fixture.root())
                .env("PATH", format!("{}:{path}", fixture.root().join("bin").display()))
                .env("MARK_OF_A_TEST", fixture.root())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the press starts"),
        );
        assert!(within(60, &|| alive(&mark) == 3), "the press, its chapter, a server");
        let pid = i32::try_from(press.0.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("it lives");
        press.wait("the press");
        assert!(within(60, &|| alive(&mark) == 0), "{signal}: {} run on", alive(&mark));
        assert_eq!(recorded(&fixture), before);
    }
}
