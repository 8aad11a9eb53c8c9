//! Character sets: the declared one where the bytes allow it, else what they look like (F14).

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Decoded text, and how it was decoded.
pub(crate) struct Decoded<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// The name of the character set used.
    pub used: &'static str,
    /// Whether it is not the declared one.
    pub detected: bool,
}

impl<'a> Decoded<'a> {
    fn declared(text: Cow<'a, str>, used: &'static str) -> Self {
        Self { text, used, detected: false }
    }

    fn detected(text: Cow<'a, str>, used: &'static str) -> Self {
        Self { text, used, detected: true }
    }
}

/// Decodes `bytes`, said to be in the character set `declared` (empty if nothing was said).
pub(crate) fn decode<'a>(bytes: &'a [u8], declared: &str) -> Decoded<'a> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let label = clean_label(declared);
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
        return decode_unnamed(bytes, &label);
    };
    if is_plain_ascii(bytes) && encoding.is_ascii_compatible() {
        return Decoded::declared(ascii(bytes), encoding.name());
    }
    if encoding == UTF_8 {
        return decode_utf8(bytes);
    }
    if encoding.is_single_byte()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        // Text of a single-byte set that is well-formed UTF-8 by chance hardly exists.
        return Decoded::detected(Cow::Borrowed(text), UTF_8.name());
    }
    if encoding == WINDOWS_1252 && label.ends_with("ascii") {
        return detect(bytes);
    }
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Decoded::declared(text, encoding.name());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded::detected(Cow::Borrowed(text), UTF_8.name());
    }
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    if mostly_readable(&text) { Decoded::declared(text, encoding.name()) } else { detect(bytes) }
}

/// The name of the character set `declared`; that of plain ASCII where it says nothing known.
pub(crate) fn name_of(declared: &str) -> &'static str {
    Encoding::for_label(clean_label(declared).as_bytes()).map_or("us-ascii", Encoding::name)
}

/// Decodes text whose character set has no name that the web knows: those that only mail uses,
/// such as UTF-7, and those that do not exist.
fn decode_unnamed<'a>(bytes: &'a [u8], label: &str) -> Decoded<'a> {
    if label.is_empty() && is_plain_ascii(bytes) {
        return Decoded::declared(ascii(bytes), "us-ascii");
    }
    if let Some(decoder) = charset_decoder(label.as_bytes()) {
        let text = decoder(bytes);
        if !text.contains('\u{fffd}') {
            let used = if label == "utf-7" { "UTF-7" } else { "a mail-only character set" };
            return Decoded::declared(Cow::Owned(text), used);
        }
    }
    detect(bytes)
}

fn decode_utf8(bytes: &[u8]) -> Decoded<'_> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded::declared(Cow::Borrowed(text), UTF_8.name());
    }
    let text = String::from_utf8_lossy(bytes);
    let broken = text.chars().filter(|c| *c == '\u{fffd}').count();
    let whole = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    if whole >= broken * 4 { Decoded::declared(text, UTF_8.name()) } else { detect(bytes) }
}

/// Decodes `bytes` by what they look like.
pub(crate) fn detect(bytes: &[u8]) -> Decoded<'_> {
    if !bytes.contains(&0x1b)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Decoded::detected(Cow::Borrowed(text), UTF_8.name());
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // What decides stands early; a log of megabytes would only cost time.
    detector.feed(bytes.get(..64 << 10).unwrap_or(bytes), true);
    let encoding = detector.guess(None, Utf8Detection::Allow);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Decoded::detected(text, encoding.name())
}

/// The charset label as RFC 2231 and sloppy software write it, brought to the web's spelling.
fn clean_label(declared: &str) -> String {
    let label = declared.split('*').next().unwrap_or_default();
    let label = label.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
    match label.as_str() {
        "latin-1" | "iso8859_1" | "iso-latin-1" | "cp-1252" | "win-1252" => "windows-1252".into(),
        "utf8mb4" | "utf-8-mac" | "unicode" | "utf_8" | "unicode-2-0-utf-8" => "utf-8".into(),
        "win-1251" | "cp-1251" => "windows-1251".into(),
        "ks_c_5601" | "cp949" | "ms949" => "euc-kr".into(),
        "cp932" | "ms932" | "sjis" => "shift_jis".into(),
        "cp936" | "ms936" | "gb2312_charset" => "gbk".into(),
        "cp950" => "big5".into(),
        "unicode-1-1-utf-7" => "utf-7".into(),
        "ascii7" | "iso646-us" => "us-ascii".into(),
        _ => label,
    }
}

fn is_plain_ascii(bytes: &[u8]) -> bool {
    bytes.is_ascii() && memchr::memchr(0x1b, bytes).is_none()
}

fn ascii(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Whether so little is unreadable that the character set must still be the right one.
fn mostly_readable(text: &str) -> bool {
    let broken = text.chars().filter(|c| *c == '\u{fffd}').count();
    let foreign = text.chars().filter(|c| !c.is_ascii()).count();
    broken * 10 <= foreign
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], declared: &str, text: &str, used: &str, detected: bool) {
        let decoded = decode(bytes, declared);
        assert_eq!((&*decoded.text, decoded.used, decoded.detected), (text, used, detected));
    }

    #[test]
    fn the_declared_set_wins_where_the_bytes_allow_it() {
        check(b"Gr\xfc\xdfe", "ISO-8859-1", "Grüße", "windows-1252", false);
        check("Grüße".as_bytes(), "\"utf-8\"", "Grüße", "UTF-8", false);
        check(b"\xcf\xf0\xe8\xe2\xe5\xf2", "Windows-1251", "Привет", "windows-1251", false);
        check(b"\x1b$B%O%m!<\x1b(B", "iso-2022-jp", "ハロー", "ISO-2022-JP", false);
        check(b"+ZYeB9FH6ckh5Pg-", "UTF-7", "文致出版社", "UTF-7", false);
        check(b"plain", "", "plain", "us-ascii", false);
    }

    #[test]
    fn a_wrong_declaration_does_not_garble_the_text() {
        check("Grüße".as_bytes(), "us-ascii", "Grüße", "UTF-8", true);
        check("Grüße aus Köln".as_bytes(), "iso-8859-1", "Grüße aus Köln", "UTF-8", true);
        check(b"sch\xf6ne Gr\xfc\xdfe", "utf-8", "schöne Grüße", "windows-1252", true);
        check(b"sch\xf6ne Gr\xfc\xdfe", "x-unknown", "schöne Grüße", "windows-1252", true);
        check(b"\x1b$B%O%m!<\x1b(B", "", "ハロー", "ISO-2022-JP", true);
    }

    #[test]
    fn one_broken_character_does_not_change_the_set_of_a_long_text() {
        let mut bytes = "Größe, Übung, Äpfel, Öl, ß".as_bytes().to_vec();
        bytes.push(0xc3);
        assert_eq!(decode(&bytes, "utf-8").used, "UTF-8");
    }
}
