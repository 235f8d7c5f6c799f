//! Chapter 6's chat page, with a model that does what a question demands, and with the gateway.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use fantoccini::Locator;
use fantoccini::key::Key;
use press::book::{self, Press};
use press::runs::Recorded;
use serde_json::{Value, json};

use crate::chromium::{Chromium, View};
use crate::scripted::{HOSTILE, SENTENCES, Scripted};
use crate::until;

/// The question's section that was asked last.
const LAST: &str = "document.querySelector('#log > section:last-child')";

async fn open(url: &str, view: View) -> Chromium {
    let chromium = Chromium::start(view).await;
    chromium.client.goto(url).await.expect("the page is served");
    chromium
}

fn desk() -> View {
    View { width: 1200, dark: false, scripts: true }
}

async fn type_in(chromium: &Chromium, keys: &str) {
    let question = chromium.client.find(Locator::Css("#question")).await.expect("it is there");
    question.send_keys(keys).await.expect("it takes keys");
}

/// Types it, presses Enter, and waits until its answer is over, in whatever way.
async fn ask(chromium: &Chromium, question: &str) {
    type_in(chromium, &format!("{question}{}", char::from(Key::Enter))).await;
    let over = format!(
        "{LAST}?.querySelector('h2').textContent === {question:?} && \
         !document.querySelector('#send').hidden"
    );
    until(chromium, &over).await;
}

async fn text(chromium: &Chromium, selector: &str) -> String {
    let found = chromium.evaluate(&format!("{LAST}.querySelector('{selector}').textContent")).await;
    found.as_str().unwrap_or_else(|| panic!("no {selector}")).to_string()
}

#[tokio::test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test -p tests --test browser -- --ignored"]
async fn what_a_model_says_is_text_and_every_end_is_said() {
    let scripted = Scripted::start();
    let chromium = open(&format!("http://{}/", scripted.addr), desk()).await;

    ask(&chromium, "hostile").await;
    assert_eq!(text(&chromium, ".text").await, HOSTILE);
    let harm = "[document.title, document.querySelectorAll('#log img, #log b, #log i, #log script, #model b').length]";
    assert_eq!(chromium.evaluate(harm).await, json!(["Ask the book", 0]));
    // Only into the book, whatever the passages say.
    let links = format!(
        "[...{LAST}.querySelectorAll('a')].map((a) => [a.pathname + a.hash, a.firstChild.data])"
    );
    assert_eq!(chromium.evaluate(&links).await, json!([["/book/one.html#anchor", "<i>One</i>"]]));

    for (question, said, end) in [
        ("full", "", "Everybody is busy, and the queue is full. Ask again in 7 seconds."),
        ("error", "Half an ", "The answer broke off: the model <b>fell</b> over"),
        ("garbled", "", "The answer was cut short: what came next could not be read."),
        (
            "cut",
            "Half an ",
            "The answer was cut short: the stream ended without saying that it was done.",
        ),
        ("lost", "Half an ", "The connection was lost in the middle of the answer."),
    ] {
        ask(&chromium, question).await;
        assert_eq!(text(&chromium, ".text").await, said, "{question}");
        assert_eq!(text(&chromium, ".status.failed > span").await, end, "{question}");
    }
    ask(&chromium, "bytes").await;
    assert_eq!(text(&chromium, ".text").await, "글자 하나.");
    assert!(text(&chromium, ".status.done").await.starts_with("First word after "));

    // Whoever was refused need not type it again.
    let turns = chromium.evaluate("document.querySelectorAll('#log > section').length").await;
    chromium.evaluate("document.querySelector('.failed button').click()").await;
    until(&chromium, &format!("document.querySelectorAll('#log > section').length > {turns}"))
        .await;
    assert_eq!(text(&chromium, "h2").await, "full");
    chromium.end().await;
}

