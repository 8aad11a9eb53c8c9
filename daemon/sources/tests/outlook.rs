//! Outlook's files as other programs wrote them. They are no part of this repository:
//! `WATCHKEEPER_CORPORA` names the folder that has them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

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

#[test]
#[allow(clippy::disallowed_methods, reason = "the corpora lie where the environment says")]
fn files_of_outlook_are_read_twice_alike_and_none_brings_the_import_down() {
    let Some(corpora) = std::env::var_os("WATCHKEEPER_CORPORA") else {
        eprintln!("skipped: WATCHKEEPER_CORPORA does not name the corpora");
        return;
    };
    let mut found = Vec::new();
    files(&Path::new(&corpora).join("corpora/attach"), &["pst", "ost", "msg"], &mut found);
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
        let mut people = 0;
        for (_, bytes) in &first.messages {
            let message = mail::parse(bytes, &context, &Limits::default()).unwrap();
            files += message.attachments.len() + message.nested.len();
            people += message.to.len() + message.cc.len() + message.bcc.len();
        }
        total += first.messages.len();
        let folders: std::collections::BTreeSet<_> = first.messages.iter().map(|m| &m.0).collect();
        eprintln!(
            "{}: {} messages in {} folders, {people} recipients, {files} files; refused {:?} {:?}",
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
