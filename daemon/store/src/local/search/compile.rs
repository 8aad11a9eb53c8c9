//! A plan as a query of tantivy.

use std::ops::Bound;

use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, InvertedIndexRangeQuery,
        Occur, PhrasePrefixQuery, PhraseQuery, Query, RangeQuery, TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    dictionary::{prefix_bounds, words_with_prefix},
    refused::Refused,
    schema::Fields,
};
use crate::search::{
    plan::{Plan, Sequence},
    query::Part,
};

/// How little a near spelling counts: below the least that the word itself can count.
const NEAR: f32 = 0.002;

/// A beginning that fits at most so many words is ranked by each of them.
const RANKED_ENDINGS: usize = 64;

/// The beginning of the last word of a phrase may stand for so many words.
const PHRASE_ENDINGS: u32 = 1_000;

/// Makes queries for one state of the index.
pub(super) struct Compiler<'a> {
    pub searcher: &'a Searcher,
    pub fields: &'a Fields,
}

type Boxed = Box<dyn Query>;

impl Compiler<'_> {
    /// The query for `plan`.
    pub fn query(&self, plan: &Plan) -> tantivy::Result<Boxed> {
        Ok(match plan {
            Plan::And(parts) => self.every(parts)?,
            Plan::Or(parts) => {
                let parts: tantivy::Result<Vec<_>> = parts.iter().map(|p| self.query(p)).collect();
                any_of(parts?)
            }
            Plan::Not(part) => self.every(&[Plan::Not(part.clone())])?,
            Plan::Words(sequence) => self.words(sequence)?,
            Plan::Tag(tag) => {
                let term = Term::from_field_text(self.fields.tag, tag);
                unranked(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
            }
            Plan::Time { from, until } => {
                let bound = |at: model::Instant| Term::from_field_i64(self.fields.at, at.millis());
                let from = from.map_or(Bound::Unbounded, |at| Bound::Included(bound(at)));
                let until = until.map_or(Bound::Unbounded, |at| Bound::Excluded(bound(at)));
                unranked(Box::new(RangeQuery::new(from, until)))
            }
        })
    }

    fn every(&self, parts: &[Plan]) -> tantivy::Result<Boxed> {
        let mut clauses = Vec::with_capacity(parts.len() + 1);
        for part in parts {
            clauses.push(match part {
                Plan::Not(refused) => {
                    let query: Boxed = Box::new(Refused(self.query(refused)?));
                    (Occur::MustNot, query)
                }
                part => (Occur::Must, self.query(part)?),
            });
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, unranked(Box::new(AllQuery))));
        }
        if clauses.len() == 1 {
            return Ok(clauses.remove(0).1);
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    fn words(&self, sequence: &Sequence) -> tantivy::Result<Boxed> {
        let mut choices = Vec::new();
        for &part in sequence.scope.parts() {
            self.words_in(part, sequence, &mut choices)?;
        }
        Ok(any_of(choices))
    }

    fn words_in(
        &self,
        part: Part,
        sequence: &Sequence,
        choices: &mut Vec<Boxed>,
    ) -> tantivy::Result<()> {
        let field = self.fields.of(part);
        let [(_, word)] = sequence.words.as_slice() else {
            choices.extend(self.phrase(field, sequence)?.map(|query| weighted(query, part, 1.0)));
            return Ok(());
        };
        if sequence.prefix {
            return self.beginning(part, word, choices);
        }
        let near = sequence.near.iter().map(|word| (word, NEAR));
        for (word, share) in std::iter::once((word, 1.0)).chain(near) {
            if let Some(query) = self.term(field, word)? {
                choices.push(weighted(query, part, share));
            }
        }
        Ok(())
    }

    /// The query for one word, if the field has it at all.
    fn term(&self, field: Field, word: &str) -> tantivy::Result<Option<Boxed>> {
        let term = Term::from_field_text(field, word);
        if self.searcher.doc_freq(&term)? == 0 {
            return Ok(None);
        }
        Ok(Some(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))))
    }

    fn beginning(&self, part: Part, word: &str, choices: &mut Vec<Boxed>) -> tantivy::Result<()> {
        let field = self.fields.of(part);
        let Some(endings) = words_with_prefix(self.searcher, field, word, RANKED_ENDINGS)? else {
            let (from, until) = prefix_bounds(field, word);
            let any = Box::new(InvertedIndexRangeQuery::new(from, until));
            choices.push(weighted(any, part, 1.0));
            choices.extend(self.term(field, word)?.map(|query| weighted(query, part, 1.0)));
            return Ok(());
        };
        for ending in endings {
            let query =
                TermQuery::new(Term::from_field_text(field, &ending), IndexRecordOption::WithFreqs);
            choices.push(weighted(Box::new(query), part, 1.0));
        }
        Ok(())
    }

    fn phrase(&self, field: Field, sequence: &Sequence) -> tantivy::Result<Option<Boxed>> {
        let mut terms = Vec::with_capacity(sequence.words.len());
        for (index, (offset, word)) in sequence.words.iter().enumerate() {
            let term = Term::from_field_text(field, word);
            let open = sequence.prefix && index + 1 == sequence.words.len();
            if !open && self.searcher.doc_freq(&term)? == 0 {
                return Ok(None);
            }
            terms.push((*offset as usize, term));
        }
        if !sequence.prefix {
            return Ok(Some(Box::new(PhraseQuery::new_with_offset(terms))));
        }
        let mut query = PhrasePrefixQuery::new_with_offset(terms);
        query.set_max_expansions(PHRASE_ENDINGS);
        Ok(Some(Box::new(query)))
    }
}

fn weighted(query: Boxed, part: Part, share: f32) -> Boxed {
    let weight = part.weight() * share;
    if (weight - 1.0).abs() < f32::EPSILON {
        query
    } else {
        Box::new(BoostQuery::new(query, weight))
    }
}

fn unranked(query: Boxed) -> Boxed {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn any_of(mut choices: Vec<Boxed>) -> Boxed {
    match choices.len() {
        0 => Box::new(EmptyQuery),
        1 => choices.remove(0),
        _ => Box::new(BooleanQuery::union(choices)),
    }
}
