//! Rule sets as signed files.

use app::rules::OfferedPack;
use axum::{
    body::{Body, Bytes},
    extract::State,
    response::Response,
};
use http::{HeaderValue, StatusCode, header};

use crate::{
    dto::{PackImported, PackQuery, RuleKeys},
    guard::Caller,
    input::{Asked, At, Upload},
    problem::Problem,
    reply::{Encoded, Seen, fresh, to_be_saved},
    service::Shared,
};

/// The keys that packs are checked and signed with.
#[utoipa::path(
    get, path = "/api/v1/rules/keys", operation_id = "getRuleKeys", tag = "rules",
    responses((status = 200, description = "The public keys", body = RuleKeys))
)]
pub(super) async fn get_keys(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| Encoded::of(&RuleKeys::from(service.app.pack_keys()?)));
    Ok(seen.reply(body.await?))
}

/// A set in one file, signed if the configuration names a key to sign with.
#[utoipa::path(
    get, path = "/api/v1/rules/versions/{id}/pack", operation_id = "exportRules", tag = "rules",
    params(("id" = String, Path, description = "The version, or active, built_in, folder or draft")),
    responses((
        status = 200, description = "The pack", content_type = "application/zip", body = String,
    ))
)]
pub(super) async fn export(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
) -> Result<Response, Problem> {
    let packed = service.work(move |service, _| Ok(service.app.pack_rules(&id, &caller.user())?));
    let (rules, bytes) = packed.await?;
    let mut response = Response::new(Body::from(Bytes::from(bytes)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    to_be_saved(headers, &format!("{rules}.pack"))?;
    Ok(response)
}

/// Keeps the set of a pack as a version. It is refused whole if no trusted key has signed it, unless
/// that is allowed for this one, and if it has an error or a failing test. What was changed after it
/// was signed is never taken.
#[utoipa::path(
    post, path = "/api/v1/rules/packs", operation_id = "importRules", tag = "rules",
    params(PackQuery),
    request_body(content = String, content_type = "application/zip", description = "The pack"),
    responses((status = 201, description = "The version", body = PackImported))
)]
pub(super) async fn import(
    State(service): State<Shared>,
    caller: Caller,
    Asked(asked): Asked<PackQuery>,
    Upload(bytes): Upload,
) -> Result<Response, Problem> {
    let imported = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let offered = OfferedPack {
            bytes: bytes.into(),
            note: asked.note.unwrap_or_default(),
            allow_unsigned: asked.allow_unsigned.unwrap_or(false),
        };
        Ok(service.app.import_pack(&offered, caller.actor(), now)?)
    });
    fresh(StatusCode::CREATED, &PackImported::from(imported.await?))
}
