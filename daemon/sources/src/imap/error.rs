//! Why watching a mailbox broke off, and what to do about it.

use app::AppError;
use egress::EgressError;

/// Why watching broke off. It is tried again in any case.
#[derive(Debug, thiserror::Error)]
pub(super) enum WatchError {
    /// The server cannot be reached, or a secret cannot be read.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// The server does not let us in.
    #[error("{user} is not let in ({said}); check the user and the password or token")]
    Refused {
        /// Who.
        user: String,
        /// What the server said.
        said: String,
    },
    /// The server said what cannot be used, or broke off.
    #[error("the conversation broke off: {0}")]
    Imap(#[from] async_imap::error::Error),
    /// The server stopped answering.
    #[error("the server did not answer within {seconds} s while {doing}")]
    Silent {
        /// What was being done.
        doing: &'static str,
        /// The deadline.
        seconds: u64,
    },
    /// A person lets the source rest.
    #[error("the source is paused")]
    Paused,
    /// A folder is not there.
    #[error("there is no folder \"{folder}\" ({said}); the server has {has}")]
    NoFolder {
        /// The folder as configured.
        folder: String,
        /// What the server said.
        said: String,
        /// What there is instead.
        has: String,
    },
    /// The server hides what is needed.
    #[error("{0}")]
    Unable(&'static str),
    /// What was read could not be kept.
    #[error("what arrived cannot be kept: {0}")]
    App(#[from] AppError),
}
