//! Making defects: what was wrong with the bytes, in words that hold nothing of the message.

use crate::Defect;

/// A defect with a stable `code` and a `detail` for a person.
pub(crate) fn defect(code: &str, detail: impl Into<String>) -> Defect {
    Defect { code: code.to_owned(), detail: detail.into() }
}
