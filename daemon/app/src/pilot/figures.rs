//! Counting what was gathered, over any stretch of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{civil::Date, tz::TimeZone};
use model::{Instant, PromiseState};

use super::{Gathered, PilotCase, Promised};
use crate::{
    alerts::PersonLoad,
    promises::Rate,
    record::AccountRef,
    rules::outcomes::{Spread, spread},
};

const DAY: i64 = 86_400;

/// Promises of ours that were made in a stretch of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PromiseFigures {
    /// All that were found, those without a time too.
    pub found: u64,
    /// What became of those with a time.
    pub rate: Rate,
    /// Missed, and nobody of ours wrote in the case after its time had passed.
    pub unfollowed: u64,
}

/// The figures of a stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct PilotFigures {
    /// From when.
    pub since: Instant,
    /// Until when.
    pub until: Instant,
    /// Messages written.
    pub messages: u64,
    /// Cases that began.
    pub cases: u64,
    /// Cases that became an escalation.
    pub escalations: u64,
    /// From the customer's first sign to the notice.
    pub to_told: Spread,
    /// From the customer's first sign to the first reaction of ours.
    pub to_reaction: Spread,
    /// Escalations of which somebody would have been told before anybody reacted.
    pub earlier: u64,
    /// By how much earlier, of those.
    pub lead: Spread,
    /// Escalations to which somebody reacted before the notice, or at the same time.
    pub later: u64,
    /// Escalations to which nobody reacted, as far as mail shows.
    pub unanswered: u64,
    /// Escalations of which no policy told.
    pub untold: u64,
    /// Promises of ours.
    pub promises: PromiseFigures,
    /// Accounts with more than one escalation.
    pub repeated: u64,
    /// Notices in all.
    pub notices: u64,
    /// Notices a day, on average.
    pub notices_a_day: f64,
    /// The most notices of one day.
    pub most_a_day: u64,
    /// Notices a person, those with most first.
    pub people: Vec<PersonLoad>,
}

/// What a figure counts, for opening its cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Every escalation.
    Escalations,
    /// Told before anybody reacted.
    Earlier,
    /// Reacted to before the notice.
    Later,
    /// Nobody reacted.
    Unanswered,
    /// No policy told.
    Untold,
    /// Those of accounts with more than one.
    Repeated,
    /// Promises of ours.
    Promises,
    /// Promises that were kept.
    Kept,
    /// Promises that were missed, late or disputed.
    Broken,
    /// Promises that nobody came back to.
    Unfollowed,
}

impl Counted {
    fn takes(self, course: &PilotCase) -> bool {
        match self {
            Self::Escalations | Self::Repeated => true,
            Self::Earlier => course.lead().is_some_and(|lead| lead > 0),
            Self::Later => course.lead().is_some_and(|lead| lead <= 0),
            Self::Unanswered => course.reaction.is_none(),
            Self::Untold => course.told.is_none(),
            _ => false,
        }
    }

    fn takes_promise(self, promise: &Promised) -> bool {
        let broken = matches!(
            promise.state,
            PromiseState::Missed | PromiseState::Late | PromiseState::Disputed
        );
        match self {
            Self::Promises => true,
            Self::Kept => promise.timed && promise.state == PromiseState::Kept,
            Self::Broken => promise.timed && broken,
            Self::Unfollowed => promise.unfollowed,
            _ => false,
        }
    }
}

/// An account that escalated more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedAccount {
    /// The account.
    pub account: AccountRef,
    /// Its escalations.
    pub escalations: u64,
}

pub(super) fn figures(
    all: &Gathered,
    zone: &TimeZone,
    since: Instant,
    until: Instant,
) -> PilotFigures {
    // A split parts: what lies on it is counted after it only.
    let end = until;
    let within = |at: Instant| at >= since && (at < end || end == all.until && at == end);
    let courses: Vec<&PilotCase> = all.courses.iter().filter(|c| within(c.escalated)).collect();
    let count = |counted: Counted| courses.iter().filter(|c| counted.takes(c)).count() as u64;
    let lasted = |to: &dyn Fn(&PilotCase) -> Option<i64>| {
        spread(courses.iter().filter_map(|course| to(course)).collect())
    };
    let from_sign = |course: &PilotCase, at: Instant| at.seconds() - course.sign.seconds();
    let mut promises = PromiseFigures::default();
    for promise in all.promises.iter().filter(|promise| within(promise.at)) {
        promises.found += 1;
        promises.unfollowed += u64::from(promise.unfollowed);
        if promise.timed {
            promises.rate.add(promise.state);
        }
    }
    let days = days_of(all, zone, since, until);
    let notices: u64 = days.values().map(|day| sum(&day.notices)).sum();
    let span = ((end.seconds() - since.seconds()) as f64 / DAY as f64).max(1.0);
    PilotFigures {
        since,
        until,
        messages: all.written.iter().filter(|at| within(**at)).count() as u64,
        cases: all.began.iter().filter(|at| within(**at)).count() as u64,
        escalations: courses.len() as u64,
        to_told: lasted(&|c| c.told.map(|told| from_sign(c, told))),
        to_reaction: lasted(&|c| c.reaction.as_ref().map(|one| from_sign(c, one.at))),
        earlier: count(Counted::Earlier),
        lead: lasted(&|c| c.lead().filter(|lead| *lead > 0)),
        later: count(Counted::Later),
        unanswered: count(Counted::Unanswered),
        untold: count(Counted::Untold),
        promises,
        repeated: repeated_of(&courses).len() as u64,
        notices,
        notices_a_day: notices as f64 / span,
        most_a_day: days.values().map(|day| sum(&day.notices)).max().unwrap_or(0),
        people: people(&days, span),
    }
}

