//! Tables of accounts and contacts, watched: a change is taken in at once, a faulty one not at all.

use std::{future::Future, path::PathBuf, sync::Arc, time::Duration};

use app::{Watchkeeper, source::SourceInfo};
use egress::Egress;
use model::{Actor, SourceId};

use super::{
    App, Looked, Standing, WatchedError, blocking, keep_looking, shown,
    steady::{Due, Mark, Steady},
};
use crate::tables;

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// Accounts.
    Accounts,
    /// Contacts.
    Contacts,
}

/// A table as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedTable {
    /// What it is.
    pub info: SourceInfo,
    /// What it holds.
    pub kind: TableKind,
    /// The CSV file.
    pub path: PathBuf,
    /// How often it is looked at.
    pub every: Duration,
}

impl WatchedTable {
    /// The table of this kind at `path`.
    pub fn new(kind: TableKind, path: PathBuf, every: Duration) -> Self {
        let word = match kind {
            TableKind::Accounts => "accounts",
            TableKind::Contacts => "contacts",
        };
        let info = SourceInfo {
            id: SourceId::new(&format!("table:{word}")),
            kind: word,
            title: path.display().to_string(),
            owner: None,
        };
        Self { info, kind, path, every }
    }
}

/// Watches a table for as long as the service runs.
pub struct TableWatcher {
    table: WatchedTable,
    app: App,
    standing: Standing,
    steady: Steady,
    /// What was said of the file that cannot be taken, and the state that it is in.
    faulty: Option<(Mark, String)>,
}

impl TableWatcher {
    /// A watcher of `table`. `egress` is where the clock and the book of sources are; nobody is called.
    pub fn new(table: WatchedTable, app: Arc<Watchkeeper>, egress: Egress) -> Self {
        let standing = Standing::new(&table.info, "this machine", egress);
        Self { table, app, standing, steady: Steady::default(), faulty: None }
    }

    /// Watches until `stop` ends.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) {
        let (source, every) = (self.table.info.id.clone(), self.table.every);
        let look = |mut watcher: Self| {
            blocking(move || {
                watcher.look();
                Ok(watcher)
            })
        };
        keep_looking(self, source, every, look, stop).await;
    }

    /// Looks once; for the start, so that what comes after it finds the accounts.
    pub fn look(&mut self) {
        if self.standing.rests(&self.app) {
            return;
        }
        let outcome = self.take_in();
        self.standing.tell(outcome, self.table.every);
    }

    fn take_in(&mut self) -> Result<Looked, WatchedError> {
        let path = &self.table.path;
        let place = path.display().to_string();
        let about = std::fs::metadata(path).map_err(|error| WatchedError::Unreadable {
            place: place.clone(),
            detail: format!("{error}; the accounts and contacts that were read before stay"),
        })?;
        let (mark, now) = (Mark::of(&about), self.standing.now());
        let looking = |new| Looked {
            new,
            doing: format!("looking every {} whether it changes", shown(self.table.every)),
            complaint: None,
        };
        match self.steady.due(&place, mark, now.millis()) {
            Due::Read => {}
            Due::Nothing | Due::Wait => {
                return match &self.faulty {
                    Some((known, fault)) if *known == mark => {
                        Err(WatchedError::Faulty(fault.clone()))
                    }
                    _ => Ok(looking(0)),
                };
            }
        }
        let actor = Actor::Source(self.table.info.id.clone());
        let read = match self.table.kind {
            TableKind::Accounts => {
                tables::read_accounts(path).map(|rows| self.app.put_accounts(rows, &actor, now))
            }
            TableKind::Contacts => {
                tables::read_contacts(path).map(|rows| self.app.put_contacts(rows, &actor, now))
            }
        };
        self.steady.done(&place, mark);
        match read {
            Ok(put) => {
                self.faulty = None;
                Ok(looking(put?))
            }
            Err(error) => {
                let detail = format!("{error}\nnone of it was taken; what was read before stays");
                self.faulty = Some((mark, detail.clone()));
                Err(WatchedError::Faulty(detail))
            }
        }
    }
}
