//! One line of a word list: what it means.

use crate::token::Text;

/// The gap of a bare `*`, in words.
const GAP: u8 = 3;
/// The widest gap a list may ask for.
const MAX_GAP: u8 = 8;
/// How deep alternatives may nest.
const MAX_DEPTH: usize = 8;
/// The shortest stem, in bytes: a shorter one would match nearly every word.
pub(crate) const MIN_STEM: usize = 3;

/// One element of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// This word, in whatever case.
    Word(String),
    /// This word in this very case.
    Exact(String),
    /// Any word that begins so.
    Stem(String),
    /// A number in digits.
    Number,
    /// Up to so many words, or none.
    Gap(u8),
    /// One of these sequences; an empty one makes the others optional.
    Either(Vec<Vec<Item>>),
}

/// What else a line demands of the place where it matches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Demands {
    /// The line vetoes instead of matching (`!`).
    pub(crate) exclusion: bool,
    /// The sentence is a question (`?` at the end).
    pub(crate) question: bool,
    /// The match begins its sentence (`^`).
    pub(crate) begins: bool,
    /// The match ends its sentence (`$`).
    pub(crate) ends: bool,
}

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// What it demands.
    pub(crate) demands: Demands,
    /// The words it asks for, one after another.
    pub(crate) items: Vec<Item>,
}

/// Understands `line`, which is neither empty nor a comment nor a section mark. An error is the
/// column, from 1, and what is wrong there.
pub(crate) fn parse(line: &str) -> Result<Line, (usize, String)> {
    let mut demands = Demands::default();
    let mut from = 0;
    let mut to = line.len();
    if let Some(rest) = line.strip_prefix('!') {
        demands.exclusion = true;
        from = line.len() - rest.trim_start().len();
    }
    if let Some(rest) = line[from..].strip_prefix('^') {
        demands.begins = true;
        from = line.len() - rest.trim_start().len();
    }
    loop {
        let body = line[from..to].trim_end();
        to = from + body.len();
        if body.ends_with('?') && !demands.question {
            demands.question = true;
        } else if body.ends_with('$') && !demands.ends {
            demands.ends = true;
        } else {
            break;
        }
        to -= 1;
    }
    let mut parser = Parser { line, at: from, to };
    let items = parser.sequence(0)?;
    if parser.at < parser.to {
        return Err((parser.at + 1, "`)` without its `(`".to_owned()));
    }
    match (first(&items), first_from_behind(&items)) {
        (Some(Edge::Word), Some(Edge::Word)) => Ok(Line { demands, items }),
        (Some(Edge::Gap), _) | (_, Some(Edge::Gap)) => {
            Err((from + 1, "a gap `*` needs a word on both sides".to_owned()))
        }
        _ => Err((from + 1, "no word that must be there: write at least one".to_owned())),
    }
}

/// What stands at an edge of a sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Word,
    Gap,
}

/// What a sequence may begin with: a gap if it may be one; nothing if it may be empty.
fn first(items: &[Item]) -> Option<Edge> {
    edge(items.iter(), first)
}

fn first_from_behind(items: &[Item]) -> Option<Edge> {
    edge(items.iter().rev(), first_from_behind)
}

fn edge<'a>(
    items: impl Iterator<Item = &'a Item>,
    within: fn(&[Item]) -> Option<Edge>,
) -> Option<Edge> {
    for item in items {
        let alternatives = match item {
            Item::Gap(_) => return Some(Edge::Gap),
            Item::Either(alternatives) => alternatives,
            _ => return Some(Edge::Word),
        };
        let edges: Vec<Option<Edge>> = alternatives.iter().map(|a| within(a)).collect();
        if edges.contains(&Some(Edge::Gap)) {
            return Some(Edge::Gap);
        }
        if !edges.contains(&None) {
            return Some(Edge::Word);
        }
    }
    None
}

struct Parser<'a> {
    line: &'a str,
    at: usize,
    to: usize,
}

