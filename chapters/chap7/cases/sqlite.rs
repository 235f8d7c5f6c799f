//! With SQLite: a file of the server's own, gone with it.

use std::sync::Arc;
use std::time::Duration;

use chap7::database::scratch;
use chap7::database::sqlite::{Sqlite, Writing};
use chap7::servers::one_writer::Writer;
use chap7::servers::{threads as on_threads, web};
use chap7::work::{Pool, Work};
use while_you_wait::{Failure, Serve};

use super::on_one_thread;

fn open(pool: Pool, writing: Writing) -> Result<(Arc<Sqlite>, String), Failure> {
    let file = scratch::folder()?.join("chap7.db");
    let about = format!("sqlite {}", file.display());
    Ok((Arc::new(Sqlite::open(&file, pool, writing)?), about))
}

pub fn inline(serve: &Serve) -> Result<(), Failure> {
    let (database, about) = open(Pool::default(), Writing::default())?;
    on_one_thread(serve, async || {
        Ok(web::routes(about, web::inline(database, serve.delay)))
    })
}

pub fn threads(serve: &Serve) -> Result<(), Failure> {
    let (database, about) = open(Pool::default(), Writing::default())?;
    on_threads::serve(serve, database, about)
}

fn on_blocking_pool(
    serve: &Serve,
    pool: Pool,
    writing: Writing,
) -> Result<(), Failure> {
    let (database, about) = open(pool, writing)?;
    on_one_thread(serve, async || {
        Ok(web::routes(about, web::on_blocking_pool(database, serve.delay)))
    })
}

pub fn blocking(serve: &Serve) -> Result<(), Failure> {
    on_blocking_pool(serve, Pool::default(), Writing::default())
}

pub fn one(serve: &Serve) -> Result<(), Failure> {
    on_blocking_pool(serve, Pool { size: 1, ..Pool::default() }, Writing::default())
}

/// As many connections as there are writers: they wait for each other in SQLite, and not before it.
const SIXTEEN: fn() -> Pool = || Pool { size: 16, ..Pool::default() };

pub fn journal(serve: &Serve) -> Result<(), Failure> {
    on_blocking_pool(serve, SIXTEEN(), Writing { wal: false, ..Writing::default() })
}

pub fn wal(serve: &Serve) -> Result<(), Failure> {
    on_blocking_pool(serve, SIXTEEN(), Writing::default())
}

pub fn read_first(serve: &Serve) -> Result<(), Failure> {
    on_blocking_pool(
        serve,
        SIXTEEN(),
        Writing { immediate: false, ..Writing::default() },
    )
}

pub fn impatient(serve: &Serve) -> Result<(), Failure> {
    on_blocking_pool(
        serve,
        SIXTEEN(),
        Writing { busy: Duration::ZERO, ..Writing::default() },
    )
}

pub fn one_writer(serve: &Serve) -> Result<(), Failure> {
    let (database, about) = open(SIXTEEN(), Writing::default())?;
    let writer = Writer::start(&database.file, serve.delay)?;
    let readers = web::on_blocking_pool(database, serve.delay);
    on_one_thread(serve, async || {
        Ok(web::routes(about, move |asked| match asked {
            Work::Change(_) => {
                let writer = writer.clone();
                Box::pin(async move { writer.work(asked).await })
            }
            _ => readers(asked),
        }))
    })
}
