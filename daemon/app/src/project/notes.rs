//! Notes, accounts and contacts: rows whose evidence is JSON.

use std::sync::Arc;

use engine::{directory::AccountScope, threading::ThreadIndex as _};
use model::{Account, CaseId, Contact, Entry, EvidenceId};

use super::Projection;
use crate::{
    Result,
    batch::Batch,
    tables::{
        ACCOUNT, ACCOUNT_NOTE, CONTACT, FIRST_NOTE_NUMBER, NOTE, NOTE_ID, NoteEvidence, NoteRow,
        account_note_prefix, number_key,
    },
};

/// A case hears of what was seen about its account if it had a message in so many seconds before.
const CONCERNED: i64 = 30 * 86_400;

impl Projection<'_> {
    pub(super) fn note(
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

    pub(super) fn account(&mut self, batch: &mut Batch, evidence: EvidenceId) -> Result<()> {
        let Some(account) = self.evidence_row::<Account>(evidence)? else { return Ok(()) };
        batch.rows.put(ACCOUNT, account.id.as_str().as_bytes(), &account)?;
        Arc::make_mut(&mut self.directory).put_account(Arc::new(account));
        self.texts.clear();
        self.courses.clear();
        self.rescope_known(batch)
    }

    pub(super) fn contact(&mut self, batch: &mut Batch, evidence: EvidenceId) -> Result<()> {
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
