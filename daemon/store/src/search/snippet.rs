//! The passage of a document that shows why it was found.

use std::ops::Range;

use super::{
    plan::Sequence,
    query::Scope,
    words::{Purpose, Words},
};

/// What is kept of a document's new text for snippets, in characters.
const KEPT: usize = 2_000;
/// The length of a snippet, in characters.
const LENGTH: usize = 200;
/// How far a cut may move to fall between words, in characters.
const SLACK: usize = 24;

/// What is kept of `body` for snippets: its beginning, with runs of white space made one space.
pub fn kept_text(body: &str) -> String {
    let mut kept = String::with_capacity(body.len().min(KEPT + 8));
    let mut left = KEPT;
    for word in body.split_whitespace() {
        if !kept.is_empty() {
            kept.push(' ');
        }
        let end = word.char_indices().nth(left).map_or(word.len(), |(at, _)| at);
        kept.push_str(&word[..end]);
        left = left.saturating_sub(word[..end].chars().count() + 1);
        if left == 0 {
            break;
        }
    }
    kept
}

/// The best passage of `text` (as [`kept_text`] gives it) for `wanted`, with the byte ranges of the
/// matching words in it; its beginning if nothing of it matches. `…` stands where it was cut.
pub fn snippet(text: &str, wanted: &[&Sequence]) -> (String, Vec<Range<u32>>) {
    let wanted: Vec<&Sequence> = wanted.iter().copied().filter(|one| is_of_the_text(one)).collect();
    let matches = if wanted.is_empty() { Vec::new() } else { find(text, &wanted) };
    let window = window(text, &matches);
    let mut shown = String::with_capacity(window.len() + 6);
    if window.start > 0 {
        shown.push('…');
    }
    let shift = shown.len();
    shown.push_str(&text[window.clone()]);
    if window.end < text.len() {
        shown.push('…');
    }
    (shown, marks(&matches, &window, shift))
}

/// Whether a sequence may stand in the text, and not only in an address or a name.
fn is_of_the_text(sequence: &Sequence) -> bool {
    matches!(sequence.scope, Scope::Anywhere | Scope::Body)
}

/// The best passage of several texts for `wanted`: the number of the first text that shows most of
/// it, and a snippet of that one with its marks; nothing if none shows any.
pub fn passage<'a>(
    texts: impl Iterator<Item = &'a str>,
    wanted: &[Sequence],
) -> Option<(usize, String, Vec<Range<u32>>)> {
    let wanted: Vec<&Sequence> = wanted.iter().filter(|one| is_of_the_text(one)).collect();
    let mut best: Option<(usize, usize, String)> = None;
    for (number, text) in texts.enumerate() {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut shown: Vec<usize> = find(&text, &wanted).iter().map(|m| m.sequence).collect();
        shown.sort_unstable();
        shown.dedup();
        if shown.len() > best.as_ref().map_or(0, |(most, ..)| *most) {
            let all = shown.len() == wanted.len();
            best = Some((shown.len(), number, text));
            if all {
                break;
            }
        }
    }
    let (_, number, text) = best?;
    let (snippet, marks) = snippet(&text, &wanted);
    Some((number, snippet, marks))
}

/// One word of the text that matches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Match {
    range: (usize, usize),
    sequence: usize,
    exact: bool,
}

/// The words of one text with their places.
#[derive(Debug, Default)]
pub struct Tokens {
    letters: String,
    tokens: Vec<Token>,
}

#[derive(Debug)]
struct Token {
    word: Range<usize>,
    position: u32,
    at: Range<usize>,
}

