//! What reading mail must not lose: own fixtures, properties, and the corpora of others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may stop at once and report what it counted"
)]

mod corpus;
mod fixtures;
mod properties;
mod threads;

use std::path::PathBuf;

use mail::{Limits, Message, ParseContext, ParseError};
use model::Instant;

/// The directory with the mail of others, which stays out of the repository.
#[allow(clippy::disallowed_methods, reason = "the corpora are configured by the environment alone")]
fn corpora() -> Option<PathBuf> {
    let root = std::env::var("WATCHKEEPER_CORPORA").ok().map(PathBuf::from);
    if root.is_none() {
        println!("skipped: WATCHKEEPER_CORPORA is not set");
    }
    root
}

/// Parses with default limits, as if captured at the start of 2027.
fn parse(raw: &[u8]) -> Result<Message, ParseError> {
    let captured = Instant::from_seconds(1_798_761_600);
    mail::parse(raw, &ParseContext { received: None, journal: false, captured }, &Limits::default())
}

/// Checks that the segments of `message` and of all within it cover their bodies.
fn check_segments(message: &Message, name: &str) {
    let mut at = 0;
    for segment in &message.segments {
        assert_eq!(segment.start, at, "a gap in {name}");
        assert!(segment.end > segment.start, "an empty segment in {name}");
        assert!(message.body.is_char_boundary(segment.end as usize), "a cut character in {name}");
        at = segment.end;
    }
    assert_eq!(at as usize, message.body.len(), "an uncovered end in {name}");
    for nested in &message.nested {
        check_segments(&nested.message, name);
    }
}
