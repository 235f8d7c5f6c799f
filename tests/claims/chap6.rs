//! Claims of chapter 6: what a gateway before a model owes to those who wait, and to the model.

use std::sync::OnceLock;

use chap6::rude::questions::{RIGHT, RUDE};
use while_you_wait::views::metrics;
use while_you_wait::views::names::Runs;

use crate::claims::{can_weigh, each, is_idle, is_linux, number, with_full};

crate::claims!("chap6":
    the_first_word_comes_long_before_the_last,
    whole_at_the_end_is_nothing_until_the_end,
    the_whole_takes_as_long_either_way,
    three_hundred_are_open_at_one_moment,
    every_event_of_a_crowd_comes,
    a_crowd_needs_four_threads,
    a_closed_door_lets_more_be_answered,
    who_is_let_in_keeps_the_pace,
    who_is_refused_knows_it_at_once,
    much_of_what_an_open_door_has_said_is_for_nobody,
    who_leaves_before_a_word_stops_the_model,
    who_leaves_in_the_middle_stops_the_model,
    who_leaves_a_whole_answer_stops_the_model,
    the_queue_before_the_model_is_seen_and_its_own_is_not,
    every_rude_question_is_answered_right,
    a_gateway_adds_little,
);

crate::claims!("chap6" with tools:
    a_proxy_that_is_told_hands_on_each_word,
    a_proxy_by_itself_hands_on_lumps,
    a_real_model_steps_as_ours_does,
    who_finds_no_slot_waits_for_a_whole_answer,
    fastapi_stops_the_model_of_a_stream,
    fastapi_lets_the_model_finish_a_whole_answer_for_nobody,
    fastapi_keeps_a_crowds_pace_in_the_median,
    fastapi_computes_more_for_each_token,
);

/// Those of the experiments with other people's programs that are run to try a claim.
const WITH_TOOLS: [&str; 8] = [
    "proxy",
    "real-1",
    "real-8",
    "gone-before",
    "gone-talking",
    "gone-whole",
    "crowd-300",
    "adds-50", // nothing is claimed of FastAPI's there; but it is to run
];

fn live_with_tools() -> &'static Runs {
    static LIVE: OnceLock<Result<Runs, String>> = OnceLock::new();
    crate::claims::with_tools(&LIVE, "chap6", &WITH_TOOLS)
}

fn of(runs: &Runs, rest: &str) -> f64 {
    number(runs, &format!("chap6.{rest}"))
}

/// Handed on as it comes, an answer's first word comes in less than half of the time of its last.
fn the_first_word_comes_long_before_the_last(runs: &Runs) {
    let [first, last] = ["first-event-p50", "p50"]
        .map(|of_what| of(runs, &format!("first-token.streaming.{of_what}")));
    assert!(first < last / 2.0, "{first} of {last}");
}

/// Handed over whole, the first word comes with the last.
fn whole_at_the_end_is_nothing_until_the_end(runs: &Runs) {
    let first = of(runs, "first-token.buffered.first-event-p50");
    let last = of(runs, "first-token.buffered.p50");
    assert!(first > last * 0.9, "{first} of {last}");
    assert!(first > 1.5 * of(runs, "first-token.streaming.first-event-p50"));
}

/// The model is as fast, whoever stands before it: within a tenth on an idle machine.
fn the_whole_takes_as_long_either_way(runs: &Runs) {
    let [one, other] =
        ["buffered", "streaming"].map(|case| of(runs, &format!("first-token.{case}.total")));
    let slack = if is_idle(runs, "chap6.first-token.buffered") { 1.1 } else { 2.0 };
    assert!(one < other * slack && other < one * slack, "{one} and {other}");
}

/// Three hundred chats are under way at one moment, and all of them are answered.
fn three_hundred_are_open_at_one_moment(runs: &Runs) {
    let all = crate::claims::at_one_moment(runs, "chap6.crowd-300.crowd", 300.0);
    let most = of(runs, "crowd-300.crowd.peak-in-flight");
    assert!(most >= all, "{most}");
    assert_eq!(of(runs, "crowd-300.crowd.ok"), 300.0);
}

/// Forty tokens, the role before them, and the reason of the end.
fn every_event_of_a_crowd_comes(runs: &Runs) {
    for case in ["crowd", "crowd-plain"] {
        assert_eq!(of(runs, &format!("crowd-300.{case}.events")), 300.0 * 42.0, "{case}");
    }
}

/// One waits for all of them, two search, and one is the kit's.
fn a_crowd_needs_four_threads(runs: &Runs) {
    if is_linux("threads") {
        let threads = of(runs, "crowd-300.crowd.threads-peak");
        assert!(threads <= 4.0, "{threads}");
    }
}

