//! Why a page could not be looked at.

use app::AppError;
use egress::EgressError;

/// Why a page could not be looked at. It has not changed thereby, and is tried again.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Its host cannot be reached, or may not be.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// The server gave no page.
    #[error("{url} answered {status}{remedy}")]
    Status {
        /// What was asked for.
        url: String,
        /// The answer.
        status: u16,
        /// What to do about it; may be empty.
        remedy: &'static str,
    },
    /// It leads to where we may not go.
    #[error("{url} leads to {to}, which is not allowed; {remedy}")]
    Elsewhere {
        /// What was asked for.
        url: String,
        /// Where it leads.
        to: String,
        /// What to do about it.
        remedy: String,
    },
    /// Its owner wants no programs there.
    #[error(
        "robots.txt of {host} forbids it; ask its owner, or set ignore_robots = true if the page is \
         yours"
    )]
    Robots {
        /// The host.
        host: String,
    },
    /// The selector finds nothing.
    #[error("its selector finds nothing on the page; look whether the page was rebuilt")]
    NothingSelected,
    /// Nothing can be read on it.
    #[error("it holds no text that can be read; it may be made by scripts in the browser")]
    Empty,
    /// It is no page.
    #[error("it is {kind}, which is not watched for its text")]
    NoText {
        /// The type that the server gave.
        kind: String,
    },
    /// It is no sane HTML.
    #[error("its elements lie too deeply in one another to be read")]
    TooDeep,
    /// What was seen could not be kept.
    #[error("what was seen cannot be kept: {0}")]
    App(#[from] AppError),
}
