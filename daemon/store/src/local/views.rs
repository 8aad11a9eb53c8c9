//! Ordered tables in a redb file: the views in `views.redb`, and what the service keeps about
//! access in `access.redb`.

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use model::Seq;
use parking_lot::Mutex;
use redb::{
    ReadOnlyTable, ReadTransaction, ReadableTable as _, ReadableTableMetadata as _, Table as Rows,
    TableDefinition, TableHandle as _, WriteTransaction,
};

use super::{
    database::{ABOUT, Database, about},
    journal::opened,
};
use crate::{Broken, Change, Result, Snapshot, StoreError, Table, Views};

/// The version of this file's own form; what the rows mean is versioned by whoever writes them.
pub(super) const FORMAT: u32 = 1;
const APPLIED: &str = "applied";
/// A table is rewritten when its pages have at least this many bytes to spare ...
const LOOSE_BYTES: u64 = 64 << 10;
/// ... and more than one byte for this many rows' bytes.
const LOOSE_SHARE: u64 = 8;
/// What a table is called while it is being rewritten, behind its name.
const ASIDE: &str = ".old";

type Bytes = &'static [u8];

/// Ordered tables on a local disk.
pub struct FileViews {
    database: Arc<Database>,
}

impl FileViews {
    /// The tables in `database`.
    pub(crate) fn new(database: Database) -> Self {
        Self { database: Arc::new(database) }
    }
}

fn rows(table: &str) -> TableDefinition<'_, Bytes, Bytes> {
    TableDefinition::new(table)
}

impl Views for FileViews {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        let transaction = self.database.read()?;
        let applied =
            about(&transaction, APPLIED).map_err(|error| self.database.fault("read", error))?;
        Ok(Box::new(FileSnapshot {
            database: self.database.clone(),
            transaction,
            applied: Seq(applied),
            tables: Mutex::default(),
        }))
    }

    fn apply(&self, changes: &[Change], applied: Seq) -> Result<()> {
        let tables = last_changes(changes);
        self.database.write(|transaction| {
            for (table, changes) in tables {
                write(&mut transaction.open_table(rows(table))?, &changes)?;
            }
            transaction.open_table(ABOUT)?.insert(APPLIED, applied.0)?;
            Ok(())
        })
    }

    fn applied(&self) -> Result<Seq> {
        self.database.about(APPLIED).map(Seq)
    }

    fn clear(&self) -> Result<()> {
        self.database.write(|transaction| {
            for table in row_tables(transaction)? {
                transaction.delete_table(table)?;
            }
            transaction.open_table(ABOUT)?.insert(APPLIED, 0)?;
            Ok(())
        })
    }

    fn verify(&self) -> Result<Vec<Broken>> {
        self.database.check()
    }

    fn compact(&self) -> Result<()> {
        for table in self.loose_tables()? {
            self.database.write(|transaction| rewrite(transaction, &table))?;
        }
        self.database.compact()
    }
}

impl FileViews {
    /// Tables whose pages are not well filled, as rows that came in no order leave them.
    fn loose_tables(&self) -> Result<Vec<String>> {
        let transaction = self.database.read()?;
        let mut loose = Vec::new();
        let mut look = || -> Result<(), redb::Error> {
            for handle in transaction.list_tables()?.filter(|table| table.name() != ABOUT.name()) {
                let table = transaction.open_table(rows(handle.name()))?;
                let stats = table.stats()?;
                let (full, free) = (stats.stored_bytes(), stats.fragmented_bytes());
                if free > LOOSE_BYTES && free > full / LOOSE_SHARE {
                    loose.push(handle.name().to_owned());
                }
            }
            Ok(())
        };
        look().map_err(|error| self.database.fault("compact", error))?;
        Ok(loose)
    }
}

/// Writes all rows of a table anew in the order of their keys, which fills its pages.
fn rewrite(transaction: &WriteTransaction, name: &str) -> Result<(), redb::Error> {
    let aside = format!("{name}{ASIDE}");
    transaction.rename_table(rows(name), rows(&aside))?;
    {
        let old = transaction.open_table(rows(&aside))?;
        let mut new = transaction.open_table(rows(name))?;
        let mut end = new.upper_bound_mut(Bound::<&[u8]>::Unbounded)?;
        for row in old.iter()? {
            let (key, value) = row?;
            end.insert_before(key.value(), value.value()).map_err(redb::Error::from)?;
        }
        end.close()?;
    }
    transaction.delete_table(rows(&aside))?;
    Ok(())
}

