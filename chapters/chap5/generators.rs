//! Other people's load generators: started with the load that was asked for, and
//! read when they have ended.

use std::io::ErrorKind;
use std::process::Command;
use std::time::Instant;

use while_you_wait::load::{After, Target};
use while_you_wait::record::Fact;
use while_you_wait::{Generator, Load};

pub const AB: Generator =
    Generator { name: "ab", installed: || installed("ab"), send: ab };
pub const WRK: Generator =
    Generator { name: "wrk", installed: || installed("wrk"), send: wrk };
pub const OHA: Generator =
    Generator { name: "oha", installed: || installed("oha"), send: oha };

/// What a generator calls itself: `oha 1.16.0`; or how it comes.
fn installed(name: &str) -> Result<String, String> {
    let (ask, bring) = match name {
        "ab" => ("-V", "Debian: `apt-get install apache2-utils`; macOS has it"),
        "wrk" => ("-v", "`apt-get install wrk` or `brew install wrk`"),
        _ => ("--version", "`cargo install oha --locked` brings it"),
    };
    match Command::new(name).arg(ask).output() {
        Err(why) if why.kind() == ErrorKind::NotFound => {
            Err(format!("{name} is not installed; {bring}"))
        }
        Err(why) => Err(format!("{name} cannot be started: {why}")),
        Ok(said) => {
            let said = String::from_utf8_lossy(&said.stdout).into_owned();
            // `This is ApacheBench, Version 2.3 <…>`, `wrk debian/4.1.0 [epoll] …`, `oha 1.16.0`
            let number =
                said.split([' ', '/', '-', '\n']).find(|word| is_number(word));
            Ok(format!("{name} {}", number.unwrap_or("of an unknown version")))
        }
    }
}

fn is_number(word: &str) -> bool {
    word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn ab(load: &Load, target: &Target) -> Result<Vec<Fact>, String> {
    let mut ab = Command::new("ab");
    ab.args(["-q", "-c", &load.lanes.to_string()]);
    // Its percentiles in whole milliseconds say little; those that it writes to a
    // file have three digits more. Written here they leave no file behind.
    ab.args(["-e", "/dev/stderr"]);
    if load.keep_alive {
        ab.arg("-k");
    }
    match load.ends {
        // In this order: -t alone would stop at fifty thousand.
        After::Time(time) => ab.args(["-t", &seconds(time), "-n", "100000000"]),
        After::Requests(n) => ab.args(["-n", &n.to_string()]),
    };
    let (said, percentiles) = run(ab.arg(url(target)))?;
    read_ab(&said, &percentiles)
}

fn wrk(load: &Load, target: &Target) -> Result<Vec<Fact>, String> {
    let After::Time(time) = load.ends else {
        return Err("wrk asks for a time, and not a number of requests".into());
    };
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", "-c", &load.lanes.to_string(), "--latency"]);
    let (said, _) = run(wrk.arg(format!("-d{}s", seconds(time))).arg(url(target)))?;
    read_wrk(&said)
}

fn oha(load: &Load, target: &Target) -> Result<Vec<Fact>, String> {
    let mut oha = Command::new("oha");
    oha.args(["--no-tui", "--output-format", "json", "--no-color"]);
    oha.args(["-c", &load.lanes.to_string()]);
    if !load.keep_alive {
        oha.arg("--disable-keepalive");
    }
    match load.ends {
        After::Time(time) => oha.args(["-w", "-z", &format!("{}s", seconds(time))]),
        After::Requests(n) => oha.args(["-n", &n.to_string()]),
    };
    let (said, _) = run(oha.arg(url(target)))?;
    read_oha(&said)
}

fn url(target: &Target) -> String {
    format!("http://{}{}", target.addr, target.path)
}

/// All three take whole seconds.
fn seconds(time: std::time::Duration) -> String {
    time.as_secs().max(1).to_string()
}

/// What it says on stdout and on stderr, once it has ended.
fn run(program: &mut Command) -> Result<(String, String), String> {
    let name = program.get_program().to_string_lossy().into_owned();
    let started = Instant::now();
    let ran =
        program.output().map_err(|why| format!("{name} does not start: {why}"))?;
    let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
    if !ran.status.success() {
        return Err(format!(
            "{name} ended with {} after {:.0?}: {}",
            ran.status,
            started.elapsed(),
            stderr.trim()
        ));
    }
    let stdout = String::from_utf8(ran.stdout)
        .map_err(|why| format!("{name} said no text: {why}"))?;
    Ok((stdout, stderr))
}

/// From its report, and its percentiles as lines of `50,0.605` in milliseconds.
pub fn read_ab(said: &str, percentiles: &str) -> Result<Vec<Fact>, String> {
    let after = |label: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(label));
        number("ab", label, line.and_then(|rest| rest.split_whitespace().next()))
    };
    let at = |percent: &str| {
        let line = percentiles
            .lines()
            .find_map(|line| line.strip_prefix(percent)?.strip_prefix(','));
        Ok::<_, String>(us(1e3 * number("ab", percent, line)?))
    };
    let (complete, failed) =
        (after("Complete requests:")?, after("Failed requests:")?);
    let mut facts = vec![
        fact("total", us(1e6 * after("Time taken for tests:")?)),
        fact("ok", (complete - failed, "count")),
        fact("failed", (failed, "count")),
        fact("throughput", (after("Requests per second:")?, "per-second")),
        fact("p50", at("50")?),
        fact("max", at("100")?),
    ];
    // Of fewer it reads one place past the end of its list (ab.c, output_results).
    if complete > 50.0 {
        facts.push(fact("p99", at("99")?));
    }
    Ok(facts)
}

