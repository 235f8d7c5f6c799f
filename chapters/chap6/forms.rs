//! `serve gateway` before another model: a real one, or a server that somebody else started.

use chap6::gateway::upstream;
use while_you_wait::Form;

pub const UPSTREAM: &str = "upstream";
pub const MODEL: &str = "model";

/// Which model the gateway is to stand before.
pub const ALL: [Form; 3] = [
    Form {
        option: "real",
        value: None,
        about: "Of gateway: before a real model",
        of: "gateway",
        case: "real-gateway",
        of_option: None,
        right: |_| Ok(()),
    },
    Form {
        option: UPSTREAM,
        value: Some("URL"),
        about: "Of gateway: before the server of the protocol that is there, as in http://127.0.0.1:8080",
        of: "gateway",
        case: "other-gateway",
        of_option: None,
        right: |url| upstream::base(url).map(drop),
    },
    Form {
        option: MODEL,
        value: Some("NAME"),
        about: "Of --upstream: the model that is asked for there, whatever a client calls it",
        of: "gateway",
        case: "other-gateway",
        of_option: Some(UPSTREAM),
        right: |name| match name.trim() {
            "" => Err("a name that the server knows would be right".into()),
            _ => Ok(()),
        },
    },
];
