//! Where the messages in an mbox are.

use std::io;

use model::{Instant, id::short_hash};

use super::{
    Quoting,
    separator::{self, Separator, Style},
    window::Window,
};
use crate::disk::ReadAt;

/// How many bytes from the beginning of a message make it known again.
const FINGERPRINT: usize = 256;
/// Header fields beyond this many bytes are not searched for Content-Length.
const LONGEST_HEADER: usize = 64 << 10;
/// The longest end of a line before, and the beginning of, a separator: `\r\n\r\nFrom `.
const JOINT: usize = 9;

/// One piece of an mbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A message.
    Message(Message),
    /// Text before the first separator.
    Stray {
        /// Its length in bytes, from the beginning of the file.
        len: u64,
    },
}

/// Where a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Byte offset of its separator line.
    pub separator: u64,
    /// The date in its separator line.
    pub received: Option<Instant>,
    /// Byte offset of its first byte, behind the separator line.
    pub start: u64,
    /// Byte offset behind its last byte.
    pub end: u64,
    /// The hash of its first bytes, by which it is known again in a file that was rewritten.
    pub fingerprint: [u8; 16],
    /// Whether the file ends in the midst of a line of it.
    pub cut_off: bool,
}

impl Message {
    /// Its length in bytes, still quoted.
    pub fn len(&self) -> u64 {
        self.end - self.start
    }

    /// Whether `bytes` begin as this message did when it was found.
    pub fn is_at_head_of(&self, bytes: &[u8]) -> bool {
        fingerprint(bytes) == self.fingerprint
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.end == self.start
    }
}

/// Finds one message after the other in at most 1 MiB of memory, however large they are.
#[derive(Debug)]
pub struct MboxReader<R> {
    window: Window<R>,
    style: Style,
    quoting: Quoting,
    lengths: bool,
    /// The next separator line, or the end of the file.
    next: u64,
    stray: u64,
}

impl<R: ReadAt> MboxReader<R> {
    /// Begins to read the first `size` bytes of `input`. A file without any separator is one stray
    /// piece.
    pub fn new(input: R, size: u64) -> io::Result<Self> {
        let mut reader = Self {
            window: Window::new(input, size),
            style: Style::Undated,
            quoting: Quoting::Mboxo,
            lengths: false,
            next: 0,
            stray: 0,
        };
        reader.find_first()?;
        let mboxrd = match reader.separator_at(reader.next)? {
            Some(first) => {
                reader.style = first.style;
                first.mboxrd
            }
            None => false,
        };
        let size = reader.window.size();
        reader.quoting = if mboxrd {
            Quoting::Mboxrd
        } else {
            Quoting::detect(reader.window.input(), size, reader.style)?
        };
        reader.lengths = reader.first_has_length()?;
        Ok(reader)
    }

    /// How its messages are quoted.
    pub fn quoting(&self) -> Quoting {
        self.quoting
    }

    /// What it reads from.
    pub fn input(&self) -> &R {
        self.window.input()
    }

