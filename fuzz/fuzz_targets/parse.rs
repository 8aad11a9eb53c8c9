//! Mail as anybody may send it.

#![no_main]

use std::panic;

use libfuzzer_sys::fuzz_target;
use mail::{Limits, Message, ParseContext, attachment_bytes, html_body, parse};
use model::{Digest, Instant};

fuzz_target!(
    init: tolerate_the_mime_parser(),
    |bytes: &[u8]| {
        let captured = Instant::from_seconds(1_800_000_000);
        let context = ParseContext { received: None, journal: false, captured };
        let limits = Limits { raw_bytes: 1 << 20, ..Limits::default() };
        let Ok(message) = parse(bytes, &context, &limits) else { return };
        check(bytes, &message, 0);
        assert_eq!(parse(bytes, &context, &limits).as_ref(), Ok(&message), "not a pure function");
        let _ = html_body(bytes);
    }
);

/// `parse` catches panics of the MIME parser, so they are no finding; those of our own are.
fn tolerate_the_mime_parser() {
    let stop = panic::take_hook();
    panic::set_hook(Box::new(move |panicked| {
        let file = panicked.location().map_or("", |at| at.file());
        if !file.contains("mail-parser-") {
            stop(panicked);
        }
    }));
}

fn check(raw: &[u8], message: &Message, depth: usize) {
    assert!(depth <= 16, "nested without end");
    let mut at = 0;
    for segment in &message.segments {
        assert!(segment.start == at && segment.end > at, "segments with a gap");
        assert!(message.body.is_char_boundary(segment.end as usize));
        at = segment.end;
    }
    assert_eq!(at as usize, message.body.len(), "the end belongs to no segment");
    assert!(!message.subject.contains(['\r', '\n']), "a subject of two lines");
    for file in &message.attachments {
        let bytes = attachment_bytes(raw, file.part).expect("a listed file can be read");
        assert_eq!(Digest::of(&bytes), file.sha256, "another file under the same number");
        assert!(!file.name.contains(['/', '\\', '\0']), "a name with a directory");
    }
    for nested in &message.nested {
        check(raw, &nested.message, depth + 1);
    }
}
