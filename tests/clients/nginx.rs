//! A proxy that collects answers before it hands them on: nginx, as it comes.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tests::{PATIENCE, Running, comes_true};

use super::{chap6, gateway_before};

/// Both take the gateway's answers, and one of them its word on how.
fn nginx(folder: &Path, gateway: &str) -> (Running, PathBuf) {
    let (config, socket) = (folder.join("nginx.conf"), folder.join("socket"));
    let at = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {at}/{kind};"))
        .concat();
    let text = format!(
        "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log;
         events {{}}
         http {{
             access_log off; {temporary}
             proxy_buffer_size 32k; proxy_buffers 8 32k;
             server {{
                 listen unix:{at}/socket;
                 location /told/ {{ proxy_pass http://{gateway}/; }}
                 location /deaf/ {{
                     proxy_pass http://{gateway}/;
                     proxy_ignore_headers X-Accel-Buffering;
                 }}
             }}
         }}"
    );
    std::fs::write(&config, text).expect("a folder of our own");
    let mut program = Command::new(if Path::new("/usr/sbin/nginx").exists() {
        "/usr/sbin/nginx" // where Debian has it, and a user's PATH has not
    } else {
        "nginx"
    });
    program.arg("-c").arg(&config).arg("-e").arg(folder.join("error.log"));
    program.stdin(Stdio::null()).stdout(Stdio::null());
    let server = Running(program.spawn().expect("nginx is installed: apt-get install nginx-light"));
    assert!(comes_true(|| UnixStream::connect(&socket).is_ok()), "nginx listens");
    (server, socket)
}

/// When the first word of an answer came, and when its end.
fn first_and_last(socket: &Path, location: &str) -> (Duration, Duration) {
    let mut stream = UnixStream::connect(socket).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("some time");
    let body = r#"{"model":"any","stream":true,"messages":[{"role":"user","content":"What does await do?"}]}"#;
    let asked = Instant::now();
    let length = body.len();
    write!(
        stream,
        "POST /{location}/v1/chat/completions HTTP/1.0\r\nhost: here\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .expect("it is read");
    let (mut said, mut buffer, mut first) = (Vec::new(), [0; 4096], None);
    loop {
        let read = stream.read(&mut buffer).expect("it goes on");
        said.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&said);
        if first.is_none() && text.contains("\"content\":\"") {
            first = Some(asked.elapsed());
        }
        if read == 0 || text.contains("[DONE]") {
            assert!(text.contains("[DONE]"), "{text}");
            return (first.expect("a word"), asked.elapsed());
        }
    }
}

#[test]
#[ignore = "needs nginx: apt-get install nginx-light, then cargo test -p tests --test clients -- --ignored nginx"]
fn a_proxy_that_listens_hands_on_each_word_and_one_that_does_not_hands_on_an_answer() {
    let (_model, model) = chap6("model", &["--delay", "6s"]);
    let (_gateway, addr) = gateway_before(&model);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (_nginx, socket) = nginx(folder.path(), &addr);
    let (first, last) = first_and_last(&socket, "told");
    assert!(first * 2 < last, "it was told not to collect: {first:?} of {last:?}");
    let (first, last) = first_and_last(&socket, "deaf");
    assert!(first * 10 > last * 9, "it collects: {first:?} of {last:?}");
}
