//! Finding passages: in English, in Korean, and from one in the other.

use chap6::retrieval::bm25::Index;
use chap6::retrieval::words::{self, Terms};
use chap6::retrieval::{Library, Passage, pages};

fn book() -> Library {
    let pages = tests::root().join("book/en");
    Library::read(&pages, Terms::of_the_book().expect("its table reads")).expect("its pages read")
}

#[test]
fn words_lose_their_endings_and_korean_comes_in_pairs() {
    assert_eq!(words::of("Waiting, waited: it waits!"), ["wait", "wait", "wait"]);
    assert_eq!(words::of("a queue of queues"), ["queu", "queu"]);
    assert_eq!(words::of("스레드를"), ["스레", "레드", "드를"]);
    assert_eq!(words::of("await가 is"), ["await", "가"]);
    assert_eq!(words::of("spawn_blocking"), ["spawn", "block"]);
    assert_eq!(words::of(" …! "), Vec::<String>::new());
}

#[test]
fn a_rare_word_says_more_than_a_common_one_and_the_same_question_finds_the_same() {
    let texts = ["thread thread thread", "thread pool", "thread stack", "stack thread pool queue"];
    let index = Index::of(texts.map(words::of));
    assert_eq!(index.best(&words::of("queue"), 9), [3]);
    assert_eq!(index.best(&words::of("the pool of threads"), 9)[0], 1, "the shorter of the two");
    assert_eq!(index.best(&words::of("nothing"), 9), Vec::<usize>::new());
    assert_eq!(index.best(&words::of("thread"), 2).len(), 2);
    assert_eq!(Index::of([]).best(&words::of("thread"), 2), Vec::<usize>::new());
}

#[test]
fn a_table_of_terms_is_read_or_refused_with_its_line() {
    let terms =
        Terms::read("# for people\n\n스레드\tthread\n스레드 풀\tthread pool, worker\n").unwrap();
    let found = terms.expand("스레드 풀은?");
    assert!(found.ends_with(&["thread", "pool", "worker"].map(String::from)), "{found:?}");
    assert_eq!(found.iter().filter(|word| *word == "thread").count(), 1, "the longer term alone");
    for bad in ["스레드 thread", "thread\t스레드", "\tthread"] {
        let why = Terms::read(&format!("스레드\tthread\n{bad}")).unwrap_err();
        assert!(why.starts_with("line 2 ") && why.contains("would be right"), "{why}");
    }
}

/// Sentences with a hole in them are worse than none.
#[test]
fn a_page_becomes_what_it_says_and_where() {
    let page = "# One page\n\nIt begins. It takes {{measured chap1.x.y.z}} here. {{claim chap1.a}}\n\n\
        ## The *second*, part?\n\n```rust\nfn code() {}\n```\n\nSay `await`\nagain.\n\n| a | b |\n|---|---|\n| c | d |\n\n\
        <div>html</div>\n\n## Twice\n\nOnce.\n\n## Twice\n\nAgain.\n";
    let found = pages::of(page, "one.html");
    let found: Vec<_> =
        found.iter().map(|p| (p.title.as_str(), p.link.as_str(), p.text.as_str())).collect();
    assert_eq!(
        found,
        [
            ("One page", "/book/one.html#one-page", "It begins."),
            ("One page: The second, part?", "/book/one.html#the-second-part", "Say await again."),
            ("One page: Twice", "/book/one.html#twice", "Once."),
            ("One page: Twice", "/book/one.html#twice-1", "Again."),
        ]
    );
}

#[test]
fn a_long_page_is_cut_between_paragraphs() {
    let paragraph = format!("{}end.\n\n", "word ".repeat(100));
    let found = pages::of(&format!("# Long\n\n{}", paragraph.repeat(9)), "long.html");
    assert!(found.len() >= 4, "{} passages", found.len());
    assert!(found.iter().all(|passage| passage.text.len() <= 1_200));
    assert!(found.iter().all(|passage| passage.text.ends_with("end.")));
}

/// With what is said around them, three fit into the two thousand tokens of a small model, and into the
/// six thousand bytes of the random one, where a byte is a token.
#[test]
fn three_passages_of_the_book_are_short_enough_for_a_small_model() {
    let library = book();
    let mut bytes: Vec<usize> = library.passages().iter().map(|one| one.text.len()).collect();
    bytes.sort_unstable();
    let longest: usize = bytes.iter().rev().take(3).sum();
    assert!(longest < 5_000, "the three longest are {longest} bytes");
}

/// Every link of a passage leads to a heading that the built book has.
#[test]
fn every_passage_of_the_book_is_whole_and_its_link_leads_somewhere() {
    let library = book();
    assert!(library.passages().len() > 50, "{} passages", library.passages().len());
    let built = press_build();
    for Passage { title, link, text } in library.passages() {
        assert!(!text.contains("{{") && !text.contains("```"), "{title}: {text}");
        let (page, anchor) = link.strip_prefix("/book/").unwrap().split_once('#').unwrap();
        let html = std::fs::read_to_string(built.path().join(page)).expect(page);
        assert!(html.contains(&format!("id=\"{anchor}\"")), "{link} leads nowhere");
    }
}

/// The book's pages, rendered by mdBook alone: their anchors are the same.
fn press_build() -> tempfile::TempDir {
    use mdbook_driver::MDBook;
    use mdbook_driver::config::Config;
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::from_disk(tests::root().join("book.toml")).unwrap();
    let none = std::collections::BTreeMap::<String, String>::new();
    config.set("preprocessor", none).unwrap();
    config.set("output", std::collections::BTreeMap::<String, String>::new()).unwrap();
    config.build.build_dir = folder.path().to_path_buf();
    let book = MDBook::load_with_config(tests::root(), config).unwrap();
    book.build().expect("it renders");
    folder
}

#[test]
fn english_questions_find_their_pages() {
    let book = book();
    for (question, page) in [
        ("What does await do when a future is not ready?", "what-await-does.html"),
        ("How does a closed loop hide the slow answers?", "benchmarking.html"),
        ("Why does blocking in an async handler hold up everybody?", "async-and-await.html"),
        ("What does a tower layer do?", "the-layers-under-a-handler.html"),
        ("How much memory does a thread take?", "one-at-a-time.html"),
    ] {
        let found = book.find(question, 3);
        let links: Vec<_> = found.iter().map(|passage| passage.link.as_str()).collect();
        assert!(links.iter().any(|link| link.contains(page)), "{question} found {links:?}");
    }
}

/// However long a question is.
#[test]
fn a_search_is_bounded() {
    let book = book();
    let long = "thread await queue ".repeat(100_000);
    let found = book.find(&long, 3);
    assert_eq!(found.len(), 3);
    assert_eq!(found, book.find(&"thread await queue ".repeat(1_000), 3));
}
