//! Our reader of event streams: the same events wherever the bytes are cut, and the kit's own
//! counter of events agrees.

use chap6::gateway::events::{Events, LONGEST, TooLong};
use chap6::protocol::Ask;
use proptest::prelude::*;
use while_you_wait::load::sse;

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let mut events = Events::default();
    pieces.into_iter().flat_map(|piece| events.take(piece).expect("none is long")).collect()
}

#[test]
fn data_is_what_an_event_says() {
    for (stream, says) in [
        ("data: one\n\ndata:two\r\n\r\ndata: three\r\r", vec!["one", "two", "three"]),
        ("data: a\ndata:  b\n\n", vec!["a\n b"]),
        ("data\n\ndata:\n\n", vec!["", ""]),
        (": ping\n\nid: 7\nevent: x\nretry: 5\n\ndatabase: x\n\n", vec![]),
        ("\u{FEFF}data: one\n\n\u{FEFF}data: no field\n\n", vec!["one"]),
        ("data: half", vec![]),
        ("data: half\n", vec![]),
        ("event: x\r\ndata: one\r\nid: 1\r\n\r\n", vec!["one"]),
    ] {
        assert_eq!(read([stream.as_bytes()]), says, "{stream:?}");
    }
}

#[test]
fn an_event_without_end_is_given_up() {
    for piece in ["data: x", "y\ndata: x", ": z"] {
        let mut events = Events::default();
        let pieces = 3 * LONGEST / piece.len();
        let ended = (0..pieces).try_for_each(|_| events.take(piece.as_bytes()).map(drop));
        assert_eq!(ended, Err(TooLong), "{piece:?}");
    }
}

/// Bytes of which most mean something to a reader.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let parts = prop_oneof![
        Just(b"data: ".to_vec()),
        Just(b"data".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\n\n".to_vec()),
        Just(b": ".to_vec()),
        Just("\u{FEFF}".as_bytes().to_vec()),
        Just("한글🙂".as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(parts, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn wherever_the_bytes_are_cut(bytes in stream(), cuts in prop::collection::vec(0..100usize, 0..8)) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(read(pieces), read([&bytes[..]]));
    }

    #[test]
    fn the_kit_counts_the_same(bytes in stream()) {
        let mut counted = Vec::new();
        sse::Events::default().take(&bytes, |data| counted.push(data.to_vec()));
        let ours = read([&bytes[..]]);
        prop_assert_eq!(ours.len(), counted.len());
        for (ours, kits) in ours.iter().zip(&counted) {
            if kits.len() < sse::KEPT {
                prop_assert_eq!(ours, &String::from_utf8_lossy(kits));
            }
        }
    }

    #[test]
    fn a_body_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(why) = Ask::read(&bytes) {
            prop_assert!(why.contains("would be right"), "{}", why);
        }
    }

    #[test]
    fn a_body_that_is_nearly_right_is_read_or_refused(
        role in ".{0,8}",
        content in prop_oneof![Just("null".to_string()), "\"[a-z]{0,9}\"", "\\[[0-9]?\\]", "[0-9]{1,3}"],
        stream in prop_oneof![Just("true"), Just("1"), Just("null"), Just("false")],
        tokens in any::<i64>(),
    ) {
        let role = serde_json::to_string(&role).unwrap();
        let body = format!(
            r#"{{"messages":[{{"role":{role},"content":{content}}}],"stream":{stream},"max_tokens":{tokens}}}"#
        );
        if let Ok(ask) = Ask::read(body.as_bytes()) {
            prop_assert_eq!(ask.stream, stream == "true");
            prop_assert_eq!(ask.messages.len(), 1);
            let _ = (ask.question(), ask.most_tokens());
        }
    }
}
