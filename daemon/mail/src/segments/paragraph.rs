//! Paragraphs of new text, and what single lines look like.

use super::lines::Line;

/// Lines between empty ones, as indexes `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub start: usize,
    pub end: usize,
}

/// The paragraphs of `lines[start..end]`.
pub(super) fn split(lines: &[Line<'_>], start: usize, end: usize) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    for (at, line) in lines.iter().enumerate().take(end).skip(start) {
        if line.is_blank() {
            continue;
        }
        match paragraphs.last_mut() {
            Some(last) if last.end == at => last.end = at + 1,
            _ => paragraphs.push(Paragraph { start: at, end: at + 1 }),
        }
    }
    paragraphs
}

/// The last paragraphs of `lines[start..end]`, at most `most`, in their order.
pub(super) fn last(lines: &[Line<'_>], start: usize, end: usize, most: usize) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    for at in (start..end.min(lines.len())).rev() {
        if lines[at].is_blank() {
            continue;
        }
        let full = paragraphs.len() == most;
        match paragraphs.last_mut() {
            Some(last) if last.start == at + 1 => last.start = at,
            _ if full => break,
            _ => paragraphs.push(Paragraph { start: at, end: at + 1 }),
        }
    }
    paragraphs.reverse();
    paragraphs
}

/// Lines of a paragraph by which it is judged.
const MAX_LINES: usize = 60;

/// The text of a paragraph as one line, cut where it is long.
pub(super) fn text(lines: &[Line<'_>], paragraph: Paragraph) -> String {
    let end = paragraph.end.min(paragraph.start + MAX_LINES);
    let lines = lines.get(paragraph.start..end).unwrap_or_default();
    let mut text = String::new();
    for line in lines {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line.text.trim());
    }
    text
}

/// Words by which a person speaks to another. A line with one is talk, not a business card.
const PERSONAL: &[&str] = &[
    "i", "i'm", "i’m", "i'll", "i’ll", "i've", "i’ve", "i'd", "we", "we're", "we’re", "we'll",
    "we’ll", "we've", "you", "your", "you're", "please", "ich", "wir", "ihnen", "bitte", "je",
    "nous", "vous", "j'ai", "yo", "usted", "ustedes", "wij", "jullie", "você", "voi", "jag", "vi",
    "jeg", "minä", "proszę",
];

/// Whether a line looks like one of a business card: short, no sentence, nobody spoken to.
pub(super) fn is_card_line(text: &str) -> bool {
    let text = text.trim();
    let words = text.split_whitespace().count();
    if text.chars().count() > 110 || words > 16 {
        return false;
    }
    if has_contact(text) {
        return true;
    }
    if text.ends_with(['?', '!', ':', ';']) || text.ends_with('.') && !ends_in_abbreviation(text) {
        return false;
    }
    words <= 14 && !is_personal(text)
}

/// Whether the line speaks to somebody or of its writer.
pub(super) fn is_personal(text: &str) -> bool {
    let parts = |c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’');
    let known = |word: &str| {
        word.bytes().next().is_some_and(|b| b"ivywjpbumn".contains(&(b | 0x20)))
            && PERSONAL.iter().any(|known| known.eq_ignore_ascii_case(word))
    };
    text.split(parts).any(|word| word.len() <= 8 && known(word))
}

/// `Ltd.`, `N.A.`, `(Ms.)`, `Co.`, `S.p.A.`
fn ends_in_abbreviation(text: &str) -> bool {
    const ENDINGS: &[&str] =
        &["ltd.", "inc.", "co.", "corp.", "llc.", "plc.", "dept.", "jr.", "sr.", "ass."];
    let word = text.rsplit(' ').next().unwrap_or_default();
    let inner_dots = word.trim_end_matches('.').contains('.');
    inner_dots || word.chars().count() <= 2 || ENDINGS.contains(&word.to_lowercase().as_str())
}

/// Whether the line holds a telephone number, an address of mail or web.
pub(super) fn has_contact(text: &str) -> bool {
    let links = |text: &str| {
        let lower = text.to_ascii_lowercase();
        ["www.", "http://", "https://"].iter().any(|start| lower.contains(start))
    };
    let is_address =
        |word: &str| word.split_once('@').is_some_and(|(a, b)| !a.is_empty() && b.contains('.'));
    text.contains('@') && text.split_whitespace().any(is_address)
        || text.contains('.') && links(text)
        || has_phone(text)
}

/// Whether the line holds a telephone number: seven digits at least, in groups.
fn has_phone(text: &str) -> bool {
    let phone_char = |c: char| {
        c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '+' | '\u{a0}')
    };
    if text.bytes().filter(u8::is_ascii_digit).count() < 7 {
        return false;
    }
    text.split(|c: char| !phone_char(c)).any(|group| {
        let digits = group.bytes().filter(u8::is_ascii_digit).count();
        let separators =
            group.trim().bytes().filter(|b| matches!(b, b' ' | b'-' | b'.' | b'/' | b'(')).count();
        (7..=16).contains(&digits)
            && (separators > 0 || group.contains('+'))
            && separators <= digits
    })
}
