//! What makes the journal know an item again.

use model::{Fact, ItemKey};

/// The dedup key that a fact carries.
pub(crate) fn item_key(fact: &Fact) -> Option<&ItemKey> {
    match fact {
        Fact::Captured { item, .. } | Fact::Skipped { item, .. } => Some(item),
        _ => None,
    }
}
