//! What a sentence is about: the words that tell one deliverable from another.

use std::{
    hash::{Hash, Hasher},
    sync::LazyLock,
};

use rustc_hash::{FxHashSet, FxHasher};

use super::{ACTS, DISPUTED, MOVED, WITHDRAWN};
use crate::{
    dates::{Moment, is_time_word},
    hits::Hits,
    language::is_small_word,
    lists::WordLists,
    token::{Text, Token},
};

/// A word that a sentence is about, without its ending, so that "invoices" and "invoice" are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(u64);

/// So many letters tell a word.
const STEM: usize = 5;
/// Shorter words say little.
const SHORTEST: usize = 4;
/// Longer words that say little, folded.
const COMMON: &str = "with without about again also still then just only very already really could \
    should other another more most some such here there where while within into onto over under \
    between because since than that this these those them they have been being does doing done \
    gets getting know need want make made take taken come coming going good well sorry hello dear \
    thank thanks please regards think yourself both each every much many";

static COMMON_WORDS: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| COMMON.split_ascii_whitespace().collect());

/// The topics of the sentence `index`, ascending: its words but small ones, those of time and those
/// by which the lists tell of delays and of giving.
pub(super) fn of(
    text: &Text<'_>,
    hits: &Hits,
    lists: &WordLists,
    index: u32,
    moments: &[Moment],
) -> Vec<Topic> {
    let known = [MOVED, WITHDRAWN, DISPUTED, ACTS].map(|list| lists.list(list));
    let tokens = text.tokens();
    let from = tokens.partition_point(|t| t.sentence < index);
    let start = tokens.get(from).map_or(0, |t| t.start);
    // What lies before the sentence is passed over once, not for each of its words.
    let told: Vec<_> = known
        .iter()
        .flatten()
        .flat_map(|list| hits.of(*list))
        .filter(|h| h.end > start && lists.mark(h.mark) != "reply")
        .collect();
    let covered = |token: &Token| {
        // What is told or confirmed matters: "confirm" twice is one promise moved.
        told.iter().any(|h| h.start <= token.start && token.end <= h.end)
            || moments.iter().any(|m| m.start <= token.start && token.end <= m.end)
    };
    let mut topics: Vec<Topic> = tokens[from..]
        .iter()
        .take_while(|t| t.sentence == index)
        .filter(|t| tells(text.folded(t)) && !covered(t))
        .map(|t| topic(text.folded(t)))
        .collect();
    topics.sort_unstable();
    topics.dedup();
    topics
}

fn tells(word: &str) -> bool {
    word.chars().count() >= SHORTEST
        && !is_small_word(word)
        && !is_time_word(word)
        && !COMMON_WORDS.contains(word)
}

fn topic(word: &str) -> Topic {
    let end = word.char_indices().nth(STEM).map_or(word.len(), |(at, _)| at);
    let mut hasher = FxHasher::default();
    word[..end].hash(&mut hasher);
    Topic(hasher.finish())
}

/// The words within `range` that say what is to be delivered, without what leads up to them.
pub(super) fn deliverable(text: &Text<'_>, range: (u32, u32)) -> Option<(u32, u32)> {
    let tokens = text.tokens();
    let within: Vec<&Token> =
        tokens.iter().filter(|t| t.start >= range.0 && t.end <= range.1).collect();
    let leads = |t: &&Token| {
        let word = text.folded(t);
        word.chars().count() < SHORTEST || is_time_word(word)
    };
    let last = within.iter().rposition(|t| tells(text.folded(t)))?;
    let kept = &within[..=last];
    let first =
        kept.iter().position(|t| !leads(t) || matches!(text.folded(t), "the" | "a" | "an"))?;
    Some((kept[first].start, kept[last].end))
}
