//! Splits a body into new text, quotation, signature, disclaimer and forwarded message (F15).
//!
//! Works on lines, from the outside in: what is quoted or forwarded first ([`quotes`]), then the
//! signatures and notices at the end of what is left ([`tail`]). Every rule is about how mail is
//! written, never about who writes it.

mod attribution;
mod card;
mod closing;
mod disclaimer;
mod footer;
pub(crate) mod header_block;
mod lines;
mod markers;
mod paragraph;
mod phrasebook;
mod quotes;
mod sender;
mod tail;

use model::Address;

use crate::{Message, Segment, SegmentKind, subject};
use lines::Line;
pub(crate) use lines::unquote;
pub(crate) use markers::find_marker;

/// What is known of a message beside its body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hints {
    /// Who wrote it.
    pub from: Address,
    /// To and Cc: who is answered is among them, who is forwarded is not.
    pub recipients: Vec<Address>,
    /// Whether its subject says that it forwards another.
    pub forwards: bool,
}

impl Hints {
    /// The hints in the header of `message`.
    pub fn of(message: &Message) -> Self {
        Self {
            from: message.from.clone(),
            recipients: message.to.iter().chain(&message.cc).cloned().collect(),
            forwards: subject::is_forward(&message.subject),
        }
    }
}

/// Splits `body`, of which nothing but the text is known.
pub fn split_text(body: &str) -> Vec<Segment> {
    split(body, &Hints::default())
}

/// Splits `body`. The segments follow one another without gaps and cover all of it.
pub(crate) fn split(body: &str, hints: &Hints) -> Vec<Segment> {
    let lines = lines::split(body);
    let mut kinds = quotes::mark(&lines, hints);
    tail::mark(&lines, &mut kinds, &hints.from);
    join(&lines, &kinds)
}

/// Joins lines of one kind; empty lines belong to what stands above them, those at the start to
/// what follows.
fn join(lines: &[Line<'_>], kinds: &[SegmentKind]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let first = lines.iter().position(|line| !line.is_blank()).unwrap_or(0);
    for (line, kind) in lines.iter().zip(kinds).skip(first) {
        let (start, end) = (line.start as u32, line.end as u32);
        match segments.last_mut() {
            Some(last) if line.is_blank() || last.kind == *kind => last.end = end,
            _ => segments.push(Segment { start, end, kind: *kind }),
        }
    }
    if let Some(segment) = segments.first_mut() {
        segment.start = 0;
    }
    segments
}
