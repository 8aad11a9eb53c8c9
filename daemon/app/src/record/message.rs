//! Messages and notes as readers see them.

use model::{
    CaseId, EvidenceId, Instant, MessageKey, NoteId, SourceId,
    fact::{Envelope, NoteTarget, Visibility},
};
use serde::{Deserialize, Serialize};

use super::SignalRecord;

/// Everything about a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageRecord {
    /// The message.
    pub key: MessageKey,
    /// The evidence of its first copy; its original bytes are under `/evidence/{id}`.
    pub evidence: EvidenceId,
    /// The case it is in.
    pub case: CaseId,
    /// Why it is there (F16).
    pub why: WhyRecord,
    /// The message that encloses it, for nested ones.
    pub within: Option<MessageKey>,
    /// The decoded message; its nested messages are listed by key in `nested_keys`.
    pub message: mail::Message,
    /// Keys of the messages within it.
    pub nested_keys: Vec<MessageKey>,
    /// Whether it has an HTML form.
    pub has_html: bool,
    /// Whether another message bears the same Message-ID with another body.
    pub reused_message_id: bool,
    /// Where it was seen.
    pub sightings: Vec<SightingRecord>,
    /// The signals that stand on it.
    pub signals: Vec<SignalRecord>,
    /// Whether a person corrected its segments.
    pub segments_by: Option<String>,
}

/// Why a message is in its case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyRecord {
    /// The rule, such as `references`.
    pub rule: String,
    /// The header or value that decided.
    pub detail: String,
    /// How sure that is, in percent.
    pub confidence: u8,
}

/// Where evidence was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SightingRecord {
    /// The evidence of this copy.
    pub evidence: EvidenceId,
    /// The source.
    pub source: SourceId,
    /// Its title.
    pub source_title: String,
    /// The folder.
    pub folder: String,
    /// The place in it.
    pub place: String,
    /// Flags there.
    pub flags: String,
    /// The envelope that it came in, if a mail server handed it to us.
    pub envelope: Option<Envelope>,
    /// When it was captured.
    pub captured: Instant,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteRecord {
    /// The note.
    pub id: NoteId,
    /// When it was written.
    pub at: Instant,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// What it is about.
    pub about: NoteTarget,
    /// Who may read it.
    pub visibility: Visibility,
}
