//! An mbox as anybody may write it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sources::mbox::{MboxReader, Piece};

fuzz_target!(|bytes: &[u8]| {
    let messages = read(bytes);
    let names_lengths =
        bytes.to_ascii_lowercase().windows(14).any(|window| window == b"content-length");
    if !names_lengths {
        let messages: Vec<Vec<u8>> = messages.into_iter().map(ended).collect();
        assert_eq!(read(&write(&messages)), messages);
    }
});

/// The messages, unquoted. Pieces lie within the file, in order, and leave nothing out but blank
/// lines.
fn read(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = MboxReader::new(bytes, bytes.len() as u64).expect("memory can be read");
    let quoting = reader.quoting();
    let mut messages = Vec::new();
    let mut behind = 0;
    while let Some(piece) = reader.next_piece().expect("memory can be read") {
        match piece {
            Piece::Stray { len } => behind = len as usize,
            Piece::Message(at) => {
                let (line, start, end) =
                    (at.separator as usize, at.start as usize, at.end as usize);
                assert!(behind <= line && line < start && start <= end);
                let gap = &bytes[behind..line];
                let gap = gap.strip_prefix(b"\xef\xbb\xbf").unwrap_or(gap);
                assert!(gap.iter().all(u8::is_ascii_whitespace));
                assert!(bytes[line..].starts_with(b"From "));
                assert!(at.is_at_head_of(&bytes[start..end]));
                messages.push(quoting.undo(bytes[start..end].to_vec()));
                behind = end;
            }
        }
    }
    messages
}

fn ended(mut message: Vec<u8>) -> Vec<u8> {
    if !message.ends_with(b"\n") {
        message.push(b'\n');
    }
    message
}

/// Writes messages as mboxrd does.
fn write(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut mbox = Vec::new();
    for message in messages {
        mbox.extend_from_slice(b"From mboxrd@z Thu Jan  1 00:00:00 1970\n");
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            let depth = line.iter().take_while(|byte| **byte == b'>').count();
            if line[depth..].starts_with(b"From ") {
                mbox.push(b'>');
            }
            mbox.extend_from_slice(line);
        }
        mbox.push(b'\n');
    }
    mbox
}
