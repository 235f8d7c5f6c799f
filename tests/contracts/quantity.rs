//! How durations and sizes read: three digits, a fitting unit, and rounding that no boundary breaks.

use std::time::Duration;

use proptest::prelude::*;
use while_you_wait::views::quantity::{Quantity, plain};

fn micros(us: f64) -> String {
    Quantity::Micros(us).to_string()
}

#[test]
fn rounding_carries_into_the_next_digit_and_the_next_unit() {
    for (us, shown) in [
        (0.0, "0 µs"),
        (0.9996, "1.00 µs"),
        (9.994, "9.99 µs"),
        (9.996, "10.0 µs"),
        (99.96, "100 µs"),
        (999.49, "999 µs"),
        (999.5, "1.00 ms"),
        (9_996.0, "10.0 ms"),
        (999_499.0, "999 ms"),
        (999_499.9, "999 ms"),
        (999_500.0, "1.00 s"),
        (999_999.5, "1.00 s"),
        (9_994_000.0, "9.99 s"),
        (59_994_000.0, "60.0 s"),
        (59_999_000.0, "60.0 s"),
        (600_400_000.0, "600 s"),
        (999_500_000.0, "1,000 s"),
        (1_234_567_000.0, "1,230 s"),
    ] {
        assert_eq!(micros(us), shown, "{us}");
    }
    let bytes = |bytes: f64| Quantity::Bytes(bytes).to_string();
    assert_eq!([999.4, 999.5, 999_500.0].map(bytes), ["999 B", "1.00 kB", "1.00 MB"]);
    assert_eq!([999_499_999.0, 999_500_000.0].map(bytes), ["999 MB", "1.00 GB"]);
}

/// What a shown duration says, in microseconds, and how many digits it has.
fn read(shown: &str) -> (f64, usize) {
    let (number, unit) = shown.split_once(' ').expect("a number and its unit");
    let bare = number.replace(',', "");
    let scale = match unit {
        "µs" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        other => panic!("{other} is no unit of time"),
    };
    let digits = bare.trim_start_matches(['0', '.']).chars().filter(char::is_ascii_digit).count();
    (bare.parse::<f64>().expect("a number") * scale, digits)
}

/// From a thousandth of a microsecond to eleven days, each size as likely as another.
fn durations() -> impl Strategy<Value = f64> {
    (-3.0..12.0f64).prop_map(|exponent| 10f64.powf(exponent))
}

proptest! {
    #[test]
    fn three_digits_are_true_and_fit_their_unit(us in durations()) {
        let shown = micros(us);
        let (value, digits) = read(&shown);
        // Half of the last of three digits, at the most, and what a computer adds to it.
        prop_assert!((value - us).abs() <= us * 0.005 * 1.0001, "{us} as {shown}");
        prop_assert!(digits >= 3, "{us} as {shown}");
        let below_a_thousand = !shown.contains(',') || shown.ends_with(" s");
        prop_assert!(below_a_thousand, "{us} as {shown}");
    }

    #[test]
    fn what_takes_longer_does_not_read_shorter(us in durations(), more in 0.0..0.02f64) {
        let (short, long) = (micros(us), micros(us * (1.0 + more)));
        prop_assert!(read(&short).0 <= read(&long).0 * (1.0 + 1e-12), "{short}, then {long}");
    }

    /// What was asked for is shown to its last microsecond, without a nought too many.
    #[test]
    fn what_was_asked_for_is_shown_in_full(exponent in 0u32..9, us in 0..1_000_000_000u64) {
        let us = us / 10u64.pow(exponent);
        let shown = plain(Duration::from_micros(us));
        prop_assert_eq!((read(&shown).0).round() as u64, us, "{}", &shown);
        let (number, _) = shown.split_once(' ').expect("a number and its unit");
        prop_assert!(!number.contains('.') || !number.ends_with('0'), "{}", shown);
    }
}

#[test]
fn what_was_asked_for_reads_well() {
    for (us, shown) in [
        (0, "0 s"),
        (67, "67 µs"),
        (300_000, "300 ms"),
        (666_667, "666.667 ms"),
        (1_000_000, "1 s"),
        (1_500_000, "1.5 s"),
        (120_000_000, "120 s"),
    ] {
        assert_eq!(plain(Duration::from_micros(us)), shown);
    }
}
