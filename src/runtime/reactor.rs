//! Who waits for bytes? The reactor asks the operating system about all of them in
//! one call.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use mio::{Events, Interest, Registry, Token};

/// The token of wakes from other threads; sockets count up from the next.
const UNPARK: Token = Token(0);

// ANCHOR: park-until-something-happens
/// The operating system's list of sockets, and who waits for which of them.
pub struct Reactor {
    poll: RefCell<mio::Poll>,
    events: RefCell<Events>,
    registry: Registry,
    // What comes out of here is dropped when the map is free again (`_old`): a
    // waker that is not ours may own futures, whose sockets come back here to be
    // taken out.
    waiting: RefCell<HashMap<(Token, Direction), Waker>>,
    next: Cell<usize>,
}

/// What a task waits to do with a socket. One task each: `&mut self` in `net` sees
/// to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    Read,
    Write,
}

impl Reactor {
    /// Parks this thread until a socket is ready, another thread unparks it, or
    /// time is up.
    pub fn park(&self, timeout: Option<Duration>) {
        let mut events = self.events.borrow_mut();
        match self.poll.borrow_mut().poll(&mut events, timeout) {
            // A signal came. There is no event to see to, and the executor will
            // park again.
            Err(why) if why.kind() == io::ErrorKind::Interrupted => events.clear(),
            outcome => outcome.expect("our own selector, our own buffer: nothing to refuse"),
        }
    }

    /// Wakes everyone for whom the last `park` brought news.
    pub fn wake_ready(&self) {
        for event in self.events.borrow().iter() {
            // A failed or closed socket is ready for everything: trying will say
            // how it failed.
            let over = event.is_error();
            if over || event.is_readable() || event.is_read_closed() {
                self.wake(event.token(), Direction::Read);
            }
            if over || event.is_writable() || event.is_write_closed() {
                self.wake(event.token(), Direction::Write);
            }
        }
    }

    fn wake(&self, token: Token, direction: Direction) {
        // Nobody: no task waits for this now, or the socket was dropped since.
        let waker = self.waiting.borrow_mut().remove(&(token, direction));
        waker.into_iter().for_each(Waker::wake);
    }
}
// ANCHOR_END: park-until-something-happens

// ANCHOR: try-then-wait
/// A socket that is registered for as long as it lives.
pub struct Source<S: mio::event::Source> {
    pub socket: S,
    token: Token,
    reactor: Rc<Reactor>,
}

impl<S: mio::event::Source> Source<S> {
    /// Tries; where the socket would block, leaves the task's waker and is pending.
    ///
    /// The order is the whole trick. The system tells only of a *change* to ready
    /// (edge-triggered), and after "would block" the next change is still to come.
    /// A task that waited without having tried might wait for a change that has
    /// been.
    pub fn attempt<T>(
        &mut self,
        cx: &mut Context<'_>,
        direction: Direction,
        mut act: impl FnMut(&mut S) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        loop {
            match act(&mut self.socket) {
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => {
                    let key = (self.token, direction);
                    let _old = self.reactor.waiting.borrow_mut().insert(key, cx.waker().clone());
                    return Poll::Pending;
                }
                outcome => return Poll::Ready(outcome),
            }
        }
    }
}
// ANCHOR_END: try-then-wait

// ANCHOR: registered-while-it-lives
impl<S: mio::event::Source> Source<S> {
    /// # Errors
    /// The operating system does not take the socket.
    pub fn register(mut socket: S, reactor: Rc<Reactor>) -> io::Result<Self> {
        let token = Token(reactor.next.replace(reactor.next.get() + 1));
        reactor.registry.register(&mut socket, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Source { socket, token, reactor })
    }
}

impl<S: mio::event::Source> Drop for Source<S> {
    fn drop(&mut self) {
        // It can fail only for a socket that the system knows no more, which is
        // what we want.
        let _ = self.reactor.registry.deregister(&mut self.socket);
        for direction in [Direction::Read, Direction::Write] {
            let _old = self.reactor.waiting.borrow_mut().remove(&(self.token, direction));
        }
    }
}
// ANCHOR_END: registered-while-it-lives

impl Reactor {
    /// The reactor, and the handle with which other threads end its `park`.
    ///
    /// # Errors
    /// The operating system has no selector left for us, usually for want of file descriptors.
    pub fn new() -> io::Result<(Self, Arc<mio::Waker>)> {
        let poll = mio::Poll::new()?;
        let registry = poll.registry().try_clone()?;
        let unpark = Arc::new(mio::Waker::new(&registry, UNPARK)?);
        let reactor = Reactor {
            poll: RefCell::new(poll),
            events: RefCell::new(Events::with_capacity(1024)),
            registry,
            waiting: RefCell::default(),
            next: Cell::new(UNPARK.0 + 1),
        };
        Ok((reactor, unpark))
    }

    /// How many waits there are.
    pub fn count(&self) -> usize {
        self.waiting.borrow().len()
    }
}
