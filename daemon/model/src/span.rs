//! Passages of evidence: where a quotation stands, never what it says.

use serde::{Deserialize, Serialize};

use crate::id::MessageKey;

/// Which text of a message a span lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanPart {
    /// The decoded plain text of the body.
    Body,
    /// The decoded subject.
    Subject,
    /// The From header as shown.
    From,
    /// The To header as shown.
    To,
    /// The Cc header as shown.
    Cc,
    /// The names of attached files, a line each.
    Attachments,
}

/// A passage: bytes `start..end` of the decoded UTF-8 text of one part of one message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The message.
    pub message: MessageKey,
    /// The text within it.
    pub part: SpanPart,
    /// Byte offset of the first character.
    pub start: u32,
    /// Byte offset behind the last character.
    pub end: u32,
}

impl Span {
    /// The words of this span in `text`, the text of its part; nothing if the span does not fit.
    pub fn of<'a>(&self, text: &'a str) -> Option<&'a str> {
        text.get(self.start as usize..self.end as usize)
    }
}
