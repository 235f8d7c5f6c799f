//! The same data as a table: for who cannot see the figure, and for who wants to reckon.

use maud::{Markup, html};
use while_you_wait::quantity::Quantity;

use super::Panel;
use super::curve::Curve;
use super::scale::ms;

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
            div.table-wrapper tabindex="0" role="region" aria-label=(format!("numbers of {}", panel.case())) {
                table.data {
                    caption { (panel.case()) ": each event, in milliseconds from the start of the run" }
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
                            tr { td { (ms(*when)) } td { (Quantity::Count(*height as f64)) } }
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
