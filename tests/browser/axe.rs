//! What axe-core finds on a page: nothing, on a desk and on a phone, by day and by night.

use serde_json::{Value, json};

use crate::chromium::{Chromium, View};
use crate::{Books, until};

/// `.ci/run` puts it there.
const AXE: &str = "target/tools/node_modules/axe-core/axe.min.js";

/// Everything that axe knows; its rules of mere good practice too.
const FAULTS: &str = "(async () => {
    for (const fold of document.querySelectorAll('details.prediction')) fold.open = true;
    const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false });
    return violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 5).map((node) => node.target.join(' '))]);
})()";

/// Figures that are more than one image to who cannot see them, or say nothing.
const HEARD: &str = "[...document.querySelectorAll('.figure figure > svg')].filter((svg) =>
    svg.role !== 'img' || svg.querySelector('desc').textContent.length < 40).map((svg) => svg.outerHTML.slice(0, 160))";

#[tokio::test]
#[ignore = "needs Chromium and axe-core: .ci/run runs it"]
async fn axe_finds_nothing_on_any_page() {
    let axe = std::fs::read_to_string(tests::root().join(AXE))
        .unwrap_or_else(|why| panic!("{AXE}: {why}; .ci/run says how it comes there"));
    let books = Books::build();
    for view in View::all().into_iter().filter(|view| view.scripts) {
        let chromium = Chromium::start(view).await;
        for (page, _) in books.pages() {
            let at = format!("{} in {view:?}", page.display());
            chromium.client.goto(&format!("file://{}", page.display())).await.expect("it is there");
            chromium.evaluate(&format!("{axe}; 0")).await;
            let faults = chromium.evaluate(FAULTS).await;
            assert_eq!(faults, json!([]), "{at}: {faults:#}");
            assert_eq!(
                chromium.evaluate("document.querySelectorAll('h1').length").await,
                1,
                "{at}"
            );
            assert_eq!(chromium.evaluate(HEARD).await, json!([]), "{at}");
            one_image_each(&chromium, &at).await;
            let nodes = chromium.evaluate("document.querySelectorAll('*').length").await;
            let many = page.ends_with("evidence.html"); // every claim of the book is on it
            assert!(
                many || nodes.as_u64().is_some_and(|nodes| nodes < 4_500),
                "{at}: {nodes} nodes"
            );
        }
        // What is loaded only when somebody searches.
        let index = format!("file://{}", books.real("index.html").display());
        chromium.client.goto(&index).await.expect("it is there");
        chromium.evaluate("document.querySelector('#mdbook-search-toggle').click()").await;
        until(&chromium, "window.search?.hasFocus?.()").await;
        chromium.evaluate(&format!("{axe}; 0")).await;
        assert_eq!(chromium.evaluate(FAULTS).await, json!([]), "a search in {view:?}");
        chromium.end().await;
    }
}

/// In the tree that a screen reader is given, a figure's drawing is an image without parts.
async fn one_image_each(chromium: &Chromium, at: &str) {
    let figures =
        chromium.evaluate("document.querySelectorAll('.figure figure > svg').length").await;
    let tree = chromium.devtools("Accessibility.getFullAXTree", json!({})).await;
    let nodes = tree["nodes"].as_array().expect("a tree");
    let images: Vec<&Value> = nodes
        .iter()
        .filter(|node| node["role"]["value"] == "image" && node["ignored"] == false)
        .filter(|node| node["description"]["value"].as_str().is_some_and(|said| said.len() > 40))
        .collect();
    assert!(images.len() as u64 >= figures.as_u64().expect("a count"), "{at}: {}", images.len());
    let heard =
        |id: &Value| nodes.iter().any(|node| node["nodeId"] == *id && node["ignored"] == false);
    for image in images {
        let parts = image["childIds"].as_array().is_some_and(|all| all.iter().any(heard));
        assert!(!parts, "{at}: parts of {} are heard", image["name"]["value"]);
    }
}

#[tokio::test]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn arrow_keys_turn_pages_but_not_under_somebodys_fingers() {
    let books = Books::build();
    let page = books.real("one-at-a-time.html");
    let chromium = Chromium::start(View { width: 1200, dark: false, scripts: true }).await;
    chromium.client.goto(&format!("file://{}", page.display())).await.expect("it is there");
    for focus in [".measured-table", "main summary", "#mdbook-theme-toggle"] {
        chromium.evaluate(&format!("document.querySelector('{focus}').focus()")).await;
        press(&chromium, "ArrowRight", 39).await;
        press(&chromium, "ArrowLeft", 37).await;
        assert_eq!(
            chromium.evaluate("location.pathname.endsWith('/one-at-a-time.html')").await,
            true
        );
    }
    // The switch of the sidebar is a stop, and a switch.
    let shown = "document.documentElement.classList.contains('sidebar-visible')";
    let before = chromium.evaluate(shown).await.as_bool().expect("a truth");
    chromium.evaluate("document.querySelector('#mdbook-sidebar-toggle').focus()").await;
    press(&chromium, "Enter", 13).await;
    until(&chromium, &format!("{shown} !== {before}")).await;
    chromium.evaluate("document.activeElement.blur()").await;
    press(&chromium, "ArrowRight", 39).await;
    until(&chromium, "!location.pathname.endsWith('/one-at-a-time.html')").await;
    chromium.end().await;
}

async fn press(chromium: &Chromium, key: &str, code: u32) {
    for kind in ["rawKeyDown", "char", "keyUp"] {
        if kind == "char" && key != "Enter" {
            continue;
        }
        let text = if kind == "char" { "\r" } else { "" };
        let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
        chromium.devtools("Input.dispatchKeyEvent", event).await;
    }
}
