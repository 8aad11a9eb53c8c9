//! What others sent, handed out so that it can do no harm: original bytes, attached files, HTML.

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use model::{EvidenceId, MessageKey};

use crate::{
    clean::{self, Picture},
    input::At,
    problem::{Code, Problem},
    reply::{Seen, tag_of, to_be_saved},
    service::{Service, Shared},
};

/// What HTML of a message may do: show itself, with the pictures that came along.
pub(super) const HTML_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; \
                           frame-ancestors 'self'";
/// What a downloaded file may do if a browser shows it after all.
const FILE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";
/// Pictures within a message that are shown.
const PICTURES: usize = 16;

/// The HTML form of a message: no script, nothing loaded from elsewhere; pictures that came along
/// are within. To be shown in a frame.
#[utoipa::path(
    get, path = "/api/v1/messages/{key}/html", operation_id = "getMessageHtml", tag = "messages",
    params(("key" = String, Path, description = "The message")),
    responses((status = 200, description = "The HTML", content_type = "text/html", body = String))
)]
pub(super) async fn get_message_html(
    State(service): State<Shared>,
    At(key): At<MessageKey>,
    seen: Seen,
) -> Result<Response, Problem> {
    let (tag, html) = service
        .work(move |service, _| {
            let html = cleaned(service, key)?;
            Ok((tag_of(html.as_bytes()), html))
        })
        .await?;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    Ok(handed_out(&seen, &tag, kind, HTML_POLICY, Bytes::from(html)))
}

fn cleaned(service: &Service, key: MessageKey) -> Result<String, Problem> {
    let none = || Problem::not_found(&format!("HTML form of message {key}: read its text"));
    let html = service.app.html(key)?.ok_or_else(none)?;
    let pictures = if html.contains("cid:") { pictures(service, key)? } else { Vec::new() };
    clean::html(&html, &pictures).map_err(|refused| {
        Problem::new(Code::TooLarge, format!("{refused}: read the text of the message instead"))
    })
}

/// The pictures that a message brings along for its HTML form.
fn pictures(service: &Service, key: MessageKey) -> Result<Vec<Picture>, Problem> {
    let message = service.app.message(key)?.message;
    let shown = message.attachments.into_iter().filter(|file| {
        clean::is_picture(&file.media_type) && file.size <= clean::PICTURE_BYTES as u64
    });
    let mut pictures = Vec::new();
    for file in shown.take(PICTURES) {
        let Some(content_id) = file.content_id else { continue };
        let (file, bytes) = service.app.attachment(key, file.part)?;
        pictures.push(Picture { content_id, media_type: file.media_type, bytes });
    }
    Ok(pictures)
}

/// A file of a message, decoded.
#[utoipa::path(
    get, path = "/api/v1/messages/{key}/attachments/{part}", operation_id = "getAttachment",
    tag = "messages",
    params(
        ("key" = String, Path, description = "The message"),
        ("part" = u32, Path, description = "The part, as the message lists it"),
    ),
    responses((
        status = 200, description = "The file",
        content_type = "application/octet-stream", body = String,
    ))
)]
pub(super) async fn get_attachment(
    State(service): State<Shared>,
    At((key, part)): At<(MessageKey, u32)>,
    seen: Seen,
) -> Result<Response, Problem> {
    let (file, bytes) =
        service.work(move |service, _| Ok(service.app.attachment(key, part)?)).await?;
    let name = if file.name.is_empty() { format!("part-{part}") } else { file.name };
    // the declared type is the sender's word: a browser must not act upon it
    let kind = HeaderValue::from_static("application/octet-stream");
    let tag = format!("\"{}\"", file.sha256);
    let mut response = handed_out(&seen, &tag, kind, FILE_POLICY, Bytes::from(bytes));
    to_be_saved(response.headers_mut(), &name)?;
    Ok(response)
}

/// The original bytes of evidence, byte for byte as captured.
#[utoipa::path(
    get, path = "/api/v1/evidence/{id}", operation_id = "getEvidence", tag = "messages",
    params(("id" = String, Path, description = "The evidence: the SHA-256 of its bytes")),
    responses((
        status = 200, description = "The bytes",
        content_type = "message/rfc822", body = String,
    ))
)]
pub(super) async fn get_evidence(
    State(service): State<Shared>,
    At(id): At<EvidenceId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let bytes = service.work(move |service, _| Ok(service.app.evidence(&id)?)).await?;
    // notes and rows of imports are kept as JSON objects, which no message begins like
    let (kind, ending) = if bytes.first() == Some(&b'{') {
        ("application/json", "json")
    } else {
        ("message/rfc822", "eml")
    };
    let (kind, tag) = (HeaderValue::from_static(kind), format!("\"{id}\""));
    let mut response = handed_out(&seen, &tag, kind, FILE_POLICY, Bytes::from_owner(bytes));
    to_be_saved(response.headers_mut(), &format!("{id}.{ending}"))?;
    Ok(response)
}

pub(super) fn handed_out(
    seen: &Seen,
    tag: &str,
    kind: HeaderValue,
    policy: &'static str,
    bytes: Bytes,
) -> Response {
    let mut response = if seen.has(tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(bytes))
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
