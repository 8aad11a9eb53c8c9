//! Where every item stands: `evidence/index.redb`, and in memory what it does not hold yet.
//!
//! Hashes fall anywhere into the tree, so a transaction a pack would rewrite most of its pages
//! each time. New packs are therefore kept in memory and written together. Nothing is lost with
//! them: packs that the index does not know are found in the directory, and each has its table of
//! contents at its end.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use model::EvidenceId;
use parking_lot::{Mutex, RwLock};
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable as _, ReadableTableMetadata as _};
use redb::{TableDefinition, WriteTransaction};

use super::pack::{Extent, PackNumber, Place, Table};
use crate::{
    Broken, EvidenceStats, Result, StoreError,
    local::{
        database::{ABOUT, Access, Database, about},
        journal::opened,
    },
};

/// The version of the index; an older one is built anew.
const FORMAT: u32 = 1;
const CACHE_BYTES: usize = 8 << 20;
/// Items that wait in memory for the next transaction.
const WAITING_ITEMS: usize = 32_768;
/// Packs that wait; a reader in another process opens each of them.
const WAITING_PACKS: usize = 64;
const RAW_BYTES: &str = "raw_bytes";
/// The largest number that a pack ever had.
const LAST_PACK: &str = "last_pack";

const ITEMS: TableDefinition<&[u8; 32], (u32, u32, u32, u32)> = TableDefinition::new("items");
const FRAMES: TableDefinition<(u32, u32), (u64, u32, u32)> = TableDefinition::new("frames");
/// Packs by number, with their bytes.
const PACKS: TableDefinition<u32, u64> = TableDefinition::new("packs");
/// Packs whose items stand elsewhere now, and whose files go.
const REPLACED: TableDefinition<u32, ()> = TableDefinition::new("replaced");

/// An item's place and that of its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) place: Place,
    pub(super) extent: Extent,
}

/// What is not in the index yet.
#[derive(Default)]
struct Waiting {
    items: BTreeMap<EvidenceId, Place>,
    frames: BTreeMap<(PackNumber, u32), Extent>,
    packs: BTreeMap<PackNumber, u64>,
}

/// The places of all items.
pub(super) struct Locations {
    database: Option<Database>,
    waiting: RwLock<Waiting>,
    /// Held while the index is written, so that nothing is added meanwhile.
    writing: Mutex<()>,
    /// Grows with every pack that is added.
    additions: AtomicU64,
}

impl Locations {
    /// Gives unused space of the index back.
    pub(super) fn compact(&self) -> Result<()> {
        let _writing = self.writing.lock();
        self.database.as_ref().map_or(Ok(()), Database::compact)
    }

    /// Opens the index in `dir`. A reader goes without if there is none that it can use.
    pub(super) fn open(dir: &Path, access: Access) -> Result<Self> {
        let path = dir.join("index.redb");
        let database = match Database::open(path, FORMAT, CACHE_BYTES, access) {
            Ok(database) => Some(database),
            Err(_) if access == Access::Read => None,
            Err(error) => return Err(error),
        };
        Ok(Self {
            database,
            waiting: RwLock::default(),
            writing: Mutex::default(),
            additions: AtomicU64::new(0),
        })
    }

    /// Grows with every pack that is added by this process.
    pub(super) fn additions(&self) -> u64 {
        self.additions.load(Ordering::Acquire)
    }

    /// The packs that are known, with their bytes.
    pub(super) fn packs(&self) -> Result<BTreeMap<PackNumber, u64>> {
        let waiting = self.waiting.read();
        let mut packs = waiting.packs.clone();
        if let Some(indexed) = self.indexed()? {
            packs.extend(indexed.packs()?);
        }
        Ok(packs)
    }

    /// The packs whose files are to go, and the largest number that a pack ever had.
    pub(super) fn leftovers(&self) -> Result<(BTreeSet<PackNumber>, PackNumber)> {
        let Some(indexed) = self.indexed()? else { return Ok((BTreeSet::new(), 0)) };
        Ok((indexed.replaced()?, indexed.number(LAST_PACK)? as PackNumber))
    }

    /// Whether each of `ids` is kept.
    pub(super) fn contains(&self, ids: &[EvidenceId]) -> Result<Vec<bool>> {
        Ok(self.places(ids)?.iter().map(Option::is_some).collect())
    }

    /// Where each of `ids` stands, if it is kept.
    pub(super) fn find(&self, ids: &[EvidenceId]) -> Result<Vec<Option<Located>>> {
        let waiting = self.waiting.read();
        let indexed = self.indexed()?;
        let mut found = vec![None; ids.len()];
        for (index, place) in place_all(ids, &waiting, indexed.as_ref())? {
            let frame = (place.pack, place.frame);
            let extent = match waiting.frames.get(&frame) {
                Some(extent) => Some(*extent),
                None => indexed.as_ref().map_or(Ok(None), |indexed| indexed.extent(frame))?,
            };
            found[index] = extent.map(|extent| Located { place, extent });
        }
        Ok(found)
    }

