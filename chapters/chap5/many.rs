//! More generators than one: three of ours, whose histograms are added.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::time::sleep;
use while_you_wait::load::{self, Target};
use while_you_wait::record::Fact;
use while_you_wait::record::histogram::{Histogram, Tally};
use while_you_wait::{Arrivals, Asked, Experiment, Failure, Load, Seen, Serve};

/// A page, and a report that takes sixty times as long.
#[tokio::main(flavor = "current_thread")]
pub async fn shop(serve: &Serve) -> Result<(), Failure> {
    let app = Router::new()
        .route("/page", get(|State(delay): State<Duration>| sleep(delay)))
        .route("/report", get(|State(delay): State<Duration>| sleep(60 * delay)))
        .with_state(serve.delay);
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

pub fn three() -> Experiment {
    Experiment {
        name: "three-generators",
        about: "two generators ask for pages, and a third for a few reports",
        cases: vec!["shop"],
        asked: Asked::ByHand(ask),
        delay: Duration::from_millis(5),
        quick: Some(1),
        facts: &[
            "pages-p99",
            "more-pages-p99",
            "reports-p99",
            "averaged-p99",
            "added-p99",
            "sorted-p99",
        ],
        columns: &["pages-p99", "reports-p99", "averaged-p99", "added-p99"],
        notice: |seen: &Seen| {
            format!(
                "the mean of three p99s is {}, and the p99 of all requests {}.",
                seen.of("shop", "averaged-p99"),
                seen.of("shop", "added-p99"),
            )
        },
        ..Experiment::default()
    }
}

fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    let (all, each) = thread::scope(|scope| {
        let loads = [("/page", 200.0), ("/page", 200.0), ("/report", 5.0)];
        let generators = loads.map(|(path, per_second)| {
            scope.spawn(move || generate(target, path, per_second))
        });
        let mut all = Vec::new();
        let mut each = Vec::new();
        for generator in generators {
            let (latencies, histogram) = generator.join().expect("it generates")?;
            all.extend(latencies);
            each.push(histogram);
        }
        Ok::<_, String>((all, each))
    })?;
    let p99s: Option<Vec<u64>> =
        each.iter().map(|one| one.latency_at(0.99)).collect();
    let p99s = p99s.ok_or("not every request was answered")?;
    let averaged = p99s.iter().sum::<u64>() as f64 / p99s.len() as f64;
    let added = each.into_iter().reduce(Histogram::and);
    let added = added.and_then(|all| all.latency_at(0.99));
    let fact = |name: &str, us: f64| Fact::number(name, us, "us");
    Ok(vec![
        fact("pages-p99", p99s[0] as f64),
        fact("more-pages-p99", p99s[1] as f64),
        fact("reports-p99", p99s[2] as f64),
        fact("averaged-p99", averaged),
        fact("added-p99", added.expect("each had one") as f64),
        fact("sorted-p99", p99(all) as f64),
    ])
}

/// One generator, as it would be on a machine of its own: of its requests it hands
/// over a histogram. (The latencies are here to check what comes of that.)
fn generate(
    target: &Target,
    path: &str,
    per_second: f64,
) -> Result<(Vec<u64>, Histogram), String> {
    let target = Target { path: path.into(), ..target.clone() };
    let load = Load {
        lanes: 200,
        arrivals: Arrivals::Constant { per_second },
        keep_alive: true,
        ..Load::lasting(Duration::from_secs(5))
    };
    let (sender, exchanges) = mpsc::channel();
    let sent = load::send(&load, &target, sender)?;
    let mut tally = Tally::default();
    let mut latencies = Vec::new();
    for exchange in exchanges {
        tally.add(&exchange.sample, &[]);
        latencies.extend(exchange.sample.latency());
    }
    Ok((latencies, tally.finish(sent.took)))
}

/// By nearest rank, of all of them, sorted.
fn p99(mut latencies: Vec<u64>) -> u64 {
    latencies.sort_unstable();
    latencies[(latencies.len() as f64 * 0.99).ceil() as usize - 1]
}
