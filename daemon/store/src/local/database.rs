//! One redb file: opened for writing or beside the writer, reopened after a failed disk, checked
//! without being touched.

use std::{
    fs,
    io::{self, Read as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use parking_lot::{MappedRwLockReadGuard, RwLock, RwLockReadGuard};
use redb::{
    Builder, ConcurrencyMode, ReadTransaction, ReadableDatabase as _, TableDefinition, TableError,
    WriteTransaction,
};

use super::{fault, overlay::Overlay, store::sync_dir};
use crate::{Broken, Result, StoreError};

/// Numbers about the file itself: `format`, and whatever the owner of the file counts.
pub(crate) const ABOUT: TableDefinition<&str, u64> = TableDefinition::new("store.about");
const FORMAT: &str = "format";
/// What redb has panicked over.
pub(super) const SENSELESS: &str = "its structure makes no sense";
/// The bytes at the beginning of a file that change with every transaction.
const HEAD_BYTES: u64 = 4096;

/// Whether this process may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The one writer of the data directory.
    Write,
    /// A reader, beside a writer or alone.
    Read,
}

enum Handle {
    Write(redb::Database),
    Read(redb::ReadOnlyDatabase),
}

/// A redb file.
pub(crate) struct Database {
    path: PathBuf,
    format: u32,
    cache_bytes: usize,
    access: Access,
    /// Empty after a failure of the disk, until reopening works again: redb refuses to go on with
    /// a file whose last commit failed.
    handle: RwLock<Option<Handle>>,
}

impl Database {
    /// Opens the file at `path`, creating it if this process may write. `format` is the version
    /// of what the tables mean.
    pub(crate) fn open(
        path: PathBuf,
        format: u32,
        cache_bytes: usize,
        access: Access,
    ) -> Result<Self> {
        let database = Self { path, format, cache_bytes, access, handle: RwLock::new(None) };
        drop(database.handle()?);
        Ok(database)
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this process may write.
    pub(crate) fn access(&self) -> Access {
        self.access
    }

    /// A consistent view of the file as it is now.
    pub(crate) fn read(&self) -> Result<ReadTransaction> {
        let handle = self.handle()?;
        let begun = match &*handle {
            Handle::Write(database) => database.begin_read(),
            Handle::Read(database) => database.begin_read(),
        };
        begun.map_err(|error| self.fault("read", error))
    }

    /// Does `work` in one durable transaction: two phases, so that a reader in another process
    /// never sees half of it, and with the allocator's state, so that opening after a crash takes
    /// milliseconds whatever the size of the file.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, redb::Error>,
    ) -> Result<T> {
        let done = {
            let handle = self.handle()?;
            let Handle::Write(database) = &*handle else {
                return Err(StoreError::Engine {
                    what: "write",
                    detail: format!("{} is open for reading only", self.path.display()),
                });
            };
            Self::transact(database, work)
        };
        done.map_err(|error| {
            if matches!(error, redb::Error::Io(_) | redb::Error::PreviousIo) {
                // The next caller opens it again, as soon as the disk lets him.
                *self.handle.write() = None;
            }
            self.fault("write", error)
        })
    }

    fn transact<T>(
        database: &redb::Database,
        work: impl FnOnce(&WriteTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, redb::Error> {
        let mut transaction = database.begin_write()?;
        transaction.set_two_phase_commit(true);
        transaction.set_quick_repair(true);
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Compares every page in use with its checksum, on a copy-on-write view of the file, because
    /// redb's own check would repair what it finds and so destroy what is left.
    pub(crate) fn check(&self) -> Result<Vec<Broken>> {
        let handle = self.handle()?;
        let _pause = match &*handle {
            // An open transaction keeps other threads from writing during the check.
            Handle::Write(database) => {
                Some(database.begin_write().map_err(|error| self.fault("check", error))?)
            }
            Handle::Read(_) => None,
        };
        // A writer in another process changes the head of the file with every transaction; what is
        // in use by the one that the head names stays in its place until then.
        for _ in 0..20 {
            let before = self.file_head()?;
            let Some(detail) = self.check_pages()? else { return Ok(Vec::new()) };
            if self.file_head()? == before {
                return Ok(vec![Broken { item: self.path.display().to_string(), detail }]);
            }
        }
        log::warn!("{}: not checked, it is being written all the time", self.path.display());
        Ok(Vec::new())
    }

    /// The page that names the last transaction.
    fn file_head(&self) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        fs::File::open(&self.path)
            .and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head))
            .map_err(|error| fault::io("read", &self.path, error))?;
        Ok(head)
    }

    /// What is wrong with the pages that the last transaction uses.
    fn check_pages(&self) -> Result<Option<String>> {
        let overlay =
            Overlay::over(&self.path).map_err(|error| fault::io("read", &self.path, error))?;
        let checked = catch_unwind(AssertUnwindSafe(|| {
            Builder::new()
                .set_cache_size(8 << 20)
                .set_check_integrity_on_open(true)
                .create_with_backend(overlay)
                .map(drop)
        }));
        Ok(match checked {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(SENSELESS.to_owned()),
        })
    }

    /// Moves pages to the front and cuts the file; does nothing while somebody reads.
    pub(crate) fn compact(&self) -> Result<()> {
        let mut handle = self.handle.write();
        let Some(Handle::Write(database)) = &mut *handle else { return Ok(()) };
        match database.compact() {
            Ok(_) | Err(redb::CompactionError::TransactionInProgress) => Ok(()),
            Err(error) => Err(self.fault("compact", error)),
        }
    }

    /// The number `name` of the table [`ABOUT`], zero if it was never set.
    pub(crate) fn about(&self, name: &str) -> Result<u64> {
        about(&self.read()?, name).map_err(|error| self.fault("read", error))
    }

    /// `error`, said about this file.
    pub(crate) fn fault(&self, doing: &'static str, error: impl Into<redb::Error>) -> StoreError {
        fault::redb(doing, &self.path, error.into())
    }

    fn handle(&self) -> Result<MappedRwLockReadGuard<'_, Handle>> {
        loop {
            match RwLockReadGuard::try_map(self.handle.read(), Option::as_ref) {
                Ok(open) => return Ok(open),
                Err(closed) => drop(closed),
            }
            let mut closed = self.handle.write();
            if closed.is_none() {
                *closed = Some(self.open_handle()?);
            }
        }
    }

    fn open_handle(&self) -> Result<Handle> {
        // redb trusts the file when it opens it and may panic over a damaged one.
        catch_unwind(AssertUnwindSafe(|| match self.access {
            Access::Write => self.open_writer().map(Handle::Write),
            Access::Read => self.open_reader().map(Handle::Read),
        }))
        .unwrap_or_else(|_| Err(fault::damaged(&self.path, SENSELESS)))
    }

    fn open_writer(&self) -> Result<redb::Database> {
        if !self.path.exists() {
            self.create()?;
        }
        let database = self.open_existing().map_err(|error| self.fault("open", error))?;
        let found = database
            .begin_read()
            .map_err(redb::Error::from)
            .and_then(|transaction| about(&transaction, FORMAT))
            .map_err(|error| self.fault("open", error))?;
        self.check_format(found)?;
        Ok(database)
    }

    /// Makes the file aside and gives it its name when it is whole, because redb cannot tell one
    /// whose making was interrupted from a damaged one.
    fn create(&self) -> Result<()> {
        let aside = self.path.with_extension("redb.new");
        match fs::remove_file(&aside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(fault::io("remove", &aside, error));
            }
            _ => {}
        }
        let database = self.builder().create(&aside).map_err(|e| self.fault("creating", e))?;
        Self::transact(&database, |transaction| {
            transaction.open_table(ABOUT)?.insert(FORMAT, u64::from(self.format))?;
            Ok(())
        })
        .map_err(|error| self.fault("creating", error))?;
        database.close().map_err(|error| self.fault("creating", error))?;
        fs::rename(&aside, &self.path)
            .and_then(|()| self.path.parent().map_or(Ok(()), sync_dir))
            .map_err(|error| fault::io("create", &self.path, error))
    }

    /// Opens the file, waiting a moment for a reader that recovers it; see `open_reader`.
    fn open_existing(&self) -> Result<redb::Database, redb::DatabaseError> {
        for _ in 0..20 {
            match self.builder().open(&self.path) {
                Err(redb::DatabaseError::DatabaseAlreadyOpen) => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                opened => return opened,
            }
        }
        self.builder().open(&self.path)
    }

    fn open_reader(&self) -> Result<redb::ReadOnlyDatabase> {
        let database = match self.builder().open_read_only(&self.path) {
            Err(redb::DatabaseError::RepairAborted) => {
                // The writer was killed. Opening for writing recovers the last commit; it is
                // refused while a new writer is already at it, who then does the same.
                drop(self.builder().open(&self.path));
                self.builder().open_read_only(&self.path)
            }
            opened => opened,
        }
        .map_err(|error| self.fault("open", error))?;
        let found = database
            .begin_read()
            .map_err(redb::Error::from)
            .and_then(|transaction| about(&transaction, FORMAT))
            .map_err(|error| self.fault("open", error))?;
        self.check_format(found)?;
        Ok(database)
    }

    fn builder(&self) -> Builder {
        let mut builder = Builder::new();
        builder.set_cache_size(self.cache_bytes);
        builder.set_concurrency_mode(ConcurrencyMode::SingleWriter);
        builder
    }

    fn check_format(&self, found: u64) -> Result<()> {
        let found = u32::try_from(found).unwrap_or(u32::MAX);
        if found > self.format {
            let what = self.path.display().to_string();
            return Err(StoreError::Newer { what, found, known: self.format });
        }
        if found == 0 {
            return Err(fault::damaged(&self.path, "it names no format"));
        }
        Ok(())
    }
}

/// The number `name` as `transaction` sees it.
pub(crate) fn about(transaction: &ReadTransaction, name: &str) -> Result<u64, redb::Error> {
    let table = match transaction.open_table(ABOUT) {
        Ok(table) => table,
        Err(TableError::TableDoesNotExist(_)) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    Ok(table.get(name)?.map_or(0, |guard| guard.value()))
}