impl Parser<'_> {
    /// Sequences separated by `|`, up to a closing parenthesis.
    fn alternatives(&mut self, depth: usize) -> Result<Vec<Vec<Item>>, (usize, String)> {
        let mut all = vec![self.sequence(depth)?];
        while self.peek() == Some('|') {
            self.at += 1;
            all.push(self.sequence(depth)?);
        }
        Ok(all)
    }

    fn sequence(&mut self, depth: usize) -> Result<Vec<Item>, (usize, String)> {
        let mut items = Vec::new();
        while let Some(c) = self.peek() {
            match c {
                '|' if depth == 0 => {
                    return Err((self.at + 1, "put alternatives in `( )`".to_owned()));
                }
                '|' | ')' => break,
                '(' => {
                    let open = self.at + 1;
                    if depth == MAX_DEPTH {
                        return Err((open, "`( )` nests too deeply".to_owned()));
                    }
                    self.at += 1;
                    let inner = self.alternatives(depth + 1)?;
                    if self.peek() != Some(')') {
                        return Err((open, "`(` is never closed".to_owned()));
                    }
                    self.at += 1;
                    items.push(Item::Either(inner));
                }
                c if c.is_whitespace() => self.at += c.len_utf8(),
                _ => items.extend(self.item()?),
            }
        }
        Ok(items)
    }

    /// A word, stem, number or gap, up to a space or parenthesis.
    fn item(&mut self) -> Result<Vec<Item>, (usize, String)> {
        let start = self.at;
        let rest = &self.line[start..self.to];
        let length =
            rest.find(|c: char| c.is_whitespace() || "()|".contains(c)).unwrap_or(rest.len());
        let written = &rest[..length];
        self.at += length;
        if let Some(width) = written.strip_prefix('*') {
            return match width.parse() {
                Ok(words @ 1..=MAX_GAP) => Ok(vec![Item::Gap(words)]),
                _ if width.is_empty() => Ok(vec![Item::Gap(GAP)]),
                _ => Err((start + 1, format!("a gap is `*`, or `*1` to `*{MAX_GAP}`"))),
            };
        }
        if written == "<number>" {
            return Ok(vec![Item::Number]);
        }
        if let Some(word) = written.strip_prefix('=') {
            if word.is_empty() || !word.chars().all(char::is_alphanumeric) {
                return Err((start + 1, "`=` stands before one word".to_owned()));
            }
            return Ok(vec![Item::Exact(word.to_owned())]);
        }
        let (word, stem) = written.strip_suffix('*').map_or((written, false), |w| (w, true));
        if let Some(wrong) = word.find(['*', '<', '>', '[', ']', '^', '$', '?', '!']) {
            return Err((
                start + wrong + 1,
                format!("`{}` cannot stand within a word", &word[wrong..=wrong]),
            ));
        }
        let text = Text::read(word);
        let mut items: Vec<_> =
            text.tokens().iter().map(|t| Item::Word(text.written(t).to_owned())).collect();
        if let (true, Some(Item::Word(last))) = (stem, items.last().cloned()) {
            if last.len() < MIN_STEM {
                let why = format!("the stem `{last}*` is too short: give {MIN_STEM} letters");
                return Err((start + 1, why));
            }
            items.pop();
            items.push(Item::Stem(last));
        }
        if items.is_empty() {
            return Err((start + 1, format!("`{written}` holds no word")));
        }
        Ok(items)
    }

    fn peek(&self) -> Option<char> {
        self.line[self.at..self.to].chars().next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Item {
        Item::Word(text.to_owned())
    }

    #[test]
    fn a_line_is_words_gaps_and_alternatives() {
        let line = parse("! ^ (any|some more) * ask* ?").unwrap();
        assert!(line.demands.exclusion && line.demands.begins && line.demands.question);
        let either = Item::Either(vec![vec![word("any")], vec![word("some"), word("more")]]);
        assert_eq!(line.items, [either, Item::Gap(3), Item::Stem("ask".to_owned())]);
        assert_eq!(parse("follow-up").unwrap().items, [word("follow"), word("up")]);
    }

    #[test]
    fn a_broken_line_names_its_column() {
        assert_eq!(parse("any (news|word").unwrap_err().0, 5);
        assert_eq!(parse("a|b").unwrap_err().0, 2);
        assert_eq!(parse("a b)").unwrap_err().0, 4);
        assert_eq!(parse("the a*").unwrap_err().0, 5);
        assert_eq!(parse("* late").unwrap_err().0, 1);
        assert_eq!(parse("much *99 late").unwrap_err().0, 6);
        assert_eq!(parse("our =").unwrap_err().0, 5);
        assert!(parse("!").is_err());
        assert!(parse("(a|) (b|)").is_err());
    }
}
