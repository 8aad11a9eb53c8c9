//! Files that wait are read, after the case of their message is there.

use std::sync::Arc;

use model::{Actor, CaseId, Digest, EvidenceId, Fact, FileText, Instant, Unread, fact::NewFact};
use store::Table;

use super::rows::{
    FILE, FILE_WAITING, FILE_WAITING_OCR, FileRow, MESSAGE_FILE, Outcome, UseRow, use_key, uses,
};
use crate::{
    AppError, Result,
    library::Rows,
    query::messages::case_of,
    tables::{MESSAGE, MessageRow, number_key},
    watchkeeper::{LiveEvent, Watchkeeper, not_found},
};

/// Files of one batch, which one child reads if none ends it, and their bytes.
const BATCH_FILES: usize = 128;
const BATCH_BYTES: u64 = 32 << 20;
/// Cases that readers are told of when a file was read.
const TOLD: usize = 64;

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileBytes {
    /// Its name.
    pub name: String,
    /// Its media type, as its sender says.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReading {
    /// Its text, or why there is none.
    pub outcome: Result<FileText, Unread>,
    /// Whether text was looked for in pictures.
    pub ocr: bool,
}

/// Reads files; nothing in them can harm whoever asks.
pub trait FileReader: Send + Sync {
    /// Reads `files`, in their order. An error means that no file is to blame, and that the same
    /// files are to be handed in again later.
    fn read(&self, files: &[FileBytes]) -> Result<Vec<FileReading>, String>;

    /// The version of the reader, which is recorded with what it read.
    fn version(&self) -> u16;

    /// Whether text is read out of pictures.
    fn reads_pictures(&self) -> bool;
}

/// A file that waits.
struct Waiting {
    file: Digest,
    handed: Option<FileBytes>,
}

impl Watchkeeper {
    /// Reads some of the files that wait, those of the newest messages first. Gives how many there
    /// were; nothing waits once that is none.
    pub fn read_files(&self, reader: &dyn FileReader, now: Instant) -> Result<usize> {
        let waiting = self.take_files(reader.reads_pictures())?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let handed: Vec<FileBytes> = waiting.iter().filter_map(|w| w.handed.clone()).collect();
        let readings = reader.read(&handed).map_err(|what| AppError::Invalid {
            what,
            remedy: "the files wait until this is mended".to_owned(),
        })?;
        drop(handed);
        let mut readings = readings.into_iter();
        let (mut facts, mut texts) = (Vec::with_capacity(waiting.len()), Vec::new());
        for one in &waiting {
            let missing = || FileReading { outcome: Err(Unread::Missing), ocr: false };
            let reading = match &one.handed {
                Some(_) => readings.next().unwrap_or_else(missing),
                None => missing(),
            };
            let ocr = reading.ocr;
            let (file, reader) = (one.file, reader.version());
            facts.push(match reading.outcome {
                Ok(text) => {
                    let bytes = crate::acts::to_json(&text)?;
                    let text = EvidenceId::of(&bytes);
                    texts.push((text, bytes));
                    Fact::FileRead { file, text, reader, ocr }
                }
                Err(reason) => Fact::FileUnread { file, reason, reader, ocr },
            });
        }
        let texts: Vec<(EvidenceId, &[u8])> =
            texts.iter().map(|(id, bytes)| (*id, &bytes[..])).collect();
        self.ports.evidence.put(&texts)?;
        self.record_files(facts, &Actor::System, now)?;
        self.tell_of_files(&waiting.iter().map(|w| w.file).collect::<Vec<_>>())?;
        Ok(waiting.len())
    }

    /// Has a file read once more.
    pub fn retry_file(&self, file: Digest, actor: &Actor, now: Instant) -> Result<()> {
        let snapshot = self.ports.views.snapshot()?;
        if snapshot.row::<FileRow>(FILE, &file.0)?.is_none() {
            return Err(not_found(format!("attached file {file}")));
        }
        self.record_files(vec![Fact::FileRetried { file }], actor, now)
    }

