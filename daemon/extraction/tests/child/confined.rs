//! What the child cannot do.

use std::{collections::BTreeMap, net::TcpListener, process::Command, time::Instant};

use extraction::{Limits, OcrCommand, Strength};
use model::Unread;

use super::{made, read_all, reader};

/// What the child tried, and whether it went through.
fn tried(how: &str, listener: &TcpListener) -> BTreeMap<String, bool> {
    let address = listener.local_addr().unwrap().to_string();
    let output =
        Command::new(env!("CARGO_BIN_EXE_extract")).args([how, &address]).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        let (what, done) = line.split_once(' ').unwrap();
        (what.to_owned(), done == "true")
    };
    lines.lines().map(line).collect()
}

#[test]
fn a_file_that_takes_over_its_reader_opens_nothing_calls_nobody_and_starts_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let free = tried("free", &listener);
    assert!(free.len() == 8 && free.values().all(|done| *done), "{free:?}");
    drop(listener.accept().unwrap());
    let confined = tried("probe", &listener);
    assert!(confined.len() == 8 && confined.values().all(|done| !*done), "{confined:?}");
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "somebody called");
}

#[test]
fn the_child_says_how_it_is_confined() {
    let confinement = reader(Limits::default()).confinement().unwrap();
    assert_eq!(confinement.seccomp, Strength::Full);
    assert_eq!(confinement.limits, Strength::Full);
}

#[test]
fn a_file_that_fills_the_memory_costs_that_one_file() {
    let limits = Limits { memory: 48 << 20, ..Limits::default() };
    let large = "so much text ".repeat(4 << 20).into_bytes();
    let files: [(&str, &[u8]); 3] = [("a.txt", b"before"), ("b.txt", &large), ("c.txt", b"after")];
    let read = read_all(limits, &files);
    assert_eq!(read[1].outcome, Err(Unread::OutOfMemory));
    for (at, text) in [(0, "before"), (2, "after")] {
        assert_eq!(read[at].outcome.as_ref().unwrap().sections[0].text, text);
    }
}

#[test]
fn a_pdf_that_never_ends_costs_its_time_and_that_one_file() {
    let limits = Limits { seconds: 3, ..Limits::default() };
    let endless = made::bytes(made::endless_pdf());
    let files: [(&str, &[u8]); 3] =
        [("a.txt", b"before"), ("b.pdf", &endless), ("c.txt", b"after")];
    let begun = Instant::now();
    let read = read_all(limits, &files);
    assert_eq!(read[1].outcome, Err(Unread::TimedOut));
    assert!(read[0].outcome.is_ok() && read[2].outcome.is_ok());
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn a_stop_ends_the_reading_without_blaming_a_file() {
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let reader = reader(Limits::default()).until(stop);
    let file = extraction::Handed { name: "a.txt", media_type: "", bytes: b"text" };
    assert!(matches!(reader.read(&[file]), Err(extraction::ExtractError::Stopped)));
}

#[test]
fn pictures_are_read_by_the_command_that_was_allowed_and_it_cannot_write_or_connect() {
    let system = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache"];
    let script = "cat >/dev/null; (echo x >/tmp/extract-ocr) 2>/dev/null && echo wrote; \
                  cat /etc/passwd 2>/dev/null && echo peeped; echo words in a picture";
    let ocr = OcrCommand {
        program: "/bin/sh".into(),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        may_read: system.map(Into::into).to_vec(),
        by: vec!["ocr".to_owned()],
    };
    let picture = b"\x89PNG\r\n\x1a\n and so on";
    let scan = made::bytes(made::scanned_pdf());
    let handed: Vec<extraction::Handed<'_>> = [("a.png", &picture[..]), ("b.pdf", &scan)]
        .map(|(name, bytes)| extraction::Handed { name, media_type: "", bytes })
        .to_vec();
    let without = reader(Limits::default()).read(&handed).unwrap();
    assert_eq!(without[0].outcome, Err(Unread::Picture));
    assert_eq!(without[1].outcome, Err(Unread::Scan));
    let with = reader(Limits::default()).with_ocr(Some(ocr)).read(&handed).unwrap();
    let text = &with[0].outcome.as_ref().unwrap().sections[0].text;
    assert!(with[0].ocr && text.ends_with("words in a picture"), "{text}");
    assert!(!text.contains("wrote") && !text.contains("peeped"), "{text}");
    let page = &with[1].outcome.as_ref().unwrap().sections[0];
    assert_eq!(page.place.shown(), "page 1");
}
