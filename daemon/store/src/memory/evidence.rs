//! Evidence in memory.

use std::{collections::BTreeMap, sync::Arc};

use model::EvidenceId;
use parking_lot::RwLock;

use crate::{Broken, Evidence, EvidenceStats, Result};

/// Evidence that ends with its process.
#[derive(Debug, Default)]
pub struct MemoryEvidence {
    held: RwLock<Held>,
}

#[derive(Debug, Default)]
struct Held {
    items: BTreeMap<EvidenceId, Arc<[u8]>>,
    packs: u64,
}

impl Evidence for MemoryEvidence {
    fn put(&self, items: &[(EvidenceId, &[u8])]) -> Result<Vec<bool>> {
        let mut held = self.held.write();
        let mut fresh = Vec::with_capacity(items.len());
        for (id, bytes) in items {
            let new = !held.items.contains_key(id);
            if new {
                held.items.insert(*id, Arc::from(*bytes));
            }
            fresh.push(new);
        }
        held.packs += u64::from(fresh.contains(&true));
        Ok(fresh)
    }

    fn get(&self, id: &EvidenceId) -> Result<Option<Arc<[u8]>>> {
        Ok(self.held.read().items.get(id).cloned())
    }

    fn get_many(&self, ids: &[EvidenceId], each: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        for (index, id) in ids.iter().enumerate() {
            if let Some(bytes) = self.get(id)? {
                each(index, &bytes);
            }
        }
        Ok(())
    }

    fn contains(&self, ids: &[EvidenceId]) -> Result<Vec<bool>> {
        let held = self.held.read();
        Ok(ids.iter().map(|id| held.items.contains_key(id)).collect())
    }

    fn stats(&self) -> Result<EvidenceStats> {
        let held = self.held.read();
        let bytes = held.items.values().map(|bytes| bytes.len() as u64).sum();
        Ok(EvidenceStats {
            items: held.items.len() as u64,
            raw_bytes: bytes,
            stored_bytes: bytes,
            packs: held.packs,
        })
    }

    fn verify(&self, progress: &mut dyn FnMut(f32)) -> Result<Vec<Broken>> {
        let held = self.held.read();
        let wrong = held.items.iter().filter(|(id, bytes)| EvidenceId::of(bytes) != **id);
        let broken = wrong.map(|(id, _)| Broken {
            item: id.to_string(),
            detail: "its bytes do not have this SHA-256".to_owned(),
        });
        let broken = broken.collect();
        progress(1.0);
        Ok(broken)
    }

    fn merge_small(&self) -> Result<()> {
        let mut held = self.held.write();
        held.packs = held.packs.min(1);
        Ok(())
    }

    fn compact(&self) -> Result<()> {
        Ok(())
    }
}
