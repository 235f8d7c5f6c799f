//! Lanes, by hand and by property.

use proptest::prelude::*;
use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{End, Run};
use while_you_wait::views::timeline::{RequestState, in_flight, lanes};

use crate::contracts::golden;
use crate::contracts::record::samples;

#[test]
fn golden_lanes_by_hand() {
    let lanes = lanes(&golden());
    let drawn: Vec<Vec<(u64, u64, RequestState)>> = lanes
        .iter()
        .map(|lane| lane.spans.iter().map(|s| (s.from, s.to, s.doing)).collect())
        .collect();
    assert_eq!(
        drawn,
        [
            vec![
                (0, 100, RequestState::Connecting),
                (100, 130, RequestState::Waiting),
                (130, 1_130, RequestState::Served),
                (1_130, 1_150, RequestState::Receiving),
                (1_150, 1_900, RequestState::Failed(Outcome::Reset)),
            ],
            vec![
                (0, 110, RequestState::Connecting),
                (110, 1_140, RequestState::Waiting),
                (1_140, 2_140, RequestState::Served),
                (2_140, 2_160, RequestState::Receiving),
                (2_160, 3_200, RequestState::Failed(Outcome::Status(503))),
            ],
        ]
    );
}

#[test]
fn golden_in_flight_by_hand() {
    assert_eq!(
        in_flight(&golden()),
        [
            (120, 1),
            (130, 2),
            (1_150, 1),
            (1_170, 2),
            (1_900, 1),
            (2_160, 0),
            (2_180, 1),
            (3_200, 0)
        ]
    );
}

#[test]
fn a_refused_connection_is_drawn_as_failed_from_its_due_time() {
    let mut run = golden();
    let refused = &mut run.samples[0];
    (refused.connected, refused.sent, refused.first_byte) = (None, None, None);
    refused.outcome = Outcome::Refused;
    let span = lanes(&run)[0].spans[0];
    assert_eq!(
        (span.from, span.to, span.doing),
        (0, 1_150, RequestState::Failed(Outcome::Refused))
    );
}

#[test]
fn a_request_that_waited_for_its_lane_is_drawn_from_when_the_lane_was_free() {
    let mut run = golden();
    run.samples[2].due = 700; // an open loop's: the lane was free at 1,150
    let drawn: Vec<_> = lanes(&run)[0].spans.iter().map(|s| (s.from, s.to, s.doing)).collect();
    assert_eq!(
        drawn[3..],
        [
            (1_130, 1_150, RequestState::Receiving),
            (1_150, 1_900, RequestState::Failed(Outcome::Reset))
        ]
    );
}

proptest! {
    #[test]
    fn every_span_lies_in_its_request(samples in proptest::collection::vec(samples(), 1..40)) {
        let last = samples.iter().filter_map(|s| s.done).max().unwrap_or(0);
        let run = Run { samples, end: End { at: last + 60_000 }, ..golden() };
        for lane in lanes(&run) {
            prop_assert!(lane.spans.windows(2).all(|pair| pair[0].to <= pair[1].from));
            for span in lane.spans {
                let sample = &run.samples[span.sample];
                prop_assert_eq!(sample.lane, lane.number);
                prop_assert!(span.from < span.to);
                prop_assert!(span.from >= sample.due);
                prop_assert!(span.to <= sample.done.unwrap_or(run.end.at));
            }
        }
    }
}
