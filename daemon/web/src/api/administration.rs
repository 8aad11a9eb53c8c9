//! Tables of accounts and contacts that are handed in, and who we are.

use app::imports::{TableRefused, TableRows};
use axum::{extract::State, response::Response};
use http::StatusCode;

use crate::{
    dto::{Organisation, RowChange, TableChanges, TableFault, TableQuery},
    guard::Caller,
    input::{Asked, TextTable},
    problem::{Code, Problem},
    reply::{Encoded, Seen, fresh, tag_of},
    service::{Service, Shared},
};

/// Rows that are shown of each kind.
const SHOWN: usize = 200;

/// Compares a CSV table of accounts or contacts with what is known, or takes it in. A table with a
/// fault is not taken in at all. With `If-Match` it is taken in only if it changes what was shown.
#[utoipa::path(
    post, path = "/api/v1/tables", operation_id = "putTable", tag = "accounts",
    params(TableQuery),
    request_body(content = String, content_type = "text/csv", description = "The table"),
    responses((status = 200, description = "What it changes", body = TableChanges))
)]
pub(super) async fn put_table(
    State(service): State<Shared>,
    caller: Caller,
    Asked(asked): Asked<TableQuery>,
    seen: Seen,
    TextTable(bytes): TextTable,
) -> Result<Response, Problem> {
    let changes = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let tables = service.app.outside().tables().ok_or_else(|| {
            Problem::new(Code::Busy, "the service is starting or ending: try again")
        })?;
        let rows = match tables.read(asked.of.into(), &bytes) {
            Ok(rows) => rows,
            Err(TableRefused::Faulty { faults, further }) => {
                return Ok(TableChanges {
                    applied: false,
                    new_rows: 0,
                    changed_rows: 0,
                    same_rows: 0,
                    new: Vec::new(),
                    changed: Vec::new(),
                    faults: faults.into_iter().map(TableFault::from).collect(),
                    further_faults: further,
                    version: String::new(),
                });
            }
            Err(TableRefused::Failed(error)) => {
                return Err(Problem::internal("reading the table", &error));
            }
        };
        let changes = compared(service, &rows)?;
        if !asked.apply {
            return Ok(changes);
        }
        seen.require(&format!("\"{}\"", changes.version))?;
        service.app.put_table(rows, &caller.actor(), now)?;
        Ok(TableChanges { applied: true, ..changes })
    });
    fresh(StatusCode::OK, &changes.await?)
}

fn compared(service: &Service, rows: &TableRows) -> Result<TableChanges, Problem> {
    let changes = service.app.compare_table(rows)?;
    let version = tag_of(format!("{changes:?}").as_bytes()).trim_matches('"').to_owned();
    let shown = |rows: Vec<app::imports::RowChange>| {
        rows.into_iter().take(SHOWN).map(RowChange::from).collect()
    };
    Ok(TableChanges {
        applied: false,
        new_rows: changes.new.len(),
        changed_rows: changes.changed.len(),
        same_rows: changes.same,
        new: shown(changes.new),
        changed: shown(changes.changed),
        faults: Vec::new(),
        further_faults: 0,
        version,
    })
}

/// Who we are: domains, teams with their people and rule sets, working hours and holidays.
#[utoipa::path(
    get, path = "/api/v1/organisation", operation_id = "getOrganisation", tag = "status",
    responses((status = 200, description = "Who we are", body = Organisation))
)]
pub(super) async fn get_organisation(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| {
        let own = service.app.outside().organisation();
        let own = own.map(|own| (*own).clone()).unwrap_or_default();
        Encoded::of(&Organisation::from(own))
    });
    Ok(seen.reply(body.await?))
}
