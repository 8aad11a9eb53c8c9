//! The peers: a submission server and a web server, each doing as it is told.

use std::{collections::VecDeque, net::SocketAddr, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What a mail server does with the next mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes it.
    Take,
    /// Refuses the recipient for now (4xx).
    Defer,
    /// Refuses the recipient for ever (5xx).
    Refuse,
    /// Has no room for it once it has read it (452).
    Full,
    /// Closes before anything is said.
    HangUp,
    /// Takes it and closes before saying so: the sender cannot know.
    TakeAndDrop,
}

/// A mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
    /// What the client signed in with, if it did.
    pub login: Option<String>,
    /// Its MAIL and RCPT commands as they are.
    pub envelope: String,
}

/// A submission server without TLS, for this machine alone.
#[derive(Clone)]
pub struct Postman {
    pub address: SocketAddr,
    pub taken: Arc<Mutex<Vec<Taken>>>,
    pub moods: Arc<Mutex<VecDeque<Mood>>>,
    pub calls: Arc<Mutex<u32>>,
}

impl Postman {
    pub async fn start(moods: &[Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let postman = Self {
            address: listener.local_addr().unwrap(),
            taken: Arc::default(),
            moods: Arc::new(Mutex::new(moods.iter().copied().collect())),
            calls: Arc::default(),
        };
        let serving = postman.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                // A client that breaks off ends its own conversation only.
                tokio::spawn(async move { serving.talk(stream).await });
            }
        });
        postman
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        *self.calls.lock() += 1;
        let mood = self.moods.lock().pop_front().unwrap_or(Mood::Take);
        if mood == Mood::HangUp {
            return Ok(());
        }
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 postman.example\r\n").await?;
        let mut mail = Taken::default();
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let command = line.trim_end().to_owned();
            let word = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            if ["MAIL", "RCPT"].contains(&word.as_str()) {
                mail.envelope.push_str(&line);
            }
            let reply: &[u8] = match word.as_str() {
                "EHLO" => {
                    b"250-postman.example\r\n250-8BITMIME\r\n250-DSN\r\n250 AUTH PLAIN LOGIN\r\n"
                }
                "AUTH" => {
                    mail.login = command.split(' ').next_back().map(str::to_owned);
                    b"235 let in\r\n"
                }
                "MAIL" => {
                    mail.from = address(&command);
                    b"250 ok\r\n"
                }
                "RCPT" if mood == Mood::Defer => b"451 4.3.0 come back later\r\n",
                "RCPT" if mood == Mood::Refuse => b"550 5.1.1 no such user\r\n",
                "RCPT" => {
                    mail.to.push(address(&command));
                    b"250 ok\r\n"
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    mail.text = read_data(&mut stream).await?;
                    if mood == Mood::Full {
                        stream.write_all(b"452 4.3.1 no space left\r\n").await?;
                        continue;
                    }
                    self.taken.lock().push(mail.clone());
                    if mood == Mood::TakeAndDrop {
                        return Ok(());
                    }
                    b"250 2.0.0 queued as 7\r\n"
                }
                "QUIT" => b"221 bye\r\n",
                _ => b"500 what?\r\n",
            };
            stream.write_all(reply).await?;
            if word == "QUIT" {
                return Ok(());
            }
        }
    }
}

fn address(command: &str) -> String {
    let inner = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

async fn read_data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// A request that a web server got.
#[derive(Debug, Clone)]
pub struct Asked {
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or_else(|| panic!("no {name} in {:?}", self.headers), |(_, value)| value)
    }
}

/// A web server that answers with what it is given.
#[derive(Clone)]
pub struct Receiver {
    pub address: SocketAddr,
    pub asked: Arc<Mutex<Vec<Asked>>>,
    pub answers: Arc<Mutex<VecDeque<&'static str>>>,
    /// What its answers say, used up one by one; then "ok".
    pub bodies: Arc<Mutex<VecDeque<String>>>,
}

impl Receiver {
    /// `answers` are status lines with headers, used up one by one; then everything is fine.
    pub async fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            asked: Arc::default(),
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
            bodies: Arc::default(),
        };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.answer(stream).await });
            }
        });
        receiver
    }

    async fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let (mut headers, mut length) = (Vec::new(), 0);
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 || line == "\r\n" {
                break;
            }
            if let Some((name, value)) = line.trim_end().split_once(": ") {
                if name == "content-length" {
                    length = value.parse().unwrap();
                }
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let body = String::from_utf8(body).unwrap();
        self.asked.lock().push(Asked { headers, body });
        let answer = self.answers.lock().pop_front().unwrap_or("200 OK");
        let body = self.bodies.lock().pop_front().unwrap_or_else(|| "ok".to_owned());
        let length = body.len();
        let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(answer.as_bytes()).await
    }
}

/// Waits until `ready`; a test that waits too long has failed.
pub async fn eventually(what: &str, mut ready: impl FnMut() -> bool) {
    for _ in 0..2400 {
        if ready() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} did not happen");
}
