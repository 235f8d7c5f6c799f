//! What a connection costs: to make one, and to keep one.

use std::time::{Duration, Instant};

use postgres::{Client, types::Type};
use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};

use chap7::database::access::Access;
use chap7::hands::lasted;

pub const FOUND: [&str; 4] = ["to-connect", "to-ask", "memory-new", "memory-used"];

const CONNECTIONS: usize = 40;
const QUERIES: usize = 200;

pub fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    let access = Access::of(target.addr);
    let unasked =
        |why: postgres::Error| format!("the database does not answer: {why}");
    let (mut clients, mut connecting, mut asking) =
        (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..CONNECTIONS {
        let began = Instant::now();
        clients.push(access.now().map_err(|why| why.to_string())?);
        connecting.push(began.elapsed());
    }
    let new = memory(&mut clients)?;
    for nth in 0..QUERIES {
        let client = &mut clients[nth % CONNECTIONS];
        let began = Instant::now();
        let read = "select balance from accounts where id = $1";
        client
            .query_typed(read, &[(&(1 + nth as i32), Type::INT4)])
            .map_err(unasked)?;
        asking.push(began.elapsed());
    }
    for client in &mut clients {
        let sort = "select count(*) from (select * from accounts order by balance, id) sorted";
        client.query_typed(sort, &[]).map_err(unasked)?;
    }
    let used = memory(&mut clients)?;
    Ok(vec![
        lasted(FOUND[0], median(connecting)),
        lasted(FOUND[1], median(asking)),
        bytes(FOUND[2], new),
        bytes(FOUND[3], used),
    ])
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

fn bytes(name: &str, found: Option<f64>) -> Fact {
    let value = found.map_or(Value::Absent, Value::Number);
    Fact { name: name.into(), value, unit: "bytes".into() }
}

/// What a connection's process has to itself, in bytes, on average: the cache that all of them share
/// is none of it. Linux says it of each process; elsewhere it is not measured.
fn memory(clients: &mut [Client]) -> Result<Option<f64>, String> {
    let mut sum = 0.0;
    let all = clients.len() as f64;
    for client in clients {
        let asked = client.query_one("select pg_backend_pid()", &[]);
        let pid: i32 = asked.map_err(|why| why.to_string())?.get(0);
        let Ok(smaps) =
            std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))
        else {
            return Ok(None);
        };
        let private = smaps.lines().filter(|line| line.starts_with("Private_"));
        let kib = private
            .filter_map(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        sum += 1024.0 * kib.sum::<f64>();
    }
    Ok(Some(sum / all))
}
