//! A handler that needs the database twice, and takes a second connection while it holds the first.

use std::time::{Duration, Instant};

use chap7::database::awaiting::{Awaiting, work_on};
use chap7::work::{Done, Trouble, Work};

// ANCHOR: two
/// Asks for a second connection while it holds the first.
pub async fn two(pool: Awaiting, wait: Duration) -> Result<Done, Trouble> {
    let mut first = pool.connection().await?;
    let held = Instant::now();
    work_on(&mut first, Work::Wait, wait).await?;
    let mut second = pool.connection().await?;
    let answer = work_on(&mut second, Work::Read(1), wait).await?;
    Ok(Done { answer, held: held.elapsed() })
}
// ANCHOR_END: two

// ANCHOR: lent
/// One connection, lent to whoever needs it.
pub async fn lent(pool: Awaiting, wait: Duration) -> Result<Done, Trouble> {
    let mut connection = pool.connection().await?;
    let held = Instant::now();
    work_on(&mut connection, Work::Wait, wait).await?;
    let answer = work_on(&mut connection, Work::Read(1), wait).await?;
    Ok(Done { answer, held: held.elapsed() })
}
// ANCHOR_END: lent

/// A pool for the first and another for the second: who waits for the second pool waits for
/// requests that have all they need.
pub async fn two_pools(
    pool: Awaiting,
    other: Awaiting,
    wait: Duration,
) -> Result<Done, Trouble> {
    let mut first = pool.connection().await?;
    let held = Instant::now();
    work_on(&mut first, Work::Wait, wait).await?;
    let mut second = other.connection().await?;
    let answer = work_on(&mut second, Work::Read(1), wait).await?;
    Ok(Done { answer, held: held.elapsed() })
}
