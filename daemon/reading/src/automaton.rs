//! All patterns of all lists as one automaton over words.
//!
//! Each pattern is a small graph of its own; they share the table of first words, so that a word
//! that begins no pattern costs one lookup.

use crate::{
    hits::Found,
    pattern::Item,
    token::Text,
    vocabulary::{Symbols, Vocabulary},
};

/// The patterns, ready to be walked along a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Automaton {
    nodes: Vec<Node>,
    /// The first nodes of all patterns.
    starts: Vec<u32>,
    /// By symbol, where it leads from a start: `root_to[root[s]..root[s + 1]]`.
    root: Vec<u32>,
    root_to: Vec<u32>,
}

/// A place within a pattern: which words lead on, which gaps may follow, and what ends here.
#[derive(Debug, Clone, Default)]
struct Node {
    /// Symbol and next node, ascending.
    next: Vec<(u32, u32)>,
    gaps: Vec<(u8, u32)>,
    /// The pattern that ends here.
    ends: Option<u32>,
    /// Nodes that are reached without a word; folded into this one by [`Automaton::settle`].
    free: Vec<u32>,
}

impl Automaton {
    /// Adds a pattern; its words become symbols of `vocabulary`.
    pub(crate) fn add(&mut self, items: &[Item], pattern: u32, vocabulary: &mut Vocabulary) {
        let start = self.node();
        let end = self.sequence(items, start, vocabulary);
        self.nodes[end as usize].ends = Some(pattern);
        self.starts.push(start);
    }

    fn node(&mut self) -> u32 {
        self.nodes.push(Node::default());
        (self.nodes.len() - 1) as u32
    }

    /// Leads from `node` along `items`; gives where they end.
    fn sequence(&mut self, items: &[Item], mut node: u32, vocabulary: &mut Vocabulary) -> u32 {
        for item in items {
            let mut ends = Vec::new();
            if let Item::Either(alternatives) = item {
                for alternative in alternatives {
                    ends.push(self.sequence(alternative, node, vocabulary));
                }
            }
            // Made last, so that free steps lead to later nodes only.
            let to = self.node();
            let from = &mut self.nodes[node as usize];
            match item {
                Item::Word(word) => from.next.push((vocabulary.word(word), to)),
                Item::Stem(stem) => from.next.push((vocabulary.stem(stem), to)),
                Item::Number => from.next.push((Vocabulary::NUMBER, to)),
                Item::Gap(width) => from.gaps.push((*width, to)),
                Item::Either(_) => {
                    for end in ends {
                        self.nodes[end as usize].free.push(to);
                    }
                }
            }
            node = to;
        }
        node
    }

    /// Folds free steps into the nodes before them and spreads the first words into a table of
    /// `symbols` entries. Nothing may be added afterwards.
    pub(crate) fn settle(&mut self, symbols: usize) {
        // Free steps lead to later nodes only, so the last node is folded first.
        for at in (0..self.nodes.len()).rev() {
            for free in std::mem::take(&mut self.nodes[at].free) {
                let later = self.nodes[free as usize].clone();
                let node = &mut self.nodes[at];
                node.next.extend(later.next);
                node.gaps.extend(later.gaps);
                node.ends = node.ends.or(later.ends);
            }
            let node = &mut self.nodes[at];
            node.next.sort_unstable();
            node.next.dedup();
        }
        let mut first: Vec<(u32, u32)> =
            self.starts.iter().flat_map(|s| &self.nodes[*s as usize].next).copied().collect();
        first.sort_unstable();
        self.root = (0..=symbols as u32)
            .map(|symbol| first.partition_point(|(s, _)| *s < symbol) as u32)
            .collect();
        self.root_to = first.into_iter().map(|(_, to)| to).collect();
    }

    /// Every match in `text`, whose tokens have these `symbols`.
    pub(crate) fn walk(&self, text: &Text<'_>, symbols: &Symbols) -> Vec<Found> {
        let mut found = Vec::new();
        for start in 0..text.tokens().len() {
            let walk = Walk { automaton: self, text, symbols, start };
            for &symbol in symbols.of(start) {
                let symbol = symbol as usize;
                let range = self.root[symbol] as usize..self.root[symbol + 1] as usize;
                for &node in &self.root_to[range] {
                    walk.from(node, start + 1, &mut found);
                }
            }
        }
        found
    }
}

/// One start of a match in a text.
struct Walk<'a> {
    automaton: &'a Automaton,
    text: &'a Text<'a>,
    symbols: &'a Symbols,
    start: usize,
}

impl Walk<'_> {
    /// Walks on from `node`, which the token before `next` led to.
    fn from(&self, node: u32, next: usize, found: &mut Vec<Found>) {
        let node = &self.automaton.nodes[node as usize];
        if let Some(pattern) = node.ends {
            found.push(Found { pattern, first: self.start as u32, last: next as u32 - 1 });
        }
        self.over_word(node, next, found);
        for &(width, to) in &node.gaps {
            let after = &self.automaton.nodes[to as usize];
            for at in next..=next + usize::from(width) {
                if !self.over_word(after, at, found) {
                    break;
                }
            }
        }
    }

    /// Follows the token at `at` from `node`. Gives whether it still stands in the sentence.
    fn over_word(&self, node: &Node, at: usize, found: &mut Vec<Found>) -> bool {
        let tokens = self.text.tokens();
        if tokens.get(at).is_none_or(|t| t.sentence != tokens[self.start].sentence) {
            return false;
        }
        for &symbol in self.symbols.of(at) {
            let from = node.next.partition_point(|(s, _)| *s < symbol);
            for &(_, to) in node.next[from..].iter().take_while(|(s, _)| *s == symbol) {
                self.from(to, at + 1, found);
            }
        }
        true
    }
}
