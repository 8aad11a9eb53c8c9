//! One line of a word list: what it means, and every sequence of words that it stands for.

use crate::token::Text;

/// The gap of a bare `*`, in words.
const GAP: u8 = 3;
/// The widest gap a list may ask for.
const MAX_GAP: u8 = 8;
/// How many sequences the alternatives of one line may give.
const MAX_SEQUENCES: usize = 400;
/// The shortest stem, in bytes: a shorter one would match nearly every word.
pub(crate) const MIN_STEM: usize = 3;

/// One element of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// Exactly this word.
    Word(String),
    /// Any word that begins so.
    Stem(String),
    /// A number in digits.
    Number,
    /// Up to so many words, or none.
    Gap(u8),
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
    /// The sequences that it stands for.
    pub(crate) sequences: Vec<Vec<Item>>,
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
    let sequences = parser.alternatives(0)?;
    if parser.at < parser.to {
        return Err((parser.at + 1, "`)` without its `(`".to_owned()));
    }
    for sequence in &sequences {
        check(sequence).map_err(|message| (from + 1, message))?;
    }
    Ok(Line { demands, sequences })
}

/// A sequence must begin and end with words, so that its place in the text is definite.
fn check(sequence: &[Item]) -> Result<(), String> {
    match (sequence.first(), sequence.last()) {
        (None, _) | (_, None) => Err("no word: write at least one".to_owned()),
        (Some(Item::Gap(_)), _) | (_, Some(Item::Gap(_))) => {
            Err("a gap `*` needs a word on both sides".to_owned())
        }
        _ => Ok(()),
    }
}

struct Parser<'a> {
    line: &'a str,
    at: usize,
    to: usize,
}

impl Parser<'_> {
    /// Sequences separated by `|`, up to a closing parenthesis or the end.
    fn alternatives(&mut self, depth: usize) -> Result<Vec<Vec<Item>>, (usize, String)> {
        let mut all = Vec::new();
        loop {
            all.extend(self.sequence(depth)?);
            if self.peek() == Some('|') && depth > 0 {
                self.at += 1;
            } else {
                return Ok(all);
            }
        }
    }

    fn sequence(&mut self, depth: usize) -> Result<Vec<Vec<Item>>, (usize, String)> {
        let mut sequences = vec![Vec::new()];
        while let Some(c) = self.peek() {
            match c {
                '|' if depth == 0 => {
                    return Err((self.at + 1, "put alternatives in `( )`".to_owned()));
                }
                '|' | ')' => break,
                '(' => {
                    let open = self.at + 1;
                    self.at += 1;
                    let inner = self.alternatives(depth + 1)?;
                    if self.peek() != Some(')') {
                        return Err((open, "`(` is never closed".to_owned()));
                    }
                    self.at += 1;
                    sequences = product(&sequences, &inner).ok_or((
                        open,
                        format!("more than {MAX_SEQUENCES} alternatives: split the line"),
                    ))?;
                }
                c if c.is_whitespace() => self.at += c.len_utf8(),
                _ => {
                    let items = self.item()?;
                    for sequence in &mut sequences {
                        sequence.extend(items.iter().cloned());
                    }
                }
            }
        }
        Ok(sequences)
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

fn product(left: &[Vec<Item>], right: &[Vec<Item>]) -> Option<Vec<Vec<Item>>> {
    if left.len() * right.len() > MAX_SEQUENCES {
        return None;
    }
    let joined = left.iter().flat_map(|l| right.iter().map(move |r| [&l[..], &r[..]].concat()));
    Some(joined.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Item {
        Item::Word(text.to_owned())
    }

    #[test]
    fn alternatives_and_gaps_unfold() {
        let line = parse("! ^ (any|some) (more |)news * ask* ?").unwrap();
        assert!(line.demands.exclusion && line.demands.begins && line.demands.question);
        assert_eq!(line.sequences.len(), 4);
        assert_eq!(
            line.sequences[0],
            [word("any"), word("more"), word("news"), Item::Gap(3), Item::Stem("ask".to_owned())]
        );
        assert_eq!(parse("follow-up").unwrap().sequences, [[word("follow"), word("up")]]);
    }

    #[test]
    fn a_broken_line_names_its_column() {
        assert_eq!(parse("any (news|word").unwrap_err().0, 5);
        assert_eq!(parse("a|b").unwrap_err().0, 2);
        assert_eq!(parse("a b)").unwrap_err().0, 4);
        assert_eq!(parse("the a*").unwrap_err().0, 5);
        assert_eq!(parse("* late").unwrap_err().0, 1);
        assert_eq!(parse("much *99 late").unwrap_err().0, 6);
        assert!(parse("!").is_err());
    }
}
