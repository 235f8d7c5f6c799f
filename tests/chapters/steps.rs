//! Chapter 3's steps: each runs, ends by itself, and shows what its page says it shows.

use tests::said;

/// The number that ends the line which begins like this.
fn number(said: &str, line: &str) -> f64 {
    let line = said.lines().find(|l| l.trim_start().starts_with(line));
    let line = line.unwrap_or_else(|| panic!("no line {line:?} in {said}"));
    line.split_whitespace().last().unwrap().parse().unwrap()
}

#[test]
fn a_future_by_hand_and_an_async_fn_are_polled_alike() {
    let said = said("chap3-future-by-hand", &[]);
    let (_, rest) = said.split_once("as you write it:\n").expect(&said);
    let (written, rest) = rest.split_once("as it becomes:\n").expect(&said);
    let (by_hand, _) = rest.split_once("both say:").expect(&said);
    assert_eq!(written, by_hand);
    assert_eq!(written.matches("Pending").count(), 3);
    // What lives across an await lives in the future.
    assert!(number(&said, "with a buffer kept") >= 1024.0);
    assert!(number(&said, "with one that was only borrowed") >= 1024.0);
    assert!(number(&said, "with the buffer let go") < 1024.0);
    assert!(number(&said, "the page, as it becomes") > number(&said, "one query"));
}

#[test]
fn a_future_that_forgets_to_wake_hangs_with_its_answer_ready() {
    let said = said("chap3-block-on", &[]);
    assert!(said.contains("a query that wakes: tea, after 2 polls"), "{said}");
    assert!(said.contains("a query that forgets: hangs, after 1 poll\n"), "{said}");
    assert!(said.contains("the answer Some(\"tea\") lies in its slot"), "{said}");
    assert!(said.contains("one after the other: Ada: tea, after 3 polls"), "{said}");
}

#[test]
fn many_tasks_are_answered_in_the_order_of_their_wakes_and_a_dropped_one_never() {
    let said = said("chap3-many-tasks", &[]);
    let at = |what: &str| said.find(what).unwrap_or_else(|| panic!("no {what:?} in {said}"));
    assert!(at("guest 4 leaves") < at("guest 3 has 30"));
    assert!(at("guest 3 has 30") < at("guest 2 has 20"));
    assert!(at("guest 2 has 20") < at("guest 1 has 10"));
    assert!(!said.contains("guest 4 has"));
    assert!(said.contains("a fifth task joined them: 60"));
}

#[test]
fn a_thousand_sleeps_are_cheaper_than_one_busy_loop() {
    let said = said("chap3-time", &[]);
    if said.contains("not measured") {
        return eprintln!("not measured: {said}");
    }
    let share = |line: &str| number(&said.replace(" %", ""), line);
    assert!(share("a thousand sleeping tasks") * 3.0 < share("one loop that asks all the time"));
}

#[test]
fn edge_triggered_news_come_once() {
    let said = said("chap3-edge-triggered", &[]);
    let told: Vec<&str> = said.lines().filter_map(|line| line.split("told ").nth(1)).collect();
    assert_eq!(told, ["true", "false", "false", "true"], "{said}");
}

#[test]
fn readiness_serves_one_after_another_byte_by_byte_and_refuses_nonsense() {
    let said = said("chap3-readiness", &[]);
    assert_eq!(said.matches("200 OK").count(), 2, "{said}");
    assert_eq!(said.matches("404 Not Found").count(), 1, "{said}");
    assert_eq!(said.matches("400 Bad Request").count(), 1, "{said}");
}