impl Tokens {
    /// Splits `text`.
    pub fn of(text: &str) -> Self {
        let (mut words, mut word) = (Words::new(text, Purpose::Index), String::new());
        let mut all = Self { letters: String::with_capacity(text.len()), tokens: Vec::new() };
        while let Some(found) = words.read(&mut word) {
            let start = all.letters.len();
            all.letters.push_str(&word);
            let word = start..all.letters.len();
            all.tokens.push(Token { word, position: found.position, at: found.range });
        }
        all
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| &self.letters[token.word.clone()])
    }

    /// Calls `each` with the tokens of every place where `sequence` stands.
    pub fn occurrences(&self, sequence: &Sequence, mut each: impl FnMut(&[usize])) {
        let mut place = Vec::with_capacity(sequence.words.len());
        for first in 0..self.tokens.len() {
            if !sequence.accepts(0, self.word(first)) {
                continue;
            }
            place.clear();
            place.push(first);
            for (index, (offset, _)) in sequence.words.iter().enumerate().skip(1) {
                let position = self.tokens[first].position + offset;
                let found = self.tokens.binary_search_by_key(&position, |token| token.position);
                match found.ok().filter(|&token| sequence.accepts(index, self.word(token))) {
                    Some(token) => place.push(token),
                    None => break,
                }
            }
            if place.len() == sequence.words.len() {
                each(&place);
            }
        }
    }

    /// The word of the token `index`.
    pub fn word(&self, index: usize) -> &str {
        &self.letters[self.tokens[index].word.clone()]
    }
}

fn find(text: &str, wanted: &[&Sequence]) -> Vec<Match> {
    let tokens = Tokens::of(text);
    let mut matches = Vec::new();
    for (number, sequence) in wanted.iter().enumerate() {
        tokens.occurrences(sequence, |place| {
            for &token in place {
                let at = &tokens.tokens[token].at;
                let exact = !sequence.near.iter().any(|near| near == tokens.word(token));
                matches.push(Match { range: (at.start, at.end), sequence: number, exact });
            }
        });
    }
    matches.sort();
    matches
}

/// The bytes of `text` to show.
fn window(text: &str, matches: &[Match]) -> Range<usize> {
    let Some(group) = best_group(text, matches) else {
        return 0..cut_before(text, forward(text, 0, LENGTH));
    };
    let (first, last) = (matches[group.start].range.0, matches[group.end - 1].range.1);
    let spare = LENGTH.saturating_sub(text[first..last].chars().count());
    let start = cut_after(text, backward(text, first, spare / 3), first);
    let end = forward(text, start, LENGTH).max(last);
    let end = cut_before(text, end).max(last);
    if end < text.len() {
        return start..end;
    }
    // Near the end of the text there is room for more of what comes before.
    let start = backward(text, text.len(), LENGTH).min(start);
    cut_after(text, start, first)..text.len()
}

/// The run of matches within one snippet's length that shows the most different words, then the
/// most exact ones, then the most words; the first of equal ones.
fn best_group(text: &str, matches: &[Match]) -> Option<Range<usize>> {
    let mut best: Option<((usize, usize, usize), Range<usize>)> = None;
    for start in 0..matches.len() {
        let limit = forward(text, matches[start].range.0, LENGTH - SLACK);
        let fits = matches[start..].iter().take_while(|m| m.range.1 <= limit).count().max(1);
        let group = &matches[start..start + fits];
        let different = |exact_only: bool| {
            let mut seen: Vec<usize> =
                group.iter().filter(|m| m.exact || !exact_only).map(|m| m.sequence).collect();
            seen.sort_unstable();
            seen.dedup();
            seen.len()
        };
        let worth = (different(false), different(true), fits.min(8));
        if best.as_ref().is_none_or(|(so_far, _)| worth > *so_far) {
            best = Some((worth, start..start + fits));
        }
    }
    best.map(|(_, group)| group)
}

fn marks(matches: &[Match], window: &Range<usize>, shift: usize) -> Vec<Range<u32>> {
    let mut marks = Vec::<Range<u32>>::new();
    for found in matches {
        let (start, end) = found.range;
        if start < window.start || end > window.end {
            continue;
        }
        let place = |at: usize| (at - window.start + shift) as u32;
        match marks.last_mut() {
            Some(last) if place(start) < last.end => last.end = last.end.max(place(end)),
            _ => marks.push(place(start)..place(end)),
        }
    }
    marks
}

