//! Predictions that a page can be told: the form, what is right, and the fold that shows it.

use scraper::{ElementRef, Html};
use tests::fixture::{Fixture, due};

use crate::press::figures::all;

/// Two folds: the first shows a program's lines, the second what was recorded.
const FOLDS: &str = "
<details class=\"prediction\">
<summary>Mine</summary>

```console
$ cargo run --example chap1
first comes this
then it hangs, for ever
```

</details>

<details class=\"prediction\">
<summary>Mine</summary>

{{table chap1.ten total waits last-words}}

</details>
";

fn page(directives: &str) -> Html {
    Html::parse_document(&Fixture::with(&format!("{directives}\n{FOLDS}")).html("one.html"))
}

fn forms(html: &Html) -> Vec<ElementRef<'_>> {
    all(html, ".guess")
}

fn texts(html: &Html, selector: &str) -> Vec<String> {
    all(html, selector).iter().map(|el| el.text().collect::<String>().trim().to_string()).collect()
}

#[test]
fn a_number_is_asked_for_each_case_and_none_is_typed() {
    let html = page("{{predict number chap1.ten waits}}");
    assert_eq!(texts(&html, ".guess legend"), ["in waits"]);
    assert_eq!(texts(&html, ".guess label"), ["one", "many"]);
    let fields = all(&html, ".guess input[type=number]");
    let of = |name: &str| fields.iter().map(|el| el.attr(name).unwrap()).collect::<Vec<_>>();
    assert_eq!(of("data-name"), ["chap1.ten.one.waits", "chap1.ten.many.waits"]);
    assert_eq!(of("data-answer"), ["2.0008", "1.0006"]);
    assert_eq!(of("data-time"), ["1000000"; 2], "a wait is a second of the figure's axis");
    assert_eq!(forms(&html)[0].attr("data-fold"), Some("prediction-2"), "the first shows no run");
    let ids: Vec<_> = all(&html, "details.prediction").iter().map(|el| el.attr("id")).collect();
    assert_eq!(ids, [Some("prediction-1"), Some("prediction-2")]);
}

#[test]
fn all_that_is_asked_of_one_metric_has_one_unit_and_one_series_needs_no_name() {
    let html = page("{{predict number chap1.ten total}}\n\n{{predict number chap1.ten.one p50}}");
    let units = texts(&html, ".guess label");
    assert_eq!(units, ["one  s", "many  s", "median latency  s"]);
    let answers: Vec<_> =
        all(&html, ".guess input").iter().map(|el| el.attr("data-answer")).collect();
    assert_eq!(answers, [Some("2.0008"), Some("1.0006"), Some("1.0005")]);
    let upright = all(&html, ".guess input")[2].attr("data-upright");
    assert_eq!(upright, Some("1000000"), "latencies lie on an upright axis");
}

#[test]
fn a_number_is_asked_for_in_the_unit_that_fits_the_greatest() {
    for (greatest, unit) in [(999, "µs"), (1_000, "ms"), (999_999, "ms"), (1_000_000, "s")] {
        let fixture = Fixture::with(
            "{{predict number chap2.units p50}}\n\n<details class=\"prediction\">\n\
             <summary>Mine</summary>\n\n{{table chap2.units p50}}\n\n</details>",
        );
        let runs =
            due("units", "one", 10, &[Some(greatest)]) + &due("units", "two", 10, &[Some(2)]);
        fixture.write("book/runs/chap2.jsonl", &runs);
        let html = Html::parse_document(&fixture.html("one.html"));
        let asked = [format!("one  {unit}"), format!("two  {unit}")];
        assert_eq!(texts(&html, ".guess label"), asked, "{greatest} µs");
    }
}

#[test]
fn how_many_times_and_which_has_the_most() {
    let html = page(
        "{{predict number chap1.ten.one.total / chap1.ten.many.total}}\n\n{{predict most chap1.ten total}}",
    );
    assert_eq!(all(&html, ".guess input[type=number]")[0].attr("data-shown"), Some("2.00"));
    let most = all(&html, ".guess [data-kind=choice]")[0];
    assert_eq!(most.attr("data-answer"), Some("0"));
    assert_eq!(most.attr("data-shown"), Some("one 2.00 s, many 1.00 s"));
}

