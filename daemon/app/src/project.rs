//! From facts to views.
//!
//! Facts are applied strictly in the order of the journal; applying the same facts to empty views
//! gives the same views, whatever the batches. What follows from them (assessments, quarantine) is
//! derived afterwards and recorded as facts of its own, in `derive`.

mod notes;
mod placing;

use std::{collections::BTreeMap, sync::Arc};

use engine::{alerts::Desk, directory::Directory};
use jiff::SignedDuration;
use mail::{Message, ParseContext};
use model::{
    Entry, EvidenceId, Fact, Instant,
    fact::{EvidenceKind, Sighting},
};
use rayon::prelude::*;

use crate::{
    Result, Settings,
    batch::Batch,
    capture::Fresh,
    courses::Courses,
    tables::{
        EVIDENCE, EvidenceRow, LATEST, LatestRow, QUARANTINE, QuarantineRow, STATE, StateRow,
        latest_key,
    },
    texts::{Text, TextCache},
};

use placing::Incoming;
pub use placing::number_of;

/// What is taken in within so long a time is news, wherever it comes from.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// What projecting needs beside the batch.
pub struct Projection<'a> {
    /// Original bytes.
    pub evidence: &'a dyn store::Evidence,
    /// Configuration.
    pub settings: &'a Settings,
    /// Accounts and people as known so far; changed by facts.
    pub directory: Arc<Directory>,
    /// Texts for rules.
    pub texts: &'a TextCache,
    /// Where cases stand.
    pub(crate) courses: &'a Courses,
    /// Alerts and silences so far; changed by facts.
    pub desk: Arc<Desk>,
    /// Counters.
    pub state: StateRow,
    /// Messages to be indexed: number and message.
    pub to_index: Vec<(u64, Arc<Message>)>,
    /// Numbers of notes to be indexed.
    pub notes_to_index: Vec<u64>,
    /// Numbers of files to be indexed, less the first of all.
    pub files_to_index: Vec<u64>,
    /// Evidence that could not be parsed and that the journal does not know of yet.
    pub unreadable: Vec<(EvidenceId, String)>,
}

