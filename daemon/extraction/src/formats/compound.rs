//! OLE2 compound files: which of the formats that use it a file is.

use std::io::{Cursor, Read as _, Seek as _};

use cfb::CompoundFile;
use model::Unread;

use super::{msg, powerpoint, sheets, word};
use crate::output::{File, Output};

/// An open compound file.
pub(super) struct Compound<'a> {
    file: CompoundFile<Cursor<&'a [u8]>>,
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, Unread> {
        let file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| Unread::Corrupt)?;
        Ok(Self { file })
    }

    /// The bytes of the stream at `path`; nothing if there is none.
    pub fn stream(&mut self, path: &str, most: u64) -> Option<Vec<u8>> {
        let mut stream = self.file.open_stream(path).ok()?;
        stream.rewind().ok()?;
        let mut bytes = Vec::new();
        stream.take(most).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// The names of the storages in the storage at `path`, in order.
    pub fn storages(&self, path: &str) -> Vec<String> {
        let Ok(entries) = self.file.read_storage(path) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.filter(cfb::Entry::is_storage).map(|e| e.name().to_owned()).collect();
        names.sort();
        names
    }

    /// The names of the streams in the storage at `path`.
    pub fn streams(&self, path: &str) -> Vec<String> {
        let Ok(entries) = self.file.read_storage(path) else { return Vec::new() };
        entries.filter(cfb::Entry::is_stream).map(|e| e.name().to_owned()).collect()
    }
}

pub(super) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    let mut compound = Compound::open(file.bytes)?;
    let streams = compound.streams("/");
    let has = |name: &str| streams.iter().any(|stream| stream.eq_ignore_ascii_case(name));
    if has("__properties_version1.0") {
        output.format("msg");
        return msg::read(file, &mut compound, output);
    }
    if has("EncryptedPackage") {
        return Err(Unread::Encrypted);
    }
    if has("Workbook") || has("Book") {
        return sheets::old(file, output);
    }
    if has("WordDocument") {
        return word::read(file, &mut compound, output);
    }
    if has("PowerPoint Document") {
        return powerpoint::read(file, &mut compound, output);
    }
    Err(Unread::UnknownFormat)
}
