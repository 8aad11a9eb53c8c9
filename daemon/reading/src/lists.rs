//! Word lists: all of them compiled into one trie over words, which one pass over a text walks.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::{
    fold,
    hits::{Found, Hits},
    language::Languages,
    pattern::{self, Demands, Item, MIN_STEM},
    token::{Text, Token},
};

/// A word list that does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct ListError {
    /// The file within the rule set, such as `words/en/chasing.txt`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong, and what to write instead.
    pub message: String,
}

/// Which list; a position in [`WordLists::names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(pub u16);

/// Every word list of a rule set, ready to be found in texts.
#[derive(Debug, Clone)]
pub struct WordLists {
    names: Vec<String>,
    marks: Vec<String>,
    patterns: Vec<Pattern>,
    vocabulary: Vocabulary,
    root: Vec<u32>,
    nodes: Vec<Node>,
}

#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) list: ListId,
    pub(crate) mark: u16,
    pub(crate) languages: Languages,
    pub(crate) demands: Demands,
}

/// A place in the trie: where the next word leads, which gaps may follow, and what ends here.
#[derive(Debug, Clone, Default)]
struct Node {
    next: Vec<(u32, u32)>,
    gaps: Vec<(u8, u32)>,
    ends: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

impl WordLists {
    /// Compiles `lists`: by list name, then by language code (`any` for every language), the text
    /// of the file `words/<language>/<name>.txt`. The form of a file is described in
    /// `rules/README.md`.
    pub fn compile(
        lists: &BTreeMap<String, BTreeMap<String, String>>,
    ) -> Result<Self, Vec<ListError>> {
        let mut building = Self {
            names: lists.keys().cloned().collect(),
            marks: vec![String::new()],
            patterns: Vec::new(),
            vocabulary: Vocabulary::default(),
            root: Vec::new(),
            nodes: vec![Node::default()],
        };
        let mut errors = Vec::new();
        for (position, (name, texts)) in lists.iter().enumerate() {
            for (language, text) in texts {
                let file = format!("words/{language}/{name}.txt");
                let Some(languages) = languages_of(language) else {
                    let message = format!(
                        "no language `{language}`: use {} or any",
                        crate::language::CODES.join(", ")
                    );
                    errors.push(ListError { file, line: 1, column: 1, message });
                    continue;
                };
                building.add_file(&file, ListId(position as u16), languages, text, &mut errors);
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        building.settle();
        Ok(building)
    }

    /// The names of the lists, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The list called `name`.
    pub fn list(&self, name: &str) -> Option<ListId> {
        self.names.binary_search_by(|n| n.as_str().cmp(name)).ok().map(|at| ListId(at as u16))
    }

    /// The section mark with this position; empty for the part before the first mark.
    pub fn mark(&self, mark: u16) -> &str {
        self.marks.get(mark as usize).map_or("", String::as_str)
    }

    /// The hits of every list in `text`, found in one pass.
    pub fn find_all(&self, text: &str) -> Hits {
        self.find_in(&Text::read(text))
    }

    /// The hits of every list in a text that was read before.
    pub fn find_in(&self, text: &Text<'_>) -> Hits {
        let symbols = self.vocabulary.symbols(text);
        let mut found = Vec::new();
        for start in 0..text.tokens().len() {
            for &symbol in symbols.of(start) {
                let node = self.root.get(symbol as usize).copied().unwrap_or(NOWHERE);
                if node != NOWHERE {
                    let walk = Walk { lists: self, text, symbols: &symbols, start };
                    walk.from(node, start + 1, &mut found);
                }
            }
        }
        Hits::settle(found, text, self)
    }

    fn add_file(
        &mut self,
        file: &str,
        list: ListId,
        languages: Languages,
        text: &str,
        errors: &mut Vec<ListError>,
    ) {
        let mut mark = 0;
        for (number, written) in text.lines().enumerate() {
            let line = written.split(" #").next().unwrap_or_default();
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let indent = line.len() - line.trim_start().len();
            if let Some(name) = trimmed.strip_prefix('[').and_then(|m| m.strip_suffix(']')) {
                mark = self.mark_named(name.trim());
                continue;
            }
            match pattern::parse(trimmed) {
                Ok(parsed) => {
                    let id = self.patterns.len() as u32;
                    let demands = parsed.demands;
                    self.patterns.push(Pattern { list, mark, languages, demands });
                    for sequence in &parsed.sequences {
                        self.insert(sequence, id);
                    }
                }
                Err((column, message)) => errors.push(ListError {
                    file: file.to_owned(),
                    line: number + 1,
                    column: indent + column,
                    message,
                }),
            }
        }
    }

    fn mark_named(&mut self, name: &str) -> u16 {
        let known = self.marks.iter().position(|m| m == name);
        let at = known.unwrap_or_else(|| {
            self.marks.push(name.to_owned());
            self.marks.len() - 1
        });
        at as u16
    }

    /// Adds a sequence to the trie; node 0 is the root.
    fn insert(&mut self, sequence: &[Item], pattern: u32) {
        let mut node = 0_usize;
        for item in sequence {
            let symbol = match item {
                Item::Word(word) => self.vocabulary.word(word),
                Item::Stem(stem) => self.vocabulary.stem(stem),
                Item::Number => Vocabulary::NUMBER,
                Item::Gap(width) => {
                    node = self.child_over_gap(node, *width);
                    continue;
                }
            };
            node = self.child(node, symbol);
        }
        if !self.nodes[node].ends.contains(&pattern) {
            self.nodes[node].ends.push(pattern);
        }
    }

    fn child(&mut self, node: usize, symbol: u32) -> usize {
        if let Some((_, to)) = self.nodes[node].next.iter().find(|(s, _)| *s == symbol) {
            return *to as usize;
        }
        self.nodes.push(Node::default());
        let to = self.nodes.len() - 1;
        self.nodes[node].next.push((symbol, to as u32));
        to
    }

    fn child_over_gap(&mut self, node: usize, width: u8) -> usize {
        if let Some((_, to)) = self.nodes[node].gaps.iter().find(|(w, _)| *w == width) {
            return *to as usize;
        }
        self.nodes.push(Node::default());
        let to = self.nodes.len() - 1;
        self.nodes[node].gaps.push((width, to as u32));
        to
    }

    /// Sorts what lookups search in, and spreads the root into an array by symbol.
    fn settle(&mut self) {
        for node in &mut self.nodes {
            node.next.sort_unstable();
        }
        self.root = vec![NOWHERE; self.vocabulary.len()];
        for (symbol, to) in &self.nodes[0].next {
            self.root[*symbol as usize] = *to;
        }
    }

    pub(crate) fn pattern(&self, id: u32) -> &Pattern {
        &self.patterns[id as usize]
    }
}

fn languages_of(code: &str) -> Option<Languages> {
    if code == "any" { Some(Languages::ALL) } else { Languages::from_code(code) }
}

/// One start of a match in a text.
struct Walk<'a> {
    lists: &'a WordLists,
    text: &'a Text<'a>,
    symbols: &'a Symbols,
    start: usize,
}

impl Walk<'_> {
    fn from(&self, node: u32, next: usize, found: &mut Vec<Found>) {
        let node = &self.lists.nodes[node as usize];
        for &pattern in &node.ends {
            found.push(Found { pattern, first: self.start as u32, last: next as u32 - 1 });
        }
        if self.in_sentence(next) {
            for &symbol in self.symbols.of(next) {
                if let Ok(at) = node.next.binary_search_by_key(&symbol, |(s, _)| *s) {
                    self.from(node.next[at].1, next + 1, found);
                }
            }
        }
        for &(width, to) in &node.gaps {
            self.over_gap(to, next, width, found);
        }
    }

