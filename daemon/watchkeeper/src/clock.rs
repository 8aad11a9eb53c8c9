//! The one place that reads the clock.

use model::Instant;

/// This instant.
#[expect(clippy::disallowed_methods, reason = "everything else gets `now` from here")]
pub fn now() -> Instant {
    jiff::Timestamp::now().into()
}
