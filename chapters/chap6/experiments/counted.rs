//! What is read off the counters of gateway and model: of those who leave, and of those who are let in.

use while_you_wait::{
    Arrivals, Ask, Asked, Counters, Experiment, HangUp, Load, Seen,
};

use super::{SECOND, others, streamed};

const MODEL: [&str; 7] = [
    "model-begun",
    "model-finished",
    "model-cancelled",
    "model-left-queue",
    "model-tokens",
    "model-queued",
    "model-busy",
];

/// What both sides count, after the load.
fn counted() -> Option<Counters> {
    let of = &["model", "limited", "no-limit", "streaming", "buffered"];
    Some(Counters { path: "/counters", every: SECOND, of })
}

const FACTS: &[&str] = &[
    MODEL[0],
    MODEL[1],
    MODEL[2],
    MODEL[3],
    MODEL[4],
    MODEL[5],
    MODEL[6],
    "open-now",
    "queued-now",
    "answered",
    "turned-away",
    "cancelled",
    "broken",
    "tokens",
];

/// More people than the model can talk to, each with so much patience and no more.
pub fn overload() -> Experiment {
    let ask = Ask { hang_up: HangUp::After(6 * SECOND), ..streamed() };
    Experiment {
        name: "overload",
        about: "people come twice as fast as the model can answer, and leave after a while",
        cases: vec!["no-limit", "limited"],
        asked: Asked::ByLoad(Load {
            ask,
            lanes: 500,
            arrivals: Arrivals::Poisson { per_second: 3.0, seed: 1 },
            ..Load::lasting(24 * SECOND)
        }),
        delay: SECOND,
        quick: Some(4),
        counters: counted(),
        facts: FACTS,
        may_fail: true,
        columns: &[
            "requests",
            "ok",
            "hung-up",
            "status-503",
            "status-503-p99",
            "first-event-p50",
            "p50",
            "model-tokens",
            "model-cancelled",
        ],
        notice: |seen: &Seen| {
            format!(
                "of {} people {} got their answer where everybody was let in, and {} where the door was shut in time; who was turned away knew it within {}.",
                seen.of("limited", "requests"),
                seen.of("no-limit", "ok"),
                seen.of("limited", "ok"),
                seen.of("limited", "status-503-p99"),
            )
        },
        ..Experiment::default()
    }
}

/// Eight people ask and leave: four of them talk to the model, four wait for it.
pub fn gone(hang_up: HangUp, ask: Ask) -> Experiment {
    let ask = Ask { hang_up, ..ask };
    Experiment {
        cases: vec!["no-limit", "limited", "fastapi"],
        needs: others::here,
        asked: Asked::ByLoad(Load { ask, lanes: 8, ..Load::requests(8) }),
        delay: 6 * SECOND,
        quick: Some(3),
        counters: counted(),
        facts: FACTS,
        columns: &[
            "hung-up",
            "model-begun",
            "model-cancelled",
            "model-left-queue",
            "model-finished",
            "model-busy",
        ],
        notice: |seen: &Seen| {
            format!(
                "the model had begun {} and went on with {} of them.",
                seen.of("limited", "model-begun"),
                seen.of("limited", "model-finished"),
            )
        },
        ..Experiment::default()
    }
}
