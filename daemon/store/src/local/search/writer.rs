//! The one writer of the index.

use std::sync::Arc;

use model::Seq;
use tantivy::{
    IndexWriter, Term,
    indexer::{IndexWriterOptions, LogMergePolicy},
};

use super::{
    document::{Gate, IndexDocument},
    fault,
    generation::Generation,
};
use crate::{Result, SearchDocument, StoreError};

/// How much the writer may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterOptions {
    /// Memory for postings that are not written yet, over all threads. At least 15 MB a thread are
    /// used; as much as a quarter of it holds documents that wait.
    pub heap_bytes: usize,
    /// Indexing threads. One is enough for what arrives while serving; an import gains from more.
    pub threads: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { heap_bytes: 64 << 20, threads: 1 }
    }
}

/// The smallest heap a thread of tantivy takes.
const LEAST_HEAP_BYTES: usize = 15_000_000;

/// Merging begins at this many segments of a size.
const SEGMENTS_TO_MERGE: usize = 8;

/// A segment of this many documents is merged no more: merging maps all that it reads into memory,
/// a quarter of a gigabyte for 160,000 messages, and an import must not need more the longer it is.
const LARGE: usize = 15_000;

/// Writes to one generation.
pub(super) struct Writer {
    inner: IndexWriter<IndexDocument>,
    generation: Arc<Generation>,
    gate: Arc<Gate>,
    /// No document has a higher number, so a new one above it replaces none.
    highest: u64,
}

impl Writer {
    /// Opens the writer of `generation`.
    pub fn open(generation: Arc<Generation>, options: WriterOptions) -> Result<Self> {
        let threads = options.threads.clamp(1, 8);
        let heap = (options.heap_bytes / threads).max(LEAST_HEAP_BYTES);
        let opened = generation.index.writer_with_options(
            IndexWriterOptions::builder()
                .num_worker_threads(threads)
                .memory_budget_per_thread(heap)
                .num_merge_threads(1)
                .build(),
        );
        let inner: IndexWriter<IndexDocument> = opened
            .map_err(|error| fault::tantivy("open the search index in", &generation.dir, error))?;
        let mut policy = LogMergePolicy::default();
        policy.set_min_num_segments(SEGMENTS_TO_MERGE);
        policy.set_min_layer_size(1_000);
        policy.set_del_docs_ratio_before_merge(0.3);
        policy.set_max_docs_before_merge(LARGE);
        inner.set_merge_policy(Box::new(policy));
        let highest = generation.highest_number()?;
        Ok(Self { inner, gate: Gate::new(options.heap_bytes / 4), generation, highest })
    }

    /// Adds documents, in place of those with the same numbers.
    pub fn add(&mut self, documents: Vec<SearchDocument>) -> Result<()> {
        for document in documents {
            let number = document.number;
            // Looking every new number up in every segment would cost an import a tenth of its time.
            if number <= self.highest {
                self.remove(number);
            }
            self.highest = self.highest.max(number);
            let document = IndexDocument::new(document, self.generation.fields, &self.gate);
            if let Err(error) = self.inner.add_document(document) {
                return Err(self.cause(error));
            }
        }
        Ok(())
    }

    /// Removes the document `number`.
    pub fn remove(&self, number: u64) {
        self.inner.delete_term(Term::from_field_u64(self.generation.fields.number, number));
    }

    /// Makes what was added durable and visible.
    pub fn commit(&mut self, applied: Seq) -> Result<()> {
        let committed = self.inner.prepare_commit().and_then(|mut prepared| {
            prepared.set_payload(&applied.0.to_string());
            prepared.commit()
        });
        committed.map_err(|error| self.failed(error))?;
        self.generation.reload()
    }

    /// Waits until merging is done, then closes.
    pub fn finish(self) -> Result<()> {
        let dir = self.generation.dir.clone();
        let finished = self.inner.wait_merging_threads();
        finished.map_err(|error| fault::tantivy("merge the search index in", &dir, error))?;
        self.generation.reload()
    }

    /// What made the threads give up: they tell only who joins them.
    fn cause(&mut self, error: tantivy::TantivyError) -> StoreError {
        let cause = self.inner.prepare_commit().err();
        self.failed(cause.unwrap_or(error))
    }

    fn failed(&self, error: tantivy::TantivyError) -> StoreError {
        fault::tantivy("write the search index in", &self.generation.dir, error)
    }
}
