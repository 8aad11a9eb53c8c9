//! The journal in `journal.redb`.
//!
//! Table `blocks` maps the sequence of a block's first entry to the [`Block`]. The dedup keys of
//! everything captured or skipped are written in the same transaction; see [`dedup_keys`].

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use model::{Digest, Entry, ItemKey, Seq, fact, fact::NewFact};
use redb::{ReadTransaction, ReadableTable as _, ReadableTableMetadata as _, TableDefinition};

use super::{
    block::{Block, BlockError, FORMAT, Summary},
    cache::Cache,
    database::{Access, Database, SENSELESS},
    dedup_keys::{self, Key},
    journal_writer::JournalWriter,
};
use crate::{Broken, Head, Journal, Result, StoreError, dedup::item_key};

pub(super) const BLOCKS: TableDefinition<u64, &[u8]> = TableDefinition::new("blocks");

const CACHE_BYTES: usize = 8 << 20;
/// Decompressed blocks that are kept for the next reader.
const BLOCK_CACHE_BYTES: usize = 2 << 20;

/// The journal on a local disk.
pub struct FileJournal {
    database: Arc<Database>,
    /// By first sequence and number of entries, for the last block grows.
    blocks: Cache<(u64, usize), Block>,
    writer: Option<JournalWriter>,
}

impl FileJournal {
    /// Opens `journal.redb` in `dir`.
    pub(crate) fn open(dir: &Path, access: Access) -> Result<Self> {
        let path = dir.join("journal.redb");
        let database = Arc::new(Database::open(path, u32::from(FORMAT), CACHE_BYTES, access)?);
        let writer = match access {
            Access::Write => Some(JournalWriter::start(database.clone())?),
            Access::Read => None,
        };
        Ok(Self { database, blocks: Cache::new(BLOCK_CACHE_BYTES), writer })
    }

    /// How many transactions this process has written: fewer than appends, where several wrote at
    /// the same time.
    pub fn commits(&self) -> u64 {
        self.writer.as_ref().map_or(0, JournalWriter::commits)
    }

    fn path(&self) -> String {
        self.database.path().display().to_string()
    }

    fn block(&self, first: u64, bytes: &[u8]) -> Result<Arc<Block>> {
        let broken = |error| broken_block(&self.path(), first, error);
        let count = Summary::read(bytes).map_err(broken)?.count;
        if let Some(block) = self.blocks.get(&(first, count)) {
            return Ok(block);
        }
        let block = Arc::new(Block::decode(bytes).map_err(broken)?);
        self.blocks.put((first, count), block.clone(), block.text_len());
        Ok(block)
    }

    fn entry(&self, seq: u64, bytes: &[u8]) -> Result<Entry> {
        let what = || format!("fact {seq} of {}", self.path());
        match Entry::from_bytes(bytes) {
            Ok(entry) if entry.seq.0 == seq && entry.v <= fact::FORMAT => Ok(entry),
            Ok(entry) if entry.v <= fact::FORMAT => Err(StoreError::Damaged {
                what: what(),
                detail: format!("it calls itself fact {}", entry.seq),
            }),
            read => Err(match version(bytes) {
                Some(found) if found > fact::FORMAT => StoreError::Newer {
                    what: what(),
                    found: found.into(),
                    known: fact::FORMAT.into(),
                },
                _ => StoreError::Damaged {
                    what: what(),
                    detail: read.err().map_or_else(String::new, |error| error.to_string()),
                },
            }),
        }
    }

    fn fault(&self, error: impl Into<redb::Error>) -> StoreError {
        self.database.fault("read", error)
    }

    /// Follows the chain from the first entry. Gives the keys that the entries carry, or the first
    /// entry that does not fit.
    fn follow(
        &self,
        transaction: &ReadTransaction,
        progress: &mut dyn FnMut(f32),
    ) -> Result<std::result::Result<Vec<Key>, Broken>> {
        let mut keys = Vec::new();
        let Some(table) = opened(transaction.open_table(BLOCKS)).map_err(|e| self.fault(e))? else {
            return Ok(Ok(keys));
        };
        let total = table.len().map_err(|error| self.fault(error))?.max(1);
        let (mut next, mut hash) = (1, Digest([0; 32]));
        for (done, row) in table.iter().map_err(|error| self.fault(error))?.enumerate() {
            let (first, bytes) = row.map_err(|error| self.fault(error))?;
            if first.value() != next {
                let detail = format!("it is missing: the next block begins with {}", first.value());
                return Ok(Err(broken_fact(next, detail)));
            }
            let block = match Block::decode(bytes.value()) {
                Ok(block) => block,
                Err(error) => return Ok(Err(broken_fact(next, format!("its block: {error}")))),
            };
            hash = match block.follow(hash) {
                Ok(hash) => hash,
                Err(index) => {
                    let detail = "it does not fit the hash chain".to_owned();
                    return Ok(Err(broken_fact(next + index as u64, detail)));
                }
            };
            for index in 0..block.len() {
                match self.entry(next + index as u64, block.entry(index)) {
                    Ok(entry) => keys.extend(item_key(&entry.fact).map(|key| key.0)),
                    Err(error) => {
                        return Ok(Err(broken_fact(next + index as u64, error.to_string())));
                    }
                }
            }
            next += block.len() as u64;
            progress((done + 1) as f32 / total as f32);
        }
        Ok(Ok(keys))
    }

