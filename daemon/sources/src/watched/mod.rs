//! Files on this machine that are watched: documents and mail in a folder, calendars, tables of
//! accounts and contacts (F13).
//!
//! A file is read when it has stopped changing, and again when its size or its time of change is
//! another one. What cannot be read is named with its place, and everything that was read before
//! stays. Nothing is ever written, and no link leads out of the folder.
//!
//! Start with [`FolderWatcher`], [`CalendarWatcher`] and [`TableWatcher`].

mod beneath;
mod calendar;
mod documents;
mod look;
mod meetings;
mod steady;
mod table;

use std::{collections::BTreeMap, future::Future, pin::pin, sync::Arc, time::Duration};

use app::{
    AppError, Watchkeeper,
    outside::{Health, WatchRecord},
    source::SourceInfo,
};
use egress::Egress;
use jiff::SignedDuration;
use model::{Instant, SourceId};

pub use calendar::{CalendarPlace, CalendarWatcher, WatchedCalendar};
pub use documents::{FolderWatcher, WatchedFolder};
pub use look::{look_at_calendar, look_at_folder};
pub use table::{TableKind, TableWatcher, WatchedTable};

/// Why something could not be looked at. What was read before stays, and it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum WatchedError {
    /// A file or folder cannot be read.
    #[error("cannot read {place}: {detail}")]
    Unreadable {
        /// Which one.
        place: String,
        /// Why, and what to do about it.
        detail: String,
    },
    /// What a file holds must be corrected.
    #[error("{0}")]
    Faulty(String),
    /// An address on the net cannot be looked at.
    #[error(transparent)]
    Page(#[from] crate::page::PageError),
    /// Attached files and documents cannot be read at all for now.
    #[error("documents cannot be read for now: {0}")]
    Reader(String),
    /// What was read cannot be kept.
    #[error("what was read cannot be kept: {0}")]
    App(#[from] AppError),
}

/// What a look brought.
struct Looked {
    /// How much was new.
    new: usize,
    /// What there is, for people.
    doing: String,
    /// What is wrong with some of it, if anything; the rest counts.
    complaint: Option<String>,
}

/// How a watched thing is doing, as the book of sources shows it.
struct Standing {
    egress: Egress,
    record: WatchRecord,
}

impl Standing {
    fn new(info: &SourceInfo, host: &str, egress: Egress) -> Self {
        let record = WatchRecord {
            source: info.id.clone(),
            kind: info.kind,
            host: host.to_owned(),
            health: Health::Unused,
            doing: "not begun".to_owned(),
            taken_at: None,
            heard_at: None,
            error: None,
            retry_at: None,
            counts: BTreeMap::new(),
        };
        egress.book().set_watch(record.clone());
        Self { egress, record }
    }

    fn now(&self) -> Instant {
        self.egress.now()
    }

    /// Says how a look went. It is looked again after `every`.
    fn tell(&mut self, outcome: Result<Looked, WatchedError>, every: Duration) {
        let now = self.now();
        let before = self.record.error.take();
        let record = &mut self.record;
        (record.health, record.retry_at) = (Health::Working, None);
        match outcome {
            Ok(looked) => {
                record.doing = looked.doing;
                record.heard_at = Some(now);
                record.error = looked.complaint;
                if looked.new > 0 {
                    record.taken_at = Some(now);
                    *record.counts.entry("taken_in".to_owned()).or_default() += looked.new as u64;
                }
            }
            Err(error) => {
                record.health = Health::Failing;
                "keeping what was read before".clone_into(&mut record.doing);
                record.error = Some(error.to_string());
                let wait = SignedDuration::try_from(every).unwrap_or_default();
                record.retry_at = Some(now.plus(wait));
            }
        }
        if let Some(error) = record.error.as_ref().filter(|error| before.as_ref() != Some(*error)) {
            log::warn!(source:% = record.source, error:%; "not all of a watched source can be read");
        }
        self.egress.book().set_watch(record.clone());
    }

    /// Says that a person lets it rest, if so.
    fn rests(&mut self, app: &Watchkeeper) -> bool {
        let pause = app.source_pause(&self.record.source).ok().flatten();
        if let Some(pause) = &pause {
            self.record.health = Health::Paused;
            self.record.doing = format!("paused by {} since {}", pause.by, pause.since);
            (self.record.error, self.record.retry_at) = (None, None);
            self.egress.book().set_watch(self.record.clone());
        }
        pause.is_some()
    }
}

/// Has `watcher` look every so often until `stop` ends, or it cannot look any more.
async fn keep_looking<W, L: Future<Output = Result<W, WatchedError>>>(
    mut watcher: W,
    source: SourceId,
    every: Duration,
    look: impl Fn(W) -> L,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    loop {
        watcher = tokio::select! {
            () = &mut stop => return,
            looked = look(watcher) => match looked {
                Ok(watcher) => watcher,
                Err(error) => {
                    log::error!(source:% = source, error:%; "a source is not watched any more");
                    return;
                }
            },
        };
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

/// Runs `work` where it may take its time.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WatchedError> + Send + 'static,
) -> Result<T, WatchedError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or(Err(WatchedError::App(AppError::Stopped)))
}

/// The store, shared with work on other threads.
type App = Arc<Watchkeeper>;

/// An interval for people.
fn shown(every: Duration) -> String {
    let seconds = every.as_secs();
    if seconds >= 120 { format!("{} min", seconds / 60) } else { format!("{seconds} s") }
}

#[cfg(test)]
mod tests;
