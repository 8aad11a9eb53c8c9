//! The next digests, before they are sent.

use app::digests::{NextDigest, WrittenDigest};
use axum::{body::Bytes, extract::State, response::Response};
use http::HeaderValue;
use model::{Instant, fact::Role};

use super::files::{HTML_POLICY, handed_out};
use crate::{
    dto::{Digest, DigestPreview},
    guard::Caller,
    input::At,
    problem::Problem,
    reply::{Encoded, Seen, tag_of},
    service::{Service, Shared},
};

/// How the caller's own digest is asked for.
const MINE: &str = "mine";

/// The next digests: the caller's own; for an administrator those of everybody who can be told.
#[utoipa::path(
    get, path = "/api/v1/digests", operation_id = "listDigests", tag = "alerts",
    responses((status = 200, description = "The digests, by recipient", body = Vec<Digest>))
)]
pub(super) async fn list_digests(
    State(service): State<Shared>,
    caller: Caller,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let all = if caller.0.may(Role::Admin) {
            service.app.next_digests(now)?
        } else {
            service.app.next_digest_of(caller.0.name.as_str(), now)?
        };
        let channels = channels(service);
        Encoded::of(&all.iter().map(|one| Digest::of(one, &channels)).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// What the next digest of somebody would say now. Other people's is for administrators.
#[utoipa::path(
    get, path = "/api/v1/digests/{to}", operation_id = "getDigest", tag = "alerts",
    params(("to" = String, Path, description = "The recipient's address; `mine` for the caller's")),
    responses((status = 200, description = "The digest", body = DigestPreview))
)]
pub(super) async fn get_digest(
    State(service): State<Shared>,
    caller: Caller,
    At(to): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let next = next(service, &caller, &to, now)?;
        let digest = Digest::of(&next, &channels(service));
        Encoded::of(&DigestPreview::of(digest, written(service, next)))
    });
    Ok(seen.reply(body.await?))
}

/// The same as the HTML that the mail would have. To be shown in a frame.
#[utoipa::path(
    get, path = "/api/v1/digests/{to}/html", operation_id = "getDigestHtml", tag = "alerts",
    params(("to" = String, Path, description = "The recipient's address; `mine` for the caller's")),
    responses((status = 200, description = "The HTML", content_type = "text/html", body = String))
)]
pub(super) async fn get_digest_html(
    State(service): State<Shared>,
    caller: Caller,
    At(to): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    let html = service.work(move |service, now| {
        let next = next(service, &caller, &to, now)?;
        let none = || Problem::not_found("digest that would be sent: there is nothing to say");
        Ok(written(service, next).ok_or_else(none)?.html)
    });
    let html = html.await?;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    Ok(handed_out(&seen, &tag_of(html.as_bytes()), kind, HTML_POLICY, Bytes::from(html)))
}

/// The digest that is due first. Other people's are there for administrators alone.
fn next(service: &Service, caller: &Caller, to: &str, now: Instant) -> Result<NextDigest, Problem> {
    let own = caller.0.name.as_str();
    let name = if to == MINE { own } else { to };
    let mut found = service.app.next_digest_of(name, now)?;
    if !caller.0.may(Role::Admin) {
        found.retain(|one| one.to == own || one.user.as_deref() == Some(own));
    }
    let first = found.into_iter().min_by_key(|one| (one.sendings.is_empty(), one.due));
    first.ok_or_else(|| match to {
        MINE => Problem::not_found(&format!(
            "digest for you: an administrator adds [[people]] with `email` and `user = \"{own}\"` to \
             the configuration"
        )),
        to => Problem::not_found(&format!("digest for {to} that you may see")),
    })
}

fn written(service: &Service, next: NextDigest) -> Option<WrittenDigest> {
    service.app.outside().digests()?.write(next.sendings)
}

fn channels(service: &Service) -> Vec<String> {
    service.app.outside().channels().into_iter().map(|channel| channel.name).collect()
}
