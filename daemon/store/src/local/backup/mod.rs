//! Backups of a data directory into a folder elsewhere, and the way back.
//!
//! Only what is precious is kept: the journal's facts, the packs of evidence, the tables of access
//! and drafts, and every other file that is not known to be made anew. Views and search are not.
//! A destination is a folder of plain files, which other programs can read:
//!
//! ```text
//! watchkeeper-backup.json         what this folder is, and of which journal
//! snapshots/<time>-<hash>.json    one manifest a backup, written last; the name holds its SHA-256
//! packs/<sha256>.tar.zst          packs of evidence as they are
//! facts/<sha256>.jsonl.zst        facts, one a line
//! tables/<sha256>.jsonl.zst       rows of access and drafts
//! files/<sha256>                  all other files
//! unfinished/                     what is being written
//! ```
//!
//! What has a name is whole: it was written aside, made durable and renamed. A backup that was killed
//! leaves the former ones as they were, and the next one takes over what it had copied. A snapshot
//! holds a prefix of the journal with all evidence that it names, for evidence is kept first.
//!
//! Start with [`create`] and [`restore`].

mod check;
mod create;
mod destination;
mod facts;
mod files;
mod manifest;
mod objects;
mod prune;
mod restore;
mod rows;

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

pub use check::check;
pub use create::{Created, Plan, create};
pub use destination::{Destination, Rehearsal, Snapshot};
pub use manifest::{FactsPart, Kept, Manifest};
pub use restore::{Restored, is_unfinished, restore};

use crate::StoreError;

/// Why a backup or a restore could not be made, by what the caller must do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder holds something else.
    #[error("{} is no backup of Watchkeeper: {detail}", dir.display())]
    NotABackup {
        /// The folder.
        dir: PathBuf,
        /// What it is, with the remedy.
        detail: String,
    },
    /// There is no such backup in the folder.
    #[error("{} holds no backup {wanted}: `watchkeeper backup list` shows those that it holds", dir.display())]
    NoSnapshot {
        /// The folder.
        dir: PathBuf,
        /// What was asked for.
        wanted: String,
    },
    /// A disk that fails takes both with it.
    #[error(
        "the destination {} and the data directory {} lie within each other: name a folder elsewhere, best on another disk",
        dir.display(), data.display()
    )]
    Inside {
        /// The destination.
        dir: PathBuf,
        /// The data directory.
        data: PathBuf,
    },
    /// The folder holds backups of other data.
    #[error(
        "{} holds backups of another journal: {detail}; name another folder, or move that one away",
        dir.display()
    )]
    OtherJournal {
        /// The folder.
        dir: PathBuf,
        /// In what it differs.
        detail: String,
    },
    /// Another backup works on the folder.
    #[error("{} is being written by {holder}: wait until it is done", dir.display())]
    Busy {
        /// The folder.
        dir: PathBuf,
        /// Who holds it.
        holder: String,
    },
    /// Something that a backup holds is not what was written.
    #[error("{what} is damaged: {detail}; use an earlier backup, or make a new one")]
    Damaged {
        /// The file.
        what: String,
        /// What does not fit.
        detail: String,
    },
    /// A restore would overwrite something.
    #[error("{} is not empty: name a new directory with --data", dir.display())]
    NotEmpty {
        /// The directory.
        dir: PathBuf,
    },
    /// There is too little room for it.
    #[error("{} has {free} bytes free, and {needed} are needed: free some space, or name another disk", dir.display())]
    NoRoom {
        /// The directory.
        dir: PathBuf,
        /// What is there.
        free: u64,
        /// What is needed.
        needed: u64,
    },
    /// The store, or the disk below, failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The caller asked to stop; what is there is whole, and the next run goes on from it.
    #[error("stopped before the end; the next run goes on from here")]
    Stopped,
}

/// The result of a backup or a restore.
pub type Result<T, E = BackupError> = std::result::Result<T, E>;

/// What the caller hears meanwhile, and how it asks to stop.
pub struct Course<'a> {
    /// Gets the bytes that are done, and those that there are in all.
    pub progress: &'a mut dyn FnMut(u64, u64),
    /// Set where it is to stop.
    pub stop: &'a AtomicBool,
}

impl Course<'_> {
    fn go_on(&self) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) { Err(BackupError::Stopped) } else { Ok(()) }
    }
}