/// The same people, the same model: more of them are answered where some are refused.
fn a_closed_door_lets_more_be_answered(runs: &Runs) {
    let [open, shut] = ["no-limit", "limited"].map(|case| of(runs, &format!("overload.{case}.ok")));
    assert!(shut > 1.5 * open, "{open} where all were let in, {shut} where some were not");
    // Nobody was lost on the way.
    for case in ["no-limit", "limited"] {
        let fates = ["ok", "hung-up", "status-503"]
            .map(|of_what| of(runs, &format!("overload.{case}.{of_what}")));
        let requests = of(runs, &format!("overload.{case}.requests"));
        assert_eq!(fates.iter().sum::<f64>(), requests, "{case}: {fates:?}");
    }
}

/// Behind the shut door the first word comes sooner, and few of those who are let in leave before
/// the end.
fn who_is_let_in_keeps_the_pace(runs: &Runs) {
    let [open, shut] =
        ["no-limit", "limited"].map(|case| of(runs, &format!("overload.{case}.first-event-p50")));
    assert!(shut < open, "the first word after {shut}, and after {open} where all are let in");
    let left = of(runs, "overload.limited.hung-up");
    assert!(left < of(runs, "overload.limited.ok") / 4.0, "{left} left all the same");
}

/// In a small part of the time that an answer takes.
fn who_is_refused_knows_it_at_once(runs: &Runs) {
    let refused = of(runs, "overload.limited.status-503-p99");
    let answered = of(runs, "overload.limited.p50");
    let part = if is_idle(runs, "chap6.overload.limited") { 50.0 } else { 4.0 };
    assert!(refused < answered / part, "{refused} of {answered}");
}

/// Tokens that were said to somebody who had left before the end.
fn much_of_what_an_open_door_has_said_is_for_nobody(runs: &Runs) {
    let wasted = |case: &str| {
        let said = of(runs, &format!("overload.{case}.model-tokens"));
        let heard = 40.0 * of(runs, &format!("overload.{case}.ok"));
        1.0 - heard / said
    };
    let (open, shut) = (wasted("no-limit"), wasted("limited"));
    assert!(open > 0.25, "{open}");
    assert!(shut < open / 2.0, "{shut} and {open}");
}

/// All eight are gone, the model says nothing to anybody, and finished nothing.
fn nobody_is_talked_to(runs: &Runs, experiment: &str) {
    for case in ["no-limit", "limited"] {
        let at = |what: &str| of(runs, &format!("{experiment}.{case}.{what}"));
        assert_eq!(at("hung-up"), 8.0, "{experiment} {case}");
        assert_eq!((at("model-finished"), at("model-busy"), at("model-queued")), (0.0, 0.0, 0.0));
        assert_eq!(at("model-cancelled"), at("model-begun"), "{experiment} {case}");
        assert!(at("model-begun") > 0.0, "{experiment} {case}");
    }
}

/// Eight leave before the first word: the model stops for each that it had begun.
fn who_leaves_before_a_word_stops_the_model(runs: &Runs) {
    nobody_is_talked_to(runs, "gone-before");
}

/// The same where the answer was to come in one piece.
fn who_leaves_a_whole_answer_stops_the_model(runs: &Runs) {
    nobody_is_talked_to(runs, "gone-whole");
}

/// Eight leave after some words: each had its turn, and the model finishes none of them.
fn who_leaves_in_the_middle_stops_the_model(runs: &Runs) {
    nobody_is_talked_to(runs, "gone-talking");
    assert_eq!(of(runs, "gone-talking.limited.model-begun"), 8.0, "each had its turn");
}

/// Four wait: before a gateway with a limit the model never hears of them. On a busy machine the
/// eight do not leave at one instant, and whoever leaves first makes room for one who waited: there
/// the four and four of the record are as many in all, and no more.
fn the_queue_before_the_model_is_seen_and_its_own_is_not(runs: &Runs) {
    for experiment in ["gone-before", "gone-whole"] {
        let at = |what: &str| of(runs, &format!("{experiment}.{what}"));
        // Nor, there, of more of them than find their turn and lose it again while the eight leave.
        let heard = at("limited.model-left-queue");
        let idle = is_idle(runs, &format!("chap6.{experiment}.limited"));
        assert!(heard <= if idle { 0.0 } else { 4.0 }, "{heard}");
        let (begun, left) = (at("no-limit.model-begun"), at("no-limit.model-left-queue"));
        assert!(begun + left <= 8.0, "{begun} and {left}");
        if is_idle(runs, &format!("chap6.{experiment}.no-limit")) {
            assert_eq!((begun, left), (4.0, 4.0));
            assert!(at("limited.model-begun") <= 4.0);
        }
    }
}

/// Our gateway answers each of the twenty as it should.
fn every_rude_question_is_answered_right(runs: &Runs) {
    let run = runs.median_run(&"chap6.rude.rude".parse().unwrap());
    let run = run.unwrap_or_else(|why| panic!("{why}"));
    for (question, right) in RUDE.iter().zip(RIGHT) {
        let answer = metrics::of(run, question).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(answer.to_string(), right, "{question}");
    }
}

