//! Search.

use app::{PageRequest, SearchRequest};
use axum::{extract::State, response::Response};

use crate::{
    dto::{SearchQuery, SearchResult, SearchSort},
    guard::Caller,
    input::Asked,
    problem::Problem,
    reply::{Encoded, Seen},
    service::Shared,
};

/// The longest query.
const QUERY_BYTES: usize = 2000;

/// Searches messages and notes.
#[utoipa::path(
    get, path = "/api/v1/search", operation_id = "search", tag = "search",
    params(SearchQuery),
    responses((status = 200, description = "A page of hits", body = SearchResult))
)]
pub(super) async fn search(
    State(service): State<Shared>,
    caller: Caller,
    Asked(asked): Asked<SearchQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let limit = asked.hits();
    let SearchQuery { q, cursor, sort, timezone, .. } = asked;
    if q.len() > QUERY_BYTES {
        let detail = format!("the query has more than {QUERY_BYTES} bytes: shorten it");
        return Err(Problem::invalid(detail));
    }
    let request = SearchRequest {
        text: q,
        page: PageRequest { cursor, limit },
        by_date: sort == Some(SearchSort::Newest),
        timezone: timezone.unwrap_or_default(),
    };
    let body = service.work(move |service, now| {
        let mut found = service.app.search(&request, now)?;
        found.hits.retain(|hit| caller.may_read(hit.visibility));
        // the application has refused a cursor that is no number
        let start = request.page.cursor.as_ref().and_then(|c| c.parse::<u64>().ok()).unwrap_or(0);
        let end = start.saturating_add(limit as u64);
        let next = (end < found.total).then(|| end.to_string());
        Encoded::of(&SearchResult::new(found, next))
    });
    Ok(seen.reply(body.await?))
}
