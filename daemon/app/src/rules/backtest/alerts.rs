//! Whom the policies of both sets would have told of what.

use engine::{
    Evaluator, RuleError,
    alerts::{Forecaster, Roster, Wish},
};
use jiff::SignedDuration;
use model::{Assessment, Instant};
use serde::Serialize;

use super::{Comparison, files::Filed};
use crate::alerts::{ForecastRecord, Recent};

/// The most cases that either side names.
const NAMED: usize = 1000;
/// How long what was told last may still be repeated or passed on.
const TAIL: SignedDuration = SignedDuration::from_hours(24);
/// The longest time that is played.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 91);

/// What the policies of both sets would have told, if somebody had acknowledged every notice within
/// the hour. Both are averaged over the same days: from the first alert of either to the last, at
/// most the latest quarter of a year, since a desk of many years says little of the next week.
#[derive(Debug, Clone, Serialize)]
pub struct AlertsChange {
    /// Days from the first alert of either set to the last, at most 92.
    pub days: u32,
    /// By the active set.
    pub before: ForecastRecord,
    /// By the other set.
    pub after: ForecastRecord,
}

/// What policies wish for, of all cases so far.
pub(super) struct Told<'a> {
    before: Forecaster<'a>,
    after: Forecaster<'a>,
    names: (String, String),
    /// The first wish of either set, and the last.
    span: Option<(Instant, Instant)>,
}

impl<'a> Told<'a> {
    pub(super) fn new(roster: &'a Roster, compared: &Comparison) -> Self {
        let (before, after) = (compared.before.rules(), compared.after.rules());
        Self {
            names: (before.to_string(), after.to_string()),
            before: Forecaster::new(roster, before.clone()),
            after: Forecaster::new(roster, after.clone()),
            span: None,
        }
    }

    pub(super) fn add(&mut self, before: Vec<Wish>, after: Vec<Wish>) {
        for at in before.iter().chain(&after).map(Wish::at) {
            let (first, last) = self.span.unwrap_or((at, at));
            self.span = Some((first.min(at), last.max(at)));
        }
        self.before.add(before);
        self.after.add(after);
    }

    /// What would have been told until `now`.
    pub(super) fn change(self, now: Instant) -> AlertsChange {
        let (first, last) = self.span.unwrap_or((now, now));
        let first = first.max(last.plus(-LONGEST));
        let until = last.plus(TAIL).min(now);
        let days = u32::try_from((last.since(first).as_hours() + 24) / 24).unwrap_or(u32::MAX);
        let record = |forecaster: Forecaster<'_>, rules| {
            let mut record = ForecastRecord::of(&forecaster.run(first, until), rules, days);
            record.cases.truncate(NAMED);
            record
        };
        AlertsChange {
            days,
            before: record(self.before, self.names.0),
            after: record(self.after, self.names.1),
        }
    }
}

/// What the policies of `evaluator` wish for upon what it found in a case.
pub(super) fn wishes(
    filed: &Filed,
    assessment: &Assessment,
    evaluator: &dyn Evaluator,
    since: Instant,
    until: Instant,
) -> (Vec<Wish>, Vec<RuleError>) {
    let Some(card) = &filed.card else { return Default::default() };
    let recent = Recent {
        card,
        fields: &filed.fields,
        account: filed.file.account.clone(),
        assessment,
        before: None,
        evaluator,
        since,
        until,
    };
    recent.asked()
}
