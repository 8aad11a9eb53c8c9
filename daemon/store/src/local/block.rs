//! The form of a block of the journal: up to [`FACTS`] consecutive entries as one zstd frame,
//! with the chain's hashes beside them.
//!
//! A block is: the format (1 byte), the number of entries (2 bytes), the length of their text
//! (4 bytes), the chain's hash after the last entry (32 bytes), the first 8 bytes of the chain's
//! hash after each entry, and a zstd frame of the text: every entry's bytes, each followed by a
//! line feed (which JSON escapes, so no entry holds one). Numbers are little-endian.

use std::{
    io::{self, Read as _},
    ops::Range,
};

use model::{Digest, Entry};

/// The version of the form.
pub const FORMAT: u8 = 1;
/// The most entries that a block holds.
pub const FACTS: usize = 256;
/// The first bytes of a hash that are kept for each entry.
const MARK: usize = 8;
const HEADER: usize = 39;
/// zstd: beyond it the time doubles for some percent of size.
const LEVEL: i32 = 3;
/// No block's text is longer; one entry alone never comes near it.
const TEXT_LIMIT: usize = 1 << 28;

/// Entries in their order, as they stand in a block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    text: Vec<u8>,
    /// Where each entry's line feed stands.
    ends: Vec<usize>,
    marks: Vec<[u8; MARK]>,
    head: Option<Digest>,
}

/// What can be told of a block without decompressing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Its number of entries, at least one.
    pub count: usize,
    /// The chain's hash after its last entry.
    pub head: Digest,
}

/// Why some bytes are not a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// A later version wrote it.
    #[error("it has format {0}")]
    Newer(u8),
    /// It ends too early.
    #[error("it is cut short")]
    Short,
    /// The compressed text cannot be read.
    #[error("its text cannot be decompressed: {0}")]
    Text(String),
    /// The text does not have the number of entries or bytes that the header names.
    #[error("its text does not agree with its header")]
    Disagrees,
}

impl Block {
    /// The number of entries.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of the text.
    pub fn text_len(&self) -> usize {
        self.text.len()
    }

    /// The bytes of the entry at `index`; empty behind the last.
    pub fn entry(&self, index: usize) -> &[u8] {
        let start = match index.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before).map_or(self.text.len(), |end| end + 1),
        };
        self.ends.get(index).map_or(&[], |end| &self.text[start..*end])
    }

    /// Adds an entry with the chain's hash after it.
    pub fn push(&mut self, bytes: &[u8], hash: &Digest) {
        self.text.extend_from_slice(bytes);
        self.ends.push(self.text.len());
        self.text.push(b'\n');
        self.marks.push(mark(hash));
        self.head = Some(*hash);
    }

    /// The entries of `range`, which lies within this block, as a block of their own; `head` is
    /// the chain's hash after the last of them.
    pub fn slice(&self, range: Range<usize>, head: Digest) -> Self {
        let start = range.start.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        let ends: Vec<usize> = self.ends[range.clone()].iter().map(|end| end - start).collect();
        let text = self.text[start..start + ends.last().map_or(0, |end| end + 1)].to_vec();
        Self { text, ends, marks: self.marks[range].to_vec(), head: Some(head) }
    }

    /// The first entry that does not fit the chain that stood at `before`, with the chain's hash
    /// after all of them.
    pub fn follow(&self, before: Digest) -> Result<Digest, usize> {
        let mut hash = before;
        for index in 0..self.len() {
            hash = Entry::chain(&hash, self.entry(index));
            if mark(&hash) != self.marks[index] {
                return Err(index);
            }
        }
        if self.head == Some(hash) { Ok(hash) } else { Err(self.len().saturating_sub(1)) }
    }

    /// Reads what [`Encoder::encode`] gave.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockError> {
        let summary = Summary::read(bytes)?;
        let text_len = text_len(bytes);
        let (marks, packed) =
            bytes[HEADER..].split_at_checked(summary.count * MARK).ok_or(BlockError::Short)?;
        let text = inflate(packed, text_len).map_err(|e| BlockError::Text(e.to_string()))?;
        let ends: Vec<usize> =
            text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
        let closed = text.last() == Some(&b'\n');
        if text.len() != text_len || ends.len() != summary.count || !closed {
            return Err(BlockError::Disagrees);
        }
        let (marks, _) = marks.as_chunks::<MARK>();
        Ok(Self { text, ends, marks: marks.to_vec(), head: Some(summary.head) })
    }
}

