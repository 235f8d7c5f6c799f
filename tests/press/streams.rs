//! The record of a chapter of streams, woven into a page.

use tests::fixture::Fixture;

#[test]
fn streams_are_woven_into_numbers_a_table_and_a_figure() {
    let ran = tests::run("streams", &["--experiment", "hung-up", "--json", "-"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let fixture = Fixture::with(
        "It heard {{measured chap2.hung-up.gateway.events}} words, the first after \
         {{measured chap2.hung-up.gateway.first-event-p50}}.\n\n\
         {{table chap2.hung-up hung-up events gap-p50 hung-up-max model-cancelled}}\n\n\
         {{timeline chap2.hung-up}}",
    );
    let record = String::from_utf8_lossy(&ran.stdout);
    let record = record.replace("\"chapter\":\"streams\"", "\"chapter\":\"chap2\"");
    fixture.write("book/runs/chap2.jsonl", &record);
    let html = fixture.html("one.html");
    assert!(html.contains(r#"title="chap2.hung-up.gateway.events">18</span>"#), "{html}");
    assert!(html.contains(r#"<th scope="col">hung up</th><th scope="col">events</th>"#));
    assert!(html.contains("median gap") && html.contains("model cancelled"));
    let page = scraper::Html::parse_document(&html);
    let bars = |of: &str| {
        let selector = scraper::Selector::parse(&format!("svg g.{of} rect")).expect("a selector");
        page.select(&selector).count()
    };
    // On a busy machine all words of one may come in a moment too short to be drawn.
    assert!(bars("receiving") > 1, "of what was received something is drawn, and the legend's");
    assert_eq!(bars("failed"), 0, "and none failed");
}
