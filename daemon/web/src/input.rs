//! What requests carry, checked once at the edge: bodies, path and query parameters.

use std::{net::IpAddr, time::Duration};

use axum::{
    body::to_bytes,
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
/// How long a client may take to send a body.
const BODY_WAIT: Duration = Duration::from_secs(20);

/// A JSON body.
pub(crate) struct Input<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
        // anything else could be sent by a form of another site
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
            let detail = "send the body as JSON, with `Content-Type: application/json`";
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        }
        let read = tokio::time::timeout(BODY_WAIT, to_bytes(request.into_body(), BODY_MOST));
        let Ok(bytes) = read.await else {
            let detail = format!("the body took longer than {} seconds", BODY_WAIT.as_secs());
            return Err(Problem::new(Code::TooSlow, detail));
        };
        let bytes = bytes.map_err(|_| {
            let detail = format!("the body broke off, or has more than {BODY_MOST} bytes");
            Problem::new(Code::TooLarge, detail)
        })?;
        let value = serde_json::from_slice(&bytes);
        value.map(Self).map_err(|error| Problem::invalid(format!("the body: {error}")))
    }
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
