//! Figures that can be played; and the page on which what scripts add to a page is tried.

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::chromium::{Chromium, View};
use crate::until;
use tests::fixture::Fixture;

const PREDICTIONS: &str = "
{{predict number chap1.ten waits}}

{{predict choice chap1.ten.one.waits: as many = 1 | twice as many = 2}}

<details class=\"prediction\">
<summary>Mine</summary>

{{timeline chap1.ten}}

</details>

{{predict order first comes | then it}}

<details class=\"prediction\">
<summary>Mine</summary>

```console
$ cargo run --example chap1
first comes this
then it hangs, for ever
```

</details>

{{formula chap1.ten}}
";

/// A page with a figure, two folds and a formula, opened from the disk.
pub async fn open(view: View) -> (Chromium, Fixture, String) {
    let fixture = Fixture::with(PREDICTIONS);
    let folder = fixture.build().unwrap_or_else(|failure| panic!("{failure}"));
    let url = format!("file://{}", folder.join("one.html").display());
    let chromium = Chromium::start(view).await;
    chromium.client.goto(&url).await.expect("the page is there");
    (chromium, fixture, url)
}

pub fn desk() -> View {
    View { width: 1200, dark: false, scripts: true }
}

pub async fn is(chromium: &Chromium, expression: &str, value: impl Into<Value>) {
    assert_eq!(chromium.evaluate(expression).await, value.into(), "{expression}");
}

pub async fn click(chromium: &Chromium, selector: &str) {
    let found = chromium.client.find(Locator::Css(selector)).await;
    found.unwrap_or_else(|_| panic!("no {selector}")).click().await.expect("it is seen");
}

pub async fn press(chromium: &Chromium, selector: &str, keys: &str) {
    let found = chromium.client.find(Locator::Css(selector)).await;
    found.unwrap_or_else(|_| panic!("no {selector}")).send_keys(keys).await.expect("it takes keys");
}

pub fn key(key: Key) -> String {
    char::from(key).to_string()
}

const MOMENT: &str = "Number(document.querySelector('.player input').value)";
/// What is written beside the heads of the first figure's panels.
const SAID: &str = "[...document.querySelector('figure').querySelectorAll('[data-length]')].map((el) => el.textContent)";
const COVERED: &str = "[...document.querySelector('figure').querySelectorAll('.to-come, .cursor')].map((el) => el.getAttribute('opacity')).join()";

#[tokio::test]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn a_figure_is_played_paused_stepped_and_scrubbed() {
    let (chromium, _fixture, _) = open(desk()).await;
    let results = json!(["2.00 s", "1.00 s"]);
    is(&chromium, SAID, results.clone()).await;
    is(&chromium, COVERED, "0,0").await;
    is(&chromium, "document.querySelectorAll('.player').length", 2).await;

    // By mouse, at a tenth of its speed, or a busy machine would see its end.
    chromium.evaluate("document.querySelector('.player select').value = '0.1'").await;
    click(&chromium, ".player .go").await;
    until(&chromium, &format!("{MOMENT} > 0 && {MOMENT} < 2000790")).await;
    is(&chromium, COVERED, "1,1").await;
    click(&chromium, ".player .go").await;
    let paused = chromium.evaluate(MOMENT).await;
    is(&chromium, "document.querySelector('.player .go').textContent.includes('Play')", true).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    is(&chromium, MOMENT, paused).await;

    // By keyboard: to the start, one worker serves and the other requests wait; then to the end.
    press(&chromium, ".player input", &key(Key::Home)).await;
    is(&chromium, MOMENT, 0).await;
    press(&chromium, ".player .on", &key(Key::Enter)).await;
    is(
        &chromium,
        &format!("{SAID}[0].replace(/\\u2002/g, ' ')"),
        "■ 1 queueing ■ 1 being served by 1 worker ✓ 0 done",
    )
    .await;
    is(&chromium, &format!("{SAID}[1].includes('2 being served')"), true).await;
    let told = "document.querySelector('.player input').getAttribute('aria-valuetext')";
    let told = chromium.evaluate(told).await;
    assert!(
        told.as_str().unwrap_or_default().contains("one: 1 queueing, 1 being served"),
        "{told}"
    );
    press(&chromium, ".player .on", &key(Key::Enter)).await;
    is(&chromium, &format!("{MOMENT} > 900000 && {MOMENT} < 1100000"), true).await;
    press(&chromium, ".player .back", &key(Key::Enter)).await;
    is(&chromium, &format!("{MOMENT} < 10000"), true).await;
    let page = chromium.evaluate("location.pathname").await;
    press(&chromium, ".player input", &key(Key::Right)).await;
    is(&chromium, &format!("{MOMENT} > 9000"), true).await;
    is(&chromium, "location.pathname", page).await;
    press(&chromium, ".player input", &key(Key::End)).await;
    is(&chromium, SAID, results).await;
    is(&chromium, COVERED, "0,0").await;

    // By a finger on the drawing, once the cursor is there.
    press(&chromium, ".player input", &key(Key::Home)).await;
    let drag = "(() => {
        const svg = document.querySelector('figure > svg');
        const { left, width, top } = svg.getBoundingClientRect();
        const at = { clientX: left + width / 2, clientY: top + 40, buttons: 1, bubbles: true, pointerType: 'touch' };
        svg.dispatchEvent(new PointerEvent('pointerdown', at));
    })()";
    chromium.evaluate(drag).await;
    is(&chromium, &format!("Math.abs({MOMENT} - 1015400) < 20000"), true).await;
    chromium.end().await;
}

#[tokio::test]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn a_figure_that_loops_tells_no_end_and_one_that_is_calm_steps() {
    let (chromium, _fixture, url) = open(desk()).await;
    let looping = "(() => {
        const figure = document.querySelector('figure');
        figure.dataset.play = 'loop';
        window.again = replay(figure);
        again.play();
    })()";
    chromium.evaluate(looping).await;
    is(&chromium, "document.querySelectorAll('.player').length", 2).await;
    until(&chromium, &format!("{MOMENT} > 1500000")).await;
    until(&chromium, &format!("{MOMENT} < 1500000")).await; // it began again
    is(&chromium, &format!("{SAID}.join().includes('2.00 s')"), false).await;

    // Who wants no motion sees a still picture a second.
    let calm = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
    chromium.devtools("Emulation.setEmulatedMedia", calm).await;
    chromium.client.goto(&url).await.expect("the page is there");
    let moments = "(async () => {
        document.querySelector('.player select').value = '0.1';
        document.querySelector('.player .go').click();
        const seen = new Set();
        const end = performance.now() + 3000;
        while (performance.now() < end) {
            seen.add(document.querySelector('.player input').value);
            await new Promise(requestAnimationFrame);
        }
        return seen.size;
    })()";
    let seen = chromium.evaluate(moments).await.as_u64().expect("a count");
    assert!((2..=4).contains(&seen), "{seen} pictures in three seconds");
    chromium.end().await;
}
