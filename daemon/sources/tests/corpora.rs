//! Real mail, where it is at hand: counts and bytes as Python's `mailbox` sees them.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use app::source::Source;
use model::{Digest, ItemKey};
use sources::{OpenOptions, open};

const CAP: u64 = 64 << 20;

/// Prints a line for each argument: the path, and the SHA-256 of every message, in order.
///
/// Three rules make the difference between what Python gives and what we keep:
/// - Python begins a message at every line that begins with `From `; we want an empty line before
///   it and a date in it. Such lines are put back into the message before.
/// - Python leaves `>From ` as it is; we undo it (none of these files has `>>From `).
/// - Python wants `new` beside `cur`; copies of Maildirs often lack it, so it gets one elsewhere.
const PYTHON: &str = r"
import hashlib, mailbox, os, re, sys, tempfile
DATED = re.compile(rb'From .*(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +\S.* \d\d?:\d\d.*\d{4}')
def mbox(path):
    box, messages, before = mailbox.mbox(path, create=False), [], b''
    for key in box.keys():
        whole, body = box.get_bytes(key, from_=True), box.get_bytes(key)
        first = whole.split(b'\n', 1)[0]
        start = box._toc[key][0]
        with open(path, 'rb') as f:
            f.seek(max(start - 2, 0)); before = f.read(min(start, 2))
        if DATED.match(first) and (start == 0 or before == b'\n\n'):
            messages.append(body)
        else:
            messages[-1] += b'\n' + whole
    return [re.sub(rb'(?m)^>From ', b'From ', m) for m in messages]
def maildir(path):
    with tempfile.TemporaryDirectory() as root:
        for part in 'cur', 'new', 'tmp':
            there = os.path.join(path, part)
            if os.path.isdir(there): os.symlink(there, os.path.join(root, part))
            else: os.mkdir(os.path.join(root, part))
        box = mailbox.Maildir(root, create=False)
        return [box.get_bytes(key) for key in sorted(box.keys())]
for path in sys.argv[1:]:
    messages = maildir(path) if os.path.isdir(path) else mbox(path)
    print(path, *[hashlib.sha256(m).hexdigest() for m in messages])
";

/// The corpora, or nothing (said so) where they are not at hand.
fn corpora() -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "the corpora are no part of the repository")]
    let root = std::env::var("WATCHKEEPER_CORPORA");
    if root.is_err() {
        println!("skipped: WATCHKEEPER_CORPORA is not set");
    }
    Some(Path::new(&root.ok()?).join("corpora"))
}

/// The folder and place of an item, and its bytes or the reason why not.
type Item = (String, String, Result<Vec<u8>, &'static str>);

/// Everything that `source` gives.
fn drain(source: &mut dyn Source) -> Vec<Item> {
    let mut keys = BTreeSet::new();
    let mut items = Vec::new();
    while let Some(offer) = source.next().unwrap() {
        let ItemKey(key) = offer.item;
        let at = offer.sighting;
        assert!(keys.insert(key), "two items of {} have one key: {at:?}", source.info().title);
        items.push((at.folder, at.place, (offer.read)(CAP).map_err(|refusal| refusal.reason)));
    }
    items
}

#[test]
fn python_sees_the_same_messages_in_every_mbox_and_maildir() {
    let Some(root) = corpora() else { return };
    let mut paths: Vec<PathBuf> = ["twisted-python", "imagej-bugs"]
        .iter()
        .flat_map(|list| fs::read_dir(root.join("mail/mbox-pipermail").join(list)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.extend(fs::read_dir(root.join("mail/lists")).unwrap().map(|entry| entry.unwrap().path()));
    paths.sort();
    let python = Command::new("python3").arg("-c").arg(PYTHON).args(&paths).output();
    let Ok(python) = python else {
        println!("skipped: there is no python3");
        return;
    };
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    let said = String::from_utf8(python.stdout).unwrap();
    assert_eq!(said.lines().count(), paths.len());
    let mut total = 0;
    for (path, line) in paths.iter().zip(said.lines()) {
        let expected: Vec<&str> =
            line.strip_prefix(path.to_str().unwrap()).unwrap().split_whitespace().collect();
        let mut sources = open(path, &OpenOptions::default()).unwrap();
        assert_eq!(sources.len(), 1);
        let items = drain(&mut *sources[0]);
        let digests: Vec<String> = items
            .iter()
            .map(|(.., bytes)| Digest::of(bytes.as_ref().unwrap()).to_string())
            .collect();
        assert_eq!(digests.len(), expected.len(), "{}", path.display());
        for ((at, ours), theirs) in items.iter().zip(&digests).zip(expected) {
            assert_eq!(ours, theirs, "{} {at:?}", path.display());
        }
        total += digests.len();
    }
    println!("{total} messages in {} mboxes and Maildirs", paths.len());
    assert!(total > 5000);
}

#[test]
fn every_file_of_the_corpora_is_accounted_for() {
    let Some(root) = corpora() else { return };
    for part in ["mail", "weird"] {
        let root = root.join(part).canonicalize().unwrap();
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut maildirs = Vec::new();
        for mut source in open(&root, &OpenOptions::default()).unwrap() {
            let info = source.info().clone();
            if info.kind == "maildir" {
                maildirs.push(PathBuf::from(&info.title));
            }
            for (folder, place, bytes) in drain(&mut *source) {
                *reasons.entry(bytes.map_or_else(|reason| reason, |_| "message")).or_default() += 1;
                let path = root.join(&folder);
                seen.insert(if path.is_dir() { path.join(place) } else { path });
            }
        }
        println!("{part}: {reasons:?}");
        let mut files = Vec::new();
        list(&root, &maildirs, &mut files);
        let missed: Vec<_> = files.iter().filter(|path| !seen.contains(*path)).collect();
        assert!(missed.is_empty(), "{missed:?}");
        assert!(!reasons.contains_key("unreadable") && !reasons.contains_key("vanished"));
    }
}

/// All files below `folder` that are not in `maildirs`.
fn list(folder: &Path, maildirs: &[PathBuf], files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            files.push(path);
        } else if !maildirs.contains(&path) {
            list(&path, maildirs, files);
        }
    }
}
