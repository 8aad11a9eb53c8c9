//! Messages read again from their original bytes.

use mail::{Limits, Message, ParseContext, Segment};
use serde::de::DeserializeOwned;
use store::{Evidence, Snapshot, Table};

use crate::{
    Result,
    overlay::{self, Overlay},
    tables::{EVIDENCE, EvidenceRow, MESSAGE, MessageRow, SEGMENTS, number_key},
};

/// Anything that rows can be read from.
pub trait Rows {
    /// Reads a row.
    fn row<T: DeserializeOwned>(&self, table: Table, key: &[u8]) -> Result<Option<T>>;
}

impl Rows for Overlay {
    fn row<T: DeserializeOwned>(&self, table: Table, key: &[u8]) -> Result<Option<T>> {
        self.get(table, key)
    }
}

impl Rows for dyn Snapshot + '_ {
    fn row<T: DeserializeOwned>(&self, table: Table, key: &[u8]) -> Result<Option<T>> {
        overlay::read(self, table, key)
    }
}

/// The message with this number, with the segments as a person corrected them; nothing if its bytes
/// are gone.
pub fn load<R: Rows + ?Sized>(
    rows: &R,
    evidence: &dyn Evidence,
    limits: &Limits,
    number: u64,
) -> Result<Option<Message>> {
    let Some(row) = rows.row::<MessageRow>(MESSAGE, &number_key(number))? else { return Ok(None) };
    load_row(rows, evidence, limits, number, &row)
}

/// The message of `row`, as [`load`] gives it.
pub fn load_row<R: Rows + ?Sized>(
    rows: &R,
    evidence: &dyn Evidence,
    limits: &Limits,
    number: u64,
    row: &MessageRow,
) -> Result<Option<Message>> {
    let Some(bytes) = evidence.get(&row.evidence)? else { return Ok(None) };
    parse_row(rows, &bytes, limits, number, row)
}

/// The message of `row` within the original `bytes` of its evidence.
pub fn parse_row<R: Rows + ?Sized>(
    rows: &R,
    bytes: &[u8],
    limits: &Limits,
    number: u64,
    row: &MessageRow,
) -> Result<Option<Message>> {
    let recipe = Recipe::of(rows, number, row)?;
    Ok(recipe.and_then(|recipe| recipe.parse(bytes, limits)))
}

/// What it takes, beside the bytes, to make a message of them.
pub struct Recipe {
    context: ParseContext,
    path: Vec<u32>,
    /// Segments that a person corrected.
    segments: Option<Vec<Segment>>,
}

impl Recipe {
    /// Reads what is kept of a message; nothing if its evidence is unknown.
    pub fn of<R: Rows + ?Sized>(rows: &R, number: u64, row: &MessageRow) -> Result<Option<Self>> {
        let Some(kept) = rows.row::<EvidenceRow>(EVIDENCE, &row.evidence.0)? else {
            return Ok(None);
        };
        let EvidenceRow { received, journal, captured, .. } = kept;
        let segments = match row.corrected {
            Some(_) => rows.row::<Vec<Segment>>(SEGMENTS, &number_key(number))?,
            None => None,
        };
        let context = ParseContext { received, journal, captured };
        Ok(Some(Self { context, path: row.path.clone(), segments }))
    }

    /// The message within the original `bytes` of its evidence.
    pub fn parse(self, bytes: &[u8], limits: &Limits) -> Option<Message> {
        let message = mail::parse(bytes, &self.context, limits).ok()?;
        let mut message = within(message, &self.path)?;
        if let Some(segments) = self.segments {
            message.segments = segments;
        }
        Some(message)
    }
}

/// The message at `path` within `message`.
fn within(message: Message, path: &[u32]) -> Option<Message> {
    let mut current = message;
    for position in path {
        let at = *position as usize;
        if at >= current.nested.len() {
            return None;
        }
        current = *current.nested.swap_remove(at).message;
    }
    Some(current)
}
