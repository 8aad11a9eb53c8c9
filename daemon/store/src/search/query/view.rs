//! Takes out of a query what only the views of cases can answer.

use jiff::tz::TimeZone;
use model::Instant;

use super::{
    ast::{Node, Problem, ViewTerm},
    dates::Clock,
    parse::parse,
};

/// A query without its view terms, and these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewTerms {
    /// The rest of the query, of the same length: what was taken out is blank, so every position
    /// that is reported about the rest holds for what was typed.
    pub text: String,
    /// What was taken out, in the order typed. A document must meet every one of them.
    pub terms: Vec<ViewTerm>,
    /// Terms that do not narrow the whole query as typed (beside an OR, or in a group that is
    /// refused), though they are taken to.
    pub problems: Vec<Problem>,
}

/// Splits `signal:`, `severity:`, `owner:`, `case:`, `state:` and `team:` off `text`.
pub fn split_view_terms(text: &str) -> ViewTerms {
    // No date is kept of this reading, so any clock will do.
    let clock = Clock { now: Instant::EPOCH, zone: TimeZone::UTC };
    let query = parse(text, &clock);
    let mut split = Split { terms: Vec::new(), problems: Vec::new() };
    split.walk(query.node, false, true);
    split.terms.sort_by_key(|term| term.at.start);
    let mut rest = text.to_owned().into_bytes();
    for term in &split.terms {
        rest[term.at.clone()].fill(b' ');
    }
    // Whole tokens were blanked, so what is left is still UTF-8.
    let text = String::from_utf8(rest).unwrap_or_else(|_| text.to_owned());
    ViewTerms { text, terms: split.terms, problems: split.problems }
}

struct Split {
    terms: Vec<ViewTerm>,
    problems: Vec<Problem>,
}

impl Split {
    /// `narrows` is whether a document must meet `node` to meet the query.
    fn walk(&mut self, node: Node, negated: bool, narrows: bool) {
        match node {
            Node::And(parts) => {
                let narrows = narrows && !(negated && parts.len() > 1);
                for part in parts {
                    self.walk(part, negated, narrows);
                }
            }
            Node::Or(parts) => {
                // Refusing a choice refuses each side of it.
                for part in parts {
                    self.walk(part, negated, narrows && negated);
                }
            }
            Node::Not { node, sign } => {
                let before = self.terms.len();
                let direct = matches!(*node, Node::View(_) | Node::Not { .. });
                self.walk(*node, !negated, narrows);
                if direct {
                    for term in &mut self.terms[before..] {
                        term.at.start = sign.start;
                    }
                }
            }
            Node::View(term) => {
                if !narrows {
                    let said = format!("{}: narrows the whole query, even here", term.operator);
                    self.problems.push((term.at.start, said));
                }
                self.terms.push(ViewTerm { negated, ..term });
            }
            Node::Text(_) | Node::Tag { .. } | Node::Time { .. } => {}
        }
    }
}
