//! The search, whose index the page grows out of words: it finds, shows and leads there.

use fantoccini::key::Key;
use serde_json::json;

use crate::alive::{desk, is, key, press};
use crate::chromium::Chromium;
use crate::until;
use tests::fixture::Fixture;

const FOUND: &str =
    "[...document.querySelectorAll('#mdbook-searchresults a')].map((a) => a.textContent)";
const TEASERS: &str =
    "[...document.querySelectorAll('#mdbook-searchresults .teaser')].map((el) => el.innerHTML)";

#[tokio::test]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn a_word_is_found_where_it_is_said_most_and_leads_there() {
    let fixture = Fixture::with(
        "## Herbs\n\nOf rhubarb, among much else that is written here.\n\n## Berries\n\nRhubarb, it's said, is rhubarb.",
    );
    let folder = fixture.build().expect("a right book");
    let chromium = Chromium::start(desk()).await;
    chromium.client.goto(&format!("file://{}/one.html", folder.display())).await.expect("a page");
    press(&chromium, "body", "s").await;
    press(&chromium, "#mdbook-searchbar", "rhubarb").await;
    until(&chromium, &format!("{FOUND}.length")).await;
    is(&chromium, FOUND, json!(["One » Berries", "One » Herbs"])).await;
    let teaser = "<em>Rhubarb,</em> it’s said, is <em>rhubarb.</em>";
    is(&chromium, &format!("{TEASERS}[0].trim()"), teaser).await;
    // The beginning of a word is enough, in another form of it, and what is nowhere is said to be.
    for (typed, found) in [("rhub", 2), ("gooseberry", 0), ("herb", 1)] {
        chromium.evaluate("document.querySelector('#mdbook-searchbar').value = ''").await;
        press(&chromium, "#mdbook-searchbar", typed).await;
        let said = "document.querySelector('#mdbook-searchresults-header').textContent";
        until(&chromium, &format!("{said}.includes(\"'{typed}'\")")).await;
        is(&chromium, &format!("{FOUND}.length"), found).await;
    }
    press(&chromium, "#mdbook-searchbar", &key(Key::Enter)).await;
    until(&chromium, "location.hash === '#herbs'").await;
    chromium.end().await;
}
