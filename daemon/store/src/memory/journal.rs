//! A journal in memory.

use std::{collections::BTreeSet, ops::Range};

use model::{Digest, Entry, ItemKey, Seq, fact, fact::NewFact};
use parking_lot::RwLock;

use crate::{Broken, Head, Journal, Result, StoreError, dedup::item_key};

/// A journal that ends with its process.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    held: RwLock<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// The bytes of every entry, with the chain's hash after it.
    entries: Vec<(Vec<u8>, Digest)>,
    keys: BTreeSet<ItemKey>,
}

impl Held {
    fn head(&self) -> Head {
        let hash = self.entries.last().map_or(Digest([0; 32]), |(_, hash)| *hash);
        Head { seq: Seq(self.entries.len() as u64), hash }
    }
}

fn form(seq: Seq, error: &serde_json::Error) -> StoreError {
    StoreError::Damaged { what: format!("fact {seq}"), detail: error.to_string() }
}

impl Journal for MemoryJournal {
    fn append(&self, facts: &[NewFact]) -> Result<Range<u64>> {
        let mut held = self.held.write();
        let start = held.head().seq.next().0;
        for new in facts {
            let Head { seq, hash } = held.head();
            let seq = seq.next();
            let NewFact { at, recorded, actor, fact } = new.clone();
            held.keys.extend(item_key(&fact).copied());
            let entry = Entry { v: fact::FORMAT, seq, at, recorded, actor, fact };
            let bytes = entry.to_bytes().map_err(|error| form(seq, &error))?;
            let hash = Entry::chain(&hash, &bytes);
            held.entries.push((bytes, hash));
        }
        Ok(start..held.head().seq.next().0)
    }

    fn read(&self, from: Seq, limit: usize) -> Result<Vec<Entry>> {
        let held = self.held.read();
        let skip = from.0.max(1) as usize - 1;
        let wanted = held.entries.iter().zip(1..).skip(skip).take(limit);
        wanted
            .map(|((bytes, _), seq)| Entry::from_bytes(bytes).map_err(|e| form(Seq(seq), &e)))
            .collect()
    }

    fn head(&self) -> Result<Head> {
        Ok(self.held.read().head())
    }

    fn known(&self, items: &[ItemKey]) -> Result<Vec<bool>> {
        let held = self.held.read();
        Ok(items.iter().map(|item| held.keys.contains(item)).collect())
    }

    fn verify(&self, progress: &mut dyn FnMut(f32)) -> Result<Vec<Broken>> {
        let held = self.held.read();
        let mut before = Digest([0; 32]);
        for (index, (bytes, hash)) in held.entries.iter().enumerate() {
            if Entry::chain(&before, bytes) != *hash {
                let detail = "it does not fit the hash chain".to_owned();
                return Ok(vec![Broken { item: format!("fact {}", index + 1), detail }]);
            }
            before = *hash;
        }
        progress(1.0);
        Ok(Vec::new())
    }

    fn compact(&self) -> Result<()> {
        Ok(())
    }
}
