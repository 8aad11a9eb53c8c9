//! A page looked at before it is watched.

use app::{AppError, saved::Found};
use egress::Egress;

use super::{Answer, Hops, PageError, WatchedPage, body, snapshot::Snapshot, watch::day_of};
use crate::looking::{LINES, line, with_connection};

/// Looks at `page` now, by the same way as it would be watched: politely, as robots.txt allows.
/// Nothing is kept.
pub async fn look(page: &WatchedPage, egress: &Egress) -> Result<Found, String> {
    for host in page.allowed() {
        egress.allow(&host, &format!("source {}", page.info.id));
    }
    let found = found(page, egress).await.map_err(|error| error.to_string())?;
    Ok(with_connection(found, &page.endpoint.host, egress))
}

async fn found(page: &WatchedPage, egress: &Egress) -> Result<Found, PageError> {
    let Answer::Page(url, fetched) = Hops::new(egress.clone()).get(page, &[]).await? else {
        return Err(PageError::Empty);
    };
    let snapshot = Snapshot::of(&url, fetched);
    let (scope, host) = (page.scope.clone(), page.endpoint.host.name.clone());
    let day = day_of(egress.now());
    let work = move || body::compared(&snapshot, &host, &scope, day);
    let read = tokio::task::spawn_blocking(work).await;
    let (title, compared) = read.unwrap_or(Err(PageError::App(AppError::Stopped)))?;
    let mut remarks = Vec::new();
    if url != page.endpoint.url() {
        remarks.push(format!("it leads to {url}"));
    }
    let texts = compared.texts();
    let items = u64::try_from(texts.len()).ok();
    let lines = (!title.is_empty()).then(|| line(&title)).into_iter().chain(texts.map(line));
    Ok(Found {
        place: page.info.title.clone(),
        items,
        lines: lines.take(LINES).collect(),
        remarks,
        ..Found::default()
    })
}
