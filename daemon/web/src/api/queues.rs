//! Queues.

use app::{PageRequest, QueueFilter};
use axum::{extract::State, response::Response};

use crate::{
    dto::{CaseRow, Page, PageQuery, Queue, QueueQuery},
    input::{Asked, At},
    problem::Problem,
    reply::{Encoded, Seen},
    service::Shared,
};

/// The queues, with how many cases each holds.
#[utoipa::path(
    get, path = "/api/v1/queues", operation_id = "listQueues", tag = "queues",
    responses((status = 200, description = "The queues", body = Vec<Queue>))
)]
pub(super) async fn list_queues(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, now| {
        let queues = service.app.queues(now)?;
        Encoded::of(&queues.into_iter().map(Queue::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// The cases of a queue, the most urgent first.
#[utoipa::path(
    get, path = "/api/v1/queues/{id}/cases", operation_id = "listQueueCases", tag = "queues",
    params(("id" = String, Path, description = "The queue"), QueueQuery),
    responses((status = 200, description = "A page of cases", body = Page<CaseRow>))
)]
pub(super) async fn list_queue_cases(
    State(service): State<Shared>,
    At(id): At<String>,
    Asked(asked): Asked<QueueQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let QueueQuery { cursor, limit, account, owner, level, team } = asked;
    let page = PageRequest { limit: PageQuery { cursor: None, limit }.rows(), cursor };
    let filter = QueueFilter { account, owner, level, team };
    let body = service.work(move |service, now| {
        let page = service.app.queue(&id, &filter, &page, now)?;
        Encoded::of(&Page::<CaseRow>::from(page))
    });
    Ok(seen.reply(body.await?))
}
