//! Encoded words in headers (RFC 2047 and its language suffix of RFC 2231).
//!
//! Neighbouring words of one character set are decoded together: many mailers cut a character in
//! two at the end of a word.

use std::borrow::Cow;

use crate::{charset, transfer};

/// One `=?charset?encoding?text?=`.
struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    len: usize,
}

/// The longest name of a character set that is looked at.
const MAX_CHARSET: usize = 64;
/// The longest encoded text that is looked at; RFC 2047 allows 75 bytes, mailers exceed it. A
/// bound keeps a header full of openings from costing quadratic time.
const MAX_WORD: usize = 4096;

/// `text` with its encoded words decoded.
pub(crate) fn decode_words(text: &str) -> Cow<'_, str> {
    replace_words(text, |decoded, out| {
        out.extend(decoded.chars().map(|c| if c.is_control() { ' ' } else { c }));
    })
}

/// `text` with each run of encoded words rewritten as one word in UTF-8, so that a parser of
/// structured headers meets no cut characters.
pub(crate) fn join_words(text: &str) -> Cow<'_, str> {
    replace_words(text, |decoded, out| {
        let clean: String = decoded.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        out.push_str("=?utf-8?b?");
        out.push_str(&data_encoding::BASE64.encode(clean.as_bytes()));
        out.push_str("?=");
    })
}

fn replace_words(text: &str, emit: impl Fn(&str, &mut String)) -> Cow<'_, str> {
    if !text.contains("=?") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let (before, word_on) = rest.split_at(start);
        let Some((run, len)) = read_run(word_on) else {
            out.push_str(before);
            out.push_str("=?");
            rest = word_on.get(2..).unwrap_or_default();
            continue;
        };
        out.push_str(before);
        emit(&run, &mut out);
        rest = word_on.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Decodes the run of encoded words at the start of `text`; gives it with its length.
fn read_run(text: &str) -> Option<(String, usize)> {
    let first = read_word(text)?;
    let mut decoded = String::new();
    let (mut charset, mut bytes, mut len) = (first.charset, first.bytes, first.len);
    loop {
        let after = text.get(len..).unwrap_or_default();
        let next = after.trim_start();
        let Some(word) = read_word(next) else { break };
        len += after.len() - next.len() + word.len;
        if word.charset.eq_ignore_ascii_case(charset) {
            bytes.extend(word.bytes);
        } else {
            decoded.push_str(&charset::decode(&bytes, charset).text);
            (charset, bytes) = (word.charset, word.bytes);
        }
    }
    decoded.push_str(&charset::decode(&bytes, charset).text);
    Some((decoded, len))
}

fn read_word(text: &str) -> Option<Word<'_>> {
    let rest = text.strip_prefix("=?")?;
    let window = rest.as_bytes();
    let charset_len = memchr::memchr(b'?', window.get(..MAX_CHARSET).unwrap_or(window))?;
    let charset = rest.get(..charset_len).filter(|c| c.bytes().all(|b| b.is_ascii_graphic()))?;
    let (encoding, rest) = rest.get(charset_len + 1..)?.split_at_checked(2)?;
    let window = rest.as_bytes();
    let end = memchr::memmem::find(window.get(..MAX_WORD).unwrap_or(window), b"?=")?;
    let data = window.get(..end)?;
    let bytes = match encoding {
        "B?" | "b?" => transfer::base64(data),
        "Q?" | "q?" => q_decode(data),
        _ => return None,
    };
    let charset = charset.split('*').next().filter(|name| !name.is_empty())?;
    Some(Word { charset, bytes, len: text.len() - rest.len() + end + 2 })
}

/// The Q encoding: quoted-printable with `_` for a space.
fn q_decode(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some(&b) = data.get(at) {
        at += 1;
        match b {
            b'_' => bytes.push(b' '),
            b'=' => {
                let pair = data.get(at..at + 2).map(|d| (transfer::hex(d[0]), transfer::hex(d[1])));
                if let Some((Some(high), Some(low))) = pair {
                    bytes.push(high << 4 | low);
                    at += 2;
                } else {
                    bytes.push(b'=');
                }
            }
            _ => bytes.push(b),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_cut_between_two_words_is_whole_again() {
        assert_eq!(decode_words("=?UTF-8?B?R3LDvMM=?=\r\n =?utf-8?B?n2U=?= Welt"), "Grüße Welt");
        assert_eq!(decode_words("=?UTF-8?Q?caf=C3?= =?UTF-8?Q?=A9?="), "café");
    }

    #[test]
    fn what_is_no_word_stays() {
        assert_eq!(decode_words("a =? b =?x?y?z?= =?utf-8?q?ok?="), "a =? b =?x?y?z?= ok");
        assert_eq!(decode_words("=?utf-8?q?a=zz_b?="), "a=zz b");
        assert_eq!(decode_words("=?us-ascii*en?q?tagged?="), "tagged");
    }

    #[test]
    fn a_line_break_cannot_be_smuggled_in() {
        assert_eq!(decode_words("=?utf-8?q?a=0D=0AX:_b?="), "a  X: b");
    }

    #[test]
    fn words_of_a_name_are_joined_for_the_address_parser() {
        let joined = join_words("=?utf-8?q?J=C3?= =?utf-8?q?=B6rg?= <j@b.example>");
        assert_eq!(joined, "=?utf-8?b?SsO2cmc=?= <j@b.example>");
    }
}
