//! Getting a page of the web: one request, one answer, both bounded.

use std::{io::Read, time::Duration};

use flate2::read::MultiGzDecoder;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;

use crate::{Egress, EgressError, Stream, dial::within, http::Endpoint};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// Where.
    pub endpoint: Endpoint,
    /// Conditions, such as `if-none-match`.
    pub headers: Vec<(HeaderName, String)>,
    /// How many bytes a body may have, unpacked.
    pub most: usize,
    /// How long all of it may take.
    pub deadline: Duration,
    /// Whether the host may be on an address of the inside.
    pub inside: bool,
}

/// What was given.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The status.
    pub status: StatusCode,
    /// The header.
    pub headers: HeaderMap,
    /// The body, unpacked.
    pub body: Vec<u8>,
}

impl Egress {
    /// Gets what `wanted` names. Redirects are given, not followed: the caller decides, and each hop
    /// is looked at anew. A body that is larger than allowed is an error.
    pub async fn fetch(&self, wanted: &Fetch) -> Result<Fetched, EgressError> {
        let host = &wanted.endpoint.host;
        let stream = if wanted.inside {
            self.connect(host).await?
        } else {
            self.connect_public(host).await?
        };
        let work = talk(wanted, stream);
        let outcome = within(&host.name, "giving its answer", wanted.deadline, work).await;
        if let Err(error) = &outcome {
            self.book().called(&host.name, host.port, Some(error.to_string()), self.now());
        }
        outcome
    }
}

async fn talk(wanted: &Fetch, stream: Stream) -> Result<Fetched, EgressError> {
    let host = &wanted.endpoint.host.name;
    let broken = |detail: String| EgressError::Broken { host: host.clone(), detail };
    let request = request(wanted).map_err(|error| broken(error.to_string()))?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(256 << 10)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| broken(error.to_string()))?;
    let driven = Driven(tokio::spawn(connection));
    let response = sender.send_request(request).await.map_err(|error| broken(error.to_string()))?;
    let (parts, body) = response.into_parts();
    let packed = gather(body, wanted.most, host).await?;
    drop(driven);
    let encoding = parts.headers.get(header::CONTENT_ENCODING);
    let encoding = encoding.and_then(|value| value.to_str().ok()).unwrap_or("identity").trim();
    let body = match encoding.to_ascii_lowercase().as_str() {
        "" | "identity" => packed,
        "gzip" | "x-gzip" => {
            let (name, most) = (host.clone(), wanted.most);
            let unpacked = tokio::task::spawn_blocking(move || unpack(&packed, most, &name)).await;
            unpacked.map_err(|error| broken(error.to_string()))??
        }
        other => return Err(broken(format!("it sends \"{other}\", which was not asked for"))),
    };
    Ok(Fetched { status: parts.status, headers: parts.headers, body })
}

/// The connection's own work; it ends with the answer, also where that is given up.
struct Driven(tokio::task::JoinHandle<Result<(), hyper::Error>>);

impl Drop for Driven {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn request(wanted: &Fetch) -> Result<Request<Empty<Bytes>>, http::Error> {
    let mut request = Request::get(wanted.endpoint.path())
        .header(header::HOST, wanted.endpoint.authority())
        .header(header::USER_AGENT, "Watchkeeper")
        .header(header::ACCEPT, "text/html, application/xhtml+xml, text/*;q=0.9, */*;q=0.5")
        .header(header::ACCEPT_ENCODING, "gzip")
        .header(header::CONNECTION, "close")
        .body(Empty::new())?;
    for (name, value) in &wanted.headers {
        request.headers_mut().insert(name.clone(), HeaderValue::from_str(value)?);
    }
    Ok(request)
}

async fn gather(mut body: Incoming, most: usize, host: &str) -> Result<Vec<u8>, EgressError> {
    let broken = |detail: String| EgressError::Broken { host: host.to_owned(), detail };
    let mut gathered = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| broken(error.to_string()))?;
        if let Ok(data) = frame.into_data() {
            if gathered.len() + data.len() > most {
                return Err(too_large(host, most));
            }
            gathered.extend_from_slice(&data);
        }
    }
    Ok(gathered)
}

/// Unpacks gzip, no more than `most` bytes: what unfolds beyond is not a page.
fn unpack(packed: &[u8], most: usize, host: &str) -> Result<Vec<u8>, EgressError> {
    let mut unpacked = Vec::new();
    let read = MultiGzDecoder::new(packed).take(most as u64 + 1).read_to_end(&mut unpacked);
    read.map_err(|error| EgressError::Broken {
        host: host.to_owned(),
        detail: format!("its gzip is damaged: {error}"),
    })?;
    if unpacked.len() > most { Err(too_large(host, most)) } else { Ok(unpacked) }
}

fn too_large(host: &str, most: usize) -> EgressError {
    EgressError::TooLarge { host: host.to_owned(), most }
}
