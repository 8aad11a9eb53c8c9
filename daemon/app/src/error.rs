//! What can go wrong for a caller, by what they must do.

use store::StoreError;

/// Why a use case was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing; look for another.
    #[error("there is no {what}")]
    NotFound {
        /// What was asked for.
        what: String,
    },
    /// The input cannot be taken; correct it.
    #[error("{what}: {remedy}")]
    Invalid {
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// Somebody was quicker; look again.
    #[error("{what}")]
    Conflict {
        /// What happened.
        what: String,
    },
    /// The person may not do that.
    #[error("not allowed: {what}")]
    Forbidden {
        /// What was tried.
        what: String,
    },
    /// A rule set is refused whole; correct it.
    #[error("the rule set is refused: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rules(Vec<engine::RuleError>),
    /// A source cannot be read.
    #[error(transparent)]
    Source(#[from] crate::source::SourceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row of the views is not what this version writes; `watchkeeper rebuild` mends it.
    #[error("a row of the views ({table}) cannot be read: {detail}; run `watchkeeper rebuild`")]
    View {
        /// The table.
        table: &'static str,
        /// What the decoder said.
        detail: String,
    },
    /// The caller asked to stop.
    #[error("stopped before the end; the next run goes on from here")]
    Stopped,
}

/// The result of a use case.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl AppError {
    /// Whether there is no room on the disk: trying again helps once there is.
    pub fn is_out_of_room(&self) -> bool {
        matches!(self, Self::Store(StoreError::DiskFull { .. }))
    }
}
