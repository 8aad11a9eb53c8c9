//! Where words of the lists stand, and within which scope.

use crate::{
    lists::{ListId, WordLists},
    token::Text,
};

/// The list whose words negate what follows them.
pub const NEGATIONS: &str = "negations";
/// The list whose words make a sentence hypothetical.
pub const CONDITIONALS: &str = "conditionals";

/// How many words after a negation still lie within its scope.
const NEGATION_REACH: u32 = 5;

/// A place where a list matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The list.
    pub list: ListId,
    /// The section of the list; see [`WordLists::mark`].
    pub mark: u16,
    /// Byte offset of the first character.
    pub start: u32,
    /// Byte offset behind the last character.
    pub end: u32,
    /// The sentence, counted from 0.
    pub sentence: u32,
    /// Whether a negation reaches it: "not urgent", "keine Eile".
    pub negated: bool,
    /// Whether its sentence is hypothetical: "if it were down".
    pub conditional: bool,
    /// Whether its sentence is a question.
    pub question: bool,
    /// Whether it stands between quotation marks: somebody else's words, or a name.
    pub quoted: bool,
}

/// Everything that the lists found in one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// Ordered by list, then by place.
    hits: Vec<Hit>,
}

/// A match before exclusions and overlaps are settled, in positions of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) pattern: u32,
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl Hits {
    /// All of them, ordered by list and place.
    pub fn all(&self) -> &[Hit] {
        &self.hits
    }

    /// Those of `list`, in order of place.
    pub fn of(&self, list: ListId) -> &[Hit] {
        let from = self.hits.partition_point(|h| h.list < list);
        let to = self.hits.partition_point(|h| h.list <= list);
        &self.hits[from..to]
    }

    /// Adds the hits of a later part of the same text that begins at byte `offset` and after
    /// `sentences` sentences.
    pub fn append(&mut self, later: &Self, offset: u32, sentences: u32) {
        self.hits.extend(later.hits.iter().map(|hit| Hit {
            start: hit.start + offset,
            end: hit.end + offset,
            sentence: hit.sentence + sentences,
            ..*hit
        }));
        self.hits.sort_by_key(|h| (h.list, h.start));
    }

    pub(crate) fn settle(mut found: Vec<Found>, text: &Text<'_>, lists: &WordLists) -> Self {
        found.retain(|f| stands(f, text, lists));
        let vetoes: Vec<Found> =
            found.iter().filter(|f| lists.pattern(f.pattern).demands.exclusion).copied().collect();
        found.retain(|f| {
            let list = lists.pattern(f.pattern).list;
            !lists.pattern(f.pattern).demands.exclusion
                && !vetoes.iter().any(|v| {
                    lists.pattern(v.pattern).list == list && v.first <= f.last && f.first <= v.last
                })
        });
        // The longest of those that begin first wins; what overlaps it within its list goes.
        found.sort_by_key(|f| {
            (lists.pattern(f.pattern).list, f.first, std::cmp::Reverse(f.last), f.pattern)
        });
        let mut kept: Vec<Found> = Vec::with_capacity(found.len());
        for f in found {
            let list = lists.pattern(f.pattern).list;
            let clear = kept
                .last()
                .is_none_or(|k| lists.pattern(k.pattern).list != list || k.last < f.first);
            if clear {
                kept.push(f);
            }
        }
        let scopes = Scopes::of(&kept, lists);
        Self { hits: kept.iter().map(|f| hit(f, text, lists, &scopes)).collect() }
    }
}

/// Whether a match fits the language of the text and the demands of its line.
fn stands(found: &Found, text: &Text<'_>, lists: &WordLists) -> bool {
    let pattern = lists.pattern(found.pattern);
    let tokens = text.tokens();
    let first = &tokens[found.first as usize];
    let demands = pattern.demands;
    let ends =
        || tokens.get(found.last as usize + 1).is_none_or(|next| next.sentence != first.sentence);
    pattern.languages.meets(text.languages())
        && (!demands.begins || first.first)
        && (!demands.question || text.sentences()[first.sentence as usize].question)
        && (!demands.ends || ends())
}

/// The negations and conditionals of a text.
struct Scopes {
    negations: Vec<Found>,
    conditionals: Vec<Found>,
}

impl Scopes {
    fn of(kept: &[Found], lists: &WordLists) -> Self {
        let named = |name| {
            let list = lists.list(name);
            kept.iter().filter(|f| Some(lists.pattern(f.pattern).list) == list).copied().collect()
        };
        Self { negations: named(NEGATIONS), conditionals: named(CONDITIONALS) }
    }
}

fn hit(found: &Found, text: &Text<'_>, lists: &WordLists, scopes: &Scopes) -> Hit {
    let pattern = lists.pattern(found.pattern);
    let tokens = text.tokens();
    let (first, last) = (&tokens[found.first as usize], &tokens[found.last as usize]);
    let negated = scopes.negations.iter().any(|n| {
        n.last < found.first
            && found.first - n.last <= NEGATION_REACH
            && tokens[n.last as usize].clause == first.clause
    });
    let conditional = scopes.conditionals.iter().any(|c| {
        let word = &tokens[c.first as usize];
        let same_clause = word.clause == last.clause;
        word.sentence == first.sentence && (c.first < found.first || same_clause)
    });
    Hit {
        list: pattern.list,
        mark: pattern.mark,
        start: first.start,
        end: last.end,
        sentence: first.sentence,
        negated,
        conditional,
        question: text.sentences()[first.sentence as usize].question,
        quoted: first.quoted && last.quoted,
    }
}
