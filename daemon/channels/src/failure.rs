//! Why something was not delivered, by what follows from it.

use std::time::Duration;

use egress::EgressError;

/// Why a parcel was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The channel as a whole does not work: nothing else need be tried on it for a while.
    #[error("{said}")]
    Down {
        /// What was said or happened.
        said: String,
    },
    /// This parcel was not taken now; another time it may be.
    #[error("{said}")]
    Later {
        /// What was said.
        said: String,
        /// How long to wait at least, if the other side said so.
        after: Option<Duration>,
    },
    /// This parcel will never be taken as it is.
    #[error("{said}")]
    Never {
        /// What was said.
        said: String,
    },
}

impl From<EgressError> for Failure {
    fn from(error: EgressError) -> Self {
        Self::Down { said: error.to_string() }
    }
}

/// What another side said, on one line and not for ever: it is recorded.
pub(crate) fn short(said: &str) -> String {
    const MOST: usize = 300;
    let line: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST).chain(['…']).collect()
}
