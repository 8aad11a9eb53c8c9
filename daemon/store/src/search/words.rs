//! What a word is, for the index, for queries and for snippets alike.
//!
//! A word is a run of letters and digits, in lower case, without accents, in the compatibility form
//! of Unicode. Everything else separates, so `jane.doe@acme.example` is four words that stand side
//! by side: found whole as a phrase, and by each part. Scripts that write without spaces (Chinese,
//! Japanese, Korean, Thai and their neighbours) give every pair of neighbouring characters, and the
//! last character of a run by itself, so that every character begins one word.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Words longer than this are not indexed: they are encoded bytes, not language.
pub const LONGEST_WORD: usize = 40;

/// From this length on, a word that mixes digits and both cases is taken for encoded bytes.
const LONGEST_MIXED_WORD: usize = 24;

/// Where a word was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The number of words before it in the text.
    pub position: u32,
    /// The bytes of the text that it was read from.
    pub range: Range<usize>,
    /// Whether it is of a script without spaces.
    pub dense: bool,
}

/// Whom the words are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The index: every word.
    Index,
    /// A query: without the single last character of a run of pairs, which would ask for more than
    /// was typed.
    Query,
}

/// Gives the words of a text one after the other.
#[derive(Debug, Clone)]
pub struct Words<'a> {
    text: &'a str,
    at: usize,
    position: u32,
    purpose: Purpose,
    in_run: bool,
}

impl<'a> Words<'a> {
    /// The words of `text`.
    pub fn new(text: &'a str, purpose: Purpose) -> Self {
        Self { text, at: 0, position: 0, purpose, in_run: false }
    }

    /// Reads the next word into `word`; nothing at the end of the text.
    pub fn read(&mut self, word: &mut String) -> Option<Found> {
        loop {
            word.clear();
            let first = self.skip_to_word()?;
            let position = self.position;
            self.position += 1;
            let start = self.at;
            if is_dense(first) {
                if self.read_pair(first, word) {
                    let end = start + self.pair_length(start);
                    return Some(Found { position, range: start..end, dense: true });
                }
            } else {
                self.in_run = false;
                self.read_letters(word);
                if !is_junk(word, &self.text[start..self.at]) {
                    return Some(Found { position, range: start..self.at, dense: false });
                }
            }
        }
    }

    fn skip_to_word(&mut self) -> Option<char> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if byte.is_ascii() {
                if byte.is_ascii_alphanumeric() {
                    return Some(char::from(byte));
                }
                self.at += 1;
            } else {
                let c = self.text[self.at..].chars().next()?;
                if c.is_alphanumeric() {
                    return Some(c);
                }
                self.at += c.len_utf8();
            }
            self.in_run = false;
        }
        None
    }

    /// Reads the pair that begins here and moves on by one character. False if this is the end of
    /// a run whose pairs were given and the purpose does not want it.
    fn read_pair(&mut self, first: char, word: &mut String) -> bool {
        let rest = &self.text[self.at + first.len_utf8()..];
        push_dense(first, word);
        self.at += first.len_utf8();
        let next = rest.chars().next().filter(|&c| is_dense(c));
        let wanted = next.is_some() || !self.in_run || self.purpose == Purpose::Index;
        if let Some(second) = next {
            push_dense(second, word);
        }
        self.in_run = next.is_some();
        wanted
    }

    fn pair_length(&self, start: usize) -> usize {
        let mut chars = self.text[start..].chars();
        let first = chars.next().map_or(0, char::len_utf8);
        first + chars.next().filter(|&c| is_dense(c)).map_or(0, char::len_utf8)
    }

    fn read_letters(&mut self, word: &mut String) {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if byte.is_ascii_alphanumeric() {
                word.push(char::from(byte.to_ascii_lowercase()));
                self.at += 1;
                continue;
            }
            if byte.is_ascii() {
                return;
            }
            let Some(c) = self.text[self.at..].chars().next() else { return };
            if c.is_alphanumeric() && !is_dense(c) {
                push_folded(c, word);
            } else if !is_combining_mark(c) && !is_invisible(c) {
                return;
            }
            self.at += c.len_utf8();
        }
    }
}

/// One word of a query, with its distance from the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    /// The word as it is indexed.
    pub word: String,
    /// The number of words between the first one and this.
    pub offset: u32,
    /// Whether it is of a script without spaces.
    pub dense: bool,
}

