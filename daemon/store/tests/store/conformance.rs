//! What every adapter of a port must do. Each port has a list of checks, each for a fresh store; a
//! check panics where the adapter fails it.

mod evidence;
mod journal;
mod leases;
pub mod samples;
mod search;
mod views;

use std::{path::Path, sync::Arc};

use store::{
    Evidence, Journal, Leases, Search, Views,
    local::{
        FileLeases, OpenOptions, Store, open_access,
        search::{Mode, TantivySearch, WriterOptions},
    },
    memory::{MemoryEvidence, MemoryJournal, MemoryLeases, MemoryViews, search::MemorySearch},
};
use tempfile::TempDir;

use self::{evidence::EVIDENCE, journal::JOURNAL, leases::LEASES, search::SEARCH, views::VIEWS};

/// A check of an adapter of `P`, with the name of what a user would lose.
type Check<P> = (&'static str, fn(&P));

/// Runs `checks`, each on what `fresh` gives for it.
fn run<P: ?Sized, F: AsRef<P>>(checks: &[Check<P>], mut fresh: impl FnMut() -> F) {
    for (name, check) in checks {
        println!("{name}");
        check(fresh().as_ref());
    }
}

/// A part of a store on disk, with all that must live as long.
struct OnDisk<P: ?Sized> {
    part: Arc<P>,
    _store: Store,
    _dir: TempDir,
}

impl<P: ?Sized> AsRef<P> for OnDisk<P> {
    fn as_ref(&self) -> &P {
        &self.part
    }
}

fn on_disk<P: ?Sized>(part: impl Fn(&Path, &Store) -> Arc<P>) -> OnDisk<P> {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &OpenOptions::write("the conformance suite")).unwrap();
    assert_eq!(store.report(), &store::local::OpenReport::default());
    OnDisk { part: part(dir.path(), &store), _store: store, _dir: dir }
}

#[test]
fn the_journal_on_disk_keeps_its_contract() {
    run(JOURNAL, || on_disk(|_, store| store.journal()));
}

#[test]
fn the_journal_in_memory_keeps_its_contract() {
    run(JOURNAL, || -> Arc<dyn Journal> { Arc::new(MemoryJournal::default()) });
}

#[test]
fn evidence_on_disk_keeps_its_contract() {
    run(EVIDENCE, || on_disk(|_, store| store.evidence()));
}

#[test]
fn evidence_in_memory_keeps_its_contract() {
    run(EVIDENCE, || -> Arc<dyn Evidence> { Arc::new(MemoryEvidence::default()) });
}

#[test]
fn views_on_disk_keep_their_contract() {
    run(VIEWS, || on_disk(|_, store| store.views()));
}

#[test]
fn the_tables_of_access_keep_the_contract_of_views() {
    run(VIEWS, || on_disk(|dir, _| open_access(dir).unwrap()));
}

#[test]
fn views_in_memory_keep_their_contract() {
    run(VIEWS, || -> Arc<dyn Views> { Arc::new(MemoryViews::default()) });
}

#[test]
fn leases_on_disk_keep_their_contract() {
    let dirs = std::cell::RefCell::new(Vec::new());
    run(LEASES, || -> Arc<dyn Leases> {
        let dir = tempfile::tempdir().unwrap();
        let leases = FileLeases::new(dir.path());
        dirs.borrow_mut().push(dir);
        Arc::new(leases)
    });
}

#[test]
fn leases_in_memory_keep_their_contract() {
    run(LEASES, || -> Arc<dyn Leases> { Arc::new(MemoryLeases::default()) });
}

#[test]
fn the_index_on_disk_finds_what_a_reader_expects() {
    struct Open(TantivySearch, #[expect(dead_code, reason = "removed when dropped")] TempDir);
    impl AsRef<dyn Search> for Open {
        fn as_ref(&self) -> &(dyn Search + 'static) {
            &self.0
        }
    }
    run::<dyn Search, _>(SEARCH, || {
        let dir = tempfile::tempdir().unwrap();
        let options = WriterOptions { heap_bytes: 15_000_000, threads: 1 };
        Open(TantivySearch::open(dir.path(), Mode::Write(options)).unwrap().0, dir)
    });
}

#[test]
fn the_index_in_memory_finds_what_a_reader_expects() {
    run::<dyn Search, _>(SEARCH, || Box::new(MemorySearch::new()) as Box<dyn Search>);
}
