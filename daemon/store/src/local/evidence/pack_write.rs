//! Writes packs: frames compressed, the file written aside, made durable, then named.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use model::EvidenceId;
use zstd::bulk::Compressor;

use super::pack::{self, END, Frame, Item, PackNumber, RECORD, Table, padded};
use crate::{
    Result, StoreError,
    local::{fault, store::sync_dir},
};

/// zstd: a quarter slower than level 3, for packs that are 4 % smaller; level 6 saves 1 % more.
const LEVEL: i32 = 5;
/// A frame is closed at this number of items ...
const FRAME_ITEMS: usize = 160;
/// ... or of bytes, whichever comes first.
const FRAME_BYTES: usize = 1 << 20;
/// What stands behind the name of a pack that is being written.
pub(super) const UNFINISHED: &str = ".tmp";

/// Items on their way into one frame, as tar entries.
#[derive(Default)]
pub(super) struct Gathered {
    tar: Vec<u8>,
    items: Vec<Item>,
}

/// A compressed frame.
pub(super) struct Compressed {
    bytes: Vec<u8>,
    frame: Frame,
    items: Vec<Item>,
}

/// A compressor for frames; costly to make, so one serves many frames.
pub(super) fn compressor() -> io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.include_checksum(true)?;
    Ok(compressor)
}

/// How many of the items with these lengths go into the next frame.
pub(super) fn frame_items(lens: impl Iterator<Item = usize>) -> usize {
    let mut bytes = 0;
    let fitting = lens.take(FRAME_ITEMS).take_while(|len| {
        bytes += RECORD + padded(*len);
        bytes <= FRAME_BYTES
    });
    fitting.count().max(1)
}

impl Gathered {
    /// Adds an item.
    pub(super) fn push(&mut self, id: EvidenceId, bytes: &[u8]) -> io::Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_path(id.to_string())?;
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        self.tar.extend_from_slice(header.as_bytes());
        self.tar.extend_from_slice(bytes);
        self.tar.resize(self.tar.len().next_multiple_of(RECORD), 0);
        self.items.push(Item { id, len: bytes.len() as u32 });
        Ok(())
    }

    /// Whether there is no item.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether an item of `len` bytes belongs into the next frame.
    pub(super) fn is_full_for(&self, len: usize) -> bool {
        let bytes = self.tar.len() + RECORD + padded(len);
        self.items.len() >= FRAME_ITEMS || (!self.is_empty() && bytes > FRAME_BYTES)
    }

    /// The frame; with the end of the archive if it is the `last`.
    pub(super) fn compress(
        mut self,
        compressor: &mut Compressor<'_>,
        last: Last,
    ) -> io::Result<Compressed> {
        if last == Last::Yes {
            self.tar.extend_from_slice(&END);
        }
        let bytes = compressor.compress(&self.tar)?;
        let frame = Frame {
            stored: bytes.len() as u32,
            raw: self.tar.len() as u32,
            items: self.items.len() as u32,
            check: pack::check(&bytes),
        };
        Ok(Compressed { bytes, frame, items: self.items })
    }
}

/// Whether a frame is the last of its pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// It is.
    Yes,
    /// Others follow.
    No,
}

/// A pack being written. Dropped unfinished, it leaves nothing behind.
pub(super) struct PackWriter {
    dir: PathBuf,
    number: PackNumber,
    path: PathBuf,
    file: File,
    table: Table,
    finished: bool,
}

impl PackWriter {
    /// Begins the pack `number` in `dir`, merged from the packs `replaces`.
    pub(super) fn create(
        dir: &Path,
        number: PackNumber,
        replaces: Vec<PackNumber>,
    ) -> Result<Self> {
        let path = dir.join(format!("{}{UNFINISHED}", pack::file_name(number)));
        let file = File::create(&path).map_err(|error| fault::io("create", &path, error))?;
        let table = Table { replaces, ..Table::default() };
        Ok(Self { dir: dir.to_owned(), number, path, file, table, finished: false })
    }

    /// Adds a frame.
    pub(super) fn push(&mut self, frame: Compressed) -> Result<()> {
        self.file.write_all(&frame.bytes).map_err(|error| self.fault(error))?;
        self.table.frames.push(frame.frame);
        self.table.items.extend(frame.items);
        Ok(())
    }

    /// Makes the pack durable and gives it its name.
    pub(super) fn finish(mut self) -> Result<Table> {
        let table = self.table.encode().map_err(|error| StoreError::Engine {
            what: "write a table of contents",
            detail: error.to_string(),
        })?;
        let named = self.dir.join(pack::file_name(self.number));
        self.file
            .write_all(&table)
            .and_then(|()| self.file.sync_data())
            .and_then(|()| fs::rename(&self.path, &named))
            .map_err(|error| self.fault(error))?;
        self.finished = true;
        sync_dir(&self.dir).map_err(|error| fault::io("write", &self.dir, error))?;
        Ok(std::mem::take(&mut self.table))
    }

    fn fault(&self, error: io::Error) -> StoreError {
        fault::io("write", &self.path, error)
    }
}

impl Drop for PackWriter {
    fn drop(&mut self) {
        if !self.finished {
            // What remains of it is removed when the store is opened next.
            let _ = fs::remove_file(&self.path);
        }
    }
}
