//! What scripts add to a page: figures that can be played, guesses that are kept, formulas to change.

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
async fn open(view: View) -> (Chromium, Fixture, String) {
    let fixture = Fixture::with(PREDICTIONS);
    let folder = fixture.build().unwrap_or_else(|failure| panic!("{failure}"));
    let url = format!("file://{}", folder.join("one.html").display());
    let chromium = Chromium::start(view).await;
    chromium.client.goto(&url).await.expect("the page is there");
    (chromium, fixture, url)
}

fn desk() -> View {
    View { width: 1200, dark: false, scripts: true }
}

async fn is(chromium: &Chromium, expression: &str, value: impl Into<Value>) {
    assert_eq!(chromium.evaluate(expression).await, value.into(), "{expression}");
}

async fn click(chromium: &Chromium, selector: &str) {
    let found = chromium.client.find(Locator::Css(selector)).await;
    found.unwrap_or_else(|_| panic!("no {selector}")).click().await.expect("it is seen");
}

async fn press(chromium: &Chromium, selector: &str, keys: &str) {
    let found = chromium.client.find(Locator::Css(selector)).await;
    found.unwrap_or_else(|_| panic!("no {selector}")).send_keys(keys).await.expect("it takes keys");
}

fn key(key: Key) -> String {
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

const GUESSED: &str = "[...document.querySelectorAll('.verdict li')].map((li) => li.textContent)";
const OPEN: &str = "[...document.querySelectorAll('details.prediction')].map((fold) => fold.open)";

/// Answers all three forms: by keyboard, by mouse, and in the wrong order.
async fn guess(chromium: &Chromium) {
    press(chromium, ".guess input", "5").await;
    press(chromium, ".guess label:nth-of-type(2) input", &format!("1{}", char::from(Key::Enter)))
        .await;
    is(chromium, OPEN, json!([false, false])).await; // half of what it answers is asked for still
    click(chromium, ".guess input[type=radio][value='1']").await;
    click(chromium, ".guess:has([data-kind=choice]) button").await;
    is(chromium, OPEN, json!([true, false])).await;
    let order = "document.querySelectorAll('.guess select').forEach((select, at) => (select.selectedIndex = 2 - at))";
    chromium.evaluate(order).await;
    click(chromium, ".guess:has([data-kind=order]) button").await;
    is(chromium, OPEN, json!([true, true])).await;
}

#[tokio::test]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn guesses_are_judged_drawn_remembered_and_forgotten() {
    let (chromium, _fixture, url) = open(desk()).await;
    click(&chromium, ".guess button").await;
    is(&chromium, "document.querySelector('.guess .said').textContent", "Please answer all of it.")
        .await;
    is(&chromium, "document.activeElement.dataset.name", "chap1.ten.one.waits").await;
    guess(&chromium).await;

    let judged = json!([
        "✗ one, in waits: you said 5, it was 2.00.",
        "✓ many, in waits: you said 1, it was 1.00.",
        "✓ one, in waits: you said twice as many, it was twice as many (2.00).",
        "✗ the order of the lines: you said then it, first comes, it was first comes, then it."
    ]);
    is(&chromium, GUESSED, judged.clone()).await;
    // Five waits are far to the right of its axis, and one is where the second panel's bars end.
    let drawn = "[...document.querySelectorAll('details.prediction .guessed line')].map((line) => parseFloat(line.getAttribute('x1')))";
    let drawn = chromium.evaluate(drawn).await;
    assert_eq!(drawn[0], 99.6);
    assert!((drawn[1].as_f64().unwrap() - 49.3).abs() < 0.5, "{drawn}");
    let end = "document.querySelector('.reckoning p').textContent";
    let end = chromium.evaluate(end).await.as_str().unwrap_or_default().to_string();
    assert!(end.starts_with("You guessed 4 of 4, and 2 of them"), "{end}");
    assert!(end.contains("surprise: the order of the lines"), "{end}");
    is(&chromium, "document.querySelector('.reckoning a').hash", "#prediction-2").await;

    chromium.client.goto(&url).await.expect("it loads again");
    is(&chromium, OPEN, json!([false, false])).await;
    is(&chromium, GUESSED, judged).await;
    is(&chromium, "document.querySelector('.guess input').value", "5").await;
    click(&chromium, ".reckoning button").await;
    is(&chromium, GUESSED, json!([])).await;
    is(&chromium, "localStorage.getItem('while-you-wait guesses')", "{}").await;
    is(&chromium, "document.querySelectorAll('.guessed').length", 0).await;
    is(&chromium, "document.querySelector('.reckoning').checkVisibility()", false).await;
    chromium.end().await;
}

