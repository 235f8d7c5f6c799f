//! Another service, which takes its time: somebody's payments.

use std::time::Duration;

use axum::Router;
use axum::routing::post;
use reqwest::Client;
use tokio::time::sleep;
use while_you_wait::{Failure, Serve};

use chap7::servers::web;
use chap7::work::Trouble;

/// Answers every order after `delay`.
#[tokio::main(flavor = "current_thread")]
pub async fn serve(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    let pay = move || async move {
        sleep(delay).await;
        "paid"
    };
    web::serve(serve, Router::new().route("/pay", post(pay))).await
}

/// Who asks it.
#[derive(Clone)]
pub struct Payments {
    client: Client,
    url: String,
}

impl Payments {
    pub fn at(addr: std::net::SocketAddr) -> Result<Payments, Failure> {
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Payments { client, url: format!("http://{addr}/pay") })
    }

    pub async fn pay(&self) -> Result<(), Trouble> {
        let paid = self.client.post(&self.url).send().await;
        paid.and_then(|paid| paid.error_for_status())
            .map(drop)
            .map_err(|why| Trouble::Refused(format!("nobody could be paid: {why}")))
    }
}
