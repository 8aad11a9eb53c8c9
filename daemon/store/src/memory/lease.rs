//! Leases in memory.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;

use crate::{LeaseGuard, Leases, Result, StoreError};

/// Leases within one process.
#[derive(Debug, Default, Clone)]
pub struct MemoryLeases {
    holders: Arc<Mutex<BTreeMap<String, String>>>,
}

struct Held {
    name: String,
    holders: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Leases for MemoryLeases {
    fn acquire(&self, name: &str, holder: &str) -> Result<Box<dyn LeaseGuard>> {
        let mut holders = self.holders.lock();
        if let Some(found) = holders.get(name) {
            return Err(StoreError::InUse { dir: "in memory".into(), holder: found.clone() });
        }
        holders.insert(name.to_owned(), holder.to_owned());
        Ok(Box::new(Held { name: name.to_owned(), holders: self.holders.clone() }))
    }

    fn holder(&self, name: &str) -> Result<Option<String>> {
        Ok(self.holders.lock().get(name).cloned())
    }
}

impl LeaseGuard for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        self.holders.lock().remove(&self.name);
    }
}
