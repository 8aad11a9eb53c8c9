//! What bytes are, by looking at their beginning.

use app::source::Refusal;

use crate::{mbox, refusal::refuse};

/// How many bytes from the beginning of a file suffice to recognise it.
pub const HEAD: usize = 4096;

/// What the beginning of a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// Nothing, or white space alone.
    Empty,
    /// A `From ` separator line, and a message behind it.
    Mbox,
    /// A zip archive (or one of the many formats that are zip archives inside).
    Zip,
    /// The header of a message (RFC 5322).
    Message,
    /// A store of Outlook (PST, OST).
    Store,
    /// A compound file: a message of Outlook (MSG), or an old Office file.
    Compound,
    /// Something else, with its name if it is a known one.
    Other(Option<&'static str>),
}

/// Formats that people have lying beside their mail, by their first bytes.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "gzip-compressed: unpack it first"),
    (b"BZh", "bzip2-compressed: unpack it first"),
    (b"\xfd7zXZ\0", "xz-compressed: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"// <!-- <mdb:mork", "an index of Thunderbird"),
    (b"\0\x05\x16\x07", "an AppleDouble companion file"),
    (b"\0\0\0\x01Bud1", "a .DS_Store file"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
    (b"{", "JSON"),
    (b"BABYL OPTIONS", "a Babyl file of Emacs: convert it to mbox first"),
];

/// Header names of which a message has at least one; a text that merely begins with `word:` has
/// none.
const KNOWN_HEADERS: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "date",
    "subject",
    "message-id",
    "received",
    "return-path",
    "delivered-to",
    "sender",
    "reply-to",
    "mime-version",
    "content-type",
    "in-reply-to",
    "references",
    "resent-from",
    "x-original-to",
    "x-mailer",
    "envelope-to",
];

/// What a file looks like that begins with `head`.
pub fn looks(head: &[u8]) -> Looks {
    let text = skip_blank_lines(head);
    if text.is_empty() {
        return Looks::Empty;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Looks::Zip;
    }
    if mbox::begins(text) {
        return Looks::Mbox;
    }
    if head.starts_with(b"!BDN") {
        return Looks::Store;
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Looks::Compound;
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Looks::Other(Some(what));
    }
    if is_header_line(text) && has_known_header(text) {
        return Looks::Message;
    }
    Looks::Other(None)
}

/// Whether `bytes` may be captured as a message. A file whose name says that it is one is believed
/// unless it is plainly something else; its defects are the parser's business.
pub fn accept(bytes: &[u8], name_says_message: bool) -> Result<(), Refusal> {
    match looks(&bytes[..bytes.len().min(64 << 10)]) {
        Looks::Message | Looks::Mbox => Ok(()),
        Looks::Empty => Err(refuse("empty", "it has no content")),
        Looks::Store => {
            let detail = "it is an Outlook data file (PST or OST): import it by its own path";
            Err(refuse("not_a_message", detail))
        }
        Looks::Compound => Err(refuse("not_a_message", "it is an old Office file")),
        Looks::Zip => Err(refuse("not_a_message", "it is a zip archive inside something else")),
        Looks::Other(Some(what)) => Err(refuse("not_a_message", format!("it is {what}"))),
        Looks::Other(None) if name_says_message && !bytes[..bytes.len().min(512)].contains(&0) => {
            Ok(())
        }
        Looks::Other(None) => {
            Err(refuse("not_a_message", "it does not begin with a message header"))
        }
    }
}

/// Whether a file name says that the file is one message.
pub fn names_message(name: &str) -> bool {
    has_extension(name, &["eml", "rfc822"])
}

/// Whether a file name ends in one of these extensions, in any case.
pub fn has_extension(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| {
        extensions.iter().any(|wanted| found.eq_ignore_ascii_case(wanted))
    })
}

/// Whether `text` begins with a header line: a name of printable ASCII and a colon (RFC 5322,
/// section 2.2; white space before the colon as in its obsolete syntax).
pub fn is_header_line(text: &[u8]) -> bool {
    header_name(text).is_some()
}

fn header_name(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().take(78).position(|b| !(33..=126).contains(b) || *b == b':')?;
    let rest = &text[end..];
    let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    (end > 0 && rest.get(blanks) == Some(&b':')).then_some(&text[..end])
}

fn has_known_header(text: &[u8]) -> bool {
    text.split(|b| *b == b'\n')
        .take_while(|line| !line.is_empty() && *line != b"\r")
        .filter_map(header_name)
        .any(|name| KNOWN_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())))
}

/// `bytes` without a byte order mark, and without blank lines at the beginning.
pub fn skip_blank_lines(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let blank = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
    // White space before the first text of a line is that line's own.
    let line = bytes[..blank].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    if blank == bytes.len() { &[] } else { &bytes[line..] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_without_extension_is_a_message_and_a_licence_is_not() {
        assert_eq!(looks(b"Message-ID: <1@a.example>\nDate: x\n\nHi"), Looks::Message);
        assert_eq!(looks(b"X-Odd: 1\r\nSubject : hello\r\n\r\nHi"), Looks::Message);
        assert_eq!(looks(b"Note: buy milk\n\nFrom: nobody"), Looks::Other(None));
        assert_eq!(looks(b"MIT License\n\nCopyright (c)"), Looks::Other(None));
        assert_eq!(looks(b"\n \n"), Looks::Empty);
        assert_eq!(looks(b"%PDF-1.4"), Looks::Other(Some("a PDF")));
    }

    #[test]
    fn a_damaged_message_is_kept_where_its_name_says_that_it_is_one() {
        assert!(accept(b"no header at all", true).is_ok());
        assert_eq!(accept(b"no header at all", false).unwrap_err().reason, "not_a_message");
        assert_eq!(accept(b"\0\0\0\x01Bud1", true).unwrap_err().reason, "not_a_message");
        assert_eq!(accept(b"", true).unwrap_err().reason, "empty");
        assert!(names_message("A.EML") && !names_message("eml"));
    }
}
