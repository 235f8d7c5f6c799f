//! `Server-Timing` as the standard lets servers write it.

use hyper::HeaderMap;
use hyper::header::HeaderValue;
use proptest::prelude::*;
use while_you_wait::load::server_timing::{Timing, handler};

fn read(lines: &[&str]) -> Option<Timing> {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append("server-timing", HeaderValue::from_str(line).expect("a header's value"));
    }
    handler(&headers)
}

fn us(line: &str) -> Option<u64> {
    read(&[line]).map(|timing| timing.us)
}

#[test]
fn a_duration_is_read_however_the_standard_lets_it_be_written() {
    for line in [
        "handler;dur=1.5",
        "handler; dur=1.5",
        "handler ; dur = 1.5 ",
        "handler;DUR=1.5",
        "handler;dur=\"1.5\"",
        "handler;desc=\"a, b; dur=9\";dur=1.5",
        "handler;desc=\"a \\\" b\";dur=1.5",
        "handler;other;dur=1.5;dur=9",
        "cache;dur=9, handler;dur=1.5",
        "cache;desc=\"handler;dur=9\", handler;dur=1.5",
    ] {
        assert_eq!(us(line), Some(1_500), "{line}");
    }
    assert_eq!(read(&["cache;dur=9", "handler;dur=1.5"]).map(|timing| timing.us), Some(1_500));
}

#[test]
fn a_worker_is_what_stands_in_quotes() {
    let worker = |line| read(&[line]).and_then(|timing| timing.worker);
    assert_eq!(worker("handler;dur=1;desc=\"7\"").as_deref(), Some("7"));
    assert_eq!(worker("handler;dur=1;Desc=7").as_deref(), Some("7"));
    assert_eq!(worker("handler;dur=1;desc=\"a, \\\"b\\\"\"").as_deref(), Some("a, \"b\""));
    assert_eq!(worker("handler;dur=1"), None);
}

#[test]
fn what_is_no_duration_is_none() {
    for line in [
        "",
        "handler",
        "handler;dur",
        "handler;dur=",
        "handler;dur=x",
        "handler;dur=-1",
        "handler;dur=NaN",
        "handler;dur=inf",
        "handler;dur=1e300",
        "other;dur=1",
        "Handler2;dur=1",
    ] {
        assert_eq!(us(line), None, "{line}");
    }
}

proptest! {
    #[test]
    fn any_line_is_read_without_a_panic(line in "[a-z;=,\"\\\\ 0-9.e-]{0,60}") {
        let _ = us(&line);
        let _ = us(&format!("handler;dur={line}"));
    }
}
