//! The listings of chapter 2: each runs to its end and says what its page says.

fn lines(name: &str) -> Vec<String> {
    tests::said(name, &[]).lines().map(String::from).collect()
}

#[test]
fn an_async_function_does_nothing_until_it_is_awaited() {
    assert_eq!(lines("chap2-lazy"), ["called", "fetching", "fetched"]);
}

#[test]
fn a_forgotten_task_goes_on_and_a_forgotten_future_does_not() {
    assert_eq!(lines("chap2-outlives"), ["both are forgotten", "the task came to its end"]);
}

#[test]
fn a_timeout_drops_the_future_and_stops_no_thread() {
    assert_eq!(
        lines("chap2-timeout"),
        [
            "awaiting: the future is dropped",
            "awaiting: answered in time: false",
            "blocking: the future is dropped",
            "blocking: answered in time: false",
            "main has nothing more to do",
            "blocking: the work is done",
        ]
    );
}

#[test]
fn three_permits_are_three_at_a_time() {
    let said = lines("chap2-three-at-a-time");
    let waits = said[0].strip_prefix("at most 3 at a time, in ").expect("never more than three");
    let waits: f64 = waits.trim_end_matches(" waits").parse().expect("a number");
    // The formula: ten in threes. A busy machine may add, and can take nothing away.
    assert!(waits >= 4.0, "{waits}");
}

#[test]
fn a_deadline_answers_504_and_drops_the_work() {
    assert_eq!(
        lines("chap2-deadline"),
        ["the work is dropped", "the client is told 504 Gateway Timeout"]
    );
}

#[test]
fn a_thread_that_asks_can_be_stopped() {
    let mut said = lines("chap2-stop-the-thread");
    // Two threads speak, and either may be first.
    said.sort();
    assert_eq!(said, ["answered in time: false", "the thread stopped early: true"]);
}
