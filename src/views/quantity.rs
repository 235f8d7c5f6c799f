//! A value with its unit, and how a person reads it: three significant digits, a fitting unit.

use std::fmt;
use std::time::Duration;

/// A measured value. Displayed the same in the terminal, on the page and in a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// a duration in microseconds
    Micros(f64),
    /// of memory
    Bytes(f64),
    /// so many in a second; shown without a unit
    PerSecond(f64),
    /// a ratio: "10.0"
    Times(f64),
    /// a whole number of things
    Count(f64),
    /// no number, but words
    Text(String),
    /// not measured, or without an answer
    Absent,
}

impl Quantity {
    /// From a fact's value and unit. An unknown unit is shown behind the number as it is.
    pub fn with_unit(value: f64, unit: &str) -> Self {
        match unit {
            "us" => Quantity::Micros(value),
            "bytes" => Quantity::Bytes(value),
            "per-second" => Quantity::PerSecond(value),
            "times" => Quantity::Times(value),
            "" | "count" | "threads" => Quantity::Count(value),
            other => Quantity::Text(format!("{} {other}", significant(value))),
        }
    }

    /// The bare number, where it has one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Quantity::Micros(value)
            | Quantity::Bytes(value)
            | Quantity::PerSecond(value)
            | Quantity::Times(value)
            | Quantity::Count(value) => Some(*value),
            Quantity::Text(_) | Quantity::Absent => None,
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quantity::Micros(us) => match us.abs() {
                a if a < 999.5 => write!(f, "{} µs", significant(*us)),
                a if a < 999_500.0 => write!(f, "{} ms", significant(us / 1e3)),
                _ => write!(f, "{} s", significant(us / 1e6)),
            },
            Quantity::Bytes(bytes) => match bytes.abs() {
                a if a < 999.5 => write!(f, "{} B", significant(*bytes)),
                a if a < 999_500.0 => write!(f, "{} kB", significant(bytes / 1e3)),
                a if a < 999_500_000.0 => write!(f, "{} MB", significant(bytes / 1e6)),
                _ => write!(f, "{} GB", significant(bytes / 1e9)),
            },
            Quantity::PerSecond(rate) => f.write_str(&significant(*rate)),
            Quantity::Times(ratio) => f.write_str(&significant(*ratio)),
            Quantity::Count(count) => f.write_str(&grouped(*count)),
            Quantity::Text(text) => f.write_str(text),
            Quantity::Absent => f.write_str("not measured"),
        }
    }
}

/// A duration as it was asked for, to the last whole microsecond: `300 ms`, `1.5 s`. What was
/// measured is a [`Quantity`].
pub fn plain(duration: Duration) -> String {
    let us = duration.as_micros();
    let (unit, name): (u128, &str) = match us {
        1..1_000 => (1, "µs"),
        1_000..1_000_000 => (1_000, "ms"),
        _ => (1_000_000, "s"),
    };
    let digits = unit.ilog10() as usize;
    let part = format!("{:0digits$}", us % unit);
    match part.trim_end_matches('0') {
        "" => format!("{} {name}", us / unit),
        part => format!("{}.{part} {name}", us / unit),
    }
}

/// Three significant digits, thousands grouped: 9.03, 30.1, 301, 116,000.
fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let digits = 2 - value.abs().log10().floor() as i32;
    let scale = 10f64.powi(digits);
    let rounded = (value * scale).round() / scale;
    // Rounding may have carried into another digit: 9.996 is 10.0 and not 10.00.
    let decimals = 2 - rounded.abs().log10().floor() as i32;
    if decimals > 0 { format!("{rounded:.*}", decimals as usize) } else { grouped(rounded) }
}

/// A whole number with a comma between thousands.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0.0 { format!("-{out}") } else { out }
}
