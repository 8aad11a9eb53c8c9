//! The form of a pack: a tar archive in independent zstd frames, with a table of its contents
//! behind it.
//!
//! Each frame holds whole tar entries, named by the SHA-256 of their bytes; the last one ends with
//! tar's end of archive. The table stands in a skippable frame, which zstd passes over, so
//! `tar --zstd -xf` opens a pack. The skippable frame is: its magic number and length (4 bytes
//! each), the [`Table`] in postcard, and a foot of [`FOOT`] bytes: the first 8 bytes of the
//! table's SHA-256, its length (4), the format (4), and `WKPK`. Numbers are little-endian.

use model::{Digest, EvidenceId};
use serde::{Deserialize, Serialize};

/// The version of the form.
pub(super) const FORMAT: u32 = 1;
/// The bytes of a tar header, and what tar pads contents to.
pub(super) const RECORD: usize = 512;
/// Tar's end of archive.
pub(super) const END: [u8; 2 * RECORD] = [0; 2 * RECORD];
/// One of the numbers that zstd reserves for frames to be passed over.
pub(super) const SKIPPED: u32 = 0x184D_2A57;
/// The length of the foot.
pub(super) const FOOT: usize = 20;
/// No item is larger; a frame may be larger by what stands beside it.
pub(super) const ITEM_LIMIT: usize = 1 << 30;
/// No frame is larger when decompressed.
pub(super) const FRAME_LIMIT: usize = ITEM_LIMIT + (4 << 20);
const MAGIC: &[u8; 4] = b"WKPK";
const SUFFIX: &str = ".tar.zst";

/// The number of a pack, from 1; never used again.
pub(super) type PackNumber = u32;

/// The file name of a pack.
pub(super) fn file_name(pack: PackNumber) -> String {
    format!("{pack:08}{SUFFIX}")
}

/// The pack that a file name belongs to.
pub(super) fn number_of(file_name: &str) -> Option<PackNumber> {
    let digits = file_name.strip_suffix(SUFFIX)?;
    let number = digits.parse().ok()?;
    (digits.len() >= 8 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

/// What a pack holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Table {
    /// The frames as they follow each other.
    pub(super) frames: Vec<Frame>,
    /// The items as they follow each other.
    pub(super) items: Vec<Item>,
    /// The packs that this one was merged from.
    pub(super) replaces: Vec<PackNumber>,
}

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Frame {
    /// Its bytes in the pack.
    pub(super) stored: u32,
    /// Its bytes when decompressed.
    pub(super) raw: u32,
    /// How many items it holds.
    pub(super) items: u32,
    /// The first bytes of the SHA-256 of its bytes in the pack.
    pub(super) check: [u8; 8],
}

/// One item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    /// Its name.
    pub(super) id: EvidenceId,
    /// Its bytes.
    pub(super) len: u32,
}

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The pack.
    pub(super) pack: PackNumber,
    /// The frame within the pack, from 0.
    pub(super) frame: u32,
    /// Where its bytes begin within the decompressed frame.
    pub(super) start: u32,
    /// How many there are.
    pub(super) len: u32,
}

/// Where a frame stands in its pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    /// Where it begins.
    pub(super) offset: u64,
    /// Its bytes in the pack.
    pub(super) stored: u32,
    /// Its bytes when decompressed.
    pub(super) raw: u32,
}

impl Table {
    /// The frames with their places.
    pub(super) fn extents(&self) -> impl Iterator<Item = Extent> {
        self.frames.iter().scan(0, |next, frame| {
            let extent = Extent { offset: *next, stored: frame.stored, raw: frame.raw };
            *next += u64::from(frame.stored);
            Some(extent)
        })
    }

    /// The items with their places in the pack `pack`.
    pub(super) fn places(&self, pack: PackNumber) -> impl Iterator<Item = (EvidenceId, Place)> {
        let mut items = self.items.iter();
        self.frames.iter().zip(0..).flat_map(move |(frame, number)| {
            let mut next = 0;
            items
                .by_ref()
                .take(frame.items as usize)
                .map(|item| {
                    let start = next + RECORD as u32;
                    next = start + padded(item.len as usize) as u32;
                    (item.id, Place { pack, frame: number, start, len: item.len })
                })
                .collect::<Vec<_>>()
        })
    }

    /// The bytes of all frames in the pack.
    pub(super) fn frame_bytes(&self) -> u64 {
        self.frames.iter().map(|frame| u64::from(frame.stored)).sum()
    }

    /// The bytes of the pack.
    pub(super) fn pack_bytes(&self) -> u64 {
        let table = postcard::experimental::serialized_size(self).unwrap_or(0);
        self.frame_bytes() + (8 + table + FOOT) as u64
    }

    /// The skippable frame that holds the table.
    pub(super) fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        let table = postcard::to_stdvec(self)?;
        let mut bytes = Vec::with_capacity(table.len() + 8 + FOOT);
        bytes.extend_from_slice(&SKIPPED.to_le_bytes());
        bytes.extend_from_slice(&((table.len() + FOOT) as u32).to_le_bytes());
        bytes.extend_from_slice(&table);
        bytes.extend_from_slice(&check(&table));
        bytes.extend_from_slice(&(table.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(MAGIC);
        Ok(bytes)
    }

    /// Reads the table that `foot` belongs to.
    pub(super) fn decode(foot: &Foot, table: &[u8]) -> Result<Self, String> {
        if check(table) != foot.check {
            return Err("its table of contents was altered".to_owned());
        }
        let table: Self = postcard::from_bytes(table).map_err(|error| error.to_string())?;
        let items: u64 = table.frames.iter().map(|frame| u64::from(frame.items)).sum();
        let fits = table.frames.iter().all(|frame| frame.raw as usize <= FRAME_LIMIT);
        if items != table.items.len() as u64 || !fits {
            return Err("its table of contents contradicts itself".to_owned());
        }
        Ok(table)
    }
}

/// The end of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foot {
    check: [u8; 8],
    /// The bytes of the table.
    pub(super) len: u32,
    /// The version of the pack.
    pub(super) format: u32,
}

impl Foot {
    /// Reads the last bytes of a pack; nothing if they are not a foot.
    pub(super) fn decode(bytes: &[u8; FOOT]) -> Option<Self> {
        let (check, rest) = bytes.split_first_chunk()?;
        let (len, rest) = rest.split_first_chunk()?;
        let (format, magic) = rest.split_first_chunk()?;
        (magic == MAGIC).then(|| Self {
            check: *check,
            len: u32::from_le_bytes(*len),
            format: u32::from_le_bytes(*format),
        })
    }
}

/// The first bytes of the SHA-256 of `bytes`.
pub(super) fn check(bytes: &[u8]) -> [u8; 8] {
    let mut check = [0; 8];
    check.copy_from_slice(&Digest::of(bytes).0[..8]);
    check
}

/// The bytes that tar pads `len` bytes of contents to.
pub(super) fn padded(len: usize) -> usize {
    len.next_multiple_of(RECORD)
}
