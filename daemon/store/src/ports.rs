//! The ports. Every method may block on a disk; none may be called from an async task.

use std::{ops::Range, sync::Arc};

use model::{Digest, Entry, EvidenceId, Instant, ItemKey, Seq, fact::NewFact};

use crate::search::plan::Sequence;

/// What can go wrong with a store, by what the caller must do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room: stop taking in, keep what is there, go on when there is room again.
    #[error("no room left on the disk while writing {what}: free some space, then run it again")]
    DiskFull {
        /// What was being written.
        what: String,
    },
    /// Another process works on this data directory.
    #[error(
        "the data directory {dir} is in use by {holder}: stop that first, or name another with --data"
    )]
    InUse {
        /// The directory.
        dir: String,
        /// Who holds it: program, process number, start.
        holder: String,
    },
    /// What is stored is not what was written.
    #[error("{what} is damaged: {detail}")]
    Damaged {
        /// The file or item.
        what: String,
        /// What does not fit.
        detail: String,
    },
    /// The store was written by a later version of the program.
    #[error("{what} has format {found}, this program reads up to {known}: use a later program")]
    Newer {
        /// The file.
        what: String,
        /// Its format.
        found: u32,
        /// The latest format that is known.
        known: u32,
    },
    /// The disk or its file system failed.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was being done, with the file.
        doing: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// An engine below failed in another way.
    #[error("cannot {what}: {detail}")]
    Engine {
        /// What it was to do.
        what: &'static str,
        /// Its own words.
        detail: String,
    },
}

/// The result of a store operation.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The precious port: an append-only list of facts with a hash chain.
pub trait Journal: Send + Sync {
    /// Appends `facts` in one durable transaction, together with the dedup keys of those that
    /// carry one (`Captured`, `Skipped`). Gives the sequence numbers `start..end`.
    fn append(&self, facts: &[NewFact]) -> Result<Range<u64>>;

    /// Up to `limit` entries from sequence `from` on, in order.
    fn read(&self, from: Seq, limit: usize) -> Result<Vec<Entry>>;

    /// The last sequence and the hash of its entry.
    fn head(&self) -> Result<Head>;

    /// For each key, whether it was appended before.
    fn known(&self, items: &[ItemKey]) -> Result<Vec<bool>>;

    /// Recomputes the chain over all entries; `progress` gets the share done, 0 to 1. Gives the
    /// first entry that does not fit, if any.
    fn verify(&self, progress: &mut dyn FnMut(f32)) -> Result<Vec<Broken>>;

    /// Gives unused space back to the file system, where that is possible now.
    fn compact(&self) -> Result<()>;
}

/// The end of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last sequence; 0 for an empty journal.
    pub seq: Seq,
    /// The hash of the last entry; zeroes for an empty journal.
    pub hash: Digest,
}

/// Something that `verify` found broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The item: a sequence, a file, an evidence id.
    pub item: String,
    /// What does not fit.
    pub detail: String,
}

/// Original bytes, kept for good.
pub trait Evidence: Send + Sync {
    /// Keeps `items` durably, as one pack. Items that are already kept are passed over, and so are
    /// repetitions within the batch. Gives for each item whether it was new.
    fn put(&self, items: &[(EvidenceId, &[u8])]) -> Result<Vec<bool>>;

    /// The original bytes, checked against the id.
    fn get(&self, id: &EvidenceId) -> Result<Option<Arc<[u8]>>>;

    /// Calls `each` with every item of `ids` that is kept, in the order that is cheapest to read;
    /// `each` gets the position within `ids`.
    fn get_many(&self, ids: &[EvidenceId], each: &mut dyn FnMut(usize, &[u8])) -> Result<()>;

    /// Whether each of `ids` is kept.
    fn contains(&self, ids: &[EvidenceId]) -> Result<Vec<bool>>;

    /// What is kept.
    fn stats(&self) -> Result<EvidenceStats>;

    /// Reads everything back and compares every item with its id; `progress` gets the share done.
    fn verify(&self, progress: &mut dyn FnMut(f32)) -> Result<Vec<Broken>>;

    /// Merges small packs; for quiet hours.
    fn merge_small(&self) -> Result<()>;

    /// Gives unused space back to the file system, where that is possible now.
    fn compact(&self) -> Result<()>;
}

/// What the evidence store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EvidenceStats {
    /// Items.
    pub items: u64,
    /// Their original bytes.
    pub raw_bytes: u64,
    /// Bytes on disk.
    pub stored_bytes: u64,
    /// Packs.
    pub packs: u64,
}

/// Ordered tables of bytes: disposable projections, with the sequence that they have applied.
pub trait Views: Send + Sync {
    /// A consistent view of all tables as they are now; not to be held across a long job.
    fn snapshot(&self) -> Result<Box<dyn Snapshot>>;

    /// Applies `changes` in order and sets the applied sequence, in one transaction.
    fn apply(&self, changes: &[Change], applied: Seq) -> Result<()>;

    /// The sequence applied last.
    fn applied(&self) -> Result<Seq>;

    /// Empties every table and sets the applied sequence to zero.
    fn clear(&self) -> Result<()>;

    /// Checks the files' own structure. Gives what is broken.
    fn verify(&self) -> Result<Vec<Broken>>;

    /// Gives unused space back to the file system, where that is possible now.
    fn compact(&self) -> Result<()>;
}

/// The name of a table of [`Views`].
pub type Table = &'static str;