fn sum(notices: &BTreeMap<String, u32>) -> u64 {
    notices.values().map(|count| u64::from(*count)).sum()
}

/// The days of the forecast within the stretch; the day of a split belongs to what comes after it.
fn days_of<'a>(
    all: &'a Gathered,
    zone: &TimeZone,
    since: Instant,
    until: Instant,
) -> BTreeMap<Date, &'a engine::alerts::ForecastDay> {
    let day = |at: Instant| at.in_zone(zone).date();
    let (first, last) = (day(since), day(until));
    let within = |date: Date| date >= first && (date < last || until == all.until && date == last);
    let days = all.forecast.days.iter().filter(|(date, _)| within(**date));
    days.map(|(date, told)| (*date, told)).collect()
}

fn people(days: &BTreeMap<Date, &engine::alerts::ForecastDay>, span: f64) -> Vec<PersonLoad> {
    let mut loads: BTreeMap<&str, PersonLoad> = BTreeMap::new();
    for day in days.values() {
        let told: BTreeSet<&String> = day.notices.keys().chain(day.digest.keys()).collect();
        for to in told {
            let notices = day.notices.get(to).copied().unwrap_or_default();
            let load = loads.entry(to).or_insert_with(|| PersonLoad::of(to));
            load.notices += notices;
            load.most_a_day = load.most_a_day.max(notices);
            load.digest_lines += day.digest.get(to).copied().unwrap_or_default();
            load.notices_a_day = f64::from(load.notices) / span;
        }
    }
    let mut loads: Vec<PersonLoad> = loads.into_values().collect();
    loads.sort_by(|a, b| b.notices.cmp(&a.notices).then_with(|| a.to.cmp(&b.to)));
    loads
}

/// Escalations by month: all, and those told of before anybody reacted.
pub(super) fn months(all: &Gathered, zone: &TimeZone) -> Vec<(String, u64, u64)> {
    let mut months: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for course in &all.courses {
        let month = course.escalated.in_zone(zone).strftime("%Y-%m").to_string();
        let counts = months.entry(month).or_default();
        counts.0 += 1;
        counts.1 += u64::from(Counted::Earlier.takes(course));
    }
    months.into_iter().map(|(month, (all, earlier))| (month, all, earlier)).collect()
}

/// Accounts with more than one escalation, those with most first.
pub(super) fn repeated(all: &Gathered) -> Vec<RepeatedAccount> {
    repeated_of(&all.courses.iter().collect::<Vec<_>>())
}

fn repeated_of(courses: &[&PilotCase]) -> Vec<RepeatedAccount> {
    let mut accounts: BTreeMap<&str, RepeatedAccount> = BTreeMap::new();
    for course in courses {
        let account = &course.row.account;
        let of = accounts
            .entry(&account.name)
            .or_insert_with(|| RepeatedAccount { account: account.clone(), escalations: 0 });
        of.escalations += 1;
    }
    let mut all: Vec<_> = accounts.into_values().filter(|of| of.escalations > 1).collect();
    all.sort_by(|a, b| {
        b.escalations.cmp(&a.escalations).then_with(|| a.account.name.cmp(&b.account.name))
    });
    all
}

/// The cases that a figure counts.
pub(super) fn counted(
    all: &Gathered,
    counted: Counted,
    since: Instant,
    until: Instant,
) -> Vec<PilotCase> {
    let within = |at: Instant| at >= since && (at < until || until == all.until && at == until);
    let courses: Vec<&PilotCase> = all.courses.iter().filter(|c| within(c.escalated)).collect();
    let again = repeated_of(&courses);
    let fits = |course: &&&PilotCase| {
        counted.takes(course)
            && (counted != Counted::Repeated
                || again.iter().any(|of| of.account.name == course.row.account.name))
    };
    let mut cases: Vec<PilotCase> = courses.iter().filter(fits).map(|c| (*c).clone()).collect();
    let mut seen = BTreeSet::new();
    for promise in &all.promises {
        if within(promise.at) && counted.takes_promise(promise) && seen.insert(promise.row.id) {
            cases.push(PilotCase::of_promise(&promise.row, promise.at));
        }
    }
    cases
}
