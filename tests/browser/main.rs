//! The book in a real browser: what the eye sees, what the keyboard reaches, what it fetches.

mod alive;
mod asleep;
mod axe;
mod chat;
mod chromium;
mod guesses;
#[cfg(unix)]
mod live;
mod scripted;
mod search;
mod tables;
mod tabs;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chromium::{Chromium, View};
use press::book::{self, Press};
use press::project::Project;
use press::runs::Recorded;
use press::serve::{Serving, Settings};
use serde_json::Value;
use while_you_wait::views::names::Runs;

use tests::fixture::{Fixture, due, header, offered, traced, watched};

const LOOK: &str = include_str!("look.js");

/// The real book, and one that surely has a figure of each kind.
struct Books {
    folder: tempfile::TempDir,
    fixture: Fixture,
}

impl Books {
    fn build() -> Self {
        let fixture = Fixture::new();
        let mut many = header("chap2", "many", "one", 1000);
        for n in 0..1000 {
            many += &format!(
                "\n[{n},0,50,{},{1},{1},500,\"1\",\"ok\"]",
                100 + n * 37,
                1_000_000 + n * 91
            );
        }
        many += "\n{\"kind\":\"end\",\"at\":2000000}\n";
        let mut bad = header("chap2", "bad", "one", 2);
        bad += "\n[0,0,200,250,null,900000,null,null,\"reset\"]";
        bad +=
            "\n[1,0,200,250,600000,600000,500000,null,\"ok\"]\n{\"kind\":\"end\",\"at\":900100}\n";
        let late = |n: u64| (!n.is_multiple_of(50)).then_some(1000 + n * n * 10);
        let latencies: Vec<_> = (0..300).map(late).collect();
        let open = due("open", "a-case-of-many-words", 10_000, &latencies);
        let closed = due("closed", "a-case-of-many-words", 10_000, &latencies[1..50]);
        let sweep = (1..9).map(|n| offered(n * 2500, 700 << n, (n < 7).then_some(900 << n)));
        let records = [
            many,
            bad,
            traced("told", 12),
            open,
            closed,
            watched("crowd", 60, 3),
            watched("few", 2, 5),
        ];
        fixture.write("book/runs/chap2.jsonl", &(records.concat() + &sweep.collect::<String>()));
        let figures = [
            "{{timeline chap2.many}}",
            "{{timeline chap2.bad}}",
            "{{trace chap2.told.one}}",
            "{{latencies chap2.closed.a-case-of-many-words chap2.open.a-case-of-many-words}}",
            "{{latencies chap2.open}}",
            "{{served chap2.crowd.one chap2.few.one}}",
            "{{saturation chap2.offered.one}}",
            "{{strip chap2.offered-2500.one chap2.offered-5000.one chap2.offered-7500.one p99}}",
            "{{strip chap2.offered-2500.one chap2.offered-20000.one throughput}}",
        ];
        fixture.append(&figures.join("\n\n"));
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (project, name) in [(fixture.project(), "small"), (real(), "real")] {
            let press = Press::strict(Arc::new(Recorded::of(&project)));
            book::build(&project, press, Some(&folder.path().join(name)))
                .unwrap_or_else(|failure| panic!("{failure}"));
        }
        Books { folder, fixture }
    }

    /// A page of the real book.
    fn real(&self, page: &str) -> PathBuf {
        self.folder.path().join("real").join(page)
    }

    /// Every page, with the runs that its figures show.
    fn pages(&self) -> Vec<(PathBuf, Runs)> {
        let mut pages = Vec::new();
        for (name, project) in [("small", self.fixture.project()), ("real", real())] {
            let runs = Recorded::of(&project).runs;
            let mut found = html_in(&self.folder.path().join(name));
            // One function makes the pages of all sources: the small book's stands for them.
            found.retain(|page| name == "small" || !is_source(page));
            pages.extend(found.into_iter().map(|page| (page, runs.clone())));
        }
        pages
    }
}

fn real() -> Project {
    Project::at(tests::root())
}

/// A browser, and the page of a served book that it may open.
async fn reader_of(fixture: &Fixture) -> (Chromium, String) {
    let settings = Settings {
        host: "127.0.0.1".into(),
        port: 0,
        longest_run: Duration::from_secs(60),
        open: false,
    };
    let serving = Serving::prepare(&fixture.project(), &settings).expect("any port");
    let url = format!("http://{}/one.html", serving.address);
    tokio::spawn(serving.run());
    let chromium = Chromium::start(View { width: 1200, dark: false, scripts: true }).await;
    (chromium, url)
}

/// Whether this is a file that blocks are cut from: a page of the press's own, and not of mdBook's.
fn is_source(page: &Path) -> bool {
    page.iter().any(|part| part == "source")
}

fn html_in(folder: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for entry in folder.read_dir().expect("a built book") {
        let path = entry.expect("an entry").path();
        let made = ["print.html", "404.html", "toc.html"].iter().any(|name| path.ends_with(name));
        if path.is_dir() {
            pages.extend(html_in(&path));
        } else if path.extension().is_some_and(|extension| extension == "html") && !made {
            pages.push(path);
        }
    }
    pages.sort();
    pages
}

