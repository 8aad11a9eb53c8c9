//! The twin of the search index: it reads every document for every query.

use std::{collections::BTreeMap, sync::Arc};

use model::Seq;
use parking_lot::Mutex;

use crate::{
    Broken, Result, Search, SearchAnswer, SearchDocument, SearchHit, SearchQuery, StoreError,
    search::{
        near::{Dictionary, errors},
        plan::{Plan, Sequence, plan},
        query::{Part, Scope},
        snippet::{Tokens, kept_text, snippet},
        tags,
    },
};

/// How little a near spelling counts against the word itself.
const NEAR: f32 = 0.01;

/// A search index in memory, for tests.
#[derive(Debug, Default)]
pub struct MemorySearch {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    answering: Generation,
    building: Option<Generation>,
}

#[derive(Debug, Default)]
struct Generation {
    documents: BTreeMap<u64, Arc<Document>>,
    /// What was added (or, without a document, removed) since the last commit.
    pending: Vec<(u64, Option<Arc<Document>>)>,
    applied: Seq,
}

#[derive(Debug)]
struct Document {
    source: SearchDocument,
    tags: Vec<String>,
    parts: Vec<(Part, Tokens)>,
}

impl MemorySearch {
    /// An empty index.
    pub fn new() -> Self {
        Self::default()
    }

    fn write(&self, changes: impl Iterator<Item = (u64, Option<Arc<Document>>)>) {
        let mut inner = self.inner.lock();
        let Inner { answering, building } = &mut *inner;
        building.as_mut().unwrap_or(answering).pending.extend(changes);
    }
}

impl Search for MemorySearch {
    fn add(&self, documents: Vec<SearchDocument>) -> Result<()> {
        self.write(
            documents
                .into_iter()
                .map(|source| (source.number, Some(Arc::new(Document::new(source))))),
        );
        Ok(())
    }

    fn remove(&self, numbers: &[u64]) -> Result<()> {
        self.write(numbers.iter().map(|&number| (number, None)));
        Ok(())
    }

    fn commit(&self, applied: Seq) -> Result<()> {
        let mut inner = self.inner.lock();
        let Inner { answering, building } = &mut *inner;
        let target = building.as_mut().unwrap_or(answering);
        for (number, document) in std::mem::take(&mut target.pending) {
            match document {
                Some(document) => target.documents.insert(number, document),
                None => target.documents.remove(&number),
            };
        }
        target.applied = applied;
        Ok(())
    }

    fn applied(&self) -> Result<Seq> {
        Ok(self.inner.lock().answering.applied)
    }

    fn building(&self) -> Result<Option<Seq>> {
        Ok(self.inner.lock().building.as_ref().map(|generation| generation.applied))
    }

    fn begin_generation(&self) -> Result<()> {
        self.inner.lock().building = Some(Generation::default());
        Ok(())
    }

    fn swap(&self) -> Result<()> {
        let mut inner = self.inner.lock();
        let Some(built) = inner.building.take() else {
            return Err(StoreError::Engine {
                what: "swap the search index",
                detail: "no generation is being built: begin one first".into(),
            });
        };
        inner.answering = built;
        Ok(())
    }

    fn count(&self) -> Result<u64> {
        Ok(self.inner.lock().answering.documents.len() as u64)
    }

