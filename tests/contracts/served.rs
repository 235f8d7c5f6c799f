//! Connections as a server saw them, by hand and by property.

use proptest::prelude::*;
use while_you_wait::views::served::{ConnectionLane, ConnectionState, lanes, peak};

use crate::contracts::{golden, told as run};

const WORDS: [&str; 4] = ["connected", "asked", "answered", "closed"];

fn spans(lane: &ConnectionLane) -> Vec<(u64, u64, ConnectionState)> {
    lane.spans.iter().map(|span| (span.from, span.to, span.doing)).collect()
}

#[test]
fn three_connections_by_hand() {
    let run = run(&[
        // Told by another thread, and a line too late.
        ("kept", 20, "asked"),
        ("kept", 10, "connected"),
        ("kept", 120, "answered"),
        ("once", 15, "connected"),
        ("once", 15, "asked"),
        // No time at all by this clock, and a request all the same.
        ("once", 15, "answered"),
        ("once", 15, "closed"),
        ("kept", 150, "asked"),
        ("left", 160, "connected"),
        ("left", 170, "asked"),
        ("kept", 180, "answered"),
        ("left", 190, "closed"),
    ]);
    let lanes = lanes(&run).unwrap();
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["kept", "once", "left"]);
    assert_eq!(
        spans(&lanes[0]),
        [
            (10, 20, ConnectionState::Open),
            (20, 120, ConnectionState::Served),
            (120, 150, ConnectionState::Idle),
            (150, 180, ConnectionState::Served),
            (180, 1_000, ConnectionState::Idle),
        ]
    );
    assert_eq!(spans(&lanes[1]), [(15, 15, ConnectionState::Served)]);
    assert_eq!(
        spans(&lanes[2]),
        [(160, 170, ConnectionState::Open), (170, 190, ConnectionState::Served)]
    );
    assert_eq!(peak(&lanes), 2);
    assert_eq!(peak(&lanes[1..2]), 0);
}

#[test]
fn what_cannot_happen_to_a_connection_is_refused() {
    assert!(lanes(&golden()).unwrap_err().contains("\"accepted\""));
    assert_eq!(lanes(&run(&[])), Ok(Vec::new()));
}

proptest! {
    /// Whatever is told, and in whatever order: stretches do not overlap, and no request is lost.
    #[test]
    fn every_stretch_lies_between_two_events(
        told in proptest::collection::vec((0..3usize, 0..2_000u64, 0..4usize), 0..60)
    ) {
        let names = ["a", "b", "c"];
        let told: Vec<_> = told.into_iter().map(|(l, at, w)| (names[l], at, WORDS[w])).collect();
        let run = run(&told);
        for lane in lanes(&run).unwrap() {
            let mine: Vec<_> = told.iter().filter(|(name, _, _)| *name == lane.name).collect();
            prop_assert!(lane.spans.windows(2).all(|pair| pair[0].to <= pair[1].from));
            for span in &lane.spans {
                prop_assert!(span.from < span.to || span.doing == ConnectionState::Served);
                let ends = mine.iter().any(|(_, at, _)| *at == span.to);
                prop_assert!(ends || span.to == run.end.at.max(span.from));
            }
            let asked = mine.iter().filter(|(_, _, what)| *what == "asked").count();
            let served = lane.spans.iter().filter(|span| span.doing == ConnectionState::Served).count();
            prop_assert_eq!(served, asked);
        }
    }
}
