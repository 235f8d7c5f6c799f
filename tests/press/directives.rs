//! Directives by themselves: what each must be given, and what becomes a block.

use press::directive::{Directive, SHAPES};

fn refused(text: &str) -> String {
    match text.parse::<Directive>() {
        Err(why) => why,
        Ok(read) => panic!("{text} is read as {read:?}"),
    }
}

#[test]
fn only_the_evidence_asks_for_nothing() {
    assert_eq!("evidence".parse(), Ok(Directive::Evidence));
    for (word, shape) in SHAPES.iter().filter(|(word, _)| *word != "evidence") {
        assert!(refused(word).ends_with(&format!("; the shape is {shape}")), "{word}");
    }
    assert!(refused("evidence chap1").starts_with("nothing was expected after \"evidence\""));
    assert!(refused("given").starts_with("a setting was expected"));
}

#[test]
fn what_is_too_much_or_too_little_is_said() {
    for (text, why) in [
        ("queue chap5.offered.eight 0", "a whole number, from 1 to 1000"),
        ("queue chap5.offered.eight 1001", "a whole number, from 1 to 1000"),
        ("queue chap5.offered.eight", "a whole number, from 1 to 1000"),
        ("strip chap5.noise.hello throughput total", "a strip is of one metric"),
        ("strip chap5.noise.hello", "a strip is of one metric"),
        ("table chap1.ten", "a table needs at least one metric"),
        ("matrix chap1.ten", "a matrix needs at least one metric"),
        ("formula", "over one experiment at least"),
        ("formula chap1.ten chap2.ten", "not of one chapter"),
        ("across chap5", "a table needs at least one number"),
    ] {
        assert!(refused(text).contains(why), "{text}: {}", refused(text));
    }
    for room in [1, 1000] {
        let read = format!("queue chap5.offered.eight {room}").parse();
        assert!(matches!(read, Ok(Directive::Queue(_, of)) if of == room), "{read:?}");
    }
}

#[test]
fn a_block_draws_or_stands_alone_and_words_do_neither() {
    for (text, is_figure, is_block) in [
        ("timeline chap1.ten", true, true),
        ("trace chap3.trace.traced", true, true),
        ("served chap5.by-ab.watched", true, true),
        ("latencies chap5.closed.stalling", true, true),
        ("saturation chap5.offered.eight", true, true),
        ("strip chap5.noise.hello throughput", true, true),
        ("table chap1.ten total", false, true),
        ("matrix chap1.ten total", false, true),
        ("across chap5 ten.total", false, true),
        ("moving chap5.ten-by-ab.watched", false, true),
        ("formula chap1.ten", false, true),
        ("queue chap5.offered.eight 8", false, true),
        ("predict number chap1.ten waits", false, true),
        ("evidence", false, true),
        ("measured chap1.ten.one.total", false, false),
        ("measured chap1.ten.one.total / chap1.ten.many.total", false, false),
        ("spread chap5.noise.hello.throughput", false, false),
        ("claim chap1.adds-up", false, false),
        ("given 3 s", false, false),
        ("machine chap1", false, false),
    ] {
        let read: Directive = text.parse().unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!((read.is_figure(), read.is_block()), (is_figure, is_block), "{text}");
    }
}
