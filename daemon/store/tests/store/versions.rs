//! A later version of the program wrote the store.

use std::path::Path;

use model::Seq;
use redb::{ReadableDatabase as _, ReadableTable as _};
use store::{
    Change, StoreError,
    local::{OpenOptions, Store},
};

use crate::conformance::samples::captured;

const ABOUT: redb::TableDefinition<&str, u64> = redb::TableDefinition::new("store.about");
const BLOCKS: redb::TableDefinition<u64, &[u8]> = redb::TableDefinition::new("blocks");

fn open(dir: &Path) -> Result<Store, StoreError> {
    Store::open(dir, &OpenOptions::write("a test"))
}

fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    store.journal().append(&[captured(1), captured(2)]).unwrap();
    let row = Change::Put { table: "rows", key: vec![1], value: vec![2] };
    store.views().apply(&[row], Seq(2)).unwrap();
    dir
}

fn change(path: &Path, change: impl FnOnce(&redb::WriteTransaction)) {
    let database = redb::Database::create(path).unwrap();
    let transaction = database.begin_write().unwrap();
    change(&transaction);
    transaction.commit().unwrap();
}

/// The rows of the journal, whatever its version.
fn blocks(path: &Path) -> Vec<(u64, Vec<u8>)> {
    let database = redb::Database::create(path).unwrap();
    let transaction = database.begin_read().unwrap();
    let rows = transaction.open_table(BLOCKS).unwrap();
    let rows = rows.iter().unwrap().map(|row| row.unwrap());
    rows.map(|(first, bytes)| (first.value(), bytes.value().to_vec())).collect()
}

fn pretend_newer(path: &Path) {
    change(path, |transaction| {
        transaction.open_table(ABOUT).unwrap().insert("format", 99).unwrap();
    });
}

#[test]
fn a_journal_of_a_later_version_is_left_alone() {
    let dir = filled();
    let path = dir.path().join("journal.redb");
    pretend_newer(&path);
    let before = blocks(&path);
    for options in [OpenOptions::write("a test"), OpenOptions::read_only()] {
        let Err(StoreError::Newer { what, found, known }) = Store::open(dir.path(), &options)
        else {
            panic!("it was read");
        };
        assert!(what.ends_with("journal.redb"));
        assert_eq!((found, known), (99, 1));
    }
    assert_eq!(blocks(&path), before);
}

#[test]
fn views_of_a_later_version_are_set_aside() {
    let dir = filled();
    pretend_newer(&dir.path().join("views.redb"));
    let Err(StoreError::Newer { .. }) = Store::open(dir.path(), &OpenOptions::read_only()) else {
        panic!("it was read");
    };
    let store = open(dir.path()).unwrap();
    assert!(store.report().views_recreated.as_ref().unwrap().contains("format 99"));
    assert_eq!(store.views().applied().unwrap(), Seq(0));
    assert_eq!(store.journal().head().unwrap().seq, Seq(2));
}

#[test]
fn a_fact_of_a_later_version_is_refused_by_its_sequence() {
    let dir = filled();
    change(&dir.path().join("journal.redb"), |transaction| {
        let mut blocks = transaction.open_table(BLOCKS).unwrap();
        let bytes = blocks.get(1).unwrap().unwrap().value().to_vec();
        let hashes = 39 + 2 * 8;
        let text = zstd::stream::decode_all(&bytes[hashes..]).unwrap();
        let text = String::from_utf8(text).unwrap();
        let (first, second) = text.split_once('\n').unwrap();
        let text = format!("{first}\n{}", second.replace("{\"v\":1,", "{\"v\":2,"));
        let packed = zstd::bulk::compress(text.as_bytes(), 3).unwrap();
        blocks.insert(1, [&bytes[..hashes], &packed].concat().as_slice()).unwrap();
    });
    let store = open(dir.path()).unwrap();
    assert_eq!(store.journal().read(Seq(1), 1).unwrap().len(), 1);
    let Err(StoreError::Newer { what, found, known }) = store.journal().read(Seq(2), 1) else {
        panic!("it was read");
    };
    assert!(what.starts_with("fact 2 of "), "{what}");
    assert_eq!((found, known), (2, 1));
}
