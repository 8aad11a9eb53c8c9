//! Cases that are like one.

use app::query::similar;
use model::{Instant, MessageKey};
use serde::Serialize;
use utoipa::ToSchema;

use super::CaseRow;

/// A case that is like another, why, and how it ended.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimilarCase {
    /// The case as it is now.
    #[serde(flatten)]
    pub row: CaseRow,
    /// Words that both have.
    pub words: Vec<String>,
    /// Titles of signals that both had.
    pub signals: Vec<String>,
    /// Whether it is of the same account.
    pub same_account: bool,
    /// The message in which the words stand.
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageKey>,
    /// A passage of it.
    pub snippet: String,
    /// When its first message was written.
    #[schema(value_type = String, format = DateTime)]
    pub opened: Instant,
    /// How it ended; nothing while nobody has closed it.
    pub ended: Option<Ended>,
    /// Our promises in it that were kept in time.
    pub kept: u32,
    /// Our promises in it that were late or missed.
    pub broken: u32,
}

/// How a case ended.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Ended {
    /// `resolved` or `dismissed`.
    pub state: String,
    /// Who said so.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Why, in their words.
    pub reason: String,
}

impl From<similar::SimilarCase> for SimilarCase {
    fn from(one: similar::SimilarCase) -> Self {
        Self {
            row: one.row.into(),
            words: one.words,
            signals: one.signals,
            same_account: one.same_account,
            message: one.message,
            snippet: one.snippet,
            opened: one.opened,
            ended: one.ended.map(|ended| Ended {
                state: ended.state,
                by: ended.by,
                at: ended.at,
                reason: ended.reason,
            }),
            kept: one.kept,
            broken: one.broken,
        }
    }
}
