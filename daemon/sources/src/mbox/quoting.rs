//! `>From `: how a file keeps lines of a message from looking like separators, and how that is
//! undone.

use std::io;

use super::separator::{self, Style};
use crate::disk::ReadAt;

/// How lines of messages that begin with `From ` are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// As they are. Nothing is undone.
    None,
    /// mboxo: `From ` is written `>From `. One `>` is taken away from `>From `.
    Mboxo,
    /// mboxrd: any line of `>`s and `From ` gets one more `>`. One is taken away from each.
    Mboxrd,
}

/// How much of a file decides about its quoting.
const SAMPLE: u64 = 64 << 20;
const CHUNK: usize = 1 << 20;
/// Enough to look back from `From ` over its `>`s to an empty line before.
const LOOK_BACK: usize = 64;

impl Quoting {
    /// How the first 64 MiB of `input`, whose first separator has the given style, are quoted:
    /// not at all if a line that begins with `From ` stands unquoted behind an empty line and is no
    /// separator; else as mboxrd if `>>From ` occurs; else as mboxo (which, without `>>From `,
    /// gives the same bytes as mboxrd).
    pub(super) fn detect(input: &impl ReadAt, size: u64, style: Style) -> io::Result<Self> {
        let mut window = vec![0; CHUNK];
        let mut offset = 0;
        let mut deeper = false;
        while offset < size.min(SAMPLE) {
            let filled = input.read_at(&mut window, offset)?;
            let text = &window[..filled];
            let last = filled < CHUNK;
            for at in memchr::memmem::find_iter(text, b"From ") {
                match line_start(text, at) {
                    Some(Start::Unquoted)
                        if (last || text.len() - at >= separator::LONGEST)
                            && is_body_line(&text[at..], style) =>
                    {
                        return Ok(Self::None);
                    }
                    Some(Start::Quoted(depth)) => deeper |= depth > 1,
                    _ => {}
                }
            }
            if last {
                break;
            }
            offset += (CHUNK - separator::LONGEST - LOOK_BACK) as u64;
        }
        Ok(if deeper { Self::Mboxrd } else { Self::Mboxo })
    }

    /// Undoes the quoting in `message`.
    pub fn undo(self, message: Vec<u8>) -> Vec<u8> {
        if self == Self::None {
            return message;
        }
        let mut plain = Vec::new();
        let mut kept = 0;
        for at in memchr::memmem::find_iter(&message, b">From ") {
            let line =
                message[..at].iter().rposition(|b| *b != b'>').map_or(0, |before| before + 1);
            let starts = line == 0 || message[line - 1] == b'\n';
            if !starts || (self == Self::Mboxo && line != at) {
                continue;
            }
            plain.reserve(message.len() - kept);
            plain.extend_from_slice(&message[kept..at]);
            kept = at + 1;
        }
        if kept == 0 {
            return message;
        }
        plain.extend_from_slice(&message[kept..]);
        plain
    }
}

enum Start {
    /// `From ` at the beginning of a line behind an empty line.
    Unquoted,
    /// `From ` behind that many `>` at the beginning of a line.
    Quoted(usize),
}

/// What stands before the `From ` at `at`, if it is at the beginning of a line.
fn line_start(text: &[u8], at: usize) -> Option<Start> {
    let before = &text[at.saturating_sub(LOOK_BACK)..at];
    let depth = before.iter().rev().take_while(|b| **b == b'>').count();
    let lead = &before[..before.len() - depth];
    if depth > 0 {
        return lead.ends_with(b"\n").then_some(Start::Quoted(depth));
    }
    (lead.ends_with(b"\n\n") || lead.ends_with(b"\n\r\n")).then_some(Start::Unquoted)
}

/// Whether `text`, which begins with `From `, does not begin with a line that separates messages.
fn is_body_line(text: &[u8], style: Style) -> bool {
    separator::read(text).is_none_or(|found| !found.separates(style))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undo(quoting: Quoting, text: &str) -> String {
        String::from_utf8(quoting.undo(text.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn a_quoted_line_reads_as_it_was_written() {
        let text = ">From a\n>>From b\nx >From c\n>Fromage\n";
        assert_eq!(undo(Quoting::None, text), text);
        assert_eq!(undo(Quoting::Mboxo, text), "From a\n>>From b\nx >From c\n>Fromage\n");
        assert_eq!(undo(Quoting::Mboxrd, text), "From a\n>From b\nx >From c\n>Fromage\n");
    }
}
