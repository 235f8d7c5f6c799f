//! A figure is run from its page: by mouse, by keyboard, in two tabs, while the press comes and goes.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;

use serde_json::json;
use tests::Running;
use tests::fixture::record;
use tests::stage::Stage;

use crate::chromium::{Chromium, View};
use crate::until;

const DESK: View = View { width: 1200, dark: false, scripts: true };

/// A press in a process of its own, since it starts itself anew for what it runs.
fn serve(stage: &Stage, port: &str) -> (Running, String) {
    let mut press: Command = stage.press();
    press.args(["--port", port]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut press = Running(press.spawn().expect("it starts"));
    let stdout = press.0.stdout.take().expect("piped");
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(rest) = line.strip_prefix("listening on ") {
                let _ = tell.send(rest.split(' ').next().unwrap_or_default().to_string());
            }
        }
    });
    let address = told.recv_timeout(tests::PATIENCE).expect("it says where it listens");
    (press, address)
}

async fn open(url: &str, view: View) -> Chromium {
    let chromium = Chromium::start(view).await;
    chromium.client.goto(&format!("{url}/one.html")).await.expect("the page is served");
    until(&chromium, "document.querySelector('.run-it form')?.checkVisibility()").await;
    chromium
}

async fn click(chromium: &Chromium, what: &str) {
    let clicked = format!("(document.querySelector({what:?}).click(), true)");
    assert_eq!(chromium.evaluate(&clicked).await, true);
}

