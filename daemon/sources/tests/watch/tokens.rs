//! Tokens instead of passwords, from an authorisation server on this machine.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use egress::{
    Egress, Secret, Trust,
    http::Endpoint,
    oauth::{Grant, TokenSource},
};
use model::Instant;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::world::World;

/// Answers with what it is given, one by one, and remembers what it was asked.
async fn authority(answers: Vec<&'static str>) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let all = asked.clone();
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = String::new();
            let mut buffer = vec![0; 4096];
            while !text.contains("scope=mail") {
                let count = stream.read(&mut buffer).await.unwrap();
                text.push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
            all.lock().unwrap().push(text);
            let (status, body) = answer.split_once(' ').unwrap();
            let length = body.len();
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (port, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_fetched_before_it_ends_and_a_renewed_grant_outlives_a_restart() {
    let world = World::new();
    let (port, asked) = authority(vec![
        r#"200 {"access_token":"one","expires_in":3600,"refresh_token":"second"}"#,
        r#"200 {"access_token":"two","expires_in":3600}"#,
        r#"400 {"error":"invalid_grant","error_description":"it was revoked"}"#,
    ])
    .await;
    let clock = Arc::new(AtomicI64::new(1_768_392_000_000));
    let ticking = clock.clone();
    let now = Arc::new(move || Instant::from_millis(ticking.load(Ordering::Relaxed)));
    let egress = Egress::new(world.app.outside().clone(), now);
    let dir = world.secrets.path();
    std::fs::write(dir.join("grant"), "first\n").unwrap();
    let endpoint = Endpoint::parse(&format!("http://127.0.0.1:{port}/token"), Trust::Platform);
    let source = || {
        let grant = Grant::Refresh {
            token: Secret { path: dir.join("grant") },
            renewed: dir.join("tokens/support.refresh"),
        };
        let (client, scope) = ("watchkeeper".to_owned(), Some("mail".to_owned()));
        TokenSource::new(endpoint.clone().unwrap(), client, None, grant, scope)
    };
    let first = source();
    let refused = first.token(&egress).await.unwrap_err().to_string();
    assert!(refused.contains("may not be called"), "nobody is called unasked: {refused}");
    egress.allow(&first.endpoint.host, "tokens of support");
    assert_eq!(first.token(&egress).await.unwrap(), "one");
    assert_eq!(first.token(&egress).await.unwrap(), "one", "it still holds");
    clock.fetch_add(58 * 60_000, Ordering::Relaxed);
    assert_eq!(source().token(&egress).await.unwrap(), "two", "after a restart");
    first.forget();
    let revoked = first.token(&egress).await.unwrap_err().to_string();
    assert!(revoked.contains("it was revoked"), "{revoked}");
    let asked = asked.lock().unwrap();
    assert!(asked[0].contains("refresh_token=first"), "{}", asked[0]);
    assert!(asked[1].contains("refresh_token=second"), "{}", asked[1]);
}
