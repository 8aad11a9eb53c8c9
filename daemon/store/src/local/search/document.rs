//! A document on its way into the index, borrowed from rather than copied.

use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use tantivy::schema::{
    Document, Field, Value,
    document::{ReferenceValue, ReferenceValueLeaf},
};

use super::schema::Fields;
use crate::{
    SearchDocument,
    search::{snippet::kept_text, tags},
};

/// A document as the indexing threads take it.
pub(super) struct IndexDocument {
    source: SearchDocument,
    tags: Vec<String>,
    kept: String,
    fields: Fields,
    /// Held until a thread is done with the document.
    _ticket: Ticket,
}

impl IndexDocument {
    /// Makes `source` ready. Waits while the documents on their way take too much memory.
    pub fn new(source: SearchDocument, fields: Fields, gate: &Arc<Gate>) -> Self {
        let bytes = source.body.len() + source.quoted.len() + source.subject.len() + 512;
        let ticket = Gate::enter(gate, bytes);
        let (tags, kept) = (tags::of(&source), kept_text(&source.body));
        Self { source, tags, kept, fields, _ticket: ticket }
    }
}

/// One value of a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum FieldValue<'a> {
    Text(&'a str),
    Number(u64),
    Signed(i64),
}

impl<'a> Value<'a> for FieldValue<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match *self {
            Self::Text(text) => ReferenceValueLeaf::Str(text),
            Self::Number(number) => ReferenceValueLeaf::U64(number),
            Self::Signed(number) => ReferenceValueLeaf::I64(number),
        })
    }
}

impl Document for IndexDocument {
    type Value<'a> = FieldValue<'a>;
    type FieldsValuesIter<'a> = std::vec::IntoIter<(Field, FieldValue<'a>)>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        let (source, fields) = (&self.source, &self.fields);
        let mut values = vec![
            (fields.number, FieldValue::Number(source.number)),
            (fields.at, FieldValue::Signed(source.at.millis())),
        ];
        values.extend(self.tags.iter().map(|tag| (fields.tag, FieldValue::Text(tag))));
        let lists = [
            (fields.subject, std::slice::from_ref(&source.subject)),
            (fields.body, std::slice::from_ref(&source.body)),
            (fields.from, std::slice::from_ref(&source.from)),
            (fields.to, &source.to),
            (fields.file, &source.attachments),
            (fields.quoted, std::slice::from_ref(&source.quoted)),
            (fields.account, &source.account),
            (fields.kept, std::slice::from_ref(&self.kept)),
        ];
        for (field, texts) in lists {
            let texts = texts.iter().filter(|text| !text.is_empty());
            values.extend(texts.map(|text| (field, FieldValue::Text(text))));
        }
        values.into_iter()
    }
}

/// Bounds the bytes of documents that wait for an indexing thread.
#[derive(Debug)]
pub(super) struct Gate {
    waiting: Mutex<usize>,
    freed: Condvar,
    limit: usize,
}

/// A share of a [`Gate`], given back when dropped.
struct Ticket {
    gate: Arc<Gate>,
    bytes: usize,
}

impl Gate {
    /// A gate for `limit` bytes. A single larger document passes by itself.
    pub fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { waiting: Mutex::new(0), freed: Condvar::new(), limit })
    }

    fn enter(gate: &Arc<Self>, bytes: usize) -> Ticket {
        let mut waiting = gate.waiting.lock();
        // A thread that fails drops what it holds, so this ends whatever happens.
        while *waiting > 0 && *waiting + bytes > gate.limit {
            gate.freed.wait(&mut waiting);
        }
        *waiting += bytes;
        Ticket { gate: Arc::clone(gate), bytes }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        *self.gate.waiting.lock() -= self.bytes;
        self.gate.freed.notify_one();
    }
}
