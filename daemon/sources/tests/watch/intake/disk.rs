//! No room on the disk.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use model::EvidenceId;
use sources::intake::Protocol;
use store::{Broken, Evidence, EvidenceStats, Result, StoreError, memory::MemoryEvidence};

use super::{CASES, Office, intake};
use crate::world::{World, eventually, letter};

/// Evidence on a disk that may be full.
#[derive(Default)]
struct Disk {
    held: MemoryEvidence,
    full: AtomicBool,
}

impl Evidence for Disk {
    fn put(&self, items: &[(EvidenceId, &[u8])]) -> Result<Vec<bool>> {
        if self.full.load(Ordering::Relaxed) {
            return Err(StoreError::DiskFull { what: "a pack".to_owned() });
        }
        self.held.put(items)
    }

    fn get(&self, id: &EvidenceId) -> Result<Option<Arc<[u8]>>> {
        self.held.get(id)
    }

    fn get_many(&self, ids: &[EvidenceId], each: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        self.held.get_many(ids, each)
    }

    fn contains(&self, ids: &[EvidenceId]) -> Result<Vec<bool>> {
        self.held.contains(ids)
    }

    fn stats(&self) -> Result<EvidenceStats> {
        self.held.stats()
    }

    fn verify(&self, progress: &mut dyn FnMut(f32)) -> Result<Vec<Broken>> {
        self.held.verify(progress)
    }

    fn merge_small(&self) -> Result<()> {
        self.held.merge_small()
    }

    fn compact(&self) -> Result<()> {
        self.held.compact()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_keeps_a_message_while_the_disk_is_full() {
    let disk = Arc::new(Disk::default());
    let office = Office::open_in(World::keeping(disk.clone()), intake(Protocol::Smtp)).await;
    disk.full.store(true, Ordering::Relaxed);
    let mut sender = office.sender().await;
    sender.begins(CASES).await;
    sender.asks("DATA", "354").await;
    sender.asks(&format!("{}.", letter(1)), "452 4.3.1").await;
    let said = office.world.record().error.unwrap();
    assert!(said.contains("free some space"), "{said}");
    assert_eq!((office.count("put_off"), office.world.messages()), (1, 0));
    disk.full.store(false, Ordering::Relaxed);
    sender.begins(CASES).await;
    sender.asks("DATA", "354").await;
    sender.asks(&format!("{}.", letter(1)), "250").await;
    office.world.holds(1).await;
    eventually(
        "working",
        || office.world.record().error.is_none(),
        || format!("{:?}", office.world.record()),
    )
    .await;
}
