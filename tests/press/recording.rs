//! A record is replaced when the new one is whole, and not otherwise.

use std::fs;

use press::record::{self, Order, record};

use while_you_wait::record::read;

use crate::fixture::{Fixture, record as lines, record_of};

fn recorded(fixture: &Fixture) -> String {
    fs::read_to_string(fixture.project().record_of("chap1")).expect("there is a record")
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
    record(&fixture.project(), &order, &mut |asked, json| {
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
    record(&fixture.project(), &all(), &mut |order, json| {
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
        let failure = record(&fixture.project(), &all(), &mut |_, json| {
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
    let failure = record(&fixture.project(), &all(), &mut |_, json| {
        // Whole, and yet its program says that something went wrong.
        fs::write(json, lines("ten", "one", 1)).expect("it can be written");
        Err("its program ended with 130".into())
    })
    .expect_err("it failed");
    assert_eq!(failure.to_string(), "chap1 is not recorded: its program ended with 130");
    assert_eq!(recorded(&fixture), before);
    // Nor is what it left behind taken for the next one's.
    let failure = record(&fixture.project(), &all(), &mut |_, _| Ok(())).expect_err("no file");
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
