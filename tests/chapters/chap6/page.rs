//! What a browser gets: the chat page, and the book beside it.

use chap6::gateway::Settings;

use super::stage::{Stage, hello, narrow};

#[tokio::test]
async fn the_page_and_all_that_it_names_are_served_and_nothing_else_may_run() {
    let stage = Stage::new(narrow(), |_| hello()).await;
    let page = stage.get("/").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_string();
    for rule in
        ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"]
    {
        assert!(policy.split("; ").any(|part| part == rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let page = page.text().await.unwrap();
    let folder = tests::root().join("chapters/chap6/page");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = if name == "index.html" { "/".into() } else { format!("/{name}") };
        let response = stage.get(&path).await;
        assert_eq!(response.status(), 200, "{path}");
        let kind = response.headers()["content-type"].to_str().unwrap();
        let ending =
            if name.ends_with(".js") { "javascript" } else { name.rsplit('.').next().unwrap() };
        assert!(kind.contains(ending) && kind.contains("utf-8"), "{path} is {kind}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
    assert!(!page.contains("<script>") && !page.contains("style="), "the policy forbids it");
}

#[tokio::test]
async fn what_is_not_there_is_said_and_nothing_outside_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let book: &str = folder.path().join("book").to_str().unwrap().to_string().leak();
    std::fs::write(folder.path().join("outside.html"), "no page of a book").unwrap();
    let stage = Stage::new(Settings { book, ..narrow() }, |_| hello()).await;
    for expected in ["cargo run -- build", "no such page"] {
        for path in ["/book/one.html", "/book/..%2foutside.html", "/book/%2e%2e/outside.html"] {
            let response = stage.get(path).await;
            assert_eq!(response.status(), 404, "{path}");
            let says = response.text().await.unwrap();
            assert!(says.is_empty() || says.contains(expected), "{path}: {says}");
        }
        assert!(stage.get("/book/one.html").await.text().await.unwrap().contains(expected));
        std::fs::create_dir_all(book).unwrap();
        std::fs::write(folder.path().join("book/index.html"), "the book").unwrap();
    }
    let index = stage.get("/book/").await.text().await.unwrap();
    assert_eq!(index, "the book");
}

#[tokio::test]
async fn what_it_counts_is_said_as_prometheus_reads_it() {
    let stage = Stage::new(narrow(), |_| hello()).await;
    super::stage::hear(stage.chat(true).await).await;
    let response = stage.get("/metrics").await;
    assert!(response.headers()["content-type"].to_str().unwrap().contains("openmetrics-text"));
    let text = response.text().await.unwrap();
    for line in [
        "gateway_open 0",
        "gateway_queued 0",
        "gateway_answered_total 1",
        "gateway_refused_total 0",
        "gateway_cancelled_total 0",
        "gateway_tokens_total 2",
        "gateway_first_token_seconds_count 1",
        "gateway_gap_seconds_count 1",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in {text}");
    }
}
