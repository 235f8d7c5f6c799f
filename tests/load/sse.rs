//! Events are counted as events, however their bytes are cut.

use proptest::prelude::*;
use while_you_wait::load::sse::{Events, KEPT};

/// The data of every event, and whether the stream ended inside one.
fn read<'a>(frames: impl IntoIterator<Item = &'a [u8]>) -> (Vec<String>, bool) {
    let mut events = Events::default();
    let mut data = Vec::new();
    for frame in frames {
        events.take(frame, |event| data.push(String::from_utf8_lossy(event).into_owned()));
    }
    (data, events.is_inside())
}

fn whole(stream: &str) -> Vec<String> {
    read([stream.as_bytes()]).0
}

#[test]
fn an_event_ends_with_an_empty_line() {
    assert_eq!(whole("data: one\n\ndata: two\n\n"), ["one", "two"]);
    assert_eq!(whole("data: one\r\n\r\ndata: two\r\n\r\n"), ["one", "two"]);
    assert_eq!(whole("data: one\r\rdata: two\r\r"), ["one", "two"]);
    assert_eq!(whole("data: one\r\n\ndata: two\n\r\n"), ["one", "two"]);
}

#[test]
fn a_line_of_data_adds_to_the_event() {
    assert_eq!(whole("data: a\ndata: b\n\n"), ["a\nb"]);
    assert_eq!(whole("data:a\ndata:  b\n\n"), ["a\n b"], "one space belongs to the field, no more");
    assert_eq!(whole("data\n\n"), [""], "a field without a colon is an empty one");
    assert_eq!(whole("data:\ndata:\n\n"), ["\n"]);
}

#[test]
fn comments_and_other_fields_are_no_events() {
    assert_eq!(whole(": ping\n\n: ping\n\n"), [""; 0]);
    assert_eq!(whole("event: message\nid: 7\n\nretry: 10\n\n"), [""; 0]);
    assert_eq!(whole(":\ndatabase: x\n\ndat: x\n\n data: x\n\n"), [""; 0]);
    assert_eq!(whole(": ping\ndata: one\nid: 1\n: ping\n\n"), ["one"]);
    assert_eq!(whole("\n\n\n\ndata: one\n\n\n\n"), ["one"]);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_line() {
    assert_eq!(whole("\u{feff}data: one\n\n"), ["one"]);
    assert_eq!(read([b"\xEF\xBBdata: one\n\n".as_slice()]).0, [""; 0], "half a mark is none");
    assert_eq!(whole("data: \u{feff}\n\n"), ["\u{feff}"]);
    assert_eq!(whole("data: 1\n\n\u{feff}data: 2\n\n"), ["1"], "later it is a letter like others");
}

#[test]
fn a_stream_that_ends_inside_an_event_is_seen_to() {
    for (cut, inside) in [
        ("", false),
        ("data: one\n\n", false),
        ("data: one\n", true),
        ("data: one", true),
        ("dat", true),
        (": ping", true),
        (": ping\n", false),
    ] {
        assert_eq!(read([cut.as_bytes()]).1, inside, "{cut:?}");
    }
    assert_eq!(whole("data: one\n\ndata: two\n"), ["one"], "what has no end did not come");
}

#[test]
fn a_long_event_takes_no_memory() {
    let long = format!("data: {}\n\n", "x".repeat(1_000_000));
    assert_eq!(whole(&long), ["x".repeat(KEPT)]);
}

/// Lines of a stream, of which some are wrong, in all three endings.
fn streams() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "data: [a-z가-힣😀]{0,5}",
        "data:[a-z ]{0,3}",
        Just("data".to_string()),
        ":[ a-z]{0,4}",
        "[a-z]{1,5}:[a-z]{0,3}",
        Just(String::new()),
        Just(String::new()),
    ];
    let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
    prop::collection::vec((line, end), 0..30)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

/// As the standard puts it: whole lines, then fields; slow, and about another way of reading.
fn by_the_standard(stream: &str) -> Vec<String> {
    let stream = stream.strip_prefix('\u{feff}').unwrap_or(stream);
    let stream = stream.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = stream.split('\n').collect();
    lines.pop();
    let (mut events, mut data) = (Vec::new(), None::<String>);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match name {
            _ if line.is_empty() => events.extend(data.take()),
            "data" => {
                let value = value.strip_prefix(' ').unwrap_or(value);
                data = Some(data.map_or(value.into(), |before| format!("{before}\n{value}")));
            }
            _ => {}
        }
    }
    let start = |event: String| {
        let bytes = event.into_bytes();
        String::from_utf8_lossy(&bytes[..bytes.len().min(KEPT)]).into_owned()
    };
    events.into_iter().map(start).collect()
}

proptest! {
    #[test]
    fn frames_may_be_cut_anywhere(stream in streams(), cuts in prop::collection::vec(0usize..200, 0..20)) {
        let bytes = stream.as_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.sort_unstable();
        let starts = std::iter::once(0).chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([bytes.len()]);
        let frames: Vec<&[u8]> = starts.zip(ends).map(|(from, to)| &bytes[from..to]).collect();
        prop_assert_eq!(read(frames).0, by_the_standard(&stream));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read([bytes.as_slice()]);
    }
}
