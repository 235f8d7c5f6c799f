//! Duration in place of a count, and warm-up, in both kinds of loop.

use std::thread;
use std::time::Duration;

use while_you_wait::load::{After, Sent};
use while_you_wait::record::Sample;
use while_you_wait::{Arrivals, Load, Probe};

use crate::load::scripted::{GOOD, Scripted};
use crate::load::sent as ask;

const WAIT: Duration = Duration::from_millis(20);
const WARM_UP: Duration = Duration::from_millis(150);
const LASTS: Duration = Duration::from_millis(250);

fn server() -> Scripted {
    Scripted::new(|_, mut client| {
        while client.request() {
            thread::sleep(WAIT);
            client.say(GOOD);
        }
    })
}

fn fact(sent: &Sent, name: &str) -> Option<f64> {
    tests::fact(&sent.facts, name)
}

fn open() -> Load {
    let arrivals = Arrivals::Constant { per_second: 100.0 };
    Load { lanes: 100, arrivals, keep_alive: true, ..Load::default() }
}

fn closed() -> Load {
    Load { lanes: 2, keep_alive: true, ..Load::default() }
}

/// Due from the end of the warm-up on, and before the end.
fn is_measured(sample: &Sample) -> bool {
    let (from, to) = (WARM_UP.as_micros() as u64, (WARM_UP + LASTS).as_micros() as u64);
    (from..to).contains(&sample.due)
}

#[test]
fn a_closed_loop_ends_with_its_time_and_awaits_what_is_under_way() {
    let server = server();
    let load = Load { ends: After::Time(LASTS), ..closed() };
    assert_eq!(load.samples(), None);
    let (samples, sent) = ask(server.addr, load);
    assert!(samples.len() > 2, "{}", samples.len());
    let end = LASTS.as_micros() as u64;
    assert!(samples.iter().all(|sample| sample.due < end && sample.done.is_some()));
    assert!(sent.took >= end - 20_000);
    assert_eq!(fact(&sent, "warm-up-requests"), None);
}

#[test]
fn an_open_loop_ends_with_its_time_and_knows_how_many_that_are() {
    let server = server();
    let (samples, _) = ask(server.addr, Load { ends: After::Time(LASTS), ..open() });
    assert_eq!(samples.len(), 25);
}

#[test]
fn what_is_due_in_the_warm_up_is_counted_and_no_sample() {
    let server = server();
    for loop_ in [open(), closed()] {
        let (samples, sent) =
            ask(server.addr, Load { warm_up: WARM_UP, ends: After::Time(LASTS), ..loop_ });
        assert!(!samples.is_empty() && samples.iter().all(is_measured));
        assert!(fact(&sent, "warm-up-requests") > Some(0.0));
        assert_eq!(fact(&sent, "warm-up-failed"), Some(0.0));
        assert!(fact(&sent, "warm-up-longest") > Some(0.0));
    }
}

#[test]
fn a_count_is_of_the_requests_after_the_warm_up() {
    let server = server();
    for loop_ in [open(), closed()] {
        let (samples, sent) =
            ask(server.addr, Load { warm_up: WARM_UP, ends: After::Requests(7), ..loop_ });
        assert_eq!(samples.len(), 7);
        assert!(samples.iter().all(|sample| sample.due >= WARM_UP.as_micros() as u64));
        assert!(fact(&sent, "warm-up-requests") > Some(0.0));
    }
    let (_, sent) = ask(server.addr, Load { warm_up: WARM_UP, ends: After::Requests(1), ..open() });
    assert_eq!(fact(&sent, "warm-up-requests"), Some(15.0));
}

#[test]
fn what_fails_in_the_warm_up_is_counted_too() {
    let server = Scripted::new(|_, mut client| {
        client.request();
    });
    let (_, sent) = ask(server.addr, Load { warm_up: WARM_UP, ends: After::Requests(1), ..open() });
    assert_eq!(fact(&sent, "warm-up-failed"), fact(&sent, "warm-up-requests"));
}

/// Nobody has waited longer than a client who is still waiting when the run ends.
#[test]
fn who_is_left_waiting_in_the_warm_up_has_waited_until_the_end() {
    let server = Scripted::new(|_, mut client| {
        client.request();
        client.never_answer();
    });
    let limit = WARM_UP + LASTS;
    for loop_ in [open(), closed()] {
        let (_, sent) = ask(server.addr, Load { warm_up: WARM_UP, limit, ..loop_ });
        assert!(fact(&sent, "warm-up-requests") > Some(0.0));
        assert!(fact(&sent, "warm-up-longest") >= Some(LASTS.as_micros() as f64));
    }
}

#[test]
fn probes_have_no_warm_up() {
    let server = server();
    let probe =
        Some(Probe { path: "/health", requests: 3, every: WARM_UP / 4, ..Probe::default() });
    let (samples, _) =
        ask(server.addr, Load { warm_up: WARM_UP, ends: After::Requests(2), probe, ..closed() });
    assert_eq!(samples.len(), 5);
}
