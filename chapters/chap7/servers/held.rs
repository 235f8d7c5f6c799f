//! An order changes an account and asks another service to be paid. While that service answers, who
//! holds what?

use std::time::Instant;

use postgres::Row;
use postgres::types::Type;

use chap7::database::awaiting::Awaiting;
use chap7::servers::payments::Payments;
use chap7::work::{Done, Trouble};

const CHANGE: &str =
    "update accounts set balance = balance - 1 where id = $1 returning balance";

// ANCHOR: held
/// The transaction stays open while somebody else is asked.
pub async fn held(
    database: &Awaiting,
    payments: &Payments,
    account: i32,
) -> Result<Done, Trouble> {
    let mut connection = database.connection().await?;
    let began = Instant::now();
    let transaction = connection.transaction().await?;
    let rows = transaction.query_typed(CHANGE, &[(&account, Type::INT4)]).await?;
    let answer = balance(&rows)?;
    payments.pay().await?;
    transaction.commit().await?;
    Ok(Done { answer, held: began.elapsed() })
}
// ANCHOR_END: held

// ANCHOR: let-go
/// First the answer that takes long, then the transaction. It shows what a connection costs, and is
/// not for use: whatever fails after the first line, somebody has paid for nothing.
pub async fn let_go(
    database: &Awaiting,
    payments: &Payments,
    account: i32,
) -> Result<Done, Trouble> {
    payments.pay().await?;
    let mut connection = database.connection().await?;
    let began = Instant::now();
    let transaction = connection.transaction().await?;
    let rows = transaction.query_typed(CHANGE, &[(&account, Type::INT4)]).await?;
    let answer = balance(&rows)?;
    transaction.commit().await?;
    Ok(Done { answer, held: began.elapsed() })
}
// ANCHOR_END: let-go

/// What is left in the account, if there is one.
fn balance(rows: &[Row]) -> Result<i64, Trouble> {
    rows.first().map(|row| row.get(0)).ok_or(Trouble::Missing)
}