    fn places(&self, ids: &[EvidenceId]) -> Result<Vec<Option<Place>>> {
        let waiting = self.waiting.read();
        let mut found = vec![None; ids.len()];
        for (index, place) in place_all(ids, &waiting, self.indexed()?.as_ref())? {
            found[index] = Some(place);
        }
        Ok(found)
    }

    /// Adds the pack `pack`; an item that has a place already keeps it. Gives the items that were
    /// new. `unchanged_since` tells how many additions the caller knew of when it saw that none of
    /// the items was kept.
    pub(super) fn add(
        &self,
        pack: PackNumber,
        table: &Table,
        unchanged_since: Option<u64>,
    ) -> Result<BTreeSet<EvidenceId>> {
        let writing = self.writing.lock();
        let sure = unchanged_since == Some(self.additions());
        let ids: Vec<EvidenceId> = table.items.iter().map(|item| item.id).collect();
        let kept = if sure { vec![false; ids.len()] } else { self.contains(&ids)? };
        let mut fresh = BTreeSet::new();
        let full = {
            let mut waiting = self.waiting.write();
            for ((id, place), kept) in table.places(pack).zip(kept) {
                if !kept && fresh.insert(id) {
                    waiting.items.insert(id, place);
                }
            }
            waiting.frames.extend(table.extents().zip(0..).map(|(extent, n)| ((pack, n), extent)));
            waiting.packs.insert(pack, table.pack_bytes());
            waiting.items.len() >= WAITING_ITEMS || waiting.packs.len() >= WAITING_PACKS
        };
        self.additions.fetch_add(1, Ordering::Release);
        drop(writing);
        if full {
            self.flush()?;
        }
        Ok(fresh)
    }

    /// Writes what waits into the index. Does nothing for a reader.
    pub(super) fn flush(&self) -> Result<()> {
        let Some(database) = self.database.as_ref().filter(|d| d.access() == Access::Write) else {
            return Ok(());
        };
        let _writing = self.writing.lock();
        {
            // Others may look things up meanwhile.
            let waiting = self.waiting.read();
            if waiting.packs.is_empty() {
                return Ok(());
            }
            database.write(|transaction| waiting.write(transaction))?;
        }
        *self.waiting.write() = Waiting::default();
        Ok(())
    }

    /// Lets the items of the packs `old` stand in `pack`, which was merged from them, and notes
    /// that the files of the old ones may go.
    pub(super) fn replace(
        &self,
        old: &BTreeSet<PackNumber>,
        pack: PackNumber,
        table: &Table,
    ) -> Result<()> {
        self.flush()?;
        let Some(database) = &self.database else { return Ok(()) };
        let _writing = self.writing.lock();
        database.write(|transaction| {
            let mut items = transaction.open_table(ITEMS)?;
            let mut moved: Vec<_> = table.places(pack).collect();
            moved.sort_unstable_by_key(|(id, _)| *id);
            let mut added = 0;
            for (id, place) in moved {
                let former = items.get(&id.0)?.map(|row| row.value().0);
                if former.is_none_or(|former| old.contains(&former)) {
                    items.insert(&id.0, row(place))?;
                }
                if former.is_none() {
                    added += u64::from(place.len);
                }
            }
            let mut frames = transaction.open_table(FRAMES)?;
            let mut packs = transaction.open_table(PACKS)?;
            let mut replaced = transaction.open_table(REPLACED)?;
            for number in old {
                frames.retain_in((*number, 0)..=(*number, u32::MAX), |_, _| false)?;
                packs.remove(number)?;
                replaced.insert(number, ())?;
            }
            for (extent, number) in table.extents().zip(0..) {
                frames.insert((pack, number), (extent.offset, extent.stored, extent.raw))?;
            }
            packs.insert(pack, table.pack_bytes())?;
            count(transaction, added, pack)
        })
    }

    /// Notes that the files of the packs `gone` are deleted.
    pub(super) fn forget(&self, gone: &BTreeSet<PackNumber>) -> Result<()> {
        let Some(database) = self.database.as_ref().filter(|_| !gone.is_empty()) else {
            return Ok(());
        };
        database.write(|transaction| {
            let mut replaced = transaction.open_table(REPLACED)?;
            for number in gone {
                replaced.remove(number)?;
            }
            Ok(())
        })
    }

    /// Forgets, in a reader, what waited, since another process may have written it meanwhile.
    pub(super) fn reset(&self) {
        *self.waiting.write() = Waiting::default();
    }

    /// What is kept. Bytes on disk are those of the packs.
    pub(super) fn stats(&self) -> Result<EvidenceStats> {
        let waiting = self.waiting.read();
        let raw = |places: &BTreeMap<_, Place>| places.values().map(|p| u64::from(p.len)).sum();
        let mut stats = EvidenceStats {
            items: waiting.items.len() as u64,
            raw_bytes: raw(&waiting.items),
            ..EvidenceStats::default()
        };
        if let Some(indexed) = self.indexed()? {
            stats.items += indexed.items()?;
            stats.raw_bytes += indexed.number(RAW_BYTES)?;
        }
        drop(waiting);
        let packs = self.packs()?;
        stats.packs = packs.len() as u64;
        stats.stored_bytes = packs.values().sum();
        Ok(stats)
    }

