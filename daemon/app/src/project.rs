//! From facts to views.
//!
//! Facts are applied strictly in the order of the journal; applying the same facts to empty views
//! gives the same views, whatever the batches. What follows from them (assessments, quarantine) is
//! derived afterwards and recorded as facts of its own, in `derive`.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    alerts::Desk,
    directory::{AccountScope, Directory},
    threading::{Card, CaseChoice, ThreadIndex as _, ThreadRule, Threadable, Why, place},
};
use mail::{Message, NestedOrigin, ParseContext};
use model::{
    Account, CaseId, Contact, Entry, EvidenceId, Fact, MessageKey, Seq,
    fact::{EvidenceKind, Sighting},
};
use rayon::prelude::*;

use crate::{
    Result, Settings,
    batch::Batch,
    capture::Fresh,
    courses::Courses,
    tables::{
        ACCOUNT, ACCOUNT_NOTE, CONTACT, CaseState, EVIDENCE, EvidenceRow, FIRST_NOTE_NUMBER,
        LATEST, LatestRow, MESSAGE, MESSAGE_KEY, MessageRow, NESTED_KEY, NOTE, NOTE_ID,
        NoteEvidence, NoteRow, QUARANTINE, QuarantineRow, REVIEW, ReviewRow, STATE, StateRow,
        THREAD_CARD, WhyRow, account_note_prefix, latest_key, number_key,
    },
    texts::{Text, TextCache},
};

/// A case hears of what was seen about its account if it had a message in so many seconds before.
const CONCERNED: i64 = 30 * 86_400;
/// Characters of new text kept with a message for lists.
const PREVIEW: usize = 120;

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

