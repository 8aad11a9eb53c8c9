//! When we work, changed while the service runs: what a change would move, and how it takes effect.
//!
//! The past keeps its hours: a change holds from a day on, and the weeks before it stay in the
//! calendar, so that every due time is reckoned by the hours of its own days. Whoever says that the
//! hours were always these has all of history reckoned anew. Where hours are written down is known to
//! the room that reads the configuration, which implements [`SavedHours`].

mod days;

use std::sync::Arc;

use jiff::civil::Date;
use model::{Actor, CaseId, Fact, Instant};
use rayon::prelude::*;

use crate::{
    Hours, Result, Watchkeeper,
    library::Rows,
    overlay::read_all,
    record::CaseRow,
    saved::Act,
    tables::{ASSESSMENT, AssessmentRow, CARD, case_key},
};

pub use days::{FreeDay, NoDays, days_of};

/// So many replies that are owed are reckoned anew for a comparison, those due first.
const COMPARED: usize = 400;

/// Hours as a person writes them down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursDraft {
    /// The calendar; empty for our own.
    pub name: String,
    /// Hours of each day from Monday on, as `09:00-17:00`.
    pub week: [Vec<String>; 7],
    /// Days without work.
    pub holidays: Vec<Date>,
    /// The first day with these hours; nothing where they are to have held always. Without meaning
    /// where the week stays as it is.
    pub since: Option<Date>,
}

/// What other hours would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HoursEffect {
    /// The first day whose hours are others; nothing if all stays as it is.
    pub from: Option<Date>,
    /// Whether days are concerned that have passed, so that history is reckoned anew.
    pub past: bool,
    /// Replies that would be due at another time, those first that are due first now.
    pub moved: Vec<MovedDue>,
    /// How many replies were looked at.
    pub compared: usize,
    /// How many are owed in all.
    pub owed: usize,
}

/// A reply that would be due at another time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedDue {
    /// The case.
    pub case: CaseRow,
    /// When it is due as things stand.
    pub before: Instant,
    /// When it would be due; nothing if nothing would set a time.
    pub after: Option<Instant>,
}

/// Why hours cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum HoursRefused {
    /// Something is to be corrected; the text says what.
    #[error("{0}")]
    Wrong(String),
    /// There is no such calendar, or nothing of it was changed in the page.
    #[error("there is no calendar \"{0}\" that was changed in the page")]
    Unknown(String),
    /// Somebody changed it meanwhile.
    #[error("somebody changed these hours meanwhile; read them again")]
    Changed,
    /// It could not be written down.
    #[error("{0}")]
    Failed(String),
    /// The use cases refused it.
    #[error(transparent)]
    App(#[from] crate::AppError),
}

/// Hours that are written down and can be changed.
pub trait SavedHours: Send + Sync {
    /// What the draft would do; nothing is kept.
    fn compare(&self, draft: &HoursDraft, now: Instant) -> Result<HoursEffect, HoursRefused>;

    /// Keeps hours anew that were read as `version`, and lets clocks run by them at once.
    fn change(&self, draft: &HoursDraft, version: &str, act: Act<'_>) -> Result<(), HoursRefused>;

    /// Goes back to what the configuration says of the calendar `name`, which was read as `version`.
    fn reset(&self, name: &str, version: &str, act: Act<'_>) -> Result<(), HoursRefused>;
}

/// The hours that can be changed.
pub type Timetable = Arc<dyn SavedHours>;

impl Watchkeeper {
    /// What `hours` would do to the replies that are owed at `now`.
    pub fn compare_hours(&self, hours: &Hours, now: Instant) -> Result<HoursEffect> {
        let current = self.settings.hours();
        let Some(from) = current.differ_on(hours) else { return Ok(HoursEffect::default()) };
        let past = from < now.in_zone(current.zone()).date();
        let mut owed: Vec<(Instant, CaseId)> = {
            let board = self.board()?.read();
            let open = board.places().filter(|place| !place.closed);
            open.filter_map(|place| Some((place.reply_due?, place.id))).collect()
        };
        owed.sort_unstable();
        let snapshot = self.ports.views.snapshot()?;
        let looked_at = &owed[..owed.len().min(COMPARED)];
        let bench = self.bench();
        let moved = looked_at.par_iter().map(|(before, case)| -> Result<Option<MovedDue>> {
            let (id, state) = self.live_case(*case)?;
            let mut file = self.file(&*snapshot, id, &state)?;
            let team = file.team().map(ToString::to_string);
            file.calendar = hours.calendar_for(file.account.as_deref(), team.as_deref());
            let file = Arc::new(file);
            let ledger = engine::explain_due(&file, &**bench.judge(&file), now);
            let after = ledger.map(|ledger| ledger.due);
            let card: Option<CaseRow> = snapshot.row(CARD, &case_key(id))?;
            let changed = card.filter(|_| after != Some(*before));
            Ok(changed.map(|case| MovedDue { case, before: *before, after }))
        });
        let moved: Result<Vec<Option<MovedDue>>> = moved.collect();
        Ok(HoursEffect {
            from: Some(from),
            past,
            moved: moved?.into_iter().flatten().collect(),
            compared: looked_at.len(),
            owed: owed.len(),
        })
    }

    /// Lets clocks run by `hours` from now on, which `fact` records. Cases are assessed anew in slices
    /// by [`Watchkeeper::reassess_some`].
    pub fn put_hours(&self, hours: Hours, fact: Fact, actor: Actor, now: Instant) -> Result<()> {
        self.audit(fact, actor, now)?;
        self.settings.set_hours(hours);
        self.line_up(self.all_by_last_finding()?);
        Ok(())
    }

    /// Every case that was assessed, the latest last.
    pub(crate) fn all_by_last_finding(&self) -> Result<Vec<CaseId>> {
        let mut cases: Vec<(Instant, CaseId)> = Vec::new();
        read_all::<AssessmentRow>(&*self.ports.views.snapshot()?, ASSESSMENT, &[], |key, row| {
            if let Ok(bytes) = <[u8; 8]>::try_from(key) {
                let last = row.assessment.findings.last().map_or(Instant::EPOCH, |found| found.at);
                cases.push((last, CaseId::from_number(u64::from_be_bytes(bytes))));
            }
            true
        })?;
        cases.sort_unstable();
        Ok(cases.into_iter().map(|(_, case)| case).collect())
    }
}
