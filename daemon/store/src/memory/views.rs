//! Views in memory.

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use model::Seq;
use parking_lot::RwLock;

use crate::{Broken, Change, Result, Snapshot, Table, Views};

type Rows = Arc<BTreeMap<Vec<u8>, Vec<u8>>>;

/// Views that end with their process.
#[derive(Debug, Default)]
pub struct MemoryViews {
    held: RwLock<Held>,
}

/// Tables are copied when they change while a snapshot holds them.
#[derive(Debug, Default, Clone)]
struct Held {
    tables: BTreeMap<Table, Rows>,
    applied: Seq,
}

impl Views for MemoryViews {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        Ok(Box::new(self.held.read().clone()))
    }

    fn apply(&self, changes: &[Change], applied: Seq) -> Result<()> {
        let mut held = self.held.write();
        for change in changes {
            match change {
                Change::Put { table, key, value } => {
                    let rows = held.tables.entry(table).or_default();
                    Arc::make_mut(rows).insert(key.clone(), value.clone());
                }
                Change::Delete { table, key } => {
                    if let Some(rows) = held.tables.get_mut(table) {
                        Arc::make_mut(rows).remove(key);
                    }
                }
            }
        }
        held.applied = applied;
        Ok(())
    }

    fn applied(&self) -> Result<Seq> {
        Ok(self.held.read().applied)
    }

    fn clear(&self) -> Result<()> {
        *self.held.write() = Held::default();
        Ok(())
    }

    fn verify(&self) -> Result<Vec<Broken>> {
        Ok(Vec::new())
    }

    fn compact(&self) -> Result<()> {
        Ok(())
    }
}

impl Snapshot for Held {
    fn applied(&self) -> Seq {
        self.applied
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.tables.get(table).and_then(|rows| rows.get(key)).cloned())
    }

    fn scan(
        &self,
        table: Table,
        start: &[u8],
        end: &[u8],
        reverse: bool,
        each: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<()> {
        let Some(rows) = self.tables.get(table) else { return Ok(()) };
        if !end.is_empty() && start >= end {
            return Ok(());
        }
        let end = if end.is_empty() { Bound::Unbounded } else { Bound::Excluded(end) };
        let mut range = rows.range::<[u8], _>((Bound::Included(start), end));
        let mut next = || if reverse { range.next_back() } else { range.next() };
        while let Some((key, value)) = next() {
            if !each(key, value) {
                break;
            }
        }
        Ok(())
    }

    fn count(&self, table: Table) -> Result<u64> {
        Ok(self.tables.get(table).map_or(0, |rows| rows.len() as u64))
    }
}
