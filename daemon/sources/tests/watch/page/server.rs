//! A web server on loopback that does what a test asks of it.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the server does with a request for a path.
#[derive(Clone)]
pub enum Does {
    /// Gives a page with an ETag, and 304 to who has it.
    Page(String),
    /// Gives a page that holds its own number of visits.
    Restless(String),
    /// Gives a status.
    Status(u16),
    /// Leads elsewhere.
    Leads(String),
    /// Says nothing for ever.
    Hangs,
    /// Gives a body that never ends.
    Endless,
    /// Gives a little that unpacks to a lot.
    Bomb,
    /// Gives plain text.
    Plain(String),
}

#[derive(Default)]
struct State {
    does: Mutex<BTreeMap<String, Does>>,
    asked: Mutex<Vec<String>>,
    visits: AtomicU32,
    endless: AtomicU64,
}

pub struct Server {
    pub port: u16,
    state: Arc<State>,
}

impl Server {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let served = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, served.clone()));
            }
        });
        Self { port, state }
    }

    pub fn does(&self, path: &str, does: Does) {
        self.state.does.lock().unwrap().insert(path.to_owned(), does);
    }

    /// Bytes of endless bodies that went out so far.
    pub fn endless(&self) -> u64 {
        self.state.endless.load(Ordering::Relaxed)
    }

    /// Requests so far: the first line, and the conditions behind it.
    pub fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => head.extend_from_slice(&buffer[..count]),
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let condition =
        head.lines().find(|line| line.to_ascii_lowercase().starts_with("if-none-match"));
    let condition = condition.map(str::to_owned);
    state.asked.lock().unwrap().push(match &condition {
        Some(line) => format!("{path} {line}"),
        None => path.clone(),
    });
    let does = state.does.lock().unwrap().get(&path).cloned();
    let visit = state.visits.fetch_add(1, Ordering::Relaxed);
    // Who hung up has had enough: that is no failure of the server.
    let _ = answer(&mut stream, does, condition.as_deref(), visit, &state.endless).await;
}

async fn answer(
    stream: &mut TcpStream,
    does: Option<Does>,
    condition: Option<&str>,
    visit: u32,
    endless: &AtomicU64,
) -> std::io::Result<()> {
    let ok = |kind: &str, more: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{more}content-length: {length}\r\n\r\n{body}"
        )
    };
    let text = match does {
        None => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
        Some(Does::Page(body)) => {
            let tag =
                format!("\"{}\"", body.len() * 1000 + body.bytes().map(usize::from).sum::<usize>());
            if condition.is_some_and(|line| line.contains(&tag)) {
                "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned()
            } else {
                ok("text/html; charset=utf-8", &format!("etag: {tag}\r\n"), &body)
            }
        }
        Some(Does::Restless(body)) => {
            ok("text/html", "", &body.replace("VISIT", &format!("visit-{}", word(visit))))
        }
        Some(Does::Plain(body)) => ok("text/plain", "", &body),
        Some(Does::Status(status)) => {
            format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n\r\n")
        }
        Some(Does::Leads(to)) => {
            format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
        }
        Some(Does::Hangs) => {
            tokio::time::sleep(Duration::from_hours(1)).await;
            return Ok(());
        }
        Some(Does::Endless) => {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2147483648\r\n\r\n";
            stream.write_all(head.as_bytes()).await?;
            let block = "<p>more and more</p>".repeat(4096);
            loop {
                stream.write_all(block.as_bytes()).await?;
                endless.fetch_add(block.len() as u64, Ordering::Relaxed);
            }
        }
        Some(Does::Bomb) => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::best());
            for _ in 0..64 {
                packer.write_all(&vec![b' '; 1 << 20])?;
            }
            let body = packer.finish()?;
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            return stream.write_all(&body).await;
        }
    };
    stream.write_all(text.as_bytes()).await
}

/// A number as letters, so that no rule for numbers hides it.
fn word(number: u32) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}
