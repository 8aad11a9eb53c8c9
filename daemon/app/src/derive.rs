//! What follows from the views: assessments of the cases that were touched, their cards, and what
//! must be recorded about both.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{
    CaseFile, CaseNote, Evaluator,
    assess::{assess, diff},
    directory::Directory,
};
use mail::Limits;
use model::{Actor, Assessment, CaseId, Fact, Instant, MessageKey, Seq, fact::NewFact};
use rayon::prelude::*;
use store::{Evidence, Journal};

use crate::{
    Result, Settings,
    alerts::{Recent, Wishes},
    batch::Batch,
    card::card,
    library,
    promises::{self, PromiseRecord},
    record::CaseRow,
    rules::shadow::Shadow,
    tables::{
        ASSESSMENT, AssessmentRow, CARD, CaseState, HEADER_ID, HeaderIdRow, JudgedRow, MESSAGE,
        MessageRow, NOTE, NoteEvidence, NoteRow, PROMISE, case_key, header_id_key, number_key,
    },
    texts::{Text, TextCache},
};

/// What deriving needs beside the batch.
pub struct Derivation<'a> {
    /// Original bytes.
    pub evidence: &'a dyn Evidence,
    /// Where assessments are recorded.
    pub journal: &'a dyn Journal,
    /// Configuration.
    pub settings: &'a Settings,
    /// Accounts and people.
    pub directory: &'a Directory,
    /// Texts for rules.
    pub texts: &'a TextCache,
    /// The active rule set.
    pub evaluator: &'a dyn Evaluator,
    /// The set that runs beside it, if one does.
    pub shadow: Option<&'a Shadow>,
    /// The instant up to which cases are followed.
    pub now: Instant,
}

/// A case with what was found.
pub struct Derived {
    /// Its line for queues; nothing if the case has ceased to be.
    pub card: Option<CaseRow>,
    /// The case.
    pub case: CaseId,
    /// When time alone may change it.
    pub wake: Option<Instant>,
    /// What policies wish for upon what changed of late.
    pub wishes: Wishes,
}

/// What one case needs before rules can run.
struct Work {
    case: CaseId,
    state: CaseState,
    file: Arc<CaseFile>,
    before: Option<AssessmentRow>,
}

/// How many cases are held in memory at once.
const CHUNK: usize = 512;

