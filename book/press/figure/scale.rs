//! Axes: where a value lies, and which round values are marked.

use while_you_wait::views::quantity::Quantity;

/// An axis from 0, with its round values.
pub struct Scale {
    end: f64,
    pub ticks: Vec<f64>,
    /// what lies on it, where the ticks' units do not say so
    pub name: Option<String>,
    /// room beside the drawing for what stands on upright axes, in pixels
    pub gutter: u32,
    /// the greatest value on it, in its unit
    most: Quantity,
    /// of an axis on which time passes: when all is over, in microseconds
    pub over: Option<u64>,
    /// whether requests per second lie on it
    pub rate: bool,
    /// whether a step to the right is ten times as much
    pub decades: bool,
}

impl Scale {
    /// An axis that holds `most`, with at most `marks` round values besides 0.
    pub fn to(most: Quantity, marks: u32) -> Self {
        // What is too small or too great for a step between two of its round values lies at 0.
        let greatest = most.value().filter(|most| (1e-12..=1e24).contains(most)).unwrap_or(1.0);
        let step = round_up(greatest / f64::from(marks));
        let count = (greatest / step + 1e-9).floor() as u32;
        let ticks = (0..=count).map(|n| f64::from(n) * step).collect();
        // A little room, so that what ends last is seen to end.
        Scale {
            end: greatest * 1.015,
            ticks,
            name: None,
            gutter: 0,
            rate: matches!(most, Quantity::PerSecond(_)),
            most,
            over: None,
            decades: false,
        }
    }

    /// An axis of whole numbers from 1, on which ten times as much is a step. Values on it are exponents.
    pub fn of_decades(most: f64) -> Self {
        let end = most.log10();
        let ticks = (0..=end as u32).map(f64::from).collect();
        Scale { end: end * 1.015, ticks, decades: true, ..Scale::to(Quantity::Count(most), 1) }
    }

    /// The axis of all moments up to the one when all is over.
    pub fn of_time(over: u64) -> Self {
        Scale { over: Some(over), ..Scale::to(Quantity::Micros(over as f64), 6) }
    }

    pub fn named(self, name: &str) -> Self {
        Scale { name: Some(name.into()), ..self }
    }

    pub fn beside(self, gutter: u32) -> Self {
        Scale { gutter, ..self }
    }

    /// The value at its right end.
    pub fn end(&self) -> f64 {
        self.end
    }

    /// The place of a value, from 0 to 1.
    pub fn at(&self, value: f64) -> f64 {
        value / self.end
    }

    /// The place of a value as an SVG length.
    pub fn percent(&self, value: f64) -> String {
        percent(self.at(value))
    }

    /// A round value as it stands on the axis: `0`, `5 s`, `250 ms`, `1,000`.
    pub fn label(&self, value: f64) -> String {
        if self.decades {
            return Quantity::Count(10f64.powf(value).round()).to_string();
        }
        label(value, &self.most, self.ticks.last().copied().unwrap_or(0.0))
    }
}

/// An upright axis of times, on which ten times as much is a step up.
pub struct Log {
    least: f64,
    /// pixels from its lowest line to the top
    height: f64,
    decades: f64,
    pub ticks: Vec<f64>,
}

impl Log {
    /// Room for half a label below the lowest line, and for a whole one between two.
    const FOOT: f64 = 10.0;
    const ROOM: f64 = 18.0;

    /// An axis of so many pixels that holds some times, with a line for each 1, 2 and 5, or where
    /// those would stand too close, for each 1.
    pub fn over(least: f64, most: f64, height: f64) -> Self {
        let (least, most) =
            if least <= most { (least.max(1.0), most.max(1.0)) } else { (1.0, 1.0) };
        let below = |nice: &[f64]| {
            let round = |nice: &f64| nice * 10f64.powf(least.log10().floor());
            nice.iter().map(round).rfind(|nice| *nice <= least).unwrap_or(least)
        };
        let height = height - Log::FOOT;
        let top = most * 1.1;
        let decades = |nice: &[f64]| (top / below(nice)).log10();
        let every: &[f64] = &[1.0, 2.0, 5.0];
        let fine = 2f64.log10() * height / decades(every) >= Log::ROOM;
        let nice = if fine { every } else { &[1.0] };
        let first = below(&[1.0]);
        let ticks = (0..12)
            .flat_map(|decade| nice.iter().map(move |nice| first * nice * 10f64.powi(decade)))
            .filter(|tick| (below(nice)..=top).contains(tick));
        Log { least: below(nice), height, decades: decades(nice), ticks: ticks.collect() }
    }

    /// The value at its top, and the one at its lowest line with how far down that is.
    pub fn ends(&self) -> [(f64, f64); 2] {
        [(self.least, self.height), (self.least * 10f64.powf(self.decades), 0.0)]
    }

    /// How far below the top a value lies, in pixels.
    pub fn y(&self, value: f64) -> f64 {
        self.height * (1.0 - (value / self.least).log10() / self.decades)
    }

    /// Each in its own unit: `500 ms`, `1 s`.
    pub fn label(value: f64) -> String {
        label(value, &Quantity::Micros(value), value)
    }
}

/// The next round value: 1, 2 or 5, and noughts.
pub fn round_up(value: f64) -> f64 {
    let decade = 10f64.powf(value.log10().floor());
    let round = |nice: f64| nice * decade;
    [1.0, 2.0, 5.0].map(round).into_iter().find(|nice| *nice >= value).unwrap_or(round(10.0))
}

/// A share of the width, short: three decimals are a hundredth of a pixel.
pub fn percent(share: f64) -> String {
    let text = format!("{:.3}", share * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A round value in the unit that fits the axis' greatest.
fn label(value: f64, kind: &Quantity, greatest: f64) -> String {
    let (size, unit) = match (kind, greatest) {
        (Quantity::Micros(_), g) if g < 1e3 => (1.0, " µs"),
        (Quantity::Micros(_), g) if g < 1e6 => (1e3, " ms"),
        (Quantity::Micros(_), _) => (1e6, " s"),
        (Quantity::Bytes(_), g) if g < 1e3 => (1.0, " B"),
        (Quantity::Bytes(_), g) if g < 1e6 => (1e3, " kB"),
        (Quantity::Bytes(_), g) if g < 1e9 => (1e6, " MB"),
        (Quantity::Bytes(_), _) => (1e9, " GB"),
        _ => (1.0, ""),
    };
    match (value / size * 1e6).round() / 1e6 {
        0.0 => "0".into(),
        number if number < 1e3 => format!("{number}{unit}"),
        number => format!("{}{unit}", Quantity::Count(number)),
    }
}

/// A moment in milliseconds, to the microsecond of the record.
pub fn ms(us: u64) -> String {
    format!("{}.{:03}", us / 1000, us % 1000)
}

/// A length to a tenth of a pixel.
pub fn round(px: f64) -> f64 {
    (px * 10.0).round() / 10.0
}