/// Writes blocks; costly to make, so one serves many.
pub struct Encoder {
    zstd: zstd::bulk::Compressor<'static>,
}

impl Encoder {
    /// A new encoder.
    pub fn new() -> io::Result<Self> {
        Ok(Self { zstd: zstd::bulk::Compressor::new(LEVEL)? })
    }

    /// The block as it is kept.
    pub fn encode(&mut self, block: &Block) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(HEADER + block.len() * MARK + block.text.len() / 4);
        bytes.push(FORMAT);
        bytes.extend_from_slice(&(block.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&(block.text.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&block.head.unwrap_or(Digest([0; 32])).0);
        bytes.extend(block.marks.iter().flatten());
        bytes.extend_from_slice(&self.zstd.compress(&block.text)?);
        Ok(bytes)
    }
}

impl Summary {
    /// Reads the head of a block.
    pub fn read(bytes: &[u8]) -> Result<Self, BlockError> {
        match bytes.first() {
            Some(&FORMAT) => {}
            Some(other) => return Err(BlockError::Newer(*other)),
            None => return Err(BlockError::Short),
        }
        let header: &[u8; HEADER] = bytes.first_chunk().ok_or(BlockError::Short)?;
        let count = usize::from(u16::from_le_bytes([header[1], header[2]]));
        if count == 0 || count > FACTS {
            return Err(BlockError::Disagrees);
        }
        let mut head = [0; 32];
        head.copy_from_slice(&header[7..]);
        Ok(Self { count, head: Digest(head) })
    }
}

fn text_len(bytes: &[u8]) -> usize {
    bytes
        .get(3..7)
        .map_or(0, |len| len.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn mark(hash: &Digest) -> [u8; MARK] {
    let mut mark = [0; MARK];
    mark.copy_from_slice(&hash.0[..MARK]);
    mark
}

fn inflate(packed: &[u8], len: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let limit = len.min(TEXT_LIMIT) as u64 + 1;
    zstd::stream::Decoder::with_buffer(packed)?.take(limit).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Digest = Digest([0; 32]);

    fn chained(lines: &[Vec<u8>]) -> (Block, Vec<Digest>) {
        let mut block = Block::default();
        let mut hashes = vec![START];
        for line in lines {
            let hash = Entry::chain(&hashes[hashes.len() - 1], line);
            block.push(line, &hash);
            hashes.push(hash);
        }
        (block, hashes)
    }

    proptest! {
        #[test]
        fn a_block_comes_back_as_it_was(
            lines in prop::collection::vec(prop::collection::vec(11_u8.., 0..200), 1..=FACTS),
            cut: prop::sample::Index,
        ) {
            let (block, hashes) = chained(&lines);
            let decoded = Block::decode(&Encoder::new().unwrap().encode(&block).unwrap()).unwrap();
            prop_assert_eq!(&decoded, &block);
            prop_assert_eq!(decoded.follow(START), Ok(hashes[lines.len()]));
            for (index, line) in lines.iter().enumerate() {
                prop_assert_eq!(decoded.entry(index), line.as_slice());
            }
            prop_assert_eq!(decoded.entry(lines.len()), b"");
            let cut = cut.index(lines.len());
            let (head, tail) = (block.slice(0..cut, hashes[cut]), block.slice(cut..lines.len(), hashes[lines.len()]));
            if cut > 0 {
                prop_assert_eq!(head.follow(START), Ok(hashes[cut]));
            }
            prop_assert_eq!(tail.follow(hashes[cut]), Ok(hashes[lines.len()]));
        }

        #[test]
        fn foreign_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(block) = Block::decode(&bytes) {
                prop_assert!(block.follow(START).is_err());
            }
        }
    }

    #[test]
    fn the_entry_that_was_altered_is_named() {
        let lines: Vec<Vec<u8>> = (0..9_u8).map(|n| vec![b'a' + n; 20]).collect();
        let (mut block, _) = chained(&lines);
        assert_eq!(block.text[5 * 21 + 3], b'f');
        block.text[5 * 21 + 3] = b'x';
        assert_eq!(block.follow(START), Err(5));
    }

    #[test]
    fn a_block_of_a_later_version_is_refused() {
        let (block, _) = chained(&[b"{}".to_vec()]);
        let mut bytes = Encoder::new().unwrap().encode(&block).unwrap();
        bytes[0] = 2;
        assert_eq!(Block::decode(&bytes), Err(BlockError::Newer(2)));
        assert_eq!(Block::decode(&bytes[..0]), Err(BlockError::Short));
    }
}
