//! A run that is watched and not read: a disc for each request, which fills while it is being served.
//! There is no axis and no number, for the page asks what will come out. It moves by the style sheet's
//! animation alone, in the run's own time; whoever wants no motion, or prints, sees the discs at rest.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};
use while_you_wait::views::names::series_of;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::served::{ConnectionState, lanes};

use super::panel::Panel;
use crate::words::figure::server as words;

/// More discs than this do not fit beside each other on a phone.
const MOST: usize = 12;
/// How long all stand still before it begins again, in microseconds.
const REST: u64 = 3_000_000;

/// # Errors
/// The run told of no request, or of too many.
pub fn draw(panel: &Panel) -> Result<Markup, String> {
    let case = series_of(panel.run);
    let lanes = lanes(panel.run).map_err(|why| format!("{case}: {why}"))?;
    let served: Vec<(u64, u64)> = lanes
        .iter()
        .flat_map(|lane| &lane.spans)
        .filter(|span| span.doing == ConnectionState::Served)
        .map(|span| (span.from, span.to))
        .collect();
    if served.is_empty() || served.len() > MOST {
        return Err(format!("{case} has {} requests; {MOST} can be watched", served.len()));
    }
    let whole = served.iter().map(|(_, to)| *to).max().unwrap_or(0) + REST;
    let load = &panel.run.header.load;
    let at_a_time = Quantity::Count(f64::from(load.concurrency)).to_string();
    let told = words::moving(served.len(), &at_a_time);
    Ok(html! {
        div.figure.moving {
            figure {
                svg role="img" viewBox=(format!("0 0 {} 56", served.len() * 40)) width="100%" {
                    title { (words::REPLAYED) }
                    desc { (told) "." }
                    style { (PreEscaped(keyframes(&served, whole))) }
                    @for nth in 0..served.len() {
                        @let x = nth * 40 + 20;
                        circle.asked aria-hidden="true" cx=(x) cy="28" r="14" {}
                        circle.served aria-hidden="true" cx=(x) cy="28" r="7" pathLength="100"
                            style=(format!("animation-name:served-{nth}")) {}
                    }
                }
                figcaption {
                    label { input type="checkbox"; " " (words::HOLD) }
                    (words::moving_caption(&format!("{}.{}", case.chapter, case.experiment), &told))
                }
            }
        }
    })
}

/// Of each disc: empty, filling, full, all in shares of the whole.
fn keyframes(served: &[(u64, u64)], whole: u64) -> String {
    let mut css = format!(".moving .served{{animation-duration:{}ms}}", whole / 1000);
    for (nth, (from, to)) in served.iter().enumerate() {
        let share = |at: &u64| format!("{:.2}%", *at as f64 * 100.0 / whole as f64);
        let _ = write!(
            css,
            "@keyframes served-{nth}{{0%,{}{{stroke-dashoffset:100}}{},to{{stroke-dashoffset:0}}}}",
            share(from),
            share(to)
        );
    }
    css
}
