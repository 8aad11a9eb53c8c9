//! The dedup keys of the journal, in two tables.
//!
//! Keys are hashes and fall anywhere into the tree, so a transaction for each batch would rewrite
//! most of its pages. Table `recent_keys` therefore takes the keys of each append as one row, and
//! when it holds many they move to the table `keys` together, in their order.

use std::collections::BTreeSet;

use redb::{ReadTransaction, ReadableTable as _, TableDefinition, WriteTransaction};

use super::journal::opened;

/// A dedup key as it is kept.
pub(super) type Key = [u8; 16];

const KEYS: TableDefinition<&Key, ()> = TableDefinition::new("keys");
/// By the sequence of the append's first fact: its keys one after the other.
const RECENT: TableDefinition<u64, &[u8]> = TableDefinition::new("recent_keys");
/// Keys that are recent before they move.
const MANY: usize = 16_384;

/// What became of the recent keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recent {
    /// Those of the append are recent too.
    Grew,
    /// All have moved.
    Moved,
}

/// Adds the `keys` of the append that begins with the fact `first`; `recent` are all recent keys
/// before it.
pub(super) fn insert(
    transaction: &WriteTransaction,
    first: u64,
    keys: &BTreeSet<Key>,
    recent: &BTreeSet<Key>,
) -> Result<Recent, redb::Error> {
    if recent.len() + keys.len() < MANY {
        if !keys.is_empty() {
            let row: Vec<u8> = keys.iter().flatten().copied().collect();
            transaction.open_table(RECENT)?.insert(first, row.as_slice())?;
        }
        return Ok(Recent::Grew);
    }
    let mut table = transaction.open_table(KEYS)?;
    for key in recent.union(keys) {
        table.insert(key, ())?;
    }
    transaction.delete_table(RECENT)?;
    Ok(Recent::Moved)
}

/// The recent keys.
pub(super) fn recent(transaction: &ReadTransaction) -> Result<BTreeSet<Key>, redb::Error> {
    let mut keys = BTreeSet::new();
    if let Some(rows) = opened(transaction.open_table(RECENT))? {
        for row in rows.iter()? {
            let (_, row) = row?;
            let (whole, rest) = row.value().as_chunks();
            if !rest.is_empty() {
                return Err(redb::Error::Corrupted("a row of dedup keys is cut short".to_owned()));
            }
            keys.extend(whole);
        }
    }
    Ok(keys)
}

/// For each of `keys` whether it is in the table, recent ones apart.
pub(super) fn settled(
    transaction: &ReadTransaction,
    keys: &[Key],
) -> Result<Vec<bool>, redb::Error> {
    let mut found = vec![false; keys.len()];
    if let Some(table) = opened(transaction.open_table(KEYS))? {
        // In the order of the keys, so that every page is looked up once.
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_unstable_by_key(|index| keys[*index]);
        for index in order {
            found[index] = table.get(&keys[index])?.is_some();
        }
    }
    Ok(found)
}

/// Every key, ascending.
pub(super) fn all(transaction: &ReadTransaction) -> Result<Vec<Key>, redb::Error> {
    let mut keys: Vec<Key> = recent(transaction)?.into_iter().collect();
    if let Some(table) = opened(transaction.open_table(KEYS))? {
        for row in table.iter()? {
            keys.push(*row?.0.value());
        }
    }
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

/// The first key that only one of two ascending lists holds.
pub(super) fn first_difference(one: &[Key], other: &[Key]) -> Option<Key> {
    let at = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    one.get(at).into_iter().chain(other.get(at)).min().copied()
}
