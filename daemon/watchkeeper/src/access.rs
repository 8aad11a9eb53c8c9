//! Who may sign in, kept in `access.redb`: the adapter between the service and the store.

use std::sync::Arc;

use model::Seq;
use store::{Change, Views};
use web::access::{AccessStore, AccessStoreError};

const TABLE: store::Table = "access";

/// Ordered rows of one table.
pub struct StoredAccess(pub Arc<dyn Views>);

fn failed(error: store::StoreError) -> AccessStoreError {
    Box::new(error)
}

impl StoredAccess {
    fn change(&self, change: Change) -> Result<(), AccessStoreError> {
        self.0.apply(&[change], Seq::default()).map_err(failed)
    }
}

impl AccessStore for StoredAccess {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, AccessStoreError> {
        self.0.snapshot().and_then(|rows| rows.get(TABLE, key)).map_err(failed)
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), AccessStoreError> {
        self.change(Change::Put { table: TABLE, key: key.to_vec(), value: value.to_vec() })
    }

    fn delete(&self, key: &[u8]) -> Result<(), AccessStoreError> {
        self.change(Change::Delete { table: TABLE, key: key.to_vec() })
    }

    fn scan(
        &self,
        prefix: &[u8],
        each: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), AccessStoreError> {
        let rows = self.0.snapshot().map_err(failed)?;
        rows.scan(TABLE, prefix, &[], false, &mut |key, value| {
            let within = key.starts_with(prefix);
            if within {
                each(key, value);
            }
            within
        })
        .map_err(failed)
    }
}
