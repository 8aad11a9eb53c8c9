//! What follows from the views: assessments of the cases that were touched, their cards, and what
//! must be recorded about both.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{
    CaseFile, CaseMessage, CaseNote,
    assess::{Checkpoint, assess_from, diff},
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
    courses::{Course, Courses},
    fields, library,
    passages::{PASSAGES, Passages, spans_of},
    promises::{self, PromiseRecord},
    record::CaseRow,
    rules::{Bench, shadow::Shadow},
    siblings,
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
    /// Where cases stand.
    pub(crate) courses: &'a Courses,
    /// Who judges which case.
    pub bench: &'a Bench,
    /// The sets that run beside active ones.
    pub shadows: &'a [Arc<Shadow>],
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
    course: Course,
    /// How many of its messages were known before.
    known: usize,
    before: Option<AssessmentRow>,
}

/// What was found about one case.
struct Found {
    assessment: Assessment,
    card: CaseRow,
    promises: Vec<PromiseRecord>,
    checkpoint: Option<Checkpoint>,
}

/// How many cases are held in memory at once, and how many messages of theirs.
const CHUNK: usize = 512;
const CHUNK_MESSAGES: usize = 4096;

impl Derivation<'_> {
    /// Assesses `cases`, appends what changed to the journal, and writes assessments and cards.
    pub fn run(&self, batch: &mut Batch, cases: &BTreeSet<CaseId>) -> Result<Vec<Derived>> {
        let mut list: Vec<CaseId> = cases.iter().copied().collect();
        list.extend(siblings::settle(batch, cases)?);
        let mut derived = Vec::with_capacity(list.len());
        let mut chunk = Vec::new();
        let mut held = 0;
        for case in list {
            let messages = batch.with_case(case, |state| state.messages.len())?.unwrap_or(0);
            if chunk.len() == CHUNK || held + messages > CHUNK_MESSAGES {
                self.run_chunk(batch, &chunk, &mut derived)?;
                chunk.clear();
                held = 0;
            }
            chunk.push(case);
            held += messages;
        }
        self.run_chunk(batch, &chunk, &mut derived)?;
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
                    let earlier = self.courses.get(*case);
                    let known = earlier.as_ref().map_or(0, |course| course.messages.len());
                    let course = self.course(batch, *case, &state, earlier.as_deref())?;
                    let before = batch.rows.get(ASSESSMENT, &case_key(*case))?;
                    work.push(Work { case: *case, state, course, known, before });
                }
                _ => {
                    batch.rows.delete(CARD, &case_key(*case));
                    batch.rows.delete(PASSAGES, &case_key(*case));
                    batch.rows.delete(PROMISE, &case_key(*case));
                    self.courses.forget(*case);
                    fields::forget(&mut batch.rows, *case);
                    let wishes = Wishes::default();
                    derived.push(Derived { card: None, case: *case, wake: None, wishes });
                }
            }
        }
        let outcomes: Vec<Found> = work.par_iter().map(|work| self.find(work)).collect();
        if !self.shadows.is_empty() {
            let cases: Vec<_> = work
                .iter()
                .zip(&outcomes)
                .map(|(work, found)| (&work.course.file, &found.assessment))
                .collect();
            for shadow in self.shadows {
                shadow.watch(&mut batch.rows, &cases, self.bench, self.now)?;
            }
        }
        let files: Vec<&Arc<CaseFile>> = work.iter().map(|work| &work.course.file).collect();
        fields::read(&mut batch.rows, self.bench, &files)?;
        let passages = self.passages(batch, &work, &outcomes)?;
        let mut facts = Vec::new();
        let mut recorded = Vec::with_capacity(work.len());
        for (work, found) in work.iter().zip(&outcomes) {
            let fact = self.fact(work, &found.assessment);
            recorded.push(fact.is_some());
            facts.extend(fact);
        }
        let mut seq = if facts.is_empty() { 0 } else { self.journal.append(&facts)?.start };
        let all = work.into_iter().zip(outcomes).zip(recorded).zip(passages);
        for (((mut work, found), recorded), passages) in all {
            let Found { assessment, card, promises, checkpoint } = found;
            work.course.checkpoint = checkpoint;
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
            match passages {
                Some(passages) => batch.rows.put(PASSAGES, &case_key(work.case), &passages)?,
                None => batch.rows.delete(PASSAGES, &case_key(work.case)),
            }
            let wake = row.assessment.wake;
            let wishes = Wishes::of(&self.recent(&work, &card, &row.assessment));
            derived.push(Derived { card: Some(card), case: work.case, wake, wishes });
            // Its course has the texts from now on.
            let fresh = work.course.messages.iter().skip(work.known).map(|(_, key)| *key);
            self.texts.drop_all(fresh);
            self.courses.put(work.case, work.course);
        }
        Ok(())
    }

    fn find(&self, work: &Work) -> Found {
        let Course { file, checkpoint, .. } = &work.course;
        let evaluator = &**self.bench.judge(file);
        let (found, checkpoint) = assess_from(checkpoint.as_ref(), file, evaluator, self.now);
        for error in &found.errors {
            log::warn!(case:% = work.case, error:%; "a rule failed");
        }
        let assessment = found.assessment;
        let card = card(file, &work.state, &assessment, evaluator, self.now);
        let promises = promises::records(file, &assessment, &card, self.now);
        Found { assessment, card, promises, checkpoint }
    }

    /// What the pages of the longer cases need of their texts.
    fn passages(
        &self,
        batch: &Batch,
        work: &[Work],
        found: &[Found],
    ) -> Result<Vec<Option<Passages>>> {
        let mut values = Vec::with_capacity(work.len());
        for work in work {
            let reads = !self.bench.judge(&work.course.file).fields().is_empty();
            values.push(if reads { fields::spans(&batch.rows, work.case)? } else { Vec::new() });
        }
        let all = work.par_iter().zip(found).zip(&values);
        Ok(all
            .map(|((work, found), values)| {
                let spans = spans_of(&found.assessment.findings).chain(values);
                Passages::worth_keeping(&work.course.file, spans)
            })
            .collect())
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
            account: work.course.file.account.clone(),
            assessment,
            before: work.before.as_ref().map(|row| &row.assessment),
            evaluator: &**self.bench.judge(&work.course.file),
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

    fn course(
        &self,
        batch: &Batch,
        case: CaseId,
        state: &CaseState,
        earlier: Option<&Course>,
    ) -> Result<Course> {
        let account = match state.summary.scope() {
            engine::directory::AccountScope::Account(id) => self.directory.account(id).cloned(),
            _ => None,
        };
        let files = Files {
            rows: &batch.rows,
            evidence: self.evidence,
            settings: self.settings,
            directory: self.directory,
            texts: self.texts,
        };
        files.course(earlier, case, state, account)
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
    files.course(None, case, state, account).map(|course| Arc::unwrap_or_clone(course.file))
}

impl<R: library::Rows + ?Sized> Files<'_, R> {
    /// The course of a case, of which only what is new since `known` is read.
    fn course(
        &self,
        known: Option<&Course>,
        case: CaseId,
        state: &CaseState,
        account: Option<Arc<model::Account>>,
    ) -> Result<Course> {
        let known = known.filter(|known| {
            let numbers = known.messages.iter().map(|(number, _)| number);
            state.messages.len() >= known.messages.len()
                && state.messages.iter().zip(numbers).all(|(a, b)| a == b)
                && state.notes.starts_with(&known.notes)
        });
        let (seen, read) = known.map_or((0, 0), |known| (known.messages.len(), known.notes.len()));
        let texts = texts(self, &state.messages[seen..])?;
        // A message that an earlier one would rather answer changes that one.
        let awaited = |known: &Course| {
            let mut ids = texts.iter().filter_map(|(_, text)| text.id.as_deref());
            ids.any(|id| known.awaited.contains(id))
        };
        if known.is_some_and(awaited) {
            return self.course(None, case, state, account);
        }
        let mut course = known.map_or_else(|| Course::new(case), Course::again);
        course.messages.extend(texts.iter().map(|(number, text)| (*number, text.message.key)));
        let file = Arc::make_mut(&mut course.file);
        let members: BTreeMap<u64, MessageKey> = course.messages.iter().copied().collect();
        let fresh = !texts.is_empty();
        for (_, text) in texts {
            file.messages.push(self.answering(text, &members, &mut course.awaited)?);
        }
        file.messages.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.key.cmp(&b.key)));
        for number in &state.notes[read..] {
            file.notes.extend(note(self, *number)?);
        }
        course.notes.clone_from(&state.notes);
        file.notes.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.text.cmp(&b.text)));
        file.contacts =
            account.as_ref().map(|a| self.directory.contacts_of(&a.id)).unwrap_or_default();
        let given_to = state.fields.iter().find(|row| row.field == "team");
        file.given_to = given_to.map(|row| Arc::from(row.value.as_str()));
        file.earlier = siblings::earlier(self.rows, case)?;
        let team = file.team().map(|team| &**team);
        file.calendar = self.settings.calendar_for(account.as_deref(), team);
        let tier = account.as_ref().and_then(|account| account.tier.as_deref());
        file.reply_minutes =
            tier.and_then(|tier| self.settings.reply_minutes.get(&model::fold_text(tier))).copied();
        file.account = account;
        file.judged = state.judged.iter().map(JudgedRow::judged).collect();
        if fresh {
            file.decided = promises::decided(self.rows, &file.messages)?;
        }
        Ok(course)
    }

    /// A message with the one of the same case that it answers. Those that it would rather answer,
    /// but which are not there, go to `awaited`.
    fn answering(
        &self,
        text: Text,
        members: &BTreeMap<u64, MessageKey>,
        awaited: &mut BTreeSet<String>,
    ) -> Result<Arc<CaseMessage>> {
        let mut answers = None;
        for id in text.answers.iter() {
            let known: Option<HeaderIdRow> = self.rows.row(HEADER_ID, &header_id_key(id))?;
            let found = known.and_then(|row| {
                row.messages.iter().find_map(|number| members.get(number).copied())
            });
            if found.is_some_and(|key| key != text.message.key) {
                answers = found;
                break;
            }
            awaited.insert(id.clone());
        }
        if answers == text.message.answers {
            return Ok(text.message);
        }
        let mut message = (*text.message).clone();
        message.answers = answers;
        Ok(Arc::new(message))
    }
}

