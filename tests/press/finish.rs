//! The last hand on the pages: what mdBook's frame lacks, and that another frame is no silence.

use press::finish::light;
use scraper::{Html, Selector};

use tests::fixture::{Fixture, watched};

fn texts(html: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    html.select(&selector).map(|el| words(el.text().collect())).collect()
}

/// One chapter with answers, and a second one.
fn two_chapters() -> Fixture {
    let fixture = Fixture::new();
    fixture.replace(
        "book/en/SUMMARY.md",
        "- [One](one.md)\n",
        "- [One](one.md)\n  - [Answers](answers.md)\n- [Two](two.md)\n",
    );
    fixture.write("book/en/answers.md", "# Answers\n\nIt is so.\n");
    fixture.write("book/en/two.md", "# Two\n\n*Who's next, and\nwhy?*\n\nSomebody.\n");
    fixture
}

#[test]
fn a_page_says_what_it_is_and_where_its_ways_lead() {
    let fixture = two_chapters();
    let one = Html::parse_document(&fixture.html("one.html"));
    assert_eq!(texts(&one, "h1"), ["One"]);
    assert_eq!(texts(&one, ".eyebrow"), ["Chapter 1"]);
    assert_eq!(texts(&one, "body > a.skip[href='#text']"), ["Skip to the text"]);
    assert_eq!(texts(&one, "main#text h1").len(), 1, "and there it leads");
    assert_eq!(texts(&one, "button#mdbook-sidebar-toggle").len(), 1);
    // From a chapter to the next, and not into its answers.
    assert_eq!(texts(&one, "a.onward.next[href='two.html']"), ["Next 2. Two Who's next, and why?"]);
    assert_eq!(texts(&one, "a.onward.previous"), ["Before Preface"]);
    let two = Html::parse_document(&fixture.html("two.html"));
    assert_eq!(texts(&two, "a.onward.previous[href='one.html']"), ["Before 1. One"]);
    assert_eq!(texts(&two, "meta[name=description][content=\"Who's next, and why?\"]").len(), 1);
    let answers = Html::parse_document(&fixture.html("answers.html"));
    assert_eq!(texts(&answers, "a.onward.next[href='two.html']").len(), 1);
    assert_eq!(texts(&answers, ".eyebrow").len(), 0);
    let lost = Html::parse_document(&fixture.html("404.html"));
    assert_eq!(texts(&lost, "h1"), ["There is no such page"]);
}

#[test]
fn the_sidebar_has_the_question_of_each_chapter() {
    let fixture = two_chapters();
    let folder = fixture.build().expect("a right book");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("it is there");
    let list = Html::parse_document(&read("toc.html"));
    assert_eq!(texts(&list, "a[href='two.html'] .question"), ["Who's next, and why?"]);
    let page = read("one.html");
    let at = page.find("toc-").expect("a page names its list");
    let script = read(page[at..].split('"').next().expect("there is a rest"));
    assert!(script.contains(r"Who\'s next, and why?"), "in a string of a script");
    assert!(!script.contains("<a class=\"chapter-fold-toggle\""), "what unfolds is a button");
}

#[test]
fn another_frame_is_an_error_that_says_what_is_missing() {
    let fixture = Fixture::new();
    fixture.write("book/theme/index.hbs", "<html><body><main>{{{ content }}}</main></body></html>");
    let failure = fixture.build().expect_err("nothing of it can be mended").to_string();
    assert!(failure.contains("mdBook's frame is not what"), "{failure}");
    assert!(failure.contains("0 times <div id=\"mdbook-menu-bar\""), "{failure}");
}

/// Each way stands twice on a page, below the text and at its side. A page that has one of them once is
/// not as it was, however many it has.
#[test]
fn a_way_that_stands_once_is_an_error_too() {
    let theirs = tempfile::tempdir().expect("a folder can be made");
    mdbook_driver::MDBook::init(theirs.path())
        .copy_theme(true)
        .build()
        .expect("mdBook's own theme");
    let frame = std::fs::read_to_string(theirs.path().join("theme/index.hbs")).expect("its frame");
    let (side, other) = ("class=\"nav-chapters previous\"", "class=\"previous\"");
    assert_eq!(frame.matches(side).count(), 1);
    let fixture = Fixture::new();
    fixture.write("book/theme/index.hbs", &frame.replace(side, other));
    let failure = fixture.build().expect_err("a way is missing").to_string();
    assert!(failure.contains("one.html: 3 links to the pages before and after"), "{failure}");
}

#[test]
fn what_a_page_loads_has_no_comments_and_else_all_of_it() {
    let css =
        "/* why,\n   at length */\n.a > .b {\n  color: red; /* or so */\n}\n\n@media print {\n}\n";
    assert_eq!(light::style(css), ".a > .b {\ncolor: red;\n}\n@media print {\n}");
    let js = "// why\n/** @type {number} */\n\nconst a = 1; // one\n  const b = \"// b\";\n";
    assert_eq!(light::script(js), "const a = 1; // one\nconst b = \"// b\";");

    let fixture = Fixture::new();
    let folder = fixture.build().expect("a right book");
    let scripts = std::fs::read_dir(&folder).expect("a book").flatten();
    let searcher = scripts.map(|file| file.path()).find(|file| {
        file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("searcher"))
    });
    let script = std::fs::read_to_string(searcher.expect("mdBook's own")).expect("a script");
    assert!(
        script.contains("function doSearch(")
            && !script.lines().any(|line| line.trim().starts_with("//")),
        "{script:.200}"
    );
    let folder = folder.join("css");
    let sheets: Vec<_> = std::fs::read_dir(folder).expect("mdBook's own").flatten().collect();
    assert!(!sheets.is_empty());
    for sheet in sheets {
        let css = std::fs::read_to_string(sheet.path()).expect("a style sheet");
        assert!(css.contains('{') && !css.contains("/*"), "{:?}", sheet.file_name());
    }
}

#[test]
fn a_moving_run_has_a_disc_a_request_and_tells_no_number() {
    let fixture = Fixture::new();
    fixture.write("book/runs/chap2.jsonl", &watched("few", 2, 5));
    fixture.append("{{moving chap2.few.one}}");
    let page = fixture.html("one.html");
    let html = Html::parse_document(&page);
    let discs = texts(&html, ".moving svg circle.served").len();
    assert_eq!(discs, page.matches("@keyframes served-").count());
    assert!(discs > 1, "{discs} discs");
    let told = texts(&html, ".moving").concat();
    assert!(!told.contains(" ms") && !told.contains(" s "), "what it comes to is asked: {told}");
}
