//! Reads packs: the table of contents, single frames, and whole packs whose table is lost.

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _},
    os::unix::fs::FileExt as _,
    path::Path,
};

use model::EvidenceId;

use super::pack::{self, END, Extent, FOOT, FORMAT, FRAME_LIMIT, Foot, Frame, Item, RECORD, Table};
use crate::{Result, StoreError, local::fault};

/// No table of contents is larger: it would stand for 100 million items.
const TABLE_LIMIT: u64 = 4 << 30;

/// The table of contents of the pack at `path`; read from the frames themselves if it is lost.
pub(super) fn read_table(path: &Path) -> Result<Table> {
    let file = File::open(path).map_err(|error| fault::io("open", path, error))?;
    match foot_table(&file, path) {
        Err(StoreError::Damaged { detail, .. }) => {
            log::warn!("{}: {detail}: reading the pack from its beginning", path.display());
            scan(file, path)
        }
        read => read,
    }
}

/// The table of contents as it stands at the end of the pack.
pub(super) fn foot_table(file: &File, path: &Path) -> Result<Table> {
    let io = |error| fault::io("read", path, error);
    let len = file.metadata().map_err(io)?.len();
    let mut foot = [0; FOOT];
    let at = len.checked_sub(FOOT as u64).ok_or_else(|| fault::damaged(path, "it is cut short"))?;
    file.read_exact_at(&mut foot, at).map_err(io)?;
    let foot = Foot::decode(&foot)
        .ok_or_else(|| fault::damaged(path, "it has no table of contents at its end"))?;
    if foot.format > FORMAT {
        let what = path.display().to_string();
        return Err(StoreError::Newer { what, found: foot.format, known: FORMAT });
    }
    let at = at
        .checked_sub(u64::from(foot.len))
        .filter(|_| u64::from(foot.len) < TABLE_LIMIT)
        .ok_or_else(|| fault::damaged(path, "its table of contents is cut short"))?;
    let mut table = vec![0; foot.len as usize];
    file.read_exact_at(&mut table, at).map_err(io)?;
    let table = Table::decode(&foot, &table).map_err(|detail| fault::damaged(path, detail))?;
    if table.frame_bytes() + 8 != at {
        return Err(fault::damaged(path, "it is not as long as its table of contents says"));
    }
    Ok(table)
}

/// The bytes of the frame at `extent` as they stand in the pack.
pub(super) fn read_stored(file: &File, path: &Path, extent: Extent) -> Result<Vec<u8>> {
    let mut stored = vec![0; extent.stored as usize];
    file.read_exact_at(&mut stored, extent.offset).map_err(|e| fault::io("read", path, e))?;
    Ok(stored)
}

/// The decompressed frame at `extent`.
pub(super) fn read_frame(file: &File, path: &Path, extent: Extent) -> Result<Vec<u8>> {
    let stored = read_stored(file, path, extent)?;
    let detail = match inflate(&stored, extent.raw) {
        Ok(raw) if raw.len() == extent.raw as usize => return Ok(raw),
        Ok(_) => "it is shorter than it should be".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(fault::damaged(path, format!("the frame at byte {}: {detail}", extent.offset)))
}

/// Decompresses a frame of `raw` bytes.
pub(super) fn inflate(stored: &[u8], raw: u32) -> io::Result<Vec<u8>> {
    zstd::bulk::decompress(stored, (raw as usize).min(FRAME_LIMIT))
}

/// Builds the table of contents from the frames, up to the first that cannot be read.
fn scan(file: File, path: &Path) -> Result<Table> {
    let mut reader = BufReader::new(file);
    let mut table = Table::default();
    let mut offset = 0;
    loop {
        let mut raw = Vec::new();
        let read = zstd::stream::Decoder::with_buffer(&mut reader)
            .map(zstd::stream::Decoder::single_frame)
            .and_then(|decoder| decoder.take(FRAME_LIMIT as u64).read_to_end(&mut raw))
            .and_then(|_| reader.stream_position());
        let after = match read {
            Ok(after) if after > offset && !raw.is_empty() => after,
            Ok(_) => return Ok(table),
            Err(error) => {
                log::error!("{}: the frame at byte {offset}: {error}", path.display());
                return Ok(table);
            }
        };
        let items = match items_of(&raw) {
            Ok(items) => items,
            Err(detail) => {
                log::error!("{}: the frame at byte {offset}: {detail}", path.display());
                return Ok(table);
            }
        };
        let extent = Extent { offset, stored: (after - offset) as u32, raw: raw.len() as u32 };
        let stored = read_stored(reader.get_ref(), path, extent)?;
        table.frames.push(Frame {
            stored: extent.stored,
            raw: extent.raw,
            items: items.len() as u32,
            check: pack::check(&stored),
        });
        table.items.extend(items);
        offset = after;
    }
}

/// The items that the tar entries of a decompressed frame name.
pub(super) fn items_of(raw: &[u8]) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        if raw[at..] == END {
            break;
        }
        let header = raw
            .get(at..at + RECORD)
            .map(tar::Header::from_byte_slice)
            .ok_or("a tar header is cut short")?;
        let name = String::from_utf8_lossy(&header.path_bytes()).into_owned();
        let id: EvidenceId =
            name.parse().map_err(|_| format!("a tar entry is named `{name}`, not by a SHA-256"))?;
        let len = header.entry_size().map_err(|error| error.to_string())?;
        let len = u32::try_from(len).map_err(|_| format!("{id} is too large"))?;
        at += RECORD + pack::padded(len as usize);
        if at > raw.len() {
            return Err(format!("{id} is cut short"));
        }
        items.push(Item { id, len });
    }
    Ok(items)
}
