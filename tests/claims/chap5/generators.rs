//! Other people's generators, and several of ours.

use while_you_wait::views::names::Runs;

use super::of;
use crate::claims::{can_weigh, is_idle, number};

const GENERATORS: [&str; 4] = ["ours", "ab", "wrk", "oha"];

/// At a server that computes for each request, all four report the same median, within a tenth.
pub fn generators_agree_where_the_server_is_the_limit(runs: &Runs) {
    let p50 = GENERATORS.map(|by| of(runs, &format!("busy-by-{by}.busy.p50")));
    let least = p50.into_iter().fold(f64::INFINITY, f64::min);
    let most = p50.into_iter().fold(0.0, f64::max);
    let idle = is_idle(runs, "chap5.busy-by-ours.busy");
    assert!(most < if idle { 1.1 } else { 2.0 } * least, "{p50:?} µs");
}

/// At a server that does next to nothing ours and oha keep their own core busy and not the
/// server's; ab and wrk keep the server busy, and get more out of it. Their rates differ by more than
/// a quarter.
pub fn generators_differ_where_they_are_the_limit(runs: &Runs) {
    if can_weigh(runs) {
        let rates = GENERATORS.map(|by| of(runs, &format!("hello-by-{by}.hello.throughput")));
        let least = rates.into_iter().fold(f64::INFINITY, f64::min);
        let most = rates.into_iter().fold(0.0, f64::max);
        assert!(most > 1.25 * least, "{rates:?} a second");
        for by in GENERATORS {
            let busy = of(runs, &format!("hello-by-{by}.hello.load-busy"));
            assert!(busy > 0.9, "{by}: {busy} cores");
            let server = of(runs, &format!("hello-by-{by}.hello.busy"));
            match by {
                "ours" | "oha" => assert!(server < 0.85 && server < busy, "{by}: {server} cores"),
                _ => assert!(server > 0.85, "{by}: {server} cores"),
            }
        }
        let [ours, ab, wrk, oha] = rates;
        assert!(ab.min(wrk) > ours.max(oha), "{rates:?} a second");
    }
}

/// Of thirty-two connections wrk's rate times its mean latency makes fewer than twenty-six at the
/// server that does next to nothing, ours and oha's nearly all; where the server is the limit all
/// of them make thirty-two.
pub fn wrk_leaves_out_its_own_time(runs: &Runs) {
    let inside = |rest: &str| of(runs, &format!("{rest}.rate-times-mean"));
    if can_weigh(runs) {
        assert!(inside("hello-by-wrk.hello") < 26.0, "{}", inside("hello-by-wrk.hello"));
        for by in ["ours", "oha"] {
            assert!(inside(&format!("hello-by-{by}.hello")) > 30.0, "{by}");
        }
    }
    for by in ["ours", "oha", "wrk"] {
        let inside = inside(&format!("busy-by-{by}.busy"));
        let least = if is_idle(runs, "chap5.busy-by-ours.busy") { 31.0 } else { 16.0 };
        assert!((least..33.0).contains(&inside), "{by}: {inside}");
    }
}

/// Our generator sends at least as many requests from one core as oha.
pub fn ours_keeps_up_with_oha(runs: &Runs) {
    if can_weigh(runs) {
        let rate = |by: &str| of(runs, &format!("hello-by-{by}.hello.throughput"));
        assert!(rate("ours") >= rate("oha"), "{} and {}", rate("ours"), rate("oha"));
    }
}

/// Two generators saw quick pages, and a third slow reports: the mean of their p99s is far from the
/// p99 of all requests.
pub fn percentiles_cannot_be_averaged(runs: &Runs) {
    let p99 = |of: &str| number(runs, &format!("chap5.three-generators.shop.{of}-p99"));
    let (averaged, added) = (p99("averaged"), p99("added"));
    let most = if is_idle(runs, "chap5.three-generators.shop") { 0.5 } else { 0.9 };
    assert!(averaged < most * added, "{averaged} and {added} µs");
}

/// The p99 of the added histograms is that of all latencies, sorted, to three digits.
pub fn histograms_can_be_added(runs: &Runs) {
    let p99 = |of: &str| number(runs, &format!("chap5.three-generators.shop.{of}-p99"));
    let error = p99("added") / p99("sorted");
    assert!((0.999..1.001).contains(&error), "{error} times as long");
}

/// Where eight connections are the limit, Locust and ours count as many answers, and their medians
/// differ by less than its rounding.
pub fn locust_agrees_where_the_server_is_the_limit(runs: &Runs) {
    let of = |by: &str, metric: &str| number(runs, &format!("chap5.eight-by-{by}.eight.{metric}"));
    let most = if is_idle(runs, "chap5.eight-by-ours.eight") { 1.1 } else { 1.5 };
    for metric in ["throughput", "p50"] {
        let times = of("locust", metric) / of("ours", metric);
        assert!((1.0 / most..most).contains(&times), "{metric}: {times} times");
    }
}

/// Locust's users ask again when they were answered: thirty-two of them are thirty-two inside.
pub fn locust_asks_in_a_closed_loop(runs: &Runs) {
    let inside = number(runs, "chap5.eight-by-locust.eight.rate-times-mean");
    let least = if is_idle(runs, "chap5.eight-by-locust.eight") { 29.0 } else { 20.0 };
    assert!((least..33.0).contains(&inside), "{inside} inside");
}

/// Of a server that does next to nothing ours gets at least twice as many answers, from one core each.
pub fn locust_is_at_its_limit_long_before_ours(runs: &Runs) {
    if !can_weigh(runs) {
        return;
    }
    let of = |by: &str| number(runs, &format!("chap5.hello-by-{by}.hello.throughput"));
    assert!(of("ours") > 2.0 * of("locust"), "{} and {}", of("ours"), of("locust"));
}
