//! What a runtime can be asked to tell: each spawn, poll and wake, at the moment it
//! happens.

use std::sync::Arc;

/// A task's number. Never used twice, so that a late wake finds nobody rather than
/// a stranger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub u64);

/// The future that was given to `block_on`.
pub const MAIN: TaskId = TaskId(0);

/// What can happen to a task. Its words are those of the record's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Spawned,
    Polled,
    Pending,
    Woken,
    Done,
}

impl What {
    pub const ALL: [What; 5] =
        [What::Spawned, What::Polled, What::Pending, What::Woken, What::Done];

    pub fn word(self) -> &'static str {
        match self {
            What::Spawned => "spawned",
            What::Polled => "polled",
            What::Pending => "pending",
            What::Woken => "woken",
            What::Done => "done",
        }
    }
}

/// Listens to a runtime, or does not. Send + Sync, because a wake may come from any
/// thread.
#[derive(Clone, Default)]
pub struct Tracer(Option<Arc<dyn Fn(TaskId, What) + Send + Sync>>);

impl Tracer {
    pub fn new(listen: impl Fn(TaskId, What) + Send + Sync + 'static) -> Self {
        Tracer(Some(Arc::new(listen)))
    }

    pub fn tell(&self, task: TaskId, what: What) {
        if let Some(listen) = &self.0 {
            listen(task, what);
        }
    }
}