/// The byte `count` characters after `from`.
fn forward(text: &str, from: usize, count: usize) -> usize {
    text[from..].char_indices().nth(count).map_or(text.len(), |(at, _)| from + at)
}

/// The byte `count` characters before `from`.
fn backward(text: &str, from: usize, count: usize) -> usize {
    if count == 0 {
        return from;
    }
    text[..from].char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at)
}

/// The first beginning of a word from `at` on, before `limit`.
fn cut_after(text: &str, at: usize, limit: usize) -> usize {
    if at == 0 || text[..at].ends_with(' ') {
        return at;
    }
    let reach = forward(text, at, SLACK).min(limit);
    text[at..reach].find(' ').map_or(at, |space| at + space + 1)
}

/// The last end of a word up to `at`.
fn cut_before(text: &str, at: usize) -> usize {
    if at == text.len() || text[at..].starts_with(' ') {
        return at;
    }
    let reach = backward(text, at, SLACK);
    text[reach..at].rfind(' ').map_or(at, |space| reach + space)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Sequence {
        let words = text.split(' ').zip(0..).map(|(word, at)| (at, word.to_owned())).collect();
        Sequence { scope: Scope::Anywhere, words, prefix: false, near: Vec::new() }
    }

    fn marked(text: &str, wanted: &[&Sequence]) -> (String, Vec<String>) {
        let (snippet, marks) = snippet(text, wanted);
        let words = marks
            .iter()
            .map(|mark| snippet[mark.start as usize..mark.end as usize].to_owned())
            .collect();
        (snippet, words)
    }

    #[test]
    fn the_page_that_shows_most_of_what_was_asked_is_named() {
        let pages = ["the invoice", "nothing", "an invoice  of\nACME", "ACME and the invoice"];
        let wanted = [word("invoice"), word("acme")];
        let (page, snippet, marks) = passage(pages.into_iter(), &wanted).unwrap();
        assert_eq!((page, snippet.as_str(), marks.len()), (2, "an invoice of ACME", 2));
        assert!(passage(pages.into_iter(), &[word("refund")]).is_none());
    }

    #[test]
    fn the_passage_with_the_most_of_what_was_asked_is_shown() {
        let filler = "nothing of interest happens here ".repeat(20);
        let text = format!("The invoice. {filler}the invoice of ACME is overdue {filler}");
        let (snippet, words) = marked(&kept_text(&text), &[&word("invoice"), &word("acme")]);
        assert_eq!(words, ["invoice", "ACME"]);
        assert!(snippet.starts_with('…') && snippet.ends_with('…'), "{snippet}");
        assert!(snippet.chars().count() <= LENGTH + 2);
    }

    #[test]
    fn only_a_whole_phrase_is_marked() {
        let (_, words) = marked("due date. the due amount, the due date", &[&word("due date")]);
        assert_eq!(words, ["due", "date", "due", "date"]);
    }

    #[test]
    fn without_a_match_the_beginning_is_shown() {
        let text = kept_text(&"Grüße aus Köln\n\n und mehr ".repeat(100));
        let (snippet, words) = marked(&text, &[&word("absent")]);
        assert!(words.is_empty());
        assert!(snippet.starts_with("Grüße aus Köln und mehr"), "{snippet}");
    }

    proptest::proptest! {
        #[test]
        fn a_snippet_of_any_text_marks_whole_characters(
            text in "(a|bb|東|京|é|\\s|\\PC){0,600}",
            one in "a|bb|東|東京|e",
        ) {
            let text = kept_text(&text);
            let sequence = Sequence { prefix: true, ..word(&one) };
            let (snippet, marks) = snippet(&text, &[&sequence]);
            for mark in marks {
                proptest::prop_assert!(snippet.get(mark.start as usize..mark.end as usize).is_some());
            }
        }
    }
}
