//! Splits a body into new text, quotation, signature, disclaimer and forwarded message (F15).

use model::Address;

use crate::{Message, Segment, SegmentKind, subject};

/// What is known of a message beside its body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hints {
    /// Who wrote it.
    pub from: Address,
    /// Whether its subject says that it forwards another.
    pub forwards: bool,
}

impl Hints {
    /// The hints in the header of `message`.
    pub fn of(message: &Message) -> Self {
        Self { from: message.from.clone(), forwards: subject::is_forward(&message.subject) }
    }
}

/// Splits `body`, of which nothing but the text is known.
pub fn split_text(body: &str) -> Vec<Segment> {
    split(body, &Hints::default())
}

/// Splits `body`. The segments follow one another without gaps and cover all of it.
pub(crate) fn split(body: &str, _hints: &Hints) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let kind = if line.starts_with('>') { SegmentKind::Quotation } else { SegmentKind::New };
        let end = at + line.len() as u32;
        match segments.last_mut() {
            Some(last) if last.kind == kind => last.end = end,
            _ => segments.push(Segment { start: at, end, kind }),
        }
        at = end;
    }
    segments
}
