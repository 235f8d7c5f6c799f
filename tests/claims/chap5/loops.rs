//! What a closed loop shows of a server, and what an open one; how many are inside.

use while_you_wait::views::names::Runs;

use super::{of, takes};
use crate::claims::{is_idle, number, wait};

/// How many requests were in the server, by its own word, whenever one more came.
fn inside(runs: &Runs, experiment: &str) -> Vec<usize> {
    let series = format!("chap5.{experiment}.watched").parse().unwrap();
    let run = runs.median_run(&series).unwrap_or_else(|why| panic!("{why}"));
    let mut inside = 0;
    let mut counted = Vec::new();
    for event in &run.events {
        match event.what.as_str() {
            "asked" => {
                inside += 1;
                counted.push(inside);
            }
            "answered" => inside -= 1,
            _ => {}
        }
    }
    counted
}

/// Our generator asks five at once, and five again: two waits.
pub fn ours_asks_five_at_once(runs: &Runs) {
    assert_eq!(inside(runs, "ten").into_iter().max(), Some(5));
    takes(runs, "ten.watched", 2.0);
}

/// ab sends one request and waits for its answer before it sends others: three waits, not two.
pub fn ab_asks_once_before_it_asks_five(runs: &Runs) {
    let inside = inside(runs, "ten-by-ab");
    assert_eq!(inside.len(), 10, "ten requests");
    // The second came when the first was gone; from then on there are five at once.
    assert_eq!(inside[..2], [1, 1], "{inside:?}");
    assert_eq!(inside.iter().max(), Some(&5));
    takes(runs, "ten-by-ab.watched", 3.0);
}

/// oha asks five at once from the beginning: two waits.
pub fn oha_asks_five_at_once(runs: &Runs) {
    assert_eq!(inside(runs, "ten-by-oha").into_iter().max(), Some(5));
    takes(runs, "ten-by-oha.watched", 2.0);
}

/// The tutorial's benchmark, as written: FastAPI's def and its async def both take three waits.
pub fn the_tutorials_two_finish_together(runs: &Runs) {
    takes(runs, "tutorial.fastapi-def", 3.0);
    takes(runs, "tutorial.fastapi-async", 3.0);
}

/// On a server that never stalls, closed loop and open loop measure the same p99, within a tenth.
pub fn both_loops_agree_where_nothing_stalls(runs: &Runs) {
    let ratio = of(runs, "open.steady.p99") / of(runs, "closed.steady.p99");
    if is_idle(runs, "chap5.open.steady") {
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
    } else {
        // On a busy machine everything stalls now and then; the median knows nothing of that.
        let ratio = of(runs, "open.steady.p50") / of(runs, "closed.steady.p50");
        assert!((0.5..2.0).contains(&ratio), "{ratio}");
    }
}

/// Of a server that stands still for a fifth of the time, a closed loop reports a p99 that is
/// hardly more than one wait, and far less than an open loop's.
pub fn a_closed_loop_overlooks_the_stalls(runs: &Runs) {
    let series = "chap5.closed.stalling";
    let idle = is_idle(runs, series);
    // On a busy machine everything stalls now and then, and one in a hundred sees it.
    let (percentile, most, apart) = if idle { ("p99", 1.5, 20.0) } else { ("p90", 25.0, 2.0) };
    let of = |series: &str| number(runs, &format!("{series}.{percentile}")) / wait(runs, series);
    let (closed, open) = (of(series), of("chap5.open.stalling"));
    assert!(closed < most && open > apart * closed, "{closed} and {open} waits");
}

/// Of the same server an open loop reports a p99 of more than thirty waits, and a p90 of more than
/// ten.
pub fn an_open_loop_sees_the_stalls(runs: &Runs) {
    let series = "chap5.open.stalling";
    let wait = wait(runs, series);
    let at = |metric: &str| number(runs, &format!("{series}.{metric}")) / wait;
    assert!(at("p99") > 30.0 && at("p90") > 10.0, "{} and {} waits", at("p99"), at("p90"));
}

