//! Where users, sessions and tokens are kept.

use std::collections::BTreeMap;

use parking_lot::Mutex;

/// Why the store of [`Access`](super::Access) failed; its own words are for the operator.
pub type AccessStoreError = Box<dyn std::error::Error + Send + Sync>;

/// A small durable map of bytes: what [`put`](Self::put) and [`delete`](Self::delete) did must
/// survive a crash once they have returned. Methods may block on a disk.
pub trait AccessStore: Send + Sync {
    /// The value of `key`.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, AccessStoreError>;

    /// Sets the value of `key`.
    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), AccessStoreError>;

    /// Removes `key`, if it is there.
    fn delete(&self, key: &[u8]) -> Result<(), AccessStoreError>;

    /// Calls `each` with every key that begins with `prefix`, ascending, and its value.
    fn scan(
        &self,
        prefix: &[u8],
        each: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), AccessStoreError>;
}

/// Keeps everything in memory: for tests and for a demonstration.
#[derive(Debug, Default)]
pub struct MemoryAccessStore {
    rows: Mutex<BTreeMap<Vec<u8>, Vec<u8>>>,
}

impl AccessStore for MemoryAccessStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, AccessStoreError> {
        Ok(self.rows.lock().get(key).cloned())
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), AccessStoreError> {
        self.rows.lock().insert(key.to_vec(), value.to_vec());
        Ok(())
    }

    fn delete(&self, key: &[u8]) -> Result<(), AccessStoreError> {
        self.rows.lock().remove(key);
        Ok(())
    }

    fn scan(
        &self,
        prefix: &[u8],
        each: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), AccessStoreError> {
        for (key, value) in self.rows.lock().range(prefix.to_vec()..) {
            if !key.starts_with(prefix) {
                break;
            }
            each(key, value);
        }
        Ok(())
    }
}

impl<S: AccessStore + ?Sized> AccessStore for std::sync::Arc<S> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, AccessStoreError> {
        (**self).get(key)
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), AccessStoreError> {
        (**self).put(key, value)
    }

    fn delete(&self, key: &[u8]) -> Result<(), AccessStoreError> {
        (**self).delete(key)
    }

    fn scan(
        &self,
        prefix: &[u8],
        each: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), AccessStoreError> {
        (**self).scan(prefix, each)
    }
}