impl Derivation<'_> {
    /// Assesses `cases`, appends what changed to the journal, and writes assessments and cards.
    pub fn run(&self, batch: &mut Batch, cases: &BTreeSet<CaseId>) -> Result<Vec<Derived>> {
        let list: Vec<CaseId> = cases.iter().copied().collect();
        let mut derived = Vec::with_capacity(list.len());
        for chunk in list.chunks(CHUNK) {
            self.run_chunk(batch, chunk, &mut derived)?;
        }
        Ok(derived)
    }

    fn run_chunk(
        &self,
        batch: &mut Batch,
        cases: &[CaseId],
        derived: &mut Vec<Derived>,
    ) -> Result<()> {
        batch.flush()?;
        let mut work = Vec::with_capacity(cases.len());
        for case in cases {
            match batch.case_state(*case)? {
                Some(state) if state.merged_into.is_none() && !state.messages.is_empty() => {
                    let file = Arc::new(self.case_file(batch, *case, &state)?);
                    let before = batch.rows.get(ASSESSMENT, &case_key(*case))?;
                    work.push(Work { case: *case, state, file, before });
                }
                _ => {
                    batch.rows.delete(CARD, &case_key(*case));
                    batch.rows.delete(PROMISE, &case_key(*case));
                    let wishes = Wishes::default();
                    derived.push(Derived { card: None, case: *case, wake: None, wishes });
                }
            }
        }
        let outcomes: Vec<(Assessment, CaseRow, Vec<PromiseRecord>)> = work
            .par_iter()
            .map(|work| {
                let found = assess(&work.file, self.evaluator, self.now);
                for error in &found.errors {
                    log::warn!(case:% = work.case, error:%; "a rule failed");
                }
                let card =
                    card(&work.file, &work.state, &found.assessment, self.evaluator, self.now);
                let promises = promises::records(&work.file, &found.assessment, &card, self.now);
                (found.assessment, card, promises)
            })
            .collect();
        if let Some(shadow) = self.shadow {
            let cases: Vec<_> =
                work.iter().zip(&outcomes).map(|(work, (found, ..))| (&work.file, found)).collect();
            shadow.watch(&mut batch.rows, &cases, self.evaluator, self.now)?;
        }
        let mut facts = Vec::new();
        let mut recorded = Vec::with_capacity(work.len());
        for (work, (assessment, ..)) in work.iter().zip(&outcomes) {
            let fact = self.fact(work, assessment);
            recorded.push(fact.is_some());
            facts.extend(fact);
        }
        let mut seq = if facts.is_empty() { 0 } else { self.journal.append(&facts)?.start };
        for ((work, outcome), recorded) in work.into_iter().zip(outcomes).zip(recorded) {
            let (assessment, card, promises) = outcome;
            let mut row = AssessmentRow {
                seq: work.before.as_ref().map(|row| row.seq).unwrap_or_default(),
                assessment,
            };
            if recorded {
                row.seq = Seq(seq);
                seq += 1;
                batch.change_case(work.case, |state| state.changed = state.changed.max(row.seq))?;
            }
            batch.rows.put(ASSESSMENT, &case_key(work.case), &row)?;
            batch.rows.put(CARD, &case_key(work.case), &card)?;
            if promises.is_empty() {
                batch.rows.delete(PROMISE, &case_key(work.case));
            } else {
                batch.rows.put(PROMISE, &case_key(work.case), &promises)?;
            }
            let wake = row.assessment.wake;
            let wishes = Wishes::of(&self.recent(&work, &card, &row.assessment));
            derived.push(Derived { card: Some(card), case: work.case, wake, wishes });
        }
        Ok(())
    }

    /// What policies are asked about.
    fn recent<'a>(
        &'a self,
        work: &'a Work,
        card: &'a CaseRow,
        assessment: &'a Assessment,
    ) -> Recent<'a> {
        Recent {
            card,
            fields: &work.state.fields,
            account: work.file.account.clone(),
            assessment,
            before: work.before.as_ref().map(|row| &row.assessment),
            evaluator: self.evaluator,
            since: self.now.plus(-self.settings.roster.horizon),
            until: self.now,
        }
    }

    /// What is to be recorded of an assessment: nothing if nothing changed.
    fn fact(&self, work: &Work, after: &Assessment) -> Option<NewFact> {
        let before = work.before.as_ref().map(|row| &row.assessment);
        let (removed, added) = diff(before, after);
        if removed.is_empty() && added.is_empty() {
            return None;
        }
        let fact = Fact::Assessed {
            case: work.case,
            rules: after.rules.clone(),
            until: after.until,
            removed,
            added,
            wake: after.wake,
        };
        let actor = Actor::Rules(after.rules.clone());
        Some(NewFact { at: self.now, recorded: self.now, actor, fact })
    }

    fn case_file(&self, batch: &Batch, case: CaseId, state: &CaseState) -> Result<CaseFile> {
        let account = match state.summary.scope() {
            engine::directory::AccountScope::Account(id) => self.directory.account(id).cloned(),
            _ => None,
        };
        case_file(
            &Files {
                rows: &batch.rows,
                evidence: self.evidence,
                settings: self.settings,
                directory: self.directory,
                texts: self.texts,
            },
            case,
            state,
            account,
        )
    }
}

/// What a case file is put together from.
pub struct Files<'a, R: library::Rows + ?Sized> {
    /// The views.
    pub rows: &'a R,
    /// Original bytes.
    pub evidence: &'a dyn Evidence,
    /// Configuration.
    pub settings: &'a Settings,
    /// Accounts and people.
    pub directory: &'a Directory,
    /// Texts for rules.
    pub texts: &'a TextCache,
}

