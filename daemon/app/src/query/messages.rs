//! A message with everything that is known of it.

use std::sync::Arc;

use mail::Attachment;
use model::{CaseId, EvidenceId, Fact, MessageKey, Seq};
use store::Snapshot;

use crate::{
    Result,
    library::{self, Rows},
    record::{MessageRecord, SightingRecord, WhyRecord},
    tables::{
        EVIDENCE, EvidenceRow, HEADER_ID, HeaderIdRow, MESSAGE, MESSAGE_CASE, MESSAGE_KEY,
        MessageRow, NESTED_KEY, SOURCE, SourceRow, header_id_key, number_key,
    },
    watchkeeper::{Watchkeeper, not_found},
};

/// The number and row of the message with this key.
pub(crate) fn find(rows: &dyn Snapshot, key: &MessageKey) -> Result<(u64, MessageRow)> {
    let number = match rows.row::<u64>(MESSAGE_KEY, &key.0)? {
        Some(number) => Some(number),
        None => rows.row::<u64>(NESTED_KEY, &key.0)?,
    };
    let missing = || not_found(format!("message {key}"));
    let number = number.ok_or_else(missing)?;
    Ok((number, rows.row(MESSAGE, &number_key(number))?.ok_or_else(missing)?))
}

/// Why a message is in its case, in words for people.
fn why(rows: &dyn Snapshot, row: &MessageRow) -> Result<WhyRecord> {
    let by = match row.why.by {
        Some(number) => rows.row::<MessageRow>(MESSAGE, &number_key(number))?,
        None => None,
    };
    Ok(WhyRecord {
        rule: row.why.rule.name().to_owned(),
        detail: by.map_or_else(|| row.why.detail.clone(), |by| by.message_id),
        confidence: row.why.confidence,
    })
}

/// The case of a message.
pub(crate) fn case_of(rows: &dyn Snapshot, number: u64) -> Result<Option<CaseId>> {
    rows.row(MESSAGE_CASE, &number_key(number))
}

impl Watchkeeper {
    /// Everything about a message.
    pub fn message(&self, key: MessageKey) -> Result<MessageRecord> {
        let snapshot = self.ports.views.snapshot()?;
        let rows = &*snapshot;
        let (number, row) = find(rows, &key)?;
        let raw = self.evidence(&row.evidence)?;
        let message = library::parse_row(rows, &raw, &self.settings.limits, number, &row)?;
        let message = message.ok_or_else(|| not_found(format!("readable message {key}")))?;
        let case = case_of(rows, number)?.ok_or_else(|| not_found(format!("case of {key}")))?;
        let within = row.within.map(|outer| key_of(rows, outer)).transpose()?.flatten();
        let mut nested_keys = Vec::with_capacity(row.nested.len());
        for inner in &row.nested {
            nested_keys.extend(key_of(rows, *inner)?);
        }
        let header: Option<HeaderIdRow> = rows.row(HEADER_ID, &header_id_key(&row.message_id))?;
        let has_html = self.html_of(rows, &row)?.is_some();
        Ok(MessageRecord {
            key,
            evidence: row.evidence,
            case,
            why: why(rows, &row)?,
            within,
            nested_keys,
            has_html,
            reused_message_id: header.is_some_and(|known| known.messages.len() > 1),
            sightings: self.sightings(rows, &row)?,
            signals: self.signals_on(rows, case, key)?,
            segments_by: row.corrected.clone(),
            message,
        })
    }

    /// The case of the message with this Message-ID (without angle brackets), if there is one.
    pub fn case_of_message_id(&self, message_id: &str) -> Result<Option<CaseId>> {
        let snapshot = self.ports.views.snapshot()?;
        let known: Option<HeaderIdRow> = snapshot.row(HEADER_ID, &header_id_key(message_id))?;
        let number = known.and_then(|row| row.messages.first().copied());
        number.map(|number| case_of(&*snapshot, number)).transpose().map(Option::flatten)
    }

    /// Original bytes.
    pub fn evidence(&self, id: &EvidenceId) -> Result<Arc<[u8]>> {
        self.ports.evidence.get(id)?.ok_or_else(|| not_found(format!("evidence {id}")))
    }

    /// A file of a message, decoded.
    pub fn attachment(&self, key: MessageKey, part: u32) -> Result<(Attachment, Vec<u8>)> {
        let snapshot = self.ports.views.snapshot()?;
        let (number, row) = find(&*snapshot, &key)?;
        let raw = self.evidence(&row.evidence)?;
        let message = library::parse_row(&*snapshot, &raw, &self.settings.limits, number, &row)?;
        let missing = || not_found(format!("attachment {part} of message {key}"));
        let attachment = message
            .and_then(|m| m.attachments.into_iter().find(|a| a.part == part))
            .ok_or_else(missing)?;
        let bytes = mail::attachment_bytes(&raw, part).ok_or_else(missing)?;
        Ok((attachment, bytes))
    }

    /// The HTML form of a message, as sent: never to be shown without cleaning.
    pub fn html(&self, key: MessageKey) -> Result<Option<String>> {
        let snapshot = self.ports.views.snapshot()?;
        let (_, row) = find(&*snapshot, &key)?;
        self.html_of(&*snapshot, &row)
    }

    fn html_of(&self, rows: &dyn Snapshot, row: &MessageRow) -> Result<Option<String>> {
        if !row.path.is_empty() {
            return Ok(None);
        }
        let raw = self.evidence(&row.evidence)?;
        let kept = rows.row::<EvidenceRow>(EVIDENCE, &row.evidence.0)?;
        let reported = kept.is_some_and(|kept| kept.journal);
        Ok(if reported { mail::reported_html_body(&raw) } else { mail::html_body(&raw) })
    }

    /// Every place that a message was seen in.
    fn sightings(&self, rows: &dyn Snapshot, row: &MessageRow) -> Result<Vec<SightingRecord>> {
        let mut records = Vec::new();
        for evidence in std::iter::once(&row.evidence).chain(&row.copies) {
            let kept = rows.row::<EvidenceRow>(EVIDENCE, &evidence.0)?;
            for seq in kept.map(|kept| kept.captures).unwrap_or_default() {
                records.extend(self.sighting(rows, *evidence, seq)?);
            }
        }
        Ok(records)
    }

    fn sighting(
        &self,
        rows: &dyn Snapshot,
        evidence: EvidenceId,
        seq: Seq,
    ) -> Result<Option<SightingRecord>> {
        let entry = self.ports.journal.read(seq, 1)?.into_iter().next();
        let Some((captured, Fact::Captured { sighting, .. })) =
            entry.map(|entry| (entry.recorded, entry.fact))
        else {
            return Ok(None);
        };
        let source = rows.row::<SourceRow>(SOURCE, sighting.source.as_str().as_bytes())?;
        Ok(Some(SightingRecord {
            evidence,
            source_title: source.map(|row| row.title).unwrap_or_default(),
            source: sighting.source,
            folder: sighting.folder,
            place: sighting.place,
            flags: sighting.flags,
            envelope: sighting.envelope,
            captured,
        }))
    }
}

/// The key of a message.
pub(crate) fn key_of(rows: &dyn Snapshot, number: u64) -> Result<Option<MessageKey>> {
    Ok(rows.row::<MessageRow>(MESSAGE, &number_key(number))?.map(|row| row.key))
}
