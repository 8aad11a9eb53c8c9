//! What the system and redb say when something fails, in the words of [`StoreError`].

use std::{io, path::Path};

use crate::StoreError;

/// `what` could not be done to `path`.
pub(crate) fn io(doing: &str, path: &Path, source: io::Error) -> StoreError {
    use io::ErrorKind::{FileTooLarge, InvalidData, QuotaExceeded, StorageFull, UnexpectedEof};
    match source.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => {
            StoreError::DiskFull { what: path.display().to_string() }
        }
        UnexpectedEof | InvalidData => damaged(path, source.to_string()),
        _ => StoreError::Io { doing: format!("{doing} {}", path.display()), source },
    }
}

/// `path` is not what was written.
pub(crate) fn damaged(path: &Path, detail: impl Into<String>) -> StoreError {
    StoreError::Damaged { what: path.display().to_string(), detail: detail.into() }
}

/// What redb said about `path`.
pub(crate) fn redb(doing: &'static str, path: &Path, error: redb::Error) -> StoreError {
    match error {
        redb::Error::Io(source) => io(doing, path, source),
        redb::Error::Corrupted(detail) => damaged(path, detail),
        redb::Error::UpgradeRequired(_)
        | redb::Error::TableTypeMismatch { .. }
        | redb::Error::TableIsMultimap(_)
        | redb::Error::TypeDefinitionChanged { .. } => damaged(path, error.to_string()),
        other => StoreError::Engine { what: doing, detail: format!("{}: {other}", path.display()) },
    }
}

/// The same error once more, for another caller who waited for the same transaction.
pub(crate) fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::DiskFull { what } => StoreError::DiskFull { what: what.clone() },
        StoreError::InUse { dir, holder } => {
            StoreError::InUse { dir: dir.clone(), holder: holder.clone() }
        }
        StoreError::Damaged { what, detail } => {
            StoreError::Damaged { what: what.clone(), detail: detail.clone() }
        }
        StoreError::Newer { what, found, known } => {
            StoreError::Newer { what: what.clone(), found: *found, known: *known }
        }
        StoreError::Io { doing, source } => StoreError::Io {
            doing: doing.clone(),
            source: io::Error::new(source.kind(), source.to_string()),
        },
        StoreError::Engine { what, detail } => StoreError::Engine { what, detail: detail.clone() },
    }
}
