//! Damaged records, and words that nobody meant: refused, or shown; never a panic, never a hang.
//!
//! Each property runs for about a second.
//! `PROPTEST_CASES=100000 cargo test -p tests --test suite press::damage` tries for longer.

use std::sync::LazyLock;

use press::answer::answer;
use press::directive::Directive;
use press::runs::Recorded;
use proptest::prelude::*;
use proptest::sample::Index;
use while_you_wait::record::{Run, read};
use while_you_wait::views::names::{Name, Runs, Series, series_of};
use while_you_wait::views::slices::Slices;
use while_you_wait::views::{ab, metrics, pace, served, summary, timeline, trace};

/// Runs of the book, all repeats of each: with probes, events, histograms, of another generator.
const TAKEN: [(&str, &str, &str); 7] = [
    ("chap2", "health", "blocking-1"),
    ("chap2", "hang-up", "await"),
    ("chap3", "trace", ""),
    ("chap5", "ten", ""),
    ("chap5", "ten-by-ab", ""),
    ("chap5", "hello-kept", "axum"),
    ("chap5", "offered-100", ""),
];

static RECORDS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    TAKEN
        .iter()
        .map(|(chapter, experiment, case)| {
            let file = tests::root().join(format!("book/runs/{chapter}.jsonl"));
            let text = std::fs::read_to_string(file).expect("it is recorded");
            let head = format!("\"experiment\":\"{experiment}\",\"case\":\"{case}");
            let mut inside = false;
            let lines = text.lines().filter(|line| {
                if line.starts_with("{\"kind\":\"run\"") {
                    inside = line.contains(&head);
                }
                inside
            });
            let lines: Vec<String> = lines.map(String::from).collect();
            assert!(!lines.is_empty(), "{chapter}.{experiment}.{case} is not recorded");
            lines
        })
        .collect()
});

