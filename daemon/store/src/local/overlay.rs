//! A copy-on-write view of a file as a redb backend: what is written stays in memory.

use std::{collections::BTreeMap, fs::File, io, os::unix::fs::FileExt as _, path::Path};

use parking_lot::Mutex;
use redb::StorageBackend;

const CHUNK: u64 = 4096;

/// A file whose changes are kept aside.
#[derive(Debug)]
pub(crate) struct Overlay {
    file: File,
    changed: Mutex<Changed>,
}

#[derive(Debug)]
struct Changed {
    len: u64,
    /// Changed chunks by their number.
    chunks: BTreeMap<u64, Vec<u8>>,
}

impl Overlay {
    /// A view of the file at `path`, which is never written.
    pub(crate) fn over(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        Ok(Self { file, changed: Mutex::new(Changed { len, chunks: BTreeMap::new() }) })
    }

    /// Fills `out` from the file; what lies behind its end reads as zeroes.
    fn read_file(&self, mut offset: u64, mut out: &mut [u8]) -> io::Result<()> {
        while !out.is_empty() {
            match self.file.read_at(out, offset)? {
                0 => {
                    out.fill(0);
                    return Ok(());
                }
                read => {
                    out = &mut out[read..];
                    offset += read as u64;
                }
            }
        }
        Ok(())
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.changed.lock().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let changed = self.changed.lock();
        let end = offset + out.len() as u64;
        if end > changed.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.read_file(offset, out)?;
        for (number, chunk) in changed.chunks.range(offset / CHUNK..end.div_ceil(CHUNK)) {
            let start = number * CHUNK;
            let (from, to) = (start.max(offset), (start + CHUNK).min(end));
            out[(from - offset) as usize..(to - offset) as usize]
                .copy_from_slice(&chunk[(from - start) as usize..(to - start) as usize]);
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.changed.lock().len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut changed = self.changed.lock();
        let end = offset + data.len() as u64;
        for number in offset / CHUNK..end.div_ceil(CHUNK) {
            let start = number * CHUNK;
            let chunk = match changed.chunks.entry(number) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    let mut chunk = vec![0; CHUNK as usize];
                    self.read_file(start, &mut chunk)?;
                    entry.insert(chunk)
                }
            };
            let (from, to) = (start.max(offset), (start + CHUNK).min(end));
            chunk[(from - start) as usize..(to - start) as usize]
                .copy_from_slice(&data[(from - offset) as usize..(to - offset) as usize]);
        }
        Ok(())
    }
}
