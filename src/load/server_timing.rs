//! Reading the standard header `Server-Timing: handler;dur=300.1;desc="3"`.

use hyper::HeaderMap;

/// How long the server's handler ran, in microseconds, and which thread or task it was.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Timing {
    pub us: u64,
    pub worker: Option<String>,
}

/// The timing named `handler`, where the server sent one that can be read.
pub(super) fn handler(headers: &HeaderMap) -> Option<Timing> {
    let value = headers.get("server-timing")?.to_str().ok()?;
    value.split(',').find_map(|metric| {
        let mut parts = metric.split(';').map(str::trim);
        (parts.next()? == "handler").then_some(())?;
        let (mut us, mut worker) = (None, None);
        for part in parts {
            match part.split_once('=') {
                Some(("dur", ms)) => {
                    us = ms.parse::<f64>().ok().filter(|ms| ms.is_finite() && *ms >= 0.0);
                }
                Some(("desc", text)) => worker = Some(text.trim_matches('"').to_string()),
                _ => {}
            }
        }
        Some(Timing { us: (us? * 1000.0).round() as u64, worker })
    })
}