impl Projection<'_> {
    /// Applies `entries`, whose messages may be at hand in `fresh`.
    pub fn apply(&mut self, batch: &mut Batch, entries: &[Entry], fresh: &Fresh) -> Result<()> {
        let parsed = self.parse(batch, entries, fresh)?;
        for (message, text) in parsed
            .values()
            .filter_map(|p| p.as_ref().ok())
            .collect::<Vec<_>>()
            .par_iter()
            .map(|message| (*message, Text::of(message, &self.directory)))
            .collect::<Vec<_>>()
        {
            debug_assert_eq!(message.key, text.message.key);
            self.texts.put(text);
        }
        for entry in entries {
            self.apply_one(batch, entry, &parsed)?;
            batch.check()?;
        }
        batch.rows.put(STATE, b"state", &self.state)
    }

    fn apply_one(&mut self, batch: &mut Batch, entry: &Entry, parsed: &Fresh) -> Result<()> {
        match &entry.fact {
            Fact::Captured { evidence, evidence_kind, size, sighting, again, .. } => {
                self.count(batch, &sighting.source, &sighting.folder, |ledger| {
                    if *again {
                        ledger.duplicate += 1;
                    } else {
                        ledger.stored += 1;
                        ledger.bytes += size;
                    }
                })?;
                match evidence_kind {
                    EvidenceKind::Message => {
                        crate::sources::shown(batch, entry.seq, sighting)?;
                        self.captured(batch, entry, *evidence, *size, sighting, parsed)
                    }
                    EvidenceKind::Page | EvidenceKind::Calendar | EvidenceKind::Document => {
                        let row = LatestRow { evidence: *evidence, at: entry.recorded };
                        let key = latest_key(&sighting.source, &sighting.place);
                        batch.rows.put(LATEST, &key, &row)
                    }
                    EvidenceKind::Note | EvidenceKind::Account | EvidenceKind::Contact => Ok(()),
                }
            }
            Fact::Skipped { sighting, reason, .. } => {
                self.count(batch, &sighting.source, &sighting.folder, |ledger| {
                    *ledger.skipped.entry(reason.clone()).or_default() += 1;
                })
            }
            Fact::Quarantined { evidence, reason } => {
                if let Some(mut row) = batch.rows.get::<QuarantineRow>(QUARANTINE, &evidence.0)? {
                    row.recorded = true;
                    row.reason.clone_from(reason);
                    batch.rows.put(QUARANTINE, &evidence.0, &row)?;
                    self.unreadable.retain(|(id, _)| id != evidence);
                }
                Ok(())
            }
            Fact::RetryRequested { evidence } => {
                self.retry(batch, *evidence, parsed, entry.recorded)
            }
            Fact::SourceAdded { .. }
            | Fact::SourcePaused { .. }
            | Fact::SourceResumed { .. }
            | Fact::SourceSaved { .. }
            | Fact::SourceRemoved { .. }
            | Fact::SourceTried { .. }
            | Fact::RunFinished { .. }
            | Fact::Vanished { .. } => crate::sources::apply(batch, entry),
            Fact::NoteAdded { note, evidence, .. } => self.note(batch, entry, *note, *evidence),
            Fact::AccountRecorded { evidence, .. } => self.account(batch, *evidence),
            Fact::ContactRecorded { evidence } => self.contact(batch, *evidence),
            Fact::Assessed { .. } => self.assessed(batch, entry),
            Fact::FileRead { .. } | Fact::FileUnread { .. } | Fact::FileRetried { .. } => {
                self.file(batch, entry)
            }
            Fact::PluginGranted { .. }
            | Fact::PluginRevoked { .. }
            | Fact::PluginDisabled { .. }
            | Fact::PluginEnabled { .. } => crate::plugins::apply(batch, entry),
            Fact::RulesActivated { .. }
            | Fact::RulesSaved { .. }
            | Fact::RulesProposed { .. }
            | Fact::RulesDeclined { .. }
            | Fact::RuleDisabled { .. }
            | Fact::RuleEnabled { .. }
            | Fact::ShadowStarted { .. }
            | Fact::ShadowStopped { .. }
            | Fact::EscalationMissed { .. }
            | Fact::EscalationMissedWithdrawn { .. } => self.rule_life(batch, entry),
            Fact::AlertQueued { .. }
            | Fact::AlertGrouped { .. }
            | Fact::AlertSuppressed { .. }
            | Fact::AlertRenewed { .. }
            | Fact::AlertEnded { .. }
            | Fact::AlertAcknowledged { .. }
            | Fact::AlertSnoozed { .. }
            | Fact::AlertSent { .. }
            | Fact::AlertSendFailed { .. }
            | Fact::AlertReplayed { .. }
            | Fact::Silenced { .. }
            | Fact::SilenceLifted { .. } => self.alert(batch, entry),
            _ => self.act(batch, entry),
        }
    }

    /// The messages of the entries: at hand in `fresh`, or read back and parsed on the pool.
    fn parse(&self, batch: &Batch, entries: &[Entry], fresh: &Fresh) -> Result<Fresh> {
        let mut wanted: BTreeMap<EvidenceId, ParseContext> = BTreeMap::new();
        for entry in entries {
            match &entry.fact {
                Fact::Captured {
                    evidence, evidence_kind: EvidenceKind::Message, sighting, ..
                } if batch.rows.get::<EvidenceRow>(EVIDENCE, &evidence.0)?.is_none() => {
                    let (received, journal) = (sighting.received, sighting.unwraps_reports());
                    let captured = entry.recorded;
                    wanted.entry(*evidence).or_insert(ParseContext { received, journal, captured });
                }
                Fact::RetryRequested { evidence } => {
                    let row = batch.rows.get::<EvidenceRow>(EVIDENCE, &evidence.0)?;
                    let (received, journal, captured) = row
                        .map_or((None, false, entry.recorded), |row| {
                            (row.received, row.journal, row.captured)
                        });
                    wanted.entry(*evidence).or_insert(ParseContext { received, journal, captured });
                }
                _ => {}
            }
        }
        let limits = &self.settings.limits;
        let read = |bytes: &[u8], context: &ParseContext| {
            mail::parse(bytes, context, limits).map(Arc::new).map_err(|error| error.to_string())
        };
        let mut parsed: Fresh = wanted
            .keys()
            .filter_map(|id| fresh.get(id).map(|found| (*id, found.clone())))
            .collect();
        let missing: Vec<EvidenceId> =
            wanted.keys().filter(|id| !parsed.contains_key(id)).copied().collect();
        let mut bytes: Vec<Option<Box<[u8]>>> = vec![None; missing.len()];
        self.evidence.get_many(&missing, &mut |at, raw| bytes[at] = Some(raw.into()))?;
        let late: Vec<_> = missing
            .par_iter()
            .zip(bytes)
            .map(|(id, raw)| {
                let outcome = raw.map_or_else(
                    || Err("its bytes are missing from the evidence store".to_owned()),
                    |raw| read(&raw, &wanted[id]),
                );
                (*id, outcome)
            })
            .collect();
        parsed.extend(late);
        Ok(parsed)
    }

    fn captured(
        &mut self,
        batch: &mut Batch,
        entry: &Entry,
        evidence: EvidenceId,
        size: u64,
        sighting: &Sighting,
        parsed: &Fresh,
    ) -> Result<()> {
        if let Some(mut row) = batch.rows.get::<EvidenceRow>(EVIDENCE, &evidence.0)? {
            if row.captures.contains(&entry.seq) {
                return Ok(());
            }
            row.captures.push(entry.seq);
            return batch.rows.put(EVIDENCE, &evidence.0, &row);
        }
        let mut row = EvidenceRow {
            message: None,
            captures: vec![entry.seq],
            size,
            captured: entry.recorded,
            received: sighting.received,
            journal: sighting.unwraps_reports(),
            source: sighting.source.to_string(),
        };
        match parsed.get(&evidence) {
            Some(Ok(message)) => {
                let noticed = Self::noticed(batch, entry, sighting, message.happened)?;
                let incoming = Incoming { message, evidence, seq: entry.seq, noticed };
                row.message = Some(self.message(batch, &incoming)?);
            }
            Some(Err(reason)) => {
                let waiting = QuarantineRow {
                    reason: reason.clone(),
                    at: entry.recorded,
                    captured: entry.seq,
                    tries: 1,
                    recorded: false,
                };
                batch.rows.put(QUARANTINE, &evidence.0, &waiting)?;
                self.unreadable.push((evidence, reason.clone()));
            }
            None => {}
        }
        batch.rows.put(EVIDENCE, &evidence.0, &row)
    }

    /// When a message that happened at `at` could be known here (see [`crate::tables::MessageRow`]).
    fn noticed(
        batch: &mut Batch,
        entry: &Entry,
        sighting: &Sighting,
        at: Instant,
    ) -> Result<Instant> {
        let fresh = entry.recorded.since(at) <= FRESH || sighting.envelope.is_some();
        let mut was_read = false;
        batch.change_source(&sighting.source, |row| was_read = row.complete_at.is_some())?;
        Ok(if fresh || was_read { entry.recorded.max(at) } else { at })
    }

    fn retry(
        &mut self,
        batch: &mut Batch,
        evidence: EvidenceId,
        parsed: &Fresh,
        now: Instant,
    ) -> Result<()> {
        let Some(mut waiting) = batch.rows.get::<QuarantineRow>(QUARANTINE, &evidence.0)? else {
            return Ok(());
        };
        match parsed.get(&evidence) {
            Some(Ok(message)) => {
                let noticed = now.max(message.happened);
                let incoming = Incoming { message, evidence, seq: waiting.captured, noticed };
                let number = self.message(batch, &incoming)?;
                if let Some(mut row) = batch.rows.get::<EvidenceRow>(EVIDENCE, &evidence.0)? {
                    row.message = Some(number);
                    batch.rows.put(EVIDENCE, &evidence.0, &row)?;
                }
                batch.rows.delete(QUARANTINE, &evidence.0);
            }
            Some(Err(reason)) => {
                waiting.tries += 1;
                waiting.reason.clone_from(reason);
                batch.rows.put(QUARANTINE, &evidence.0, &waiting)?;
            }
            None => {}
        }
        Ok(())
    }
}
