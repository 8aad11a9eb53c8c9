//! Where evidence comes from.

use std::path::PathBuf;

use model::{ItemKey, SourceId, fact::Sighting};

/// Something that holds messages: a folder, an archive, a mailbox on a server.
///
/// The capture asks for [`Offer`]s one after the other, reads those it has not captured before
/// (several at once, on other threads), and acknowledges an offer only when its bytes and its
/// fact are durable: a crash before that costs a second reading, never a loss.
pub trait Source: Send {
    /// What it is.
    fn info(&self) -> &SourceInfo;

    /// How much there is, as far as it can be known quickly; for progress and time to go.
    fn estimate(&mut self) -> Result<Estimate, SourceError>;

    /// The next item, or nothing at the end. Offers come in the same order at every run.
    fn next(&mut self) -> Result<Option<Offer>, SourceError>;

    /// The item is durable (or was before), or is deliberately passed over.
    fn ack(&mut self, item: &ItemKey) -> Result<(), SourceError>;
}

/// What a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    /// Its id, the same at every run over the same place.
    pub id: SourceId,
    /// `maildir`, `mbox`, `eml`, `zip`, …
    pub kind: &'static str,
    /// What people call it, such as its path.
    pub title: String,
    /// The mailbox's owner, if named.
    pub owner: Option<String>,
}

/// How much a source holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Items, if known.
    pub items: Option<u64>,
    /// Bytes, if known.
    pub bytes: Option<u64>,
}

/// One item that a source shows, not read yet.
pub struct Offer {
    /// Where it is.
    pub sighting: Sighting,
    /// Its dedup key.
    pub item: ItemKey,
    /// Its size in bytes where that is known without reading.
    pub size: Option<u64>,
    /// Reads it, at most the given number of bytes; may run on another thread, later.
    pub read: Box<dyn FnOnce(u64) -> Result<Vec<u8>, Refusal> + Send>,
}

/// Why an item cannot be captured. It is recorded as skipped with this reason, and counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A stable word: `too_large`, `empty`, `unreadable`, `encrypted`, `vanished`, `not_a_message`.
    pub reason: &'static str,
    /// Detail for a person.
    pub detail: String,
}

/// Why a source cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is nothing of this kind at this place.
    #[error("{path}: {detail}")]
    NotASource {
        /// The place.
        path: PathBuf,
        /// What was found instead, and what can be given.
        detail: String,
    },
    /// Reading failed; trying again later may help.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The place.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The content is not what its form promises, and the rest cannot be reached.
    #[error("{path} is damaged: {detail}")]
    Damaged {
        /// The place.
        path: PathBuf,
        /// What does not fit.
        detail: String,
    },
}
