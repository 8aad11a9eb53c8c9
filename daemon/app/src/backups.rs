//! Backups while the service runs (F104, F105): when they are made, how the last ones went, and an
//! alert about no case where one could not be made or cannot be relied upon.
//!
//! How a backup is made is known to the room that has the files, which implements [`Backups`]; the
//! API shows it, the journal remembers who did what.

use std::sync::Arc;

use model::{Actor, Alert, Fact, Instant};

use crate::{Result, quiet::QuietRules, watchkeeper::Watchkeeper};

/// The name that its alerts go under, as that of a policy.
pub const POLICY: &str = "backup_failed";
/// What its alerts are about.
const KEY: &str = "backup";

/// How backups stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackupsRecord {
    /// The file that says when backups are made, and where to.
    pub file: String,
    /// What it says; nothing if none are made.
    pub settings: Option<BackupSettings>,
    /// What goes on now.
    pub running: Option<BackupRun>,
    /// When the next one is due.
    pub next_at: Option<Instant>,
    /// What went wrong last, if nothing has gone well since.
    pub failed: Option<BackupFailure>,
    /// The backups that are there, the latest first.
    pub snapshots: Vec<BackupRecord>,
}

/// When backups are made, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSettings {
    /// The folder that they go into.
    pub destination: String,
    /// Minutes from one to the next.
    pub every_minutes: i64,
    /// The time of day, as `02:30`, and the zone that it is read in.
    pub at: Option<(String, String)>,
    /// How many are kept.
    pub keep: u32,
}

/// What is done about backups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupWork {
    /// One is made.
    Backup,
    /// One is restored aside and compared.
    Rehearsal,
}

/// What goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRun {
    /// What it is.
    pub work: BackupWork,
    /// Who wanted it: a user, or `schedule`.
    pub by: String,
    /// Since when.
    pub since: Instant,
    /// Bytes that are done.
    pub done: u64,
    /// Bytes that there are in all.
    pub total: u64,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFailure {
    /// When.
    pub at: Instant,
    /// What was tried.
    pub work: BackupWork,
    /// What happened, with the remedy.
    pub error: String,
}

/// A backup that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRecord {
    /// What it is called by.
    pub id: String,
    /// When it was begun.
    pub at: Instant,
    /// Who wanted it.
    pub by: String,
    /// Facts that it holds.
    pub facts: u64,
    /// The hash of the last one.
    pub head: String,
    /// Packs of evidence.
    pub packs: u64,
    /// Other files.
    pub files: u64,
    /// Bytes of all that it holds.
    pub bytes: u64,
    /// Bytes that the one before did not hold.
    pub new_bytes: u64,
    /// What was found when it was restored aside last.
    pub rehearsal: Option<RehearsalRecord>,
}

/// What was found when a backup was restored aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearsalRecord {
    /// When.
    pub at: Instant,
    /// Who wanted it.
    pub by: String,
    /// What was compared.
    pub compared: Vec<String>,
    /// What does not fit; nothing if it can be relied upon.
    pub broken: Vec<String>,
}

/// Why nothing is begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupRefused {
    /// Nobody said where to.
    #[error(
        "no destination is named: set `destination` under [backup] in {0} and start the service again"
    )]
    NotConfigured(String),
    /// Something goes on already.
    #[error("a backup or a rehearsal goes on already: wait until it is done")]
    Busy,
    /// There is no such backup.
    #[error("there is no backup {0}")]
    Unknown(String),
}

/// Backups of the running service.
pub trait Backups: Send + Sync {
    /// How they stand.
    fn record(&self) -> BackupsRecord;

    /// Begins a backup now.
    fn begin(&self, actor: &Actor, now: Instant) -> Result<(), BackupRefused>;

    /// Begins to restore the backup `id` aside.
    fn begin_rehearsal(&self, id: &str, actor: &Actor, now: Instant) -> Result<(), BackupRefused>;
}

/// The backups, if the service runs.
pub type BackupKeeper = Arc<dyn Backups>;

impl Watchkeeper {
    /// Queues an alert that backups fail, unless one is open; ends it where nothing is wrong any more.
    /// Gives whether one was queued.
    pub fn watch_backups(
        &self,
        wrong: Option<&BackupFailure>,
        rules: &QuietRules,
        now: Instant,
    ) -> Result<bool> {
        let about_us = |alert: &Alert| alert.policy == POLICY && alert.key == KEY;
        let Some(wrong) = wrong else {
            self.end_alerts(POLICY, |_| false, now)?;
            return Ok(false);
        };
        let desk = self.desk()?;
        let known =
            desk.maybe_open().any(|tracked| about_us(&tracked.alert) && tracked.is_open(now));
        let alert = rules.alert(POLICY, KEY, wrong.at, wrong.says());
        if known || rules.tell.is_empty() || desk.alert(&alert.id).is_some() {
            return Ok(false);
        }
        self.tell_of(alert, rules, now)?;
        Ok(true)
    }

    /// Records what became of a backup or a rehearsal, for the audit.
    pub fn record_backup(&self, fact: Fact, actor: Actor, now: Instant) -> Result<()> {
        self.audit(fact, actor, now).map(drop)
    }
}

impl BackupFailure {
    fn says(&self) -> String {
        match self.work {
            BackupWork::Backup => format!("no backup could be made: {}", self.error),
            BackupWork::Rehearsal => {
                format!("the backup cannot be relied upon: {}; make a new one", self.error)
            }
        }
    }
}
