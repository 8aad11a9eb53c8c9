//! OLE2 compound files: which of the formats that use it a file is.

use std::{
    borrow::Cow,
    io::{Cursor, Read as _, Seek as _},
};

use cfb::CompoundFile;
use model::Unread;

use super::{msg, powerpoint, sheets, word};
use crate::output::{File, Output};

/// An open compound file.
pub(super) struct Compound<'a> {
    file: CompoundFile<Cursor<Cow<'a, [u8]>>>,
}

impl<'a> Compound<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, Unread> {
        let file = CompoundFile::open(Cursor::new(Cow::Borrowed(bytes))).or_else(|error| {
            CompoundFile::open(Cursor::new(Cow::Owned(filled_up(bytes).ok_or(error)?)))
        });
        Ok(Self { file: file.map_err(|_| Unread::Corrupt)? })
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

/// The file with noughts up to the last sector that its table has room for: some programs list
/// sectors there that they never wrote. Nothing if it is as long.
fn filled_up(bytes: &[u8]) -> Option<Vec<u8>> {
    let sector = match bytes.get(30..32)? {
        [9, 0] => 512_u64,
        [12, 0] => 4_096,
        _ => return None,
    };
    let tables = u64::from(u32::from_le_bytes(bytes.get(44..48)?.try_into().ok()?));
    let length = bytes.len() as u64;
    let full = tables.checked_mul(sector / 4)?.checked_add(1)?.checked_mul(sector)?;
    // A table of one sector tells of 128 or 1,024: more than this much is made up.
    let most = length.checked_mul(2)?.checked_add(sector.checked_mul(sector)?)?;
    if full <= length || full > most {
        return None;
    }
    let mut bytes = bytes.to_vec();
    bytes.resize(usize::try_from(full).ok()?, 0);
    Some(bytes)
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
