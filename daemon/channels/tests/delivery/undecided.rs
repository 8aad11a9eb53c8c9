//! A crash between finding a case grave and deciding whom to tell.

use std::{ops::Range, sync::Arc};

use model::{Entry, Fact, ItemKey, Seq, alert::Urgency, fact::NewFact};
use store::{
    Broken, Head, Journal, StoreError,
    memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch},
};

use crate::world::{KIM, World};

/// A journal whose machine loses power as soon as an alert is to be recorded.
struct Falling(Arc<MemoryJournal>);

impl Journal for Falling {
    fn append(&self, facts: &[NewFact]) -> Result<Range<u64>, StoreError> {
        if facts.iter().any(|fact| matches!(fact.fact, Fact::AlertQueued { .. })) {
            return Err(StoreError::DiskFull { what: "an alert".to_owned() });
        }
        self.0.append(facts)
    }

    fn read(&self, from: Seq, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.0.read(from, limit)
    }

    fn head(&self) -> Result<Head, StoreError> {
        self.0.head()
    }

    fn known(&self, items: &[ItemKey]) -> Result<Vec<bool>, StoreError> {
        self.0.known(items)
    }

    fn verify(&self, progress: &mut dyn FnMut(f32)) -> Result<Vec<Broken>, StoreError> {
        self.0.verify(progress)
    }

    fn compact(&self) -> Result<(), StoreError> {
        self.0.compact()
    }
}

#[test]
fn a_grave_case_is_told_although_a_crash_overtook_the_decision() {
    let journal = Arc::new(MemoryJournal::default());
    let ports = app::Ports {
        journal: Arc::new(Falling(journal.clone())),
        evidence: Arc::new(MemoryEvidence::default()),
        views: Arc::new(MemoryViews::default()),
        search: Arc::new(MemorySearch::new()),
    };
    let mut world = World::on(ports, "mail", Urgency::Page, &[KIM]);
    assert!(world.try_letter("northwind", "Export fails").is_err());
    world.ports.journal = journal;
    let world = world.crashed();
    assert_eq!(world.state(), "queued");
    let facts = world.app.facts(Seq(1), 1000).unwrap().len();
    let world = world.crashed();
    assert_eq!(world.app.facts(Seq(1), 1000).unwrap().len(), facts, "decided once");
}
