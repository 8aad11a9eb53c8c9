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
    let Some(kept) = rows.row::<EvidenceRow>(EVIDENCE, &row.evidence.0)? else { return Ok(None) };
    let EvidenceRow { received, journal, captured, .. } = kept;
    let context = ParseContext { received, journal, captured };
    let Ok(message) = mail::parse(bytes, &context, limits) else { return Ok(None) };
    let Some(mut message) = within(message, &row.path) else { return Ok(None) };
    if row.corrected.is_some()
        && let Some(segments) = rows.row::<Vec<Segment>>(SEGMENTS, &number_key(number))?
    {
        message.segments = segments;
    }
    Ok(Some(message))
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