    /// Has every file read once more that an earlier reader than `version` could not read.
    pub fn retry_files_of_earlier_readers(&self, version: u16, now: Instant) -> Result<usize> {
        let snapshot = self.ports.views.snapshot()?;
        let mut facts = Vec::new();
        crate::overlay::read_all::<FileRow>(&*snapshot, FILE, &[], |key, row| {
            let retry = match &row.outcome {
                Outcome::Unread(reason) => row.reader > 0 && !reason.wants_ocr(),
                Outcome::Read { unread, .. } => !unread.is_empty(),
                Outcome::Waiting => false,
            };
            if retry && row.reader < version {
                facts.extend(key.try_into().ok().map(|id| Fact::FileRetried { file: Digest(id) }));
            }
            true
        })?;
        drop(snapshot);
        let count = facts.len();
        if count > 0 {
            self.record_files(facts, &Actor::System, now)?;
        }
        Ok(count)
    }

    /// How many files wait to be read.
    pub fn files_waiting(&self) -> Result<u64> {
        Ok(self.ports.views.snapshot()?.count(FILE_WAITING)?)
    }

    fn record_files(&self, facts: Vec<Fact>, actor: &Actor, now: Instant) -> Result<()> {
        let fact = |fact| NewFact { at: now, recorded: now, actor: actor.clone(), fact };
        let facts: Vec<NewFact> = facts.into_iter().map(fact).collect();
        self.ports.journal.append(&facts)?;
        self.settle_facts(now)
    }

    /// The files that are next, with their bytes.
    fn take_files(&self, pictures: bool) -> Result<Vec<Waiting>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut files: Vec<Digest> = Vec::new();
        let mut take = |table: Table| {
            snapshot.scan(table, &[], &[], false, &mut |key, _| {
                files.extend(key.get(8..).and_then(|id| id.try_into().ok()).map(Digest));
                files.len() < BATCH_FILES
            })
        };
        take(FILE_WAITING)?;
        if pictures {
            take(FILE_WAITING_OCR)?;
        }
        files.truncate(BATCH_FILES);
        let mut waiting = Vec::with_capacity(files.len());
        let mut bytes = 0;
        for file in files {
            let size = snapshot.row::<FileRow>(FILE, &file.0)?.map_or(0, |row| row.size);
            if !waiting.is_empty() && bytes + size > BATCH_BYTES {
                break;
            }
            bytes += size;
            let handed = self.file_bytes(&*snapshot, &file)?;
            waiting.push(Waiting { file, handed });
        }
        Ok(waiting)
    }

    /// The bytes of a file, from a message that has it.
    fn file_bytes(&self, rows: &dyn store::Snapshot, file: &Digest) -> Result<Option<FileBytes>> {
        for (message, part) in uses(rows, file, 4)? {
            let row: Option<MessageRow> = rows.row(MESSAGE, &number_key(message))?;
            let used: Option<UseRow> = rows.row(MESSAGE_FILE, &use_key(message, part))?;
            let (Some(row), Some(used)) = (row, used) else { continue };
            let Some(raw): Option<Arc<[u8]>> = self.ports.evidence.get(&row.evidence)? else {
                continue;
            };
            if let Some(bytes) = mail::attachment_bytes(&raw, part) {
                let (name, media_type) = (used.name, used.media_type);
                return Ok(Some(FileBytes { name, media_type, bytes }));
            }
        }
        Ok(None)
    }

    /// Lets readers of the cases with these files look again.
    fn tell_of_files(&self, files: &[Digest]) -> Result<()> {
        let snapshot = self.ports.views.snapshot()?;
        let mut cases: Vec<CaseId> = Vec::new();
        for file in files {
            for (message, _) in uses(&*snapshot, file, TOLD)? {
                cases.extend(case_of(&*snapshot, message)?);
            }
        }
        cases.sort();
        cases.dedup();
        cases.truncate(TOLD);
        self.tell(&LiveEvent { seq: snapshot.applied(), cases, kind: "cases" });
        Ok(())
    }
}
