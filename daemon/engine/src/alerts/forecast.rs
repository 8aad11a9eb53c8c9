//! What a set of policies would have told over a time that has passed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::{
    Actor, CaseId, Fact, Instant, RuleSetId, UserName,
    alert::{Held, Route, Urgency},
    id::AlertId,
};

use super::{
    Desk, Question, Roster, Tracked,
    decide::{CaseNow, Cases},
    desk::Fate,
    wish::Wish,
};

/// After how many minutes somebody acknowledges a notice in a forecast.
const SEEN_AFTER: i64 = 60;
/// The most steps of a forecast; a policy that never comes to rest stops there.
const STEPS: usize = 1_000_000;

/// One day of a forecast, in our own zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForecastDay {
    /// Notices by recipient.
    pub notices: BTreeMap<String, u32>,
    /// Lines of digests by recipient.
    pub digest: BTreeMap<String, u32>,
}

/// What would have been told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// By day; days without anything are left out.
    pub days: BTreeMap<Date, ForecastDay>,
    /// Number of days looked at.
    pub span: u32,
    /// Alerts that were told, by policy.
    pub policies: BTreeMap<String, u32>,
    /// Pages among them.
    pub pages: u32,
    /// Alerts that went along with others.
    pub grouped: u32,
    /// Alerts that were told to nobody.
    pub suppressed: u32,
    /// Notices that went to the digest because somebody had had enough.
    pub over_budget: u32,
    /// The cases that alerted, by number of alerts, those with most first.
    pub cases: Vec<(CaseId, u32)>,
}

impl Forecast {
    /// Notices in all.
    pub fn notices(&self) -> u32 {
        self.days.values().flat_map(|day| day.notices.values()).sum()
    }

    /// Notices a person: in all, and the most on one day; by address.
    pub fn people(&self) -> BTreeMap<String, (u32, u32)> {
        let mut people: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for day in self.days.values() {
            for (to, count) in &day.notices {
                let entry = people.entry(to.clone()).or_default();
                *entry = (entry.0 + count, entry.1.max(*count));
            }
        }
        people
    }
}

/// Plays wishes through a desk of its own. It is told wishes of any rule set, so a backtest can use
/// it for the set that is tried and for the one that is active.
pub struct Forecaster<'a> {
    roster: &'a Roster,
    rules: RuleSetId,
    wishes: Vec<Wish>,
}

impl<'a> Forecaster<'a> {
    /// A forecaster for wishes of `rules`.
    pub fn new(roster: &'a Roster, rules: RuleSetId) -> Self {
        Self { roster, rules, wishes: Vec::new() }
    }

    /// Adds what the policies wish for upon the changes of a case.
    pub fn add(&mut self, wishes: Vec<Wish>) {
        self.wishes.extend(wishes);
    }

    /// What would have been told from `from` to `until`, if somebody had acknowledged every notice
    /// within the hour.
    pub fn run(mut self, from: Instant, until: Instant) -> Forecast {
        let order = |wish: &Wish| match wish {
            Wish::Alert(alert) | Wish::Own(alert) => (alert.at, alert.case, alert.policy.clone()),
            Wish::Settle { at, case, policy, .. } => (*at, Some(*case), policy.clone()),
        };
        self.wishes.retain(|wish| from <= wish.at() && wish.at() <= until);
        self.wishes.sort_by_cached_key(order);
        let mut desk = Desk::default();
        let mut wishes = self.wishes.drain(..).peekable();
        let mut now = from;
        for _ in 0..STEPS {
            let next = wishes.peek().map(Wish::at);
            let seen = next_seen(&desk, now);
            let times = [next, desk.wake(), seen.map(|(at, _)| at)];
            let Some(at) = times.into_iter().flatten().min() else { break };
            if at > until {
                break;
            }
            now = now.max(at);
            if let Some((_, alert)) = seen.filter(|(at, _)| *at <= now) {
                let by = Actor::User(UserName::new("forecast"));
                desk.apply(now, &by, &Fact::AlertAcknowledged { alert, note: String::new() });
            }
            let mut due = Vec::new();
            while let Some(wish) = wishes.next_if(|wish| wish.at() <= now) {
                due.push(wish);
            }
            let question = Question {
                now,
                wishes: due,
                rules: &|_| self.rules.clone(),
                replaced: BTreeSet::new(),
                roster: self.roster,
                cases: &AsWished,
            };
            for (actor, fact) in desk.decide(&question) {
                desk.apply(now, &actor, &fact);
            }
        }
        let days = (until.since(from).as_hours() + 23) / 24;
        count(&desk, self.roster, u32::try_from(days.max(1)).unwrap_or(u32::MAX))
    }
}

/// The next notice that somebody acknowledges.
fn next_seen(desk: &Desk, now: Instant) -> Option<(Instant, AlertId)> {
    let hour = jiff::SignedDuration::from_mins(SEEN_AFTER);
    let open = desk.maybe_open().filter(|t| t.interrupts() && t.is_open(now));
    open.filter_map(|t| Some((t.first_due()?.plus(hour), t.alert.id))).min()
}

/// Cases in a forecast: owner and team are those that the wish names.
struct AsWished;

impl Cases for AsWished {
    fn case(&self, _: CaseId) -> Option<CaseNow> {
        None
    }
}

fn count(desk: &Desk, roster: &Roster, span: u32) -> Forecast {
    let mut forecast = Forecast { span, ..Forecast::default() };
    let mut cases: BTreeMap<CaseId, u32> = BTreeMap::new();
    let mut diverted: BTreeSet<AlertId> = BTreeSet::new();
    for tracked in desk.alerts() {
        match tracked.fate {
            Fate::Grouped(_) => forecast.grouped += 1,
            Fate::Suppressed(_) => forecast.suppressed += 1,
            Fate::Queued => {
                *forecast.policies.entry(tracked.alert.policy.clone()).or_default() += 1;
                forecast.pages += u32::from(tracked.alert.urgency == Urgency::Page);
                if let Some(case) = tracked.alert.case {
                    *cases.entry(case).or_default() += 1;
                }
                diverted.extend(count_rounds(&mut forecast, tracked, roster));
            }
        }
    }
    forecast.over_budget = u32::try_from(diverted.len()).unwrap_or(u32::MAX);
    forecast.cases = cases.into_iter().collect();
    forecast.cases.sort_by_key(|(case, count)| (std::cmp::Reverse(*count), *case));
    forecast
}

/// Counts what an alert told; gives it if a budget sent some of it to the digest.
fn count_rounds(forecast: &mut Forecast, tracked: &Tracked, roster: &Roster) -> Option<AlertId> {
    let mut over = None;
    for delivery in tracked.rounds.iter().flat_map(|round| &round.deliveries) {
        let day = forecast.days.entry(roster.calendar.date_of(delivery.due)).or_default();
        let counts = match delivery.route {
            Route::Notice => &mut day.notices,
            Route::Digest => &mut day.digest,
        };
        *counts.entry(delivery.to.clone()).or_default() += 1;
        if delivery.held == Some(Held::Budget) {
            over = Some(tracked.alert.id);
        }
    }
    over
}
