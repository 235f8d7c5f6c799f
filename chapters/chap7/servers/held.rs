//! An order changes an account and asks another service to be paid. While that service answers, who
//! holds what?

use std::time::Instant;

use postgres::types::Type;

use chap7::database::awaiting::Awaiting;
use chap7::servers::payments::Payments;
use chap7::work::{Done, Trouble};

const CHANGE: &str =
    "update accounts set balance = balance - 1 where id = $1 returning balance";

// ANCHOR: held
/// The transaction stays open while somebody else is asked: its connection waits, and so does
/// everybody who wants the same row.
pub async fn held(
    database: &Awaiting,
    payments: &Payments,
    account: i32,
) -> Result<Done, Trouble> {
    let mut connection = database.connection().await?;
    let began = Instant::now();
    let transaction = connection.transaction().await?;
    let rows = transaction.query_typed(CHANGE, &[(&account, Type::INT4)]).await?;
    payments.pay().await?;
    transaction.commit().await?;
    Ok(Done { answer: rows[0].get(0), held: began.elapsed() })
}
// ANCHOR_END: held

// ANCHOR: let-go
/// First the answer that takes long, then the transaction. Between the two this server may fall, and
/// then somebody has paid for nothing: so a real one writes down before that it is about to ask, in a
/// short transaction of its own, and whoever finds such a line later asks what became of it.
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
    transaction.commit().await?;
    Ok(Done { answer: rows[0].get(0), held: began.elapsed() })
}
// ANCHOR_END: let-go