/// One change to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Sets a row.
    Put {
        /// Where.
        table: Table,
        /// Its key.
        key: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// Removes a row, if it is there.
    Delete {
        /// Where.
        table: Table,
        /// Its key.
        key: Vec<u8>,
    },
}

/// A consistent view of [`Views`].
pub trait Snapshot: Send + Sync {
    /// The sequence that this view has applied.
    fn applied(&self) -> Seq;

    /// The value of a row.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// Calls `each` with the rows of `start..end` in order of their keys (backwards if `reverse`)
    /// until it gives `false`. An empty `end` means to the end of the table.
    fn scan(
        &self,
        table: Table,
        start: &[u8],
        end: &[u8],
        reverse: bool,
        each: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<()>;

    /// The number of rows of a table.
    fn count(&self, table: Table) -> Result<u64>;
}

/// Full text search over messages and notes.
pub trait Search: Send + Sync {
    /// Adds documents, replacing those with the same number. Visible after [`Search::commit`].
    fn add(&self, documents: Vec<SearchDocument>) -> Result<()>;

    /// Removes the documents with these numbers.
    fn remove(&self, numbers: &[u64]) -> Result<()>;

    /// Makes what was added durable and visible, and records that facts up to `applied` are in.
    fn commit(&self, applied: Seq) -> Result<()>;

    /// The sequence recorded by the last commit of the generation that answers.
    fn applied(&self) -> Result<Seq>;

    /// The sequence recorded by the last commit of the generation being built, if one is.
    fn building(&self) -> Result<Option<Seq>>;

    /// Starts a fresh, empty generation beside the one that answers; `add` and `commit` go to it
    /// until [`Search::swap`]. An unfinished one is thrown away first.
    fn begin_generation(&self) -> Result<()>;

    /// Lets the generation being built answer from now on and deletes the former one.
    fn swap(&self) -> Result<()>;

    /// Documents that the answering generation holds.
    fn count(&self) -> Result<u64>;

    /// Answers `query`.
    fn query(&self, query: &SearchQuery) -> Result<SearchAnswer>;

    /// Checks the files of the answering generation.
    fn verify(&self) -> Result<Vec<Broken>>;
}

/// One message or note as the index takes it. Addresses are `Name <local@domain>` texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchDocument {
    /// The number it is replaced and found by.
    pub number: u64,
    /// `message`, `note`, `nested` or `file`.
    pub kind: String,
    /// When it happened.
    pub at: Instant,
    /// The sender.
    pub from: String,
    /// To, Cc and Bcc.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// New text, which ranks first and gives snippets.
    pub body: String,
    /// Everything else of the body: quotations, signatures, disclaimers, forwarded text.
    pub quoted: String,
    /// Names of attached files.
    pub attachments: Vec<String>,
    /// Their media types.
    pub media_types: Vec<String>,
    /// The account's name and key, if it is known.
    pub account: Vec<String>,
    /// The source ids it was seen in.
    pub sources: Vec<String>,
    /// The class of mail, such as `human` or `newsletter`.
    pub class: String,
    /// Whether one of ours sent it.
    pub from_us: bool,
}

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct SearchQuery {
    /// What the user typed: words, `"phrases"`, `prefix*`, operators (`from:`, `to:`, `subject:`,
    /// `account:`, `before:`, `after:`, `on:`, `has:`, `file:`, `kind:`, `class:`, `source:`),
    /// `-not`, `OR`, parentheses. Words also match with one typing error (two from eight letters
    /// on) where the exact word is rare.
    pub text: String,
    /// Only documents with these numbers, if given, ascending (for `signal:`, `severity:`,
    /// `owner:`, `case:`, which the views answer, and for what the reader may see).
    pub only: Option<Arc<Vec<u64>>>,
    /// The zone in which `before:2026-01-31` is read, as an IANA name; UTC if empty.
    pub timezone: String,
    /// The instant that relative dates (`after:7d`) count from.
    pub now: Instant,
    /// How many hits to give.
    pub limit: usize,
    /// How many hits to pass over.
    pub offset: usize,
    /// Newest first instead of best first.
    pub by_date: bool,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchAnswer {
    /// The number of documents that match.
    pub total: u64,
    /// The hits asked for.
    pub hits: Vec<SearchHit>,
    /// What could not be understood of the query, with the byte offset it stands at.
    pub problems: Vec<(usize, String)>,
    /// Words that were widened to near spellings, each with what was found instead.
    pub corrected: Vec<(String, Vec<String>)>,
    /// The words that make a passage fit, for whoever looks for one in a longer text.
    pub wanted: Vec<Sequence>,
}

/// One hit.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// The document's number.
    pub number: u64,
    /// Its rank; larger is better.
    pub score: f32,
    /// A passage of at most about 200 characters around the best match.
    pub snippet: String,
    /// Byte ranges of the matching words within the snippet.
    pub marks: Vec<Range<u32>>,
}

/// Who may write: one process a data directory.
pub trait Leases: Send + Sync {
    /// Takes the lease `name` for `holder` until the guard is dropped or the process ends.
    /// Refused with [`StoreError::InUse`] while somebody else has it.
    fn acquire(&self, name: &str, holder: &str) -> Result<Box<dyn LeaseGuard>>;

    /// Who has the lease `name` now, if anybody.
    fn holder(&self, name: &str) -> Result<Option<String>>;
}

/// Holds a lease until it is dropped.
pub trait LeaseGuard: Send + Sync {}
