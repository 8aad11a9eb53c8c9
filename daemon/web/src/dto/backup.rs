//! Backups: when they are made, which there are, and whether they can be relied upon.

use app::backups as records;
use model::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::each;

/// How backups stand.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Backups {
    /// The file of the configuration that says when backups are made, and where to.
    pub file: String,
    /// What it says; missing if none are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<BackupSettings>,
    /// What goes on now, if anything does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<BackupRun>,
    /// When the next one is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Instant>,
    /// What went wrong last, if nothing has gone well since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<BackupFailure>,
    /// The backups that are there, the latest first.
    pub snapshots: Vec<Backup>,
}

/// When backups are made, and where to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BackupSettings {
    /// The folder that they go into.
    pub destination: String,
    /// Minutes from one to the next.
    pub every_minutes: i64,
    /// The time of day, as `02:30`, if one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The zone that it is read in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// How many are kept.
    pub keep: u32,
}

/// What is done about backups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BackupWork {
    /// One is made.
    Backup,
    /// One is restored aside and compared.
    Rehearsal,
}

/// What goes on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BackupRun {
    /// What it is.
    pub work: BackupWork,
    /// Who wanted it: a user, or `schedule`.
    pub by: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Bytes that are done.
    pub done: u64,
    /// Bytes that there are in all; 0 while that is not known.
    pub total: u64,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BackupFailure {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What was tried.
    pub work: BackupWork,
    /// What happened, with the remedy.
    pub error: String,
}

/// A backup that is there.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Backup {
    /// What it is called by.
    pub id: String,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Who wanted it: a user, `schedule` or `command line`.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rehearsal: Option<BackupRehearsal>,
}

/// What was found when a backup was restored aside.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BackupRehearsal {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Who wanted it.
    pub by: String,
    /// What was compared.
    pub compared: Vec<String>,
    /// What does not fit; empty if it can be relied upon.
    pub broken: Vec<String>,
}

impl From<records::BackupsRecord> for Backups {
    fn from(record: records::BackupsRecord) -> Self {
        Self {
            file: record.file,
            settings: record.settings.map(BackupSettings::from),
            running: record.running.map(BackupRun::from),
            next_at: record.next_at,
            failed: record.failed.map(BackupFailure::from),
            snapshots: each(record.snapshots),
        }
    }
}

impl From<records::BackupSettings> for BackupSettings {
    fn from(settings: records::BackupSettings) -> Self {
        let (at, timezone) = settings.at.unzip();
        Self {
            destination: settings.destination,
            every_minutes: settings.every_minutes,
            at,
            timezone,
            keep: settings.keep,
        }
    }
}

impl From<records::BackupWork> for BackupWork {
    fn from(work: records::BackupWork) -> Self {
        match work {
            records::BackupWork::Backup => Self::Backup,
            records::BackupWork::Rehearsal => Self::Rehearsal,
        }
    }
}

impl From<records::BackupRun> for BackupRun {
    fn from(run: records::BackupRun) -> Self {
        let records::BackupRun { work, by, since, done, total } = run;
        Self { work: work.into(), by, since, done, total }
    }
}

impl From<records::BackupFailure> for BackupFailure {
    fn from(failure: records::BackupFailure) -> Self {
        let records::BackupFailure { at, work, error } = failure;
        Self { at, work: work.into(), error }
    }
}

impl From<records::BackupRecord> for Backup {
    fn from(record: records::BackupRecord) -> Self {
        Self {
            id: record.id,
            at: record.at,
            by: record.by,
            facts: record.facts,
            head: record.head,
            packs: record.packs,
            files: record.files,
            bytes: record.bytes,
            new_bytes: record.new_bytes,
            rehearsal: record.rehearsal.map(BackupRehearsal::from),
        }
    }
}

impl From<records::RehearsalRecord> for BackupRehearsal {
    fn from(record: records::RehearsalRecord) -> Self {
        let records::RehearsalRecord { at, by, compared, broken } = record;
        Self { at, by, compared, broken }
    }
}
