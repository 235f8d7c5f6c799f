//! Formulas over recorded runs: the line is computed, and the dots are what was measured.

use scraper::Html;
use tests::fixture::{Fixture, offered};

use crate::press::figures::{all, rows};

fn figure(records: &str, directive: &str) -> Html {
    let fixture = Fixture::with(directive);
    fixture.write("book/runs/chap2.jsonl", records);
    let html = Html::parse_document(&fixture.html("one.html"));
    Html::parse_fragment(&all(&html, "[data-formula]")[0].html())
}

#[test]
fn runs_that_the_formula_fits_lie_on_its_line() {
    let html = figure("", "{{formula chap1.ten}}");
    // Two requests of a second each; one server took them in turn, the other both at once.
    let shown = rows(&html, "details tbody tr");
    assert_eq!(shown[0], ["ten.one", "2", "1", "1.00 s", "2.00 s", "2.00 s"]);
    assert_eq!(shown[1], ["ten.many", "2", "2", "1.00 s", "1.00 s", "1.00 s"]);
    let dots = all(&html, ".recorded circle[data-run]");
    assert_eq!(dots.len(), 2);
    let path = all(&html, "figure > svg .formula path")[0].attr("d").unwrap();
    let points: Vec<(f64, f64)> = path[1..]
        .split('L')
        .map(|point| point.split_once(' ').unwrap())
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect();
    let stair = |two: &[(f64, f64)]| two[0].1 == two[1].1 || two[1].0 - two[0].0 == 1.0;
    assert!(points.windows(2).all(stair), "whole waits, and nothing between: {points:?}");
    let height: f64 = all(&html, "figure > svg > svg")[0].attr("height").unwrap().parse().unwrap();
    for dot in dots {
        let number =
            |name: &str| dot.attr(name).unwrap().trim_end_matches('%').parse::<f64>().unwrap();
        let (x, y) = (number("cx") * 10.0, number("cy") / height * 1000.0);
        // Where its s stands, or right after the step that it stands on.
        let line = points.iter().find(|(at, _)| *at >= x.max(1.0) + 1.0).unwrap();
        assert!((line.1 - y).abs() < 5.0, "the dot at {y}, the line at {line:?}");
    }
}

#[test]
fn a_queue_has_an_answer_until_more_comes_than_can_be_done() {
    // A hundred a second for a second each: a hundred and one can be served at once, or fifty.
    let sweep: String =
        [25, 100].into_iter().map(|n| offered(n, 1_000_000, Some(1_000_000))).collect();
    let with_room = figure(&sweep, "{{queue chap2.offered.one 200}}");
    assert_eq!(rows(&with_room, "details tbody tr")[1][5], "1.00 s", "nobody queues");
    let without = figure(&sweep, "{{queue chap2.offered.one 50}}");
    let formula: Vec<String> =
        rows(&without, "details tbody tr").into_iter().map(|row| row[5].clone()).collect();
    assert_eq!(formula, ["1.00 s", "no end"]);
    // Of those who ask two busy handlers for one of them, a third queues, by Erlang's table; and for
    // half as long as he says: d and a sixth of it.
    let sweep: String =
        [1, 25].into_iter().map(|n| offered(n, 1_000_000, Some(1_000_000))).collect();
    let two = figure(&sweep, "{{queue chap2.offered.one 2}}");
    assert_eq!(rows(&two, "details tbody tr")[0][5], "1.17 s");
    // With a third, one in eleven queues, and for a quarter of d, since two leave on average while he waits.
    let three = figure(&sweep, "{{queue chap2.offered.one 3}}");
    assert_eq!(rows(&three, "details tbody tr")[0][5], "1.02 s");
    let told: String = all(&without, "figure > svg > desc")[0].text().collect();
    assert!(told.contains("offered-100: ") && told.contains("the formula says no end."), "{told}");
}

#[test]
fn what_no_formula_can_be_laid_over_is_a_mistake() {
    for (directive, why) in [
        ("{{formula}}", "one experiment at least"),
        ("{{formula chap1.tin}}", "no experiment is called chap1.tin"),
        ("{{formula chap1.ten chap2.ten}}", "not of one chapter"),
        ("{{formula chap1.ten.one}}", "a name here is chapter.experiment"),
        ("{{queue chap1.ten.one}}", "room for a whole number"),
        ("{{queue chap1.ten.one 0}}", "room for a whole number"),
        ("{{queue chap1.ten.one 8}}", "sweeps that are recorded: none of chap1"),
    ] {
        let found = Fixture::with(directive).refused();
        assert!(found.len() == 1 && found[0].contains(why), "{directive}: {found:?}");
    }
}
