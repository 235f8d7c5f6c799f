//! Guesses that are kept, and formulas to change.

use fantoccini::key::Key;
use serde_json::json;

use crate::alive::{click, desk, is, key, open, press};
use crate::chromium::{Chromium, View};

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
