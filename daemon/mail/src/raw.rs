//! Makes bytes fit for the MIME parser: line ends, separators and header blocks that are broken in
//! ways that people's mail is.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr_iter};

use crate::{Defect, ParseError, defect::defect};

/// Bytes with a proper header block, and what had to be mended.
pub(crate) struct Prepared<'a> {
    /// The bytes for the MIME parser.
    pub bytes: Cow<'a, [u8]>,
    /// Length of the header block.
    pub header_len: usize,
    /// What was mended.
    pub defects: Vec<Defect>,
}

/// Mends `raw`. Pure, so that offsets found in one call fit the next.
pub(crate) fn prepare(raw: &[u8]) -> Result<Prepared<'_>, ParseError> {
    let mut defects = Vec::new();
    let mut bytes = without_byte_order_mark(raw, &mut defects);
    if memchr(b'\n', &bytes).is_none() && memchr(b'\r', &bytes).is_some() {
        defects.push(defect("bare_cr", "lines end in CR alone"));
        bytes.to_mut().iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
    }
    let start = leading_junk(&bytes);
    if start > 0 {
        bytes = from_offset(bytes, start);
    }
    if bytes.is_empty() {
        return Err(ParseError::Empty);
    }
    let block = scan_header_block(&bytes);
    match block.end {
        BlockEnd::Proper => {}
        BlockEnd::Body(at) if block.headers == 0 => {
            if !looks_like_text(&bytes) {
                return Err(ParseError::NotAMessage);
            }
            defects.push(defect("no_headers", "the text starts without a header"));
            insert_line(bytes.to_mut(), at);
        }
        BlockEnd::Body(at) => {
            defects.push(defect("no_header_separator", "no empty line ends the header block"));
            insert_line(bytes.to_mut(), at);
        }
    }
    Ok(Prepared { bytes, header_len: block.len, defects })
}

fn without_byte_order_mark<'a>(raw: &'a [u8], defects: &mut Vec<Defect>) -> Cow<'a, [u8]> {
    let wide = match raw {
        [0xef, 0xbb, 0xbf, rest @ ..] => return Cow::Borrowed(rest),
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        _ => return Cow::Borrowed(raw),
    };
    defects.push(defect("utf16_file", "the whole message is stored as UTF-16"));
    Cow::Owned(wide.into_owned().into_bytes())
}

