//! A query made ready for an index: words split and folded, near spellings added.

use jiff::tz::TimeZone;
use model::Instant;

use super::{
    near::{Dictionary, near_spellings},
    query::{Clock, Node, Problem, Scope, Text, parse},
    words::query_words,
};
use crate::{Result, SearchQuery};

/// What a document must meet.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Every one of these; all documents if there are none.
    And(Vec<Plan>),
    /// At least one of these.
    Or(Vec<Plan>),
    /// Not this.
    Not(Box<Plan>),
    /// Words side by side.
    Words(Sequence),
    /// One of [`super::tags::of`].
    Tag(String),
    /// From the first instant on, before the second.
    Time {
        /// The first instant, if there is one.
        from: Option<Instant>,
        /// The first instant that is too late, if there is one.
        until: Option<Instant>,
    },
}

/// Words that stand side by side, in one part of the document (one address, one file name).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// The part.
    pub scope: Scope,
    /// The words, each with its distance from the first; never empty.
    pub words: Vec<(u32, String)>,
    /// Whether the last word is only the beginning of one.
    pub prefix: bool,
    /// Near spellings that stand for the word, if it is a single one; they rank below it.
    pub near: Vec<String>,
}

/// A plan and what was found out on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// What a document must meet.
    pub plan: Plan,
    /// Whether anything in it says that one document fits better than another.
    pub ranked: bool,
    /// What could not be understood.
    pub problems: Vec<Problem>,
    /// Words that were widened, each with its near spellings.
    pub corrected: Vec<(String, Vec<String>)>,
}

/// Reads `query` and makes it ready for the index with these words.
pub fn plan(query: &SearchQuery, dictionary: &dyn Dictionary) -> Result<Planned> {
    let mut problems = Vec::new();
    let clock = Clock { now: query.now, zone: zone(&query.timezone, &mut problems) };
    let read = parse(&query.text, &clock);
    problems.extend(read.problems);
    let mut planner = Planner { dictionary, problems, corrected: Vec::new() };
    let plan = planner.node(read.node, true)?.unwrap_or(Plan::And(Vec::new()));
    let Planner { mut problems, corrected, .. } = planner;
    problems.sort();
    Ok(Planned { ranked: !plan.wanted().is_empty(), plan, problems, corrected })
}

fn zone(name: &str, problems: &mut Vec<Problem>) -> TimeZone {
    if name.is_empty() {
        return TimeZone::UTC;
    }
    TimeZone::get(name).unwrap_or_else(|_| {
        problems.push((0, format!("the time zone {name} is not known, so UTC was used")));
        TimeZone::UTC
    })
}

struct Planner<'a> {
    dictionary: &'a dyn Dictionary,
    problems: Vec<Problem>,
    corrected: Vec<(String, Vec<String>)>,
}

impl Planner<'_> {
    /// The plan of `node`, or nothing if this index can say nothing about it.
    fn node(&mut self, node: Node, wanted: bool) -> Result<Option<Plan>> {
        Ok(match node {
            Node::And(parts) => Some(Plan::And(self.all(parts, wanted)?)),
            Node::Or(parts) => {
                let mut parts = self.all(parts, wanted)?;
                if parts.len() > 1 { Some(Plan::Or(parts)) } else { parts.pop() }
            }
            Node::Not { node, .. } => {
                self.node(*node, !wanted)?.map(|plan| Plan::Not(Box::new(plan)))
            }
            Node::Text(text) => Some(Plan::Words(self.words(text, wanted)?)),
            Node::Tag { tag, .. } => Some(Plan::Tag(tag)),
            Node::Time { from, until, .. } => Some(Plan::Time { from, until }),
            Node::View(term) => {
                let said = format!("{}: is of cases and is not answered here", term.operator);
                self.problems.push((term.at.start, said));
                None
            }
        })
    }

    fn all(&mut self, parts: Vec<Node>, wanted: bool) -> Result<Vec<Plan>> {
        let mut plans = Vec::with_capacity(parts.len());
        for part in parts {
            plans.extend(self.node(part, wanted)?);
        }
        Ok(plans)
    }

    fn words(&mut self, text: Text, wanted: bool) -> Result<Sequence> {
        let words = query_words(&text.text);
        // A single character of a script without spaces begins a pair.
        let prefix = words.last().is_some_and(|last| {
            if last.dense { last.word.chars().count() == 1 } else { text.prefix }
        });
        let mut near = Vec::new();
        if let ([only], false, false, true) = (words.as_slice(), prefix, text.quoted, wanted)
            && !only.dense
        {
            near = near_spellings(self.dictionary, text.scope, &only.word)?;
        }
        if !near.is_empty() {
            self.corrected.push((text.text, near.clone()));
        }
        let words = words.into_iter().map(|word| (word.offset, word.word)).collect();
        Ok(Sequence { scope: text.scope, words, prefix, near })
    }
}

impl Plan {
    /// The words that a document is better for having.
    pub fn wanted(&self) -> Vec<&Sequence> {
        let mut found = Vec::new();
        self.collect_wanted(true, &mut found);
        found
    }

    fn collect_wanted<'a>(&'a self, wanted: bool, found: &mut Vec<&'a Sequence>) {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.collect_wanted(wanted, found);
                }
            }
            Self::Not(part) => part.collect_wanted(!wanted, found),
            Self::Words(sequence) if wanted => found.push(sequence),
            Self::Words(_) | Self::Tag(_) | Self::Time { .. } => {}
        }
    }
}

impl Sequence {
    /// Whether `word` may stand at the place of the word `index`.
    pub fn accepts(&self, index: usize, word: &str) -> bool {
        let Some((_, asked)) = self.words.get(index) else { return false };
        if self.prefix && index + 1 == self.words.len() {
            return word.starts_with(asked.as_str());
        }
        word == asked || self.near.iter().any(|near| near == word)
    }
}
