//! The views of files.

use model::{Digest, EvidenceId, Instant, Unread, file::UnreadPart};
use serde::{Deserialize, Serialize};
use store::{Snapshot, Table};

use crate::{Result, library::Rows, overlay::read_all, tables::number_key};

/// [`FileRow`] by file.
pub const FILE: Table = "file";
/// File by its number.
pub const FILE_NUMBER: Table = "file_number";
/// Nothing, by file, message number and part: where a file is attached.
pub const FILE_USE: Table = "file_use";
/// [`UseRow`] by message number and part.
pub const MESSAGE_FILE: Table = "message_file";
/// Files that wait to be read, by [`waiting_key`].
pub const FILE_WAITING: Table = "file_waiting";
/// Files that wait for OCR, by [`waiting_key`].
pub const FILE_WAITING_OCR: Table = "file_waiting_ocr";

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// Its number in the index, less the first of all files.
    pub number: u64,
    /// The message that brought it first: its number.
    pub first: u64,
    /// Bytes.
    pub size: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Since when that is so.
    pub at: Instant,
    /// Whether text was looked for in pictures.
    pub ocr: bool,
    /// The version of what read it.
    pub reader: u16,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It waits to be read.
    Waiting,
    /// It was read.
    Read {
        /// Its text.
        text: EvidenceId,
        /// What of it was not.
        unread: Vec<UnreadPart>,
    },
    /// It was not read.
    Unread(Unread),
}

/// A file within a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseRow {
    /// The file.
    pub file: Digest,
    /// Its number.
    pub number: u64,
    /// The message that is in the case itself, if the file's is within another.
    pub outer: u64,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Whether it is shown within the text.
    pub inline: bool,
}

/// The key of a file within a message.
pub fn use_key(message: u64, part: u32) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&number_key(message));
    key[8..].copy_from_slice(&part.to_be_bytes());
    key
}

/// The key of a use of a file.
pub fn file_use_key(file: &Digest, message: u64, part: u32) -> [u8; 44] {
    let mut key = [0; 44];
    key[..32].copy_from_slice(&file.0);
    key[32..].copy_from_slice(&use_key(message, part));
    key
}

/// The key under which a file waits: that of the newest message first.
pub fn waiting_key(first: u64, file: &Digest) -> [u8; 40] {
    let mut key = [0; 40];
    key[..8].copy_from_slice(&number_key(!first));
    key[8..].copy_from_slice(&file.0);
    key
}

/// Message number and part of what [`use_key`] wrote.
pub fn parse_use(key: &[u8]) -> Option<(u64, u32)> {
    let message = u64::from_be_bytes(key.get(..8)?.try_into().ok()?);
    Some((message, u32::from_be_bytes(key.get(8..12)?.try_into().ok()?)))
}

/// The messages and parts that a file is attached to, the first message first, at most `most`.
pub fn uses(rows: &dyn Snapshot, file: &Digest, most: usize) -> Result<Vec<(u64, u32)>> {
    let mut uses = Vec::new();
    rows.scan(FILE_USE, &file.0, &[], false, &mut |key, _| {
        if !key.starts_with(&file.0) || uses.len() >= most {
            return false;
        }
        uses.extend(key.get(32..).and_then(parse_use));
        true
    })?;
    Ok(uses)
}

/// The files of a message, by part.
pub(crate) fn message_files(rows: &dyn Snapshot, message: u64) -> Result<Vec<(u32, UseRow)>> {
    let mut files = Vec::new();
    read_all::<UseRow>(rows, MESSAGE_FILE, &use_key(message, 0), |key, row| {
        let Some((number, part)) = parse_use(key) else { return false };
        if number == message {
            files.push((part, row));
        }
        number == message
    })?;
    Ok(files)
}

/// The file with this number in the index, less the first of all files.
pub(crate) fn file_of_number<R: Rows + ?Sized>(
    rows: &R,
    number: u64,
) -> Result<Option<(Digest, FileRow)>> {
    let Some(file) = rows.row::<Digest>(FILE_NUMBER, &number_key(number))? else { return Ok(None) };
    Ok(rows.row::<FileRow>(FILE, &file.0)?.map(|row| (file, row)))
}
