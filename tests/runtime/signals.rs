//! A signal ends the operating system's wait, and nothing else. On Linux going on after a stop does.

use std::process::Command;
use std::thread;
use std::time::Duration;

use while_you_wait::runtime::sleep;

use crate::within_patience;

#[test]
fn a_runtime_that_was_stopped_while_it_is_parked_goes_on() {
    const STOPS: &str =
        "for n in 1 2 3 4 5; do kill -STOP $PPID; kill -CONT $PPID; sleep 0.01; done";
    within_patience(|| async {
        let stops = thread::spawn(|| Command::new("sh").args(["-c", STOPS]).status());
        while !stops.is_finished() {
            sleep(Duration::from_millis(50)).await;
        }
        assert!(stops.join().expect("no panic").expect("a shell").success());
    });
}
