//! Words, numbers, clauses and sentences of a text: what every other module here reads.

use crate::{fold, language::Languages};

/// A word or number of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Byte offset of its first character.
    pub start: u32,
    /// Byte offset behind its last character.
    pub end: u32,
    /// Where its folded form lies.
    fold: (u32, u32),
    /// The sentence that it stands in, from 0.
    pub sentence: u32,
    /// The clause that it stands in, from 0 over the whole text.
    pub clause: u32,
    /// Whether it holds a letter outside ASCII.
    pub accented: bool,
    /// Whether it begins with a digit.
    pub number: bool,
    /// Whether it is the first of its sentence.
    pub first: bool,
    /// Whether it stands between quotation marks: somebody else's words, or a name.
    pub quoted: bool,
}

/// How a sentence ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Byte offset of its first word.
    pub start: u32,
    /// Byte offset behind its last word and the marks that close it.
    pub end: u32,
    /// Whether a question mark closes it.
    pub question: bool,
    /// Whether an exclamation mark closes it.
    pub exclaimed: bool,
    /// Whether two marks or more close it: `??`, `!!`, `?!`.
    pub emphatic: bool,
}

/// A text, read once: its tokens, sentences and languages.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    source: &'a str,
    folded: String,
    tokens: Vec<Token>,
    sentences: Vec<Sentence>,
    languages: Languages,
}

impl<'a> Text<'a> {
    /// Reads `source`; of a text beyond 4 GiB the rest is left unread.
    pub fn read(source: &'a str) -> Self {
        let mut reader = Reader::new(source);
        reader.run();
        reader.mark_quotations();
        let Reader { folded, tokens, sentences, .. } = reader;
        let mut text = Self { source, folded, tokens, sentences, languages: Languages::ALL };
        text.languages = Languages::of(&text);
        text
    }

    /// The text itself.
    pub fn source(&self) -> &'a str {
        self.source
    }

    /// Its words and numbers.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Its sentences.
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// The languages that it may be written in.
    pub fn languages(&self) -> Languages {
        self.languages
    }

    /// The folded form of `token`: lower case, no accents.
    pub fn folded(&self, token: &Token) -> &str {
        &self.folded[token.fold.0 as usize..token.fold.1 as usize]
    }

    /// `token` as written.
    pub fn written(&self, token: &Token) -> &'a str {
        &self.source[token.start as usize..token.end as usize]
    }

    /// What stands between two neighbouring tokens.
    pub fn between(&self, left: &Token, right: &Token) -> &'a str {
        &self.source[left.end as usize..right.start as usize]
    }
}

/// Endings that stay with the word before the apostrophe: `don't`, `I'm`, `we've`.
const CONTRACTED: [&str; 6] = ["t", "m", "re", "ve", "ll", "d"];

/// Short words that a full stop does not end a sentence after.
const ABBREVIATIONS: [&str; 27] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "no", "nr", "vs", "approx", "dept", "inc", "ltd", "co",
    "z", "d", "u", "m", "sr", "sra", "dott", "sig", "bzw", "ca", "ggf", "evtl", "mme",
];

/// Short forms of months, behind whose full stop a day may go on: `Oct. 2`.
const SHORT_MONTHS: [&str; 30] = [
    "jan", "janv", "feb", "fev", "fevr", "mar", "mrz", "mrt", "apr", "avr", "abr", "jun", "jul",
    "juil", "aug", "sep", "sept", "sett", "oct", "okt", "ott", "nov", "dec", "dez", "dic", "ene",
    "gen", "mag", "giu", "lug",
];