/// A row as it shall be: its key, and its value unless it shall not be.
type Wanted<'a> = (&'a [u8], Option<&'a [u8]>);

/// The last change of every row, by table and in order of the keys: redb fills its pages quickest
/// and densest in that order.
fn last_changes(changes: &[Change]) -> BTreeMap<Table, Vec<Wanted<'_>>> {
    let mut tables: BTreeMap<Table, Vec<Wanted<'_>>> = BTreeMap::new();
    for change in changes {
        let (table, wanted) = match change {
            Change::Put { table, key, value } => (table, (&key[..], Some(&value[..]))),
            Change::Delete { table, key } => (table, (&key[..], None)),
        };
        tables.entry(table).or_default().push(wanted);
    }
    for wanted in tables.values_mut() {
        // Stable, so of equal keys the last written stands last, and first after reversing.
        wanted.sort_by_key(|(key, _)| *key);
        wanted.reverse();
        wanted.dedup_by_key(|(key, _)| *key);
        wanted.reverse();
    }
    tables
}

fn write(table: &mut Rows<'_, Bytes, Bytes>, wanted: &[Wanted<'_>]) -> Result<(), redb::Error> {
    let appended = match table.last()? {
        Some((last, _)) => wanted.partition_point(|(key, _)| *key <= last.value()),
        None => 0,
    };
    let (within, behind) = wanted.split_at(appended);
    for (key, value) in within {
        match value {
            Some(value) => drop(table.insert(*key, *value)?),
            None => drop(table.remove(*key)?),
        }
    }
    let mut end = table.upper_bound_mut(Bound::<&[u8]>::Unbounded)?;
    for (key, value) in behind {
        if let Some(value) = value {
            end.insert_before(*key, *value).map_err(redb::Error::from)?;
        }
    }
    end.close()?;
    Ok(())
}

fn row_tables(
    transaction: &WriteTransaction,
) -> Result<Vec<redb::UntypedTableHandle>, redb::Error> {
    Ok(transaction.list_tables()?.filter(|table| table.name() != ABOUT.name()).collect())
}

type OpenTable = ReadOnlyTable<Bytes, Bytes>;

struct FileSnapshot {
    database: Arc<Database>,
    transaction: ReadTransaction,
    applied: Seq,
    /// Opened once each; nothing for a table that does not exist.
    tables: Mutex<BTreeMap<Table, Option<Arc<OpenTable>>>>,
}

impl FileSnapshot {
    fn table(&self, name: Table) -> Result<Option<Arc<OpenTable>>> {
        let mut tables = self.tables.lock();
        if let Some(table) = tables.get(name) {
            return Ok(table.clone());
        }
        let table = opened(self.transaction.open_table(rows(name)))
            .map_err(|error| self.fault(error))?
            .map(Arc::new);
        tables.insert(name, table.clone());
        Ok(table)
    }

    fn fault(&self, error: impl Into<redb::Error>) -> StoreError {
        self.database.fault("read", error)
    }
}

impl Snapshot for FileSnapshot {
    fn applied(&self) -> Seq {
        self.applied
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let Some(table) = self.table(table)? else { return Ok(None) };
        let found = table.get(key).map_err(|error| self.fault(error))?;
        Ok(found.map(|value| value.value().to_vec()))
    }

    fn scan(
        &self,
        table: Table,
        start: &[u8],
        end: &[u8],
        reverse: bool,
        each: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<()> {
        let Some(table) = self.table(table)? else { return Ok(()) };
        if !end.is_empty() && start >= end {
            return Ok(());
        }
        let end = if end.is_empty() { Bound::Unbounded } else { Bound::Excluded(end) };
        let mut range = table
            .range::<&[u8]>((Bound::Included(start), end))
            .map_err(|error| self.fault(error))?;
        loop {
            let row = if reverse { range.next_back() } else { range.next() };
            let Some(row) = row else { return Ok(()) };
            let (key, value) = row.map_err(|error| self.fault(error))?;
            if !each(key.value(), value.value()) {
                return Ok(());
            }
        }
    }

    fn count(&self, table: Table) -> Result<u64> {
        match self.table(table)? {
            Some(table) => table.len().map_err(|error| self.fault(error)),
            None => Ok(0),
        }
    }
}