    /// The first dedup key that is missing, or that no entry carries.
    fn compare_keys(
        &self,
        transaction: &ReadTransaction,
        mut wanted: Vec<Key>,
    ) -> Result<Option<Broken>> {
        wanted.sort_unstable();
        wanted.dedup();
        let found = dedup_keys::all(transaction).map_err(|error| self.fault(error))?;
        Ok(dedup_keys::first_difference(&wanted, &found).map(|key| {
            let missing = wanted.binary_search(&key).is_ok();
            Broken {
                item: format!("dedup key {} of {}", ItemKey(key), self.path()),
                detail: if missing { "it is missing" } else { "no fact carries it" }.to_owned(),
            }
        }))
    }
}

impl Journal for FileJournal {
    fn append(&self, facts: &[NewFact]) -> Result<Range<u64>> {
        match &self.writer {
            Some(writer) => writer.append(facts),
            None => Err(StoreError::Engine {
                what: "write",
                detail: format!("{} is open for reading only", self.path()),
            }),
        }
    }

    fn read(&self, from: Seq, limit: usize) -> Result<Vec<Entry>> {
        let from = from.0.max(1);
        let mut entries = Vec::new();
        let transaction = self.database.read()?;
        let Some(table) = opened(transaction.open_table(BLOCKS)).map_err(|e| self.fault(e))? else {
            return Ok(entries);
        };
        let first = table.range(..=from).map_err(|error| self.fault(error))?.next_back();
        let first = match first {
            Some(row) => row.map_err(|error| self.fault(error))?.0.value(),
            None => return Ok(entries),
        };
        for row in table.range(first..).map_err(|error| self.fault(error))? {
            if entries.len() >= limit {
                break;
            }
            let (first, bytes) = row.map_err(|error| self.fault(error))?;
            let first = first.value();
            let block = self.block(first, bytes.value())?;
            let wanted = (from.saturating_sub(first) as usize)..block.len();
            for index in wanted.take(limit - entries.len()) {
                entries.push(self.entry(first + index as u64, block.entry(index))?);
            }
        }
        Ok(entries)
    }

    fn head(&self) -> Result<Head> {
        Ok(end(&self.database)?.head)
    }

    fn known(&self, items: &[ItemKey]) -> Result<Vec<bool>> {
        let keys: Vec<Key> = items.iter().map(|item| item.0).collect();
        // Recent keys first: they may move to the others meanwhile, but not back.
        let recent = self.writer.as_ref().map(|writer| writer.recent(&keys));
        let transaction = self.database.read()?;
        let recent = if let Some(recent) = recent {
            recent
        } else {
            let recent = dedup_keys::recent(&transaction).map_err(|error| self.fault(error))?;
            keys.iter().map(|key| recent.contains(key)).collect()
        };
        let settled = dedup_keys::settled(&transaction, &keys).map_err(|e| self.fault(e))?;
        Ok(recent.iter().zip(settled).map(|(recent, settled)| *recent || settled).collect())
    }

    fn verify(&self, progress: &mut dyn FnMut(f32)) -> Result<Vec<Broken>> {
        let transaction = self.database.read()?;
        // redb may panic over pages that were altered under it.
        let walk = || match self.follow(&transaction, progress)? {
            Ok(keys) => self.compare_keys(&transaction, keys),
            Err(broken) => Ok(Some(broken)),
        };
        let walked = catch_unwind(AssertUnwindSafe(walk));
        drop(transaction);
        let detail = match walked {
            Ok(Ok(Some(broken))) => return Ok(vec![broken]),
            Ok(Ok(None)) => return self.database.check(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => SENSELESS.to_owned(),
        };
        Ok(vec![Broken { item: self.path(), detail }])
    }

    fn compact(&self) -> Result<()> {
        self.database.compact()
    }
}

/// The end of the journal, with its last block.
pub(super) struct End {
    pub(super) head: Head,
    /// The first sequence of the last block and its bytes, if there is one.
    pub(super) last: Option<(u64, Vec<u8>)>,
}

/// Reads the end of the journal in `database`.
pub(super) fn end(database: &Database) -> Result<End> {
    let empty = End { head: Head { seq: Seq(0), hash: Digest([0; 32]) }, last: None };
    let transaction = database.read()?;
    let fault = |error: redb::Error| database.fault("read", error);
    let Some(table) = opened(transaction.open_table(BLOCKS)).map_err(fault)? else {
        return Ok(empty);
    };
    let Some((first, bytes)) = table.last().map_err(|error| fault(error.into()))? else {
        return Ok(empty);
    };
    let path = database.path().display().to_string();
    let summary =
        Summary::read(bytes.value()).map_err(|error| broken_block(&path, first.value(), error))?;
    let head = Head { seq: Seq(first.value() + summary.count as u64 - 1), hash: summary.head };
    Ok(End { head, last: Some((first.value(), bytes.value().to_vec())) })
}

/// The table, unless it was never written.
pub(super) fn opened<T>(table: Result<T, redb::TableError>) -> Result<Option<T>, redb::Error> {
    match table {
        Ok(table) => Ok(Some(table)),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn broken_fact(seq: u64, detail: String) -> Broken {
    Broken { item: format!("fact {seq}"), detail }
}

pub(super) fn broken_block(path: &str, first: u64, error: BlockError) -> StoreError {
    let what = format!("the block of fact {first} in {path}");
    match error {
        BlockError::Newer(found) => {
            StoreError::Newer { what, found: found.into(), known: FORMAT.into() }
        }
        other => StoreError::Damaged { what, detail: other.to_string() },
    }
}

/// The version that an entry names, whatever else it holds.
fn version(bytes: &[u8]) -> Option<u16> {
    #[derive(serde::Deserialize)]
    struct Version {
        v: u16,
    }
    serde_json::from_slice::<Version>(bytes).ok().map(|version| version.v)
}
