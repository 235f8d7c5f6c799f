//! What stands below a figure that can be run: the command, for whoever reads the book anywhere; and
//! a form that shows itself only where a press serves the page and can run it.

use maud::{Markup, html};

use super::knobs::Knob;
use super::plan::{Plan, typed};
use crate::words::live as words;

pub fn of(plan: Plan) -> Markup {
    let base = typed(&plan.chapter, &plan.base());
    let figure = plan.figure();
    let cases = if plan.cases.len() > 1 && !plan.full { &plan.cases[..] } else { &[] };
    let named = plan.named.then_some("yes");
    html! {
        div.run-it data-figure=(figure) {
            p.command { (words::YOURSELF) " " code data-base=(base) { (plan.clone().usual().command()) } }
            form hidden aria-label=(words::anew(&figure)) {
                @for knob in &plan.knobs { (number(knob)) }
                @if !cases.is_empty() {
                    fieldset data-named=[named] {
                        legend { (words::CASES) }
                        @for case in cases {
                            label { input type="checkbox" name="case" value=(case) checked; " " (case) }
                        }
                    }
                }
                @if plan.cases.len() == 1 && plan.named {
                    input type="hidden" name="case" value=(plan.cases[0]);
                }
                p {
                    button type="submit" { (words::RUN) }
                    " "
                    button.stop type="button" hidden { (words::STOP) }
                    " "
                    label.kept { (words::KEPT) " " input type="file" accept=".jsonl"; }
                }
                p.state role="status" {}
            }
            div.yours hidden {}
        }
    }
}

fn number(knob: &Knob) -> Markup {
    let Knob { label, unit, least, most, usual, .. } = knob;
    html! {
        label {
            (label) " "
            input type="number" name=(knob.name()) data-flag=(knob.flag) data-unit=(unit)
                min=(least) max=(most) value=(usual) required;
            @if !unit.is_empty() { " " (unit) }
        }
    }
}