fn from_offset(bytes: Cow<'_, [u8]>, start: usize) -> Cow<'_, [u8]> {
    match bytes {
        Cow::Borrowed(all) => Cow::Borrowed(all.get(start..).unwrap_or_default()),
        Cow::Owned(mut all) => {
            all.drain(..start.min(all.len()));
            Cow::Owned(all)
        }
    }
}

fn insert_line(bytes: &mut Vec<u8>, at: usize) {
    bytes.insert(at.min(bytes.len()), b'\n');
}

/// The offset behind empty lines and mbox separators at the start.
fn leading_junk(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(line) = line_at(bytes, at) {
        let separator = line.starts_with(b"From ") || line.starts_with(b">From ");
        if !separator && !is_blank(line) {
            break;
        }
        at += line.len();
    }
    at
}

/// The line that starts at `at`, with its line end; nothing at the end of the bytes.
fn line_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    let end = memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
    rest.get(..end)
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

struct HeaderBlock {
    headers: usize,
    len: usize,
    end: BlockEnd,
}

enum BlockEnd {
    /// At an empty line, or at the end of the bytes.
    Proper,
    /// At a line of text, at this offset.
    Body(usize),
}

fn scan_header_block(bytes: &[u8]) -> HeaderBlock {
    let (mut at, mut headers) = (0, 0);
    while let Some(line) = line_at(bytes, at) {
        let next = at + line.len();
        if is_blank(line) {
            // White space goes on with the header above, unless no header follows it.
            let spaced = headers > 0 && matches!(line.first(), Some(b' ' | b'\t'));
            if spaced && line_at(bytes, next).is_some_and(|line| !is_blank(line)) {
                if line_at(bytes, next).is_some_and(is_known_header) {
                    at = next;
                    continue;
                }
                return HeaderBlock { headers, len: at, end: BlockEnd::Body(at) };
            }
            let end = if headers == 0 { BlockEnd::Body(at) } else { BlockEnd::Proper };
            return HeaderBlock { headers, len: at, end };
        }
        let continued = headers > 0 && matches!(line.first(), Some(b' ' | b'\t'));
        let starts_header = !continued && is_header(line);
        headers += usize::from(starts_header);
        let foreign = !continued && !starts_header;
        if foreign && !line_at(bytes, next).is_some_and(is_known_header) {
            return HeaderBlock { headers, len: at, end: BlockEnd::Body(at) };
        }
        at = next;
    }
    let end = if headers == 0 { BlockEnd::Body(0) } else { BlockEnd::Proper };
    HeaderBlock { headers, len: at, end }
}

/// Whether a line starts as `Name:`, the name as RFC 5322 has it.
fn is_header(line: &[u8]) -> bool {
    let Some(colon) = memchr(b':', line) else { return false };
    let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
    !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}

/// Whether a line is a header that mail really carries: what stands before it is junk then, not
/// the start of the body.
fn is_known_header(line: &[u8]) -> bool {
    const NAMES: [&str; 14] = [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "received",
        "message-id",
        "mime-version",
        "reply-to",
        "return-path",
        "references",
        "in-reply-to",
        "sender",
        "delivered-to",
    ];
    let Some(colon) = memchr(b':', line) else { return false };
    let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
    let starts = |prefix: &str| {
        name.get(..prefix.len()).is_some_and(|n| n.eq_ignore_ascii_case(prefix.as_bytes()))
            && name.iter().all(u8::is_ascii_graphic)
    };
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        || starts("content-")
        || starts("x-")
        || starts("dkim-")
}

/// Whether headerless bytes are something that a person may have written.
fn looks_like_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let control = head.iter().filter(|b| **b < 0x20 && !b.is_ascii_whitespace() && **b != 0x1b);
    !is_blank(head) && control.count() * 50 <= head.len() && memchr_iter(0, head).count() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(raw: &str) -> (String, Vec<String>) {
        let prepared = prepare(raw.as_bytes()).unwrap();
        let codes = prepared.defects.into_iter().map(|d| d.code).collect();
        (String::from_utf8(prepared.bytes.into_owned()).unwrap(), codes)
    }

    #[test]
    fn an_mbox_separator_is_no_header() {
        let (text, defects) =
            mended("\n>From a@b.example Mon Jan  1 10:00:00 2026\nSubject: x\n\ny");
        assert_eq!(text, "Subject: x\n\ny");
        assert!(defects.is_empty());
    }

    #[test]
    fn a_missing_separator_line_does_not_swallow_the_text() {
        let (text, defects) = mended("Subject: x\nHello there\nNote: all is well\n");
        assert_eq!(text, "Subject: x\n\nHello there\nNote: all is well\n");
        assert_eq!(defects, ["no_header_separator"]);
    }

    #[test]
    fn a_separator_of_spaces_is_one() {
        let (text, defects) = mended("Subject: x\r\n \r\nHello\r\n");
        assert_eq!(text, "Subject: x\r\n\n \r\nHello\r\n");
        assert_eq!(defects, ["no_header_separator"]);
        assert_eq!(mended("Subject: x\n \nFrom: a\n\nHello\n").1, Vec::<String>::new());
    }

    #[test]
    fn junk_between_headers_does_not_end_them() {
        let (text, defects) = mended("Received: a\nbroken line\nSubject: x\n\nbody");
        assert_eq!(text, "Received: a\nbroken line\nSubject: x\n\nbody");
        assert!(defects.is_empty());
    }

    #[test]
    fn text_without_headers_stays_text_and_bytes_do_not() {
        let (text, defects) = mended("just a note\nto you\n");
        assert_eq!(
            (text.as_str(), defects),
            ("\njust a note\nto you\n", vec!["no_headers".into()])
        );
        assert!(matches!(prepare(&[0, 1, 2, 3, 200, 0]), Err(ParseError::NotAMessage)));
        assert!(matches!(prepare(b" \r\n\n"), Err(ParseError::Empty)));
    }

    #[test]
    fn lines_that_end_in_cr_alone_are_lines() {
        assert_eq!(mended("Subject: x\r\rbody\r").0, "Subject: x\n\nbody\n");
    }
}
