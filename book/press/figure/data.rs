//! The same data as a table: for who cannot see the figure, and for who wants to reckon.

use maud::{Markup, html};
use while_you_wait::quantity::Quantity;

use super::Panel;
use super::curve::Curve;

/// One row a request. Times in milliseconds, to the microsecond of the record.
pub fn requests(panels: &[Panel]) -> Markup {
    html! {
        @for panel in panels {
            div.table-wrapper tabindex="0" role="region" aria-label=(format!("numbers of {}", panel.case())) {
                table.data {
                    caption { (panel.case()) ": each request, in milliseconds from the start of the run" }
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
                                td { (sample.connection) }
                                td { (ms(Some(sample.due))) }
                                @for moment in [sample.connected, sample.sent, sample.first_byte, sample.done, sample.handler] {
                                    td { (ms(moment)) }
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

/// One row a point of a curve.
pub fn points(panels: &[Panel], curves: &[Curve]) -> Markup {
    html! {
        @for (panel, curve) in panels.iter().zip(curves) {
            div.table-wrapper tabindex="0" role="region" aria-label=(format!("numbers of {}", panel.case())) {
                table.data {
                    caption {
                        (panel.case()) ": requests in flight from this moment on, in milliseconds from the start of the run"
                        @if curve.error > 0 {
                            "; steps of at most " (curve.error) " requests are left out"
                        }
                    }
                    thead { tr { th scope="col" { "from" } th scope="col" { "in flight" } } }
                    tbody {
                        @for (when, height) in &curve.points {
                            tr { td { (ms(Some(*when))) } td { (Quantity::Count(*height as f64)) } }
                        }
                    }
                }
            }
        }
    }
}

/// What did not happen is a dash.
fn ms(us: Option<u64>) -> String {
    us.map_or("–".into(), |us| format!("{}.{:03}", us / 1000, us % 1000))
}
