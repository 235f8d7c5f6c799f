//! Who wakes a task when bytes have come? The operating system: the executor parks
//! in its poll, and every event wakes the task that left a waker for that socket.
//! Time is left out for a moment.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Registry, Token};

// ANCHOR: park-in-the-systems-poll
const UNPARK: Token = Token(0);

/// The operating system's list of our sockets, and the task that waits for each.
struct Reactor {
    registry: Registry,
    waiting: RefCell<HashMap<Token, Waker>>,
    next: Cell<usize>,
}

impl Executor {
    /// Until the last task is done.
    fn run(&self, poll: &mut mio::Poll) -> io::Result<()> {
        let mut events = Events::with_capacity(64);
        self.run_woken();
        while !self.tasks.borrow().is_empty() {
            poll.poll(&mut events, None)?; // until an event, or a wake from another thread
            for event in &events {
                let waiter =
                    self.reactor.waiting.borrow_mut().remove(&event.token());
                waiter.into_iter().for_each(Waker::wake);
            }
            self.run_woken();
        }
        Ok(())
    }
}
// ANCHOR_END: park-in-the-systems-poll

// ANCHOR: try-first-then-wait
/// A socket in the system's list, for as long as it lives.
struct Source<S: mio::event::Source> {
    socket: S,
    token: Token,
    reactor: Rc<Reactor>,
}

impl<S: mio::event::Source> Source<S> {
    fn new(mut socket: S, reactor: &Rc<Reactor>) -> io::Result<Self> {
        let token = Token(reactor.next.replace(reactor.next.get() + 1));
        reactor.registry.register(
            &mut socket,
            token,
            Interest::READABLE | Interest::WRITABLE,
        )?;
        Ok(Source { socket, token, reactor: reactor.clone() })
    }

    /// Tries first, and waits only when there was nothing: of bytes that lie there
    /// already, the system has told us once and tells us no more.
    async fn ready<T>(
        &mut self,
        mut act: impl FnMut(&mut S) -> io::Result<T>,
    ) -> io::Result<T> {
        poll_fn(|cx| match act(&mut self.socket) {
            Err(why) if why.kind() == ErrorKind::WouldBlock => {
                self.reactor
                    .waiting
                    .borrow_mut()
                    .insert(self.token, cx.waker().clone());
                Poll::Pending
            }
            outcome => Poll::Ready(outcome),
        })
        .await
    }
}

impl<S: mio::event::Source> Drop for Source<S> {
    fn drop(&mut self) {
        self.reactor.waiting.borrow_mut().remove(&self.token);
        let _ = self.reactor.registry.deregister(&mut self.socket); // closing does the same
    }
}
// ANCHOR_END: try-first-then-wait

// ANCHOR: answer-a-connection
/// Answers one request after another on one connection, until the client wants no
/// more.
async fn serve(mut stream: Source<TcpStream>) -> io::Result<()> {
    let mut received = Vec::new();
    loop {
        // A request is over at the empty line. It may come in one piece, or byte by
        // byte.
        let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n")
        else {
            let mut some = [0; 512];
            match stream.ready(|socket| socket.read(&mut some)).await? {
                0 => return Ok(()), // the client is done
                read => received.extend_from_slice(&some[..read]),
            }
            continue;
        };
        // What came behind it is the next one's.
        let head: Vec<u8> = received.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head);
        let mut words = head.lines().next().unwrap_or_default().split(' ');
        let (status, body) = match (words.next(), words.next(), words.next()) {
            (Some("GET"), Some("/"), Some("HTTP/1.1")) => ("200 OK", "hello"),
            (Some(_), Some(_), Some("HTTP/1.1")) => ("404 Not Found", ""),
            _ => ("400 Bad Request", ""),
        };
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
        let mut rest = answer.as_bytes();
        while !rest.is_empty() {
            let written = stream.ready(|socket| socket.write(rest)).await?;
            rest = &rest[written..];
        }
        if status.starts_with("400") {
            return Ok(()); // who knows what else comes: close, rather than guess where it goes on
        }
    }
}
// ANCHOR_END: answer-a-connection

// Tasks, wakers and the queue of the listing before; only the waker now unparks
// mio's poll.

type TaskId = usize;
type Task = Pin<Box<dyn Future<Output = ()>>>;

