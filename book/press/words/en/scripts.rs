//! What the book's scripts say. In braces stand values that a script puts in; of what stands in `<b>` it makes
//! the heavier part of a sentence.

/// A script's words, each by the name that it asks for them by.
pub type Words = &'static [(&'static str, &'static str)];

/// `theme/replay.js`: the controls below a figure over time.
pub const REPLAY: Words = &[
    ("name", "Play: {figure}"),
    ("play", "Play"),
    ("pause", "Pause"),
    ("moment", "moment of the run"),
    ("back", "step back"),
    ("on", "step on"),
    ("time", "{now} of {over}"),
    ("speed", "speed"),
    ("tenth", "a tenth"),
    ("half", "half"),
    ("real", "real time"),
    // A sign before the number of workers that something is done by.
    ("by", "by"),
];

/// `theme/predict.js`: guesses, and what came of them.
pub const PREDICT: Words = &[
    ("note", "That is my guess"),
    ("back", "Take it back"),
    ("noted", "Noted."),
    ("result", "What came of it"),
    ("all", "Please answer all of it."),
    ("once", "Each line once, please."),
    ("verdict", "{label}: you said {said}, <b>it was {was}</b>."),
    ("chosen", "{answer} ({shown})"),
    // In a figure, beside the line that a guess is drawn as.
    ("you", "you"),
    ("end", "how you guessed"),
    ("sum", "You guessed {told} of {asked}, and {right} of them came out as you said."),
    ("worst", "The greatest surprise: {label}. You said {said}, and it was {was}."),
    ("again", "Read it again."),
    ("forget", "Forget my guesses of this chapter"),
];

/// `theme/formula.js`: a formula whose numbers can be changed.
pub const FORMULA: Words = &[
    ("name", "Change the formula"),
    ("waits-n", "n, requests: {value}"),
    ("waits-s", "s, can wait at once: {value}"),
    ("waits-d", "d, each waits: {value}"),
    ("queue-n", "n, a second: {value}"),
    ("queue-s", "s, at once: {value}"),
    ("queue-d", "d, each takes: {value}"),
    ("runs", "as in a recorded run"),
    ("choose", "as in a recorded run …"),
    ("waits", "The formula: {d} × ⌈{n} / {s}⌉ = {took}."),
    ("queue", "The formula: {busy} are busy of {s}, {percent} %: {took} on average."),
    ("endless", "The formula: {busy} would be busy of {s}: the queue grows without end."),
    ("recorded", "Recorded: {runs}."),
];

/// `press/serve/live/live.js`: a figure that is run anew.
pub const LIVE: Words = &[
    ("far", "how far the run is"),
    ("said", "What cargo and the program say"),
    ("above", "Above, your run; the figure before it is the book’s. Their numbers:"),
    ("keep", "Keep this run"),
    ("kept", "{link}: the file can be shown here again, or by {command}"),
    ("other", "Another page: {state}; this is next"),
    ("gone", "the press went away in the middle: start it again"),
    ("silent", "the press does not answer: start it again"),
    ("silent-file", "the press does not answer"),
    ("stopped", "Stopped"),
    ("wrong", "This did not come to its end: {why}"),
    ("done", "Done"),
    ("not-shown", "{file} cannot be shown: {why}"),
    ("shown", "{file} is shown below"),
];