#[test]
fn of_choices_the_nearest_is_right_and_of_a_text_the_one_that_it_holds() {
    for (directive, right) in [
        ("{{predict choice chap1.ten.one.waits: one = 1 | two = 2 | ten = 10}}", "1"),
        (
            "{{predict choice chap1.ten.one.total / chap1.ten.many.total: as long = 1 | twice = 2}}",
            "1",
        ),
        ("{{predict choice chap1.ten.many.waits: none = 0 | one = 1}}", "1"),
        // It was two: nearer to the first, and fewer times as many as which are the second.
        ("{{predict choice chap1.ten.one.waits: one = 0.9 | four = 3.5}}", "1"),
        ("{{predict choice chap1.ten.one.last-words: it goes on = on | it ends = over}}", "1"),
        ("{{predict printed then it: it hangs = hangs | it ends = ends}}", "0"),
    ] {
        let html = page(directive);
        let choice = all(&html, ".guess [data-kind=choice]")[0];
        assert_eq!(choice.attr("data-answer"), Some(right), "{directive}");
        let names: Vec<_> = all(&html, ".guess input").iter().map(|el| el.attr("name")).collect();
        assert!(names.iter().all(|name| *name == names[0]), "one of them can be chosen");
    }
}

#[test]
fn an_order_is_the_programs_and_what_can_be_chosen_does_not_tell_it() {
    let html = page("{{predict order then it | first comes}}");
    let order = all(&html, ".guess [data-kind=order]")[0];
    assert_eq!(order.attr("data-answer"), Some("first comes | then it"));
    let options = texts(&html, ".guess select option");
    assert_eq!(options, ["…", "first comes", "then it", "…", "first comes", "then it"]);
    assert_eq!(forms(&html)[0].attr("data-fold"), Some("prediction-1"));
}

/// Each is a mistake, at its line.
#[test]
fn what_cannot_be_asked_is_a_mistake() {
    for (directive, why) in [
        ("{{predict}}", "nobody can be asked for \"\""),
        ("{{predict numbr chap1.ten waits}}", "did you mean number?"),
        ("{{predict number chap1.ten}}", "a number needs a metric"),
        ("{{predict number chap1.ten wats}}", "did you mean waits?"),
        ("{{predict number chap1.ten.on waits}}", "did you mean chap1.ten.one?"),
        ("{{predict number chap1.ten.one.total / chap1.ten.one.waits}}", "one unit"),
        ("{{predict number chap1.ten last-words}}", "is no number"),
        ("{{predict most chap1.ten total waits}}", "the most is of one metric"),
        ("{{predict most chap1.ten ok}}", "two have the most"),
        ("{{predict choice chap1.ten.one.waits one = 1 | two = 2}}", "stands after a colon"),
        ("{{predict choice chap1.ten.one.waits: one = 1}}", "between two at least"),
        ("{{predict choice chap1.ten.one.waits: one = 1 | two}}", "does not say ="),
        ("{{predict choice chap1.ten.one.waits: one = a | two = b}}", "is not a number"),
        (
            "{{predict choice chap1.ten.one.last-words: a = nothing | b = none}}",
            "none of the choices",
        ),
        ("{{predict choice chap1.ten.one.last-words: a = over | b = it}}", "more than one of the"),
        (
            "{{predict printed then it: it hangs = hung | it ends = ends}}",
            "none of the choices is right",
        ),
        ("{{predict printed at last: it hangs = hangs | it ends = ends}}", "no fold below shows"),
        ("{{predict order first comes}}", "two lines at least"),
        ("{{predict order first comes | at last}}", "no fold below shows"),
        ("In {{predict number chap1.ten waits}} a sentence.", "in a paragraph of its own"),
    ] {
        let found = Fixture::with(&format!("{directive}\n{FOLDS}")).refused();
        let at = format!("book/en/one.md:{}: ", Fixture::LINE);
        assert!(found.len() == 1 && found[0].starts_with(&at), "{directive}: {found:?}");
        assert!(found[0].contains(why), "{directive}: {found:?}");
    }
    let found = Fixture::with("{{predict number chap1.ten waits}}").refused();
    assert!(found.concat().contains("no fold below shows"), "{found:?}");
}
