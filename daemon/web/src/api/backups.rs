//! Backups: how they stand; made and rehearsed when an administrator wants it.

use app::backups::{BackupKeeper, BackupRefused};
use axum::{extract::State, response::Response};
use http::StatusCode;

use crate::{
    dto::Backups,
    guard::Caller,
    input::At,
    problem::{Code, Problem},
    reply::{Encoded, Seen, fresh},
    service::{Service, Shared},
};

impl From<BackupRefused> for Problem {
    fn from(refused: BackupRefused) -> Self {
        let code = match refused {
            BackupRefused::NotConfigured(_) | BackupRefused::Busy => Code::Conflict,
            BackupRefused::Unknown(_) => Code::NotFound,
        };
        Self::new(code, refused.to_string())
    }
}

fn keeper(service: &Service) -> Result<BackupKeeper, Problem> {
    let missing = || Problem::new(Code::Busy, "the service is starting or ending: try again");
    service.app.outside().backups().ok_or_else(missing)
}

/// When backups are made, which there are, what goes on, and what went wrong.
#[utoipa::path(
    get, path = "/api/v1/backups", operation_id = "getBackups", tag = "status",
    responses((status = 200, description = "The backups", body = Backups))
)]
pub(super) async fn get_backups(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| Encoded::of(&Backups::from(keeper(service)?.record())));
    Ok(seen.reply(body.await?))
}

/// Begins a backup now; how far it has come is told by asking for the backups.
#[utoipa::path(
    post, path = "/api/v1/backups", operation_id = "startBackup", tag = "status",
    responses((status = 202, description = "It is begun", body = Backups))
)]
pub(super) async fn start_backup(
    State(service): State<Shared>,
    caller: Caller,
) -> Result<Response, Problem> {
    let begun = service.work(move |service, now| {
        let keeper = keeper(service)?;
        keeper.begin(&caller.actor(), now)?;
        Ok(Backups::from(keeper.record()))
    });
    fresh(StatusCode::ACCEPTED, &begun.await?)
}

/// Begins to restore a backup aside and to compare everything in it; the copy is removed again.
#[utoipa::path(
    post, path = "/api/v1/backups/{id}/rehearse", operation_id = "rehearseBackup", tag = "status",
    params(("id" = String, Path, description = "The backup")),
    responses((status = 202, description = "It is begun", body = Backups))
)]
pub(super) async fn rehearse_backup(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
) -> Result<Response, Problem> {
    let begun = service.work(move |service, now| {
        let keeper = keeper(service)?;
        keeper.begin_rehearsal(&id, &caller.actor(), now)?;
        Ok(Backups::from(keeper.record()))
    });
    fresh(StatusCode::ACCEPTED, &begun.await?)
}
