//! What tantivy says when something fails, in the words of [`StoreError`].

use std::{io, path::Path, sync::Arc};

use tantivy::{
    TantivyError,
    directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError},
};

use crate::{StoreError, local::fault};

/// `error` came while `doing` something with the index in `dir`.
pub(super) fn tantivy(doing: &'static str, dir: &Path, error: TantivyError) -> StoreError {
    if let Some(source) = io_error(&error) {
        return fault::io(doing, dir, system_error(&source));
    }
    match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => StoreError::InUse {
            dir: dir.display().to_string(),
            holder: "another writer of the search index".into(),
        },
        TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::SchemaError(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::FieldNotFound(_)
        | TantivyError::OpenReadError(_)
        | TantivyError::OpenDirectoryError(_) => fault::damaged(dir, error.to_string()),
        other => {
            let detail = other.to_string();
            match system_number(&detail) {
                Some(number) => fault::io(doing, dir, io::Error::from_raw_os_error(number)),
                None => StoreError::Engine { what: doing, detail },
            }
        }
    }
}

fn io_error(error: &TantivyError) -> Option<Arc<io::Error>> {
    match error {
        TantivyError::IoError(source)
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error: source, .. })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: source, .. })
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError {
            io_error: source, ..
        })
        | TantivyError::LockFailure(LockError::IoError(source), _) => Some(Arc::clone(source)),
        _ => None,
    }
}

/// What the system said, which tantivy may have wrapped so deep that only the text tells it.
fn system_error(error: &io::Error) -> io::Error {
    let text = error.to_string();
    match system_number(&text) {
        Some(number) => io::Error::from_raw_os_error(number),
        None => io::Error::new(error.kind(), text),
    }
}

/// The number of the system's error that `text` tells of.
fn system_number(text: &str) -> Option<i32> {
    let (_, rest) = text.rsplit_once("(os error ")?;
    rest.split(')').next()?.parse().ok()
}

/// Runs `work`, which reads files that may be damaged: tantivy trusts its offsets and panics where
/// they lead nowhere.
pub(super) fn guarded<T>(dir: &Path, work: impl FnOnce() -> crate::Result<T>) -> crate::Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(fault::damaged(dir, "its contents lead nowhere: rebuild it")))
}
