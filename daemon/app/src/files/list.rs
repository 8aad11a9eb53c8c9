//! What is known of a file: its text, its messages, and the other cases that have it.

use model::{CaseId, Digest, FileText, Instant, MessageKey, Unread, file::UnreadPart};
use serde::{Deserialize, Serialize};
use store::Snapshot;

use super::rows::{FILE, FileRow, MESSAGE_FILE, Outcome, UseRow, message_files, use_key, uses};
use crate::{
    Result,
    library::Rows,
    query::messages::case_of,
    record::{AccountRef, CaseRow},
    tables::{CARD, CASE, CaseState, MESSAGE, MessageRow, case_key, number_key},
    watchkeeper::{Watchkeeper, not_found},
};

/// Places of a file that are given.
const USES: usize = 500;

/// How far reading a file has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// It waits to be read.
    Waiting,
    /// It was read; what of it was not is listed.
    Read(Vec<UnreadPart>),
    /// It was not read.
    Unread(Unread),
}

impl FileState {
    pub(super) fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Waiting => Self::Waiting,
            Outcome::Read { unread, .. } => Self::Read(unread.clone()),
            Outcome::Unread(reason) => Self::Unread(*reason),
        }
    }
}

/// Where a file is attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileUse {
    /// The message.
    pub message: MessageKey,
    /// Its part.
    pub part: u32,
    /// The file's name there.
    pub name: String,
    /// Its media type there.
    pub media_type: String,
    /// Whether it is shown within the text.
    pub inline: bool,
    /// When the message happened.
    pub at: Instant,
    /// The case.
    pub case: Option<CaseId>,
    /// The title of the case.
    pub title: String,
    /// Whose case it is.
    pub account: Option<AccountRef>,
}

/// A file with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// The SHA-256 of its bytes.
    pub file: Digest,
    /// Bytes.
    pub size: u64,
    /// How far reading it has come.
    pub state: FileState,
    /// Since when that is so.
    pub since: Instant,
    /// Whether text was looked for in pictures.
    pub ocr: bool,
    /// Where it is attached, the first place first, at most 500.
    pub uses: Vec<FileUse>,
    /// Its text; nothing where it was not asked for.
    pub text: Option<FileText>,
}

impl Watchkeeper {
    /// A file with its text.
    pub fn attached_file(&self, file: Digest) -> Result<FileRecord> {
        let snapshot = self.ports.views.snapshot()?;
        let mut record = file_record(&*snapshot, file)?;
        if let Some(row) = snapshot.row::<FileRow>(FILE, &file.0)? {
            record.text = self.file_text(&row)?;
        }
        Ok(record)
    }

    /// The files of a case, those of the first message first, each once, without their text.
    pub fn case_files(&self, case: CaseId) -> Result<Vec<FileRecord>> {
        let snapshot = self.ports.views.snapshot()?;
        let state = snapshot.row::<CaseState>(CASE, &case_key(case))?;
        let state = state.ok_or_else(|| not_found(format!("case {case}")))?;
        let mut files: Vec<Digest> = Vec::new();
        for message in with_nested(&*snapshot, &state.messages)? {
            for (_, used) in message_files(&*snapshot, message)? {
                if !files.contains(&used.file) {
                    files.push(used.file);
                }
            }
        }
        files.into_iter().map(|file| file_record(&*snapshot, file)).collect()
    }

    /// The text of a file that was read.
    pub(crate) fn file_text(&self, row: &FileRow) -> Result<Option<FileText>> {
        let Outcome::Read { text, .. } = &row.outcome else { return Ok(None) };
        let bytes = self.ports.evidence.get(text)?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }
}

/// These messages and those within them.
fn with_nested(rows: &dyn Snapshot, messages: &[u64]) -> Result<Vec<u64>> {
    let mut all = Vec::with_capacity(messages.len());
    let mut left: Vec<u64> = messages.iter().rev().copied().collect();
    while let Some(number) = left.pop() {
        all.push(number);
        let row = rows.row::<MessageRow>(MESSAGE, &number_key(number))?;
        left.extend(row.map(|row| row.nested).unwrap_or_default().into_iter().rev());
    }
    Ok(all)
}

/// What is known of a file, without its text.
fn file_record(rows: &dyn Snapshot, file: Digest) -> Result<FileRecord> {
    let row = rows.row::<FileRow>(FILE, &file.0)?;
    let row = row.ok_or_else(|| not_found(format!("attached file {file}")))?;
    let mut records = Vec::new();
    for (message, part) in uses(rows, &file, USES)? {
        records.extend(file_use(rows, message, part)?);
    }
    Ok(FileRecord {
        file,
        size: row.size,
        state: FileState::of(&row.outcome),
        since: row.at,
        ocr: row.ocr,
        uses: records,
        text: None,
    })
}

/// A place that a file is attached in.
pub(super) fn file_use(rows: &dyn Snapshot, message: u64, part: u32) -> Result<Option<FileUse>> {
    let used: Option<UseRow> = rows.row(MESSAGE_FILE, &use_key(message, part))?;
    let row: Option<MessageRow> = rows.row(MESSAGE, &number_key(message))?;
    let (Some(used), Some(row)) = (used, row) else { return Ok(None) };
    let case = case_of(rows, message)?;
    let card: Option<CaseRow> =
        case.map(|case| rows.row(CARD, &case_key(case))).transpose()?.flatten();
    Ok(Some(FileUse {
        message: row.key,
        part,
        name: used.name,
        media_type: used.media_type,
        inline: used.inline,
        at: row.at,
        case,
        title: card.as_ref().map(|card| card.title.clone()).unwrap_or_default(),
        account: card.map(|card| card.account),
    }))
}
