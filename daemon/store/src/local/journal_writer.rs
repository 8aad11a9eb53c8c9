//! The one thread that writes the journal, and the transactions it groups appends into.

use std::{
    collections::BTreeSet,
    ops::Range,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
};

use model::{Digest, Entry, fact, fact::NewFact};
use parking_lot::RwLock;

use super::{
    block::{Block, Encoder, FACTS, FORMAT},
    database::{Access, Database},
    dedup_keys::{self, Key, Recent},
    fault,
    journal::{BLOCKS, broken_block, end},
};
use crate::{Head, Result, StoreError, dedup::item_key};

const CACHE_BYTES: usize = 8 << 20;
/// Appends that may wait for the transaction before theirs.
const WAITING: usize = 64;
/// No transaction takes further appends in beyond this number of facts.
const GROUP: usize = 256;
/// A block takes a page of four times 4 KiB together with redb's own bytes; a longer one would
/// take twice that.
const BLOCK_BYTES: usize = 4 * 4096 - 64;
/// The last block grows until it fills a page.
const GROWING_BYTES: usize = 4096 - 64;

/// Sends appends to the thread that writes.
pub(super) struct JournalWriter {
    sender: Option<SyncSender<Request>>,
    thread: Option<JoinHandle<()>>,
    commits: Arc<AtomicU64>,
    recent: Arc<RwLock<BTreeSet<Key>>>,
}

struct Request {
    facts: Vec<NewFact>,
    reply: SyncSender<Result<Range<u64>>>,
}

impl JournalWriter {
    /// Starts the thread that writes `database`.
    pub(super) fn start(database: Arc<Database>) -> Result<Self> {
        let (sender, receiver) = sync_channel(WAITING);
        let commits = Arc::new(AtomicU64::new(0));
        let path = database.path().to_owned();
        let recent = Arc::new(RwLock::new(BTreeSet::new()));
        let mut writer = Writer::open(database, commits.clone(), recent.clone())?;
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || writer.run(&receiver))
            .map_err(|error| fault::io("start the writer of", &path, error))?;
        Ok(Self { sender: Some(sender), thread: Some(thread), commits, recent })
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// For each of `keys` whether it is a recent one.
    pub(super) fn recent(&self, keys: &[Key]) -> Vec<bool> {
        let recent = self.recent.read();
        keys.iter().map(|key| recent.contains(key)).collect()
    }

    pub(super) fn append(&self, facts: &[NewFact]) -> Result<Range<u64>> {
        let gone = || StoreError::Engine {
            what: "write the journal",
            detail: "its writer has ended: restart the program".to_owned(),
        };
        let (reply, answer) = sync_channel(1);
        let sender = self.sender.as_ref().ok_or_else(gone)?;
        sender.send(Request { facts: facts.to_vec(), reply }).map_err(|_| gone())?;
        answer.recv().map_err(|_| gone())?
    }
}

impl Drop for JournalWriter {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been shown already, and its callers were told.
            let _ = thread.join();
        }
    }
}

/// Writes a journal anew out of entries that were written before, byte for byte, so that its hash
/// chain is the same.
pub(super) struct Restorer(Writer);

impl Restorer {
    /// A new journal at `path`.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let database =
            Database::open(path.to_owned(), u32::from(FORMAT), CACHE_BYTES, Access::Write)?;
        let writer = Writer::open(Arc::new(database), Arc::default(), Arc::default())?;
        Ok(Self(writer))
    }

    /// Adds entries, in one transaction.
    pub(super) fn write(&mut self, entries: &[Vec<u8>]) -> Result<()> {
        let before = match self.0.tip.take() {
            Some(tip) => tip,
            None => self.0.reload()?,
        };
        let mut run = Run::after(&before);
        for bytes in entries {
            let seq = run.head.seq.next();
            let damaged = |detail: String| StoreError::Damaged {
                what: format!("fact {seq} of the backup"),
                detail,
            };
            let entry = Entry::from_bytes(bytes).map_err(|error| damaged(error.to_string()))?;
            if entry.seq != seq {
                return Err(damaged(format!("it calls itself fact {}", entry.seq)));
            }
            run.push_bytes(bytes, item_key(&entry.fact).map(|key| key.0));
        }
        self.0.keep(before, run)
    }

    /// Where the journal ends.
    pub(super) fn head(&self) -> Result<Head> {
        Ok(end(&self.0.database)?.head)
    }
}

