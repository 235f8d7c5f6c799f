//! The experiments about the asking itself: what a load is like, and who sends it.

use std::time::Duration;

use while_you_wait::{Arrivals, Asked, Counters, Experiment, Generator, Load};

use super::{generators, python};

pub const SECOND: Duration = Duration::from_secs(1);

/// The tutorial's question once more, from three generators.
pub fn ten(name: &'static str, by: Option<Generator>) -> Experiment {
    Experiment {
        name,
        about: "ten requests, five at a time, as the server sees them",
        cases: vec!["watched"],
        asked: Asked::by(by, Load { lanes: 5, ..Load::requests(10) }),
        columns: &["total", "waits"],
        ..Experiment::default()
    }
}

/// The tutorial's own benchmark at the tutorial's own framework.
pub fn tutorial() -> Experiment {
    Experiment {
        name: "tutorial",
        about: "ab -n 10 -c 5 at FastAPI, def and async def",
        cases: vec!["fastapi-def", "fastapi-async"],
        needs: python::ready,
        columns: &["total", "throughput", "p50", "max"],
        ..ten("", Some(generators::AB))
    }
}

/// One client, over one connection.
fn one_client() -> Load {
    Load { lanes: 1, keep_alive: true, ..Load::lasting(15 * SECOND) }
}

/// A client who asks, waits for the answer, and asks again.
pub fn closed() -> Experiment {
    Experiment {
        name: "closed",
        about: "one client, who asks again when it was answered",
        cases: vec!["steady", "stalling"],
        asked: Asked::ByLoad(one_client()),
        delay: Duration::from_millis(20),
        quick: Some(5),
        columns: &["ok", "mean", "p50", "p90", "p99", "max"],
        ..Experiment::default()
    }
}

/// Fifty clients a second, who know nothing of each other.
pub fn open() -> Experiment {
    let arrivals = Arrivals::Constant { per_second: 50.0 };
    Experiment {
        name: "open",
        about: "a request every fiftieth of a second, come what may",
        asked: Asked::ByLoad(Load { lanes: 500, arrivals, ..one_client() }),
        ..closed()
    }
}

/// Requests at random moments.
fn at_random(per_second: f64, lasting: Duration) -> Load {
    Load {
        lanes: 5_000,
        arrivals: Arrivals::Poisson { per_second, seed: 1 },
        keep_alive: true,
        ..Load::lasting(lasting)
    }
}

/// Eight at a time, 20 ms each: as long as all goes well that is 400 a second.
pub fn offered(
    name: &'static str,
    per_second: f64,
    quick: Option<u32>,
) -> Experiment {
    Experiment {
        name,
        about: "requests at random moments, more and more of them",
        cases: vec!["eight"],
        asked: Asked::ByLoad(Load {
            warm_up: SECOND,
            ..at_random(per_second, 8 * SECOND)
        }),
        delay: Duration::from_millis(20),
        quick,
        histogram: true,
        columns: &["ok", "throughput", "mean", "p50", "p99", "max"],
        ..Experiment::default()
    }
}

/// The same at one rate, and the server counts who is inside.
pub fn little() -> Experiment {
    Experiment {
        name: "little",
        about: "how many are inside: asked of the server, and of its clients",
        asked: Asked::ByLoad(at_random(300.0, 20 * SECOND)),
        counters: Some(Counters { path: "/counters", every: SECOND / 2, of: &[] }),
        columns: &["throughput", "mean", "rate-times-mean", "mean-inside"],
        ..offered("", 300.0, Some(4))
    }
}

/// Thirty-two connections, each asks again at once.
fn thirty_two(lasting: Duration) -> Load {
    Load { lanes: 32, keep_alive: true, ..Load::lasting(lasting) }
}

/// Thirty-two connections, each asks again at once; a core for the server, another
/// for the generator.
pub fn race(
    name: &'static str,
    case: &'static str,
    by: Option<Generator>,
) -> Experiment {
    Experiment {
        name,
        about: match case {
            "hello" => {
                "a server that does next to nothing: the generator is the limit"
            }
            _ => "a server that computes for each request: the server is the limit",
        },
        cases: vec![case],
        asked: Asked::by(by, thirty_two(3 * SECOND)),
        apart: true,
        delay: match case {
            "hello" => Duration::ZERO,
            _ => Duration::from_micros(200),
        },
        repeats: 5,
        quick: Some(3),
        histogram: true,
        weighs: true,
        columns: &["ok", "failed", "throughput", "p50", "p99", "busy", "load-busy"],
        ..Experiment::default()
    }
}

/// Thirty-two clients at the eight connections, by ours or by another.
pub fn at_eight(name: &'static str, by: Option<Generator>) -> Experiment {
    Experiment {
        name,
        about: "thirty-two clients, each asks again at once, and eight are served",
        cases: vec!["eight"],
        asked: Asked::by(by, thirty_two(4 * SECOND)),
        delay: Duration::from_millis(20),
        quick: Some(2),
        histogram: true,
        columns: &["ok", "failed", "throughput", "p50", "p99", "rate-times-mean"],
        ..Experiment::default()
    }
}

/// The same run again and again: how far apart are the answers?
pub fn noise() -> Experiment {
    Experiment {
        name: "noise",
        about: "the same two seconds, again and again",
        asked: Asked::ByLoad(thirty_two(2 * SECOND)),
        apart: false,
        repeats: 10,
        quick: None,
        columns: &["throughput", "p50", "p99", "max"],
        ..race("", "hello", None)
    }
}

/// The first request of a server's life, and ninety-nine more.
pub fn first() -> Experiment {
    Experiment {
        name: "first",
        about: "a hundred requests of one client, the first of a server's life",
        cases: vec!["fastapi-async", "axum"],
        asked: Asked::ByLoad(Load {
            lanes: 1,
            keep_alive: true,
            ..Load::requests(100)
        }),
        delay: Duration::ZERO,
        quick: Some(1),
        needs: python::ready,
        columns: &["first", "p50", "p99", "max"],
        ..Experiment::default()
    }
}
