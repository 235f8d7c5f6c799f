//! SQLite lets one write at a time. So one task writes, and whoever has something to write sends it.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};
use while_you_wait::Failure;

use chap7::database::sqlite::{Writing, open, work_on};
use chap7::work::{Done, Trouble, Work};

// ANCHOR: one-writer
/// What is to be written, and whom to tell.
type Order = (Work, oneshot::Sender<Result<Done, Trouble>>);

/// A thread that owns the only connection which writes.
#[derive(Clone)]
pub struct Writer {
    orders: mpsc::Sender<Order>,
}

impl Writer {
    pub fn start(file: &Path, wait: Duration) -> Result<Writer, Failure> {
        let writing = Writing::default();
        let connection = open(file, writing)?;
        let (orders, given) = mpsc::channel(MOST);
        thread::spawn(move || write(connection, given, wait, writing));
        Ok(Writer { orders })
    }

    /// Waits for its turn as any future waits, and is told when it is written.
    pub async fn work(&self, work: Work) -> Result<Done, Trouble> {
        let (telling, told) = oneshot::channel();
        self.orders.try_send((work, telling)).map_err(|_| Trouble::TooManyWait)?;
        told.await.map_err(|_| Trouble::Away("its writer is gone".into()))?
    }
}

/// So many may wait to be written.
const MOST: usize = 64;

fn write(
    mut connection: Connection,
    mut given: mpsc::Receiver<Order>,
    wait: Duration,
    writing: Writing,
) {
    while let Some((work, telling)) = given.blocking_recv() {
        if telling.is_closed() {
            continue; // whoever wanted it has left
        }
        let held = Instant::now();
        let done = work_on(&mut connection, work, wait, writing);
        let _ =
            telling.send(done.map(|answer| Done { answer, held: held.elapsed() }));
    }
}
// ANCHOR_END: one-writer
