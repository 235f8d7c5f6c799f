//! A page that is left open while its computer sleeps: every connection breaks, and what was printed
//! meanwhile has to be seen once it wakes.

use std::net::SocketAddr;

use tests::comes_true;
use tests::fixture::Fixture;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::until;

/// What stands between the browser and the press: nothing, while it is awake.
async fn between(press: SocketAddr) -> (SocketAddr, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let (awake, seen) = watch::channel(true);
    tokio::spawn(async move {
        while let Ok((mut browser, _)) = listener.accept().await {
            let mut awake = seen.clone();
            tokio::spawn(async move {
                if !*awake.borrow_and_update() {
                    return;
                }
                let mut press = TcpStream::connect(press).await.expect("the press listens");
                tokio::select! {
                    _ = copy_bidirectional(&mut browser, &mut press) => {}
                    _ = awake.changed() => {}
                }
            });
        }
    });
    (address, awake)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn a_page_that_slept_comes_to_know_what_it_missed() {
    let fixture = Fixture::new();
    let (chromium, url) = crate::reader_of(&fixture).await;
    let press = url.trim_start_matches("http://").trim_end_matches("/one.html");
    let (address, awake) = between(press.parse().expect("an address")).await;
    chromium.client.goto(&format!("http://{address}/one.html")).await.expect("the page is served");
    for night in 1..=3 {
        let words = format!("Printed in night {night}.");
        awake.send_replace(false);
        fixture.append(&words);
        let printed = || tests::get(press, "/one.html").contains(&words);
        assert!(tokio::task::block_in_place(|| comes_true(printed)), "{words}");
        awake.send_replace(true);
        until(&chromium, &format!("document.body.textContent.includes('{words}')")).await;
    }
    // And what is wrong is told to whoever slept through it.
    awake.send_replace(false);
    fixture.append("It takes 3 s.");
    awake.send_replace(true);
    until(&chromium, "document.querySelector('#press-wrong')?.checkVisibility()").await;
    chromium.end().await;
}
