//! What the evidence says of where claims are tried.

use press::claims::{Claims, LIMITS};
use press::project::Project;

/// A limit is told by the name of a helper in a claim's source. Were that renamed, nothing would be
/// said any more.
#[test]
fn every_limit_is_some_claims() {
    let claims = Claims::of(&Project::at(tests::root()));
    for (word, limit) in LIMITS {
        let of: Vec<String> = claims
            .all()
            .iter()
            .filter(|claim| claim.limits().contains(&limit))
            .map(|claim| claim.full_name())
            .collect();
        assert!(!of.is_empty(), "no claim says {word}");
    }
    let with_tools = claims.all().iter().filter(|claim| claim.with_tools).count();
    assert!((1..claims.all().len()).contains(&with_tools), "{with_tools} need tools");
}
