//! The decoded body as plain text.

use mail_parser::{Message, MessagePart, PartType};

use crate::{
    CharsetDecision, Defect, Limits, charset,
    defect::defect,
    html,
    parts::{self, Body, Numbered, Piece},
};

/// The body of a message, and how it came about.
#[derive(Default)]
pub(crate) struct BodyText {
    /// The text, with `\n` line ends.
    pub text: String,
    /// How the character sets were decided.
    pub charsets: Vec<CharsetDecision>,
    /// What was wrong.
    pub defects: Vec<Defect>,
}

/// Reads the text of `body`, one of the bodies that [`parts::find_body`] gives.
pub(crate) fn read(
    message: &Message<'_>,
    numbered: &[Numbered<'_>],
    body: &Body,
    limits: &Limits,
) -> BodyText {
    let mut reader = Reader { message, numbered, read: BodyText::default() };
    if let Some(text) = unstructured(message) {
        let detail = "no part stands between its boundaries";
        reader.read.defects.push(defect("broken_structure", detail));
        reader.read.text = text;
    }
    for piece in &body.pieces {
        let text = reader.piece(*piece);
        if !reader.read.text.is_empty() && !text.is_empty() {
            reader.read.text.push('\n');
        }
        reader.read.text.push_str(&text);
        if reader.read.text.len() > limits.text_bytes {
            let end = reader.read.text.floor_char_boundary(limits.text_bytes);
            reader.read.text.truncate(end);
            let detail = format!("text beyond {} bytes is not read", limits.text_bytes);
            reader.read.defects.push(defect("text_cut", detail));
            break;
        }
    }
    reader.read
}

/// The bytes below the header as text, where a multipart message has no part at all: its boundary
/// is wrong, or it was cut.
fn unstructured(message: &Message<'_>) -> Option<String> {
    let root = message.parts.first()?;
    let hollow = |part: &MessagePart<'_>| matches!(part.body, PartType::Multipart(_));
    if !message.parts.iter().all(hollow) {
        return None;
    }
    let bytes = message.raw_message.get(root.offset_body as usize..root.offset_end as usize)?;
    let text = line_feeds(&charset::detect(bytes).text);
    (!text.trim().is_empty()).then_some(text)
}

struct Reader<'r> {
    message: &'r Message<'r>,
    numbered: &'r [Numbered<'r>],
    read: BodyText,
}

impl Reader<'_> {
    fn piece(&mut self, piece: Piece) -> String {
        let plain = piece.plain.map(|index| self.decode(index)).unwrap_or_default();
        let Some(html) = piece.html.filter(|_| is_placeholder(&plain)) else { return plain };
        let html = self.decode(html);
        if html.is_empty() { plain } else { html::to_text(&html) }
    }

    fn decode(&mut self, index: usize) -> String {
        let Some(part) = self.message.parts.get(index) else { return String::new() };
        let number = self.numbered.get(index).map_or(0, |n| n.number);
        let decoded = parts::text(&self.message.raw_message, part);
        if part.is_encoding_problem && !decoded.text.is_empty() {
            let detail = format!("part {number} does not keep its transfer encoding");
            self.read.defects.push(defect("bad_transfer_encoding", detail));
        }
        if decoded.text.contains('\u{fffd}') {
            let detail = format!("part {number} has bytes that its character set cannot hold");
            self.read.defects.push(defect("unreadable_characters", detail));
        }
        self.read.charsets.push(CharsetDecision {
            part: number,
            declared: parts::declared_charset(part).to_owned(),
            used: decoded.used.to_owned(),
            detected: decoded.detected,
        });
        line_feeds(&decoded.text)
    }
}

/// Whether plain text only stands in for an HTML body.
fn is_placeholder(plain: &str) -> bool {
    let text = plain.trim();
    let words_of_it = ["html", "HTML", "does not support", "unterstützt"];
    text.is_empty() || text.len() < 200 && words_of_it.iter().any(|w| text.contains(w))
}

/// `text` with every line end as `\n`, without NUL.
pub(crate) fn line_feeds(text: &str) -> String {
    if memchr::memchr2(b'\r', 0, text.as_bytes()).is_none() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'\r', 0, rest.as_bytes()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        rest = from.get(1..).unwrap_or_default();
        if from.starts_with('\r') && !rest.starts_with('\n') {
            out.push('\n');
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_becomes_one() {
        assert_eq!(line_feeds("a\r\nb\rc\nd\r\r\n\0e\r"), "a\nb\nc\nd\n\ne\n");
    }
}
