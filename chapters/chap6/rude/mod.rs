//! The rude questions: what real gateways were seen to get wrong, asked of any gateway.
//!
//! `model` stands behind the gateway and misbehaves as the question in a request demands.
//! `questions` asks, through the gateway, and says what came back; `leaving` asks and leaves, and
//! `crowd` is many who ask at once.

mod crowd;
mod hear;
mod leaving;
pub mod model;
pub mod questions;
mod reading;
mod wire;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a question begins that the model takes for an order. It is followed by a kind of
/// misbehaviour, a colon, and a tag that tells this question from all others.
const ORDER: &str = "rude:";

/// What became of a question at the model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Fate {
    /// how often it was asked
    pub begun: u32,
    /// and answered to the end
    pub ended: u32,
    /// and left by whoever asked
    pub left: u32,
    /// of answers, as far as somebody took them
    pub bytes: u64,
}

/// The fates of all questions, by the questions.
pub type Fates = BTreeMap<String, Fate>;
