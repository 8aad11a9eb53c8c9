//! A cache bounded by the bytes of what it holds.

use std::{hash::Hash, sync::Arc};

use lru::LruCache;
use parking_lot::Mutex;

/// The values used last, up to a number of bytes.
pub(crate) struct Cache<K: Hash + Eq, V> {
    limit: usize,
    held: Mutex<Held<K, V>>,
}

struct Held<K: Hash + Eq, V> {
    bytes: usize,
    values: LruCache<K, (Arc<V>, usize)>,
}

impl<K: Hash + Eq, V> Cache<K, V> {
    /// A cache of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, held: Mutex::new(Held { bytes: 0, values: LruCache::unbounded() }) }
    }

    /// The value under `key`.
    pub(crate) fn get(&self, key: &K) -> Option<Arc<V>> {
        self.held.lock().values.get(key).map(|(value, _)| value.clone())
    }

    /// Keeps `value`, which takes `bytes`; what is too large to leave room for others is not kept.
    pub(crate) fn put(&self, key: K, value: Arc<V>, bytes: usize) {
        if bytes > self.limit / 2 {
            return;
        }
        let mut held = self.held.lock();
        held.bytes += bytes;
        if let Some((_, former)) = held.values.push(key, (value, bytes)).map(|(_, former)| former) {
            held.bytes -= former;
        }
        while held.bytes > self.limit {
            let Some((_, (_, freed))) = held.values.pop_lru() else { break };
            held.bytes -= freed;
        }
    }
}
