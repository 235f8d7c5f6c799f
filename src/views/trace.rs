//! Which task was polled when, lane by lane. Pure: a run's events go in, spans and marks come out.

use super::events::{self, Stretches, by_lane};
use crate::record::Run;
use crate::runtime::trace::What;

/// What a task was doing for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    /// on the thread
    Polling,
    /// had said "not yet", and nobody had woken it
    Waiting,
    /// woken, and queued until the thread was free
    Woken,
}

/// A stretch of a task's life.
pub type TaskSpan = events::Span<TaskState>;

/// One lane: what happened to one task, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLane {
    /// as the server called the task
    pub name: String,
    /// in order
    pub spans: Vec<TaskSpan>,
    /// when the first thing was told of it, in microseconds from the run's start, as the next two
    pub first: u64,
    /// when it was made, where that was told
    pub spawned: Option<u64>,
    /// when it was over, where it was
    pub done: Option<u64>,
}

/// The lanes of a run, in order of their first event. Spans of a lane do not overlap.
///
/// # Errors
/// An event is none of those that a task can have.
pub fn lanes(run: &Run) -> Result<Vec<TaskLane>, String> {
    let mut lanes = Vec::new();
    for (name, events) in by_lane(run) {
        let mut task = Task::new(name, events[0].at);
        for event in events {
            let what = what(&event.what)
                .ok_or_else(|| format!("{:?} is nothing that can happen to a task", event.what))?;
            task.hear(event.at, what);
        }
        lanes.push(task.end(run.end.at));
    }
    Ok(lanes)
}

fn what(word: &str) -> Option<What> {
    What::ALL.into_iter().find(|what| what.word() == word)
}

/// A lane, and what its task is doing at the moment.
struct Task {
    lane: TaskLane,
    stretches: Stretches<TaskState>,
    /// woken in the middle of its own poll: it will be queued as soon as that is over
    woken: bool,
}

impl Task {
    fn new(name: &str, first: u64) -> Self {
        let name = name.to_string();
        let lane = TaskLane { name, spans: Vec::new(), first, spawned: None, done: None };
        Task { lane, stretches: Stretches::keeping(TaskState::Polling), woken: false }
    }

    fn hear(&mut self, at: u64, what: What) {
        let now = self.stretches.now();
        match what {
            What::Spawned => self.lane.spawned = Some(at),
            What::Polled => {
                self.woken = false;
                self.turn(at, Some(TaskState::Polling));
            }
            What::Pending if self.woken => self.turn(at, Some(TaskState::Woken)),
            What::Pending => self.turn(at, Some(TaskState::Waiting)),
            What::Woken if now == Some(TaskState::Polling) => self.woken = true,
            // Queued already; or done, and whoever kept its waker wakes nobody.
            What::Woken if now == Some(TaskState::Woken) || self.lane.done.is_some() => {}
            What::Woken => self.turn(at, Some(TaskState::Woken)),
            What::Done => {
                self.turn(at, None);
                self.lane.done = Some(at);
            }
        }
    }

    fn turn(&mut self, at: u64, next: Option<TaskState>) {
        self.stretches.turn(at, next);
    }

    fn end(self, at: u64) -> TaskLane {
        TaskLane { spans: self.stretches.end(at), ..self.lane }
    }
}