    fn query(&self, query: &SearchQuery) -> Result<SearchAnswer> {
        let documents: Vec<_> = self.inner.lock().answering.documents.values().cloned().collect();
        let planned = plan(query, &Words(&documents))?;
        let mut found = Vec::new();
        for document in documents {
            let number = document.source.number;
            let seen = query.only.as_ref().is_none_or(|only| only.binary_search(&number).is_ok());
            if let Some(score) = seen.then(|| document.score(&planned.plan)).flatten() {
                found.push((score, document));
            }
        }
        let by_date = query.by_date || !planned.ranked;
        found.sort_by(|(one, first), (other, second)| {
            let by_score = if by_date { std::cmp::Ordering::Equal } else { other.total_cmp(one) };
            by_score
                .then(second.source.at.cmp(&first.source.at))
                .then(second.source.number.cmp(&first.source.number))
        });
        let total = found.len() as u64;
        let wanted = planned.plan.wanted();
        let page = found.into_iter().skip(query.offset).take(query.limit);
        let hits = page
            .map(|(score, document)| {
                let (snippet, marks) = snippet(&kept_text(&document.source.body), &wanted);
                let score = if by_date { 0.0 } else { score };
                SearchHit { number: document.source.number, score, snippet, marks }
            })
            .collect();
        let (problems, corrected) = (planned.problems, planned.corrected);
        let wanted = wanted.into_iter().cloned().collect();
        Ok(SearchAnswer { total, hits, problems, corrected, wanted })
    }

    fn verify(&self) -> Result<Vec<Broken>> {
        Ok(Vec::new())
    }
}

impl Document {
    fn new(source: SearchDocument) -> Self {
        let one = |part, text: &str| (part, Tokens::of(text));
        let mut parts = vec![
            one(Part::Subject, &source.subject),
            one(Part::Body, &source.body),
            one(Part::From, &source.from),
            one(Part::Quoted, &source.quoted),
        ];
        parts.extend(source.to.iter().map(|text| one(Part::To, text)));
        parts.extend(source.attachments.iter().map(|text| one(Part::File, text)));
        parts.extend(source.account.iter().map(|text| one(Part::Account, text)));
        Self { tags: tags::of(&source), source, parts }
    }

    /// How well the document meets `plan`, if it does.
    fn score(&self, plan: &Plan) -> Option<f32> {
        match plan {
            Plan::And(parts) => parts.iter().map(|part| self.score(part)).sum(),
            Plan::Or(parts) => {
                let scores: Vec<f32> = parts.iter().filter_map(|part| self.score(part)).collect();
                (!scores.is_empty()).then(|| scores.iter().sum())
            }
            Plan::Not(part) => self.score(part).is_none().then_some(0.0),
            Plan::Tag(tag) => self.tags.contains(tag).then_some(0.0),
            Plan::Time { from, until } => {
                let at = self.source.at;
                let within = from.is_none_or(|from| from <= at) && until.is_none_or(|end| at < end);
                within.then_some(0.0)
            }
            Plan::Words(sequence) => self.score_words(sequence),
        }
    }

    fn score_words(&self, sequence: &Sequence) -> Option<f32> {
        let mut score = 0.0;
        for (part, tokens) in &self.parts {
            if !sequence.scope.parts().contains(part) {
                continue;
            }
            tokens.occurrences(sequence, |place| {
                let near =
                    place.iter().any(|&at| sequence.near.iter().any(|n| n == tokens.word(at)));
                score += part.weight() * if near { NEAR } else { 1.0 };
            });
        }
        (score > 0.0).then_some(score)
    }

    fn words(&self, scope: Scope) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().filter(move |(part, _)| scope.parts().contains(part));
        parts.flat_map(|(_, tokens)| tokens.words())
    }
}

struct Words<'a>(&'a [Arc<Document>]);

impl Dictionary for Words<'_> {
    fn frequency(&self, scope: Scope, word: &str) -> Result<u64> {
        let holds = |document: &&Arc<Document>| document.words(scope).any(|found| found == word);
        Ok(self.0.iter().filter(holds).count() as u64)
    }

    fn near(
        &self,
        scope: Scope,
        word: &str,
        allowed: u8,
        each: &mut dyn FnMut(&str, u64),
    ) -> Result<()> {
        for document in self.0 {
            for found in document.words(scope) {
                let starts = found.chars().next() == word.chars().next();
                if starts && errors(word, found) <= usize::from(allowed) {
                    each(found, 1);
                }
            }
        }
        Ok(())
    }
}
