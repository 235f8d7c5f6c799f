//! A load in words: what a reader is told before it is sent.

use std::time::Duration;

use crate::load::{After, Answer, Arrivals, Ask, HangUp, Load};
use crate::views::quantity::{Quantity, plain};

/// `10 requests, 5 at a time`
pub fn load(load: &Load) -> String {
    let requests = match load.ends {
        After::Time(time) => format!("requests for {}", plain(time)),
        After::Requests(1) => "1 request".to_string(),
        After::Requests(n) => format!("{n} requests"),
    };
    let warm_up = match load.warm_up {
        Duration::ZERO => String::new(),
        warm_up => format!(", after a warm-up of {}", plain(warm_up)),
    };
    format!("{requests}{warm_up}{}{}", arrivals(load), manners(&load.ask))
}

/// What a client does that is no plain GET and waits for all of its answer.
fn manners(ask: &Ask) -> String {
    let streamed = if ask.answer == Answer::Whole { "" } else { ", answered by a stream" };
    let hang_up = match ask.hang_up {
        HangUp::Never => String::new(),
        HangUp::After(patience) => format!(", hung up after {}", plain(patience)),
        HangUp::AfterEvents(1) => ", hung up after 1 event".into(),
        HangUp::AfterEvents(n) => format!(", hung up after {n} events"),
    };
    let slowly = ask.bytes_per_second.map(|n| format!(", read at {n} bytes a second"));
    format!("{streamed}{hang_up}{}", slowly.unwrap_or_default())
}

fn arrivals(load: &Load) -> String {
    let lanes = load.lanes;
    let distances = match load.arrivals {
        Arrivals::Closed => return closed(load),
        Arrivals::Constant { .. } => "at equal distances",
        Arrivals::Poisson { .. } => "at random moments (Poisson)",
    };
    let rate = Quantity::PerSecond(load.arrivals.per_second().unwrap_or_default());
    format!(", {rate} a second {distances}, at most {lanes} at a time")
}

fn closed(load: &Load) -> String {
    let ramp = match load.ramp {
        Duration::ZERO => String::new(),
        ramp => format!(", opened over {}", plain(ramp)),
    };
    match load.ends {
        After::Requests(1) => ramp,
        _ => format!(", {} at a time{ramp}", load.lanes),
    }
}