async fn key(chromium: &Chromium, name: &str, code: u32, text: &str) {
    for kind in ["keyDown", "keyUp"] {
        let text = if kind == "keyDown" { text } else { "" };
        let event = json!({"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code, "text": text});
        chromium.devtools("Input.dispatchKeyEvent", event).await;
    }
}

const RUN: &str = ".run-it [type=submit]";
const STATE: &str = "document.querySelector('.run-it .state').textContent";
const BARS: &str = "document.querySelectorAll('.yours figure .served rect').length";

fn says(words: &str) -> String {
    format!("{STATE}.includes({words:?})")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn a_run_is_seen_while_it_is_made_kept_and_shown_again() {
    let stage = Stage::new();
    let (_press, url) = serve(&stage, "0");
    for view in [DESK, View { width: 360, dark: true, scripts: true }] {
        let chromium = open(&url, view).await;
        // A knob changes the command that is shown, and the one that is run.
        let set = "(() => { const knob = document.querySelector('[name=requests]'); knob.value = 12; \
                   knob.dispatchEvent(new Event('input', {bubbles: true})); \
                   return document.querySelector('.run-it code').textContent })()";
        let command = "cargo run --release --example chap1 -- --experiment ten --requests 12 --concurrency 5 --delay 300ms";
        assert_eq!(chromium.evaluate(set).await, command);
        click(&chromium, RUN).await;
        until(&chromium, &format!("{} && {BARS} > 0", says("Running chap1.ten.one, 1 of 2"))).await;
        assert!(stage.wrote("asked").contains("--requests 12 "), "{}", stage.wrote("asked"));
        let bars = chromium.evaluate(BARS).await.as_u64();
        stage.put("go", "");
        until(&chromium, &says("Done")).await;
        assert!(chromium.evaluate(BARS).await.as_u64() > bars, "the figure grew");
        let wide =
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1";
        assert_eq!(chromium.evaluate(wide).await, true, "{view:?}");
        let beside = "document.querySelector('.yours .measured-table').textContent.includes('yours / the book’s')";
        assert_eq!(chromium.evaluate(beside).await, true);
        // What is kept is the record, to the letter; and it can be shown again.
        let kept =
            "fetch(document.querySelector('.yours a[download]').href).then((file) => file.text())";
        let record = record("ten", "one", 1) + &record("ten", "many", 2);
        assert_eq!(chromium.evaluate(kept).await, record);
        let again = "(async () => { \
            const text = await (await fetch(document.querySelector('.yours a[download]').href)).text(); \
            const given = new DataTransfer(); given.items.add(new File([text], 'mine.jsonl')); \
            document.querySelector('.yours').replaceChildren(); \
            const input = document.querySelector('.run-it [type=file]'); input.files = given.files; \
            input.dispatchEvent(new Event('change')); return true })()";
        assert_eq!(chromium.evaluate(again).await, true);
        until(&chromium, &format!("{} && {BARS} > 0", says("mine.jsonl is shown below"))).await;
        stage.take("go");
        click(&chromium, RUN).await;
        until(&chromium, &says("Running")).await;
        click(&chromium, ".run-it .stop").await;
        until(&chromium, &says("Stopped")).await;
        for entry in chromium.log("browser").await {
            assert_ne!(entry["level"], "SEVERE", "{entry}");
        }
        chromium.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn the_keyboard_alone_runs_and_stops_and_who_does_not_see_is_told() {
    let stage = Stage::new();
    let (_press, url) = serve(&stage, "0");
    let chromium = open(&url, DESK).await;
    let calm = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
    chromium.devtools("Emulation.setEmulatedMedia", calm).await;
    let on = "document.activeElement.textContent";
    let start = "(document.querySelector('.run-it input').focus(), true)";
    chromium.evaluate(start).await;
    for (arrow, code) in [("ArrowLeft", 37), ("ArrowRight", 39)] {
        key(&chromium, arrow, code, "").await;
    }
    for _ in 0..20 {
        if chromium.evaluate(on).await == "Run it here" {
            break;
        }
        key(&chromium, "Tab", 9, "").await;
    }
    assert_eq!(chromium.evaluate(on).await, "Run it here");
    let here = "location.pathname.endsWith('/one.html')";
    assert_eq!(chromium.evaluate(here).await, true, "an arrow in a field turns no page");
    key(&chromium, "Enter", 13, "\r").await;
    until(&chromium, &says("Running")).await;
    assert_eq!(chromium.evaluate(on).await, "Stop", "the keyboard stands where it can stop it");
    let read_out = "document.querySelector('.run-it .state').role === 'status' \
        || document.querySelector('.run-it .state').getAttribute('role') === 'status'";
    assert_eq!(chromium.evaluate(read_out).await, true);
    key(&chromium, "Enter", 13, "\r").await;
    until(&chromium, &says("Stopped")).await;
    assert_eq!(chromium.evaluate(on).await, "Run it here");
    // Calm or not, the last drawing is whole.
    stage.put("go", "");
    key(&chromium, "Enter", 13, "\r").await;
    until(&chromium, &says("Done")).await;
    assert!(chromium.evaluate(BARS).await.as_u64() > Some(2));

    stage.put("broken", "error[E0308]: mismatched <types>\n");
    key(&chromium, "Enter", 13, "\r").await;
    until(&chromium, &says("chap1 could not be compiled")).await;
    let shown = "document.querySelector('.yours details').open \
        && document.querySelector('.yours .said').textContent.includes('error[E0308]: mismatched <types>')";
    assert_eq!(chromium.evaluate(shown).await, true, "what the compiler says, as it is");
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn two_tabs_take_turns_and_a_press_that_comes_back_is_there_again() {
    let stage = Stage::new();
    let (press, url) = serve(&stage, "0");
    let chromium = open(&url, DESK).await;
    let first = chromium.client.window().await.expect("a tab");
    click(&chromium, RUN).await;
    until(&chromium, &says("Running")).await;
    let second = chromium.client.new_window(true).await.expect("a tab opens").handle;
    chromium.client.switch_to_window(second.clone()).await.expect("it is there");
    chromium.client.goto(&format!("{url}/one.html")).await.expect("the page is served");
    click(&chromium, RUN).await;
    until(&chromium, &format!("{} && {BARS} > 0", says("Another page: Running"))).await;
    stage.put("go", "");
    until(&chromium, &says("Done")).await;
    chromium.client.switch_to_window(first).await.expect("it is there");
    until(&chromium, &says("Done")).await;

    // The press is killed in the middle of a run, and started again where it was.
    stage.take("go");
    click(&chromium, RUN).await;
    until(&chromium, &says("Running")).await;
    drop(press);
    until(&chromium, &says("start it again")).await;
    let port = url.rsplit(':').next().expect("a port").to_string();
    let (_press, _) = serve(&stage, &port);
    // Every page is loaded anew, and with it the token of the new one.
    until(&chromium, &format!("{STATE} === ''")).await;
    stage.put("go", "");
    click(&chromium, RUN).await;
    until(&chromium, &says("Done")).await;
    chromium.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn elsewhere_there_is_a_command_and_nothing_more() {
    let stage = Stage::new();
    let folder = stage.fixture.build().unwrap_or_else(|failure| panic!("{failure}"));
    for scripts in [true, false] {
        let chromium = Chromium::start(View { scripts, ..DESK }).await;
        let page = format!("file://{}", folder.join("one.html").display());
        chromium.client.goto(&page).await.expect("the page is there");
        let shown = "[...document.querySelectorAll('.run-it > *')].filter((el) => el.checkVisibility()).map((el) => el.textContent)";
        let command = "Run it yourself: cargo run --release --example chap1 -- --experiment ten --requests 10 --concurrency 5 --delay 300ms";
        assert_eq!(chromium.evaluate(shown).await, json!([command]));
        chromium.end().await;
    }
}
