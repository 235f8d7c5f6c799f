//! With PostgreSQL, which serves beside them.

use std::sync::Arc;
use std::time::Duration;

use chap7::database::access::Access;
use chap7::database::awaiting::Awaiting;
use chap7::database::blocking::Postgres;
use chap7::database::cluster::Cluster;
use chap7::database::leaving::work_or_cancel;
use chap7::servers::looks::{Looks, watched};
use chap7::servers::payments::Payments;
use chap7::servers::web::{self, Working};
use chap7::servers::{held as orders, python, threads as on_threads, twice};
use chap7::work::{Pool, Work};
use while_you_wait::{Failure, Serve};

use super::on_one_thread;

/// The database itself.
pub fn database(serve: &Serve) -> Result<(), Failure> {
    let cluster = Cluster::start(serve.addr)?;
    serve.listening(cluster.addr);
    Err(cluster.ended())
}

/// Where the database is, asked once whether it is there.
fn access(serve: &Serve) -> Result<Access, Failure> {
    let access = Access::of(serve.beside("postgres")?);
    access.check()?;
    Ok(access)
}

/// What a server says of it.
fn at(access: &Access) -> String {
    format!("postgres {}", access.addr)
}

fn with_async(
    serve: &Serve,
    pool: Pool,
    work: impl FnOnce(
        Awaiting,
        &Access,
    )
        -> Result<Box<dyn Fn(Work) -> Working + Send + Sync>, Failure>,
) -> Result<(), Failure> {
    let access = access(serve)?;
    on_one_thread(serve, async || {
        let work = work(Awaiting::new(&access, pool)?.filled().await?, &access)?;
        Ok(web::routes(at(&access), work))
    })
}

fn with_pool(serve: &Serve, pool: Pool) -> Result<(), Failure> {
    with_async(serve, pool, |database, _| {
        Ok(Box::new(web::awaiting(database, serve.delay)))
    })
}

fn with_blocking(serve: &Serve, pool: Pool) -> Result<(), Failure> {
    let access = access(serve)?;
    let database = Arc::new(Postgres::new(&access, pool)?);
    on_one_thread(serve, async || {
        Ok(web::routes(at(&access), web::on_blocking_pool(database, serve.delay)))
    })
}

fn with_threads(serve: &Serve, pool: Pool) -> Result<(), Failure> {
    let access = access(serve)?;
    on_threads::serve(serve, Arc::new(Postgres::new(&access, pool)?), at(&access))
}

fn with_fastapi(
    serve: &Serve,
    is_async: bool,
    pool: Option<usize>,
) -> Result<(), Failure> {
    python::serve(serve, access(serve)?.addr, is_async, pool)
}

// --- the same pool, and other ways to wait for it ---

pub fn awaiting(serve: &Serve) -> Result<(), Failure> {
    with_pool(serve, Pool::default())
}

pub fn blocking(serve: &Serve) -> Result<(), Failure> {
    with_blocking(serve, Pool::default())
}

pub fn threads(serve: &Serve) -> Result<(), Failure> {
    with_threads(serve, Pool::default())
}

pub fn fastapi_sync(serve: &Serve) -> Result<(), Failure> {
    with_fastapi(serve, false, None)
}

pub fn fastapi_async(serve: &Serve) -> Result<(), Failure> {
    with_fastapi(serve, true, None)
}

// --- larger and smaller ones ---

/// A day is for ever, to whoever waits for an answer.
const FOR_EVER: Duration = Duration::from_secs(24 * 3600);

/// *N* connections, and the server looks now and then at how many of them are busy.
pub fn pool<const N: usize>(serve: &Serve) -> Result<(), Failure> {
    looked_at(serve, Pool { size: N, ..Pool::default() }, false, |database| {
        Ok(web::awaiting(database, serve.delay))
    })
}

fn looked_at<F: Fn(Work) -> Working + Send + Sync + 'static>(
    serve: &Serve,
    pool: Pool,
    into_database: bool,
    work: impl FnOnce(Awaiting) -> Result<F, Failure>,
) -> Result<(), Failure> {
    let access = access(serve)?;
    on_one_thread(serve, async || {
        let database = Awaiting::new(&access, pool)?.filled().await?;
        let looks = Arc::new(Looks::default());
        let into = into_database.then(|| access.clone());
        tokio::spawn(looks.clone().on(database.clone(), into));
        let work = watched(&looks, work(database)?);
        Ok(web::routes_that_tell(at(&access), work, move || looks.told()))
    })
}

