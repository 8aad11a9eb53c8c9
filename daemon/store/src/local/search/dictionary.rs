//! The words of the index.

use std::{ops::Bound, path::Path};

use tantivy::{
    Searcher, TantivyError, Term,
    query::{DfaWrapper, FuzzyTermQuery},
    schema::Field,
};

use super::{fault, schema::Fields};
use crate::{
    Result,
    search::{
        near::Dictionary,
        query::{Part, Scope},
    },
};

/// The words of one state of the index.
pub(super) struct IndexWords<'a> {
    pub searcher: &'a Searcher,
    pub fields: &'a Fields,
    pub dir: &'a Path,
}

impl IndexWords<'_> {
    fn near_in(
        &self,
        field: Field,
        word: &str,
        automaton: &DfaWrapper,
        each: &mut dyn FnMut(&str, u64),
    ) -> tantivy::Result<()> {
        let (first, after) = first_letter(word);
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let search = index.terms().search(automaton).ge(&first).lt(&after);
            let mut terms = search.into_stream()?;
            while terms.advance() {
                if let Ok(found) = std::str::from_utf8(terms.key()) {
                    each(found, u64::from(terms.value().doc_freq));
                }
            }
        }
        Ok(())
    }

    fn failed(&self, error: TantivyError) -> crate::StoreError {
        fault::tantivy("read the search index in", self.dir, error)
    }
}

impl Dictionary for IndexWords<'_> {
    fn frequency(&self, scope: Scope, word: &str) -> Result<u64> {
        let mut frequency = 0;
        for &part in scope.parts() {
            let term = Term::from_field_text(self.fields.of(part), word);
            frequency += self.searcher.doc_freq(&term).map_err(|error| self.failed(error))?;
        }
        Ok(frequency)
    }

    fn near(
        &self,
        scope: Scope,
        word: &str,
        errors: u8,
        each: &mut dyn FnMut(&str, u64),
    ) -> Result<()> {
        // The automaton is of the word alone, whatever field it names.
        let term = Term::from_field_text(self.fields.body, word);
        let query = FuzzyTermQuery::new(term, errors, true);
        let automaton = query.automaton().map_err(|error| self.failed(error))?;
        for &part in scope.parts() {
            // What is quoted was new text of another message, as a rule.
            if part != Part::Quoted || scope == Scope::Quoted {
                let found = self.near_in(self.fields.of(part), word, &automaton, each);
                found.map_err(|error| self.failed(error))?;
            }
        }
        Ok(())
    }
}

fn first_letter(word: &str) -> (String, String) {
    let first = word.chars().next().unwrap_or('\0');
    let next = char::from_u32(u32::from(first) + 1).unwrap_or(char::MAX);
    (first.to_string(), next.to_string())
}

/// The words of `field` that begin with `prefix`, or nothing if there are more than `most`.
pub(super) fn words_with_prefix(
    searcher: &Searcher,
    field: Field,
    prefix: &str,
    most: usize,
) -> tantivy::Result<Option<Vec<String>>> {
    let mut found = std::collections::BTreeSet::new();
    let end = after_prefix(prefix);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut range = index.terms().range().ge(prefix);
        if let Some(end) = &end {
            range = range.lt(end);
        }
        let mut terms = range.into_stream()?;
        while terms.advance() {
            found.extend(std::str::from_utf8(terms.key()).map(str::to_owned));
            if found.len() > most {
                return Ok(None);
            }
        }
    }
    Ok(Some(found.into_iter().collect()))
}

/// The bounds of the terms of `field` that begin with `prefix`.
pub(super) fn prefix_bounds(field: Field, prefix: &str) -> (Bound<Term>, Bound<Term>) {
    let upper = after_prefix(prefix)
        .map_or(Bound::Unbounded, |end| Bound::Excluded(Term::from_field_text(field, &end)));
    (Bound::Included(Term::from_field_text(field, prefix)), upper)
}

/// The first text after all that begin with `prefix`.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut rest = prefix.to_owned();
    while let Some(last) = rest.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            rest.push(next);
            return Some(rest);
        }
    }
    None
}
