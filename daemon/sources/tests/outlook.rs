//! Outlook's files as other programs wrote them. They are no part of this repository:
//! `WATCHKEEPER_CORPORA` names the folder that has them.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic and say why")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use mail::{Limits, ParseContext};
use sources::{OpenOptions, open};

/// What a file gave: messages and refusals by folder.
#[derive(Debug, Default, PartialEq, Eq)]
struct Given {
    messages: Vec<(String, Vec<u8>)>,
    refused: BTreeMap<String, usize>,
    broken: Option<String>,
}

fn given(path: &Path) -> Given {
    let mut given = Given::default();
    let mut sources = match open(path, &OpenOptions::default()) {
        Ok(sources) => sources,
        Err(error) => {
            given.broken = Some(error.to_string());
            return given;
        }
    };
    loop {
        match sources[0].next() {
            Ok(None) => return given,
            Err(error) => {
                given.broken = Some(error.to_string());
                return given;
            }
            Ok(Some(offer)) => match (offer.read)(64 << 20) {
                Ok(bytes) => given.messages.push((offer.sighting.folder, bytes)),
                Err(refusal) => {
                    let words: String = refusal.detail.chars().take(60).collect();
                    *given.refused.entry(format!("{}: {words}", refusal.reason)).or_default() += 1;
                }
            },
        }
    }
}

fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, endings, found);
        } else if path.extension().is_some_and(|e| {
            endings.iter().any(|ending| e.to_string_lossy().eq_ignore_ascii_case(ending))
        }) {
            found.push(path);
        }
    }
}

/// The corpora, or nothing (said so) where they are not at hand.
fn corpora() -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "the corpora lie where the environment says")]
    let corpora = std::env::var_os("WATCHKEEPER_CORPORA");
    if corpora.is_none() {
        eprintln!("skipped: WATCHKEEPER_CORPORA does not name the corpora");
    }
    corpora.map(PathBuf::from)
}

/// Items that are no mail, but for lists of addresses: those the reference does not write.
fn other_items(given: &Given) -> usize {
    let other = |(reason, _): &(&String, &usize)| {
        reason.starts_with("not_a_message") && !reason.contains("IPM.DistList")
    };
    given.refused.iter().filter(other).map(|(_, count)| count).sum()
}

#[test]
fn stores_hold_as_many_messages_and_other_items_as_another_reader_finds() {
    let Some(corpora) = corpora() else { return };
    let counts = corpora.join("corpora/labels/pst-reference/readpst-counts.csv");
    let counts = String::from_utf8(fs::read(counts).unwrap()).unwrap();
    let mut compared = 0;
    for line in counts.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let path = cells[0].replacen("SHARE", "corpora", 1);
        let path = corpora.join(path);
        if !path.is_file() {
            continue;
        }
        let given = given(&path);
        let (mail, other): (usize, usize) = (cells[2].parse().unwrap(), cells[3].parse().unwrap());
        assert_eq!(given.messages.len(), mail, "{}: {:?}", path.display(), given.refused);
        assert_eq!(other_items(&given), other, "{}: {:?}", path.display(), given.refused);
        let unreadable = given.refused.keys().any(|reason| !reason.starts_with("not_a_message"));
        assert!(!unreadable && given.broken.is_none(), "{}: {given:?}", path.display());
        compared += 1;
    }
    eprintln!("{compared} stores agree with their reference");
    assert!(compared >= 8);
}

#[test]
fn a_store_that_is_cut_off_or_scratched_is_named_and_what_can_be_read_of_it_comes() {
    let Some(corpora) = corpora() else { return };
    let mut found = Vec::new();
    files(&corpora.join("corpora/attach"), &["pst", "ost"], &mut found);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hurt.pst");
    let mut told = 0;
    for whole in found {
        let bytes = fs::read(&whole).unwrap();
        let before = given(&whole).messages.len();
        for (round, part) in [7_usize, 4, 2].into_iter().enumerate() {
            let mut hurt = bytes.clone();
            if round == 0 {
                (0x4400..hurt.len()).step_by(4099).for_each(|at| hurt[at] ^= 0x55);
            } else {
                hurt.truncate(hurt.len() / part);
            }
            fs::write(&path, &hurt).unwrap();
            let given = given(&path);
            assert!(given.messages.len() <= before);
            let lost = given.messages.len() < before;
            assert!(!lost || given.broken.is_some() || !given.refused.is_empty(), "{given:?}");
            if let Some(broken) = given.broken {
                assert!(broken.contains("hurt.pst"), "{broken}");
                told += 1;
            }
        }
    }
    assert!(told > 0);
}

#[test]
fn files_of_outlook_are_read_twice_alike_and_none_brings_the_import_down() {
    let Some(corpora) = corpora() else { return };
    let mut found = Vec::new();
    files(&corpora.join("corpora/attach"), &["pst", "ost", "msg"], &mut found);
    found.sort();
    assert!(found.len() > 20, "only {} files", found.len());
    let context = ParseContext {
        received: None,
        captured: "2026-12-01T00:00:00Z".parse().unwrap(),
        journal: false,
    };
    let mut total = 0;
    for path in &found {
        let first = given(path);
        assert_eq!(first, given(path), "{}", path.display());
        let mut files = 0;
        let (mut people, mut hidden, mut deeper) = (0, 0, 0);
        for (_, bytes) in &first.messages {
            let message = mail::parse(bytes, &context, &Limits::default()).unwrap();
            files += message.attachments.len() + message.nested.len();
            people += message.to.len() + message.cc.len() + message.bcc.len();
            hidden += message.bcc.len();
            deeper += message.nested.iter().map(|n| n.message.attachments.len()).sum::<usize>();
        }
        total += first.messages.len();
        let folders: std::collections::BTreeSet<_> = first.messages.iter().map(|m| &m.0).collect();
        eprintln!(
            "{}: {} messages in {} folders, {people} recipients ({hidden} hidden), {files} files \
             ({deeper} in messages within); refused {:?} {:?}",
            path.file_name().unwrap().to_string_lossy(),
            first.messages.len(),
            folders.len(),
            first.refused,
            first.broken
        );
    }
    eprintln!("{total} messages of {} files", found.len());
    assert!(total > 20);
}