/// The thread's own state.
struct Writer {
    database: Arc<Database>,
    commits: Arc<AtomicU64>,
    /// The dedup keys that have not moved to the large table.
    recent: Arc<RwLock<BTreeSet<Key>>>,
    encoder: Encoder,
    /// Nothing after a failure, until it is read again.
    tip: Option<Tip>,
    /// Entries that the last full block held, as a guess for the next.
    fitting: usize,
}

/// Where the next entry goes.
#[derive(Clone)]
struct Tip {
    head: Head,
    growing: Option<Growing>,
}

/// The entries of one transaction, with those of the block that still grows in front of them.
struct Run {
    head: Head,
    /// The sequence of the first entry of `block`.
    first: u64,
    block: Block,
    /// How many entries `block` had before.
    former: usize,
    /// The chain's hash after each entry that is new.
    hashes: Vec<Digest>,
    keys: BTreeSet<Key>,
}

impl Run {
    fn after(tip: &Tip) -> Self {
        let head = tip.head;
        let (first, block) =
            tip.growing.clone().unwrap_or_else(|| (head.seq.0 + 1, Block::default()));
        let former = block.len();
        Self { head, first, block, former, hashes: Vec::new(), keys: BTreeSet::new() }
    }

    fn push(&mut self, new: NewFact) -> Result<(), serde_json::Error> {
        let NewFact { at, recorded, actor, fact } = new;
        let key = item_key(&fact).map(|key| key.0);
        let seq = self.head.seq.next();
        let bytes = Entry { v: fact::FORMAT, seq, at, recorded, actor, fact }.to_bytes()?;
        self.push_bytes(&bytes, key);
        Ok(())
    }

    /// Adds an entry as it was written before; its sequence is the next.
    fn push_bytes(&mut self, bytes: &[u8], key: Option<Key>) {
        let hash = Entry::chain(&self.head.hash, bytes);
        self.head = Head { seq: self.head.seq.next(), hash };
        self.block.push(bytes, &hash);
        self.hashes.push(hash);
        self.keys.extend(key);
    }

    /// `count` entries from the one at `start` on; none of the former ones may be the last.
    fn slice(&self, start: usize, count: usize) -> Block {
        let last = (start + count).checked_sub(self.former + 1);
        let head = last.map_or(self.head.hash, |last| self.hashes[last]);
        self.block.slice(start..start + count, head)
    }
}

/// The last block with its first sequence, while it may grow.
type Growing = (u64, Block);

/// A block ready to be kept, with its first sequence.
type Encoded = (u64, Vec<u8>);

impl Writer {
    fn open(
        database: Arc<Database>,
        commits: Arc<AtomicU64>,
        recent: Arc<RwLock<BTreeSet<Key>>>,
    ) -> Result<Self> {
        let encoder =
            Encoder::new().map_err(|error| fault::io("compress", database.path(), error))?;
        let mut writer = Self { database, commits, recent, encoder, tip: None, fitting: FACTS };
        writer.tip = Some(writer.reload()?);
        Ok(writer)
    }

    /// Commits what is asked for until nobody can ask any more. Whoever asks while a transaction
    /// is being written shares the next one, so nobody waits for company.
    fn run(&mut self, requests: &Receiver<Request>) {
        while let Ok(first) = requests.recv() {
            let mut group = vec![first];
            let mut facts = group[0].facts.len();
            while facts < GROUP {
                let Ok(next) = requests.try_recv() else { break };
                facts += next.facts.len();
                group.push(next);
            }
            self.commit(group);
        }
    }

    fn commit(&mut self, group: Vec<Request>) {
        let (batches, replies): (Vec<_>, Vec<_>) =
            group.into_iter().map(|request| (request.facts, request.reply)).unzip();
        // A reply that nobody waits for any more is no loss.
        match self.write(batches) {
            Ok(ranges) => {
                for (reply, range) in replies.iter().zip(ranges) {
                    let _ = reply.send(Ok(range));
                }
            }
            Err(error) => {
                for reply in &replies {
                    let _ = reply.send(Err(fault::again(&error)));
                }
            }
        }
    }

