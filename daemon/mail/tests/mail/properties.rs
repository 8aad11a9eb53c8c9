//! What must hold for any bytes whatever.

use std::time::{Duration, Instant as Clock};

use mail::{Limits, ParseContext, ParseError};
use model::Instant;
use proptest::prelude::*;

use crate::{check_segments, parse};

/// Lines of the kinds that rules of segmenting look for, and of others.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("> quoted".to_owned()),
        Just(">> twice".to_owned()),
        Just("-- ".to_owned()),
        Just("On Mon, Jan 12, 2026 at 9:14 AM Jane <j@b.example> wrote:".to_owned()),
        Just("From: Jane <j@b.example>".to_owned()),
        Just("Sent: Monday".to_owned()),
        Just("To: a@b.example".to_owned()),
        Just("Subject: x".to_owned()),
        Just("-----Original Message-----".to_owned()),
        Just("---------- Forwarded message ---------".to_owned()),
        Just("________________________________".to_owned()),
        Just("Mit freundlichen Grüßen".to_owned()),
        Just("Jane Doe".to_owned()),
        Just("Tel. +49 40 555 01 99".to_owned()),
        Just("Diese E-Mail ist vertraulich.".to_owned()),
        Just("Sent from my iPhone".to_owned()),
        "\\PC{0,60}",
        "[a-zäöü .,:>-]{0,80}",
    ]
}

proptest! {
    #[test]
    fn segments_cover_every_body(lines in prop::collection::vec(line(), 0..60)) {
        let body = lines.join("\n");
        let segments = mail::split_text(&body);
        let mut at = 0;
        for segment in &segments {
            prop_assert_eq!(segment.start, at);
            prop_assert!(segment.end > segment.start);
            prop_assert!(body.is_char_boundary(segment.end as usize));
            at = segment.end;
        }
        prop_assert_eq!(at as usize, body.len());
    }

    #[test]
    fn any_bytes_are_a_message_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        match parse(&bytes) {
            Ok(message) => check_segments(&message, "random bytes"),
            Err(error) => prop_assert_ne!(error, ParseError::Failed),
        }
    }

    #[test]
    fn any_text_as_a_mail_keeps_its_words(lines in prop::collection::vec(line(), 1..30), html in any::<bool>()) {
        let kind = if html { "html" } else { "plain" };
        let body = lines.join("\n");
        let raw = format!("From: j@b.example\nSubject: x\nContent-Type: text/{kind}; charset=utf-8\n\n{body}");
        let message = parse(raw.as_bytes()).unwrap();
        check_segments(&message, "random lines");
        if !html {
            prop_assert_eq!(message.body.trim_end(), body.trim_end());
        }
    }

    #[test]
    fn a_mutilated_mail_is_still_read(at in 0_usize..4_000, len in 0_usize..200, byte in any::<u8>()) {
        let mut raw = include_bytes!("../fixtures/enclosed.eml").to_vec();
        let at = at % raw.len();
        let end = (at + len).min(raw.len());
        raw.splice(at..end, [byte]);
        prop_assert!(!matches!(parse(&raw), Err(ParseError::Failed)));
    }

    #[test]
    fn a_mutilated_container_is_still_read(at in 0_usize..4_000, byte in any::<u8>()) {
        let mut raw = include_bytes!("../fixtures/winmail.eml").to_vec();
        let at = at % raw.len();
        raw[at] = byte;
        prop_assert!(!matches!(parse(&raw), Err(ParseError::Failed)));
    }
}

fn nested_divs(depth: usize) -> Vec<u8> {
    let mut raw = b"From: a@b.example\nContent-Type: text/html\n\n".to_vec();
    for _ in 0..depth {
        raw.extend_from_slice(b"<div><blockquote type=cite>");
    }
    raw.extend_from_slice(b"deep words");
    raw
}

#[test]
fn nesting_neither_slows_the_reading_nor_ends_it() {
    let message = parse(&nested_divs(20_000)).unwrap();
    assert!(message.body.contains("deep words"));
    let mut raw = b"From: a@b.example\n".to_vec();
    for _ in 0..400 {
        raw.extend_from_slice(b"Content-Type: message/rfc822\n\nSubject: x\n");
    }
    let message = parse(&raw).unwrap();
    assert!(message.defects.iter().any(|defect| defect.code == "nesting_cut"));
}

#[test]
fn a_body_of_endless_turns_is_read_in_good_time() {
    let turns = [
        "> quoted\nanswer\n",
        "--\nJane\n",
        "________________________________\n",
        "On Mon, Jan 12, 2026 at 9:14 AM Jane <j@b.example> wrote:\n> a\n",
        "From: Jane <j@b.example>\nSent: Monday\nSubject: x\n\n> a\n\nb\n",
        "---------- Forwarded message ---------\n> a\nb\n",
        "Best regards,\n\n",
        "\n>\n",
        "a:\n",
    ];
    for turn in turns {
        let start = Clock::now();
        let mut raw = b"From: j@b.example\nSubject: Fwd: x\n\n".to_vec();
        raw.extend(turn.as_bytes().repeat(1_000_000 / turn.len()));
        check_segments(&parse(&raw).unwrap(), turn);
        assert!(start.elapsed() < Duration::from_secs(10), "{turn} took {:?}", start.elapsed());
    }
}

#[test]
fn what_would_cost_too_much_is_refused_before_it_is_read() {
    let refused = |raw: &[u8], limits: &Limits| {
        let context = ParseContext { received: None, journal: false, captured: Instant::EPOCH };
        matches!(mail::parse(raw, &context, limits), Err(ParseError::TooLarge { .. }))
    };
    let defaults = Limits::default();
    let text = b"Subject: x\n\nhello".repeat(3_000);
    assert!(refused(&text, &Limits { raw_bytes: 1_000, ..defaults }));
    assert!(!refused(&text, &defaults));
    assert!(refused(&b"X-A: b\n".repeat(200_000), &defaults));
    let levels = b"Content-Type: message/rfc822\n\n".repeat(2_000);
    assert!(refused(&levels, &defaults));
    let part = b"--b\nContent-Type: multipart/mixed; boundary=never\n\n\n";
    let mut boundaries = b"Content-Type: multipart/mixed; boundary=b\n\n".to_vec();
    boundaries.extend(part.repeat(100_000));
    assert!(refused(&boundaries, &defaults));
    let mut parts = b"Content-Type: multipart/mixed; boundary=b\n\n".to_vec();
    parts.extend(b"--b\n\nx\n".repeat(5_000));
    assert!(refused(&parts, &defaults));
}
