//! A database that is away: who asks is told at once, and all is well when it is back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chap7::database::access::Access;
use chap7::database::awaiting::Awaiting;
use chap7::database::blocking::{Blocking, Postgres};
use chap7::work::{Pool, Trouble, Work};

use super::cluster;

#[tokio::test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
async fn a_statement_that_takes_too_long_is_ended_and_its_connection_is_good() {
    let postgres = tokio::task::spawn_blocking(|| cluster("127.0.0.1:0")).await.unwrap();
    let hurried = Pool { size: 1, statement: Duration::from_millis(100), ..Pool::default() };
    let database = Awaiting::new(&Access::of(postgres.addr), hurried).unwrap();
    let long = database.work(Work::Wait, Duration::from_secs(30)).await;
    assert_eq!(long, Err(Trouble::TooLong));
    let next = database.work(Work::Read(1), Duration::ZERO).await;
    assert_eq!(next.unwrap().answer, 100);
}

/// Killed in the middle: whoever was served is told, whoever comes then is told at once, and all is
/// well when it is back.
#[tokio::test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
async fn a_database_that_dies_is_503_at_once_and_the_pool_recovers() {
    let postgres = tokio::task::spawn_blocking(|| cluster("127.0.0.1:0")).await.unwrap();
    let addr = postgres.addr;
    let database = Awaiting::new(&Access::of(addr), Pool::default()).unwrap();
    let served = tokio::spawn({
        let database = database.clone();
        async move { database.work(Work::Wait, Duration::from_secs(30)).await }
    });
    database.work(Work::Read(1), Duration::ZERO).await.unwrap();
    tokio::task::spawn_blocking(move || drop(postgres)).await.unwrap();

    let told = served.await.unwrap().expect_err("its database is gone");
    assert_eq!(told.status().0, 503, "{told}");
    let began = Instant::now();
    for _ in 0..8 {
        let told = database.work(Work::Read(1), Duration::ZERO).await.expect_err("it is gone");
        assert_eq!(told.status(), (503, true), "{told}");
    }
    assert!(began.elapsed() < tests::PATIENCE / 2, "eight refusals took {:?}", began.elapsed());

    let back = tokio::task::spawn_blocking(move || Arc::new(cluster(&addr.to_string()))).await;
    let next = database.work(Work::Read(1), Duration::ZERO).await;
    assert_eq!(next.unwrap().answer, 100, "the pool makes new connections");
    tokio::task::spawn_blocking(move || drop(back)).await.unwrap();
}

/// The same of a pool that would rather wait.
#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn who_would_wait_on_a_thread_for_a_database_that_is_away_is_refused_at_once() {
    let postgres = cluster("127.0.0.1:0");
    let addr = postgres.addr;
    let settings = Pool { wait: tests::PATIENCE, ..Pool::default() };
    let database = Postgres::new(&Access::of(addr), settings).unwrap();
    database.work(Work::Read(1), Duration::ZERO).unwrap();
    drop(postgres);

    let began = Instant::now();
    for _ in 0..2 * settings.size {
        let told = database.work(Work::Read(1), Duration::ZERO).expect_err("it is gone");
        assert!(matches!(told, Trouble::Away(_)), "{told}");
    }
    assert!(began.elapsed() < settings.wait, "refusals took {:?}", began.elapsed());

    let _back = cluster(&addr.to_string());
    assert_eq!(database.work(Work::Read(1), Duration::ZERO).unwrap().answer, 100);
}