    /// The next piece, or nothing at the end.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        if self.stray > 0 {
            let len = std::mem::take(&mut self.stray);
            return Ok(Some(Piece::Stray { len }));
        }
        let separator = self.next;
        let Some(found) = self.separator_at(separator)? else { return Ok(None) };
        let start = separator + self.line_length(separator)?;
        let (end, next) = self.message_end(start)?;
        self.next = next;
        let head = self.window.from(start, FINGERPRINT)?;
        let fingerprint = fingerprint(&head[..head.len().min((end - start) as usize)]);
        let size = self.window.size();
        let cut_off =
            end == size && end > start && self.window.from(end - 1, 1)?.first() != Some(&b'\n');
        let received = found.at;
        Ok(Some(Piece::Message(Message { separator, received, start, end, fingerprint, cut_off })))
    }

    /// Sets `next` to the first separator, which may follow a byte order mark, blank lines, or text
    /// that does not belong here.
    fn find_first(&mut self) -> io::Result<()> {
        let head = self.window.from(0, 2 * separator::LONGEST)?;
        let text = crate::recognise::skip_blank_lines(head);
        if separator::read(text).is_some() {
            self.next = (head.len() - text.len()) as u64;
            return Ok(());
        }
        // Among text that does not belong here, only a separator with a date is believed.
        self.style = Style::Dated;
        let (end, next) = self.search(0, 0)?;
        self.next = next;
        let blank = end < 4096 && {
            let stray = self.window.from(0, end as usize)?;
            stray.iter().take(end as usize).all(u8::is_ascii_whitespace)
        };
        self.stray = if blank { 0 } else { end };
        Ok(())
    }

    fn separator_at(&mut self, offset: u64) -> io::Result<Option<Separator>> {
        Ok(separator::read(self.window.from(offset, 2 * separator::LONGEST)?))
    }

    /// The length of the line at `offset` with its end of line.
    fn line_length(&mut self, offset: u64) -> io::Result<u64> {
        let text = self.window.from(offset, separator::LONGEST + 8)?;
        Ok(memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1) as u64)
    }

    /// Where the message that starts at `start` ends, and where the next separator line is.
    fn message_end(&mut self, start: u64) -> io::Result<(u64, u64)> {
        if self.lengths
            && let Some(ends) = self.end_by_length(start)?
        {
            return Ok(ends);
        }
        // The end of the separator line is taken along, so that an empty line that follows it at
        // once is seen as one.
        self.search(start.saturating_sub(1), start)
    }

    /// The first separator behind an empty line from `from` on: where the message before it ends,
    /// which is not before `least`, and where it begins.
    fn search(&mut self, mut from: u64, least: u64) -> io::Result<(u64, u64)> {
        let finder = memchr::memmem::Finder::new(b"\nFrom ");
        loop {
            let text = self.window.from(from, 64 << 10)?;
            let length = text.len();
            let Some(at) = finder.find(text) else {
                if from + length as u64 >= self.window.size() {
                    return self.last_end(least);
                }
                from += (length - JOINT) as u64;
                continue;
            };
            let blank = match text[..at] {
                [.., b'\n'] => Some(0),
                [.., b'\n', b'\r'] => Some(1),
                _ => None,
            };
            let line = from + at as u64 + 1;
            if let Some(carriage_return) = blank
                && self.separator_at(line)?.is_some_and(|found| found.separates(self.style))
            {
                return Ok((line - 1 - carriage_return, line));
            }
            from = line;
        }
    }

    /// The end of a message that only the end of the file ends.
    fn last_end(&mut self, least: u64) -> io::Result<(u64, u64)> {
        let size = self.window.size();
        let from = size.saturating_sub(4).max(least.saturating_sub(1)).min(size);
        let tail = self.window.from(from, 4)?;
        let blank = match tail {
            [.., b'\n', b'\n'] => 1,
            [.., b'\n', b'\r', b'\n'] => 2,
            _ => 0,
        };
        Ok(((size - blank).max(least), size))
    }

    /// Whether the first message has a Content-Length that fits.
    fn first_has_length(&mut self) -> io::Result<bool> {
        if self.separator_at(self.next)?.is_none() {
            return Ok(false);
        }
        let start = self.next + self.line_length(self.next)?;
        Ok(self.end_by_length(start)?.is_some())
    }

    /// Where the message that starts at `start` ends by its Content-Length, if that fits.
    fn end_by_length(&mut self, start: u64) -> io::Result<Option<(u64, u64)>> {
        let header = self.window.from(start, LONGEST_HEADER)?;
        let Some((body, length)) = content_length(&header[..header.len().min(LONGEST_HEADER)])
        else {
            return Ok(None);
        };
        let size = self.window.size();
        let Some(end) = length.checked_add(start + body as u64).filter(|end| *end <= size) else {
            return Ok(None);
        };
        let tail = self.window.from(end, 2 * separator::LONGEST)?;
        let line_end = match tail {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        };
        if tail.len() == line_end {
            return Ok(Some((end, size)));
        }
        let next = end + line_end as u64;
        let fits =
            separator::read(&tail[line_end..]).is_some_and(|found| found.separates(self.style));
        Ok(fits.then_some((end, next)))
    }
}

fn fingerprint(bytes: &[u8]) -> [u8; 16] {
    short_hash(&[&bytes[..bytes.len().min(FINGERPRINT)]])
}

/// Where the body begins in `header`, and the Content-Length before that.
fn content_length(header: &[u8]) -> Option<(usize, u64)> {
    const NAME: &[u8] = b"content-length:";
    let mut length = None;
    let mut at = 0;
    loop {
        let line_end = at + memchr::memchr(b'\n', &header[at..])?;
        let line = header[at..line_end].trim_ascii_end();
        at = line_end + 1;
        if line.is_empty() {
            return length.map(|length| (at, length));
        }
        if line.len() > NAME.len() && line[..NAME.len()].eq_ignore_ascii_case(NAME) {
            let value = std::str::from_utf8(line[NAME.len()..].trim_ascii()).ok()?;
            length = Some(value.parse().ok()?);
        }
    }
}