/// The words of `text` as a query asks for them.
pub fn query_words(text: &str) -> Vec<QueryWord> {
    let mut words = Words::new(text, Purpose::Query);
    let (mut found, mut word) = (Vec::<QueryWord>::new(), String::new());
    let mut first = None;
    while let Some(at) = words.read(&mut word) {
        let offset = at.position - *first.get_or_insert(at.position);
        found.push(QueryWord { word: word.clone(), offset, dense: at.dense });
    }
    found
}

/// Whether `c` belongs to a script that writes without spaces between words (or, as Korean,
/// inflects without them).
pub fn is_dense(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF     // Thai, Lao
        | 0x1000..=0x109F   // Myanmar
        | 0x1100..=0x11FF   // Hangul Jamo
        | 0x1780..=0x17FF   // Khmer
        | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x3100..=0x312F | 0x3130..=0x318F | 0x31A0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9F   // half-width Katakana
        | 0x20000..=0x3FFFF)
        && (c.is_alphanumeric() || is_combining_mark(c))
}

fn push_dense(c: char, word: &mut String) {
    if matches!(u32::from(c), 0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x2F800..=0x2FA1F) {
        decompose_compatible(c, |part| word.push(part));
    } else {
        word.push(c);
    }
}

fn push_folded(c: char, word: &mut String) {
    if is_combining_mark(c) {
        // A vowel sign that counts as a letter (as in Devanagari) stays; a point above one goes.
        if !matches!(u32::from(c), 0x0591..=0x05C7 | 0x064B..=0x065F | 0x0670) {
            word.push(c);
        }
        return;
    }
    for lower in c.to_lowercase() {
        if let Some(letters) = plain_letters(lower) {
            word.push_str(letters);
            continue;
        }
        decompose_compatible(lower, |part| {
            if !is_combining_mark(part) {
                word.extend(part.to_lowercase());
            }
        });
    }
}

/// Letters that Unicode does not take apart, though people type them apart.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        _ => return None,
    })
}

/// Characters that show nothing and may stand within a word: soft hyphen, joiners, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

fn is_junk(word: &str, typed: &str) -> bool {
    if word.is_empty() {
        return true;
    }
    if word.len() <= LONGEST_MIXED_WORD {
        return false;
    }
    let length = word.chars().count();
    length > LONGEST_WORD
        || (length > LONGEST_MIXED_WORD
            && typed.bytes().any(|b| b.is_ascii_digit())
            && typed.bytes().any(|b| b.is_ascii_lowercase())
            && typed.bytes().any(|b| b.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, purpose: Purpose) -> Vec<String> {
        let (mut words, mut word, mut all) = (Words::new(text, purpose), String::new(), Vec::new());
        while let Some(found) = words.read(&mut word) {
            assert!(text.get(found.range.clone()).is_some_and(|t| !t.is_empty()));
            all.push(format!("{word}@{}", found.position));
        }
        all
    }

    #[test]
    fn an_address_is_found_by_each_part() {
        assert_eq!(
            words("Jane.Doe@Acme.example, INC-4711", Purpose::Index),
            ["jane@0", "doe@1", "acme@2", "example@3", "inc@4", "4711@5"]
        );
    }

    #[test]
    fn accents_and_ligatures_do_not_matter() {
        assert_eq!(
            words("Señor Müller naïve Straße Łódź ﬁle Ｆｕｌｌ", Purpose::Index),
            ["senor@0", "muller@1", "naive@2", "strasse@3", "lodz@4", "file@5", "full@6"]
        );
        assert_eq!(
            words("e\u{301}te\u{301} co\u{AD}operate", Purpose::Index),
            ["ete@0", "cooperate@1"]
        );
    }

    #[test]
    fn text_without_spaces_is_found_by_any_part_of_it() {
        assert_eq!(
            words("東京都abc 한국", Purpose::Index),
            ["東京@0", "京都@1", "都@2", "abc@3", "한국@4", "국@5"]
        );
        assert_eq!(words("東京都abc 한", Purpose::Query), ["東京@0", "京都@1", "abc@3", "한@4"]);
    }

    #[test]
    fn encoded_bytes_do_not_fill_the_index() {
        let long = "x".repeat(41);
        let mixed = "aGVsbG8gd29ybGQgaGVsbG8gd29y";
        assert_eq!(words(&format!("a {long} b {mixed} c"), Purpose::Index), ["a@0", "b@2", "c@4"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_splits_within_its_bounds(text in "\\PC{0,60}") {
            words(&text, Purpose::Index);
            words(&text, Purpose::Query);
        }
    }
}
