//! What people do: notes, moves, merges, decisions, corrections, fields, and taking back.

use model::{
    Account, Actor, CaseId, Contact, EvidenceId, Fact, Instant, MessageKey, NoteId, Seq,
    fact::{MoveTarget, NewFact, NoteTarget, Visibility},
};

use crate::{
    AppError, Result,
    library::Rows,
    overlay::read,
    record::{CaseRow, NoteRecord},
    standing::{STATES, allows},
    tables::{
        ACCOUNT, ACT, ActRow, CARD, CASE, CaseState, MESSAGE_CASE, MESSAGE_KEY, MessageRow,
        NOTE_ID, NoteEvidence, QUARANTINE, QuarantineRow, REVIEW, ReviewRow, case_key, number_key,
    },
    watchkeeper::{Watchkeeper, not_found},
};

/// The most characters that a note may have.
const NOTE_CHARS: usize = 100_000;
/// Fields of a case that a person may set.
const FIELDS: &[&str] = &["owner", "severity", "state", "title", "next_step", "issue_type", "team"];

/// A note to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNote {
    /// What it is about.
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

impl Watchkeeper {
    /// Writes a note. The same note twice is one.
    pub fn add_note(&self, note: NewNote, actor: &Actor, now: Instant) -> Result<NoteRecord> {
        let mut records = self.add_notes(vec![note], actor, now)?;
        records.pop().ok_or_else(|| not_found("note"))
    }

    /// Writes notes, all at once.
    pub fn add_notes(
        &self,
        notes: Vec<NewNote>,
        actor: &Actor,
        now: Instant,
    ) -> Result<Vec<NoteRecord>> {
        let mut rows = Vec::with_capacity(notes.len());
        let mut records = Vec::with_capacity(notes.len());
        let directory = self.directory()?;
        for mut note in notes {
            if let NoteTarget::Account(name) = &mut note.about
                && let Some(account) = directory.find_account(name.as_str())
            {
                *name = account.id.clone();
            }
            self.check_note(&note)?;
            let kept = NoteEvidence {
                about: note.about,
                at: note.at,
                author: note.author,
                text: note.text,
                visibility: note.visibility,
                seen: None,
            };
            let bytes = to_json(&kept)?;
            let evidence = EvidenceId::of(&bytes);
            let mut short = [0; 16];
            short.copy_from_slice(&evidence.0[..16]);
            let id = NoteId(short);
            let fact = Fact::NoteAdded {
                note: id,
                evidence,
                about: kept.about.clone(),
                author: kept.author.clone(),
                visibility: kept.visibility,
            };
            let known = self.ports.views.snapshot()?.get(NOTE_ID, &id.0)?.is_some();
            if !known {
                rows.push(Row { evidence, bytes, fact, at: kept.at });
            }
            records.push(NoteRecord {
                id,
                at: kept.at,
                author: kept.author,
                text: kept.text,
                about: kept.about,
                visibility: kept.visibility,
            });
        }
        self.keep_rows(rows, actor, now)?;
        Ok(records)
    }

    fn check_note(&self, note: &NewNote) -> Result<()> {
        if note.text.trim().is_empty() {
            return Err(invalid("the note is empty", "write what should be remembered"));
        }
        if note.text.chars().count() > NOTE_CHARS {
            return Err(invalid("the note is too long", "keep it below 100,000 characters"));
        }
        match &note.about {
            NoteTarget::Case(case) => self.live_case(*case).map(|_| ()),
            NoteTarget::Account(account) => {
                let snapshot = self.ports.views.snapshot()?;
                match snapshot.get(ACCOUNT, account.as_str().as_bytes())? {
                    Some(_) => Ok(()),
                    None => Err(not_found(format!("account {account}"))),
                }
            }
            NoteTarget::MessageId(_) => Ok(()),
            NoteTarget::Source(_) => Err(invalid(
                "a note about a source has no place where it would be read",
                "write it about a case, an account or a message",
            )),
        }
    }

    /// Adds or replaces an account.
    pub fn put_account(&self, account: Account, actor: &Actor, now: Instant) -> Result<()> {
        self.put_accounts(vec![account], actor, now).map(|_| ())
    }

    /// Adds or replaces accounts; gives how many were new or other than before.
    pub fn put_accounts(
        &self,
        accounts: Vec<Account>,
        actor: &Actor,
        now: Instant,
    ) -> Result<usize> {
        let directory = self.directory()?;
        let mut rows = Vec::new();
        for account in accounts {
            if directory.account(&account.id).is_some_and(|known| **known == account) {
                continue;
            }
            let bytes = to_json(&account)?;
            let evidence = EvidenceId::of(&bytes);
            let fact = Fact::AccountRecorded { account: account.id, evidence };
            rows.push(Row { evidence, bytes, fact, at: now });
        }
        let count = rows.len();
        self.keep_rows(rows, actor, now)?;
        Ok(count)
    }

    /// Adds or replaces a contact.
    pub fn put_contact(&self, contact: Contact, actor: &Actor, now: Instant) -> Result<()> {
        self.put_contacts(vec![contact], actor, now).map(|_| ())
    }

