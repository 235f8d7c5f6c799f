//! The page that asked for a run, and those that wait for their turn: what they are told, a line of
//! JSON each.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use while_you_wait::record::Reader;
use while_you_wait::views::names::series_of;

use crate::words::live as words;

/// How one run's news leave.
pub struct Page {
    pub to: mpsc::Sender<Bytes>,
    /// whoever waits sees what is going on: the last of each kind of news
    pub others: watch::Sender<Value>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.others.send_replace(Value::Null);
    }
}

impl Page {
    /// Once: what is being run.
    pub async fn begins(&self, command: &str) {
        self.tell(json!({"command": command})).await;
    }

    /// A line of a program's stderr, as it is.
    pub async fn say(&self, line: &str) {
        self.tell(json!({"say": line})).await;
    }

    /// What is going on from now on, in a sentence that is read out.
    pub async fn state(&self, state: &str) {
        self.tell_all(json!({"state": state})).await;
    }

    pub async fn figure(&self, html: &str) {
        self.tell_all(json!({"figure": html})).await;
    }

    /// How far it is: a number from 0 to 1, and words. The run that is being made began so long ago.
    pub async fn progress(&self, reader: &Reader, runs: usize, since: Duration) {
        let Some(run) = reader.unfinished() else { return };
        let load = &run.header.load;
        let all = load.requests + load.probe.as_ref().map_or(0, |probe| probe.requests);
        let (done, name) = (run.samples.len(), series_of(run).to_string());
        let (part, told) = match load.duration_us {
            Some(us) => {
                let lasts = us as f64 / 1e6;
                let lasted = since.as_secs_f64().min(lasts);
                // What ends by time may come to more requests than a record holds one by one.
                (lasted / lasts, words::lasted(&name, lasted, lasts, done))
            }
            None if all == 0 => (0.5, words::so_far(&name, done)),
            None => (done as f64 / f64::from(all), words::of_all(&name, done, all)),
        };
        let part = ((reader.finished() as f64 + part) / runs as f64).min(1.0);
        self.tell_all(json!({"part": part, "progress": told})).await;
    }

    pub async fn over(&self, over: Result<Value, String>) {
        self.tell(match over {
            Ok(over) => json!({"over": over}),
            Err(why) => json!({"over": {"wrong": why}}),
        })
        .await;
    }

    /// Who does not read is not told any more; that the run ends with it is seen to elsewhere.
    async fn tell(&self, news: Value) {
        tell(&self.to, &news).await;
    }

    async fn tell_all(&self, news: Value) {
        tell(&self.to, &news).await;
        self.others.send_modify(|seen| {
            for (kind, what) in news.as_object().into_iter().flatten() {
                seen[kind] = what.clone();
            }
        });
    }
}

pub async fn tell(to: &mpsc::Sender<Bytes>, news: &Value) {
    let _ = to.send(Bytes::from(format!("{news}\n"))).await;
}