    fn write(&mut self, batches: Vec<Vec<NewFact>>) -> Result<Vec<Range<u64>>> {
        let before = match self.tip.take() {
            Some(tip) => tip,
            None => self.reload()?,
        };
        let mut run = Run::after(&before);
        let mut ranges = Vec::with_capacity(batches.len());
        for facts in batches {
            let start = run.head.seq.0 + 1;
            for new in facts {
                run.push(new).map_err(|error| StoreError::Engine {
                    what: "write the journal",
                    detail: format!("{}: {error}", self.database.path().display()),
                })?;
            }
            ranges.push(start..run.head.seq.0 + 1);
        }
        self.keep(before, run)?;
        Ok(ranges)
    }

    /// Writes what `run` adds to the journal that stood at `before`.
    fn keep(&mut self, before: Tip, run: Run) -> Result<()> {
        if run.hashes.is_empty() {
            self.tip = Some(before);
            return Ok(());
        }
        let (encoded, growing) = self.encode(&run)?;
        let tip = Tip { head: run.head, growing };
        match self.insert(&encoded, &run) {
            Ok(Recent::Grew) => self.recent.write().extend(run.keys),
            Ok(Recent::Moved) => self.recent.write().clear(),
            Err(error) => {
                // A failed commit may have reached the disk all the same.
                let found = self.reload().ok();
                if found.as_ref().is_none_or(|found| found.head != tip.head) {
                    self.tip = found;
                    return Err(error);
                }
            }
        }
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.tip = Some(tip);
        Ok(())
    }

    /// Cuts the entries of `run` into blocks that fill their pages. Gives them with the last one
    /// if it may still grow.
    fn encode(&mut self, run: &Run) -> Result<(Vec<Encoded>, Option<Growing>)> {
        let mut encoded = Vec::new();
        let (mut done, total) = (0, run.block.len());
        loop {
            // What was in the growing block stays together, with one more at least.
            let least = if done == 0 { run.former + 1 } else { 1 };
            let mut count = self.fitting.clamp(least, FACTS).min(total - done);
            let (block, bytes) = loop {
                let block = run.slice(done, count);
                let bytes = self
                    .encoder
                    .encode(&block)
                    .map_err(|error| fault::io("compress", self.database.path(), error))?;
                if bytes.len() <= BLOCK_BYTES || count <= least {
                    break (block, bytes);
                }
                let fits = count * BLOCK_BYTES / bytes.len();
                count = (fits - fits / 50).clamp(least, count - 1);
                self.fitting = count;
            };
            let first = run.first + done as u64;
            done += count;
            let grows = bytes.len() < GROWING_BYTES && count < FACTS;
            let room = BLOCK_BYTES.saturating_sub(bytes.len()) * count / bytes.len();
            encoded.push((first, bytes));
            if done == total {
                return Ok((encoded, grows.then_some((first, block))));
            }
            self.fitting = (count + room / 2).clamp(1, FACTS);
        }
    }

    fn insert(&self, blocks: &[Encoded], run: &Run) -> Result<Recent> {
        let recent = self.recent.read();
        self.database.write(|transaction| {
            let mut table = transaction.open_table(BLOCKS)?;
            for (first, bytes) in blocks {
                table.insert(first, bytes.as_slice())?;
            }
            let first = run.first + run.former as u64;
            dedup_keys::insert(transaction, first, &run.keys, &recent)
        })
    }

    /// Reads the end of the journal and the recent keys, at the start and after a failure.
    fn reload(&self) -> Result<Tip> {
        let end = end(&self.database)?;
        let growing = match end.last {
            Some((first, bytes)) if bytes.len() < GROWING_BYTES => {
                let block = Block::decode(&bytes).map_err(|error| {
                    broken_block(&self.database.path().display().to_string(), first, error)
                })?;
                (block.len() < FACTS).then_some((first, block))
            }
            _ => None,
        };
        let recent = dedup_keys::recent(&self.database.read()?)
            .map_err(|error| self.database.fault("read", error))?;
        *self.recent.write() = recent;
        Ok(Tip { head: end.head, growing })
    }
}
