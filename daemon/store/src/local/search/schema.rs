//! The fields of the index.

use std::sync::Arc;

use tantivy::{
    IndexSettings,
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    store::{Compressor, ZstdCompressor},
    tokenizer::{TextAnalyzer, TokenizerManager},
};

use super::tokenizer::WordTokenizer;
use crate::search::query::Part;

/// The name that the fields of the schema know our words by.
const TOKENIZER: &str = "words";

/// Texts are compressed in blocks of this many bytes: an answer of twenty hits unpacks as many.
const BLOCK_BYTES: usize = 32 << 10;

/// The fields by what they hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub number: Field,
    pub at: Field,
    pub tag: Field,
    pub subject: Field,
    pub body: Field,
    pub from: Field,
    pub to: Field,
    pub file: Field,
    pub quoted: Field,
    pub account: Field,
    /// What snippets are cut from; stored, not searched.
    pub kept: Field,
}

impl Fields {
    /// The schema with its fields.
    pub fn schema() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let words = || {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(TOKENIZER)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions);
            TextOptions::default().set_indexing_options(indexing)
        };
        let plain = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let fields = Self {
            number: schema.add_u64_field("number", INDEXED | FAST),
            at: schema.add_i64_field("at", FAST),
            tag: schema.add_text_field("tag", TextOptions::default().set_indexing_options(plain)),
            subject: schema.add_text_field("subject", words()),
            body: schema.add_text_field("body", words()),
            from: schema.add_text_field("from", words()),
            to: schema.add_text_field("to", words()),
            file: schema.add_text_field("file", words()),
            quoted: schema.add_text_field("quoted", words()),
            account: schema.add_text_field("account", words()),
            kept: schema.add_text_field("kept", TextOptions::default().set_stored()),
        };
        (schema.build(), fields)
    }

    /// The field that holds `part`.
    pub fn of(&self, part: Part) -> Field {
        match part {
            Part::Subject => self.subject,
            Part::Body => self.body,
            Part::From => self.from,
            Part::To => self.to,
            Part::File => self.file,
            Part::Quoted => self.quoted,
            Part::Account => self.account,
        }
    }
}

/// How the index is laid out on the disk.
pub(super) fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(5) }),
        docstore_blocksize: BLOCK_BYTES,
        // The indexing threads are as many as there are processors to spare.
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

/// The tokenizers that the schema names.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::new();
    manager.register(TOKENIZER, TextAnalyzer::builder(WordTokenizer::default()).build());
    manager.register("raw", tantivy::tokenizer::RawTokenizer::default());
    // Asked for by every field that is no text, though never used.
    manager.register("default", tantivy::tokenizer::RawTokenizer::default());
    manager
}

/// The names of the fast fields, which columns are opened by.
pub(super) const NUMBER: &str = "number";
/// See [`NUMBER`].
pub(super) const AT: &str = "at";

/// A shared list of numbers.
pub(super) type Numbers = Arc<Vec<u64>>;
