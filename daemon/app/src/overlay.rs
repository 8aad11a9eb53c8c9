//! A batch of changes to the views, with reads that see its own writes.

use std::collections::BTreeMap;

use model::Seq;
use serde::{Serialize, de::DeserializeOwned};
use store::{Change, Snapshot, Table, Views};

use crate::{
    Result,
    tables::{decode, encode},
};

/// Rows changed since a snapshot, not written yet.
pub struct Overlay {
    base: Box<dyn Snapshot>,
    changed: BTreeMap<Table, BTreeMap<Vec<u8>, Option<Vec<u8>>>>,
}

impl Overlay {
    /// An empty batch on top of what `views` hold now.
    pub fn new(views: &dyn Views) -> Result<Self> {
        Ok(Self { base: views.snapshot()?, changed: BTreeMap::new() })
    }

    /// Reads a row.
    pub fn get<T: DeserializeOwned>(&self, table: Table, key: &[u8]) -> Result<Option<T>> {
        if let Some(row) = self.changed.get(table).and_then(|rows| rows.get(key)) {
            return row.as_deref().map(|bytes| decode(table, bytes)).transpose();
        }
        self.base.get(table, key)?.map(|bytes| decode(table, &bytes)).transpose()
    }

    /// Sets a row.
    pub fn put<T: Serialize>(&mut self, table: Table, key: &[u8], row: &T) -> Result<()> {
        let bytes = encode(table, row)?;
        self.changed.entry(table).or_default().insert(key.to_vec(), Some(bytes));
        Ok(())
    }

    /// Removes a row.
    pub fn delete(&mut self, table: Table, key: &[u8]) {
        self.changed.entry(table).or_default().insert(key.to_vec(), None);
    }

    /// Calls `each` with the keys of `start..end`, in no particular order.
    pub fn scan_keys(
        &self,
        table: Table,
        start: &[u8],
        end: &[u8],
        each: &mut dyn FnMut(&[u8]),
    ) -> Result<()> {
        let changed = self.changed.get(table);
        self.base.scan(table, start, end, false, &mut |key, _| {
            if changed.is_none_or(|rows| !rows.contains_key(key)) {
                each(key);
            }
            true
        })?;
        let rows = changed.into_iter().flat_map(|rows| rows.range(start.to_vec()..end.to_vec()));
        for (key, value) in rows {
            if value.is_some() {
                each(key);
            }
        }
        Ok(())
    }

    /// The first keys of `start..end` in order, at most `most`.
    pub fn first_keys(
        &self,
        table: Table,
        start: &[u8],
        end: &[u8],
        most: usize,
    ) -> Result<Vec<Vec<u8>>> {
        self.ordered_keys(table, start, end, most, false)
    }

    /// The last keys of `start..end`, the last one first, at most `most`.
    pub fn last_keys(
        &self,
        table: Table,
        start: &[u8],
        end: &[u8],
        most: usize,
    ) -> Result<Vec<Vec<u8>>> {
        self.ordered_keys(table, start, end, most, true)
    }

    fn ordered_keys(
        &self,
        table: Table,
        start: &[u8],
        end: &[u8],
        most: usize,
        backwards: bool,
    ) -> Result<Vec<Vec<u8>>> {
        let changed = self.changed.get(table);
        let mut keys: Vec<Vec<u8>> = Vec::new();
        self.base.scan(table, start, end, backwards, &mut |key, _| {
            if changed.is_none_or(|rows| !rows.contains_key(key)) {
                keys.push(key.to_vec());
            }
            keys.len() < most
        })?;
        let rows = changed.into_iter().flat_map(|rows| rows.range(start.to_vec()..end.to_vec()));
        let mut fresh: Vec<&Vec<u8>> =
            rows.filter(|(_, value)| value.is_some()).map(|(key, _)| key).collect();
        if backwards {
            fresh.reverse();
        }
        keys.extend(fresh.into_iter().take(most).cloned());
        keys.sort_unstable();
        if backwards {
            keys.reverse();
        }
        keys.truncate(most);
        Ok(keys)
    }

    /// Writes the batch; the views have applied the facts up to `applied` then.
    pub fn commit(self, views: &dyn Views, applied: Seq) -> Result<()> {
        drop(self.base);
        let changes: Vec<Change> = self
            .changed
            .into_iter()
            .flat_map(|(table, rows)| {
                rows.into_iter().map(move |(key, value)| match value {
                    Some(value) => Change::Put { table, key, value },
                    None => Change::Delete { table, key },
                })
            })
            .collect();
        views.apply(&changes, applied)?;
        Ok(())
    }
}

/// Reads a row of a snapshot.
pub fn read<T: DeserializeOwned>(
    snapshot: &dyn Snapshot,
    table: Table,
    key: &[u8],
) -> Result<Option<T>> {
    snapshot.get(table, key)?.map(|bytes| decode(table, &bytes)).transpose()
}

/// Calls `each` with the key and row of every row of a table, in order, until it gives `false`.
pub fn read_all<T: DeserializeOwned>(
    snapshot: &dyn Snapshot,
    table: Table,
    start: &[u8],
    mut each: impl FnMut(&[u8], T) -> bool,
) -> Result<()> {
    let mut failed = None;
    snapshot.scan(table, start, &[], false, &mut |key, value| match decode(table, value) {
        Ok(row) => each(key, row),
        Err(error) => {
            failed = Some(error);
            false
        }
    })?;
    failed.map_or(Ok(()), Err)
}
