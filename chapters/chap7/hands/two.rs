//! Eight requests at one moment, and a pool of four: who is answered, and what does the database do
//! meanwhile?

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;
use while_you_wait::load::Target;
use while_you_wait::record::Fact;

use chap7::hands::{
    Asker, Database, absent, count, lasted, on_one_thread, onlooker,
};

pub const FOUND: [&str; 6] = [
    "answered",
    "told-503",
    "never-answered",
    "last-answer",
    "queries-later",
    "idle-later",
];

const REQUESTS: usize = 8;

/// When somebody looks: long after all could be over.
const LATER: Duration = Duration::from_millis(1_500);

const PATIENCE: Duration = Duration::from_millis(2_000);

pub fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    on_one_thread(async {
        let asker = Asker::of(target)?;
        let Database::Postgres(access) = asker.database().await? else {
            return Err("only PostgreSQL can be looked into".into());
        };
        let onlooker = onlooker(&access).await?;
        let (mut all, began) = (JoinSet::new(), Instant::now());
        for _ in 0..REQUESTS {
            let asker = asker.clone();
            all.spawn(async move {
                let status = asker.query(String::new(), PATIENCE).await;
                (status, began.elapsed())
            });
        }
        sleep(LATER).await;
        let look = "select count(*) filter (where state = 'active'),
                           count(*) filter (where state <> 'active')
                    from pg_stat_activity where application_name = 'chap7'";
        let seen =
            onlooker.query_one(look, &[]).await.map_err(|why| why.to_string())?;
        let all = all.join_all().await;
        let having = |status| all.iter().filter(|(one, _)| *one == status).count();
        let last = all
            .iter()
            .filter(|(one, _)| *one == Some(200))
            .map(|(_, after)| *after)
            .max();
        let seen = |column| seen.get::<_, i64>(column) as usize;
        Ok(vec![
            count(FOUND[0], having(Some(200))),
            count(FOUND[1], having(Some(503))),
            count(FOUND[2], having(None)),
            last.map_or(absent(FOUND[3]), |last| lasted(FOUND[3], last)),
            count(FOUND[4], seen(0)),
            count(FOUND[5], seen(1)),
        ])
    })
}
