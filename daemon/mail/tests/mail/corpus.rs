//! Real and broken mail of others: nothing may panic, hang, or leave a gap between segments.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant as Clock},
};

use mail::ParseError;

use crate::{check_segments, corpora, parse};

fn files(root: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(root) else { return };
    let mut entries: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// The messages of a file: one, or those of an mbox.
fn messages(bytes: &[u8]) -> Vec<Vec<u8>> {
    if !bytes.starts_with(b"From ") {
        return vec![bytes.to_vec()];
    }
    let mut all: Vec<Vec<u8>> = Vec::new();
    let mut after_blank = true;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if after_blank && line.starts_with(b"From ") {
            all.push(Vec::new());
        } else if let Some(last) = all.last_mut() {
            last.extend_from_slice(line);
        }
        after_blank = line.trim_ascii().is_empty();
    }
    all
}

#[derive(Default)]
struct Tally {
    messages: usize,
    bytes: usize,
    slowest: Duration,
    slowest_name: String,
    total: Duration,
    classes: BTreeMap<String, usize>,
    defects: BTreeMap<String, usize>,
    refused: BTreeMap<String, usize>,
}

fn run(folder: &str) -> Option<Tally> {
    let root = corpora()?.join("corpora").join(folder);
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let mut tally = Tally::default();
    for path in paths {
        let bytes = fs::read(&path).unwrap();
        for raw in messages(&bytes) {
            let name = path.display().to_string();
            let start = Clock::now();
            let parsed = parse(&raw);
            let took = start.elapsed();
            tally.messages += 1;
            tally.bytes += raw.len();
            tally.total += took;
            if took > tally.slowest {
                (tally.slowest, tally.slowest_name) = (took, name.clone());
            }
            match parsed {
                Ok(message) => {
                    check_segments(&message, &name);
                    for attachment in &message.attachments {
                        let bytes = mail::attachment_bytes(&raw, attachment.part);
                        let bytes =
                            bytes.unwrap_or_else(|| panic!("no bytes for a file of {name}"));
                        assert_eq!(model::Digest::of(&bytes), attachment.sha256, "{name}");
                    }
                    *tally.classes.entry(format!("{:?}", message.class.kind)).or_default() += 1;
                    for defect in &message.defects {
                        *tally.defects.entry(defect.code.clone()).or_default() += 1;
                    }
                }
                Err(error) => {
                    assert_ne!(error, ParseError::Failed, "{name}");
                    *tally.refused.entry(error.to_string()).or_default() += 1;
                }
            }
        }
    }
    println!(
        "{folder}: {} messages, {} bytes, {:?} in all, slowest {:?} ({})",
        tally.messages, tally.bytes, tally.total, tally.slowest, tally.slowest_name
    );
    println!(
        "  classes {:?}\n  defects {:?}\n  refused {:?}",
        tally.classes, tally.defects, tally.refused
    );
    Some(tally)
}

#[test]
fn broken_mail_is_read_and_never_stops_anybody() {
    let Some(tally) = run("weird") else { return };
    assert!(tally.messages > 500, "the corpus is not whole");
    assert!(tally.slowest < Duration::from_secs(5), "{} took too long", tally.slowest_name);
}

#[test]
fn real_mail_is_read_and_never_stops_anybody() {
    let Some(tally) = run("mail") else { return };
    assert!(tally.messages > 10_000, "the corpus is not whole");
    assert!(tally.slowest < Duration::from_secs(5), "{} took too long", tally.slowest_name);
    assert!(tally.refused.values().sum::<usize>() * 1_000 < tally.messages, "real mail is refused");
}
