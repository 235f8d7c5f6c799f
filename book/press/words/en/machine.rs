//! Where runs were made.

use while_you_wait::record::Machine;
use while_you_wait::views::quantity::Quantity;

/// One machine: `Linux 6.18.0 on x86_64, An Example CPU, 2 cores, …`.
pub fn describe(machine: &Machine) -> String {
    let os = match machine.os.as_str() {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    };
    let mut parts = vec![match &machine.kernel {
        Some(kernel) => format!("{os} {kernel} on {}", machine.arch),
        None => format!("{os} on {}", machine.arch),
    }];
    parts.extend(machine.cpu.clone());
    parts.push(match machine.cores {
        1 => "1 core".into(),
        n => format!("{n} cores"),
    });
    if let Some(bytes) = machine.memory_bytes {
        parts.push(format!("{} of memory", Quantity::Bytes(bytes as f64)));
    }
    parts.push(format!("{} build by {}", machine.build, machine.rustc));
    parts.join(", ")
}

/// The days on which runs were made, the first and the last.
pub fn recorded(machines: &[String], first: &str, last: &str) -> String {
    let machines = machines.join(", and ");
    match first == last {
        true => format!("{machines}; recorded on {first}."),
        false => format!("{machines}; recorded between {first} and {last}."),
    }
}
