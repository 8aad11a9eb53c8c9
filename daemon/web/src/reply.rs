//! Answers: encoded once, with a strong ETag where clients may ask again.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::problem::{Code, Problem};

/// What an ETag gets when its body travels compressed: a strong tag names exact bytes.
const ENCODED: &str = "-gzip";

/// A JSON body with the hash of its bytes.
pub(crate) struct Encoded {
    bytes: Vec<u8>,
    tag: String,
}

impl Encoded {
    /// Encodes `value`; to be called on the pool.
    pub(crate) fn of<T: Serialize>(value: &T) -> Result<Self, Problem> {
        let bytes = serde_json::to_vec(value)
            .map_err(|error| Problem::internal("encoding the answer", &error))?;
        let tag = tag_of(&bytes);
        Ok(Self { bytes, tag })
    }

    /// The tag that says which state this is.
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }
}

/// The strong tag of these bytes, in its quotation marks.
pub(crate) fn tag_of(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    format!("\"{}\"", data_encoding::HEXLOWER.encode(&hash[..16]))
}

/// The tag of a value that is part of an answer, in its quotation marks.
pub(crate) fn tag_of_value<T: Serialize>(value: &T) -> String {
    tag_of(&serde_json::to_vec(value).unwrap_or_default())
}

/// What a request says about the state that its sender has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    if_none_match: Vec<String>,
    if_match: Option<Vec<String>>,
}

impl Seen {
    /// What these headers say.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let if_match = headers.contains_key(header::IF_MATCH);
        Self {
            if_none_match: tags(headers, &header::IF_NONE_MATCH),
            if_match: if_match.then(|| tags(headers, &header::IF_MATCH)),
        }
    }

    /// Whether the sender has the state `tag` already.
    pub(crate) fn has(&self, tag: &str) -> bool {
        self.if_none_match.iter().any(|seen| seen == tag || seen == "*")
    }

    /// Whether the sender wants its change made only upon the state that it has seen.
    pub(crate) fn is_particular(&self) -> bool {
        self.if_match.is_some()
    }

    /// The one version that the sender has seen, where a change asks for it.
    pub(crate) fn version(&self) -> Result<String, Problem> {
        match self.if_match.as_deref() {
            Some([one]) => Ok(one.trim_matches('"').to_owned()),
            _ => Err(Problem::invalid(
                "send the version that you have read as `If-Match: \"version\"`",
            )),
        }
    }

    /// Refuses if the sender has seen another state than `tag`.
    pub(crate) fn require(&self, tag: &str) -> Result<(), Problem> {
        match &self.if_match {
            Some(seen) if !seen.iter().any(|seen| seen == tag || seen == "*") => {
                let detail = "somebody changed it since you read it: read it again, then decide";
                Err(Problem::new(Code::Changed, detail))
            }
            _ => Ok(()),
        }
    }

    /// Answers with `body`, or that it is what the sender has.
    pub(crate) fn reply(&self, body: Encoded) -> Response {
        let mut response = if self.has(&body.tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            json(StatusCode::OK, body.bytes)
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        if let Ok(tag) = HeaderValue::from_str(&body.tag) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

impl<S: Sync> FromRequestParts<S> for Seen {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

fn tags(headers: &HeaderMap, name: &header::HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    let tags = lines.flat_map(|line| line.split(',')).map(|tag| {
        let tag = tag.trim();
        let tag = tag.strip_prefix("W/").unwrap_or(tag);
        tag.replace(&format!("{ENCODED}\""), "\"")
    });
    tags.collect()
}

/// Gives a compressed answer a tag of its own.
pub(crate) fn mark_encoded(headers: &mut HeaderMap) {
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|v| v == "gzip");
    let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let Some(tag) = tag.filter(|_| encoded).and_then(|tag| tag.strip_suffix('"')) else { return };
    if let Ok(marked) = HeaderValue::from_str(&format!("{tag}{ENCODED}\"")) {
        headers.insert(header::ETAG, marked);
    }
}

/// An answer that nobody may keep.
pub(crate) fn json(status: StatusCode, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(Bytes::from(bytes)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An answer of this status with `value` as JSON, that nobody may keep.
pub(crate) fn fresh<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, Problem> {
    Ok(json(status, Encoded::of(value)?.bytes))
}

/// Done, and there is nothing to say.
pub(crate) fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Has the body saved under `name`, which others chose (RFC 6266).
pub(crate) fn to_be_saved(headers: &mut HeaderMap, name: &str) -> Result<(), Problem> {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' })
        .take(150)
        .collect();
    let exact: String = name.chars().take(150).collect::<String>().bytes().map(encoded).collect();
    let value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}");
    let value = HeaderValue::from_str(&value)
        .map_err(|error| Problem::internal("naming the file", &error))?;
    headers.insert(header::CONTENT_DISPOSITION, value);
    Ok(())
}

/// A byte as RFC 8187 writes it.
fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn an_answer_that_travelled_compressed_is_recognised_when_asked_again() {
        let mut sent = headers(header::ETAG, "\"ab\"");
        sent.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        mark_encoded(&mut sent);
        assert_eq!(sent[header::ETAG], "\"ab-gzip\"");
        let seen = Seen::of(&headers(header::IF_NONE_MATCH, "\"x\", W/\"ab-gzip\""));
        assert!(seen.has("\"ab\"") && !seen.has("\"cd\""));
    }

    #[test]
    fn a_change_upon_an_old_state_is_refused_only_if_asked_to() {
        assert!(Seen::default().require("\"ab\"").is_ok());
        assert!(Seen::of(&headers(header::IF_MATCH, "\"ab\"")).require("\"ab\"").is_ok());
        assert!(Seen::of(&headers(header::IF_MATCH, "*")).require("\"ab\"").is_ok());
        assert!(Seen::of(&headers(header::IF_MATCH, "\"cd\"")).require("\"ab\"").is_err());
    }

    #[test]
    fn a_file_name_from_outside_cannot_write_headers() {
        let mut headers = HeaderMap::new();
        to_be_saved(&mut headers, "Bericht\r\nX: y\"; ü.pdf").unwrap();
        assert_eq!(
            headers[header::CONTENT_DISPOSITION],
            "attachment; filename=\"Bericht__X_ y__ _.pdf\"; \
             filename*=UTF-8''Bericht%0D%0AX%3A%20y%22%3B%20%C3%BC.pdf"
        );
    }
}
