//! A real Chromium, through chromedriver: both end with the test, also with one that fails.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::Running;

/// One browser with one page.
pub struct Chromium {
    pub client: Client,
    _driver: Driver,
    _profile: TempDir,
}

/// A chromedriver. Whoever kills it leaves its browsers running; it ends them where it is asked to
/// end itself.
struct Driver {
    port: u16,
    _process: Running,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let ask = || -> std::io::Result<()> {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            stream.write_all(b"GET /shutdown HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
            // Answered once all are gone. Its end may well be the end of the connection.
            stream.read_to_end(&mut Vec::new()).map(drop)
        };
        let _ = ask();
    }
}

/// One, on a port that it says. It looks for one that is free and takes it then, and ends where
/// another was faster: so it is asked again.
fn driver() -> Driver {
    let started = || {
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--log-level=WARNING"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: apt-get install chromium-driver");
        let said = driver.stdout.take().expect("piped");
        let driver = Running(driver);
        let port = tests::said_if(said, |line| {
            let port = line.split("successfully on port ").nth(1)?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        Some(Driver { port: port?, _process: driver })
    };
    (0..5).find_map(|_| started()).expect("chromedriver finds a port")
}

/// How the page is looked at.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub width: u32,
    pub dark: bool,
    pub scripts: bool,
}

impl View {
    /// A desk and a phone, by day and by night, with scripts and without.
    pub fn all() -> Vec<View> {
        let mut all = Vec::new();
        for width in [1200, 360] {
            for dark in [false, true] {
                all.extend([true, false].map(|scripts| View { width, dark, scripts }));
            }
        }
        all
    }
}

impl Chromium {
    pub async fn start(view: View) -> Self {
        let driver = driver();
        let profile = tempfile::tempdir().expect("a folder can be made");
        let client = ClientBuilder::new(hyper_connector())
            .capabilities(capabilities(&profile))
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("Chromium starts: apt-get install chromium");
        let chromium = Chromium { client, _driver: driver, _profile: profile };
        chromium.look(view).await;
        chromium
    }

    /// Sets the window, the preference for light or dark, and whether scripts run.
    async fn look(&self, view: View) {
        let size = json!({"width": view.width, "height": 900, "deviceScaleFactor": 1, "mobile": view.width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        self.medium("screen", view).await;
        let off = json!({"value": !view.scripts});
        self.devtools("Emulation.setScriptExecutionDisabled", off).await;
    }

    /// On `screen`, or on paper: `print`.
    pub async fn medium(&self, medium: &str, view: View) {
        let scheme = if view.dark { "dark" } else { "light" };
        let preference = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let media = json!({"media": medium, "features": preference});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// What an expression comes to in the page; also where the page's own scripts are off.
    pub async fn evaluate(&self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.devtools("Runtime.evaluate", asked).await;
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.ask("goog/cdp/execute", body).await
    }

    /// Everything written to the log since it was asked last.
    pub async fn log(&self, kind: &str) -> Vec<Value> {
        let log = self.ask("se/log", json!({"type": kind})).await;
        log.as_array().cloned().unwrap_or_default()
    }

    async fn ask(&self, path: &'static str, body: Value) -> Value {
        let answer = self.client.issue_cmd(Post { path, body }).await;
        answer.unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    pub async fn end(self) {
        // The driver ends it in any case.
        let _ = self.client.clone().close().await;
    }
}

fn hyper_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

fn capabilities(profile: &TempDir) -> serde_json::Map<String, Value> {
    let profile = format!("--user-data-dir={}", profile.path().display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        &profile,
    ];
    let capabilities = json!({
        "goog:chromeOptions": {"args": arguments},
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}
    });
    capabilities.as_object().expect("written as one").clone()
}

/// A command of chromedriver's own.
#[derive(Debug)]
struct Post {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Post {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// A test that fails ends none of this by itself.
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "needs Chromium: .ci/run runs it"]
async fn whoever_lets_go_of_a_browser_ends_it() {
    let chromium = Chromium::start(View::all()[0]).await;
    let profile = chromium._profile.path().display().to_string();
    let lives = || {
        let processes = std::fs::read_dir("/proc").expect("Linux has it").flatten();
        let told = |process: std::fs::DirEntry| std::fs::read(process.path().join("cmdline")).ok();
        processes.filter_map(told).any(|line| String::from_utf8_lossy(&line).contains(&profile))
    };
    assert!(lives(), "it is there before");
    drop(chromium);
    assert!(tests::comes_true(|| !lives()), "{profile} is still in use");
}
