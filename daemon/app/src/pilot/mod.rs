//! The pilot report: what a team would have known, and when, had Watchkeeper read its history as it
//! happened. Rules and policies are pure, so an imported mailbox shows what they would have said then.
//!
//! Start with [`PilotReport`]. [`course`] follows one escalation, [`figures`] counts them.

mod course;
mod figures;
mod gather;

use std::cmp::Reverse;

use engine::alerts::Forecast;
use model::{Instant, PromiseState, RuleSetId};

pub use self::{
    course::{PilotCase, Reaction, ReactionKind},
    figures::{Counted, PilotFigures, PromiseFigures, RepeatedAccount},
};
use crate::{
    Result,
    acts::invalid,
    files::CoverageRequest,
    query::PageRequest,
    record::{CaseRow, Page},
    watchkeeper::Watchkeeper,
};

/// Cases that are given as examples.
const EXAMPLES: usize = 10;
/// Accounts that are listed for having escalated more than once.
const REPEATED: usize = 10;

/// Which history is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PilotRequest {
    /// From when; the first message if not given.
    pub since: Option<Instant>,
    /// Until when; now if not given.
    pub until: Option<Instant>,
    /// The instant that parts before from after, such as the first day of a pilot.
    pub split: Option<Instant>,
}

/// A stretch of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// All of it.
    Whole,
    /// Up to the split.
    Before,
    /// From the split on.
    After,
}

/// A promise of ours, as far as the report needs it.
struct Promised {
    row: CaseRow,
    at: Instant,
    state: PromiseState,
    timed: bool,
    /// Missed, and nobody of ours wrote in its case since.
    unfollowed: bool,
}

/// All that is counted.
struct Gathered {
    since: Instant,
    until: Instant,
    /// When each case began.
    began: Vec<Instant>,
    /// When each message was written.
    written: Vec<Instant>,
    courses: Vec<PilotCase>,
    promises: Vec<Promised>,
    forecast: Forecast,
}

/// What was taken in, at all times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Mailboxes and other sources.
    pub sources: u64,
    /// Messages, copies counted once.
    pub messages: u64,
    /// Messages that could not be read, and wait in the quarantine.
    pub quarantined: u64,
    /// Attached files, each once.
    pub files: u64,
    /// Those that were read, at least in part.
    pub files_read: u64,
    /// Those that wait to be read.
    pub files_waiting: u64,
    /// Those that were not read.
    pub files_unread: u64,
}

/// What a team would have known, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct PilotReport {
    /// From when.
    pub since: Instant,
    /// Until when.
    pub until: Instant,
    /// What parts before from after.
    pub split: Option<Instant>,
    /// The zone whose days are counted.
    pub zone: String,
    /// The rule set.
    pub rules: RuleSetId,
    /// What was taken in.
    pub taken_in: TakenIn,
    /// The figures of all of it.
    pub whole: PilotFigures,
    /// Those before the split.
    pub before: Option<PilotFigures>,
    /// Those after it.
    pub after: Option<PilotFigures>,
    /// Escalations by month, as `2026-01`: all, and those told of before anybody reacted.
    pub months: Vec<(String, u64, u64)>,
    /// Accounts with more than one escalation, those with most first.
    pub repeated: Vec<RepeatedAccount>,
    /// The cases in which most time would have been won, at most ten.
    pub examples: Vec<PilotCase>,
}

impl Watchkeeper {
    /// What the team would have known, and when.
    pub fn pilot(&self, asked: PilotRequest, now: Instant) -> Result<PilotReport> {
        let all = self.gather(asked, now)?;
        let hours = self.settings.hours();
        let zone = hours.zone();
        let stretch = |from, until| figures::figures(&all, zone, from, until);
        let mut examples: Vec<PilotCase> = all.courses.clone();
        examples.sort_by_key(|course| (Reverse(course.won(all.until)), course.row.id));
        examples.truncate(EXAMPLES);
        let examples = examples.into_iter().map(|case| self.quoted(case)).collect::<Result<_>>()?;
        let mut repeated = figures::repeated(&all);
        repeated.truncate(REPEATED);
        Ok(PilotReport {
            since: all.since,
            until: all.until,
            split: asked.split,
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            rules: self.rules().rules().clone(),
            taken_in: self.taken_in()?,
            whole: stretch(all.since, all.until),
            before: asked.split.map(|split| stretch(all.since, split)),
            after: asked.split.map(|split| stretch(split, all.until)),
            months: figures::months(&all, zone),
            repeated,
            examples,
        })
    }

    /// The cases behind a figure of the report, those in which most time would have been won first.
    pub fn pilot_cases(
        &self,
        asked: PilotRequest,
        counted: Counted,
        stretch: Stretch,
        page: &PageRequest,
        now: Instant,
    ) -> Result<Page<PilotCase>> {
        let all = self.gather(asked, now)?;
        let (from, until) = match (stretch, asked.split) {
            (Stretch::Before, Some(split)) => (all.since, split),
            (Stretch::After, Some(split)) => (split, all.until),
            (Stretch::Whole, _) => (all.since, all.until),
            _ => return Err(invalid("no split is given", "name one, or ask for the whole")),
        };
        let mut cases = figures::counted(&all, counted, from, until);
        cases.sort_by_key(|course| (Reverse(course.won(all.until)), course.row.id));
        page.cut(&cases, |case| self.quoted(case.clone()).map(Some))
    }

    /// The case with the words of its first sign.
    fn quoted(&self, mut case: PilotCase) -> Result<PilotCase> {
        if let Some(span) = &case.span {
            let snapshot = self.ports.views.snapshot()?;
            let (id, state) = self.live_case(case.row.id)?;
            case.quote = self.seen(&*snapshot, id, &state)?.passages.quote(span);
        }
        Ok(case)
    }

    fn taken_in(&self) -> Result<TakenIn> {
        let status = self.status()?;
        let page = PageRequest { cursor: None, limit: 1 };
        let files = self.coverage(&CoverageRequest { page, ..CoverageRequest::default() })?;
        Ok(TakenIn {
            sources: self.sources()?.len() as u64,
            messages: status.messages,
            quarantined: status.quarantined,
            files: files.files,
            files_read: files.read + files.read_in_part,
            files_waiting: files.waiting,
            files_unread: files.unread.iter().map(|reason| reason.files).sum(),
        })
    }
}