#[tokio::test]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn where_nothing_may_be_stored_a_guess_lasts_as_long_as_its_page() {
    let (chromium, _fixture, url) = open(desk()).await;
    let denied =
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } });";
    chromium.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": denied})).await;
    chromium.client.goto(&url).await.expect("the page is there");
    guess(&chromium).await;
    is(&chromium, &format!("{GUESSED}.length"), 4).await;
    chromium.client.goto(&url).await.expect("it loads again");
    is(&chromium, &format!("{GUESSED}.length"), 0).await;
    chromium.end().await;
}

const LINE: &str =
    "document.querySelector('[data-formula] figure > svg .formula path').getAttribute('d')";
const FORMULA: &str = "document.querySelector('.toy p').textContent";

#[tokio::test]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn a_formula_is_dragged_and_its_script_says_what_the_press_says() {
    let (chromium, fixture, _) = open(desk()).await;
    let html = scraper::Html::parse_document(&fixture.html("one.html"));
    let pressed =
        scraper::Selector::parse("[data-formula] figure > svg .formula path").expect("right");
    let pressed =
        html.select(&pressed).next().expect("a line").attr("d").expect("drawn").to_string();
    // The press leaves out what lies between two points of one height.
    let at = |path: &str| -> Vec<(i64, i64)> {
        let points = path[1..].split('L').filter_map(|point| point.split_once(' '));
        points.map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).collect()
    };
    let scripted = chromium.evaluate(LINE).await;
    let scripted = at(scripted.as_str().expect("a path"));
    for (x, y) in at(&pressed) {
        let line = scripted.iter().find(|(at, _)| *at == x).expect("every point");
        assert!((line.1 - y).abs() <= 1, "at {x} the press says {y}, the script {}", line.1);
    }

    is(&chromium, FORMULA, "The formula: 1.00 s × ⌈2 / 1⌉ = 2.00 s. Recorded: ten.one 2.00 s.")
        .await;
    let before = chromium.evaluate(LINE).await;
    press(&chromium, ".toy label:nth-of-type(3) input", &key(Key::End)).await;
    is(
        &chromium,
        &format!("{FORMULA}.startsWith('The formula: 10.0 s × ⌈2 / 1⌉ = 20.0 s.')"),
        true,
    )
    .await;
    assert_ne!(chromium.evaluate(LINE).await, before);
    press(&chromium, ".toy label:nth-of-type(1) input", &key(Key::End)).await;
    is(&chromium, "document.querySelectorAll('.recorded .other').length", 2).await;
    press(&chromium, ".toy select", "ten.many").await;
    is(&chromium, FORMULA, "The formula: 1.00 s × ⌈2 / 2⌉ = 1.00 s. Recorded: ten.many 1.00 s.")
        .await;
    chromium.end().await;
}

#[tokio::test]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn on_a_phone_and_in_every_theme_all_of_it_fits_and_without_scripts_there_is_none_of_it() {
    for dark in [false, true] {
        let (chromium, _fixture, _) = open(View { width: 360, dark, scripts: true }).await;
        guess(&chromium).await;
        for step in 0..3 {
            chromium.evaluate(&format!("for (let i = 0; i < {step}; i++) document.querySelectorAll('.player .on').forEach((on) => on.click())")).await;
            let wide = "document.documentElement.scrollWidth <= innerWidth";
            is(&chromium, wide, true).await;
            let over = format!("{PLAYER_TEXTS}.filter((on) => on)");
            is(&chromium, &over, json!([])).await;
        }
        chromium.end().await;
    }
    let (chromium, _fixture, _) = open(View { width: 360, dark: false, scripts: false }).await;
    let seen = "[...document.querySelectorAll('.player, .guess, .toy, .reckoning, .verdict')].filter((el) => el.checkVisibility()).length";
    is(&chromium, seen, 0).await;
    is(&chromium, "document.querySelectorAll('figure > svg').length", 3).await;
    chromium.end().await;
}

/// Words of a drawing that lie on others, with the counters of a player among them.
const PLAYER_TEXTS: &str = "[...document.querySelectorAll('figure > svg')].flatMap((svg) => {
    const texts = [...svg.querySelectorAll('text')].filter((el) => !el.closest('.guessed') && el.textContent);
    const boxes = texts.map((el) => el.getBoundingClientRect());
    return boxes.flatMap((a, i) => boxes.slice(i + 1).map((b, j) =>
        a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom
            ? `${texts[i].textContent} / ${texts[i + 1 + j].textContent}` : ''));
})";
