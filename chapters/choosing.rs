//! Choosing. What a web developer decides on Monday, and the runs that no chapter
//! has.

use std::process::ExitCode;

use while_you_wait::Chapter;

#[path = "choosing"]
mod parts {
    pub mod ask;
    pub mod blocker;
    pub mod cases;
    pub mod count;
    pub mod experiments;
    pub mod spy;
}
use parts::{cases, experiments, spy};

fn main() -> ExitCode {
    Chapter {
        name: "choosing",
        title: "Choosing, and where to go next",
        question: "Which kind of server, how many of what, and who is it that blocks?",
        cases: cases::all(),
        experiments: vec![
            experiments::timeout(),
            experiments::counter(),
            experiments::afterwards(),
            experiments::blocker(),
            experiments::debug_mode(),
            spy::py_spy(),
        ],
        beside: &[],
    }
    .main()
}
