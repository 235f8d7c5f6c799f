//! Repeats: their median was really measured, and their spread hides nothing.

use proptest::prelude::*;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::spread;

#[test]
fn a_spread_as_a_person_reads_it() {
    let us = Quantity::Micros;
    let text = |text: &str| Quantity::Text(text.into());
    for (repeats, median, shown) in [
        (vec![us(9.03e6), us(9.01e6), us(9.1e6)], "9.03 s", "9.01–9.10 s"),
        (vec![us(1.02e6), us(980e3), us(1e6)], "1.00 s", "980 ms–1.02 s"),
        (vec![Quantity::PerSecond(1000.0), Quantity::PerSecond(950.0)], "950", "950–1,000"),
        // the lower one of two middles
        (vec![us(4.0), us(1.0), us(3.0), us(2.0)], "2.00 µs", "1.00–4.00 µs"),
        // what differs below the digits that are shown does not differ
        (vec![us(9.0301e6), us(9.0302e6)], "9.03 s", ""),
        (vec![Quantity::Count(10.0)], "10", ""),
        (vec![us(5.0), Quantity::Absent, us(7.0)], "5.00 µs", "5.00–7.00 µs, 1 of 3 without"),
        (vec![us(5.0), Quantity::Absent], "5.00 µs", "1 of 2 without"),
        (vec![text("stopped"), text("stopped")], "stopped", ""),
    ] {
        let spread = spread::of(&repeats).unwrap();
        assert_eq!(spread.median.to_string(), median, "{repeats:?}");
        assert_eq!(spread.to_string(), shown, "{repeats:?}");
    }
    assert_eq!(spread::of(&[Quantity::Absent]), None);
    assert_eq!(spread::of(&[]), None);
}

proptest! {
    #[test]
    fn every_repeat_lies_between_least_and_most(
        repeats in proptest::collection::vec(0.0..1e9f64, 1..20),
    ) {
        let quantities: Vec<Quantity> = repeats.iter().copied().map(Quantity::Micros).collect();
        let spread = spread::of(&quantities).unwrap();
        let value = |quantity: &Quantity| quantity.value().unwrap();
        let (least, median, most) =
            (value(&spread.least), value(&spread.median), value(&spread.most));
        prop_assert!(repeats.contains(&median));
        prop_assert!(repeats.iter().all(|us| (least..=most).contains(us)));
        let below = repeats.iter().filter(|us| **us < median).count();
        let above = repeats.iter().filter(|us| **us > median).count();
        prop_assert!(below <= repeats.len() / 2 && above <= repeats.len() / 2);
    }
}
