//! What a search finds.

use model::{Address, CaseId, Instant, LevelName, MessageKey, NoteId, fact::Visibility};
use serde::{Deserialize, Serialize};

use super::AccountRef;

/// One hit of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HitRecord {
    /// `message`, `nested`, `note` or `file`.
    pub kind: String,
    /// The message; of a file, the first that has it; nothing for a note.
    pub message: Option<MessageKey>,
    /// The note; nothing for a message.
    pub note: Option<NoteId>,
    /// The case it is in.
    pub case: Option<CaseId>,
    /// Whose case that is.
    pub account: Option<AccountRef>,
    /// The level of that case.
    pub level: LevelName,
    /// Subject of the message, or title of the case of a note.
    pub subject: String,
    /// Who wrote it.
    pub from: Address,
    /// When.
    pub at: Instant,
    /// A passage around the best match.
    pub snippet: String,
    /// Byte ranges of the matching words within the snippet.
    pub marks: Vec<(u32, u32)>,
    /// Who may read it; only notes are for some readers alone.
    pub visibility: Visibility,
    /// The attached file that was found, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<crate::files::FileHit>,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchRecord {
    /// How many documents match.
    pub total: u64,
    /// The hits asked for.
    pub hits: Vec<HitRecord>,
    /// What could not be understood: byte offset in the query, and why.
    pub problems: Vec<(usize, String)>,
    /// Words widened to near spellings.
    pub corrected: Vec<(String, Vec<String>)>,
    /// The share of all documents that the index holds, in percent (F76).
    pub coverage: f32,
}
