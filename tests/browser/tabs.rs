//! Many tabs of one book: a browser opens six connections to a host, and each tab wants news.

use std::time::Duration;

use fantoccini::wd::WindowHandle;

use crate::chromium::Chromium;
use crate::{reader_of, until};
use tests::fixture::Fixture;

/// One more than connections, and one more again.
const TABS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn every_tab_loads_and_hears_the_news() {
    let fixture = Fixture::new();
    let (chromium, url) = reader_of(&fixture).await;
    let mut tabs = Vec::new();
    for nth in 1..=TABS {
        if nth > 1 {
            let tab = chromium.client.new_window(true).await.expect("a tab opens").handle;
            chromium.client.switch_to_window(tab).await.expect("it is there");
        }
        let loaded =
            tokio::time::timeout(Duration::from_secs(60), chromium.client.goto(&url)).await;
        loaded.unwrap_or_else(|_| panic!("tab {nth} never loads")).expect("the page is served");
        tabs.push(chromium.client.window().await.expect("a tab"));
    }
    fixture.append("News for all.");
    each(&chromium, &tabs, "document.body.textContent.includes('News for all.')").await;

    // The first goes, and whoever comes now is told what is wrong already.
    chromium.client.switch_to_window(tabs.remove(0)).await.expect("it is there");
    chromium.client.close_window().await.expect("it closes");
    fixture.append("It takes 3 s.");
    let told = "document.querySelector('#press-wrong')?.checkVisibility()";
    each(&chromium, &tabs, told).await;
    let late = chromium.client.new_window(true).await.expect("a tab opens").handle;
    chromium.client.switch_to_window(late.clone()).await.expect("it is there");
    chromium.client.goto(&url).await.expect("the page is served");
    tabs.push(late);
    each(&chromium, &tabs, told).await;

    fixture.append("News again.");
    each(&chromium, &tabs, "document.body.textContent.includes('News again.')").await;
    each(&chromium, &tabs, &format!("!{told}")).await;
    chromium.end().await;
}

async fn each(chromium: &Chromium, tabs: &[WindowHandle], condition: &str) {
    for tab in tabs {
        chromium.client.switch_to_window(tab.clone()).await.expect("it is there");
        until(chromium, condition).await;
    }
}
