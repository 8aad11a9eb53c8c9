//! Attached files: what was read of them, and where they are.

use app::files;
use model::{CaseId, Digest, Instant, MessageKey, file::UnreadPart};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{AccountRef, Page, PageQuery, each};

/// An attached file; the same bytes are one file, whatever its names.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachedFile {
    /// The SHA-256 of its bytes.
    #[schema(value_type = String)]
    pub sha256: Digest,
    /// Bytes.
    pub size: u64,
    /// How far reading it has come.
    pub reading: FileReading,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Where it is attached, the first place first, at most 500.
    pub places: Vec<FilePlace>,
    /// Its text, stretch by stretch; missing in lists and where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Vec<FileSection>>,
}

/// How far reading a file has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileReading {
    /// `waiting`, `read`, `read_in_part` or `unread`.
    pub state: &'static str,
    /// Why it was not read, as a stable word such as `encrypted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The reason in words, with what can be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<&'static str>,
    /// What of it was not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<UnreadFilePart>,
}

/// Something in a file that was not read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnreadFilePart {
    /// Its path within the file; empty for the rest of the file itself.
    pub path: String,
    /// Why, as a stable word.
    pub reason: &'static str,
    /// The reason in words.
    pub explanation: &'static str,
}

/// Where a file is attached.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FilePlace {
    /// The message.
    #[schema(value_type = String)]
    pub message: MessageKey,
    /// The part, as in `/messages/{key}/attachments/{part}`.
    pub part: u32,
    /// The file's name there.
    pub name: String,
    /// Its media type there, as the sender says.
    pub media_type: String,
    /// Whether it is shown within the text.
    pub inline: bool,
    /// When the message happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// The case.
    #[schema(value_type = Option<String>)]
    pub case: Option<CaseId>,
    /// The title of the case.
    pub title: String,
    /// Whose case that is.
    pub account: Option<AccountRef>,
}

/// A stretch of a file's text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileSection {
    /// Where it stands, such as `page 3`; empty for a whole file.
    pub place: String,
    /// What it says.
    pub text: String,
}

/// What of the coverage is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CoverageQuery {
    /// Only files that were not read for this reason, such as `encrypted`.
    pub reason: Option<String>,
    /// Instead, files that wait to be read.
    #[serde(default)]
    pub waiting: bool,
    /// The `next` of the page before; nothing for the first.
    pub cursor: Option<String>,
    /// Rows of a page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
}

impl CoverageQuery {
    /// How many rows are wanted.
    pub fn rows(&self) -> usize {
        PageQuery { cursor: None, limit: self.limit }.rows()
    }
}

/// How much of what is attached can be found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Coverage {
    /// Files in all, each once.
    pub files: u64,
    /// Files that were read whole.
    pub read: u64,
    /// Files that were read but for something in them.
    pub read_in_part: u64,
    /// Files that wait.
    pub waiting: u64,
    /// Files that were not read, by reason.
    pub reasons: Vec<CoverageReason>,
    /// The files that were asked for, the latest first.
    pub list: Page<UncoveredFile>,
}

/// How many files were not read for one reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CoverageReason {
    /// The reason, as a stable word.
    pub reason: &'static str,
    /// The reason in words, with what can be done.
    pub explanation: &'static str,
    /// Files.
    pub files: u64,
}

/// A file that was not read, or of which something was not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UncoveredFile {
    /// The SHA-256 of its bytes.
    #[schema(value_type = String)]
    pub sha256: Digest,
    /// Bytes.
    pub size: u64,
    /// How far reading it has come.
    pub reading: FileReading,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Where it is attached first.
    pub place: Option<FilePlace>,
}

impl From<files::FileState> for FileReading {
    fn from(state: files::FileState) -> Self {
        let plain = |state| Self { state, reason: None, explanation: None, parts: Vec::new() };
        match state {
            files::FileState::Waiting => plain("waiting"),
            files::FileState::Read(parts) if parts.is_empty() => plain("read"),
            files::FileState::Read(parts) => Self { parts: each(parts), ..plain("read_in_part") },
            files::FileState::Unread(reason) => Self {
                reason: Some(reason.word()),
                explanation: Some(reason.told()),
                ..plain("unread")
            },
        }
    }
}

impl From<UnreadPart> for UnreadFilePart {
    fn from(part: UnreadPart) -> Self {
        let UnreadPart { path, reason } = part;
        Self { path, reason: reason.word(), explanation: reason.told() }
    }
}

impl From<files::FileUse> for FilePlace {
    fn from(used: files::FileUse) -> Self {
        Self {
            message: used.message,
            part: used.part,
            name: used.name,
            media_type: used.media_type,
            inline: used.inline,
            at: used.at,
            case: used.case,
            title: used.title,
            account: used.account.map(AccountRef::from),
        }
    }
}

impl From<files::FileRecord> for AttachedFile {
    fn from(file: files::FileRecord) -> Self {
        let section = |section: model::file::Section| FileSection {
            place: section.place.shown(),
            text: section.text,
        };
        Self {
            sha256: file.file,
            size: file.size,
            reading: file.state.into(),
            since: file.since,
            places: each(file.uses),
            text: file.text.map(|text| text.sections.into_iter().map(section).collect()),
        }
    }
}

impl From<files::UnreadFile> for UncoveredFile {
    fn from(file: files::UnreadFile) -> Self {
        Self {
            sha256: file.file,
            size: file.size,
            reading: file.state.into(),
            since: file.since,
            place: file.at.map(FilePlace::from),
        }
    }
}

impl From<files::CoverageRecord> for Coverage {
    fn from(coverage: files::CoverageRecord) -> Self {
        let reason = |row: files::ReasonCount| CoverageReason {
            reason: row.reason.word(),
            explanation: row.reason.told(),
            files: row.files,
        };
        Self {
            files: coverage.files,
            read: coverage.read,
            read_in_part: coverage.read_in_part,
            waiting: coverage.waiting,
            reasons: coverage.unread.into_iter().map(reason).collect(),
            list: Page::from(coverage.page),
        }
    }
}