/// Texts of messages in the order of `numbers`, from the cache or from their bytes.
fn texts<R: library::Rows + ?Sized>(
    files: &Files<'_, R>,
    numbers: &[u64],
) -> Result<Vec<(u64, Text)>> {
    let mut texts: Vec<Option<Text>> = Vec::with_capacity(numbers.len());
    let mut missing: Vec<(usize, MessageRow)> = Vec::new();
    for number in numbers {
        let row = files.rows.row::<MessageRow>(MESSAGE, &number_key(*number))?;
        let text = row.as_ref().and_then(|row| files.texts.get(&row.key));
        missing.extend(row.filter(|_| text.is_none()).map(|row| (texts.len(), row)));
        texts.push(text);
    }
    let ids: Vec<_> = missing.iter().map(|(_, row)| row.evidence).collect();
    let mut raw: Vec<Option<Box<[u8]>>> = vec![None; ids.len()];
    files.evidence.get_many(&ids, &mut |at, bytes| raw[at] = Some(bytes.into()))?;
    for ((at, row), bytes) in missing.iter().zip(raw) {
        let Some(bytes) = bytes else { continue };
        let limits: &Limits = &files.settings.limits;
        if let Some(message) = library::parse_row(files.rows, &bytes, limits, numbers[*at], row)? {
            let text = Text::of(&message, files.directory);
            files.texts.put(text.clone());
            texts[*at] = Some(text);
        }
    }
    Ok(numbers.iter().copied().zip(texts).filter_map(|(n, text)| Some((n, text?))).collect())
}

fn note<R: library::Rows + ?Sized>(files: &Files<'_, R>, number: u64) -> Result<Option<CaseNote>> {
    let Some(row) = files.rows.row::<NoteRow>(NOTE, &number_key(number))? else { return Ok(None) };
    let Some(bytes) = files.evidence.get(&row.evidence)? else { return Ok(None) };
    let Ok(kept) = serde_json::from_slice::<NoteEvidence>(&bytes) else { return Ok(None) };
    Ok(Some(CaseNote { at: row.at, author: kept.author, text: Arc::from(kept.text) }))
}