#[tokio::test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test -p tests --test browser -- --ignored"]
async fn a_chat_is_held_with_the_keyboard_alone() {
    let scripted = Scripted::start();
    let chromium = open(&format!("http://{}/", scripted.addr), desk()).await;
    let focused = "document.activeElement.id";
    assert_eq!(chromium.evaluate(focused).await, "question");

    let shift = char::from(Key::Shift); // held, and let go
    let newline = format!("one{shift}{}{shift}two", char::from(Key::Enter));
    type_in(&chromium, &newline).await;
    assert_eq!(chromium.evaluate("document.querySelector('#question').value").await, "one\ntwo");
    chromium.evaluate("document.querySelector('#question').value = ''").await;
    assert_eq!(scripted.asked.load(SeqCst), 0, "a new line asks nothing");

    // The Enter that ends a syllable belongs to the input method.
    let syllable = json!({"text": "하", "selectionStart": 1, "selectionEnd": 1});
    chromium.devtools("Input.imeSetComposition", syllable).await;
    let enter = json!({"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229});
    chromium.devtools("Input.dispatchKeyEvent", enter).await;
    chromium.devtools("Input.insertText", json!({"text": "하"})).await;
    assert_eq!(chromium.evaluate("document.querySelector('#question').value").await, "하");
    assert_eq!(scripted.asked.load(SeqCst), 0, "a syllable asks nothing");
    chromium.evaluate("document.querySelector('#question').value = ''").await;

    // Stopped by Escape, and once more by the button; the server hears of either.
    for nth in 1..=2 {
        type_in(&chromium, &format!("slow{}", char::from(Key::Enter))).await;
        let words = format!("{LAST}?.querySelector('.text').textContent.includes('word3')");
        until(&chromium, &words).await;
        if nth == 1 {
            type_in(&chromium, &char::from(Key::Escape).to_string()).await;
        } else {
            chromium.evaluate("document.querySelector('#stop').focus()").await;
            chromium
                .client
                .find(Locator::Css("#stop"))
                .await
                .expect("it is there")
                .click()
                .await
                .expect("it is seen");
        }
        until(&chromium, &format!("{LAST}.querySelector('.status.stopped')")).await;
        assert_eq!(text(&chromium, ".status").await, "You stopped it here.");
        assert!(tests::comes_true(|| scripted.left.load(SeqCst) == nth), "the server is told");
        assert_eq!(chromium.evaluate(focused).await, "question", "the focus is not lost");
    }
    chromium.end().await;
}

/// Collects what is added where a screen reader listens.
const LISTEN: &str = "
    window.heard = [];
    new MutationObserver((all) => {
        for (const { target, addedNodes } of all) {
            const at = target.nodeType === 1 ? target : target.parentElement;
            if (!at?.closest('.text') || at.closest('[aria-hidden], [aria-live=off]')) continue;
            for (const node of addedNodes) heard.push(node.textContent);
        }
    }).observe(document.querySelector('[role=log][aria-live=polite]'), { childList: true, subtree: true, characterData: true });";

#[tokio::test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test -p tests --test browser -- --ignored"]
async fn a_screen_reader_hears_sentences_in_their_language() {
    let scripted = Scripted::start();
    let chromium = open(&format!("http://{}/", scripted.addr), desk()).await;
    chromium.evaluate(LISTEN).await;
    ask(&chromium, "tell").await;
    assert_eq!(chromium.evaluate("heard").await, json!(SENTENCES));
    assert_eq!(text(&chromium, ".text").await, SENTENCES.concat());
    let spoken = format!("[...{LAST}.querySelectorAll('.text span[lang]')].map((el) => el.lang)");
    assert_eq!(chromium.evaluate(&spoken).await, json!(["en", "en", "ko"]));

    let languages =
        "[document.documentElement.lang, document.querySelector('[aria-pressed=true]').lang]";
    assert_eq!(chromium.evaluate(languages).await, json!(["en", "en"]));
    let korean = chromium.client.find(Locator::Css("[data-language=ko]")).await.expect("there");
    korean.click().await.expect("it is seen");
    assert_eq!(chromium.evaluate(languages).await, json!(["ko", "ko"]));
    // What was said already is said in Korean, too; and nothing of the page is left in English.
    assert!(text(&chromium, ".status").await.starts_with("첫 단어까지"));
    let left = "[...document.querySelectorAll('[data-say]:not([data-say=book], [data-say=seconds])')] \
                .filter((el) => el.textContent && !/[가-힣]/.test(el.textContent)).map((el) => el.dataset.say)";
    assert_eq!(chromium.evaluate(left).await, json!([]));
    chromium.client.refresh().await.expect("it loads again");
    assert_eq!(chromium.evaluate(languages).await, json!(["ko", "ko"]), "it is remembered");
    let unnamed = "[...document.querySelectorAll('button, textarea, a, [role]')].filter((el) => \
                   !(el.labels?.[0]?.textContent || el.ariaLabel || el.textContent)).length";
    assert_eq!(chromium.evaluate(unnamed).await, 0);
    chromium.end().await;
}

#[tokio::test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test -p tests --test browser -- --ignored"]
async fn the_chat_page_is_good_in_every_view() {
    let scripted = Scripted::start();
    for view in View::all() {
        let chromium = open(&format!("http://{}/", scripted.addr), view).await;
        let told = if view.scripts {
            ask(&chromium, "error").await;
            ask(&chromium, "tell").await;
            chromium.evaluate("!document.querySelector('noscript p')").await
        } else {
            chromium.evaluate("/curl -N .*chat.completions/.test(document.body.innerText) && !document.querySelector('#ask').checkVisibility()").await
        };
        assert_eq!(told, true, "{view:?}");
        assert_eq!(chromium.evaluate(crate::LOOK).await, json!([]), "{view:?}");
        assert_eq!(chromium.evaluate(FAINT).await, json!([]), "{view:?}");
        for entry in chromium.log("browser").await {
            assert_ne!(entry["level"], "SEVERE", "{view:?}: {entry}");
        }
        chromium.end().await;
    }
}

/// Texts of less contrast than 4.5, by WCAG.
const FAINT: &str = "(() => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (el) => {
        const colour = getComputedStyle(el).backgroundColor;
        return colour === 'rgba(0, 0, 0, 0)' && el.parentElement ? behind(el.parentElement) : colour;
    };
    const texts = [...document.querySelectorAll('body *')].filter((el) => el.checkVisibility() && [...el.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    return texts.filter((el) => {
        const [a, b] = [light(getComputedStyle(el).color), light(behind(el))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
    }).map((el) => el.outerHTML.slice(0, 120));
})()";

#[tokio::test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test -p tests --test browser -- --ignored"]
async fn the_gateway_is_asked_in_two_languages_and_its_passages_lead_into_the_book() {
    let press = Press::strict(Arc::new(Recorded::of(&crate::real())));
    let book = book::build(&crate::real(), press, None).unwrap_or_else(|why| panic!("{why}"));
    // Slow enough to be looked at: the delay is what a hundred tokens take.
    let mut gateway = Command::new(tests::example("chap6"));
    gateway.args(["serve", "gateway", "--port", "0", "--delay", "6s"]).stderr(Stdio::null());
    let (_gateway, addr) = tests::start(&mut gateway, "gateway");
    let chromium = open(&format!("http://{addr}/"), desk()).await;
    for (question, page) in [
        ("What happens when a client hangs up?", "/book/async-and-await.html"),
        ("닫힌 루프는 무엇을 놓치나요?", "/book/benchmarking.html"),
    ] {
        type_in(&chromium, &format!("{question}{}", char::from(Key::Enter))).await;
        // Tokens are seen before the answer is over.
        let coming = format!(
            "{LAST}?.querySelector('h2').textContent === {question:?} && {LAST}.querySelector('.text.coming')?.textContent.length > 3"
        );
        until(&chromium, &coming).await;
        until(&chromium, &format!("{LAST}.querySelector('.status.done')")).await;
        let links =
            format!("[...{LAST}.querySelectorAll('aside a')].map((a) => a.pathname + a.hash)");
        let links = chromium.evaluate(&links).await;
        let links: Vec<&str> =
            links.as_array().expect("links").iter().filter_map(Value::as_str).collect();
        assert!(links.iter().any(|link| link.starts_with(page)), "{question}: {links:?}");
        for link in links {
            let (file, id) = link.trim_start_matches("/book/").split_once('#').expect("a heading");
            let text = fs::read_to_string(book.join(file)).unwrap_or_else(|_| panic!("no {file}"));
            assert!(text.contains(&format!("id=\"{id}\"")), "{file} has no {id}");
        }
    }
    for entry in chromium.log("browser").await {
        assert_ne!(entry["level"], "SEVERE", "{entry}");
    }
    // A link opens the book beside the chat.
    let link =
        chromium.client.find(Locator::Css("section:last-child aside a")).await.expect("there");
    link.click().await.expect("it is seen");
    let windows = chromium.client.windows().await.expect("two tabs");
    chromium.client.switch_to_window(windows[1].clone()).await.expect("it is there");
    until(&chromium, "location.pathname.startsWith('/book/') && location.hash").await;
    let there = "document.querySelector(location.hash)?.matches('h1, h2, h3') && \
                 document.querySelector(location.hash).getBoundingClientRect().top < innerHeight";
    until(&chromium, there).await;
    chromium.end().await;
}
