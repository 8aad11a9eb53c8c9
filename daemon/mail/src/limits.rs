//! What a message may cost, and why bytes may be no message at all.

use model::{Instant, fact::Received};

/// What is known about a message beside its bytes.
#[derive(Debug, Clone, Copy)]
pub struct ParseContext {
    /// When the source says that it received the message, if it knows.
    pub received: Option<Received>,
    /// Whether a journal report stands for the message within it: only where the source is known to
    /// get them, for anybody can write one.
    pub journal: bool,
    /// When the message was captured: the time of last resort, and the yardstick for dates that
    /// cannot be true.
    pub captured: Instant,
}

/// Caps on what one message may hold. Beyond the first four the message is refused
/// ([`ParseError::TooLarge`]); beyond the others it is read in part, with a
/// [`Defect`](crate::Defect).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the whole message. Default 64 MiB; never more than 4 GiB.
    pub raw_bytes: usize,
    /// Bytes of its header block. Default 1 MiB.
    pub header_bytes: usize,
    /// MIME parts, including those of enclosed messages. Default 2,000.
    pub parts: usize,
    /// Bytes of scanning that nested boundaries may cause, in the worst case. Default 4 GiB.
    pub scan_bytes: u64,
    /// Messages within messages within messages. Default 8.
    pub depth: usize,
    /// Bytes of decoded body text. Default 4 MiB.
    pub text_bytes: usize,
    /// Enclosed messages, inline forwards included. Default 200.
    pub nested: usize,
    /// Listed attachments, those of enclosed messages included. Default 1,000.
    pub attachments: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            raw_bytes: 64 << 20,
            header_bytes: 1 << 20,
            parts: 2_000,
            scan_bytes: 4 << 30,
            depth: 8,
            text_bytes: 4 << 20,
            nested: 200,
            attachments: 1_000,
        }
    }
}

impl Limits {
    /// Limits for reading again what [`crate::parse`] once let through, whatever its limits were.
    pub(crate) fn unlimited() -> Self {
        Self {
            raw_bytes: usize::MAX,
            header_bytes: usize::MAX,
            parts: usize::MAX,
            scan_bytes: u64::MAX,
            ..Self::default()
        }
    }
}

/// Why bytes could not be read as a message. They belong into quarantine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// There is nothing, or nothing but white space.
    #[error("the message is empty: check that its source delivered it in full")]
    Empty,
    /// There is neither a header nor readable text.
    #[error("there is neither a header nor readable text: this is not a message")]
    NotAMessage,
    /// A limit was passed.
    #[error("the message has {found} {what}, the limit is {limit}: raise the limit to read it")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is, as far as it was counted.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// The MIME parser gave up in a way that it never should.
    #[error("the MIME parser failed on this message: keep it for a report, retry after an update")]
    Failed,
}

impl ParseError {
    /// A limit that was passed.
    pub(crate) fn too_large(what: &'static str, found: u64, limit: u64) -> Self {
        Self::TooLarge { what, found, limit }
    }
}