pub fn read_wrk(said: &str) -> Result<Vec<Fact>, String> {
    let after = |label: &str| {
        let line =
            said.lines().find_map(|line| line.trim_start().strip_prefix(label));
        line.and_then(|rest| rest.split_whitespace().next())
    };
    let at = |percent: &str| {
        let text = after(percent)
            .ok_or_else(|| format!("wrk did not say its {percent}"))?;
        Ok::<_, String>(us(duration(text)?))
    };
    // `Latency     1.38ms  540.27us   9.01ms   80.65%`: mean, deviation, longest
    let latency =
        said.lines().find_map(|line| line.trim_start().strip_prefix("Latency  "));
    let mean = latency.and_then(|rest| rest.split_whitespace().next());
    // `56 requests in 1.00s, 11.2KB read`
    let line = said.lines().find(|line| line.contains(" requests in "));
    let mut words = line.unwrap_or_default().split_whitespace();
    let requests = number("wrk", "requests", words.next())?;
    let took = words.nth(2).ok_or("wrk did not say how long it took")?;
    // `Socket errors: connect 0, read 0, write 0, timeout 0`
    let broken: f64 = match said
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("Socket errors:"))
    {
        Some(errors) => errors
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|word| word.parse::<f64>().ok())
            .sum(),
        None => 0.0,
    };
    let refused = match after("Non-2xx or 3xx responses:") {
        Some(n) => number("wrk", "responses", Some(n))?,
        None => 0.0,
    };
    Ok(vec![
        fact("total", us(duration(took.trim_end_matches(','))?)),
        fact("ok", (requests - refused, "count")),
        fact("failed", (broken + refused, "count")),
        fact(
            "throughput",
            (number("wrk", "rate", after("Requests/sec:"))?, "per-second"),
        ),
        fact(
            "mean",
            us(duration(mean.ok_or("wrk did not say its mean latency")?)?),
        ),
        fact("p50", at("50%")?),
        fact("p99", at("99%")?),
    ])
}

pub fn read_oha(said: &str) -> Result<Vec<Fact>, String> {
    let said: serde_json::Value = serde_json::from_str(said)
        .map_err(|why| format!("oha said no JSON: {why}"))?;
    let at = |path: &str| {
        said.pointer(path)
            .and_then(|n| n.as_f64())
            .ok_or_else(|| format!("oha did not say {path}"))
    };
    let counts = |path: &str| {
        let counts = said.pointer(path).and_then(|counts| counts.as_object());
        counts
            .into_iter()
            .flatten()
            .filter_map(|(status, n)| Some((status.clone(), n.as_f64()?)))
    };
    let good = |status: &str| status.starts_with('2');
    let ok: f64 = counts("/statusCodeDistribution")
        .filter(|(s, _)| good(s))
        .map(|(_, n)| n)
        .sum();
    let bad: f64 = counts("/statusCodeDistribution")
        .filter(|(s, _)| !good(s))
        .map(|(_, n)| n)
        .sum();
    let broken: f64 = counts("/errorDistribution").map(|(_, n)| n).sum();
    Ok(vec![
        fact("total", us(1e6 * at("/summary/total")?)),
        fact("ok", (ok, "count")),
        fact("failed", (bad + broken, "count")),
        fact("throughput", (at("/summary/requestsPerSec")?, "per-second")),
        fact("mean", us(1e6 * at("/summary/average")?)),
        fact("p50", us(1e6 * at("/latencyPercentiles/p50")?)),
        fact("p99", us(1e6 * at("/latencyPercentiles/p99")?)),
        fact("max", us(1e6 * at("/summary/slowest")?)),
    ])
}

/// wrk's `541.00us`, `1.32ms`, `1.00s`, `1.00m`, in microseconds.
fn duration(text: &str) -> Result<f64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "us" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        "m" => 60e6,
        other => {
            return Err(format!(
                "wrk said {text:?}, and {other:?} is no unit of time"
            ));
        }
    };
    Ok(unit * number("wrk", "time", Some(digits))?)
}

fn number(who: &str, what: &str, text: Option<&str>) -> Result<f64, String> {
    let text = text.ok_or_else(|| format!("{who} did not say {what:?}"))?;
    text.parse()
        .map_err(|_| format!("{who} said {text:?} where {what:?} was expected"))
}

fn us(value: f64) -> (f64, &'static str) {
    (value, "us")
}

fn fact(name: &str, (value, unit): (f64, &str)) -> Fact {
    Fact::number(name, value, unit)
}