/// The longest latency is as long in both loops: about one stall, of fifty waits.
pub fn both_loops_have_seen_the_longest_wait(runs: &Runs) {
    for series in ["chap5.closed.stalling", "chap5.open.stalling"] {
        let longest = number(runs, &format!("{series}.max")) / wait(runs, series);
        assert!(longest >= 49.0, "{series}: {longest} waits");
        // A busy machine may hold a server up for far longer than its own stall.
        assert!(longest < 55.0 || !is_idle(runs, series), "{series}: {longest} waits");
    }
    if is_idle(runs, "chap5.open.stalling") {
        let ratio = of(runs, "open.stalling.max") / of(runs, "closed.stalling.max");
        assert!((ratio - 1.0).abs() < 0.1, "{ratio}");
    }
}

/// With stalls the mean is more than twice the median and less than the p90: no typical request
/// took so long.
pub fn the_mean_is_nobodys_latency(runs: &Runs) {
    let at = |metric: &str| of(runs, &format!("open.stalling.{metric}"));
    // Where the machine is busy, even typical ones are held up.
    let idle = is_idle(runs, "chap5.open.stalling");
    let (times, above) = if idle { (2.0, "p90") } else { (0.7, "p99") };
    assert!(at("mean") > times * at("p50") && at("mean") < at(above));
}

/// At a quarter of what the server can do nearly everybody is answered after one wait.
pub fn below_the_knee_all_is_well(runs: &Runs) {
    let series = "chap5.offered-100.eight";
    let p50 = number(runs, &format!("{series}.p50")) / wait(runs, series);
    let answered = number(runs, &format!("{series}.throughput")) / offered(runs, series);
    if is_idle(runs, series) {
        let p99 = number(runs, &format!("{series}.p99")) / wait(runs, series);
        assert!(p99 < 1.5 && answered > 0.9, "{p99} waits, {answered} of what was offered");
    }
    assert!(p50 < 2.5, "{p50} waits");
}

/// When more is offered than the server can do, it answers what it can, and even the median
/// request waits more than twenty times as long as below the knee.
pub fn above_the_knee_the_queue_grows(runs: &Runs) {
    let series = "chap5.offered-550.eight";
    let answered = number(runs, &format!("{series}.throughput")) / offered(runs, series);
    assert!(answered < 0.85, "{answered} of what was offered");
    let times = of(runs, "offered-550.eight.p50") / of(runs, "offered-100.eight.p50");
    assert!(times > 20.0, "{times}");
    if is_idle(runs, series) {
        // Eight at a time, and hardly less than that; just beyond the knee the queue still drains.
        let can = 8e6 / wait(runs, series);
        let done = number(runs, &format!("{series}.throughput")) / can;
        assert!((0.85..1.0).contains(&done), "{done} of what eight connections can do");
        let beyond = "chap5.offered-360.eight";
        let drained = number(runs, &format!("{beyond}.throughput")) / offered(runs, beyond);
        assert!(drained > 0.95, "{drained} of three hundred and sixty");
    }
}

fn offered(runs: &Runs, series: &str) -> f64 {
    let run = runs.median_run(&series.parse().unwrap()).unwrap();
    run.header.load.rate_per_second.expect("an open loop")
}

/// The rate times the mean latency, as clients know them, is how many the server saw inside.
pub fn the_server_and_littles_law_agree(runs: &Runs) {
    let ratio = of(runs, "little.eight.rate-times-mean") / of(runs, "little.eight.mean-inside");
    // A client counts the way to the server as well: next to nothing on an idle machine, and on a busy
    // one several times a query that the tests make as short as they can.
    let agree = if is_idle(runs, "chap5.little.eight") { 0.9..1.1 } else { 0.5..10.0 };
    assert!(agree.contains(&ratio), "{ratio}");
}
