//! Caps on archives, so that a small file cannot take all memory, disk or time.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::PathBuf,
};

use app::source::Refusal;
use zip::ZipArchive;

use super::{Shared, with_entry};
use crate::{
    disk::ReadAt,
    refusal::{from_io, refuse, too_large},
};

/// How much an archive may ask for.
#[derive(Debug, Clone)]
pub struct ArchiveLimits {
    /// How many times larger than its compressed form an entry beyond 1 MiB may be.
    pub ratio: u64,
    /// The largest mbox within an archive, in bytes: so much is needed in `scratch`.
    pub mbox_bytes: u64,
    /// Where mboxes are spooled; the system's folder for temporary files where there is none.
    pub scratch: Option<PathBuf>,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self { ratio: 200, mbox_bytes: 64 << 30, scratch: None }
    }
}

/// The most entries that an archive may have; each takes about 500 bytes while it is read.
const MOST_ENTRIES: u64 = 1_000_000;
/// Entries up to this size may be compressed as well as they like.
const HARMLESS: u64 = 1 << 20;

/// Why an mbox in an archive was not spooled.
#[derive(Debug)]
pub(super) enum Spoiled {
    /// The entry is not to be read.
    Entry(Refusal),
    /// There is no room for it, or no folder; trying again later may help.
    Scratch(io::Error),
}

impl ArchiveLimits {
    /// Refuses an entry that claims more than is allowed.
    pub(super) fn check(&self, size: u64, compressed: u64) -> Result<(), Refusal> {
        if size > HARMLESS && size / self.ratio > compressed {
            let detail =
                format!("{size} bytes out of {compressed}: more than {} times", self.ratio);
            return Err(refuse("too_large", detail));
        }
        Ok(())
    }

    /// The content of an entry in a file without a name.
    pub(super) fn spool(
        &self,
        archive: &mut ZipArchive<Shared>,
        index: usize,
    ) -> Result<File, Spoiled> {
        let made = match &self.scratch {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        };
        let mut spool = made.map_err(Spoiled::Scratch)?;
        let mut full = None;
        let read = with_entry(archive, index, |mut entry| {
            let mut buffer = vec![0; 64 << 10];
            let mut total = 0;
            loop {
                let count = entry.read(&mut buffer).map_err(|error| from_io(&error))?;
                if count == 0 {
                    return Ok(());
                }
                total += count as u64;
                if total > self.mbox_bytes {
                    return Err(too_large(total, self.mbox_bytes));
                }
                self.check(total, entry.compressed_size())?;
                if let Err(error) = spool.write_all(&buffer[..count]) {
                    full = Some(error);
                    return Ok(());
                }
            }
        });
        match full {
            Some(error) => Err(Spoiled::Scratch(error)),
            None => read.map(|()| spool).map_err(Spoiled::Entry),
        }
    }
}

/// Looks how many entries the archive says that it has, before any memory is set aside for them.
pub(super) fn check_count(file: &impl ReadAt, size: u64) -> Result<(), String> {
    let mut tail = vec![0; size.min(66 << 10) as usize];
    let from = size - tail.len() as u64;
    let filled = file.read_at(&mut tail, from).map_err(|error| error.to_string())?;
    let tail = &tail[..filled];
    for at in memchr::memmem::find_iter(tail, b"PK\x05\x06") {
        let count = number::<2>(tail, at + 10);
        if count == Some(0xffff) {
            check_long_count(file, tail, at)?;
        }
    }
    Ok(())
}

/// The count of a zip64 archive, whose locator stands 20 bytes before the record at `at`.
fn check_long_count(file: &impl ReadAt, tail: &[u8], at: usize) -> Result<(), String> {
    let Some(locator) = at.checked_sub(20) else { return Ok(()) };
    let Some(record) = number::<8>(tail, locator + 8) else { return Ok(()) };
    let mut head = [0; 40];
    let filled = file.read_at(&mut head, record).map_err(|error| error.to_string())?;
    let is_record = filled == head.len() && head.starts_with(b"PK\x06\x06");
    match number::<8>(&head, 32) {
        Some(count) if is_record && count > MOST_ENTRIES => Err(format!(
            "it has {count} entries, more than {MOST_ENTRIES}; unpack it and give the folder"
        )),
        _ => Ok(()),
    }
}

/// The little-endian number of `N` bytes at `at`.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(N)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
