//! What requests carry, checked once at the edge: bodies, path and query parameters.

use std::{net::IpAddr, time::Duration};

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
};
use http::{header, request::Parts};
use serde::de::DeserializeOwned;

use crate::{
    problem::{Code, Problem},
    service::Shared,
    site::Peer,
};

/// The largest body of a request, in bytes.
pub(crate) const BODY_MOST: usize = 1 << 20;
/// The largest upload, in bytes.
const UPLOAD_MOST: usize = 33 << 20;
/// How long a client may take to send a body.
const BODY_WAIT: Duration = Duration::from_secs(20);

/// A JSON body.
pub(crate) struct Input<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        // anything else could be sent by a form of another site
        if kind_of(&request) != "application/json" {
            let detail = "send the body as JSON, with `Content-Type: application/json`";
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        }
        let bytes = body(request, BODY_MOST).await?;
        let value = serde_json::from_slice(&bytes);
        value.map(Self).map_err(|error| Problem::invalid(format!("the body: {error}")))
    }
}

/// Bytes that are no JSON, such as a rule pack.
pub(crate) struct Upload(pub(crate) Bytes);

impl FromRequest<Shared> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        // what a form of another site could send is refused, as for JSON
        if !["application/zip", "application/octet-stream"].contains(&kind_of(&request).as_str()) {
            let detail = "send the bytes with `Content-Type: application/zip`";
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        }
        body(request, UPLOAD_MOST).await.map(Self)
    }
}

/// A table as text.
pub(crate) struct TextTable(pub(crate) Bytes);

impl FromRequest<Shared> for TextTable {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        file(request, "text/csv").await.map(Self)
    }
}

/// A calendar that is handed in as it is, in bytes.
pub(crate) struct TextCalendar(pub(crate) Bytes);

impl FromRequest<Shared> for TextCalendar {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        file(request, "text/calendar").await.map(Self)
    }
}

/// A file of this media type: what a form of another site could send is refused, as for JSON.
async fn file(request: Request, kind: &str) -> Result<Bytes, Problem> {
    if kind_of(&request) != kind {
        let detail = format!("send the file with `Content-Type: {kind}`");
        return Err(Problem::new(Code::UnsupportedMediaType, detail));
    }
    body(request, UPLOAD_MOST).await
}

/// The media type of a body, in lower case and without its parameters.
fn kind_of(request: &Request) -> String {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    kind.unwrap_or_default().to_ascii_lowercase()
}

/// The body, of at most so many bytes.
async fn body(request: Request, most: usize) -> Result<Bytes, Problem> {
    let read = tokio::time::timeout(BODY_WAIT, to_bytes(request.into_body(), most));
    let Ok(bytes) = read.await else {
        let detail = format!("the body took longer than {} seconds", BODY_WAIT.as_secs());
        return Err(Problem::new(Code::TooSlow, detail));
    };
    bytes.map_err(|_| {
        let detail = format!("the body broke off, or has more than {most} bytes");
        Problem::new(Code::TooLarge, detail)
    })
}

/// Parameters of the path.
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Shared> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(error) => Err(Problem::invalid(format!("the path: {}", error.body_text()))),
        }
    }
}

/// Parameters of the query.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(error) => Err(Problem::invalid(format!("the query: {}", error.body_text()))),
        }
    }
}

/// The address that the request comes from.
pub(crate) struct From(pub(crate) IpAddr);

impl FromRequestParts<Shared> for From {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Shared) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<Peer>().copied();
        let peer = peer.ok_or_else(|| Problem::internal("finding the peer", &"no address"))?;
        Ok(Self(service.site.client(peer, &parts.headers)))
    }
}
