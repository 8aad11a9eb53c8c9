//! Why a conversation ended before the sender said goodbye.

/// Why a conversation ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    /// The sender closed the connection.
    #[error("the sender closed the connection")]
    Closed,
    /// The sender was silent for too long.
    #[error("the sender was silent for {seconds} s")]
    Silent {
        /// The deadline.
        seconds: u64,
    },
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[from] std::io::Error),
    /// TLS could not be agreed on.
    #[error("TLS could not be agreed on: {0}")]
    Tls(String),
    /// We have nothing more to say to this sender.
    #[error("{0}")]
    Dismissed(&'static str),
}