/// A case with everything that rules may look at.
pub fn case_file<R: library::Rows + ?Sized>(
    files: &Files<'_, R>,
    case: CaseId,
    state: &CaseState,
    account: Option<Arc<model::Account>>,
) -> Result<CaseFile> {
    let mut messages = Vec::with_capacity(state.messages.len());
    let texts = texts(files, &state.messages)?;
    let keys: BTreeMap<u64, MessageKey> =
        texts.iter().map(|(number, text)| (*number, text.message.key)).collect();
    for (_, text) in texts {
        let answers = answered(files.rows, &text, &keys)?;
        let message = if answers == text.message.answers {
            text.message
        } else {
            let mut message = (*text.message).clone();
            message.answers = answers;
            Arc::new(message)
        };
        messages.push(message);
    }
    messages.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.key.cmp(&b.key)));
    let mut notes = Vec::with_capacity(state.notes.len());
    for number in &state.notes {
        notes.extend(note(files, *number)?);
    }
    notes.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.text.cmp(&b.text)));
    let contacts = account.as_ref().map(|a| files.directory.contacts_of(&a.id)).unwrap_or_default();
    let calendar = files.settings.calendar_for(account.as_deref());
    let tier = account.as_ref().and_then(|account| account.tier.as_deref());
    let reply_minutes =
        tier.and_then(|tier| files.settings.reply_minutes.get(&model::fold_text(tier))).copied();
    let judged = state.judged.iter().map(JudgedRow::judged).collect();
    let decided = promises::decided(files.rows, &messages)?;
    Ok(CaseFile {
        id: case,
        account,
        contacts,
        messages,
        notes,
        judged,
        decided,
        calendar,
        reply_minutes,
    })
}

/// Texts of messages, from the cache or from their bytes.
fn texts<R: library::Rows + ?Sized>(
    files: &Files<'_, R>,
    numbers: &[u64],
) -> Result<Vec<(u64, Text)>> {
    let mut texts = Vec::with_capacity(numbers.len());
    let mut missing: Vec<(u64, MessageRow)> = Vec::new();
    for number in numbers {
        let row = files.rows.row::<MessageRow>(MESSAGE, &number_key(*number))?;
        let Some(row) = row else { continue };
        match files.texts.get(&row.key) {
            Some(text) => texts.push((*number, text)),
            None => missing.push((*number, row)),
        }
    }
    let ids: Vec<_> = missing.iter().map(|(_, row)| row.evidence).collect();
    let mut raw: Vec<Option<Box<[u8]>>> = vec![None; ids.len()];
    files.evidence.get_many(&ids, &mut |at, bytes| raw[at] = Some(bytes.into()))?;
    for ((number, row), bytes) in missing.iter().zip(raw) {
        let Some(bytes) = bytes else { continue };
        let limits: &Limits = &files.settings.limits;
        let message = library::parse_row(files.rows, &bytes, limits, *number, row)?;
        if let Some(message) = message {
            let text = Text::of(&message, files.directory);
            files.texts.put(text.clone());
            texts.push((*number, text));
        }
    }
    Ok(texts)
}

/// The message of the same case that `text` answers.
fn answered<R: library::Rows + ?Sized>(
    rows: &R,
    text: &Text,
    members: &BTreeMap<u64, MessageKey>,
) -> Result<Option<MessageKey>> {
    for id in text.answers.iter() {
        let known: Option<HeaderIdRow> = rows.row(HEADER_ID, &header_id_key(id))?;
        let found = known
            .and_then(|row| row.messages.iter().find_map(|number| members.get(number).copied()));
        if found.is_some_and(|key| key != text.message.key) {
            return Ok(found);
        }
    }
    Ok(None)
}

fn note<R: library::Rows + ?Sized>(files: &Files<'_, R>, number: u64) -> Result<Option<CaseNote>> {
    let Some(row) = files.rows.row::<NoteRow>(NOTE, &number_key(number))? else { return Ok(None) };
    let Some(bytes) = files.evidence.get(&row.evidence)? else { return Ok(None) };
    let Ok(kept) = serde_json::from_slice::<NoteEvidence>(&bytes) else { return Ok(None) };
    Ok(Some(CaseNote { at: row.at, author: kept.author, text: Arc::from(kept.text) }))
}
