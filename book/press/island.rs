//! The words of scripts as they stand in a page, by the name of the script that asks for them.

use serde_json::{Map, Value};

use crate::words::scripts::{FORMULA, PREDICT, REPLAY, Words};

/// Those of the scripts that make figures and forms alive, for `theme/words.js` to read. On one line, as all
/// that is woven in.
pub fn of_a_page() -> String {
    let all: Map<String, Value> = [("replay", REPLAY), ("predict", PREDICT), ("formula", FORMULA)]
        .map(|(script, words)| (script.to_string(), table(words)))
        .into_iter()
        .collect();
    // A script of HTML is ended by what looks like its end, also in a string.
    let json = Value::Object(all).to_string().replace("</", "<\\/");
    format!("<script type=\"application/json\" class=\"words\">{json}</script>")
}

pub fn table(words: Words) -> Value {
    let one = |(name, words): &(&str, &str)| (name.to_string(), Value::from(*words));
    Value::Object(words.iter().map(one).collect())
}
