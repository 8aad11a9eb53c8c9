//! Files in search: their documents, and what a hit says.

use std::collections::BTreeSet;

use model::Digest;
use serde::{Deserialize, Serialize};
use store::{
    SearchDocument, SearchHit, Snapshot,
    search::{plan::Sequence, snippet::passage},
};

use super::{
    list::file_use,
    rows::{MESSAGE_FILE, UseRow, file_of_number, uses},
};
use crate::{
    Result,
    library::Rows,
    overlay::read_all,
    record::{AccountRef, CaseRow, HitRecord},
    tables::{
        CARD, EVIDENCE, EvidenceRow, FIRST_FILE_NUMBER, MESSAGE, MESSAGE_CASE, MessageRow,
        case_key, number_key,
    },
    watchkeeper::Watchkeeper,
};

/// Messages of a file whose senders and accounts find it.
const USES: usize = 50;

/// What of a hit is about a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHit {
    /// The SHA-256 of its bytes.
    pub file: Digest,
    /// Its name.
    pub name: String,
    /// The part of the message.
    pub part: u32,
    /// Where in it the passage stands, such as `page 3`; empty for a whole file.
    pub place: String,
}

/// Numbers of the files of these messages, in addition to `numbers`.
pub(crate) fn numbers_within(rows: &dyn Snapshot, numbers: &mut BTreeSet<u64>) -> Result<()> {
    let mut files = Vec::new();
    read_all::<UseRow>(rows, MESSAGE_FILE, &[], |_, used| {
        if numbers.contains(&used.outer) {
            files.push(FIRST_FILE_NUMBER + used.number);
        }
        true
    })?;
    numbers.extend(files);
    Ok(())
}

impl Watchkeeper {
    /// A hit in a file, as a hit of the first message that has it, of those asked for if only some
    /// are. The passage is looked for in the file's whole text.
    pub(crate) fn file_hit(
        &self,
        rows: &dyn Snapshot,
        hit: SearchHit,
        wanted: &[Sequence],
        only: Option<&[u64]>,
    ) -> Result<Option<HitRecord>> {
        let Some((file, row)) = file_of_number(rows, hit.number - FIRST_FILE_NUMBER)? else {
            return Ok(None);
        };
        let Some((message, part)) = first_use(rows, &file, only)? else { return Ok(None) };
        let Some(used) = file_use(rows, message, part)? else { return Ok(None) };
        let Some(from) = rows.row::<MessageRow>(MESSAGE, &number_key(message))? else {
            return Ok(None);
        };
        let read = self.file_text(&row)?.unwrap_or_default();
        let found = passage(read.sections.iter().map(|section| section.text.as_str()), wanted);
        let (place, snippet, marks) = match found {
            Some((at, snippet, marks)) => (read.sections[at].place.shown(), snippet, marks),
            None => (String::new(), hit.snippet, hit.marks),
        };
        let card: Option<CaseRow> =
            used.case.map(|case| rows.row(CARD, &case_key(case))).transpose()?.flatten();
        Ok(Some(HitRecord {
            kind: "file".to_owned(),
            message: Some(used.message),
            note: None,
            case: used.case,
            level: card.map_or_else(model::LevelName::none, |card| card.level),
            account: used.account,
            subject: from.subject,
            from: model::Address { name: from.from_name, email: from.from_email },
            at: from.at,
            snippet,
            marks: marks.iter().map(|mark| (mark.start, mark.end)).collect(),
            visibility: model::fact::Visibility::Internal,
            file: Some(FileHit { file, name: used.name, part, place }),
        }))
    }

    /// The document of the file with this number, if it was read: its text, found by everybody who
    /// sent or got it.
    pub(crate) fn file_document(
        &self,
        rows: &dyn Snapshot,
        number: u64,
    ) -> Result<Option<SearchDocument>> {
        let Some((file, row)) = file_of_number(rows, number)? else { return Ok(None) };
        let Some(read) = self.file_text(&row)? else { return Ok(None) };
        let mut document = SearchDocument {
            number: FIRST_FILE_NUMBER + number,
            kind: "file".to_owned(),
            body: read.sections.iter().map(|section| format!("{}\n", section.text)).collect(),
            ..SearchDocument::default()
        };
        for (message, part) in uses(rows, &file, USES)? {
            let used = rows.row::<UseRow>(MESSAGE_FILE, &super::rows::use_key(message, part))?;
            let sent = rows.row::<MessageRow>(MESSAGE, &number_key(message))?;
            let (Some(used), Some(sent)) = (used, sent) else { continue };
            let sender = format!("{} <{}>", sent.from_name, sent.from_email);
            if document.from.is_empty() {
                document.from = sender;
                document.at = sent.at;
                document.from_us = sent.side == model::Side::Us as u8;
                sent.class.name().clone_into(&mut document.class);
            } else if !document.from.contains(&sender) {
                document.from.push_str(", ");
                document.from.push_str(&sender);
            }
            add(&mut document.attachments, used.name);
            add(&mut document.media_types, used.media_type);
            let kept = rows.row::<EvidenceRow>(EVIDENCE, &sent.evidence.0)?;
            if let Some(kept) = kept {
                add(&mut document.sources, kept.source);
            }
            let case = rows.row::<model::CaseId>(MESSAGE_CASE, &number_key(message))?;
            let card: Option<CaseRow> =
                case.map(|case| rows.row(CARD, &case_key(case))).transpose()?.flatten();
            if let Some(AccountRef { id, name, .. }) = card.map(|card| card.account) {
                if let Some(id) = id {
                    add(&mut document.account, id);
                }
                add(&mut document.account, name);
            }
        }
        Ok(Some(document))
    }
}

fn add(words: &mut Vec<String>, word: String) {
    if !words.contains(&word) {
        words.push(word);
    }
}

/// The first place of a file, of those in messages `only` if some are named.
fn first_use(
    rows: &dyn Snapshot,
    file: &Digest,
    only: Option<&[u64]>,
) -> Result<Option<(u64, u32)>> {
    let Some(only) = only else { return Ok(uses(rows, file, 1)?.first().copied()) };
    for (message, part) in uses(rows, file, usize::MAX)? {
        let used = rows.row::<UseRow>(MESSAGE_FILE, &super::rows::use_key(message, part))?;
        if used.is_some_and(|used| only.binary_search(&used.outer).is_ok()) {
            return Ok(Some((message, part)));
        }
    }
    Ok(None)
}
