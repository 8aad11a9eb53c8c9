//! The facts of a journal as JSON lines, with the bytes that the hash chain runs over.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _},
    path::Path,
};

use model::{Digest, Entry, Seq};

use super::{
    BackupError, Course, Result,
    manifest::FactsPart,
    objects::{Kind, Objects, path},
};
use crate::{
    Head,
    local::{
        block::{Block, FORMAT, Summary},
        database::{Access, Database},
        fault,
        journal::{BLOCKS, broken_block, end, opened},
        journal_writer::Restorer,
    },
};

const CACHE_BYTES: usize = 8 << 20;
/// Facts of one file.
const PART: u64 = 65_536;
/// The last file is written anew with what came, as long as it is smaller than this.
const SMALL: u64 = 1 << 20;
/// Facts that are written to a restored journal at once.
const BATCH: usize = 4096;
/// No fact is longer; it holds no text of a message.
const LONGEST: u64 = 64 << 20;
const START: Digest = Digest([0; 32]);

/// A journal that is read beside its writer.
pub(super) struct Facts {
    database: Database,
}

impl Facts {
    pub(super) fn open(data: &Path) -> Result<Self> {
        let journal = data.join("journal.redb");
        Ok(Self {
            database: Database::open(journal, u32::from(FORMAT), CACHE_BYTES, Access::Read)?,
        })
    }

    pub(super) fn head(&self) -> Result<Head> {
        Ok(end(&self.database)?.head)
    }

    /// The chain's hash after the fact `seq`.
    pub(super) fn hash_after(&self, seq: Seq) -> Result<Digest> {
        if seq == Seq(0) {
            return Ok(START);
        }
        let (first, block, mut hash) = self.block(seq)?;
        for index in 0..=(seq.0 - first) as usize {
            hash = Entry::chain(&hash, block.entry(index));
        }
        Ok(hash)
    }

    /// The block that holds the fact `seq`, with its first sequence and the chain's hash before it.
    /// Every call is a transaction of its own: none is held while a disk is written.
    fn block(&self, seq: Seq) -> Result<(u64, Block, Digest)> {
        let fault = |error: redb::Error| self.database.fault("read", error);
        let missing = || fault::damaged(self.database.path(), format!("fact {seq} is missing"));
        let name = self.database.path().display().to_string();
        let transaction = self.database.read()?;
        let table = opened(transaction.open_table(BLOCKS)).map_err(fault)?.ok_or_else(missing)?;
        let mut rows = table.range(..=seq.0).map_err(|error| fault(error.into()))?.rev();
        let row = rows.next().ok_or_else(missing)?.map_err(|error| fault(error.into()))?;
        let first = row.0.value();
        let block =
            Block::decode(row.1.value()).map_err(|error| broken_block(&name, first, error))?;
        if seq.0 >= first + block.len() as u64 {
            return Err(missing().into());
        }
        let before = match rows.next() {
            None => START,
            Some(row) => {
                let row = row.map_err(|error| fault(error.into()))?;
                let summary = Summary::read(row.1.value());
                summary.map_err(|error| broken_block(&name, row.0.value(), error))?.head
            }
        };
        Ok((first, block, before))
    }

    /// Keeps the facts up to `head`, of which `former` are in the destination already.
    pub(super) fn keep(
        &self,
        former: &[FactsPart],
        head: Head,
        objects: &mut Objects<'_, '_>,
    ) -> Result<Vec<FactsPart>> {
        let mut parts: Vec<FactsPart> = former
            .iter()
            .take_while(|part| objects.has(Kind::Facts, &part.sha256, part.bytes))
            .cloned()
            .collect();
        let grows = |part: &FactsPart| {
            part.bytes < SMALL && part.last < head.seq && part.last.0 - part.first.0 + 1 < PART
        };
        if parts.last().is_some_and(grows) {
            parts.pop();
        }
        loop {
            let last = parts.last().map_or(Seq(0), |part| part.last);
            if last == head.seq {
                break;
            }
            let part = self.keep_part(last.next(), head.seq, objects)?;
            parts.push(part);
        }
        // What does not fit the chain must not take the place of a sound backup.
        if parts.last().map_or(START, |part| part.head) != head.hash {
            let detail = "its facts do not fit the hash chain; run `watchkeeper verify`";
            return Err(fault::damaged(self.database.path(), detail).into());
        }
        Ok(parts)
    }

