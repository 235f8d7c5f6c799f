//! Eight requests at one moment, and a pool of four: who is answered, and what does the database do
//! meanwhile?

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;
use while_you_wait::load::Target;
use while_you_wait::record::Fact;

use super::{Asker, Database, count, on_one_thread, onlooker};

pub const FOUND: [&str; 5] =
    ["answered", "told-503", "never-answered", "queries-meanwhile", "idle-meanwhile"];

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
        let mut all = JoinSet::new();
        for _ in 0..REQUESTS {
            let asker = asker.clone();
            all.spawn(async move { asker.query(String::new(), PATIENCE).await });
        }
        sleep(LATER).await;
        // ANCHOR: look
        let look = "select count(*) filter (where state = 'active'),
                           count(*) filter (where state <> 'active')
                    from pg_stat_activity where application_name = 'chap7'";
        // ANCHOR_END: look
        let seen = onlooker.query_one(look, &[]).await.map_err(|why| why.to_string())?;
        let statuses = all.join_all().await;
        let having = |status| statuses.iter().filter(|one| **one == status).count();
        let found = [
            having(Some(200)),
            having(Some(503)),
            having(None),
            seen.get::<_, i64>(0) as usize,
            seen.get::<_, i64>(1) as usize,
        ];
        Ok(FOUND.iter().zip(found).map(|(name, found)| count(*name, found)).collect())
    })
}
