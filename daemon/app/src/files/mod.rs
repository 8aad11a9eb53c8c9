//! Attached files: which there are, what was read of them, and where else they are.
//!
//! A file is its SHA-256, whatever its names and messages; it is read once. Which files there are
//! follows from the messages. What was read is evidence of its own with a fact, because reading
//! depends on time and memory: a rebuild does not read again. Until then a file waits in a table of
//! the views, newest message first, so that a stop at any instant loses none.

mod coverage;
mod find;
mod list;
mod project;
mod read;
mod rows;

pub use coverage::{CoverageRecord, CoverageRequest, ReasonCount, UnreadFile};
pub use find::FileHit;
pub(crate) use find::numbers_within;
pub use list::{FileRecord, FileState, FileUse};
pub use read::{FileBytes, FileReader, FileReading};
pub(crate) use rows::{FILE, FileRow, message_files};