    fn over_gap(&self, node: u32, next: usize, width: u8, found: &mut Vec<Found>) {
        let after = &self.lists.nodes[node as usize];
        for skipped in next..=next + usize::from(width) {
            if !self.in_sentence(skipped) {
                return;
            }
            for &symbol in self.symbols.of(skipped) {
                if let Ok(at) = after.next.binary_search_by_key(&symbol, |(s, _)| *s) {
                    self.from(after.next[at].1, skipped + 1, found);
                }
            }
        }
    }

    fn in_sentence(&self, at: usize) -> bool {
        let tokens = self.text.tokens();
        tokens.get(at).is_some_and(|t| t.sentence == tokens[self.start].sentence)
    }
}

/// The words and stems of all patterns, as numbers.
#[derive(Debug, Clone, Default)]
struct Vocabulary {
    words: FxHashMap<Box<str>, Vec<Known>>,
    /// Stems by their first bytes.
    stems: FxHashMap<[u8; MIN_STEM], Vec<(Box<str>, Known)>>,
    count: u32,
}

/// A word or stem as written in a list.
#[derive(Debug, Clone)]
struct Known {
    /// With its accents, if it has any: a text that writes accents must write these.
    accented: Option<Box<str>>,
    symbol: u32,
}

/// The symbols of each token of a text.
struct Symbols {
    flat: Vec<u32>,
    starts: Vec<u32>,
}

impl Symbols {
    fn of(&self, token: usize) -> &[u32] {
        &self.flat[self.starts[token] as usize..self.starts[token + 1] as usize]
    }
}

impl Vocabulary {
    /// The symbol of a number.
    const NUMBER: u32 = 0;