#[tokio::test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test -p tests --test browser -- --ignored"]
async fn every_page_is_good_in_every_view() {
    let books = Books::build();
    for view in View::all() {
        let chromium = Chromium::start(view).await;
        for (page, runs) in books.pages() {
            let at = format!("{} in {view:?}", page.display());
            let url = format!("file://{}", page.display());
            chromium.client.goto(&url).await.expect("the page is there");
            // The emulation does what it says, or the rest would prove less than it seems to.
            let scripts = "document.documentElement.classList.contains('js')";
            if !is_source(&page) {
                assert_eq!(chromium.evaluate(scripts).await, view.scripts, "{at}");
            }
            let dark = "matchMedia('(prefers-color-scheme: dark)').matches";
            assert_eq!(chromium.evaluate(dark).await, view.dark, "{at}");
            let wrong = chromium.evaluate(LOOK).await;
            assert_eq!(wrong, serde_json::json!([]), "{at}: {wrong:#}");
            let tables = chromium.evaluate(tables::TABLES).await;
            tables::hold_the_record(&tables, &runs, &at);
            chromium.medium("print", view).await;
            assert_eq!(chromium.evaluate(ON_PAPER).await, serde_json::json!([]), "{at}, printed");
            chromium.medium("screen", view).await;
            for entry in chromium.log("browser").await {
                assert_ne!(entry["level"], "SEVERE", "{at}: {entry}");
            }
            nothing_is_fetched_from_elsewhere(&chromium.log("performance").await, &at);
        }
        chromium.end().await;
    }
}

#[tokio::test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test -p tests --test browser -- --ignored"]
async fn the_keyboard_reaches_everything() {
    let books = Books::build();
    for width in [1200, 360] {
        let chromium = Chromium::start(View { width, dark: false, scripts: true }).await;
        for (page, _) in books.pages() {
            let url = format!("file://{}", page.display());
            chromium.client.goto(&url).await.expect("the page is there");
            let all = chromium.evaluate(MARK).await.as_u64().expect("a count");
            let mut missed = Value::Null;
            // Around the whole page, its menus too, once and a half.
            for _ in 0..all * 2 + 100 {
                for kind in ["rawKeyDown", "keyUp"] {
                    let tab = serde_json::json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
                    chromium.devtools("Input.dispatchKeyEvent", tab).await;
                }
                missed = chromium.evaluate("document.activeElement.dataset.due = 'no'; [...document.querySelectorAll('[data-due=yes]')].map((el) => el.outerHTML.slice(0, 120))").await;
                if missed == serde_json::json!([]) {
                    break;
                }
            }
            assert_eq!(missed, serde_json::json!([]), "{} at {width}: {missed:#}", page.display());
        }
        chromium.end().await;
    }
}

#[tokio::test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test -p tests --test browser -- --ignored"]
async fn an_open_page_follows_its_author() {
    let fixture = Fixture::new();
    let (chromium, url) = reader_of(&fixture).await;
    chromium.client.goto(&url).await.expect("the page is served");

    fixture.append("A new sentence.");
    until(&chromium, "document.body.textContent.includes('A new sentence.')").await;
    fixture.append("It takes 3 s.");
    let told = "document.querySelector('#press-wrong')?.checkVisibility() \
                && document.querySelector('#press-wrong').textContent.includes('book/en/one.md:17: ')";
    until(&chromium, told).await;
    let kept = "document.body.textContent.includes('A new sentence.')";
    assert_eq!(chromium.evaluate(kept).await, true, "the last good page stays");
    fixture.append("It takes its time.");
    until(&chromium, "document.body.textContent.includes('It takes its time.')").await;
    until(&chromium, "!document.querySelector('#press-wrong')?.checkVisibility()").await;
    chromium.end().await;
}

/// Waits for as long as a rebuild may take on a busy machine.
async fn until(chromium: &Chromium, condition: &str) {
    for _ in 0..1200 {
        // While a page is being loaded there may be no document to ask.
        if chromium.evaluate(&format!("Boolean(document.body && ({condition}))")).await == true {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {condition}");
}

/// Marks what a keyboard must reach, and counts what it may pass on the way.
const MARK: &str = "(() => {
    const due = [...document.querySelectorAll('main a[href], main summary')].filter((el) => el.checkVisibility());
    for (const el of due) el.dataset.due = 'yes';
    return document.querySelectorAll('a[href], button, summary, input, [tabindex]').length;
})()";

/// What a print must not show, and does; and what it must show whole, and does not.
const ON_PAPER: &str = "(() => {
    const shown = (el) => el.getClientRects().length > 0 && el.getBoundingClientRect().height > 0;
    const all = (selector) => [...document.querySelectorAll(selector)];
    const wrong = all('.boring, .figure details, #mdbook-sidebar').filter(shown);
    wrong.push(...all('details.prediction figure > svg, details.prediction .measured-table table')
        .filter((el) => !el.closest('.figure details') && !shown(el)));
    wrong.push(...all('.table-wrapper, pre > code')
        .filter((el) => shown(el) && ['auto', 'scroll', 'hidden'].includes(getComputedStyle(el).overflowX)));
    return wrong.map((el) => el.outerHTML.slice(0, 120));
})()";

fn nothing_is_fetched_from_elsewhere(log: &[Value], at: &str) {
    for entry in log {
        let message: Value =
            serde_json::from_str(entry["message"].as_str().unwrap_or("null")).expect("JSON");
        let message = &message["message"];
        if message["method"] == "Network.requestWillBeSent" {
            let url = message["params"]["request"]["url"].as_str().unwrap_or_default();
            let near = ["file:", "data:", "blob:", "about:", "chrome:"];
            assert!(near.iter().any(|scheme| url.starts_with(scheme)), "{at} fetches {url}");
        }
    }
}