struct Reader<'a> {
    source: &'a str,
    at: usize,
    folded: String,
    tokens: Vec<Token>,
    sentences: Vec<Sentence>,
    sentence_start: usize,
    clause: u32,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        let words = source.len() / 5;
        Self {
            source,
            at: 0,
            folded: String::with_capacity(source.len()),
            tokens: Vec::with_capacity(words),
            sentences: Vec::with_capacity(words / 8),
            sentence_start: 0,
            clause: 0,
        }
    }

    fn run(&mut self) {
        while self.at < self.source.len() && self.at < u32::MAX as usize {
            let byte = self.source.as_bytes()[self.at];
            if byte == b' ' {
                self.at += 1;
            } else if byte.is_ascii_digit() {
                self.number();
            } else if byte.is_ascii_alphabetic() || byte >= 0x80 && self.letter_here() {
                self.word();
            } else {
                self.mark(byte);
            }
        }
        self.close_sentence(self.source.len());
    }

    /// Marks the tokens between quotation marks. A mark that is not closed in its paragraph opens
    /// nothing.
    fn mark_quotations(&mut self) {
        if !self.source.contains(['"', '“', '„', '«']) {
            return;
        }
        let mut open: Option<(usize, char)> = None;
        let mut blank = false;
        for (at, c) in self.source.char_indices() {
            match c {
                '\n' if blank => open = None,
                '\n' => blank = true,
                c if c.is_whitespace() => {}
                _ => blank = false,
            }
            match open {
                Some((from, closing)) if c == closing || (closing == '”' && c == '“') => {
                    self.quote(from, at);
                    open = None;
                }
                None => open = closing_mark(c).map(|closing| (at, closing)),
                Some(_) => {}
            }
        }
    }

    fn quote(&mut self, from: usize, to: usize) {
        let first = self.tokens.partition_point(|t| (t.start as usize) < from);
        for token in self.tokens[first..].iter_mut().take_while(|t| (t.end as usize) <= to) {
            token.quoted = true;
        }
    }

    fn here(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn letter_here(&self) -> bool {
        self.here().is_some_and(char::is_alphabetic)
    }

    /// Letters, digits and an apostrophe within; elided articles (`l'`, `qu'`) and the possessive
    /// stand alone.
    fn word(&mut self) {
        let start = self.at;
        let bytes = self.source.as_bytes();
        let mut end = start;
        // An underscore within holds an identifier together.
        let joins = |at: usize| {
            bytes[at] == b'_' && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
        };
        while end < bytes.len() && (bytes[end].is_ascii_alphanumeric() || joins(end)) {
            end += 1;
        }
        if bytes.get(end).is_some_and(|b| *b >= 0x80) {
            let rest = &self.source[end..];
            let letters = rest.find(|c: char| !(c.is_alphanumeric() || is_accent_mark(c)));
            end += letters.unwrap_or(rest.len());
        }
        if let Some(after) = apostrophe(&self.source[end..]) {
            let tail = &self.source[end + after..];
            let ending = tail.find(|c: char| !c.is_alphanumeric()).unwrap_or(tail.len());
            if CONTRACTED.iter().any(|c| tail[..ending].eq_ignore_ascii_case(c)) {
                end += after + ending;
            }
        }
        self.push(start, end, false);
    }

    /// A digit and what clings to it: `14:30`, `12.05.2026`, `2026-05-12`, `1,200`, `5pm`, `12th`.
    fn number(&mut self) {
        let start = self.at;
        let bytes = self.source.as_bytes();
        let mut end = start;
        while end < bytes.len() {
            let joins = matches!(bytes[end], b'.' | b':' | b'/' | b',' | b'-')
                && bytes[end - 1].is_ascii_digit()
                && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
            if !(bytes[end].is_ascii_alphanumeric() || joins) {
                break;
            }
            end += 1;
        }
        self.push(start, end, true);
    }

    fn push(&mut self, start: usize, end: usize, number: bool) {
        let from = self.folded.len() as u32;
        let accented = fold::plain(&self.source[start..end], &mut self.folded);
        let sentence = self.sentences.len() as u32;
        let first = self.tokens.last().is_none_or(|t| t.sentence != sentence);
        if first {
            self.sentence_start = start;
        }
        self.tokens.push(Token {
            start: start as u32,
            end: end as u32,
            fold: (from, self.folded.len() as u32),
            sentence,
            clause: self.clause,
            accented,
            number,
            first,
            quoted: false,
        });
        self.at = end;
    }

    fn mark(&mut self, byte: u8) {
        match byte {
            b'!' | b'?' => {
                let end = self.closing_marks();
                self.close_sentence(end);
                self.at = end;
            }
            b'.' if self.full_stop() => {
                let end = self.closing_marks();
                self.close_sentence(end);
                self.at = end;
            }
            b'\n' => self.line_end(),
            b',' | b';' | b':' | b'(' | b')' => {
                self.clause += 1;
                self.at += 1;
            }
            b'-' if self.spaced_dash() => {
                self.clause += 1;
                self.at += 1;
            }
            _ => {
                let width = self.here().map_or(1, char::len_utf8);
                match self.here() {
                    Some('…') => self.close_sentence(self.at + width),
                    Some('–' | '—') => self.clause += 1,
                    _ => {}
                }
                self.at += width;
            }
        }
    }

    fn spaced_dash(&self) -> bool {
        let bytes = self.source.as_bytes();
        self.at > 0
            && matches!(bytes[self.at - 1], b' ' | b'\n' | b'-')
            && matches!(bytes.get(self.at + 1), Some(b' ' | b'\n' | b'-'))
    }

    fn closing_marks(&self) -> usize {
        let rest = self.source.as_bytes()[self.at..].iter();
        self.at + rest.take_while(|b| matches!(b, b'.' | b'!' | b'?')).count()
    }

    /// Whether the full stop here ends a sentence: something follows that could begin one, and the
    /// word before is no abbreviation, initial or ordinal.
    fn full_stop(&self) -> bool {
        let after = &self.source[self.closing_marks()..];
        let Some(next) = after.chars().next() else { return true };
        if !(next.is_whitespace() || matches!(next, '"' | '\'' | ')' | '»' | '”')) {
            return false;
        }
        let begins = after.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '\n');
        let lower = begins.chars().next().is_some_and(char::is_lowercase);
        let Some(last) = self.tokens.last().filter(|t| t.end as usize == self.at) else {
            return true;
        };
        let word = &self.folded[last.fold.0 as usize..last.fold.1 as usize];
        if last.number {
            // `12. Mai` goes on, `at 14:30. Then` does not.
            return word.len() > 2;
        }
        let digit = begins.starts_with(|c: char| c.is_ascii_digit());
        if digit && SHORT_MONTHS.contains(&word) {
            return false;
        }
        !(lower || ABBREVIATIONS.contains(&word) || (word.len() == 1 && word != "i"))
    }

    /// A blank line, a list mark or a short line ends the sentence; a wrapped line does not.
    fn line_end(&mut self) {
        let after = &self.source[self.at + 1..];
        let next = after.trim_start_matches([' ', '\t', '>']);
        let listed = next.starts_with(['-', '*', '•', '·', '\n', '\r']);
        let greeting = self.tokens.last().is_some_and(|t| {
            let tail = self.source[t.end as usize..self.at].trim_end();
            matches!(tail, "," | ":") && self.at - self.sentence_start < 40
        });
        if listed || greeting {
            self.close_sentence(self.at);
        } else {
            self.clause += u32::from(self.source[..self.at].ends_with(':'));
        }
        self.at += 1;
    }

    fn close_sentence(&mut self, end: usize) {
        let index = self.sentences.len() as u32;
        if self.tokens.last().is_none_or(|t| t.sentence != index) {
            return;
        }
        let last = self.tokens.last().map_or(0, |t| t.end as usize);
        let marks = &self.source[last..end];
        self.sentences.push(Sentence {
            start: self.sentence_start as u32,
            end: end as u32,
            question: marks.contains('?'),
            exclaimed: marks.contains('!'),
            emphatic: marks.matches(['?', '!']).count() > 1,
        });
        self.clause += 1;
    }
}

