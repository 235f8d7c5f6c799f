//! The head of a run: what is run, by which command, on which machine.

use std::time::SystemTime;

use super::plan::Step;
use crate::chapter::{Asked, Case, Chapter};
use crate::record::{COLUMNS, Header, LoadSettings, Machine, VERSION, machine};

/// The head of a run, before it begins.
pub fn header(chapter: &Chapter, step: &Step, case: &Case, repeat: u32) -> Header {
    let machine = machine::this();
    Header {
        version: VERSION,
        chapter: chapter.name.into(),
        experiment: step.experiment.name.into(),
        case: case.name.into(),
        repeat,
        repeats: step.repeats,
        delay_us: step.delay.as_micros() as u64,
        load: match step.asked {
            Asked::ByLoad(load) => load.of_repeat(repeat).settings(),
            Asked::ByGenerator(generator, load) => LoadSettings {
                by: Some(generator.name.into()),
                ..load.of_repeat(repeat).settings()
            },
            // No load was sent, so the record must not show the settings of one.
            Asked::ByHand(_) => LoadSettings::by_hand(),
        },
        command: command(&machine),
        machine,
        date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        columns: COLUMNS.map(String::from).to_vec(),
    }
}

/// The command that a reader types for what is running now. Where the record goes is left out:
/// it changes nothing, and a path is its writer's own affair.
fn command(machine: &Machine) -> String {
    let mut args = Vec::new();
    let mut typed = std::env::args();
    let program = typed.next().unwrap_or_default();
    while let Some(arg) = typed.next() {
        if arg == "--json" {
            typed.next();
        } else if !arg.starts_with("--json=") {
            args.push(arg);
        }
    }
    let name = std::path::Path::new(&program).file_stem().unwrap_or_default();
    let release = if machine.build == "release" { " --release" } else { "" };
    let more = if args.is_empty() { String::new() } else { format!(" -- {}", args.join(" ")) };
    format!("cargo run{release} --example {}{more}", name.to_string_lossy())
}
