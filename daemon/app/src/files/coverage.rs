//! What was not read, and why (F25).

use std::collections::BTreeMap;

use model::{Digest, Instant, Unread};
use serde::{Deserialize, Serialize};

use super::{
    FileState, FileUse,
    list::file_use,
    rows::{FILE, FileRow, Outcome, uses},
};
use crate::{
    Result, overlay::read_all, query::PageRequest, record::Page, watchkeeper::Watchkeeper,
};

/// What of the coverage is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverageRequest {
    /// Only files that were not read for this reason.
    pub reason: Option<Unread>,
    /// Only files that wait.
    pub waiting: bool,
    /// Which page.
    pub page: PageRequest,
}

/// How many files were not read for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonCount {
    /// The reason.
    pub reason: Unread,
    /// Files.
    pub files: u64,
}

/// A file that was not read, or of which something was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadFile {
    /// The SHA-256 of its bytes.
    pub file: Digest,
    /// Bytes.
    pub size: u64,
    /// How far reading it has come.
    pub state: FileState,
    /// Since when.
    pub since: Instant,
    /// Where it is attached first.
    pub at: Option<FileUse>,
}

/// How much of what is attached can be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageRecord {
    /// Files in all, each once.
    pub files: u64,
    /// Files that were read whole.
    pub read: u64,
    /// Files that were read but for something in them.
    pub read_in_part: u64,
    /// Files that wait.
    pub waiting: u64,
    /// Files that were not read, by reason.
    pub unread: Vec<ReasonCount>,
    /// The files that were asked for, the latest first.
    pub page: Page<UnreadFile>,
}

impl Watchkeeper {
    /// How much of what is attached was read, with every file that was not.
    pub fn coverage(&self, asked: &CoverageRequest) -> Result<CoverageRecord> {
        let snapshot = self.ports.views.snapshot()?;
        let (mut files, mut read, mut read_in_part, mut waiting) = (0, 0, 0, 0);
        let mut reasons: BTreeMap<Unread, u64> = BTreeMap::new();
        let mut listed: Vec<(Digest, FileRow)> = Vec::new();
        read_all::<FileRow>(&*snapshot, FILE, &[], |key, row| {
            files += 1;
            match &row.outcome {
                Outcome::Waiting => waiting += 1,
                Outcome::Read { unread, .. } if unread.is_empty() => read += 1,
                Outcome::Read { .. } => read_in_part += 1,
                Outcome::Unread(reason) => *reasons.entry(*reason).or_default() += 1,
            }
            if is_asked_for(asked, &row.outcome)
                && let Ok(id) = key.try_into()
            {
                listed.push((Digest(id), row));
            }
            true
        })?;
        listed.sort_by_key(|(file, row)| (std::cmp::Reverse(row.first), file.0));
        let page = asked.page.cut(&listed, |(file, row)| {
            let first = uses(&*snapshot, file, 1)?.first().copied();
            let at = first.map(|(message, part)| file_use(&*snapshot, message, part));
            Ok(Some(UnreadFile {
                file: *file,
                size: row.size,
                state: FileState::of(&row.outcome),
                since: row.at,
                at: at.transpose()?.flatten(),
            }))
        })?;
        let unread =
            reasons.into_iter().map(|(reason, files)| ReasonCount { reason, files }).collect();
        Ok(CoverageRecord { files, read, read_in_part, waiting, unread, page })
    }
}

fn is_asked_for(asked: &CoverageRequest, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Waiting => asked.waiting,
        _ if asked.waiting => false,
        Outcome::Read { unread, .. } => {
            unread.iter().any(|part| asked.reason.is_none_or(|reason| reason == part.reason))
        }
        Outcome::Unread(reason) => asked.reason.is_none_or(|wanted| wanted == *reason),
    }
}
