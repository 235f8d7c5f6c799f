//! The same data as a table: for who cannot see the figure, and for who wants to reckon.

use maud::{Markup, html};
use while_you_wait::metrics;
use while_you_wait::names::Series;
use while_you_wait::quantity::Quantity;
use while_you_wait::slices::Slices;
use while_you_wait::sweep::OfferedRate as Step;

use super::curve::Curve;
use super::panel::Panel;
use super::saturation::shown;
use super::scale::ms;
use super::strip::Strip;
use crate::rows::Called;

/// More rows than this, and a table cannot be read.
const MOST_SLICES: u64 = 200;

/// One row a request. Times in milliseconds, to the microsecond of the record.
pub fn requests(panels: &[Panel]) -> Markup {
    html! {
        @for panel in panels {
            div.table-wrapper tabindex="0" role="region" aria-label=(format!("numbers of {}", panel.tail)) {
                table.data {
                    caption { (panel.tail) ": each request, in milliseconds from the start of the run" }
                    thead {
                        tr {
                            @for column in ["lane", "due", "connected", "sent", "first byte", "done", "handler", "outcome"] {
                                th scope="col" { (column) }
                            }
                        }
                    }
                    tbody {
                        @for sample in &panel.run.samples {
                            tr {
                                td { (sample.lane) }
                                td { (ms(sample.due)) }
                                @for moment in [sample.connected, sample.sent, sample.first_byte, sample.done, sample.handler] {
                                    td { (or_dash(moment)) }
                                }
                                td { (sample.outcome) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One row an event, in the order of the record.
pub fn events(panels: &[Panel]) -> Markup {
    html! {
        @for panel in panels {
            div.table-wrapper tabindex="0" role="region" aria-label=(format!("numbers of {}", panel.tail)) {
                table.data {
                    caption { (panel.tail) ": each event, in milliseconds from the start of the run" }
                    thead {
                        tr { th scope="col" { "lane" } th scope="col" { "at" } th scope="col" { "what" } }
                    }
                    tbody {
                        @for event in &panel.run.events {
                            tr { td { (event.lane) } td { (ms(event.at)) } td { (event.what) } }
                        }
                    }
                }
            }
        }
    }
}

/// One row a point of a curve.
pub fn points(panels: &[Panel], curves: &[Curve]) -> Markup {
    html! {
        @for (panel, curve) in panels.iter().zip(curves) {
            div.table-wrapper tabindex="0" role="region" aria-label=(format!("numbers of {}", panel.tail)) {
                table.data {
                    caption {
                        (panel.tail) ": requests in flight from this moment on, in milliseconds from the start of the run"
                        @if curve.error > 0 {
                            "; steps of at most " (curve.error) " requests are left out"
                        }
                    }
                    thead { tr { th scope="col" { "from" } th scope="col" { "in flight" } } }
                    tbody {
                        @for (when, height) in &curve.points {
                            tr { td { (ms(*when)) } td { (Quantity::Count(*height as f64)) } }
                        }
                    }
                }
            }
        }
    }
}

/// One row a slice of the run's time, by when requests were due.
pub fn slices(panels: &[Panel]) -> Markup {
    html! {
        @for panel in panels {
            @let slices = Slices::of(panel.run, MOST_SLICES);
            div.table-wrapper tabindex="0" role="region" aria-label=(format!("numbers of {}", panel.tail)) {
                table.data {
                    caption {
                        (panel.tail) ": requests that were due in each " (Quantity::Micros(slices.length as f64))
                        " of the run, latencies in milliseconds; a row a request would be too many to read"
                    }
                    thead {
                        tr {
                            @for column in ["from", "requests", "p50", "p99", "max"] {
                                th scope="col" { (column) }
                            }
                        }
                    }
                    tbody {
                        @for slice in &slices.all {
                            tr {
                                td { (ms(slice.from)) }
                                td { (Quantity::Count(slice.requests as f64)) }
                                @for us in [slice.latency.p50, slice.latency.p99, slice.latency.max] {
                                    td {
                                        @if slice.requests > 0 && us.is_none() { "no answer" }
                                        @else { (or_dash(us)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One row a rate, each number with the spread of its repeats.
pub fn sweep(of: &Series, steps: &[Step]) -> Markup {
    html! {
        div.table-wrapper tabindex="0" role="region" aria-label=(format!("numbers of {}", of.case)) {
            table.data {
                caption { (of.case) ": requests per second, and latencies, each with the least and the most of its runs" }
                thead {
                    tr {
                        @for column in ["offered", "answered", "p50", "p99"] {
                            th scope="col" { (column) }
                        }
                    }
                }
                tbody {
                    @for step in steps {
                        tr {
                            td { (Quantity::PerSecond(step.offered)) }
                            td { (shown(Some(&step.answered))) }
                            td { (shown(step.p50.as_ref())) }
                            td { (shown(step.p99.as_ref())) }
                        }
                    }
                }
            }
        }
    }
}

/// One row a repeat.
pub fn repeats(called: &Called, strips: &[Strip], metric: &str) -> Markup {
    html! {
        div.table-wrapper tabindex="0" role="region" aria-label=(format!("numbers of {}", called.common)) {
            table.data {
                caption { (called.together()) ": " (metrics::label(metric)) " in each run" }
                thead {
                    tr {
                        @for column in [called.kind, "run", &metrics::label(metric)] {
                            th scope="col" { (column) }
                        }
                    }
                }
                tbody {
                    @for strip in strips {
                        @for (run, number) in &strip.repeats {
                            tr { td { (strip.tail) } td { (run.header.repeat) } td { (number) } }
                        }
                    }
                }
            }
        }
    }
}

/// What did not happen is a dash.
fn or_dash(us: Option<u64>) -> String {
    us.map_or("–".into(), ms)
}
