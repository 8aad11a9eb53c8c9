//! The completeness ledger: nothing that was seen may be unaccounted for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What became of every item that a source showed in one folder.
///
/// It balances when `seen = stored + duplicate + skipped`; quarantined items are stored (their
/// bytes are kept), so they count twice on purpose: once as stored, once as quarantined.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Items the source showed.
    pub seen: u64,
    /// Items whose bytes were new and are now kept.
    pub stored: u64,
    /// Items whose very bytes were already kept; a further sighting was recorded.
    pub duplicate: u64,
    /// Items that were not kept, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Stored items that could not be parsed and wait in the quarantine.
    pub quarantined: u64,
    /// Bytes of the stored items.
    pub bytes: u64,
}

impl Ledger {
    /// Items that were not kept, for whatever reason.
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Whether every item seen is accounted for.
    pub fn balances(&self) -> bool {
        self.seen == self.stored + self.duplicate + self.skipped_total()
    }

    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        self.seen += other.seen;
        self.stored += other.stored;
        self.duplicate += other.duplicate;
        self.quarantined += other.quarantined;
        self.bytes += other.bytes;
        for (reason, count) in &other.skipped {
            *self.skipped.entry(reason.clone()).or_default() += count;
        }
    }
}
