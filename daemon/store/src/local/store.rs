//! A data directory: everything that is kept, opened together.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    database::{Access, Database},
    evidence::FileEvidence,
    fault,
    journal::FileJournal,
    lease::{DATA_LEASE, FileLeases},
    views::{self, FileViews},
};
use crate::{Evidence, Journal, LeaseGuard, Leases, Result, StoreError, Views};

/// Memory for the pages of views, unless told otherwise.
const VIEWS_CACHE_BYTES: usize = 32 << 20;
const SMALL_CACHE_BYTES: usize = 1 << 20;

/// Who opens a data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// The one writer. The directory is made if it does not exist.
    Write {
        /// What another process is told: program, process number, start.
        holder: String,
    },
    /// A reader, beside a writer or alone.
    ReadOnly,
}

/// How to open a data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOptions {
    /// Who opens it.
    pub mode: Mode,
    /// Memory for the pages of views, in bytes.
    pub cache_bytes: usize,
}

impl OpenOptions {
    /// To write, as `holder`: program, process number, start.
    pub fn write(holder: impl Into<String>) -> Self {
        Self { mode: Mode::Write { holder: holder.into() }, cache_bytes: VIEWS_CACHE_BYTES }
    }

    /// To read.
    pub fn read_only() -> Self {
        Self { mode: Mode::ReadOnly, cache_bytes: VIEWS_CACHE_BYTES }
    }
}

/// What opening found and mended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// Why the views were set aside and begun anew, if they were: they are empty and are to be
    /// rebuilt from the journal.
    pub views_recreated: Option<String>,
    /// Why the index of evidence was built anew from the packs, if it was.
    pub evidence_reindexed: Option<String>,
}

/// An open data directory.
pub struct Store {
    journal: Arc<FileJournal>,
    evidence: Arc<FileEvidence>,
    views: Arc<FileViews>,
    report: OpenReport,
    /// Last, so that the directory is free only when everything is closed.
    lease: Option<Box<dyn LeaseGuard>>,
}

impl Store {
    /// Opens the data directory `dir`. The lease comes first: while another process writes, a
    /// second writer is refused with [`StoreError::InUse`], which names it.
    pub fn open(dir: &Path, options: &OpenOptions) -> Result<Self> {
        let (access, lease) = match &options.mode {
            Mode::Write { holder } => {
                create_dir(dir)?;
                let lease = FileLeases::new(dir).acquire(DATA_LEASE, holder)?;
                (Access::Write, Some(lease))
            }
            Mode::ReadOnly => (Access::Read, None),
        };
        let mut report = OpenReport::default();
        // A writer makes the journal last: where it is, readers find all that belongs to it, even
        // if that writer was killed at once. A reader asks for it first.
        let open_journal = || FileJournal::open(dir, access);
        let read = (access == Access::Read).then(open_journal).transpose()?;
        let (evidence, reindexed) = FileEvidence::open(&dir.join("evidence"), access)?;
        report.evidence_reindexed = reindexed;
        let views = open_views(dir, options.cache_bytes, access, &mut report)?;
        let journal = Arc::new(read.map_or_else(open_journal, Ok)?);
        Ok(Self {
            journal,
            evidence: Arc::new(evidence),
            views: Arc::new(FileViews::new(views)),
            report,
            lease,
        })
    }

    /// The journal.
    pub fn journal(&self) -> Arc<dyn Journal> {
        self.journal.clone()
    }

    /// The evidence.
    pub fn evidence(&self) -> Arc<dyn Evidence> {
        self.evidence.clone()
    }

    /// The views.
    pub fn views(&self) -> Arc<dyn Views> {
        self.views.clone()
    }

    /// How many transactions this process has written to the journal: fewer than appends, where
    /// several wrote at the same time.
    pub fn journal_commits(&self) -> u64 {
        self.journal.commits()
    }

    /// What opening found and mended.
    pub fn report(&self) -> &OpenReport {
        &self.report
    }

    /// Whether this process is the writer.
    pub fn writes(&self) -> bool {
        self.lease.is_some()
    }
}

/// Opens what the service keeps about access (password and token hashes, sessions) in
/// `access.redb` of the data directory `dir`: ordered tables like [`Views`], but not disposable.
/// Only the holder of the directory's lease may open it.
pub fn open_access(dir: &Path) -> Result<Arc<dyn Views>> {
    open_tables(dir.join("access.redb"))
}

/// Opens what people are still writing on their rule sets, in `drafts.redb` of the data directory
/// `dir`, as [`open_access`] opens its tables.
pub fn open_drafts(dir: &Path) -> Result<Arc<dyn Views>> {
    open_tables(dir.join("drafts.redb"))
}

fn open_tables(path: PathBuf) -> Result<Arc<dyn Views>> {
    let database = Database::open(path, views::FORMAT, SMALL_CACHE_BYTES, Access::Write)?;
    Ok(Arc::new(FileViews::new(database)))
}

/// Makes `dir` for this user alone: it holds other people's mail.
pub(super) fn create_dir(dir: &Path) -> Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let create = || {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        dir.canonicalize()?.parent().map_or(Ok(()), sync_dir)
    };
    create().map_err(|error| fault::io("create", dir, error))
}

fn open_views(
    dir: &Path,
    cache_bytes: usize,
    access: Access,
    report: &mut OpenReport,
) -> Result<Database> {
    let path = dir.join("views.redb");
    let open = || Database::open(path.clone(), views::FORMAT, cache_bytes, access);
    match open() {
        Err(error @ (StoreError::Damaged { .. } | StoreError::Newer { .. }))
            if access == Access::Write =>
        {
            let aside = dir.join("views.redb.damaged");
            fs::rename(&path, &aside).map_err(|error| fault::io("set aside", &path, error))?;
            report.views_recreated = Some(error.to_string());
            open()
        }
        opened => opened,
    }
}

/// Makes the names in `dir` durable.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}
