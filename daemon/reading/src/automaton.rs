//! All patterns of all lists as one automaton over words.
//!
//! Each pattern is a small graph; their beginnings are merged, so that a word that begins no pattern
//! costs one lookup, and one that begins many costs not much more.

use std::{cell::RefCell, collections::BTreeMap};

use rustc_hash::FxHashSet;

use crate::{
    hits::Found,
    pattern::Item,
    token::Text,
    vocabulary::{Symbols, Vocabulary},
};

/// How many words deep the beginnings of different patterns are merged.
const MERGED_DEPTH: usize = 3;

/// Steps from one start before places are remembered; hardly any text needs more.
const FREE_STEPS: u32 = 64;
/// Steps beyond those in one text, after which nothing more is looked for in it: patterns of many
/// gaps meet a text that was made for them.
const MOST_STEPS: u32 = 1_000_000;

/// The patterns, ready to be walked along a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Automaton {
    nodes: Vec<Node>,
    /// The first nodes of all patterns.
    starts: Vec<u32>,
    /// By symbol, where it leads from the beginning of a pattern; [`NOWHERE`] for most.
    root: Vec<u32>,
}

/// No node.
const NOWHERE: u32 = u32::MAX;

/// A place within patterns: which words lead on, which gaps may follow, and what ends here.
#[derive(Debug, Clone, Default)]
struct Node {
    /// Symbol and next node, ascending; one symbol may lead to several nodes.
    next: Vec<(u32, u32)>,
    gaps: Vec<(u8, u32)>,
    /// The patterns that end here.
    ends: Vec<u32>,
    /// Nodes that are reached without a word; folded into this one by [`Automaton::settle`].
    free: Vec<u32>,
}

impl Automaton {
    /// Adds a pattern; its words become symbols of `vocabulary`.
    pub(crate) fn add(&mut self, items: &[Item], pattern: u32, vocabulary: &mut Vocabulary) {
        let start = self.node();
        let end = self.sequence(items, start, vocabulary);
        self.nodes[end as usize].ends.push(pattern);
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
                Item::Exact(word) => from.next.push((vocabulary.exact(word), to)),
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

    /// Folds free steps into the nodes before them, merges the beginnings of patterns, and spreads
    /// the first words into a table of `symbols` entries. Nothing may be added afterwards.
    pub(crate) fn settle(&mut self, symbols: usize) {
        // Free steps lead to later nodes only, so the last node is folded first.
        for at in (0..self.nodes.len()).rev() {
            for free in std::mem::take(&mut self.nodes[at].free) {
                let later = self.nodes[free as usize].clone();
                self.nodes[at].take_in(later);
            }
            self.nodes[at].tidy();
        }
        let starts = std::mem::take(&mut self.starts);
        let root = self.merged(starts, MERGED_DEPTH, &mut BTreeMap::new());
        self.root = vec![NOWHERE; symbols];
        for (symbol, to) in &self.nodes[root as usize].next {
            self.root[*symbol as usize] = *to;
        }
    }

    /// A node that is all of `nodes` at once, with what follows merged too, `depth` words deep.
    fn merged(
        &mut self,
        mut nodes: Vec<u32>,
        depth: usize,
        known: &mut BTreeMap<(usize, Vec<u32>), u32>,
    ) -> u32 {
        nodes.sort_unstable();
        nodes.dedup();
        if let [node] = nodes[..] {
            return node;
        }
        let key = (depth, nodes);
        if let Some(node) = known.get(&key) {
            return *node;
        }
        let mut node = Node::default();
        for part in &key.1 {
            node.take_in(self.nodes[*part as usize].clone());
        }
        node.tidy();
        if depth > 0 {
            node.next = self.merged_edges(&node.next, depth, known);
            node.gaps = self.merged_edges(&node.gaps, depth, known);
        }
        let at = self.nodes.len() as u32;
        self.nodes.push(node);
        known.insert(key, at);
        at
    }

    /// `edges`, ascending, with one node for all that share a label.
    fn merged_edges<L: Copy + PartialEq>(
        &mut self,
        edges: &[(L, u32)],
        depth: usize,
        known: &mut BTreeMap<(usize, Vec<u32>), u32>,
    ) -> Vec<(L, u32)> {
        let groups: Vec<(L, Vec<u32>)> = edges
            .chunk_by(|a, b| a.0 == b.0)
            .map(|group| (group[0].0, group.iter().map(|(_, to)| *to).collect()))
            .collect();
        groups.into_iter().map(|(label, to)| (label, self.merged(to, depth - 1, known))).collect()
    }

    /// Every match in `text`, whose tokens have these `symbols`.
    pub(crate) fn walk(&self, text: &Text<'_>, symbols: &Symbols) -> Vec<Found> {
        let mut found = Vec::new();
        let mut spent = 0;
        for start in 0..text.tokens().len() {
            let walk = Walk { automaton: self, text, symbols, start, ways: RefCell::default() };
            for &symbol in symbols.of(start) {
                let node = self.root.get(symbol as usize).copied().unwrap_or(NOWHERE);
                if node != NOWHERE {
                    walk.from(node, start + 1, &mut found);
                }
            }
            spent += walk.ways.borrow().steps.saturating_sub(FREE_STEPS);
            if spent > MOST_STEPS {
                break;
            }
        }
        found
    }
}

impl Node {
    /// Becomes `other` too.
    fn take_in(&mut self, other: Self) {
        self.next.extend(other.next);
        self.gaps.extend(other.gaps);
        self.ends.extend(other.ends);
    }

    fn tidy(&mut self) {
        self.next.sort_unstable();
        self.next.dedup();
        self.gaps.sort_unstable();
        self.gaps.dedup();
        self.ends.sort_unstable();
        self.ends.dedup();
    }
}

/// One start of a match in a text.
struct Walk<'a> {
    automaton: &'a Automaton,
    text: &'a Text<'a>,
    symbols: &'a Symbols,
    start: usize,
    ways: RefCell<Ways>,
}

/// The ways taken from one start.
#[derive(Default)]
struct Ways {
    steps: u32,
    /// Where many ways have led: what follows from there is known.
    been: FxHashSet<(u32, u32)>,
}

impl Ways {
    /// Whether it is worth going on from `node` at the token `next`.
    fn lead_on(&mut self, node: u32, next: usize) -> bool {
        self.steps += 1;
        self.steps <= FREE_STEPS || self.been.insert((node, next as u32))
    }
}

impl Walk<'_> {
    /// Walks on from `node`, which the token before `next` led to.
    fn from(&self, node: u32, next: usize, found: &mut Vec<Found>) {
        if !self.ways.borrow_mut().lead_on(node, next) {
            return;
        }
        let node = &self.automaton.nodes[node as usize];
        for &pattern in &node.ends {
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
