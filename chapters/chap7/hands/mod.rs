//! Questions that no load can ask: each is asked by hand, and what was found is a fact.

pub mod connections;
pub mod hang_up;
pub mod storm;
pub mod two;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Client;
use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};

use chap7::database::access::Access;

/// Where a server's database is.
pub enum Database {
    Postgres(Access),
    Sqlite(PathBuf),
}

/// Who asks a server, a new connection for each request.
#[derive(Clone)]
pub struct Asker {
    client: Client,
    server: SocketAddr,
}

impl Asker {
    pub fn of(target: &Target) -> Result<Asker, String> {
        let client = Client::builder().no_proxy().pool_max_idle_per_host(0).build();
        let client = client.map_err(|why| format!("no client: {why}"))?;
        Ok(Asker { client, server: target.addr })
    }

    /// The status, if an answer came within that time. Then the client leaves.
    pub async fn query(&self, work: String, patience: Duration) -> Option<u16> {
        let url = format!("http://{}/query", self.server);
        let asked = self.client.post(url).body(work).timeout(patience).send().await;
        let answer = asked.ok()?;
        let status = answer.status().as_u16();
        answer.bytes().await.ok().map(|_| status)
    }

    pub async fn text(&self, path: &str) -> Result<String, String> {
        let unanswered = |why| format!("{path} was not answered: {why}");
        let url = format!("http://{}{path}", self.server);
        let asked =
            self.client.get(url).timeout(Duration::from_secs(60)).send().await;
        asked.map_err(unanswered)?.text().await.map_err(unanswered)
    }

    pub async fn database(&self) -> Result<Database, String> {
        let said = self.text("/database").await?;
        let unknown = || format!("/database says {said:?}");
        match said.split_once(' ').ok_or_else(unknown)? {
            ("postgres", addr) => Ok(Database::Postgres(Access::of(
                addr.parse().map_err(|_| unknown())?,
            ))),
            ("sqlite", file) => Ok(Database::Sqlite(file.into())),
            _ => Err(unknown()),
        }
    }
}

/// A connection to PostgreSQL that no server has, for whoever looks on.
pub async fn onlooker(access: &Access) -> Result<tokio_postgres::Client, String> {
    let unseen = |why: postgres::Error| format!("nobody could look on: {why}");
    let (client, connection) =
        access.config().connect(tokio_postgres::NoTls).await.map_err(unseen)?;
    tokio::spawn(connection);
    client
        .batch_execute("set application_name = 'onlooker'")
        .await
        .map_err(unseen)?;
    Ok(client)
}

pub fn on_one_thread<T>(
    asking: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|why| format!("no runtime: {why}"))?.block_on(asking)
}

pub fn words(name: &str, found: &str) -> Fact {
    Fact {
        name: name.into(),
        value: Value::Text(found.into()),
        unit: String::new(),
    }
}

pub fn count(name: impl Into<String>, found: usize) -> Fact {
    Fact {
        name: name.into(),
        value: Value::Number(found as f64),
        unit: "count".into(),
    }
}

pub fn absent(name: &str) -> Fact {
    Fact { name: name.into(), value: Value::Absent, unit: "us".into() }
}

pub fn lasted(name: &str, found: Duration) -> Fact {
    let us = found.as_micros() as f64;
    Fact { name: name.into(), value: Value::Number(us), unit: "us".into() }
}
