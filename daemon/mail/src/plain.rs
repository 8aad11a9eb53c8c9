//! Text of files that are no messages, read as the body of a message would be.

use crate::{charset, html};

/// The text of `bytes`, said to be in the character set `declared` (empty if nothing was said).
pub fn decode_text(bytes: &[u8], declared: &str) -> String {
    charset::decode(bytes, declared).text.into_owned()
}

/// What a reader sees of the page `html`.
pub fn html_text(html: &str) -> String {
    html::to_text(html)
}
