//! The figures of a backtest.

use std::collections::BTreeMap;

use engine::{Evaluator, RuleError};
use jiff::tz::TimeZone;
use model::{Instant, RuleSetId, SignalId};
use serde::Serialize;

use super::{super::compare::CaseChange, AlertsChange, Compared, FieldCount};

/// The most cases that a report names.
const NAMED: usize = 1000;
/// The most errors that a report shows.
const ERRORS: usize = 50;

/// What another set would have made of history.
#[derive(Debug, Clone, Serialize)]
pub struct BacktestReport {
    /// The active set.
    pub before: RuleSetId,
    /// The other set.
    pub after: RuleSetId,
    /// Cases compared.
    pub cases: u64,
    /// Their messages.
    pub messages: u64,
    /// Cases that differ.
    pub changed: u64,
    /// Cases that ever were escalations, by the active set and by the other.
    pub escalated: (u64, u64),
    /// Escalations only the other set sees, and only the active one.
    pub escalations_gained: u64,
    /// See `escalations_gained`.
    pub escalations_lost: u64,
    /// Escalations that the other set sees earlier, and later.
    pub earlier: u64,
    /// See `earlier`.
    pub later: u64,
    /// Signals, by name.
    pub signals: Vec<SignalChange>,
    /// Fields of the teams' own, by name: values that each set reads.
    pub fields: Vec<FieldChange>,
    /// Cases whose gravest level is another, by both levels.
    pub moved: Vec<Moved>,
    /// Days on which cases became escalations, in order.
    pub days: Vec<PerDay>,
    /// Who owned the cases that became escalations, by name; empty for nobody.
    pub people: Vec<PerPerson>,
    /// Cases that differ, the gravest change first, at most 1,000.
    pub named: Vec<CaseChange>,
    /// Scripts of the other set that failed, each way of failing once.
    #[serde(serialize_with = "as_texts")]
    pub errors: Vec<RuleError>,
    /// Scripts of the other set that ran away and were not asked any more.
    #[serde(serialize_with = "as_texts")]
    pub runaways: Vec<RuleError>,
    /// Plugins of the other set that took no part, because nobody granted them.
    pub left_out: Vec<String>,
    /// Whom the policies of both sets would have told; once all history is through.
    pub alerts: Option<AlertsChange>,
    #[serde(skip)]
    by_day: BTreeMap<String, (u64, u64)>,
    #[serde(skip)]
    by_person: BTreeMap<String, (u64, u64)>,
    #[serde(skip)]
    by_signal: BTreeMap<SignalId, SignalChange>,
    #[serde(skip)]
    by_field: BTreeMap<String, FieldCount>,
    #[serde(skip)]
    by_move: BTreeMap<(String, String), u64>,
}

fn as_texts<S: serde::Serializer>(errors: &[RuleError], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(errors.iter().map(ToString::to_string))
}

/// What becomes of a signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignalChange {
    /// The signal.
    pub signal: SignalId,
    /// Cases that the active set raises it on.
    pub before: u64,
    /// Cases that the other set raises it on.
    pub after: u64,
    /// Cases that only the other set raises it on.
    pub gained: u64,
    /// Cases that only the active set raises it on.
    pub lost: u64,
}

/// What becomes of the values of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// Values that the active set reads.
    pub before: u64,
    /// Values that the other set reads.
    pub after: u64,
    /// Values that only the other set reads.
    pub gained: u64,
    /// Values that only the active set reads.
    pub lost: u64,
}

/// Cases whose gravest level is another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The level by the active set.
    pub from: String,
    /// The level by the other set.
    pub to: String,
    /// How many.
    pub cases: u64,
}

/// Cases that became escalations on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PerDay {
    /// The day, in UTC.
    pub day: String,
    /// By the active set.
    pub before: u64,
    /// By the other set.
    pub after: u64,
}

/// Cases of a person that became escalations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PerPerson {
    /// Address of the owner at that time; empty for nobody.
    pub person: String,
    /// By the active set.
    pub before: u64,
    /// By the other set.
    pub after: u64,
}

