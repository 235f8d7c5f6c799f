//! Numbers of a record, by their names.

use while_you_wait::record::{Fact, Value};
use while_you_wait::views::names::{Name, Runs};

/// The bare number of that name, in its median run.
///
/// # Panics
/// There is none.
pub fn number(runs: &Runs, name: &str) -> f64 {
    let quantity = name.parse::<Name>().and_then(|name| runs.measured(&name));
    let value = quantity.unwrap_or_else(|why| panic!("{why}")).value();
    value.unwrap_or_else(|| panic!("{name} is not a number"))
}

/// The fact of that name, where there is one and it is a number.
pub fn fact(facts: &[Fact], name: &str) -> Option<f64> {
    match facts.iter().find(|fact| fact.name == name)?.value {
        Value::Number(value) => Some(value),
        _ => None,
    }
}
