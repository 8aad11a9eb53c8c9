//! Search.

use app::record;
use model::{CaseId, Digest, Instant, MessageKey, NoteId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{AccountRef, Address, PAGE_MOST, each};

/// The hits of a page where nothing is asked for: each is read from the disk, and who finds
/// nothing among twenty asks otherwise.
const HITS_USUAL: usize = 20;

/// What to look for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words, `"phrases"`, `prefix*`, operators such as `from:` and `after:7d`, `-not`, `OR`.
    #[serde(default)]
    pub q: String,
    /// The `next` of the page before; nothing for the first.
    pub cursor: Option<String>,
    /// Hits of a page, 1 to 200; 20 if not given.
    #[param(minimum = 1, maximum = 200, default = 20)]
    pub limit: Option<usize>,
    /// The order; the best first if not given.
    #[param(inline)]
    pub sort: Option<SearchSort>,
    /// IANA name of the zone in which dates of the query are read; UTC if not given.
    pub timezone: Option<String>,
}

impl SearchQuery {
    /// The number of hits to give, within bounds.
    pub fn hits(&self) -> usize {
        self.limit.unwrap_or(HITS_USUAL).clamp(1, PAGE_MOST)
    }
}

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchSort {
    /// The best first.
    Best,
    /// The newest first.
    Newest,
}

/// The answer to a search.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchResult {
    /// How many documents match.
    pub total: u64,
    /// The hits of this page.
    pub items: Vec<Hit>,
    /// What to pass as `cursor` to get the next page; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What could not be understood of the query.
    pub problems: Vec<QueryProblem>,
    /// Words that were widened to near spellings.
    pub corrected: Vec<Corrected>,
    /// The share of all documents that the index holds, in percent.
    pub coverage: f32,
}

/// Something in a query that could not be understood; it was passed over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueryProblem {
    /// Byte offset in the query.
    pub at: usize,
    /// What is wrong.
    pub text: String,
}

/// A word and what was found instead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Corrected {
    /// The word as typed.
    pub word: String,
    /// Near spellings that were found.
    pub found: Vec<String>,
}

/// One hit of a search.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Hit {
    /// `message`, `nested`, `note` or `file`.
    pub kind: String,
    /// The message; of a file, the first that has it; nothing for a note.
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageKey>,
    /// The note; nothing for a message.
    #[schema(value_type = Option<String>)]
    pub note: Option<NoteId>,
    /// The case it is in.
    #[schema(value_type = Option<String>)]
    pub case: Option<CaseId>,
    /// Whose case that is.
    pub account: Option<AccountRef>,
    /// The level of that case; `none` for no severity.
    pub level: String,
    /// Subject of the message, or title of the case of a note.
    pub subject: String,
    /// Who wrote it.
    pub from: Address,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// A passage around the best match.
    pub snippet: String,
    /// The matching words within the snippet.
    pub marks: Vec<Mark>,
    /// The attached file that was found, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FoundFile>,
}

/// An attached file that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FoundFile {
    /// The SHA-256 of its bytes.
    #[schema(value_type = String)]
    pub sha256: Digest,
    /// Its name.
    pub name: String,
    /// The part of the message, as in `/messages/{key}/attachments/{part}`.
    pub part: u32,
    /// Where in it the passage stands, such as `page 3`; empty for a whole file.
    pub place: String,
}

/// A range of a snippet.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Mark {
    /// Byte offset of the first character in the UTF-8 of the snippet.
    pub start: u32,
    /// Byte offset behind the last character.
    pub end: u32,
}

impl From<record::HitRecord> for Hit {
    fn from(hit: record::HitRecord) -> Self {
        Self {
            kind: hit.kind,
            message: hit.message,
            note: hit.note,
            case: hit.case,
            account: hit.account.map(AccountRef::from),
            level: hit.level.to_string(),
            subject: hit.subject,
            from: hit.from.into(),
            at: hit.at,
            snippet: hit.snippet,
            marks: hit.marks.into_iter().map(|(start, end)| Mark { start, end }).collect(),
            file: hit.file.map(|file| FoundFile {
                sha256: file.file,
                name: file.name,
                part: file.part,
                place: file.place,
            }),
        }
    }
}

impl SearchResult {
    /// The answer, with where the next page begins.
    pub fn new(record: record::SearchRecord, next: Option<String>) -> Self {
        let problems = record.problems.into_iter();
        let corrected = record.corrected.into_iter();
        Self {
            total: record.total,
            items: each(record.hits),
            next,
            problems: problems.map(|(at, text)| QueryProblem { at, text }).collect(),
            corrected: corrected.map(|(word, found)| Corrected { word, found }).collect(),
            coverage: record.coverage,
        }
    }
}