/// What can happen to a file in bad hands.
#[derive(Debug, Clone)]
enum Damage {
    Dropped(Index),
    Doubled(Index),
    Swapped(Index, Index),
    /// of a line, one of its numbers
    Changed(Index, Index, &'static str),
}

fn damage() -> impl Strategy<Value = Damage> {
    let line = any::<Index>;
    let number = proptest::sample::select(vec![
        "0",
        "1",
        "2",
        "7",
        "-1",
        "4294967295",
        "1000000000000",
        "1000000000001",
        "18446744073709551615",
        "5e-324",
        "1e-9",
        "1e18",
        "1e308",
        "null",
        "",
    ]);
    prop_oneof![
        1 => line().prop_map(Damage::Dropped),
        1 => line().prop_map(Damage::Doubled),
        1 => (line(), line()).prop_map(|(one, other)| Damage::Swapped(one, other)),
        4 => (line(), line(), number).prop_map(|(of, at, to)| Damage::Changed(of, at, to)),
    ]
}

fn damaged(record: &[String], all: &[Damage]) -> String {
    let mut lines = record.to_vec();
    for one in all {
        if lines.is_empty() {
            break;
        }
        match one {
            Damage::Dropped(at) => {
                lines.remove(at.index(lines.len()));
            }
            Damage::Doubled(at) => {
                let at = at.index(lines.len());
                lines.insert(at, lines[at].clone());
            }
            Damage::Swapped(one, other) => {
                let (one, other) = (one.index(lines.len()), other.index(lines.len()));
                lines.swap(one, other);
            }
            Damage::Changed(of, at, to) => {
                let of = of.index(lines.len());
                lines[of] = changed(&lines[of], at, to);
            }
        }
    }
    lines.join("\n")
}

fn changed(line: &str, at: &Index, to: &str) -> String {
    let digit = |at: usize| line.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let begins = |at: &usize| digit(*at) && (*at == 0 || !digit(*at - 1));
    let starts: Vec<usize> = (0..line.len()).filter(begins).collect();
    if starts.is_empty() {
        return line.into();
    }
    let from = starts[at.index(starts.len())];
    let end = (from..).find(|at| !digit(*at)).expect("a line ends");
    format!("{}{to}{}", &line[..from], &line[end..])
}

/// Whatever can be asked of a run.
fn look_at(run: &Run) {
    for name in metrics::names(run) {
        let _ = metrics::of(run, &name).map(|quantity| quantity.to_string());
    }
    let summary = summary::summarize(run);
    assert_eq!(summary.outcomes.values().sum::<u64>(), summary.requests);
    assert!(Slices::of(run, 200).all.len() <= 200);
    let _ = (timeline::lanes(run), timeline::in_flight(run), ab::report(run), pace::notes(run));
    let _ = (trace::lanes(run), served::lanes(run).map(|lanes| served::peak(&lanes)));
}

/// Whatever a page can show of a series.
fn show(runs: Vec<Run>) {
    let (mut record, runs) = (Recorded::default(), Runs::from(runs));
    let Some(first) = runs.all().first() else { return };
    let (series, names) = (series_of(first), metrics::names(first));
    let facts = first.facts.iter().map(|fact| fact.name.clone());
    let drawn: Vec<String> = facts.chain(["p50", "busy"].map(String::from)).collect();
    record.runs = runs;
    let show = |text: String| {
        let directive: Directive = text.parse().unwrap_or_else(|why| panic!("{text}: {why}"));
        let _ = answer(&record, &directive);
    };
    let Series { chapter, experiment, case } = &series;
    for name in &drawn {
        show(format!("strip {series} {name}"));
        show(format!("spread {series}.{name}"));
    }
    show(format!("table {chapter}.{experiment} {}", names.join(" ")));
    show(format!("matrix {series} {}", names.join(" ")));
    show(format!("across {chapter} {experiment}.p50 {experiment}.total"));
    for figure in ["timeline", "trace", "served", "moving", "latencies"] {
        show(format!("{figure} {series}"));
    }
    let sweep = experiment.rsplit_once('-').map_or(experiment.as_str(), |(sweep, _)| sweep);
    show(format!("saturation {chapter}.{sweep}.{case}"));
    show(format!("machine {chapter}"));
}

#[test]
fn what_is_damaged_is_taken_from_records_that_read() {
    for record in RECORDS.iter() {
        let runs = read(&record.join("\n")).unwrap_or_else(|bad| panic!("{bad}"));
        runs.iter().for_each(look_at);
        show(runs);
    }
}

/// The least, the most and the least again of what a fact may be.
#[test]
fn the_greatest_and_the_least_numbers_have_a_place_in_every_figure() {
    for (value, end) in [("1e18", "1"), ("1e-9", "1000000000000"), ("0", "0")] {
        let fact = |name: &str, unit: &str| {
            format!(
                "{{\"kind\":\"fact\",\"name\":\"{name}\",\"value\":{value},\"unit\":\"{unit}\"}}\n"
            )
        };
        let text = tests::fixture::header("chap2", "one", "one", 0)
            + "\n"
            + &fact("cpu", "us")
            + &fact("load-cpu", "us")
            + &fact("rss-peak", "bytes")
            + &fact("threads-peak", "threads")
            + &fact("its-own", "per-second")
            + &format!("{{\"kind\":\"end\",\"at\":{end}}}\n");
        let runs = read(&text).unwrap_or_else(|bad| panic!("{bad}"));
        runs.iter().for_each(look_at);
        show(runs);
    }
}

/// Ten thousand letters are no word that somebody mistyped.
#[test]
fn a_long_word_is_no_near_miss() {
    let long = "a".repeat(1_000_000);
    let why = long.parse::<Directive>().expect_err("there is none");
    assert!(!why.contains("did you mean"));
    assert!("tabel chap1.ten ok".parse::<Directive>().expect_err("nor that").contains("table?"));
}

/// So many, or as many as `PROPTEST_CASES` says. Nothing is written into the project.
fn tries(few: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(few);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        proptest::sample::select(vec![
            "measured",
            "spread",
            "table",
            "matrix",
            "across",
            "timeline",
            "trace",
            "served",
            "moving",
            "latencies",
            "saturation",
            "strip",
            "claim",
            "given",
            "machine",
            "evidence",
            "/",
            "chap1.ten.axum",
            "chap1.ten",
            "chap1",
            "ok",
            "p50",
            "chap1.ten.axum.p50",
            ".",
            "",
        ])
        .prop_map(String::from),
        "\\PC{0,12}",
        "[a-z0-9.-]{0,20}",
    ];
    proptest::collection::vec(word, 0..6).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(tries(60))]

    #[test]
    fn a_damaged_record_is_refused_with_its_line_or_shown(
        record in any::<Index>(), all in proptest::collection::vec(damage(), 1..4)
    ) {
        match read(&damaged(&RECORDS[record.index(RECORDS.len())], &all)) {
            Err(bad) => prop_assert!(bad.line.is_some_and(|line| line > 0), "{bad}"),
            Ok(runs) => {
                runs.iter().for_each(look_at);
                runs.iter().for_each(|run| assert_eq!(run.check(), Ok(())));
                show(runs);
            }
        }
    }
}

proptest! {
    #![proptest_config(tries(2_000))]

    #[test]
    fn a_name_is_read_or_refused(text in prop_oneof!["\\PC{0,40}", "[a-z0-9.-]{0,40}"]) {
        if let Ok(name) = text.parse::<Name>() {
            prop_assert_eq!(name.to_string(), text.clone());
        }
        if let Ok(series) = text.parse::<Series>() {
            prop_assert_eq!(series.to_string(), text);
        }
    }

    #[test]
    fn a_directive_is_read_or_refused_and_answered(text in words()) {
        match text.parse::<Directive>() {
            // No answer of a record: whoever weaves the page has theirs.
            Ok(Directive::Claim { .. } | Directive::Given(_) | Directive::Evidence) => {}
            Ok(directive) => drop(answer(&Recorded::default(), &directive)),
            Err(why) => prop_assert!(!why.is_empty()),
        }
    }
}
