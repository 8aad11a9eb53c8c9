//! Scales of severity.

use axum::{extract::State, response::Response};

use crate::{
    dto::Scale,
    problem::Problem,
    reply::{Encoded, Seen},
    service::Shared,
};

/// The scales of severity: that of all teams without a rule set of their own, then each other
/// team's. Ranks compare across scales.
#[utoipa::path(
    get, path = "/api/v1/levels", operation_id = "listLevels", tag = "rules",
    responses((status = 200, description = "The scales", body = Vec<Scale>))
)]
pub(super) async fn list_levels(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| {
        let scales = service.app.levels();
        Encoded::of(&scales.into_iter().map(Scale::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}