    /// Checks the index's own structure.
    pub(super) fn check(&self) -> Result<Vec<Broken>> {
        self.database.as_ref().map_or(Ok(Vec::new()), Database::check)
    }

    fn indexed(&self) -> Result<Option<Indexed<'_>>> {
        self.database
            .as_ref()
            .map(|database| Ok(Indexed { database, transaction: database.read()? }))
            .transpose()
    }
}

impl Waiting {
    fn write(&self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        let mut items = transaction.open_table(ITEMS)?;
        let mut raw = 0;
        for (id, place) in &self.items {
            items.insert(&id.0, row(*place))?;
            raw += u64::from(place.len);
        }
        let mut frames = transaction.open_table(FRAMES)?;
        for (key, extent) in &self.frames {
            frames.insert(key, (extent.offset, extent.stored, extent.raw))?;
        }
        let mut packs = transaction.open_table(PACKS)?;
        for (pack, stored) in &self.packs {
            packs.insert(pack, stored)?;
        }
        let last = self.packs.last_key_value().map_or(0, |(pack, _)| *pack);
        count(transaction, raw, last)
    }
}

fn row(place: Place) -> (u32, u32, u32, u32) {
    (place.pack, place.frame, place.start, place.len)
}

fn count(transaction: &WriteTransaction, raw: u64, pack: PackNumber) -> Result<(), redb::Error> {
    let mut numbers = transaction.open_table(ABOUT)?;
    let sum = numbers.get(RAW_BYTES)?.map_or(0, |row| row.value()) + raw;
    let last = numbers.get(LAST_PACK)?.map_or(0, |row| row.value()).max(u64::from(pack));
    numbers.insert(RAW_BYTES, sum)?;
    numbers.insert(LAST_PACK, last)?;
    Ok(())
}

/// The places of those of `ids` that are kept, by their position, in the order of the ids.
fn place_all(
    ids: &[EvidenceId],
    waiting: &Waiting,
    indexed: Option<&Indexed<'_>>,
) -> Result<Vec<(usize, Place)>> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_unstable_by_key(|index| ids[*index]);
    let table = indexed.map_or(Ok(None), Indexed::item_table)?;
    let mut found = Vec::new();
    for index in order {
        let place = match waiting.items.get(&ids[index]) {
            Some(place) => Some(*place),
            None => match (&table, indexed) {
                (Some(table), Some(indexed)) => indexed.place(table, &ids[index])?,
                _ => None,
            },
        };
        found.extend(place.map(|place| (index, place)));
    }
    Ok(found)
}

type ItemTable = ReadOnlyTable<&'static [u8; 32], (u32, u32, u32, u32)>;

/// A consistent view of the index.
struct Indexed<'a> {
    database: &'a Database,
    transaction: ReadTransaction,
}

impl Indexed<'_> {
    fn item_table(&self) -> Result<Option<ItemTable>> {
        opened(self.transaction.open_table(ITEMS)).map_err(|error| self.fault(error))
    }

    fn place(&self, table: &ItemTable, id: &EvidenceId) -> Result<Option<Place>> {
        let row = table.get(&id.0).map_err(|error| self.fault(error))?;
        Ok(row.map(|row| {
            let (pack, frame, start, len) = row.value();
            Place { pack, frame, start, len }
        }))
    }

    fn extent(&self, frame: (PackNumber, u32)) -> Result<Option<Extent>> {
        let extent = || {
            let Some(table) = opened(self.transaction.open_table(FRAMES))? else { return Ok(None) };
            Ok::<_, redb::Error>(table.get(frame)?.map(|row| {
                let (offset, stored, raw) = row.value();
                Extent { offset, stored, raw }
            }))
        };
        extent().map_err(|error| self.fault(error))
    }

    fn packs(&self) -> Result<Vec<(PackNumber, u64)>> {
        let packs = || {
            let Some(table) = opened(self.transaction.open_table(PACKS))? else {
                return Ok(Vec::new());
            };
            table
                .iter()?
                .map(|row| row.map(|(pack, stored)| (pack.value(), stored.value())))
                .map(|row| row.map_err(redb::Error::from))
                .collect()
        };
        packs().map_err(|error| self.fault(error))
    }

    fn replaced(&self) -> Result<BTreeSet<PackNumber>> {
        let replaced = || {
            let Some(table) = opened(self.transaction.open_table(REPLACED))? else {
                return Ok(BTreeSet::new());
            };
            table
                .iter()?
                .map(|row| row.map(|(pack, _)| pack.value()).map_err(redb::Error::from))
                .collect()
        };
        replaced().map_err(|error| self.fault(error))
    }

    fn items(&self) -> Result<u64> {
        self.item_table()?.map_or(Ok(0), |table| table.len().map_err(|error| self.fault(error)))
    }

    fn number(&self, name: &str) -> Result<u64> {
        about(&self.transaction, name).map_err(|error| self.fault(error))
    }

    fn fault(&self, error: impl Into<redb::Error>) -> StoreError {
        self.database.fault("read", error)
    }
}