    /// One more than the largest symbol.
    fn len(&self) -> usize {
        self.count as usize + 1
    }

    fn word(&mut self, written: &str) -> u32 {
        let (folded, accented) = spelled(written);
        if let Some(known) = self.words.get(folded.as_str()).and_then(|all| {
            all.iter().find(|known| known.accented.as_deref() == accented.as_deref())
        }) {
            return known.symbol;
        }
        self.count += 1;
        let known = Known { accented: accented.map(Into::into), symbol: self.count };
        if let Some(umlauts) = without_umlauts(written) {
            let plain = Known { accented: None, symbol: self.count };
            self.words.entry(umlauts.into()).or_default().push(plain);
        }
        self.words.entry(folded.into()).or_default().push(known);
        self.count
    }

    fn stem(&mut self, written: &str) -> u32 {
        let (folded, accented) = spelled(written);
        let mut spellings = vec![(folded.clone(), accented.clone())];
        spellings.extend(without_umlauts(written).map(|plain| (plain, None)));
        let key = stem_key(&folded).unwrap_or_default();
        if let Some((_, known)) = self.stems.get(&key).and_then(|all| {
            all.iter().find(|(stem, known)| {
                **stem == *folded && known.accented.as_deref() == accented.as_deref()
            })
        }) {
            return known.symbol;
        }
        self.count += 1;
        for (folded, accented) in spellings {
            let Some(key) = stem_key(&folded) else { continue };
            let known = Known { accented: accented.map(Into::into), symbol: self.count };
            self.stems.entry(key).or_default().push((folded.into(), known));
        }
        self.count
    }

    fn symbols(&self, text: &Text<'_>) -> Symbols {
        let tokens = text.tokens();
        let mut flat = Vec::with_capacity(tokens.len());
        let mut starts = Vec::with_capacity(tokens.len() + 1);
        for token in tokens {
            starts.push(flat.len() as u32);
            self.add_symbols(text, token, &mut flat);
        }
        starts.push(flat.len() as u32);
        Symbols { flat, starts }
    }

    fn add_symbols(&self, text: &Text<'_>, token: &Token, flat: &mut Vec<u32>) {
        let folded = text.folded(token);
        let accented = token.accented.then(|| fold::accented(text.written(token)));
        if token.number {
            flat.push(Self::NUMBER);
        }
        for known in self.words.get(folded).into_iter().flatten() {
            let fits = accented.is_none() || known.accented.as_deref() == accented.as_deref();
            if fits {
                flat.push(known.symbol);
            }
        }
        let Some(stems) = stem_key(folded).and_then(|key| self.stems.get(&key)) else { return };
        for (stem, known) in stems {
            let fits = match (&accented, &known.accented) {
                (Some(token), Some(stem)) => token.starts_with(&**stem),
                (Some(token), None) => folded.starts_with(&**stem) && token.starts_with(&**stem),
                (None, _) => folded.starts_with(&**stem),
            };
            if fits {
                flat.push(known.symbol);
            }
        }
    }
}

fn stem_key(folded: &str) -> Option<[u8; MIN_STEM]> {
    folded.as_bytes().first_chunk().copied()
}

/// The folded form of `written`, and its form with accents if it has any.
fn spelled(written: &str) -> (String, Option<String>) {
    let mut folded = String::new();
    let foreign = fold::plain(written, &mut folded);
    (folded, foreign.then(|| fold::accented(written)))
}

/// How people without umlauts on their keyboard write a German word.
fn without_umlauts(written: &str) -> Option<String> {
    let accented = fold::accented(written);
    if !accented.contains(['ä', 'ö', 'ü']) {
        return None;
    }
    let spread = accented.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
    let mut folded = String::new();
    fold::plain(&spread, &mut folded);
    Some(folded)
}

#[cfg(test)]
mod tests;