/// The mark that closes a quotation which `opening` opens.
fn closing_mark(opening: char) -> Option<char> {
    match opening {
        '"' => Some('"'),
        '“' | '„' => Some('”'),
        '«' => Some('»'),
        _ => None,
    }
}

fn is_accent_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// The bytes of the apostrophe that `text` begins with.
fn apostrophe(text: &str) -> Option<usize> {
    if text.as_bytes().first().is_none_or(|b| b.is_ascii() && *b != b'\'') {
        return None;
    }
    text.chars().next().filter(|c| matches!(c, '\'' | '’' | 'ʼ')).map(char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        let text = Text::read(source);
        text.tokens().iter().map(|t| text.folded(t).to_owned()).collect()
    }

    #[test]
    fn elisions_part_and_contractions_stay() {
        assert_eq!(
            words("J’attends l'export, don't you?"),
            ["j", "attends", "l", "export", "don't", "you"]
        );
        assert_eq!(words("Our CFO's go-live"), ["our", "cfo", "s", "go", "live"]);
        assert_eq!(words("MD_HAS _now_"), ["md_has", "now"]);
    }

    #[test]
    fn numbers_keep_their_dots_and_colons() {
        let read = words("by 14:30 on 12.05.2026, or 2026-05-13. 5pm the 12th, 1,200 of v4.1");
        assert_eq!(
            read,
            [
                "by",
                "14:30",
                "on",
                "12.05.2026",
                "or",
                "2026-05-13",
                "5pm",
                "the",
                "12th",
                "1,200",
                "of",
                "v4",
                "1"
            ]
        );
    }

    #[test]
    fn words_between_quotation_marks_are_known() {
        let text = Text::read("He said \"go away\" and «va-t'en» or „weg da“, 5\" wide\n\nand on");
        let quoted: Vec<_> =
            text.tokens().iter().filter(|t| t.quoted).map(|t| text.written(t)).collect();
        assert_eq!(quoted, ["go", "away", "va", "t", "en", "weg", "da"]);
    }

    #[test]
    fn sentences_end_where_a_reader_would_end_them() {
        let text =
            Text::read("Hi Anna,\nMr. Sato asked. Am 12. Mai ist Schluss! Is it\nready?? ok");
        let said: Vec<_> = text
            .sentences()
            .iter()
            .map(|s| &text.source()[s.start as usize..s.end as usize])
            .collect();
        assert_eq!(
            said,
            ["Hi Anna,", "Mr. Sato asked.", "Am 12. Mai ist Schluss!", "Is it\nready??", "ok"]
        );
        assert!(text.sentences()[3].question && text.sentences()[2].exclaimed);
    }
}
