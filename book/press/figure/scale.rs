//! Axes: where a value lies, and which round values are marked.

/// An axis from 0, with its round values.
pub struct Scale {
    end: f64,
    pub ticks: Vec<f64>,
}

impl Scale {
    /// An axis that holds `most`, with about `marks` round values.
    pub fn to(most: u64, marks: u32) -> Self {
        let most = (most as f64).max(1.0);
        let rough = most / f64::from(marks);
        let decade = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|nice| nice * decade)
            .into_iter()
            .find(|step| *step >= rough)
            .unwrap_or(10.0 * decade);
        let count = (most / step).floor() as u32;
        // A little room, so that what ends last is seen to end.
        Scale { end: most * 1.015, ticks: (0..=count).map(|n| f64::from(n) * step).collect() }
    }

    /// The place of a value, from 0 to 1.
    pub fn at(&self, value: f64) -> f64 {
        value / self.end
    }

    /// The place of a value as an SVG length.
    pub fn percent(&self, value: f64) -> String {
        percent(self.at(value))
    }
}

/// A share of the width, short: three decimals are a hundredth of a pixel.
pub fn percent(share: f64) -> String {
    let text = format!("{:.3}", share * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A round time on an axis: `0`, `5 s`, `250 ms`. The unit is that of the axis' greatest.
pub fn time(us: f64, greatest: f64) -> String {
    let (size, unit) = match greatest {
        g if g < 1e3 => (1.0, "µs"),
        g if g < 1e6 => (1e3, "ms"),
        _ => (1e6, "s"),
    };
    if us == 0.0 { "0".into() } else { format!("{} {unit}", (us / size * 1e6).round() / 1e6) }
}

/// A moment in milliseconds, to the microsecond of the record.
pub fn ms(us: u64) -> String {
    format!("{}.{:03}", us / 1000, us % 1000)
}