    fn keep_part(&self, first: Seq, most: Seq, objects: &mut Objects<'_, '_>) -> Result<FactsPart> {
        let last = Seq(most.0.min(first.0 + PART - 1));
        let mut hash = self.hash_after(Seq(first.0 - 1))?;
        let (sha256, bytes) = objects.keep_written(Kind::Facts, |to| {
            let mut next = first.0;
            while next <= last.0 {
                let (start, block, _) = self.block(Seq(next))?;
                let end = (start + block.len() as u64 - 1).min(last.0);
                for seq in next..=end {
                    let bytes = block.entry((seq - start) as usize);
                    hash = Entry::chain(&hash, bytes);
                    to.write_all(bytes).and_then(|()| to.write_all(b"\n")).map_err(|error| {
                        fault::io("write", Path::new("the facts of the backup"), error)
                    })?;
                }
                next = end + 1;
            }
            Ok(())
        })?;
        Ok(FactsPart { first, last, head: hash, sha256, bytes })
    }
}

/// Calls `each` with the bytes of every fact of a part, in order. The file has been compared with its
/// hash before.
pub(super) fn each_fact(
    dest: &Path,
    part: &FactsPart,
    each: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let path = path(dest, Kind::Facts, &part.sha256);
    let failed = |error: io::Error| BackupError::from(fault::io("read", &path, error));
    let file = File::open(&path).map_err(failed)?;
    let mut lines = BufReader::new(zstd::stream::Decoder::new(file).map_err(failed)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut lines).take(LONGEST).read_until(b'\n', &mut line).map_err(failed)?;
        if read == 0 {
            return Ok(());
        }
        each(line.strip_suffix(b"\n").unwrap_or(&line))?;
    }
}

/// Follows the hash chain over `parts` and gives what does not fit, if anything.
pub(super) fn follow(dest: &Path, parts: &[FactsPart], head: Head) -> Result<Option<String>> {
    let (mut seq, mut hash) = (0, START);
    for part in parts {
        if part.first.0 != seq + 1 {
            return Ok(Some(format!("fact {} is missing", seq + 1)));
        }
        each_fact(dest, part, &mut |bytes| {
            hash = Entry::chain(&hash, bytes);
            seq += 1;
            Ok(())
        })?;
        if seq != part.last.0 || hash != part.head {
            return Ok(Some(format!("the facts up to {} do not fit the hash chain", part.last)));
        }
    }
    let fits = seq == head.seq.0 && hash == head.hash;
    Ok((!fits).then(|| format!("the facts do not end at fact {} with its hash", head.seq)))
}

/// Writes the facts of `parts` as the journal at `journal`.
pub(super) fn restore(
    dest: &Path,
    parts: &[FactsPart],
    head: Head,
    journal: &Path,
    course: &mut Course<'_>,
    mut moved: impl FnMut(&mut Course<'_>, u64),
) -> Result<()> {
    let mut restorer = Restorer::open(journal)?;
    let mut batch: Vec<Vec<u8>> = Vec::with_capacity(BATCH);
    for part in parts {
        course.go_on()?;
        each_fact(dest, part, &mut |bytes| {
            batch.push(bytes.to_vec());
            if batch.len() == BATCH {
                restorer.write(&std::mem::take(&mut batch))?;
                course.go_on()?;
            }
            Ok(())
        })?;
        moved(course, part.bytes);
    }
    restorer.write(&batch)?;
    let found = restorer.head()?;
    if found != head {
        return Err(BackupError::Damaged {
            what: "the backup's journal".to_owned(),
            detail: format!(
                "it ends at fact {} with hash {}, the manifest names fact {} with {}",
                found.seq, found.hash, head.seq, head.hash
            ),
        });
    }
    Ok(())
}