/// A message on its way into the views.
struct Incoming<'a> {
    message: &'a Arc<Message>,
    evidence: EvidenceId,
    seq: Seq,
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
            Fact::RetryRequested { evidence } => self.retry(batch, *evidence, parsed),
            Fact::SourceAdded { .. }
            | Fact::SourcePaused { .. }
            | Fact::SourceResumed { .. }
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
                let incoming = Incoming { message, evidence, seq: entry.seq };
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

    fn retry(&mut self, batch: &mut Batch, evidence: EvidenceId, parsed: &Fresh) -> Result<()> {
        let Some(mut waiting) = batch.rows.get::<QuarantineRow>(QUARANTINE, &evidence.0)? else {
            return Ok(());
        };
        match parsed.get(&evidence) {
            Some(Ok(message)) => {
                let incoming = Incoming { message, evidence, seq: waiting.captured };
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

    /// Puts a message into its case, or adds a copy to the one that is there.
    fn message(&mut self, batch: &mut Batch, incoming: &Incoming<'_>) -> Result<u64> {
        let message = incoming.message;
        if let Some(number) = batch.rows.get::<u64>(MESSAGE_KEY, &message.key.0)? {
            if let Some(mut row) = batch.rows.get::<MessageRow>(MESSAGE, &number_key(number))? {
                row.copies.push(incoming.evidence);
                batch.rows.put(MESSAGE, &number_key(number), &row)?;
            }
            return Ok(number);
        }
        let threadable = Threadable::of(message, &self.directory);
        let placement = place(&threadable, batch);
        batch.check()?;
        let number = self.take_number();
        let case = match placement.case {
            CaseChoice::Existing(case) => case,
            CaseChoice::New => self.new_case(batch, message, &threadable)?,
        };
        for other in placement.merges {
            self.merge_cases(batch, other, case, incoming.seq)?;
        }
        self.write_message(batch, incoming, number, case, &placement.why)?;
        batch.rows.put(MESSAGE_KEY, &message.key.0, &number)?;
        self.enter(batch, case, number, &threadable, incoming.seq)?;
        if let Some(review) = placement.review {
            let row = ReviewRow { message: number, quoted: review.case, reason: review.reason };
            batch.rows.put(REVIEW, &message.key.0, &row)?;
        }
        for quoting in placement.quoted_by {
            if let Some(message) = batch.rows.get::<u64>(MESSAGE_KEY, &quoting.0)? {
                let reason = format!("it references {}", threadable_id(&threadable));
                batch.rows.put(REVIEW, &quoting.0, &ReviewRow { message, quoted: case, reason })?;
            }
        }
        self.to_index.push((number, message.clone()));
        self.may_answer(batch, message, incoming.evidence, incoming.seq)?;
        Ok(number)
    }

    fn take_number(&mut self) -> u64 {
        let number = self.state.next_message;
        self.state.next_message += 1;
        number
    }

    pub(crate) fn new_case(
        &self,
        batch: &mut Batch,
        message: &Message,
        threadable: &Threadable,
    ) -> Result<CaseId> {
        let mut attempt = 0;
        let id = loop {
            let id = CaseId::derive(&message.key, attempt);
            if batch.with_case(id, |_| ())?.is_none() {
                break id;
            }
            attempt += 1;
        };
        let title = mail::display_subject(&message.subject);
        batch.put_case(
            id,
            CaseState {
                title,
                summary: Arc::default(),
                marks: Vec::new(),
                first_at: threadable.at,
                last_at: threadable.at,
                messages: Vec::new(),
                notes: Vec::new(),
                merged_into: None,
                merged: Vec::new(),
                fields: Vec::new(),
                judged: Vec::new(),
                changed: Seq::default(),
                acts: Vec::new(),
            },
        );
        Ok(id)
    }

    /// Adds a placed message to its case and to what threading finds cases by.
    pub(crate) fn enter(
        &mut self,
        batch: &mut Batch,
        case: CaseId,
        number: u64,
        threadable: &Threadable,
        seq: Seq,
    ) -> Result<()> {
        batch.set_case_of(number, case)?;
        self.absorb(batch, case, number, threadable, seq)?;
        let card = threadable.card();
        batch.rows.put(THREAD_CARD, &number_key(number), &card)?;
        if let Some(id) = &threadable.message_id {
            let waiting = batch.header(id)?.notes;
            batch.change_header(id, |row| {
                row.messages.push(number);
                row.notes.clear();
            })?;
            for note in waiting {
                self.attach_note(batch, note, case)?;
            }
        }
        for reference in &threadable.references {
            let known = batch.header(reference)?;
            if !known.messages.is_empty() {
                continue;
            }
            let mut at = 0;
            for other in &known.awaiting {
                let other: Option<Card> = batch.rows.get(THREAD_CARD, &number_key(*other))?;
                at += usize::from(other.is_some_and(|other| other.key < card.key));
            }
            batch.change_header(reference, |row| row.awaiting.insert(at, number))?;
        }
        Ok(())
    }

    /// Adds a message to what its case holds and is found by.
    pub(crate) fn absorb(
        &mut self,
        batch: &mut Batch,
        case: CaseId,
        number: u64,
        threadable: &Threadable,
        seq: Seq,
    ) -> Result<()> {
        let marks = threadable.marks();
        let mut remark = None;
        batch.change_case(case, |state| {
            let before = state.summary.scope().clone();
            Arc::make_mut(&mut state.summary).absorb(threadable);
            for mark in &marks {
                if let Err(place) = state.marks.binary_search(mark) {
                    state.marks.insert(place, *mark);
                }
            }
            if *state.summary.scope() != before {
                remark = Some(state.marks.clone());
            }
            state.first_at = state.first_at.min(threadable.at);
            state.last_at = state.last_at.max(threadable.at);
            state.messages.push(number);
            state.changed = state.changed.max(seq);
        })?;
        let scope = batch.with_case(case, |state| state.summary.scope().clone())?;
        if let Some(scope) = scope {
            self.note_unknown(batch, &scope)?;
            batch.mark(case, &scope, remark.as_ref().unwrap_or(&marks), threadable.at)?;
        }
        batch.touched.insert(case);
        Ok(())
    }

    fn write_message(
        &mut self,
        batch: &mut Batch,
        incoming: &Incoming<'_>,
        number: u64,
        case: CaseId,
        why: &Why,
    ) -> Result<()> {
        self.attached(batch, incoming.message, number, number)?;
        let nested =
            self.nested(batch, incoming, incoming.message, (number, number), case, &mut vec![])?;
        let mut row = self.row(incoming.message, incoming.evidence, why);
        row.nested = nested;
        if why.rule.is_by_message_id()
            && let [first, ..] = batch.header(&why.detail)?.messages[..]
        {
            row.why.by = Some(first);
            row.why.detail.clear();
        }
        batch.rows.put(MESSAGE, &number_key(number), &row)
    }

    /// Gives the messages within `outer` rows of their own, in the same case.
    fn nested(
        &mut self,
        batch: &mut Batch,
        incoming: &Incoming<'_>,
        outer: &Message,
        (within, outermost): (u64, u64),
        case: CaseId,
        path: &mut Vec<u32>,
    ) -> Result<Vec<u64>> {
        let mut numbers = Vec::with_capacity(outer.nested.len());
        for (position, inner) in outer.nested.iter().enumerate() {
            let message = &*inner.message;
            let number = self.take_number();
            let why =
                Why { rule: ThreadRule::Nested, detail: outer.id_or_derived(), confidence: 100 };
            path.push(position as u32);
            let mut row = self.row(message, incoming.evidence, &why);
            row.path.clone_from(path);
            row.within = Some(within);
            row.nested = self.nested(batch, incoming, message, (number, outermost), case, path)?;
            self.attached(batch, message, number, outermost)?;
            path.pop();
            batch.set_case_of(number, case)?;
            batch.rows.put(MESSAGE, &number_key(number), &row)?;
            if batch.rows.get::<u64>(NESTED_KEY, &message.key.0)?.is_none() {
                batch.rows.put(NESTED_KEY, &message.key.0, &number)?;
            }
            if inner.origin != NestedOrigin::InlineForward {
                self.to_index.push((number, Arc::new(message.clone())));
            }
            numbers.push(number);
        }
        Ok(numbers)
    }

    fn row(&self, message: &Message, evidence: EvidenceId, why: &Why) -> MessageRow {
        let side = self.directory.participant(&message.from).side;
        MessageRow {
            key: message.key,
            evidence,
            copies: Vec::new(),
            path: Vec::new(),
            within: None,
            at: message.happened,
            message_id: message.id_or_derived(),
            from_name: message.from.name.clone(),
            from_email: message.from.email.clone(),
            side: side as u8,
            subject: message.subject.clone(),
            preview: preview(message),
            class: message.class.kind,
            attachments: message.attachments.len() as u32,
            why: WhyRow {
                rule: why.rule,
                by: None,
                detail: why.detail.clone(),
                confidence: why.confidence,
            },
            nested: Vec::new(),
            corrected: None,
        }
    }

    fn note(
        &mut self,
        batch: &mut Batch,
        entry: &Entry,
        note: model::NoteId,
        evidence: EvidenceId,
    ) -> Result<()> {
        if batch.rows.get::<u64>(NOTE_ID, &note.0)?.is_some() {
            return Ok(());
        }
        let Some(text) = self.evidence_row::<NoteEvidence>(evidence)? else { return Ok(()) };
        let number = FIRST_NOTE_NUMBER + self.state.next_note;
        self.state.next_note += 1;
        let row = NoteRow {
            id: note,
            evidence,
            about: text.about.clone(),
            at: entry.at,
            author: text.author,
            visibility: text.visibility,
            case: None,
        };
        batch.rows.put(NOTE, &number_key(number), &row)?;
        batch.rows.put(NOTE_ID, &note.0, &number)?;
        self.notes_to_index.push(number);
        match text.about {
            model::fact::NoteTarget::Case(case) => {
                let case = batch.resolve(case)?;
                self.attach_note(batch, number, case)?;
            }
            model::fact::NoteTarget::MessageId(id) => {
                let known = batch.header(&id)?.messages.first().copied();
                match known.map(|number| batch.case_of(number)).transpose()?.flatten() {
                    Some(case) => self.attach_note(batch, number, case)?,
                    None => batch.change_header(&id, |row| row.notes.push(number))?,
                }
            }
            model::fact::NoteTarget::Account(account) => {
                let mut key = account_note_prefix(&account);
                key.extend(number_key(number));
                batch.rows.put(ACCOUNT_NOTE, &key, &())?;
                if text.seen.is_some() {
                    self.tell_cases(batch, number, &account, entry.at)?;
                }
            }
            model::fact::NoteTarget::Source(_) => {}
        }
        Ok(())
    }

    /// Puts what a source saw about an account into the account's cases of those days, so that their
    /// rules hear of it.
    fn tell_cases(
        &mut self,
        batch: &mut Batch,
        number: u64,
        account: &model::AccountId,
        at: model::Instant,
    ) -> Result<()> {
        let scope = AccountScope::Account(account.clone());
        let since = model::Instant::from_seconds(at.seconds() - CONCERNED);
        let cases = batch.active(&scope, since, at);
        batch.check()?;
        for case in cases {
            batch.change_case(case, |state| {
                if !state.notes.contains(&number) {
                    state.notes.push(number);
                }
            })?;
            batch.touched.insert(case);
        }
        Ok(())
    }

    pub(crate) fn attach_note(
        &mut self,
        batch: &mut Batch,
        number: u64,
        case: CaseId,
    ) -> Result<()> {
        if let Some(mut row) = batch.rows.get::<NoteRow>(NOTE, &number_key(number))? {
            row.case = Some(case);
            batch.rows.put(NOTE, &number_key(number), &row)?;
        }
        batch.change_case(case, |state| {
            if !state.notes.contains(&number) {
                state.notes.push(number);
            }
        })?;
        batch.touched.insert(case);
        Ok(())
    }

    fn account(&mut self, batch: &mut Batch, evidence: EvidenceId) -> Result<()> {
        let Some(account) = self.evidence_row::<Account>(evidence)? else { return Ok(()) };
        batch.rows.put(ACCOUNT, account.id.as_str().as_bytes(), &account)?;
        Arc::make_mut(&mut self.directory).put_account(Arc::new(account));
        self.texts.clear();
        self.courses.clear();
        self.rescope_known(batch)
    }

    fn contact(&mut self, batch: &mut Batch, evidence: EvidenceId) -> Result<()> {
        let Some(contact) = self.evidence_row::<Contact>(evidence)? else { return Ok(()) };
        batch.rows.put(CONTACT, contact.email.as_bytes(), &contact)?;
        Arc::make_mut(&mut self.directory).put_contact(Arc::new(contact));
        self.texts.clear();
        self.courses.clear();
        self.rescope_known(batch)
    }

    /// Reads evidence that is a JSON row; a damaged or erased one is passed over with a warning.
    fn evidence_row<T: serde::de::DeserializeOwned>(&self, id: EvidenceId) -> Result<Option<T>> {
        let Some(bytes) = self.evidence.get(&id)? else {
            log::warn!(evidence:% = id; "a row's evidence is missing");
            return Ok(None);
        };
        match serde_json::from_slice(&bytes) {
            Ok(row) => Ok(Some(row)),
            Err(error) => {
                log::warn!(evidence:% = id, error:%; "a row's evidence cannot be read");
                Ok(None)
            }
        }
    }
}

/// The beginning of the new text, on one line.
fn preview(message: &Message) -> String {
    let mut line = String::new();
    for segment in message.new_text() {
        for word in message.text_of(segment).split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            if line.len() >= PREVIEW {
                let end = line.char_indices().nth(PREVIEW).map_or(line.len(), |(at, _)| at);
                line.truncate(end);
                return line;
            }
        }
    }
    line
}

fn threadable_id(threadable: &Threadable) -> &str {
    threadable.message_id.as_deref().unwrap_or("a message of this case")
}

/// The number of a message or nested message with this key.
pub fn number_of(rows: &crate::overlay::Overlay, key: &MessageKey) -> Result<Option<u64>> {
    match rows.get(MESSAGE_KEY, &key.0)? {
        Some(number) => Ok(Some(number)),
        None => rows.get(NESTED_KEY, &key.0),
    }
}