// --- what an empty pool does ---

pub fn for_ever(serve: &Serve) -> Result<(), Failure> {
    with_pool(serve, Pool { wait: FOR_EVER, ..Pool::default() })
}

pub fn for_ever_threads(serve: &Serve) -> Result<(), Failure> {
    with_threads(serve, Pool { wait: FOR_EVER, ..Pool::default() })
}

pub fn a_while(serve: &Serve) -> Result<(), Failure> {
    with_pool(serve, Pool { wait: 3 * serve.delay, ..Pool::default() })
}

pub fn at_once(serve: &Serve) -> Result<(), Failure> {
    with_pool(serve, Pool { wait: Duration::ZERO, ..Pool::default() })
}

pub fn short_queue(serve: &Serve) -> Result<(), Failure> {
    with_pool(serve, Pool { queue: 8, ..Pool::default() })
}

// --- two connections for one request ---

fn twice_in(serve: &Serve, patience: Duration) -> Result<(), Failure> {
    let wait = serve.delay;
    with_async(serve, Pool { wait: patience, ..Pool::default() }, |database, _| {
        Ok(Box::new(move |_| Box::pin(twice::two(database.clone(), wait))))
    })
}

pub fn two_for_ever(serve: &Serve) -> Result<(), Failure> {
    twice_in(serve, FOR_EVER)
}

pub fn two_in_time(serve: &Serve) -> Result<(), Failure> {
    twice_in(serve, 3 * serve.delay)
}

pub fn one_lent(serve: &Serve) -> Result<(), Failure> {
    let wait = serve.delay;
    with_async(serve, Pool { wait: FOR_EVER, ..Pool::default() }, |database, _| {
        Ok(Box::new(move |_| Box::pin(twice::lent(database.clone(), wait))))
    })
}

pub fn two_pools(serve: &Serve) -> Result<(), Failure> {
    let wait = serve.delay;
    let pool = Pool { wait: FOR_EVER, ..Pool::default() };
    with_async(serve, pool, |database, access| {
        let other = Awaiting::new(access, pool)?;
        Ok(Box::new(move |_| {
            Box::pin(twice::two_pools(database.clone(), other.clone(), wait))
        }))
    })
}

// --- a transaction and another service ---

fn with_payments(serve: &Serve, keeps_it_open: bool) -> Result<(), Failure> {
    let payments = Payments::at(serve.beside("payments")?)?;
    let pool = Pool { wait: FOR_EVER, ..Pool::default() };
    looked_at(serve, pool, true, |database| {
        Ok(move |asked| -> Working {
            let (database, payments) = (database.clone(), payments.clone());
            Box::pin(async move {
                match asked {
                    Work::Change(id) if keeps_it_open => {
                        orders::held(&database, &payments, id).await
                    }
                    Work::Change(id) => {
                        orders::let_go(&database, &payments, id).await
                    }
                    other => database.work(other, Duration::ZERO).await,
                }
            })
        })
    })
}

pub fn held(serve: &Serve) -> Result<(), Failure> {
    with_payments(serve, true)
}

pub fn let_go(serve: &Serve) -> Result<(), Failure> {
    with_payments(serve, false)
}

// --- one connection: what does its next user find? ---

const ONE: fn() -> Pool = || Pool { size: 1, ..Pool::default() };

pub fn one_async(serve: &Serve) -> Result<(), Failure> {
    with_pool(serve, ONE())
}

pub fn one_cancels(serve: &Serve) -> Result<(), Failure> {
    let wait = serve.delay;
    with_async(serve, ONE(), |database, _| {
        Ok(Box::new(move |asked| {
            let database = database.clone();
            Box::pin(async move { work_or_cancel(&database, asked, wait).await })
        }))
    })
}

pub fn one_blocking(serve: &Serve) -> Result<(), Failure> {
    with_blocking(serve, ONE())
}

pub fn one_threads(serve: &Serve) -> Result<(), Failure> {
    with_threads(serve, ONE())
}

pub fn one_fastapi_sync(serve: &Serve) -> Result<(), Failure> {
    with_fastapi(serve, false, Some(1))
}

pub fn one_fastapi_async(serve: &Serve) -> Result<(), Failure> {
    with_fastapi(serve, true, Some(1))
}
