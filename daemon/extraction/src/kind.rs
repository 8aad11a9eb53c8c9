//! What a file is, by its bytes first and by its name where they do not tell.

use crate::output::File;

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdf,
    /// A zip archive, or a format that is one.
    Zip,
    /// An OLE2 compound file: MSG, XLS, DOC, PPT, an encrypted office file.
    Compound,
    Gzip,
    /// A tape archive (tar).
    Tape,
    /// An archive of 7-Zip.
    Seven,
    Rtf,
    Html,
    /// Text of any kind: plain, CSV, logs, XML.
    Text,
    Mail,
    Calendar,
    Picture,
    Recording,
    Empty,
    Unknown,
}

/// How many bytes are looked at.
const LOOKED_AT: usize = 2_048;

/// What `file` is.
pub(crate) fn kind(file: &File<'_>) -> Kind {
    let bytes = file.bytes;
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    if head.iter().all(u8::is_ascii_whitespace) && bytes.len() <= LOOKED_AT {
        return Kind::Empty;
    }
    by_magic(head).unwrap_or_else(|| by_name(file, head))
}

fn by_magic(head: &[u8]) -> Option<Kind> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let riff = |form: &[u8]| starts(b"RIFF") && head.get(8..12) == Some(form);
    let brand = head.get(4..8) == Some(b"ftyp");
    Some(if head.windows(5).take(1_024).any(|w| w == b"%PDF-") {
        Kind::Pdf
    } else if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") || starts(b"PK\x07\x08") {
        Kind::Zip
    } else if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        Kind::Compound
    } else if starts(b"\x1f\x8b\x08") {
        Kind::Gzip
    } else if head.get(257..262) == Some(b"ustar") {
        Kind::Tape
    } else if starts(b"7z\xbc\xaf\x27\x1c") {
        Kind::Seven
    } else if starts(b"{\\rtf") {
        Kind::Rtf
    } else if starts(b"\x89PNG")
        || starts(b"\xff\xd8\xff")
        || starts(b"GIF8")
        || starts(b"II*\0")
        || starts(b"MM\0*")
        || riff(b"WEBP")
        || (starts(b"BM") && head.get(6..10) == Some(&[0; 4]))
        || (brand && matches!(head.get(8..12), Some(b"heic" | b"heix" | b"avif" | b"mif1")))
    {
        Kind::Picture
    } else if starts(b"ID3")
        || starts(b"OggS")
        || starts(b"fLaC")
        || starts(b"\x1aE\xdf\xa3")
        || riff(b"WAVE")
        || riff(b"AVI ")
        || brand
    {
        Kind::Recording
    } else {
        return None;
    })
}

fn by_name(file: &File<'_>, head: &[u8]) -> Kind {
    if !looks_like_text(head) {
        return match file.media_type.split('/').next() {
            Some("image") => Kind::Picture,
            Some("audio" | "video") => Kind::Recording,
            _ => Kind::Unknown,
        };
    }
    let name = file.name.to_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let lower = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').to_lowercase();
    let lower = lower.trim_start();
    if matches!(ending, "eml" | "mht" | "mhtml") || file.media_type == "message/rfc822" {
        return Kind::Mail;
    }
    if lower.starts_with("begin:vcalendar") {
        return Kind::Calendar;
    }
    let html = lower.starts_with("<!doctype html") || lower.starts_with("<html");
    if html || matches!(ending, "html" | "htm" | "xhtml") || file.media_type == "text/html" {
        return Kind::Html;
    }
    if ending == "svg" || file.media_type == "image/svg+xml" {
        return Kind::Picture;
    }
    Kind::Text
}

/// Whether these bytes are text in some character set: no control characters but white space, or
/// UTF-16 with its mark.
fn looks_like_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return true;
    }
    let control = |b: &&u8| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0xc | 0x1b);
    head.iter().filter(control).count() * 200 <= head.len() && !head.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, media_type: &str, bytes: &[u8]) -> Kind {
        kind(&File { name, media_type, bytes, path: "", depth: 0 })
    }

    #[test]
    fn a_file_is_what_its_bytes_say_whatever_its_name() {
        assert_eq!(of("offer.txt", "text/plain", b"\n%PDF-1.7\n"), Kind::Pdf);
        assert_eq!(of("a.pdf", "application/pdf", b"\x89PNG\r\n\x1a\n\0"), Kind::Picture);
        assert_eq!(of("a.doc", "application/msword", b"{\\rtf1 hello}"), Kind::Rtf);
        assert_eq!(of("x", "", b"<!DOCTYPE html><p>hello"), Kind::Html);
        assert_eq!(of("x.log", "application/octet-stream", b"line one\nline two\n"), Kind::Text);
        assert_eq!(of("x.txt", "text/plain", b"\xff\xfeh\0i\0"), Kind::Text);
        assert_eq!(of("x.eml", "", b"From: a@b.example\r\n\r\nhello"), Kind::Mail);
        assert_eq!(of("x.txt", "", b"\x1f\x8b\x08\0\0"), Kind::Gzip);
        assert_eq!(of("x.bin", "", &[0, 1, 2, 3, 4, 5]), Kind::Unknown);
        assert_eq!(of("x.txt", "", b" \r\n"), Kind::Empty);
    }
}