/// Half of the answers come less than a millisecond later with it, of an optimised build.
fn a_gateway_adds_little(runs: &Runs) {
    // A run of some of an experiment's cases is not refused for who was not answered.
    for case in ["model", "plain", "streaming"] {
        assert_eq!(of(runs, &format!("adds-50.{case}.failed")), 0.0, "{case}");
    }
    let [without, with] = ["model", "plain"].map(|case| of(runs, &format!("adds-50.{case}.p50")));
    assert!(with > without, "{with} and {without}");
    if can_weigh(runs) && is_idle(runs, "chap6.adds-50.plain") {
        assert!(with - without < 1_000.0, "{with} and {without}");
    }
}

/// Its first words come when those of the gateway behind it do, and so do all others.
fn a_proxy_that_is_told_hands_on_each_word(runs: &Runs) {
    let slack = if is_idle(runs, "chap6.proxy.nginx-told") { 1.2 } else { 3.0 };
    for what in ["first-event-p50", "gap-p50"] {
        let [with, without] =
            ["nginx-told", "streaming"].map(|case| of(runs, &format!("proxy.{case}.{what}")));
        assert!(with < without * slack && without < with * slack, "{what}: {with} and {without}");
    }
}

/// Most words come with the one before, and some long after it.
fn a_proxy_by_itself_hands_on_lumps(runs: &Runs) {
    let at = |case: &str, what: &str| of(runs, &format!("proxy.{case}.{what}"));
    assert!(at("nginx-deaf", "gap-p50") < at("nginx-told", "gap-p50") / 10.0);
    assert!(at("nginx-deaf", "gap-max") > at("nginx-told", "gap-p50") * 10.0);
    let [deaf, told] = ["nginx-deaf", "nginx-told"].map(|case| at(case, "first-event-p50"));
    assert!(deaf > told, "the first word after {deaf}, and after {told} where it listens");
}

/// However many ask at one moment: the last of them sees a word after as long a time, within a quarter
/// on an idle machine.
fn a_real_model_steps_as_ours_does(runs: &Runs) {
    let asked = [1, 2, 4, 8, 16].map(|people| format!("real-{people}"));
    for experiment in asked.iter().filter(|name| with_full(runs, "chap6", name)) {
        let [real, ours] = ["real-model", "paced"]
            .map(|case| of(runs, &format!("{experiment}.{case}.first-event-max")));
        let idle = is_idle(runs, &format!("chap6.{experiment}.paced"));
        let slack = if idle { 1.25 } else { 4.0 };
        assert!(real < ours * slack && ours < real * slack, "{experiment}: {real} and {ours}");
    }
}

/// Of eight, four wait until one of the others has all of its answer.
fn who_finds_no_slot_waits_for_a_whole_answer(runs: &Runs) {
    for case in ["real-model", "paced"] {
        let [word, answer] =
            ["first-event-max", "min"].map(|what| of(runs, &format!("real-8.{case}.{what}")));
        assert!(word > answer, "{case}: a word after {word}, an answer after {answer}");
    }
}

/// As long as it streams, its clients' leaving stops the model.
fn fastapi_stops_the_model_of_a_stream(runs: &Runs) {
    for experiment in ["gone-before", "gone-talking"] {
        for what in ["model-finished", "model-busy", "model-queued"] {
            let left = each(runs, &format!("chap6.{experiment}.fastapi.{what}"));
            assert!(left.iter().all(|number| *number == 0.0), "{experiment}, {what}: {left:?}");
        }
    }
}

/// What was to come in one piece is made to its end, though all who asked have left.
fn fastapi_lets_the_model_finish_a_whole_answer_for_nobody(runs: &Runs) {
    let of_each = |what: &str| each(runs, &format!("chap6.gone-whole.fastapi.{what}"));
    assert!(of_each("hung-up").iter().all(|left| *left == 8.0));
    let (finished, begun) = (of_each("model-finished"), of_each("model-begun"));
    assert_eq!(finished, begun, "each that was begun is finished");
    assert!(finished.iter().all(|number| *number > 0.0));
}

/// Three hundred have all of their tokens, and half of these as soon as by ours.
fn fastapi_keeps_a_crowds_pace_in_the_median(runs: &Runs) {
    assert_eq!(of(runs, "crowd-300.crowd-fastapi.events"), 300.0 * 42.0);
    let [ours, theirs] =
        ["crowd-plain", "crowd-fastapi"].map(|case| of(runs, &format!("crowd-300.{case}.gap-p50")));
    let slack = if is_idle(runs, "chap6.crowd-300.crowd-fastapi") { 1.1 } else { 2.0 };
    assert!(theirs < ours * slack, "{theirs} and {ours}");
}

/// Even more than ours in a build that is not optimised.
fn fastapi_computes_more_for_each_token(runs: &Runs) {
    if is_linux("CPU time") {
        let [ours, theirs] = ["crowd-plain", "crowd-fastapi"]
            .map(|case| of(runs, &format!("crowd-300.{case}.cpu-per-event")));
        let times = if can_weigh(runs) { 7.0 } else { 1.5 };
        assert!(theirs > ours * times, "{theirs} and {ours}");
    }
}