struct RunQueue {
    woken: Mutex<VecDeque<TaskId>>,
    executor: mio::Waker,
}

struct TaskWaker {
    task: TaskId,
    queue: Arc<RunQueue>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.queue
            .woken
            .lock()
            .expect("no panic holds this lock")
            .push_back(self.task);
        self.queue
            .executor
            .wake()
            .expect("the poll it wakes lives as long as the executor");
    }
}

struct Executor {
    queue: Arc<RunQueue>,
    reactor: Rc<Reactor>,
    tasks: RefCell<BTreeMap<TaskId, Task>>,
    next: Cell<TaskId>,
}

impl Executor {
    fn new(poll: &mio::Poll) -> io::Result<Rc<Self>> {
        let registry = poll.registry().try_clone()?;
        let executor = mio::Waker::new(&registry, UNPARK)?;
        let reactor =
            Reactor { registry, waiting: RefCell::default(), next: Cell::new(1) };
        Ok(Rc::new(Executor {
            queue: Arc::new(RunQueue { woken: Mutex::default(), executor }),
            reactor: Rc::new(reactor),
            tasks: RefCell::default(),
            next: Cell::new(1),
        }))
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        let id = self.next.replace(self.next.get() + 1);
        self.tasks.borrow_mut().insert(id, Box::pin(future));
        self.waker(id).wake();
    }

    fn run_woken(&self) {
        loop {
            let woken = self
                .queue
                .woken
                .lock()
                .expect("no panic holds this lock")
                .pop_front();
            let Some(id) = woken else { return };
            let Some(mut task) = self.tasks.borrow_mut().remove(&id) else {
                continue;
            };
            let waker = self.waker(id);
            if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                self.tasks.borrow_mut().insert(id, task);
            }
        }
    }

    fn waker(&self, task: TaskId) -> Waker {
        Waker::from(Arc::new(TaskWaker { task, queue: self.queue.clone() }))
    }
}

// ANCHOR: accept-and-spawn
const CLIENTS: [fn(SocketAddr) -> io::Result<String>; 3] =
    [one_after_another, byte_by_byte, nonsense];

fn main() -> io::Result<()> {
    let mut poll = mio::Poll::new()?;
    let executor = Executor::new(&poll)?;
    let listener = TcpListener::bind("127.0.0.1:0".parse().expect("an address"))?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}");

    let clients = CLIENTS.map(|client| thread::spawn(move || client(address)));
    let mut listener = Source::new(listener, &executor.reactor)?;
    let spawner = Rc::downgrade(&executor); // a task that owned its executor would never be dropped
    executor.spawn(async move {
        for _ in 0..CLIENTS.len() {
            let Ok((socket, _)) =
                listener.ready(|listener| listener.accept()).await
            else {
                return;
            };
            let Some(executor) = spawner.upgrade() else { return };
            let Ok(stream) = Source::new(socket, &executor.reactor) else {
                continue;
            };
            executor.spawn(async move {
                if let Err(why) = serve(stream).await {
                    println!("one connection failed, and only that one: {why}");
                }
            });
        }
    });
    executor.run(&mut poll)?;
    for client in clients {
        println!("{}", client.join().expect("a client does not panic")?);
    }
    Ok(())
}
// ANCHOR_END: accept-and-spawn

// ANCHOR: three-clients
/// Two requests, one after the other, on one connection.
fn one_after_another(address: SocketAddr) -> io::Result<String> {
    let mut stream = std::net::TcpStream::connect(address)?;
    let mut answers = String::new();
    for path in ["/", "/elsewhere"] {
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n")?;
        let mut some = [0; 512];
        let read = stream.read(&mut some)?;
        answers += &format!("\n   {:?}", String::from_utf8_lossy(&some[..read]));
    }
    Ok(format!("one connection, two answers:{answers}"))
}

/// Each byte in a packet of its own: the server's task is woken for each, and waits
/// on.
fn byte_by_byte(address: SocketAddr) -> io::Result<String> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    for byte in b"GET / HTTP/1.1\r\n\r\n" {
        stream.write_all(&[*byte])?;
    }
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(format!("byte by byte:\n   {answer:?}"))
}

fn nonsense(address: SocketAddr) -> io::Result<String> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.write_all(b"hello, is this the database?\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(format!("nonsense:\n   {answer:?}"))
}
// ANCHOR_END: three-clients
