//! How far a walk has come.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{Finding, Instant, LevelName, RuleSetId, SignalId, Span, finding::Reason};

use super::{
    attention::Attention,
    hold::{Cause, Hold},
    people::{NOBODY, Turn},
    timers::{TimerKey, Timers},
};
use crate::{
    case_file::CaseFile,
    clocks::ReplyClock,
    evaluator::{RuleError, Verdict},
    judging::Muted,
    promises::Ledger,
};

/// Everything that a walk carries from one event to the next.
#[derive(Debug, Clone)]
pub(super) struct Course {
    pub(super) now: Instant,
    pub(super) messages: usize,
    pub(super) notes: usize,
    /// How many decisions about promises have taken effect.
    pub(super) decided: usize,
    pub(super) ledger: Ledger,
    pub(super) findings: Arc<Vec<Finding>>,
    pub(super) errors: Vec<RuleError>,
    pub(super) hold: Hold,
    /// The last verdict, if it holds until a signal changes.
    pub(super) verdict: Option<Verdict>,
    /// What makes the rules decide at present.
    pub(super) cause: Cause,
    /// The reasons that were recorded last.
    pub(super) reasons: Vec<Reason>,
    pub(super) turn: Turn,
    pub(super) due: Option<Instant>,
    /// What `due` was worked out from.
    pub(super) due_basis: (Option<ReplyClock>, LevelName),
    pub(super) waiting_on: String,
    pub(super) owner: Option<String>,
    pub(super) timers: Timers,
    /// Timers that fell due at `now`, and how often.
    pub(super) fired: BTreeMap<TimerKey, u32>,
    /// The signals that are raised, with the passages they stand on.
    pub(super) raised: BTreeMap<SignalId, BTreeSet<Span>>,
    pub(super) attention: Attention,
    pub(super) score: u8,
    /// How many judgements of persons have been taken in.
    pub(super) judged: usize,
    pub(super) muted: Arc<Muted>,
}

impl Course {
    /// Before anything has happened in `case`.
    pub(super) fn new(case: &CaseFile) -> Self {
        Self {
            now: Instant::from_millis(i64::MIN),
            messages: 0,
            notes: 0,
            decided: 0,
            ledger: Ledger::default(),
            findings: Arc::default(),
            errors: Vec::new(),
            hold: Hold::new(),
            verdict: None,
            cause: Cause::Course,
            reasons: Vec::new(),
            turn: Turn::default(),
            due: None,
            due_basis: (None, LevelName::none()),
            waiting_on: NOBODY.to_owned(),
            owner: None,
            timers: Timers::default(),
            fired: BTreeMap::new(),
            raised: BTreeMap::new(),
            attention: Attention::new(case.account.as_deref()),
            score: 0,
            judged: 0,
            muted: Arc::default(),
        }
    }
}

/// How a case stood right after its last message, kept so that the next message need not walk the
/// whole case again.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    case: Arc<CaseFile>,
    rules: RuleSetId,
    course: Course,
}

impl Checkpoint {
    pub(super) fn new(case: &Arc<CaseFile>, rules: &RuleSetId, course: Course) -> Self {
        Self { case: Arc::clone(case), rules: rules.clone(), course }
    }

    /// The case as it was.
    pub fn case(&self) -> &Arc<CaseFile> {
        &self.case
    }

    /// How many findings it holds.
    pub fn findings(&self) -> usize {
        self.course.findings.len()
    }

    /// The course from here on, if `case` goes on where this stands and `rules` decide as before:
    /// all that had happened is the same, and nothing else happened before it.
    pub(super) fn course_to(&self, case: &CaseFile, rules: &RuleSetId) -> Option<Course> {
        // Whatever a case file comes to hold must be compared here.
        let CaseFile {
            id,
            account,
            contacts,
            messages,
            notes,
            judged,
            calendar,
            reply_minutes,
            decided,
            given_to,
            earlier,
        } = &*self.case;
        let course = &self.course;
        let same = self.rules == *rules
            && *id == case.id
            && *account == case.account
            && *contacts == case.contacts
            && *calendar == case.calendar
            && *reply_minutes == case.reply_minutes
            && *given_to == case.given_to
            && *earlier == case.earlier
            && goes_on(messages, &case.messages, course.messages)
            && goes_on(notes, &case.notes, course.notes)
            && goes_on(judged, &case.judged, course.judged)
            && goes_on(decided, &case.decided, course.decided);
        // What happens at one instant happens after its messages.
        let later = |at: Option<Instant>| at.is_none_or(|at| at >= course.now);
        let in_time = later(case.messages.get(course.messages).map(|m| m.at))
            && later(case.notes.get(course.notes).map(|n| n.at))
            && later(case.judged.get(course.judged).map(|j| j.at))
            && later(case.decided.get(course.decided).map(|d| d.at));
        (same && in_time).then(|| course.clone())
    }
}

/// Whether the first `taken` of both are the same.
fn goes_on<T: PartialEq>(before: &[T], after: &[T], taken: usize) -> bool {
    before.get(..taken).is_some_and(|taken_in| after.get(..taken) == Some(taken_in))
}
