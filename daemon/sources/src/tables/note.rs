//! Notes from JSON Lines.

use std::path::Path;

use model::{
    AccountId, CaseId, Instant,
    fact::{NoteTarget, Visibility},
};
use serde::Deserialize;

use super::{
    TableError,
    error::{Collected, Fault},
    text,
};

/// A note that somebody wrote elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about. An account stands as the file names it: by its id or by its name.
    pub about: NoteTarget,
    /// When it was written.
    pub at: Instant,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// Who may read it.
    pub visibility: Visibility,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    message_id: Option<String>,
    case: Option<String>,
    account: Option<String>,
    at: String,
    author: String,
    text: String,
    #[serde(default)]
    visibility: Visibility,
}

/// The notes in the JSON Lines file at `path`, in its order.
///
/// An object a line: `at` (RFC 3339 with an offset), `author`, `text`, one of `message_id`, `case`
/// and `account`, and optionally `visibility` (`internal` or `managers`). Blank lines are passed
/// over.
pub fn read_notes(path: &Path) -> Result<Vec<Note>, TableError> {
    let text = text::read(path)?;
    let mut faults = Collected::default();
    let mut notes = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        if content.trim().is_empty() {
            continue;
        }
        match note(line, content) {
            Ok(note) => notes.push(note),
            Err(fault) => faults.add(fault),
        }
    }
    faults.check(path, notes)
}

fn note(line: u64, content: &str) -> Result<Note, Fault> {
    let read: Line = serde_json::from_str(content).map_err(|error| {
        let message = error.to_string();
        // The position within the one line says too little beside the line's number.
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(said, _)| said);
        Fault::line(
            line,
            format!(
                "{message}; write an object with at, author, text, and message_id, case or account"
            ),
        )
    })?;
    let about = about(line, &read)?;
    let at = read.at.parse().map_err(|_| {
        let detail =
            format!("\"{}\" is not an instant; write it as 2026-01-12T09:14:00+01:00", read.at);
        Fault::cell(line, "at", detail)
    })?;
    if read.text.trim().is_empty() {
        return Err(Fault::cell(line, "text", "it is empty; leave the line out"));
    }
    let Line { author, text, visibility, .. } = read;
    Ok(Note { about, at, author, text, visibility })
}

fn about(line: u64, read: &Line) -> Result<NoteTarget, Fault> {
    match (&read.message_id, &read.case, &read.account) {
        (Some(id), None, None) => {
            Ok(NoteTarget::MessageId(id.trim().trim_matches(['<', '>']).to_owned()))
        }
        (None, Some(case), None) => case
            .parse::<CaseId>()
            .map(NoteTarget::Case)
            .map_err(|error| Fault::cell(line, "case", error.to_string())),
        (None, None, Some(account)) => Ok(NoteTarget::Account(AccountId::new(account.trim()))),
        _ => Err(Fault::line(line, "a note is about one thing: give message_id, case or account")),
    }
}
