//! Tasks, by hand and by property.

use proptest::prelude::*;
use while_you_wait::views::trace::{TaskLane, TaskState, lanes};

use crate::contracts::{golden, told as run};

const WORDS: [&str; 5] = ["spawned", "polled", "pending", "woken", "done"];

fn spans(lane: &TaskLane) -> Vec<(u64, u64, TaskState)> {
    lane.spans.iter().map(|span| (span.from, span.to, span.doing)).collect()
}

#[test]
fn two_tasks_by_hand() {
    let run = run(&[
        // Polled before the run began, which nobody wrote down.
        ("accept", 10, "pending"),
        ("accept", 100, "woken"),
        ("accept", 110, "polled"),
        ("task 1", 115, "spawned"),
        ("task 1", 116, "woken"),
        ("accept", 120, "pending"),
        ("task 1", 120, "polled"),
        // No time at all by this clock, and a poll all the same.
        ("task 1", 120, "pending"),
        ("task 1", 700, "woken"),
        ("task 1", 730, "polled"),
        ("task 1", 800, "done"),
        ("task 1", 900, "woken"),
    ]);
    let lanes = lanes(&run).unwrap();
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["accept", "task 1"]);
    assert_eq!(
        spans(&lanes[0]),
        [
            (10, 100, TaskState::Waiting),
            (100, 110, TaskState::Woken),
            (110, 120, TaskState::Polling),
            (120, 1_000, TaskState::Waiting),
        ]
    );
    assert_eq!(
        spans(&lanes[1]),
        [
            (116, 120, TaskState::Woken),
            (120, 120, TaskState::Polling),
            (120, 700, TaskState::Waiting),
            (700, 730, TaskState::Woken),
            (730, 800, TaskState::Polling),
        ]
    );
    assert_eq!((lanes[0].first, lanes[0].spawned, lanes[0].done), (10, None, None));
    assert_eq!((lanes[1].first, lanes[1].spawned, lanes[1].done), (115, Some(115), Some(800)));
}

#[test]
fn a_task_that_is_woken_in_its_own_poll_is_queued_after_it() {
    let run = run(&[
        ("task 1", 0, "polled"),
        ("task 1", 40, "woken"),
        ("task 1", 50, "pending"),
        ("task 1", 70, "polled"),
        ("task 1", 80, "pending"),
    ]);
    assert_eq!(
        spans(&lanes(&run).unwrap()[0]),
        [
            (0, 50, TaskState::Polling),
            (50, 70, TaskState::Woken),
            (70, 80, TaskState::Polling),
            (80, 1_000, TaskState::Waiting),
        ]
    );
}

#[test]
fn lines_out_of_order_are_put_in_order() {
    let run = run(&[
        ("late", 30, "polled"),
        ("early", 20, "polled"),
        ("late", 10, "woken"),
        ("early", 25, "done"),
        ("late", 35, "done"),
    ]);
    let lanes = lanes(&run).unwrap();
    assert_eq!(lanes[0].name, "late");
    assert_eq!(spans(&lanes[0]), [(10, 30, TaskState::Woken), (30, 35, TaskState::Polling)]);
    assert_eq!(spans(&lanes[1]), [(20, 25, TaskState::Polling)]);
}

#[test]
fn what_cannot_happen_to_a_task_is_refused() {
    assert!(lanes(&golden()).unwrap_err().contains("\"accepted\""));
    assert_eq!(lanes(&run(&[])), Ok(Vec::new()));
}

proptest! {
    /// Whatever is told, and in whatever order: stretches do not overlap, and nothing is lost.
    #[test]
    fn every_stretch_lies_between_two_events(
        told in proptest::collection::vec((0..4usize, 0..2_000u64, 0..5usize), 0..80)
    ) {
        let names = ["a", "b", "c", "d"];
        let told: Vec<_> = told.into_iter().map(|(l, at, w)| (names[l], at, WORDS[w])).collect();
        let run = run(&told);
        let lanes = lanes(&run).unwrap();
        prop_assert!(lanes.is_sorted_by_key(|lane| lane.first));
        for name in names {
            let mine: Vec<_> = told.iter().filter(|(lane, _, _)| *lane == name).collect();
            let found: Vec<&TaskLane> = lanes.iter().filter(|lane| lane.name == name).collect();
            prop_assert_eq!(found.len(), usize::from(!mine.is_empty()));
            let Some(lane) = found.first() else { continue };
            let moments = |what: &str| -> Vec<u64> {
                mine.iter().filter(|(_, _, w)| *w == what).map(|(_, at, _)| *at).collect()
            };
            prop_assert_eq!(lane.first, mine.iter().map(|(_, at, _)| *at).min().unwrap());
            for pair in lane.spans.windows(2) {
                prop_assert!(pair[0].to <= pair[1].from);
            }
            for span in &lane.spans {
                prop_assert!(span.from < span.to || span.doing == TaskState::Polling);
                let ends = mine.iter().any(|(_, at, _)| *at == span.to);
                prop_assert!(ends || span.to == run.end.at.max(span.from));
            }
            let mut polls: Vec<u64> = lane.spans.iter()
                .filter(|span| span.doing == TaskState::Polling).map(|span| span.from).collect();
            let mut polled = moments("polled");
            polls.sort();
            polled.sort();
            prop_assert_eq!(polls, polled);
        }
    }
}
