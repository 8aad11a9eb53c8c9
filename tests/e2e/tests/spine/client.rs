//! A small HTTP/1.1 client: one request a connection, everything shown.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

use serde_json::Value;

use crate::program::PATIENCE;

/// Talks to one service.
#[derive(Clone)]
pub struct Client {
    address: String,
    headers: Vec<(String, String)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Client {
    /// For the service at `url`, which is on this machine and speaks plain HTTP.
    pub fn new(url: &str) -> Self {
        let address = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url} is not plain"));
        Self { address: address.trim_end_matches('/').to_owned(), headers: Vec::new() }
    }

    /// The same, sending one more header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same, with the session that `answer` began.
    pub fn signed_in_by(&self, answer: &Answer) -> Self {
        let cookie = answer.header("set-cookie").split(';').next().unwrap();
        self.with("Cookie", cookie)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, Some(body))
    }

    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let mut stream = self.send(method, path, body);
        let (status, headers) = head(&mut stream);
        let mut answer = Answer { status, headers, body: String::new() };
        if answer.header("transfer-encoding") == "chunked" {
            while let Some(chunk) = chunk(&mut stream) {
                answer.body.push_str(&chunk);
            }
        } else {
            stream.read_to_string(&mut answer.body).unwrap();
        }
        answer
    }

    /// A stream of events; gives what comes, piece by piece.
    pub fn listen(&self, path: &str) -> impl Iterator<Item = String> + use<> {
        let mut stream = self.send("GET", path, None);
        let (status, headers) = head(&mut stream);
        assert_eq!(status, 200, "{headers:?}");
        std::iter::from_fn(move || chunk(&mut stream))
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in &self.headers {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        if !body.is_empty() {
            request.push_str("Content-Type: application/json\r\n");
        }
        let _ = write!(request, "Content-Length: {}\r\n", body.len());
        let _ = write!(request, "Connection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        BufReader::new(stream)
    }
}

/// The status and the header of an answer.
fn head(stream: &mut BufReader<TcpStream>) -> (u16, Vec<(String, String)>) {
    let status = line(stream).split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = Vec::new();
    loop {
        let line = line(stream);
        let Some((name, value)) = line.split_once(':') else { return (status, headers) };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// The next piece of a chunked body (RFC 9112, section 7.1), or nothing at its end.
fn chunk(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let size = usize::from_str_radix(line(stream).split(';').next()?, 16).unwrap();
    let mut bytes = vec![0; size];
    stream.read_exact(&mut bytes).unwrap();
    line(stream);
    (size > 0).then(|| String::from_utf8(bytes).unwrap())
}

fn line(stream: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

impl Answer {
    /// The value of a header, named in lower case; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// The body, if the answer has this status.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }
}