impl BacktestReport {
    pub(super) fn new(before: &dyn Evaluator, after: &dyn Evaluator) -> Self {
        Self {
            before: before.rules().clone(),
            after: after.rules().clone(),
            cases: 0,
            messages: 0,
            changed: 0,
            escalated: (0, 0),
            escalations_gained: 0,
            escalations_lost: 0,
            earlier: 0,
            later: 0,
            signals: Vec::new(),
            fields: Vec::new(),
            moved: Vec::new(),
            days: Vec::new(),
            people: Vec::new(),
            named: Vec::new(),
            errors: Vec::new(),
            runaways: Vec::new(),
            left_out: Vec::new(),
            alerts: None,
            by_day: BTreeMap::new(),
            by_person: BTreeMap::new(),
            by_signal: BTreeMap::new(),
            by_field: BTreeMap::new(),
            by_move: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, one: Compared) {
        self.cases += 1;
        self.messages += one.messages;
        for (field, count) in one.fields {
            let all = self.by_field.entry(field).or_default();
            all.before += count.before;
            all.after += count.after;
            all.gained += count.gained;
            all.lost += count.lost;
        }
        for signal in one.before.signals.keys() {
            self.signal(signal).before += 1;
        }
        for signal in one.after.signals.keys() {
            self.signal(signal).after += 1;
        }
        for (at, owner) in &one.before.escalated {
            self.by_day.entry(day(*at)).or_default().0 += 1;
            self.by_person.entry(owner.clone().unwrap_or_default()).or_default().0 += 1;
        }
        for (at, owner) in &one.after.escalated {
            self.by_day.entry(day(*at)).or_default().1 += 1;
            self.by_person.entry(owner.clone().unwrap_or_default()).or_default().1 += 1;
        }
        self.escalated.0 += u64::from(!one.before.escalated.is_empty());
        self.escalated.1 += u64::from(!one.after.escalated.is_empty());
        for error in one.errors {
            if self.errors.len() < ERRORS && !self.errors.contains(&error) {
                self.errors.push(error);
            }
        }
        if let Some(change) = one.change {
            self.count(change);
        }
    }

    fn signal(&mut self, signal: &SignalId) -> &mut SignalChange {
        self.by_signal.entry(signal.clone()).or_insert_with(|| SignalChange {
            signal: signal.clone(),
            before: 0,
            after: 0,
            gained: 0,
            lost: 0,
        })
    }

    fn count(&mut self, change: CaseChange) {
        self.changed += 1;
        for signal in &change.gained {
            self.signal(signal).gained += 1;
        }
        for signal in &change.lost {
            self.signal(signal).lost += 1;
        }
        if change.level_before != change.level_after {
            let key = (change.level_before.clone(), change.level_after.clone());
            *self.by_move.entry(key).or_default() += 1;
        }
        match (change.escalated_before, change.escalated_after) {
            (None, Some(_)) => self.escalations_gained += 1,
            (Some(_), None) => self.escalations_lost += 1,
            (Some(before), Some(after)) if after < before => self.earlier += 1,
            (Some(before), Some(after)) if after > before => self.later += 1,
            _ => {}
        }
        let place = self.named.partition_point(|known| gravity(known) >= gravity(&change));
        if place < NAMED {
            self.named.insert(place, change);
            self.named.truncate(NAMED);
        }
    }

    /// The report with its lists filled from the counts.
    #[must_use]
    pub fn settled(mut self) -> Self {
        self.signals = self.by_signal.values().cloned().collect();
        let fields = self.by_field.iter();
        self.fields = fields
            .map(|(field, FieldCount { before, after, gained, lost })| FieldChange {
                field: field.clone(),
                before: *before,
                after: *after,
                gained: *gained,
                lost: *lost,
            })
            .collect();
        let moved = self.by_move.iter();
        self.moved = moved
            .map(|((from, to), cases)| Moved { from: from.clone(), to: to.clone(), cases: *cases })
            .collect();
        let days = self.by_day.iter();
        self.days = days
            .map(|(day, (before, after))| PerDay {
                day: day.clone(),
                before: *before,
                after: *after,
            })
            .collect();
        let people = self.by_person.iter();
        self.people = people
            .map(|(person, (before, after))| PerPerson {
                person: person.clone(),
                before: *before,
                after: *after,
            })
            .collect();
        self
    }

    /// Escalations a day, on average over the days from the first to the last that had one: by the
    /// active set and by the other.
    pub fn a_day(&self) -> (f64, f64) {
        let mut days = self.days.iter().filter_map(|day| day.day.parse::<jiff::civil::Date>().ok());
        let Some(first) = days.next() else { return (0.0, 0.0) };
        let last = days.next_back().unwrap_or(first);
        let span = first.until(last).map_or(1.0, |span| f64::from(span.get_days()) + 1.0);
        let all = |count: fn(&PerDay) -> u64| self.days.iter().map(count).sum::<u64>() as f64;
        (all(|day| day.before) / span, all(|day| day.after) / span)
    }
}

/// What a reader wants to see first: escalations that come or go, then levels, then signals.
fn gravity(change: &CaseChange) -> (bool, bool, usize) {
    (
        change.escalated_before.is_some() != change.escalated_after.is_some(),
        change.level_before != change.level_after,
        change.gained.len() + change.lost.len(),
    )
}

fn day(at: Instant) -> String {
    at.in_zone(&TimeZone::UTC).date().to_string()
}
