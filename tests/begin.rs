//! The first of all tests, by its name.

use crate::claims::now;

#[test]
fn what_the_claims_wait_for_is_run_while_others_are_tested() {
    now::begin();
}
