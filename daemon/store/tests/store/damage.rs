//! What is stored is altered behind the program's back.

use std::{
    fs,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use model::{EvidenceId, Seq};
use redb::ReadableTable as _;
use store::{
    Broken, Change,
    local::{OpenOptions, Store},
};

use crate::conformance::samples::{captured, message};

fn open(dir: &Path) -> Result<Store, store::StoreError> {
    Store::open(dir, &OpenOptions::write("a test"))
}

/// A data directory with everything in it; in memory where that can be had, for nothing here
/// depends on what a disk has finished, and these tests open a store hundreds of times.
fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let store = open(dir.path()).unwrap();
    let facts: Vec<_> = (0..900).map(captured).collect();
    for batch in facts.chunks(300) {
        store.journal().append(batch).unwrap();
    }
    let mail: Vec<_> = (0..200).map(message).collect();
    let items: Vec<_> = mail.iter().map(|bytes| (EvidenceId::of(bytes), &bytes[..])).collect();
    for batch in items.chunks(70) {
        store.evidence().put(batch).unwrap();
    }
    let rows = (0..2000_u32).map(|row| Change::Put {
        table: "rows",
        key: row.to_be_bytes().to_vec(),
        value: row.to_le_bytes().repeat(40),
    });
    store.views().apply(&rows.collect::<Vec<_>>(), Seq(900)).unwrap();
    dir
}

/// Inverts a byte of the file at `path`.
fn alter(path: &Path, at: u64) {
    let file = fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[!byte[0]], at).unwrap();
}

/// Tries `examine` on copies of `path` with one byte altered at each of `places` in turn.
fn each_altered(dir: &Path, name: &str, places: &[u64], mut examine: impl FnMut(u64, &Path)) {
    let whole = fs::read(dir.join(name)).unwrap();
    for place in places {
        alter(&dir.join(name), *place);
        examine(*place, dir);
        fs::write(dir.join(name), &whole).unwrap();
    }
}

/// Places spread over a file of `len` bytes, with its very first and last ones.
fn spread(len: u64, count: u64) -> Vec<u64> {
    let mut places: Vec<u64> = (0..count).map(|n| n * len / count + n * 131 % 61).collect();
    places.extend([0, 1, len - 1, len - 2]);
    places.retain(|place| *place < len);
    places
}

fn first(broken: &[Broken]) -> &Broken {
    broken.first().expect("the damage was not found")
}

fn packs(dir: &Path) -> Vec<PathBuf> {
    let mut packs: Vec<PathBuf> = fs::read_dir(dir.join("evidence"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "zst"))
        .collect();
    packs.sort();
    packs
}

#[test]
fn an_altered_byte_of_a_pack_is_named() {
    let dir = filled();
    let pack = packs(dir.path())[1].clone();
    let name = pack.strip_prefix(dir.path()).unwrap().to_str().unwrap().to_owned();
    let places = spread(fs::metadata(&pack).unwrap().len(), 40);
    each_altered(dir.path(), &name, &places, |place, dir| {
        let store = open(dir).unwrap();
        let broken = store.evidence().verify(&mut |_| {}).unwrap();
        assert!(first(&broken).item.contains("00000002.tar.zst"), "byte {place}: {broken:?}");
    });
    assert!(open(dir.path()).unwrap().evidence().verify(&mut |_| {}).unwrap().is_empty());
}

#[test]
fn altered_evidence_is_never_given_out() {
    let dir = filled();
    let places = spread(fs::metadata(&packs(dir.path())[0]).unwrap().len(), 12);
    each_altered(dir.path(), "evidence/00000001.tar.zst", &places, |_, dir| {
        let store = open(dir).unwrap();
        for number in 0..70 {
            let bytes = message(number);
            if let Ok(kept) = store.evidence().get(&EvidenceId::of(&bytes)) {
                assert!(kept.as_deref() == Some(&bytes[..]));
            }
        }
    });
}

#[test]
fn a_truncated_or_missing_pack_is_named() {
    let dir = filled();
    let pack = &packs(dir.path())[2];
    let whole = fs::read(pack).unwrap();
    for len in [0, 1, 19, 20, whole.len() / 2, whole.len() - 1] {
        fs::write(pack, &whole[..len]).unwrap();
        let broken = open(dir.path()).unwrap().evidence().verify(&mut |_| {}).unwrap();
        assert!(first(&broken).item.contains("00000003.tar.zst"), "{len} bytes: {broken:?}");
    }
    fs::write(pack, [&whole[..], b"more"].concat()).unwrap();
    let broken = open(dir.path()).unwrap().evidence().verify(&mut |_| {}).unwrap();
    assert!(first(&broken).item.contains("00000003.tar.zst"), "{broken:?}");
    fs::remove_file(pack).unwrap();
    let broken = open(dir.path()).unwrap().evidence().verify(&mut |_| {}).unwrap();
    assert!(first(&broken).item.contains("00000003.tar.zst"), "{broken:?}");
    assert_eq!(first(&broken).detail, "it is missing");
    // What the others hold is there all the same.
    let store = open(dir.path()).unwrap();
    let bytes = message(1);
    let kept = store.evidence().get(&EvidenceId::of(&bytes)).unwrap();
    assert_eq!(kept.as_deref(), Some(&bytes[..]));
    store.evidence().get(&EvidenceId::of(&message(199))).unwrap_err();
}

