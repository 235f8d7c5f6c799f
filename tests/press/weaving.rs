//! What a directive becomes, and what is left alone.

use std::fs;

use tests::fixture::{Fixture, record_of};

#[test]
fn numbers_are_shown_with_their_unit_and_their_name() {
    let html = Fixture::new().html("one.html");
    assert!(html.contains(r#"<span class="measured" title="chap1.ten.one.total">2.00 s</span>"#));
    assert!(html.contains(r#"title="chap1.ten.one.total / chap1.ten.many.total">2.00</span>"#));
    assert!(html.contains(r#"<span class="given">3 s</span>"#));
}

#[test]
fn a_text_is_shown_as_it_was_recorded() {
    let fixture = Fixture::with("It said: {{measured chap1.ten.one.last-words}}.");
    assert_eq!(fixture.mistakes(), Vec::<String>::new());
    let html = scraper::Html::parse_document(&fixture.html("one.html"));
    let text: String = html.root_element().text().collect();
    assert!(text.contains("It said: it's *over* {{now}}."), "{text}");
}

#[test]
fn the_machine_is_a_sentence() {
    let html = Fixture::new().html("index.html");
    let shown: String = scraper::Html::parse_document(&html).root_element().text().collect();
    assert!(shown.contains(
        "Made on Linux 6.18.0 on x86_64, An Example CPU, 2 cores, 8.00 GB of memory, \
         release build by rustc 1.95.0; recorded on 2026-11-22."
    ));
    for whole in ["8.00 GB", "2026-11-22."] {
        assert!(html.contains(&format!(r#"<span class="given">{whole}</span>"#)), "{whole}");
    }
}

#[test]
fn a_table_has_cases_downwards_and_says_what_was_not_measured() {
    let fixture = Fixture::with("{{table chap1.ten requests rss-peak}}");
    let html = fixture.html("one.html");
    assert!(html.contains(r#"<th scope="col">total time</th><th scope="col">in waits</th>"#));
    assert!(html.contains(r#"<th scope="row">one</th><td>2.00 s</td><td>2.00</td>"#), "{html}");
    assert!(html.contains(r#"<th scope="row">many</th><td>2</td><td>not measured</td>"#));
}

#[test]
fn a_matrix_is_a_table_turned_round() {
    let html = Fixture::with("{{matrix chap1.ten requests rss-peak}}").html("one.html");
    assert!(html.contains(r#"<td></td><th scope="col">one</th><th scope="col">many</th>"#));
    assert!(html.contains(r#"<th scope="row">requests</th><td>2</td><td>2</td>"#), "{html}");
}

#[test]
fn a_matrix_marks_words_that_change_from_one_case_to_the_next() {
    let fixture = Fixture::with("{{matrix chap1.ten last-words total}}");
    assert!(!fixture.html("one.html").contains("changed\""), "both say the same");
    fixture.replace("book/runs/chap1.jsonl", "it's *over* {{now}}", "said");
    let html = fixture.html("one.html");
    assert!(
        html.contains(r#"<td class="text">said</td><td class="text changed">it's *over*"#),
        "{html}"
    );
    assert!(html.contains("<td>2.00 s</td><td>1.00 s</td>"), "numbers always differ: {html}");
}

/// One with a second chapter, of three experiments.
fn several(directive: &str) -> String {
    let fixture = Fixture::with(directive);
    let of = |experiment: &str, case: &str, workers| record_of("chap2", experiment, case, workers);
    let records = [of("closed", "slow", 1), of("open", "slow", 2), of("open", "quick", 2)];
    fixture.write("book/runs/chap2.jsonl", &records.concat());
    fixture.html("one.html")
}

#[test]
fn a_table_of_series_says_what_differs() {
    let html = several("{{table chap2.closed.slow chap2.open.slow total waits}}");
    for part in [
        r#"<th scope="col">experiment</th><th scope="col">total time</th>"#,
        r#"<th scope="row">closed</th><td>2.00 s</td><td>2.00</td>"#,
        r#"<th scope="row">open</th><td>1.00 s</td><td>1.00</td>"#,
        "<caption>chap2 (closed.slow, open.slow)</caption>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let html = several("{{table chap2.open.quick chap2.open.slow total}}");
    let part = r#"<th scope="col">case</th>"#;
    assert!(html.contains(part) && html.contains("<caption>chap2.open</caption>"), "{html}");
    assert!(html.find(">quick<") < html.find(">slow<"), "in the order in which they are named");
    let html = several("{{matrix chap2.open.quick chap2.closed.slow total}}");
    let part = r#"<th scope="col">open.quick</th><th scope="col">closed.slow</th>"#;
    assert!(html.contains(part), "{html}");
}

#[test]
fn a_claim_is_a_mark_that_leads_to_its_test_and_back() {
    let fixture = Fixture::new();
    let html = fixture.html("one.html");
    assert!(html.contains(r#"<a class="claim" href="evidence.html#chap1-adds-up""#), "{html}");
    assert!(html.contains(r#"aria-label="tested: One thread takes all the waits together.""#));
    let built = fixture.build().unwrap();
    let html = fs::read_to_string(built.join("evidence.html")).unwrap();
    assert!(html.contains(r#"id="chap1-adds-up""#));
    assert!(html.contains("One thread takes all the waits together."));
    assert!(html.contains("fn adds_up(runs: &amp;Runs) {"));
    assert!(!html.contains("fn helper"));
    assert!(html.contains(r#"Claimed in <a href="one.html">One</a>"#));
    assert!(html.contains(r#"<a href="runs/chap1.jsonl">"#));
    assert!(fixture.root().join("target/book/runs/chap1.jsonl").is_file());
}

#[test]
fn claims_in_a_row_are_one_mark() {
    let fixture = Fixture::with(
        "So {{claim chap1.adds-up}}\n{{claim chap1.adds-up}} and {{claim chap1.adds-up}}\n\n\
         {{claim chap1.adds-up}}\n\nAfter {{given 3 s}} {{claim chap1.adds-up}}",
    );
    let html = fixture.html("one.html");
    let marks = |class: &str, word: &str| {
        let mark = scraper::Selector::parse(&format!("a[class='{class}']")).expect("a selector");
        let page = scraper::Html::parse_document(&html);
        page.select(&mark).filter(|mark| mark.text().collect::<String>() == word).count()
    };
    // One stands on the page of the fixture already.
    assert_eq!(marks("claim", "tested"), 5, "{html}");
    assert_eq!(marks("claim more", "2"), 1, "{html}");
    let evidence = fixture.html("evidence.html");
    assert!(!evidence.contains("One</a>, <a"), "a page is named once: {evidence}");
}

#[test]
fn a_test_is_folded_and_says_where_it_is_not_tried_anew() {
    let fixture = Fixture::new();
    let evidence = || fixture.html("evidence.html");
    assert!(evidence().contains("tests/claims/chap1.rs</code></summary>"), "{}", evidence());
    assert!(!evidence().contains("Linux alone") && !evidence().contains("tried anew only"));
    fixture.replace(
        "tests/claims/chap1.rs",
        "(runs: &Runs) {\n",
        "(runs: &Runs) {\n    is_linux(\"\");\n",
    );
    assert!(evidence().contains("</a>; this can be seen on Linux alone."), "{}", evidence());
    fixture.replace("tests/claims/chap1.rs", "\"chap1\":", "\"chap1\" with tools:");
    assert!(evidence().contains("tried anew only where ab, wrk, oha"), "{}", evidence());
}

#[test]
fn a_mark_finds_the_evidence_from_a_folder_below() {
    let fixture = Fixture::new();
    fixture.replace(
        "book/en/SUMMARY.md",
        "- [One](one.md)",
        "- [One](one.md)\n- [Deep](a/b/deep.md)",
    );
    fixture.write("book/en/a/b/deep.md", "# Deep\n\nSo. {{claim chap1.adds-up}}\n");
    assert_eq!(fixture.mistakes(), Vec::<String>::new());
    assert!(fixture.html("a/b/deep.html").contains("../../evidence.html#chap1-adds-up"));
}

#[test]
fn code_and_what_is_escaped_stay_as_they_are() {
    let fixture = Fixture::with(
        "`{{measured a.b}}` and `{{#include no.rs}}` and \\{{measured a.b}}\n\n\
         ```text\n{{measured a.b}}\n```\n\n<!-- {{measured a.b}} -->",
    );
    assert_eq!(fixture.mistakes(), Vec::<String>::new());
    let html = fixture.html("one.html");
    let text = scraper::Html::parse_document(&html).root_element().text().collect::<String>();
    assert_eq!(text.matches("{{measured a.b}}").count(), 3, "{text}");
    assert!(text.contains("{{#include no.rs}}"), "{text}");
}

#[test]
fn a_block_shows_what_it_shows_and_leads_to_its_file() {
    let fixture = Fixture::new();
    let html = fixture.html("one.html");
    assert!(html.contains("fn serve() {}"));
    assert!(!html.contains("fn main()") && !html.contains("boring"), "{html}");
    assert!(html.contains(r##"href="source/chapters/chap1.rs.html#l2""##), "{html}");
    assert!(html.contains(r#"aria-label="chapters/chap1.rs, whole file""#), "{html}");
    let file = fixture.html("source/chapters/chap1.rs.html");
    assert!(file.contains(r#"id="l2""#) && file.contains(r#"id="l5""#), "{file}");
    assert!(file.contains(r#"href="../../index.html""#), "{file}");
    assert!(!file.contains("ANCHOR"), "{file}");
}

#[test]
fn what_is_cut_out_of_a_function_begins_at_the_edge() {
    let fixture = Fixture::new();
    fixture.replace(
        "chapters/chap1.rs",
        "fn serve() {}\n",
        "    if true {\n\n        serve();\n    }\n",
    );
    let html = fixture.html("one.html");
    assert!(html.contains(">if true {\n\n    serve();\n}<"), "{html}");
}

#[test]
fn a_line_hidden_by_hand_is_not_shown_beside_a_cut_and_stays_where_there_is_none() {
    let cut = "```rust,no_run\n{{#rustdoc_include ../../chapters/chap1.rs:loop}}\n# fn b() {}\n```";
    let html = Fixture::with(cut).html("one.html");
    assert!(!html.contains("fn b()"), "{html}");
    let html = Fixture::with("```rust\n# fn b() {}\nfn main() {}\n```").html("one.html");
    assert!(html.contains("<span class=\"boring\">fn b() {}"), "{html}");
}

#[test]
fn the_page_of_a_file_goes_with_the_last_block_cut_from_it() {
    let fixture = Fixture::new();
    fixture.write("chapters/chap1/more.rs", "fn more() -> &'static str { \"<b>\" }\n");
    let include = "{{#rustdoc_include ../../chapters/chap1/more.rs}}";
    fixture.append(&format!("> ```rust,no_run\n> {include}\n> ```"));
    let file = fixture.html("source/chapters/chap1/more.rs.html");
    assert!(file.contains("&lt;b&gt;") && !file.contains("<b>"), "{file}");
    assert!(fixture.html("one.html").contains("source/chapters/chap1/more.rs.html#l1"));
    fixture.append("No block.");
    let folder = fixture.build().expect("a right book");
    assert!(!folder.join("source/chapters/chap1/more.rs.html").exists());
    assert!(folder.join("source/chapters/chap1.rs.html").exists());
}

#[test]
fn names_that_a_file_takes_from_elsewhere_lead_to_what_is_said_of_them() {
    let fixture = Fixture::new();
    fixture.write("src/hall/door.rs", "pub struct Door;\n");
    fixture.write("src/hall/mod.rs", "pub fn enter() {}\n");
    fixture.write(
        "Cargo.toml",
        "[package]\nversion = \"1\"\n\n[dependencies]\ntokio.workspace = true # of the chapters\n",
    );
    fixture.write(
        "chapters/chap1/more.rs",
        "use std::{io::{self, Write as _}, thread};\nuse tokio::time::sleep;\nuse hyper::Request;\nuse version::Number;\n\
         use while_you_wait::hall::{enter, door::Door};\nuse crate::mine::Mine;\n\
         // use std::env;\nfn more() {}\n",
    );
    fixture.append("```rust,no_run\n{{#rustdoc_include ../../chapters/chap1/more.rs}}\n```");
    let html = fixture.html("source/chapters/chap1/more.rs.html");
    let html = scraper::Html::parse_document(&html);
    let links = scraper::Selector::parse("pre a").expect("a selector");
    let found: Vec<(String, &str)> = html
        .select(&links)
        .map(|link| (link.text().collect(), link.attr("href").expect("it leads somewhere")))
        .collect();
    let std = |path: &str| format!("https://doc.rust-lang.org/std/?search={path}&go_to_first=true");
    let tokio = "https://docs.rs/tokio/latest/tokio/?search=tokio::time::sleep&go_to_first=true"
        .to_string();
    let own = |file: &str| format!("../../../source/src/hall/{file}.html");
    let wanted = [
        ("self", std("std::io")),
        ("Write", std("std::io::Write")),
        ("thread", std("std::thread")),
        ("sleep", tokio),
        ("enter", own("mod.rs")),
        ("Door", own("door.rs")),
    ];
    let wanted: Vec<(String, &str)> =
        wanted.iter().map(|(name, to)| (name.to_string(), to.as_str())).collect();
    assert_eq!(found, wanted);
    // What the kit's names lead to is there.
    let door = fixture.html("source/src/hall/door.rs.html");
    assert!(door.contains("Door"), "{door}");
}

/// Nothing but those pages is in their folder, also where a press was ended while it wrote one.
#[test]
fn what_an_ended_press_left_half_written_is_not_published() {
    let fixture = Fixture::new();
    fixture.write("book/en/source/chapters/chap1.rs.123.part", "half a page");
    fixture.write("book/en/source/chapters/old/gone.rs.html.7.part", "half a page");
    let folder = fixture.build().expect("a right book");
    for place in [folder.join("source"), fixture.root().join("book/en/source")] {
        let left: Vec<String> = std::fs::read_dir(place.join("chapters"))
            .expect("it is there")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".part"))
            .collect();
        assert_eq!(left, Vec::<String>::new(), "{}", place.display());
        assert!(!place.join("chapters/old/gone.rs.html.7.part").exists());
        assert!(place.join("chapters/chap1.rs.html").exists());
    }
}

#[test]
fn a_block_may_stand_in_a_quote_and_right_above_a_heading() {
    let html = Fixture::with("{{table chap1.ten total}}\n## After").html("one.html");
    assert!(html.contains(r#"<h2 id="after">"#), "{html}");
    let html = Fixture::with("> {{table chap1.ten total}}\n\nAfter *it*.").html("one.html");
    assert!(html.contains("After <em>it</em>."), "{html}");
}
