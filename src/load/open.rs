//! The open loop: each request is sent when it is due, whatever became of the others.
//!
//! A request that is due takes an idle lane, or opens another one. Where all lanes are taken it
//! waits in the backlog of the generator with its due time kept, so that its wait is counted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::arrivals::{Pace, pace};
use super::lane::{Lane, Turn, ask};
use super::lateness::Lateness;
use super::warm_up::Fates;
use super::{Clock, Load, Target, joined};
use crate::record::outcome::Outcome;
use crate::record::{Fact, Sample};

/// How soon the pacing notices that the run is over.
const LONGEST_NAP: Duration = Duration::from_millis(100);

/// Says when each request is due, on a thread of its own: tokio's timer counts in whole
/// milliseconds, a thread sleeps more exactly than that, and it burns no core.
pub(super) fn keep_pace(
    due: &[u64],
    clock: Clock,
    limit: Duration,
    to: mpsc::UnboundedSender<u64>,
) {
    let limit = limit.as_micros() as u64;
    let mut sent = 0;
    while clock.now() < limit && !to.is_closed() {
        match pace(due, clock.now(), sent) {
            Pace::Done => return,
            Pace::Wait(us) => thread::sleep(Duration::from_micros(us).min(LONGEST_NAP)),
            Pace::Send(n) => {
                for &at in &due[sent..sent + n] {
                    if to.send(at).is_err() {
                        return; // the run is over
                    }
                }
                sent += n;
            }
        }
    }
}

/// Sends each request of `due` when `arriving` says so, and returns what is to be known of the
/// generator itself.
pub(super) async fn run(
    load: &Load,
    target: &Target,
    clock: Clock,
    due: &[u64],
    mut arriving: mpsc::UnboundedReceiver<u64>,
    fates: &Arc<Fates>,
) -> Result<Vec<Fact>, String> {
    let limit = clock.moment(load.limit);
    let dispatcher = Arc::new(Dispatcher::default());
    let mut lanes = JoinSet::new();
    let (mut arrived, mut opened) = (0, 0);
    loop {
        let at = tokio::select! {
            at = timeout_at(limit, arriving.recv()) => at,
            // No lane ends before the dispatcher closes, unless by this machine's failure.
            Some(ended) = lanes.join_next() => {
                joined(ended)?;
                continue;
            }
        };
        let Ok(Some(due)) = at else { break };
        let turn = Turn { due, number: arrived as u32 };
        arrived += 1;
        let Some(turn) = dispatcher.to_idle(turn) else { continue };
        if opened == load.lanes {
            dispatcher.keep_waiting(turn);
            continue;
        }
        let lane = Lane::new(opened, load, target, clock, fates);
        lanes.spawn(serve(lane, dispatcher.clone(), turn, limit));
        opened += 1;
    }
    dispatcher.close();
    while let Some(ended) = lanes.join_next().await {
        joined(ended)?;
    }
    // The limit came first: these were never sent, and those at the end not even due.
    let mut state = dispatcher.state();
    let waited = state.backlog.iter().map(|turn| &turn.due);
    for (&at, nth) in waited.chain(&due[arrived..]).zip(0..) {
        let sample = Sample::due(nth % load.lanes, at.min(clock.now()), Outcome::Unfinished);
        fates.keep(sample.into())?;
    }
    state.backlog.clear();
    Ok(state.lateness.facts())
}

/// A lane's life: the request it was opened for, then whatever is due.
async fn serve(
    lane: Lane,
    dispatcher: Arc<Dispatcher>,
    first: Turn,
    limit: Instant,
) -> Result<(), String> {
    let mut open = None;
    let mut next = Some(Ready { turn: first, waited: false });
    while let Some(Ready { turn, waited }) = next {
        let taken = lane.clock.now();
        let exchange = ask(&lane, turn, &mut open).await?;
        if !waited {
            dispatcher.state().lateness.count(&exchange.sample, taken);
        }
        lane.fates.keep(exchange)?;
        if Instant::now() >= limit {
            break; // what waits in the backlog stays there, and is unfinished
        }
        next = match dispatcher.next() {
            Next::Now(ready) => Some(ready),
            Next::Later(ready) => ready.await.ok(),
            Next::Never => None,
        };
    }
    Ok(())
}

/// A request that is due.
struct Ready {
    turn: Turn,
    /// whether it waited in the backlog, because no lane was free
    waited: bool,
}

enum Next {
    Now(Ready),
    Later(oneshot::Receiver<Ready>),
    Never,
}

/// Where requests and lanes find each other.
#[derive(Default)]
struct Dispatcher {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// the lane that was last over comes first: its connection is the least likely to have ended
    idle: Vec<oneshot::Sender<Ready>>,
    backlog: VecDeque<Turn>,
    closed: bool,
    lateness: Lateness,
}

impl Dispatcher {
    /// Everything runs on one thread, and nobody keeps this across an await.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }

    /// Hands a request to an idle lane, or back where there is none.
    fn to_idle(&self, turn: Turn) -> Option<Turn> {
        let mut ready = Ready { turn, waited: false };
        let mut state = self.state();
        while let Some(lane) = state.idle.pop() {
            match lane.send(ready) {
                Ok(()) => return None,
                Err(back) => ready = back,
            }
        }
        Some(ready.turn)
    }

    fn keep_waiting(&self, turn: Turn) {
        let mut state = self.state();
        state.backlog.push_back(turn);
        state.lateness.exhausted += 1;
    }

    /// What a lane does that is free again.
    fn next(&self) -> Next {
        let mut state = self.state();
        if let Some(turn) = state.backlog.pop_front() {
            return Next::Now(Ready { turn, waited: true });
        }
        if state.closed {
            return Next::Never;
        }
        let (lane, ready) = oneshot::channel();
        state.idle.push(lane);
        Next::Later(ready)
    }

    /// Nothing more will come: lanes end when the backlog is empty.
    fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.idle.clear();
    }
}