    /// Adds or replaces contacts; gives how many were new or other than before.
    pub fn put_contacts(
        &self,
        contacts: Vec<Contact>,
        actor: &Actor,
        now: Instant,
    ) -> Result<usize> {
        let directory = self.directory()?;
        let mut rows = Vec::new();
        for contact in contacts {
            if directory.contact(&contact.email).is_some_and(|known| **known == contact) {
                continue;
            }
            let bytes = to_json(&contact)?;
            let evidence = EvidenceId::of(&bytes);
            rows.push(Row { evidence, bytes, fact: Fact::ContactRecorded { evidence }, at: now });
        }
        let count = rows.len();
        self.keep_rows(rows, actor, now)?;
        Ok(count)
    }

    /// Keeps the bytes of rows, then their facts, then projects.
    fn keep_rows(&self, rows: Vec<Row>, actor: &Actor, now: Instant) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let items: Vec<_> = rows.iter().map(|row| (row.evidence, row.bytes.as_slice())).collect();
        self.ports.evidence.put(&items)?;
        let facts: Vec<NewFact> = rows
            .into_iter()
            .map(|row| NewFact { at: row.at, recorded: now, actor: actor.clone(), fact: row.fact })
            .collect();
        self.ports.journal.append(&facts)?;
        self.project_all(now)?;
        self.settle_search()
    }

    /// Moves messages into another case or one of their own. Gives that case.
    pub fn move_messages(
        &self,
        messages: Vec<MessageKey>,
        to: MoveTarget,
        reason: String,
        actor: Actor,
        now: Instant,
    ) -> Result<CaseId> {
        let Some(first) = messages.first().copied() else {
            return Err(invalid("no message is named", "choose at least one message"));
        };
        for key in &messages {
            let row = self.message_row(key)?;
            if row.1.within.is_some() {
                let remedy = "move the message that encloses it";
                return Err(invalid(&format!("message {key} lies within another"), remedy));
            }
        }
        if let MoveTarget::Case(case) = to {
            self.live_case(case)?;
        }
        self.record(Fact::MessagesMoved { messages, to, reason }, actor, now)?;
        self.case_of_key(&first)
    }

    /// Merges case `from` into case `into`.
    pub fn merge(
        &self,
        from: CaseId,
        into: CaseId,
        reason: String,
        actor: Actor,
        now: Instant,
    ) -> Result<Seq> {
        let (from, into) = (self.live_case(from)?.0, self.live_case(into)?.0);
        if from == into {
            return Err(invalid("a case cannot be merged into itself", "name another case"));
        }
        self.record(Fact::CasesMerged { from, into, reason }, actor, now)
    }

    /// Decides about a message that quotes the case of another account.
    pub fn decide_review(
        &self,
        message: MessageKey,
        join: Option<CaseId>,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let snapshot = self.ports.views.snapshot()?;
        if snapshot.row::<ReviewRow>(REVIEW, &message.0)?.is_none() {
            return Err(not_found(format!("open review of message {message}")));
        }
        if let Some(case) = join {
            self.live_case(case)?;
        }
        self.record(Fact::ReviewDecided { message, join }, actor, now).map(|_| ())
    }

    /// Takes an act of moving or merging back.
    pub fn undo(&self, act: Seq, actor: Actor, now: Instant) -> Result<()> {
        let snapshot = self.ports.views.snapshot()?;
        match snapshot.row::<ActRow>(ACT, &number_key(act.0))? {
            None => Err(not_found(format!("act {act} that can be taken back"))),
            Some(row) if row.undone => {
                Err(AppError::Conflict { what: format!("act {act} was taken back already") })
            }
            Some(_) => self.record(Fact::Undone { act }, actor, now).map(|_| ()),
        }
    }

    /// Corrects the segments of a message: `(start, end, kind)`, covering the body without gaps.
    pub fn correct_segments(
        &self,
        message: MessageKey,
        segments: Vec<(u32, u32, String)>,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let body = self.message(message)?.message.body;
        let mut expected = 0;
        for (start, end, kind) in &segments {
            let fits = *start == expected
                && start < end
                && body.get(*start as usize..*end as usize).is_some();
            if !fits {
                let what = format!("the segment {start}..{end} leaves a gap or splits a character");
                return Err(invalid(&what, "cover the body from 0 to its end, in order"));
            }
            if mail::SegmentKind::from_name(kind).is_none() {
                let remedy = "use new, quotation, signature, disclaimer or forwarded";
                return Err(invalid(&format!("`{kind}` is no kind of segment"), remedy));
            }
            expected = *end;
        }
        if expected as usize != body.len() {
            let what = format!("the segments end at {expected}, the body at {}", body.len());
            return Err(invalid(&what, "cover the body from 0 to its end, in order"));
        }
        self.record(Fact::SegmentsCorrected { message, segments }, actor, now).map(|_| ())
    }

    /// Sets a field of a case; nothing as value gives it back to the rules.
    pub fn set_field(
        &self,
        case: CaseId,
        field: &str,
        value: Option<String>,
        reason: String,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let (case, _) = self.live_case(case)?;
        if !FIELDS.contains(&field) {
            return Err(invalid(
                &format!("`{field}` is no field that can be set"),
                &format!("use one of {}", FIELDS.join(", ")),
            ));
        }
        if let Some(value) = &value {
            self.check_field(case, field, value, &reason)?;
        }
        let fact = Fact::CaseFieldSet { case, field: field.to_owned(), value, reason };
        self.record(fact, actor, now).map(|_| ())
    }

    fn check_field(&self, case: CaseId, field: &str, value: &str, reason: &str) -> Result<()> {
        match field {
            "team" => {
                let names: Vec<&str> =
                    self.settings.sides.team_names().iter().map(|team| &**team).collect();
                if !names.contains(&value) {
                    let remedy = if names.is_empty() {
                        "define one as [[teams]] in the configuration".to_owned()
                    } else {
                        format!("use one of {}", names.join(", "))
                    };
                    return Err(invalid(&format!("`{value}` is no team of ours"), &remedy));
                }
            }
            "severity" => {
                let card: Option<CaseRow> =
                    read(&*self.ports.views.snapshot()?, CARD, &case_key(case))?;
                let team = card.and_then(|card| card.team);
                let rules = self.bench().of(team.as_deref()).clone();
                let names: Vec<_> = rules.levels().iter().map(|l| l.name.to_string()).collect();
                if value != "none" && !names.iter().any(|name| name == value) {
                    let remedy = format!("use one of {} or none", names.join(", "));
                    return Err(invalid(&format!("`{value}` is no level"), &remedy));
                }
            }
            "state" => {
                if !STATES.contains(&value) {
                    let remedy = format!("use one of {}", STATES.join(", "));
                    return Err(invalid(&format!("`{value}` is no state"), &remedy));
                }
                let card: Option<CaseRow> =
                    read(&*self.ports.views.snapshot()?, CARD, &case_key(case))?;
                if let Some(card) = card.filter(|card| !allows(&card.state, value)) {
                    let what = format!("a case that is {} cannot become {value}", card.state);
                    return Err(invalid(&what, "open it first, or clear the state"));
                }
                if value == "dismissed" && reason.trim().is_empty() {
                    return Err(invalid("a dismissal needs a reason", "say why in `reason`"));
                }
            }
            _ if value.trim().is_empty() => {
                return Err(invalid("the value is empty", "leave it out to clear the field"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Reads quarantined evidence again. Gives whether it could be read now.
    pub fn retry(&self, evidence: &EvidenceId, actor: Actor, now: Instant) -> Result<bool> {
        let waits = |snapshot: &dyn store::Snapshot| -> Result<bool> {
            Ok(snapshot.row::<QuarantineRow>(QUARANTINE, &evidence.0)?.is_some())
        };
        if !waits(&*self.ports.views.snapshot()?)? {
            return Err(not_found(format!("quarantined evidence {evidence}")));
        }
        self.record(Fact::RetryRequested { evidence: *evidence }, actor, now)?;
        Ok(!waits(&*self.ports.views.snapshot()?)?)
    }

    pub(crate) fn record(&self, fact: Fact, actor: Actor, now: Instant) -> Result<Seq> {
        let seq = self.append(actor, fact, now)?;
        self.project_all(now)?;
        self.settle_search()?;
        Ok(seq)
    }

    /// The case that `case` has become, if it is there.
    pub(crate) fn live_case(&self, case: CaseId) -> Result<(CaseId, CaseState)> {
        let snapshot = self.ports.views.snapshot()?;
        let mut id = case;
        for _ in 0..64 {
            let state: Option<CaseState> = read(&*snapshot, CASE, &case_key(id))?;
            match state {
                None => break,
                Some(state) => match state.merged_into {
                    Some(next) => id = next,
                    None => return Ok((id, state)),
                },
            }
        }
        Err(not_found(format!("case {case}")))
    }

    fn message_row(&self, key: &MessageKey) -> Result<(u64, MessageRow)> {
        let snapshot = self.ports.views.snapshot()?;
        crate::query::messages::find(&*snapshot, key)
    }

    fn case_of_key(&self, key: &MessageKey) -> Result<CaseId> {
        let snapshot = self.ports.views.snapshot()?;
        let number: Option<u64> = read(&*snapshot, MESSAGE_KEY, &key.0)?;
        let case = number
            .map(|number| read::<CaseId>(&*snapshot, MESSAGE_CASE, &number_key(number)))
            .transpose()?
            .flatten();
        case.ok_or_else(|| not_found(format!("message {key}")))
    }
}

/// A row to be kept as evidence.
struct Row {
    evidence: EvidenceId,
    bytes: Vec<u8>,
    fact: Fact,
    at: Instant,
}

pub(crate) fn to_json<T: serde::Serialize>(row: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(row)
        .map_err(|error| invalid("the row cannot be written as JSON", &error.to_string()))
}

pub(crate) fn invalid(what: &str, remedy: &str) -> AppError {
    AppError::Invalid { what: what.to_owned(), remedy: remedy.to_owned() }
}
