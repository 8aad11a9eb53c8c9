//! Documents to print: the brief of a case and the pilot report as PDF.

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::tz::TimeZone;
use model::CaseId;

use crate::{
    dto::{PaperQuery, PilotPaperQuery},
    input::{Asked, At},
    printed::{Voice, brief, pilot},
    problem::Problem,
    reply::{Seen, tag_of, to_be_saved},
    service::{Service, Shared},
};

/// The brief of a case as a PDF: A4, its text selectable, every line with its source.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/brief.pdf", operation_id = "getBriefPdf", tag = "cases",
    params(("id" = String, Path, description = "The case"), PaperQuery),
    responses((status = 200, description = "The PDF", content_type = "application/pdf", body = String))
)]
pub(super) async fn get_brief_pdf(
    State(service): State<Shared>,
    At(id): At<CaseId>,
    Asked(asked): Asked<PaperQuery>,
    headers: HeaderMap,
    seen: Seen,
) -> Result<Response, Problem> {
    let origin = service.site.shown_origin(&headers);
    let set = service.work(move |service, now| {
        let voice = voice(service, &asked)?;
        let brief = service.app.brief(id, now)?;
        write(&brief::document(&brief, &voice, &origin))
    });
    handed_out(&seen, set.await?, &format!("{id}.pdf"))
}

/// The pilot report as a PDF.
#[utoipa::path(
    get, path = "/api/v1/reports/pilot.pdf", operation_id = "getPilotPdf", tag = "reports",
    params(PilotPaperQuery),
    responses((status = 200, description = "The PDF", content_type = "application/pdf", body = String))
)]
pub(super) async fn get_pilot_pdf(
    State(service): State<Shared>,
    Asked(asked): Asked<PilotPaperQuery>,
    headers: HeaderMap,
    seen: Seen,
) -> Result<Response, Problem> {
    let origin = service.site.shown_origin(&headers);
    let set = service.work(move |service, now| {
        let (asked, paper) = asked.parted();
        let voice = voice(service, &paper)?;
        let report = service.app.pilot(asked, now)?;
        write(&pilot::document(&report, &voice, &origin))
    });
    handed_out(&seen, set.await?, "pilot.pdf")
}

/// How the document is to speak: in our own zone unless another is asked for.
fn voice(service: &Service, asked: &PaperQuery) -> Result<Voice, Problem> {
    let zone = match &asked.zone {
        None => service.app.zone(),
        Some(name) => TimeZone::get(name).map_err(|_| {
            Problem::invalid(format!("`{name}` is no time zone: name one like Europe/Berlin"))
        })?,
    };
    Ok(Voice { language: asked.lang.unwrap_or_default(), zone })
}

fn write(document: &paper::Document) -> Result<Vec<u8>, Problem> {
    let paper = paper::write(document);
    let paper = paper.map_err(|error| Problem::internal("writing the PDF", &error))?;
    Ok(paper.bytes)
}

fn handed_out(seen: &Seen, bytes: Vec<u8>, name: &str) -> Result<Response, Problem> {
    let tag = tag_of(&bytes);
    if seen.has(&tag) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let mut response = Response::new(Body::from(Bytes::from(bytes)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    to_be_saved(headers, name)?;
    Ok(response)
}
