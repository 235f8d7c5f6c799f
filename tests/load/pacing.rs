//! The pacing of an open loop: from moments to what is to be done, without a clock.

use proptest::prelude::*;
use while_you_wait::load::{Pace, pace};
use while_you_wait::{Arrivals, Load};

fn due(arrivals: Arrivals, requests: u32) -> Vec<u64> {
    Load { arrivals, ..Load::requests(requests) }.due()
}

#[test]
fn what_is_to_be_done_at_a_moment() {
    let due = [0, 2_000, 4_000, 4_000, 9_000];
    for (elapsed, sent, expected) in [
        (0, 0, Pace::Send(1)),
        (0, 1, Pace::Wait(2_000)),
        (1_999, 1, Pace::Wait(1)),
        (2_000, 1, Pace::Send(1)),
        // two at one moment
        (4_100, 2, Pace::Send(2)),
        // a generator that was held up sends everything that it owes, at once
        (8_999, 0, Pace::Send(4)),
        (8_999, 4, Pace::Wait(1)),
        (60_000, 0, Pace::Send(5)),
        (60_000, 5, Pace::Done),
        (0, 5, Pace::Done),
    ] {
        assert_eq!(pace(&due, elapsed, sent), expected, "{elapsed} us, {sent} sent");
    }
    assert_eq!(pace(&[], 0, 0), Pace::Done);
}

#[test]
fn a_constant_rate_does_not_drift() {
    let due = due(Arrivals::Constant { per_second: 3.0 }, 3_000_001);
    assert_eq!(due[..4], [0, 333_333, 666_666, 1_000_000]);
    assert_eq!(due[3_000_000], 1_000_000_000_000);
}

#[test]
fn a_closed_loop_has_no_moments() {
    assert!(due(Arrivals::Closed, 10).is_empty());
}

#[test]
fn a_seed_gives_the_same_moments_and_the_next_repeat_others() {
    let load =
        Load { arrivals: Arrivals::Poisson { per_second: 100.0, seed: 7 }, ..Load::requests(50) };
    assert_eq!(load.due(), load.of_repeat(1).due());
    assert_ne!(load.due(), load.of_repeat(2).due());
    assert_eq!(load.of_repeat(3).settings().seed, Some(9));
}

/// Gaps of a Poisson process are exponential: their mean is the rate's inverse, their standard
/// deviation the same, and e^-1 of them are longer than the mean.
#[test]
fn poisson_arrivals_have_exponential_gaps() {
    let due = due(Arrivals::Poisson { per_second: 100.0, seed: 1 }, 100_000);
    let gaps: Vec<f64> = due.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
    let count = gaps.len() as f64;
    let mean = gaps.iter().sum::<f64>() / count;
    let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / count).sqrt();
    let longer = gaps.iter().filter(|gap| **gap > mean).count() as f64 / count;
    assert!((mean / 10_000.0 - 1.0).abs() < 0.02, "mean {mean}");
    assert!((deviation / mean - 1.0).abs() < 0.02, "deviation {deviation} of mean {mean}");
    assert!((longer - (-1.0f64).exp()).abs() < 0.01, "{longer} longer than the mean");
}

fn arrivals() -> impl Strategy<Value = Arrivals> {
    prop_oneof![
        (0.5..5_000.0f64).prop_map(|per_second| Arrivals::Constant { per_second }),
        (0.5..5_000.0f64, 0..9u64)
            .prop_map(|(per_second, seed)| Arrivals::Poisson { per_second, seed }),
    ]
}

proptest! {
    /// However late a generator looks at its clock: it sends every request once, none before it is
    /// due, none later than its next look, and ends.
    #[test]
    fn every_request_is_sent_once_and_as_soon_as_the_clock_is_looked_at(
        arrivals in arrivals(),
        requests in 1..200u32,
        late in proptest::collection::vec(0..20_000u64, 1..50),
    ) {
        let due = due(arrivals, requests);
        prop_assert_eq!(due.len(), requests as usize);
        prop_assert!(due.is_sorted());
        let (mut elapsed, mut looked, mut sent) = (0, None, 0);
        let mut late = late.into_iter().cycle();
        loop {
            match pace(&due, elapsed, sent) {
                Pace::Done => break,
                Pace::Send(n) => {
                    for &at in &due[sent..sent + n] {
                        prop_assert!(at <= elapsed, "sent early");
                        prop_assert!(looked.is_none_or(|looked| at > looked), "held back");
                    }
                    sent += n;
                }
                Pace::Wait(us) => {
                    prop_assert!(us > 0, "a wait for nothing");
                    prop_assert_eq!(elapsed + us, due[sent], "not until the next one is due");
                    looked = Some(elapsed);
                    elapsed += us + late.next().unwrap_or(0);
                }
            }
        }
        prop_assert_eq!(sent, due.len());
    }

    #[test]
    fn the_same_arrivals_come_in_so_many_times_less_time(arrivals in arrivals()) {
        let (slow, fast) = (due(arrivals, 50), due(arrivals.faster(10), 50));
        for (slow, fast) in slow.into_iter().zip(fast) {
            prop_assert!((slow / 10).abs_diff(fast) <= 1);
        }
    }
}
