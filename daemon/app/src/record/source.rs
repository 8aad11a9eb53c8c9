//! Sources and what could not be taken in.

use model::{EvidenceId, Instant, Ledger, SourceId};
use serde::{Deserialize, Serialize};

/// A source with its completeness ledger (F6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// The source.
    pub id: SourceId,
    /// What it is.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// The mailbox's owner.
    pub owner: Option<String>,
    /// When it was last read to the end.
    pub complete_at: Option<Instant>,
    /// Since when it rests, if a person lets it.
    pub paused: Option<crate::sources::Pause>,
    /// The ledger of every folder.
    pub folders: Vec<FolderRecord>,
}

/// The ledger of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderRecord {
    /// The folder; empty for the root.
    pub folder: String,
    /// What became of every item.
    pub ledger: Ledger,
    /// Items that the source showed once and shows no more.
    pub gone: u64,
    /// Items that the source shows in another folder now.
    pub moved: u64,
    /// What the last comparison with the server found; nothing for what is no server.
    pub compared: Option<ComparedRecord>,
    /// Whether that accounts for every item.
    pub balances: bool,
}

/// What the last comparison of a folder with its server found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRecord {
    /// When it ended.
    pub at: Instant,
    /// Messages on the server that are to be in the ledger.
    pub on_server: u64,
    /// Of these, those that were not in it before, and were taken in.
    pub taken_in: u64,
    /// Of these, those that are not in it afterwards either.
    pub missing: u64,
    /// Messages in the ledger that were on the server no more.
    pub gone: u64,
}

/// Evidence that could not be parsed (F7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineRecord {
    /// The evidence.
    pub evidence: EvidenceId,
    /// What went wrong.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// Its size in bytes.
    pub size: u64,
    /// Where it was seen first.
    pub source: SourceId,
    /// The folder.
    pub folder: String,
    /// The place in it.
    pub place: String,
    /// How often it was tried.
    pub tries: u32,
}
