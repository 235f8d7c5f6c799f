//! What Locust's master says when all is over.

use serde_json::Value;
use while_you_wait::record::Fact;

/// Its report: times in seconds since 1970, latencies in milliseconds, and of these
/// not each, but how many there were of each after rounding.
pub fn read_locust(said: &str) -> Result<Vec<Fact>, String> {
    let said: Value = serde_json::from_str(said)
        .map_err(|why| format!("locust said no JSON: {why}"))?;
    let at = |name: &str| {
        said[0][name].as_f64().ok_or_else(|| format!("locust did not say {name}"))
    };
    let mut counts: Vec<(f64, f64)> = said[0]["response_times"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(ms, n)| Some((ms.parse().ok()?, n.as_f64()?)))
        .collect();
    counts.sort_by(|one, other| one.0.total_cmp(&other.0));
    let all: f64 = counts.iter().map(|(_, n)| n).sum();
    let quantile = |share: f64| {
        let mut below = 0.0;
        let found = counts.iter().find(|(_, n)| {
            below += n;
            below >= share * all
        });
        found.map(|(ms, _)| ms * 1e3).ok_or("locust counted no latencies")
    };
    let (asked, failed) = (at("num_requests")?, at("num_failures")?);
    let total = at("last_request_timestamp")? - at("start_time")?;
    let us = |name: &str, us: f64| Fact::number(name, us, "us");
    Ok(vec![
        us("total", 1e6 * total),
        Fact::number("ok", asked - failed, "count"),
        Fact::number("failed", failed, "count"),
        Fact::number("throughput", asked / total, "per-second"),
        us("mean", 1e3 * at("total_response_time")? / asked),
        us("p50", quantile(0.5)?),
        us("p99", quantile(0.99)?),
        us("max", 1e3 * at("max_response_time")?),
    ])
}
