//! Many who ask at once, more than the model talks to: who is refused, and who waits for their turn?

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};

use super::hear::{Asker, Heard};
use super::leaving::SOON;
use super::model::SILENCE;
use super::{Fates, ORDER};

/// More than a gateway with a limit lets in.
const MANY: usize = 100;

/// What all of them ask for: a model that is silent for a while.
const CROWD: &str = "silent:crowd-";

/// What became of them, as they saw it.
pub struct Crowd {
    /// who waited for a turn, and left
    left: Vec<String>,
    /// whether more talked to the model later than when others began to wait
    crept_in: bool,
    /// what the others heard
    heard: Vec<Heard>,
    /// when the last of these heard it
    over: Instant,
}

impl Crowd {
    /// Half of those who wait for their turn leave, and all others stay to the end.
    pub async fn of(asker: &Asker) -> Result<Self, String> {
        let asked = (0..MANY).map(|nth| {
            let (asker, order) = (asker.clone(), format!("{CROWD}{nth}"));
            let asks = order.clone();
            (order, tokio::spawn(async move { asker.stream(&asks).await }))
        });
        let asked: Vec<(String, JoinHandle<Heard>)> = asked.collect();
        let soon_over = Instant::now() + SILENCE * 7 / 8;
        let known = heard_of(asker).await?;
        let waits = |(order, answer): &(String, JoinHandle<Heard>)| {
            !known.contains_key(&format!("{ORDER}{order}")) && !answer.is_finished()
        };
        let (waiting, mut staying): (Vec<_>, Vec<_>) =
            asked.into_iter().partition(waits);
        let mut left = Vec::new();
        for (nth, (order, answer)) in waiting.into_iter().enumerate() {
            if nth % 2 == 0 {
                answer.abort(); // which hangs up
                left.push(order);
            } else {
                staying.push((order, answer));
            }
        }
        // The first who talk are not done yet, and a head may have gone out for want of words.
        sleep_until(soon_over).await;
        let crept_in = talking(&asker.fates().await?) > talking(&known);
        let mut heard = Vec::new();
        for (_, answer) in staying {
            heard.push(answer.await.map_err(|why| format!("nobody asks: {why}"))?);
        }
        Ok(Crowd { left, crept_in, heard, over: Instant::now() })
    }

    /// Those who left the queue: does the model hear of them when their turn would have come?
    pub async fn queue(&self, asker: &Asker) -> Result<String, String> {
        if self.left.is_empty() {
            return Ok("there is no queue".into());
        }
        sleep_until(self.over + SOON).await;
        let known = asker.fates().await?;
        let mut left = self.left.iter();
        Ok(match left.any(|order| known.contains_key(&format!("{ORDER}{order}"))) {
            false => "the model never hears of it",
            true => "generated all the same",
        }
        .into())
    }

    /// Those for whom there was no room: when do they know it, and what are they told?
    pub fn limit(&self) -> String {
        let refused = |heard: &&Heard| heard.status == 503 || heard.status == 429;
        let refused: Vec<&Heard> = self.heard.iter().filter(refused).collect();
        let at_once = refused.iter().all(|heard| heard.after < SILENCE / 2);
        let told = refused.iter().all(|heard| heard.retry_after.is_some());
        match (refused.len(), at_once, told) {
            (0, ..) => "all taken",
            _ if self.crept_in => "503, and more let in than it says",
            (_, true, true) => "503 at once, and when to ask again",
            (_, true, false) => "503 at once",
            (_, false, _) => "503 after a while",
        }
        .into()
    }
}

/// How many of them the model talks to.
fn talking(fates: &Fates) -> u32 {
    let of_crowd = fates.iter().filter(|(order, _)| order.contains(CROWD));
    of_crowd.map(|(_, fate)| fate.begun - fate.ended - fate.left).sum()
}

/// What the model knows when it hears of no more of them; the first of them are answered after its
/// silence.
async fn heard_of(asker: &Asker) -> Result<Fates, String> {
    let until = Instant::now() + SILENCE * 3 / 4;
    let mut before = 0;
    loop {
        sleep(SILENCE / 4).await;
        let known = asker.fates().await?;
        let now = known.keys().filter(|order| order.contains(CROWD)).count();
        if now > 0 && now == before || Instant::now() > until {
            return Ok(known);
        }
        before = now;
    }
}
