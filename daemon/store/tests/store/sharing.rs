//! One writer, and readers beside it.

use std::time::{Duration, Instant};

use model::{EvidenceId, Seq};
use store::{
    Change, StoreError,
    local::{OpenOptions, Store},
};

use crate::conformance::samples::{captured, message};

fn row(key: &[u8], value: &[u8]) -> Change {
    Change::Put { table: "rows", key: key.to_vec(), value: value.to_vec() }
}

#[test]
fn a_second_process_on_the_same_directory_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let first = Store::open(dir.path(), &OpenOptions::write("serve, process 7")).unwrap();
    let Err(error) = Store::open(dir.path(), &OpenOptions::write("import, process 8")) else {
        panic!("two writers at once");
    };
    assert!(error.to_string().contains("in use by serve, process 7"), "{error}");
    assert!(first.writes());
    drop(first);
    Store::open(dir.path(), &OpenOptions::write("import, process 8")).unwrap();
}

#[test]
fn a_reader_follows_the_writer() {
    let dir = tempfile::tempdir().unwrap();
    let writer = Store::open(dir.path(), &OpenOptions::write("serve")).unwrap();
    let reader = Store::open(dir.path(), &OpenOptions::read_only()).unwrap();
    assert!(!reader.writes());
    for number in 0..5 {
        let bytes = message(number);
        let id = EvidenceId::of(&bytes);
        assert_eq!(reader.evidence().get(&id).unwrap(), None);
        writer.evidence().put(&[(id, &bytes)]).unwrap();
        writer.journal().append(&[captured(number)]).unwrap();
        writer.views().apply(&[row(b"a", &bytes)], Seq(number + 1)).unwrap();

        assert_eq!(reader.evidence().get(&id).unwrap().as_deref(), Some(&bytes[..]));
        assert_eq!(reader.journal().head().unwrap().seq, Seq(number + 1));
        let view = reader.views().snapshot().unwrap();
        assert_eq!(view.applied(), Seq(number + 1));
        assert_eq!(view.get("rows", b"a").unwrap().as_deref(), Some(&bytes[..]));
        assert_eq!(reader.evidence().stats().unwrap(), writer.evidence().stats().unwrap());
    }
    // Packs that the reader knows are merged under it.
    writer.evidence().merge_small().unwrap();
    for number in 0..5 {
        let bytes = message(number);
        let kept = reader.evidence().get(&EvidenceId::of(&bytes)).unwrap();
        assert_eq!(kept.as_deref(), Some(&bytes[..]));
    }
    assert!(reader.journal().verify(&mut |_| {}).unwrap().is_empty());
    assert!(reader.evidence().verify(&mut |_| {}).unwrap().is_empty());
    assert!(reader.views().verify().unwrap().is_empty());
}

#[test]
fn a_writer_at_work_is_not_taken_for_damage() {
    let dir = tempfile::tempdir().unwrap();
    let writer = Store::open(dir.path(), &OpenOptions::write("serve")).unwrap();
    let reader = Store::open(dir.path(), &OpenOptions::read_only()).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..40 {
                let facts: Vec<_> = (number * 300..(number + 1) * 300).map(captured).collect();
                writer.journal().append(&facts).unwrap();
                let bytes = message(number);
                writer.evidence().put(&[(EvidenceId::of(&bytes), &bytes)]).unwrap();
                let rows = (0..100_u64).map(|n| row(&(n * 7 % 100).to_be_bytes(), &bytes));
                writer.views().apply(&rows.collect::<Vec<_>>(), Seq(number)).unwrap();
            }
            done.store(true, std::sync::atomic::Ordering::Release);
        });
        while !done.load(std::sync::atomic::Ordering::Acquire) {
            assert_eq!(reader.journal().verify(&mut |_| {}).unwrap(), []);
            assert_eq!(reader.views().verify().unwrap(), []);
            assert_eq!(reader.evidence().verify(&mut |_| {}).unwrap(), []);
        }
    });
}

#[test]
fn a_reader_never_writes() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path(), &OpenOptions::write("serve")).unwrap());
    let reader = Store::open(dir.path(), &OpenOptions::read_only()).unwrap();
    reader.journal().append(&[captured(1)]).unwrap_err();
    reader.views().apply(&[row(b"a", b"a")], Seq(1)).unwrap_err();
    let bytes = message(1);
    reader.evidence().put(&[(EvidenceId::of(&bytes), &bytes)]).unwrap_err();
    assert_eq!(std::fs::read_dir(dir.path().join("evidence")).unwrap().count(), 1, "the index");
}

#[test]
fn reading_where_nothing_is_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let Err(error) = Store::open(dir.path(), &OpenOptions::read_only()) else {
        panic!("something was read from an empty directory");
    };
    assert!(matches!(error, StoreError::Io { .. }), "{error}");
    assert!(error.to_string().contains("journal.redb"), "{error}");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_search_from_the_command_line_does_not_wait_for_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let writer = Store::open(dir.path(), &OpenOptions::write("serve")).unwrap();
    let facts: Vec<_> = (0..5000).map(captured).collect();
    writer.journal().append(&facts).unwrap();
    let fastest = (0..25)
        .map(|_| {
            let begun = Instant::now();
            drop(Store::open(dir.path(), &OpenOptions::read_only()).unwrap());
            begun.elapsed()
        })
        .min();
    assert!(fastest < Some(Duration::from_millis(10)), "opening took {fastest:?}");
}

#[test]
fn appends_at_the_same_time_share_a_transaction() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &OpenOptions::write("serve")).unwrap();
    let journal = store.journal();
    std::thread::scope(|scope| {
        for writer in 0..16 {
            let journal = &journal;
            scope.spawn(move || {
                for number in 0..25 {
                    journal.append(&[captured(writer * 100 + number)]).unwrap();
                }
            });
        }
    });
    assert_eq!(journal.head().unwrap().seq, Seq(400));
    assert!(store.journal_commits() < 200, "{} transactions", store.journal_commits());
}
