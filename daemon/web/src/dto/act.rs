//! What people do to cases, messages and notes.

use app::record;
use model::{AccountId, CaseId, Instant, MessageKey, NoteId, SourceId, fact, id::ParseIdError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Segment;

/// Which cases of a queue, and which page of them.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// The `next` of the page before; nothing for the first.
    pub cursor: Option<String>,
    /// Cases of a page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// Only cases of the account with this key.
    pub account: Option<String>,
    /// Only cases of the owner with this address; `none` for cases without one.
    pub owner: Option<String>,
    /// Only cases of this level.
    pub level: Option<String>,
    /// Only cases that this team of ours handles.
    pub team: Option<String>,
}

/// A field of a case to be set.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetField {
    /// The field: `owner`, `state`, `severity`, …
    pub field: String,
    /// Its value; nothing gives the field back to the rules.
    #[serde(default)]
    pub value: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// A note on a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseNote {
    /// What it says.
    pub text: String,
    /// Who may read it; `internal` if not given.
    #[serde(default)]
    pub visibility: Visibility,
    /// When it happened; now if not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
}

/// A note about anything.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// What it is about.
    pub about: NoteTarget,
    /// What it says.
    pub text: String,
    /// Who may read it; `internal` if not given.
    #[serde(default)]
    pub visibility: Visibility,
    /// When it happened; now if not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
}

/// What a note is about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteTarget {
    /// The case that holds the message with this Message-ID, now or later.
    MessageId(String),
    /// A case, by its id.
    Case(String),
    /// An account, by its key.
    Account(String),
    /// The source that it came from, by its id, and nothing else; people's notes have a better place.
    Source(String),
}

impl From<fact::NoteTarget> for NoteTarget {
    fn from(target: fact::NoteTarget) -> Self {
        match target {
            fact::NoteTarget::MessageId(id) => Self::MessageId(id),
            fact::NoteTarget::Case(case) => Self::Case(case.to_string()),
            fact::NoteTarget::Account(account) => Self::Account(account.to_string()),
            fact::NoteTarget::Source(source) => Self::Source(source.to_string()),
        }
    }
}

impl TryFrom<NoteTarget> for fact::NoteTarget {
    type Error = ParseIdError;

    fn try_from(target: NoteTarget) -> Result<Self, ParseIdError> {
        Ok(match target {
            NoteTarget::MessageId(id) => {
                Self::MessageId(id.trim().trim_matches(['<', '>']).to_owned())
            }
            NoteTarget::Case(case) => Self::Case(case.parse()?),
            NoteTarget::Account(account) => Self::Account(AccountId::new(&account)),
            NoteTarget::Source(source) => Self::Source(SourceId::new(&source)),
        })
    }
}

/// Who may read a note.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody who may read its case.
    #[default]
    Internal,
    /// Managers, ops and administrators.
    Managers,
}

impl From<fact::Visibility> for Visibility {
    fn from(visibility: fact::Visibility) -> Self {
        match visibility {
            fact::Visibility::Internal => Self::Internal,
            fact::Visibility::Managers => Self::Managers,
        }
    }
}

impl From<Visibility> for fact::Visibility {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Internal => Self::Internal,
            Visibility::Managers => Self::Managers,
        }
    }
}

/// A note.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Note {
    /// The note.
    #[schema(value_type = String)]
    pub id: NoteId,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
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

impl From<record::NoteRecord> for Note {
    fn from(note: record::NoteRecord) -> Self {
        Self {
            id: note.id,
            at: note.at,
            author: note.author,
            text: note.text,
            about: note.about.into(),
            visibility: note.visibility.into(),
        }
    }
}

/// A case to be merged into another.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The case that shall hold all.
    #[schema(value_type = String)]
    pub into: CaseId,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Messages to be moved into another case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The messages.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 1000)]
    pub messages: Vec<MessageKey>,
    /// `new` for a case of their own, or the id of an existing one.
    #[schema(examples("new", "7F3K2-M9QAB"))]
    pub to: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Where messages are now.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Moved {
    /// The case that holds them.
    #[schema(value_type = String)]
    pub case: CaseId,
}

/// The segments of a body as they shall be: in order, without gaps, covering all of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutSegments {
    /// The segments.
    pub segments: Vec<Segment>,
}

/// A decision about a message that quotes another account's case.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The case it joins; nothing if it stays where it is.
    #[schema(value_type = Option<String>)]
    pub join: Option<CaseId>,
}
