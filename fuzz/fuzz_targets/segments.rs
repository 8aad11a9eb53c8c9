//! Bodies as anybody may write them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mail::{Limits, ParseContext, Segment, foreign_tokens, normalize_subject, parse, split_text};
use model::Instant;

fuzz_target!(|body: &str| {
    check(body, &split_text(body));
    let first = body.lines().next().unwrap_or_default();
    // A thread's key is its own key, or answers to answers would drift away.
    let key = normalize_subject(first);
    assert_eq!(normalize_subject(&format!("Re: {key}")), normalize_subject(&key));
    let _ = foreign_tokens(first);
    let context = ParseContext { received: None, journal: false, captured: Instant::EPOCH };
    let mail = format!(
        "From: Jane Doe <jane@northwind.example>\nTo: help@harbour.example\nSubject: Fwd: x\n\
         Content-Type: text/plain; charset=utf-8\n\n{body}"
    );
    if let Ok(message) = parse(mail.as_bytes(), &context, &Limits::default()) {
        check(&message.body, &message.segments);
    }
});

/// The segments cover `body` without gaps, on the borders of characters.
fn check(body: &str, segments: &[Segment]) {
    let mut at = 0;
    for segment in segments {
        assert!(segment.start == at && segment.end > at, "segments with a gap");
        assert!(body.is_char_boundary(segment.end as usize));
        at = segment.end;
    }
    assert_eq!(at as usize, body.len(), "the end belongs to no segment");
}
