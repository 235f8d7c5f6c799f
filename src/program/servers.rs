//! The servers of one run: the one that is asked, and those that it needs beside it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::plan::Step;
use crate::chapter::{Case, Chapter, Counters};
use crate::load;
use crate::record::{Event, Fact, Line};
use crate::server::monitor::Watch;
use crate::server::process::{Ended, Server};

/// Running servers, each watched by itself. Dropping them ends them all, whatever happened.
#[derive(Default)]
pub struct Servers {
    /// the one that is asked, last of all: it needs the others, and is started after and ended
    /// before them
    running: Vec<Running>,
}

struct Running {
    case: String,
    server: Server,
    /// until its facts were taken
    watch: Option<Watch>,
}

impl Servers {
    /// Starts what the case needs beside it, in order, and then the case.
    ///
    /// # Errors
    /// One of them did not start; then none is left running.
    pub fn of(chapter: &Chapter, case: &Case, step: &Step) -> Result<Self, String> {
        let mut servers = Servers::default();
        for name in chapter.beside(case.name) {
            servers
                .start(chapter, name, step.delay, None, &[])
                .map_err(|why| format!("{name}, beside {}: {why}", case.name))?;
        }
        servers.start(chapter, case.name, step.delay, step.experiment.address_space, &[])?;
        Ok(servers)
    }

    /// Starts one more, and tells it where those listen that it needs, of those before it and of
    /// `others`.
    ///
    /// # Errors
    /// It did not start.
    pub fn start(
        &mut self,
        chapter: &Chapter,
        case: &str,
        delay: Duration,
        address_space: Option<u64>,
        others: &[(String, SocketAddr)],
    ) -> Result<(), String> {
        let mut args = vec![case.into(), "--delay".into(), format!("{}us", delay.as_micros())];
        if let Some(bytes) = address_space {
            args.extend(["--address-space".into(), bytes.to_string()]);
        }
        let needed = |(name, _): &(String, _)| chapter.beside(case).contains(&name.as_str());
        for (name, addr) in others.iter().cloned().chain(self.addresses()).filter(needed) {
            args.extend(["--beside".into(), format!("{name}={addr}")]);
        }
        let server = Server::start(&args)?;
        let watch = Some(Watch::start(server.pid()));
        self.running.push(Running { case: case.into(), server, watch });
        Ok(())
    }

    /// Where each listens.
    pub fn addresses(&self) -> impl Iterator<Item = (String, SocketAddr)> {
        self.running.iter().map(|one| (one.case.clone(), one.server.addr))
    }

    /// Where the one listens that is asked.
    pub fn addr(&self) -> SocketAddr {
        self.asked().server.addr
    }

    fn asked(&self) -> &Running {
        self.running.last().expect("a case is its own last server")
    }

    /// Ends them, and gives what they and whoever watched them have to add to the record: facts of
    /// those beside under their case's name, such as `model-cpu`. Times count from `began`, to at
    /// most `took`.
    ///
    /// # Errors
    /// A server does not say what it counted.
    pub fn finish(
        mut self,
        counters: Option<Counters>,
        began: Instant,
        took: u64,
    ) -> Result<(Vec<Event>, Vec<Fact>), String> {
        let asked = self.asked().case.clone();
        let own = |case: &str, fact| named(case, &asked, fact);
        let (mut events, mut facts) = (Vec::new(), Vec::new());
        // Before anything else is asked of them: that is no part of the run.
        for one in self.running.iter_mut().rev() {
            let watched = one.watch.take().map(Watch::finish).unwrap_or_default();
            facts.extend(watched.into_iter().map(|fact| own(&one.case, fact)));
        }
        if let Some(Counters { path, every, of }) = counters {
            let of = if of.is_empty() { &[asked.as_str()][..] } else { of };
            for one in self.running.iter().rev().filter(|one| of.contains(&one.case.as_str())) {
                let counted = load::settled(one.server.addr, path, every)?;
                facts.extend(counted.into_iter().map(|fact| own(&one.case, fact)));
            }
        }
        while let Some(Running { case, server, .. }) = self.running.pop() {
            let (ended, added) = server.stop(began);
            for line in added {
                match line {
                    // Its clock and ours agree to within a line's way through a pipe, not better.
                    Line::Event(Event { lane, at, what }) => {
                        let lane = if case == asked { lane } else { format!("{case} {lane}") };
                        events.push(Event { lane, at: at.min(took), what });
                    }
                    Line::Fact(fact) => facts.push(own(&case, fact)),
                    _ => {}
                }
            }
            facts.extend(end_of(ended).into_iter().map(|fact| own(&case, fact)));
        }
        Ok((events, facts))
    }
}

impl Drop for Servers {
    /// The last first, as `finish` does: none is without those it needs.
    fn drop(&mut self) {
        while self.running.pop().is_some() {}
    }
}

/// A fact of a server beside has that server's name before its own.
fn named(case: &str, asked: &str, fact: Fact) -> Fact {
    match case == asked {
        true => fact,
        false => Fact { name: format!("{case}-{}", fact.name), ..fact },
    }
}

/// How the server's life ended, as facts.
fn end_of(ended: Ended) -> Vec<Fact> {
    match ended {
        Ended::Stopped => vec![Fact::text("server-exit", "stopped")],
        Ended::Died { how, said } => {
            vec![Fact::text("server-exit", format!("died: {how}")), Fact::text("server-said", said)]
        }
    }
}
