//! The pilot report: what would have been known, and when.

use app::{
    PageRequest,
    pilot::{PilotRequest, Stretch},
};
use axum::{extract::State, response::Response};

use crate::{
    dto::{Page, PageQuery, PilotCase, PilotCasesQuery, PilotQuery, PilotReport},
    input::Asked,
    problem::Problem,
    reply::{Encoded, Seen},
    service::Shared,
};

/// What a team would have known, and when, had its history been read as it happened: before and
/// after an instant, and in all.
#[utoipa::path(
    get, path = "/api/v1/reports/pilot", operation_id = "getPilot", tag = "reports",
    params(PilotQuery),
    responses((status = 200, description = "The report", body = PilotReport))
)]
pub(super) async fn get_pilot(
    State(service): State<Shared>,
    Asked(asked): Asked<PilotQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        Encoded::of(&PilotReport::from(service.app.pilot(asked.into(), now)?))
    });
    Ok(seen.reply(body.await?))
}

/// The cases that a figure of the pilot report counts, those in which most time would have been won
/// first.
#[utoipa::path(
    get, path = "/api/v1/reports/pilot/cases", operation_id = "listPilotCases", tag = "reports",
    params(PilotCasesQuery),
    responses((status = 200, description = "A page of cases", body = Page<PilotCase>))
)]
pub(super) async fn list_pilot_cases(
    State(service): State<Shared>,
    Asked(asked): Asked<PilotCasesQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let PilotCasesQuery { since, until, split, counted, stretch, cursor, limit } = asked;
    let page = PageRequest { limit: PageQuery { cursor: None, limit }.rows(), cursor };
    let stretch = stretch.map_or(Stretch::Whole, Into::into);
    let body = service.work(move |service, now| {
        let asked = PilotRequest { since, until, split };
        let page = service.app.pilot_cases(asked, counted.into(), stretch, &page, now)?;
        Encoded::of(&Page::<PilotCase>::from(page))
    });
    Ok(seen.reply(body.await?))
}
