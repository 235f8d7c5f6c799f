//! The page of the evidence, as far as it is of runs.

use tests::fixture::{Fixture, header, record};

use crate::press::figures::all;

#[test]
fn it_says_of_each_run_how_much_was_asked_and_by_whom() {
    let fixture = Fixture::new();
    let by_wrk = header("chap1", "for-a-while", "one", 0)
        .replace("\"requests\":0", "\"requests\":0,\"duration-us\":5000000,\"by\":\"wrk\"")
        + "\n{\"kind\":\"end\",\"at\":5000000}\n";
    let runs = record("ten", "one", 1) + &record("ten", "many", 2) + &by_wrk;
    fixture.write("book/runs/chap1.jsonl", &runs);
    let page = scraper::Html::parse_document(&fixture.html("evidence.html"));
    let cells = all(&page, "tbody td:nth-of-type(2)");
    let asked: Vec<String> = cells.iter().map(|cell| cell.text().collect()).collect();
    assert_eq!(asked, ["2", "2", "for 5.00 s, by wrk"]);
}
