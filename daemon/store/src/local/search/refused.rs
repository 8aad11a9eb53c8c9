//! A query that is refused.
//!
//! Exclusion asks its set about documents that the set has passed already. In tantivy 0.27 a phrase
//! must not be asked that (its assertions say so); this layer answers in its place.

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TantivyError,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
};

/// Wraps the query that is refused.
#[derive(Debug)]
pub(super) struct Refused(pub Box<dyn Query>);

impl Clone for Refused {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Refused {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(RefusedWeight(self.0.weight(scoring)?)))
    }
}

struct RefusedWeight(Box<dyn Weight>);

impl Weight for RefusedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(RefusedDocs(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("what is refused has no score".into()))
    }
}

/// The documents that are refused. `seek_danger` is that of [`DocSet`], which asks only forwards.
struct RefusedDocs(Box<dyn Scorer>);

impl DocSet for RefusedDocs {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.0.seek(target)
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }
}

impl Scorer for RefusedDocs {
    fn score(&mut self) -> Score {
        0.0
    }
}
