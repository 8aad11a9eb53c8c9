//! Each fixture as it is read: what a user of the record would see of it.

use std::{fmt::Write as _, fs, path::Path};

use mail::{Message, attachment_bytes, html_body};
use model::Digest;

use crate::{check_segments, parse};

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    fs::read(path).unwrap()
}

/// Everything that was read of `message`, indented by its depth.
fn render(message: &Message, indent: &str, out: &mut String) {
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            writeln!(out, "{indent}{name}: {value}").unwrap();
        }
    };
    let list = |items: &[model::Address]| {
        items.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
    };
    line("id", message.message_id.clone().unwrap_or_default());
    line("happened", format!("{} by {:?}", message.happened, message.time_source));
    line("skew", message.date_skew.map(|s| format!("{s} s")).unwrap_or_default());
    line("from", message.from.to_string());
    line("sender", message.sender.iter().map(ToString::to_string).collect());
    line("reply-to", list(&message.reply_to));
    line("to", list(&message.to));
    line("cc", list(&message.cc));
    line("subject", message.subject.clone());
    line("thread", mail::normalize_subject(&message.subject));
    line("tokens", message.foreign_tokens.join(" + "));
    line("in reply to", message.in_reply_to.join(" + "));
    line("references", message.references.join(" + "));
    line("list", message.list_id.clone().unwrap_or_default());
    line("class", format!("{:?} {}", message.class.kind, message.class.reason).trim_end().into());
    for charset in &message.charsets {
        let detected = if charset.detected { " by its look" } else { "" };
        line("charset", format!("{} -> {}{detected}", charset.declared, charset.used));
    }
    for file in &message.attachments {
        let inline = if file.inline { " inline" } else { "" };
        line(
            "file",
            format!("#{} {} {} {}{inline}", file.part, file.media_type, file.size, file.name),
        );
    }
    for defect in &message.defects {
        line("defect", format!("{}: {}", defect.code, defect.detail));
    }
    for segment in &message.segments {
        for text in message.text_of(segment).lines() {
            let text = format!("{indent}{:>10?} | {text}", segment.kind);
            writeln!(out, "{}", text.trim_end()).unwrap();
        }
    }
    for nested in &message.nested {
        writeln!(out, "{indent}  enclosed as {:?}:", nested.origin).unwrap();
        render(&nested.message, &format!("{indent}    "), out);
    }
}

#[test]
fn every_kind_of_mail_is_read_as_a_person_would() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in names {
        let message = parse(&fixture(&name)).unwrap();
        check_segments(&message, &name);
        let mut rendered = String::new();
        render(&message, "", &mut rendered);
        insta::assert_snapshot!(name.trim_end_matches(".eml"), rendered);
    }
}

/// Each file of `message` and of all within it, with what its number gives back.
fn check_files(raw: &[u8], message: &Message) -> usize {
    for file in &message.attachments {
        let bytes = attachment_bytes(raw, file.part).unwrap();
        assert_eq!((bytes.len() as u64, Digest::of(&bytes)), (file.size, file.sha256), "{file:?}");
    }
    let nested = message.nested.iter().map(|nested| check_files(raw, &nested.message));
    message.attachments.len() + nested.sum::<usize>()
}

#[test]
fn a_file_can_be_downloaded_however_deep_it_is_enclosed() {
    for (name, files) in [("attachments", 3), ("enclosed", 3), ("winmail", 3), ("bounce", 2)] {
        let raw = fixture(&format!("{name}.eml"));
        assert_eq!(check_files(&raw, &parse(&raw).unwrap()), files, "{name}");
        assert_eq!(attachment_bytes(&raw, 999), None);
    }
}

#[test]
fn the_page_gets_the_html_as_it_was_written() {
    let html = html_body(&fixture("attachments.eml")).unwrap();
    assert!(html.contains("<b>files</b>"));
    assert_eq!(html_body(&fixture("gmail-reply.eml")), None);
}

#[test]
fn copies_of_a_message_in_two_mailboxes_are_one_message() {
    let copy = parse(&fixture("gmail-reply.eml")).unwrap();
    let mut other = b"Received: from a by b; Mon, 12 Jan 2026 08:15:00 +0000\r\n".to_vec();
    for line in fixture("gmail-reply.eml").split(|b| *b == b'\n') {
        other.extend_from_slice(line);
        other.extend_from_slice(b"\r\n");
    }
    assert_eq!(parse(&other).unwrap().key, copy.key);
    let changed =
        String::from_utf8(fixture("gmail-reply.eml")).unwrap().replace("Thursday", "Friday");
    assert_ne!(parse(changed.as_bytes()).unwrap().key, copy.key, "another body under the same id");
}
