//! The mbox form: messages one after the other in a file, with a `From ` line before each.
//!
//! There is no standard; RFC 4155 describes the default. [`MboxReader`] finds where messages begin
//! and end, without holding them, and [`Quoting`] tells what to undo in them:
//!
//! - A line separates messages if it begins with `From `, ends in a date ([`separator`]) and
//!   follows an empty line or begins the file. Where the first separator of a file has no date, none
//!   needs one, but a header line must follow at once. The separator lines of `git format-patch`
//!   count only in a file that begins with one.
//! - Content-Length is believed in files whose first message carries one that fits, and there only
//!   where it leads exactly to a separator or to the end. (In other files it came with the mail:
//!   whoever wrote the mail could hide the next message with it.)
//! - The empty line before a separator belongs to the separator. The last message ends where the
//!   file ends; without an end of line there, it is given and marked as cut off.
//! - Bytes before the first separator are given as [`Piece::Stray`] if there is any text in them.
//! - LF and CRLF are taken as they come, also mixed.

mod items;
mod quoting;
mod reader;
pub mod separator;
mod window;

pub(crate) use items::{Found, MboxItems, MboxSource, find};
pub use quoting::Quoting;
pub use reader::{MboxReader, Message, Piece};

/// Whether `text` begins as an mbox does.
pub fn begins(text: &[u8]) -> bool {
    separator::read(text).is_some()
}

/// `message` without the separator line that it may begin with.
pub(crate) fn without_separator(mut message: Vec<u8>) -> Vec<u8> {
    if begins(&message)
        && let Some(end) = memchr::memchr(b'\n', &message)
    {
        message.drain(..=end);
    }
    message
}

#[cfg(test)]
mod tests;