#[test]
fn an_altered_byte_of_the_journal_is_found_or_harmless() {
    let dir = filled();
    let whole: Vec<_> = (0..900).map(captured).collect();
    let path = dir.path().join("journal.redb");
    let mut found = 0;
    let places = spread(fs::metadata(&path).unwrap().len(), 150);
    each_altered(dir.path(), "journal.redb", &places, |place, dir| {
        let Ok(store) = open(dir) else {
            found += 1;
            return;
        };
        let broken = store.journal().verify(&mut |_| {}).unwrap();
        if !broken.is_empty() {
            found += 1;
            return;
        }
        // The byte belongs to no page in use, or redb has put it right.
        let read = store.journal().read(Seq(1), usize::MAX).unwrap();
        assert_eq!(read.len(), whole.len(), "byte {place}");
        assert!(read.iter().zip(&whole).all(|(entry, new)| entry.fact == new.fact));
    });
    assert!(found > 5, "only {found} places of {} were in use", places.len());
}

#[test]
fn a_forged_fact_is_named_by_its_sequence() {
    let dir = filled();
    // As somebody would who knows the form of a block, but cannot make the hashes fit.
    let table = redb::TableDefinition::<u64, &[u8]>::new("blocks");
    let database = redb::Database::create(dir.path().join("journal.redb")).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut blocks = transaction.open_table(table).unwrap();
        let (first, bytes) = {
            let row = blocks.range(..=700).unwrap().next_back().unwrap().unwrap();
            (row.0.value(), row.1.value().to_vec())
        };
        blocks.insert(first, forged(&bytes, (700 - first) as usize).as_slice()).unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    let store = open(dir.path()).unwrap();
    let broken = store.journal().verify(&mut |_| {}).unwrap();
    assert_eq!(first(&broken).item, "fact 700", "{broken:?}");
}

/// The block `bytes` with another size in the fact at `index`.
fn forged(bytes: &[u8], index: usize) -> Vec<u8> {
    let hashes = 39 + 8 * usize::from(u16::from_le_bytes([bytes[1], bytes[2]]));
    let text = zstd::stream::decode_all(&bytes[hashes..]).unwrap();
    let mut lines: Vec<String> =
        String::from_utf8(text).unwrap().lines().map(|line| format!("{line}\n")).collect();
    let digit = lines[index].find("\"size\":").unwrap() + 7;
    let other = if lines[index].as_bytes()[digit] == b'9' { "1" } else { "9" };
    lines[index].replace_range(digit..=digit, other);
    let text = zstd::bulk::compress(lines.concat().as_bytes(), 3).unwrap();
    [&bytes[..hashes], &text[..]].concat()
}

#[test]
fn a_block_cut_out_of_the_journal_is_named() {
    let dir = filled();
    let mut cut = 0;
    let path = dir.path().join("journal.redb");
    let table = redb::TableDefinition::<u64, &[u8]>::new("blocks");
    let database = redb::Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut blocks = transaction.open_table(table).unwrap();
        let firsts: Vec<u64> = blocks.iter().unwrap().map(|row| row.unwrap().0.value()).collect();
        cut += firsts[firsts.len() / 2];
        blocks.remove(cut).unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    let broken = open(dir.path()).unwrap().journal().verify(&mut |_| {}).unwrap();
    assert_eq!(first(&broken).item, format!("fact {cut}"), "{broken:?}");
}

#[test]
fn a_dedup_key_that_was_removed_or_added_is_named() {
    for removes in [true, false] {
        let dir = filled();
        let table = redb::TableDefinition::<u64, &[u8]>::new("recent_keys");
        let database = redb::Database::create(dir.path().join("journal.redb")).unwrap();
        let transaction = database.begin_write().unwrap();
        {
            let mut keys = transaction.open_table(table).unwrap();
            if removes {
                keys.pop_first().unwrap();
            } else {
                keys.insert(1_000_000, &[0x42; 16][..]).unwrap();
            }
        }
        transaction.commit().unwrap();
        drop(database);
        let broken = open(dir.path()).unwrap().journal().verify(&mut |_| {}).unwrap();
        assert!(first(&broken).item.starts_with("dedup key"), "{broken:?}");
    }
}

#[test]
fn a_truncated_journal_is_refused_or_named() {
    let dir = filled();
    let path = dir.path().join("journal.redb");
    let whole = fs::read(&path).unwrap();
    for len in [0, 1, 300, 4096, whole.len() / 3, whole.len() / 2, whole.len() - 4096] {
        fs::write(&path, &whole[..len]).unwrap();
        if let Ok(store) = open(dir.path()) {
            let facts = store.journal().read(Seq(1), usize::MAX).map_or(0, |read| read.len());
            let broken = store.journal().verify(&mut |_| {}).unwrap();
            assert!(!broken.is_empty() || facts == 900, "{len} bytes: {facts} facts");
        }
    }
}

#[test]
fn damaged_views_are_set_aside_or_found() {
    let dir = filled();
    let path = dir.path().join("views.redb");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, b"no views at all").unwrap();
    let store = open(dir.path()).unwrap();
    assert!(store.report().views_recreated.is_some());
    assert_eq!(store.views().applied().unwrap(), Seq(0));
    assert_eq!(fs::read(dir.path().join("views.redb.damaged")).unwrap(), b"no views at all");
    drop(store);
    fs::write(&path, &whole).unwrap();

    let places = spread(whole.len() as u64, 60);
    let mut found = 0;
    each_altered(dir.path(), "views.redb", &places, |place, dir| {
        let store = open(dir).unwrap();
        let reported = store.report().views_recreated.is_some();
        if reported || !store.views().verify().unwrap().is_empty() {
            found += 1;
            return;
        }
        let view = store.views().snapshot().unwrap();
        let mut rows = 0_u32;
        view.scan("rows", b"", b"", false, &mut |key, value| {
            assert_eq!(key, rows.to_be_bytes(), "byte {place}");
            assert_eq!(value, rows.to_le_bytes().repeat(40));
            rows += 1;
            true
        })
        .unwrap();
        assert_eq!(rows, 2000);
    });
    assert!(found > 5, "only {found} places of {} were in use", places.len());
}
