//! The page, embedded in the binary.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{
    problem::{Code, Problem},
    reply::Seen,
};

#[derive(RustEmbed)]
#[folder = "../../admin-ui/dist"]
#[allow_missing = true]
struct Files;

/// What the page may do. Styles may be inline because the component library sets its theme so;
/// scripts may not.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; object-src 'none'; frame-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Watchkeeper</title>\
    <p>This program was built without its page. The API is at <code>/api/v1</code>.";

/// Answers everything outside the API: a file of the page, or the page itself for its own paths.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path.starts_with("/api/") {
        return Problem::not_found(&format!("route {path}")).into_response();
    }
    if !(method == Method::GET || method == Method::HEAD) {
        let detail = format!("{path} does not know {method}");
        return Problem::new(Code::MethodNotAllowed, detail).into_response();
    }
    let name = path.trim_start_matches('/');
    let hidden = name.split('/').any(|part| part.starts_with('.'));
    if !name.is_empty()
        && !hidden
        && let Some(found) = Files::get(name)
    {
        return file(name, found, &headers);
    }
    // a missing file must not look like a page, or a browser would try to run it
    if name.rsplit('/').next().is_some_and(|last| last.contains('.')) && name.starts_with("assets/")
    {
        return Problem::not_found(&format!("file {path}")).into_response();
    }
    match Files::get("index.html") {
        Some(index) => file("index.html", index, &headers),
        None => (page_headers("index.html"), NOT_BUILT).into_response(),
    }
}

fn file(name: &str, found: EmbeddedFile, headers: &HeaderMap) -> Response {
    let hash = found.metadata.sha256_hash();
    let tag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&hash[..16]));
    let mut ours = page_headers(name);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        ours.insert(header::ETAG, tag);
    }
    if Seen::of(headers).has(&tag) {
        return (StatusCode::NOT_MODIFIED, ours).into_response();
    }
    (ours, found.data).into_response()
}

fn page_headers(name: &str) -> HeaderMap {
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type(name))),
        // names are stable, so that a browser has to ask; it costs one round trip and no body
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ])
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
