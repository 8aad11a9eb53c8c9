//! Entries and blocks of the journal, as a damaged disk may give them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{Digest, Entry};
use store::local::block::{Block, Encoder, FACTS, Summary};

fuzz_target!(|bytes: &[u8]| {
    let Some((what, bytes)) = bytes.split_first() else { return };
    match what % 3 {
        0 => entry(bytes),
        1 => block(bytes),
        _ => altered_block(bytes),
    }
});

/// What is read can be written, and is read as the same again.
fn entry(bytes: &[u8]) {
    if let Ok(entry) = Entry::from_bytes(bytes) {
        let written = entry.to_bytes().expect("what was read can be written");
        assert!(!written.contains(&b'\n'), "a block keeps an entry a line");
        let again = Entry::from_bytes(&written).expect("what was written can be read");
        assert_eq!(again, entry);
        assert_eq!(again.to_bytes().expect("once more"), written);
    }
}

/// Foreign bytes are refused, or are a block through and through.
fn block(bytes: &[u8]) {
    if let Ok(block) = Block::decode(bytes) {
        let summary = Summary::read(bytes).expect("it was just read");
        assert_eq!(summary.count, block.len());
        for index in 0..=block.len() {
            assert!(!block.entry(index).contains(&b'\n'));
        }
        // Nothing but a broken chain may be the answer to bytes that nobody chained.
        let _ = block.follow(Digest([0; 32]));
    }
}

/// A block comes back as it was written; altered anywhere, it is refused or found by its chain.
fn altered_block(bytes: &[u8]) {
    let Some((place, lines)) = bytes.split_first_chunk::<2>() else { return };
    let mut block = Block::default();
    let mut hash = Digest([0; 32]);
    for line in lines.split(|byte| *byte == b'\n').take(FACTS) {
        hash = Entry::chain(&hash, line);
        block.push(line, &hash);
    }
    let mut encoder = Encoder::new().expect("an encoder can be made");
    let mut encoded = encoder.encode(&block).expect("a block can be written");
    assert_eq!(Block::decode(&encoded).as_ref(), Ok(&block));
    assert_eq!(block.follow(Digest([0; 32])), Ok(hash));
    let place = usize::from(u16::from_le_bytes(*place)) % encoded.len();
    encoded[place] ^= 1 << (place % 8);
    if let Ok(altered) = Block::decode(&encoded) {
        assert!(altered == block || altered.follow(Digest([0; 32])) != Ok(hash));
    }
}
