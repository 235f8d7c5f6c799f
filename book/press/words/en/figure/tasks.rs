//! Traces: the tasks of a runtime.

use crate::words::counted;

pub const WHO_WAS_POLLED: &str = "Who was polled when";
pub const LINES: &str = "A line is a task.";

pub const WOKEN: &str = "woken: in the queue";
pub const BEING_POLLED: &str = "being polled";
pub const WAITING: &str = "waiting";
pub const SPAWNED: &str = "spawned";
pub const DONE: &str = "done";

pub fn done_at(task: &str, ms: &str) -> String {
    format!("{task}: done at {ms} ms")
}

pub fn stretch(task: &str, what: &str, from: &str, to: &str) -> String {
    format!("{task}, {what}, {from} to {to} ms")
}

pub fn polls(how_many: usize, in_all: &str, longest: &str) -> String {
    format!("{} took {in_all} in all, the longest of them {longest}.", counted::polls(how_many))
}

pub fn description(of: &str, over: &str, tasks: &[String]) -> String {
    format!("{of} over {over}. {}", tasks.join(" "))
}

pub fn sentence(
    task: &str,
    polls: usize,
    polled: &str,
    waited: &str,
    queued: &str,
    done: bool,
) -> String {
    let polls = counted::polls(polls);
    let done = if done { "; done" } else { "" };
    format!("{task}: {polls}, {polled} in all; waiting for {waited}, queued for {queued}{done}.")
}
