//! What follows from the views: assessments of the cases that were touched, their cards, and what
//! must be recorded about both.

use std::{collections::BTreeSet, sync::Arc};

use engine::{
    CaseFile,
    assess::{Checkpoint, assess_from, diff},
    directory::{AccountScope, Directory},
};
use model::{Actor, Assessment, CaseId, Fact, Instant, Seq, fact::NewFact};
use rayon::prelude::*;
use store::{Evidence, Journal};

use crate::{
    Result, Settings,
    alerts::{Recent, Wishes},
    batch::Batch,
    card::card,
    case_files::Files,
    courses::{Course, Courses},
    fields,
    passages::{PASSAGES, Passages, spans_of},
    promises::{self, PromiseRecord},
    query::changes::changed_at,
    record::CaseRow,
    rules::{Bench, shadow::Shadow},
    siblings,
    tables::{ASSESSMENT, AssessmentRow, CARD, CHANGED, CaseState, PROMISE, case_key},
    texts::TextCache,
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
    /// When something about it changed last.
    pub changed: Option<Instant>,
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
        let mut begun = Vec::with_capacity(cases.len());
        for case in cases {
            match batch.case_state(*case)? {
                Some(state) if state.merged_into.is_none() && !state.messages.is_empty() => {
                    let earlier = self.courses.get(*case).filter(|course| course.leads_to(&state));
                    begun.push((*case, state, earlier));
                }
                _ => {
                    batch.rows.delete(CARD, &case_key(*case));
                    batch.rows.delete(PASSAGES, &case_key(*case));
                    batch.rows.delete(CHANGED, &case_key(*case));
                    batch.rows.delete(PROMISE, &case_key(*case));
                    self.courses.forget(*case);
                    fields::forget(&mut batch.rows, *case);
                    let wishes = Wishes::default();
                    let (wake, changed) = (None, None);
                    derived.push(Derived { card: None, case: *case, wake, changed, wishes });
                }
            }
        }
        let work = self.work(batch, begun)?;
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
            let changed = changed_at(&batch.rows, &work.state, &row.assessment, self.now)?;
            batch.rows.put(CHANGED, &case_key(work.case), &changed)?;
            let wishes = Wishes::of(&self.recent(&work, &card, &row.assessment));
            let changed = Some(changed);
            derived.push(Derived { card: Some(card), case: work.case, wake, changed, wishes });
            // Its course has the texts from now on.
            let fresh = work.course.messages.iter().skip(work.known).map(|(_, key)| *key);
            self.texts.drop_all(fresh);
            self.courses.put(work.case, work.course);
        }
        Ok(())
    }

    /// Reads what is new of each case, all texts of the chunk in one go.
    fn work(
        &self,
        batch: &Batch,
        begun: Vec<(CaseId, CaseState, Option<Arc<Course>>)>,
    ) -> Result<Vec<Work>> {
        let files = Files {
            rows: &batch.rows,
            evidence: self.evidence,
            settings: self.settings,
            directory: self.directory,
            texts: self.texts,
        };
        let known = |earlier: &Option<Arc<Course>>| {
            earlier.as_ref().map_or(0, |course| course.messages.len())
        };
        let numbers: Vec<u64> = begun
            .iter()
            .flat_map(|(_, state, earlier)| &state.messages[known(earlier)..])
            .copied()
            .collect();
        let mut texts = files.texts(&numbers)?.into_iter();
        let mut work = Vec::with_capacity(begun.len());
        for (case, state, earlier) in begun {
            let known = known(&earlier);
            let account = match state.summary.scope() {
                AccountScope::Account(id) => self.directory.account(id).cloned(),
                _ => None,
            };
            let fresh = texts.by_ref().take(state.messages.len() - known).collect();
            let course = files.course(earlier.as_deref(), case, &state, account, fresh)?;
            let before = batch.rows.get(ASSESSMENT, &case_key(case))?;
            work.push(Work { case, state, course, known, before });
        }
        Ok(work)
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
            since: self.now.plus(-self.settings.roster().horizon),
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
}
