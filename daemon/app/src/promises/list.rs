//! Promises across cases: what is due, and how often promises are kept.

use std::collections::BTreeMap;

use model::{CaseId, Instant, PromiseId, PromiseState, Promisor};

use super::{PromiseRecord, decisions};
use crate::{
    Result,
    acts::invalid,
    library::Rows,
    record::Page,
    tables::{PROMISE, case_key},
    watchkeeper::Watchkeeper,
};

/// Which promises are asked for; what is not given does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromiseFilter {
    /// In one of these states.
    pub states: Vec<PromiseState>,
    /// Due at or after this instant.
    pub due_from: Option<Instant>,
    /// Due before this instant.
    pub due_to: Option<Instant>,
    /// Made by this person, or in a case of this owner.
    pub owner: Option<String>,
    /// Of this account, by key or name.
    pub account: Option<String>,
    /// Of this side.
    pub by: Option<Promisor>,
}

impl PromiseFilter {
    fn takes(&self, promise: &PromiseRecord) -> bool {
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        (self.states.is_empty() || self.states.contains(&promise.state))
            && self.due_from.is_none_or(|from| promise.due.is_some_and(|due| due >= from))
            && self.due_to.is_none_or(|to| promise.due.is_some_and(|due| due < to))
            && self.owner.as_ref().is_none_or(|owner| {
                same(owner, &promise.who)
                    || promise.owner.as_ref().is_some_and(|held| same(owner, held))
            })
            && self.account.as_ref().is_none_or(|account| {
                same(account, &promise.account.name)
                    || promise.account.id.as_ref().is_some_and(|id| same(account, id))
            })
            && self.by.is_none_or(|by| promise.by == by)
    }
}

/// How many promises were kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// All promises with a time.
    pub made: u64,
    /// Kept in time.
    pub kept: u64,
    /// Changed before their time passed.
    pub changed: u64,
    /// Missed, late or disputed.
    pub broken: u64,
    /// Still open.
    pub open: u64,
}

impl Rate {
    /// The share kept of those that are decided and were not changed, 0 to 1; nothing without any.
    pub fn share(&self) -> Option<f64> {
        let decided = self.kept + self.broken;
        (decided > 0).then(|| self.kept as f64 / decided as f64)
    }

    pub(crate) fn count(&mut self, promise: &PromiseRecord) {
        if promise.due.is_some() {
            self.add(promise.state);
        }
    }

    /// Counts one with a time.
    pub(crate) fn add(&mut self, state: PromiseState) {
        self.made += 1;
        match state {
            PromiseState::Open => self.open += 1,
            PromiseState::Kept => self.kept += 1,
            PromiseState::Changed => self.changed += 1,
            PromiseState::Withdrawn => {}
            _ => self.broken += 1,
        }
    }
}

/// How often promises are kept, by person and by account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromiseRates {
    /// All of them.
    pub all: Rate,
    /// By the person who promised.
    pub by_person: BTreeMap<String, Rate>,
    /// By the name of the account.
    pub by_account: BTreeMap<String, Rate>,
}

impl Watchkeeper {
    /// The promises that `filter` takes, those that fall due first in front, those without a time
    /// last. `after` is what a page before gave as `next`.
    pub fn promises(
        &self,
        filter: &PromiseFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<PromiseRecord>> {
        let mut found: Vec<PromiseRecord> = Vec::new();
        self.each_promise(&mut |promise| {
            if filter.takes(&promise) {
                found.push(promise);
            }
        })?;
        found.sort_by_key(place);
        let total = found.len() as u64;
        if let Some(after) = after {
            let bad = || invalid("the cursor is none of this list", "leave it out to start anew");
            let after = cursor(after).ok_or_else(bad)?;
            found.retain(|promise| place(promise) > after);
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().map(place).filter(|_| more);
        let next = last.map(|(due, id)| format!("{}.{id}", due.millis()));
        Ok(Page { items: found, next, total })
    }

    /// How often promises that `filter` takes were kept.
    pub fn promise_rates(&self, filter: &PromiseFilter) -> Result<PromiseRates> {
        let mut rates = PromiseRates::default();
        self.each_promise(&mut |promise| {
            if filter.takes(&promise) {
                rates.all.count(&promise);
                rates.by_person.entry(promise.who.clone()).or_default().count(&promise);
                let account = promise.account.name.clone();
                rates.by_account.entry(account).or_default().count(&promise);
            }
        })?;
        Ok(rates)
    }

    /// The promises of a case, in the order in which they were made, with persons' decisions.
    pub fn promises_of(&self, case: CaseId) -> Result<Vec<PromiseRecord>> {
        let (case, _) = self.live_case(case)?;
        let snapshot = self.ports.views.snapshot()?;
        let held: Option<Vec<PromiseRecord>> = snapshot.row(PROMISE, &case_key(case))?;
        let mut held = held.unwrap_or_default();
        for promise in &mut held {
            if let Some(quote) = &promise.quote {
                promise.decisions = decisions(&*snapshot, &quote.span)?;
            }
        }
        Ok(held)
    }

    /// The promise with this id, with persons' decisions.
    pub fn find_promise(&self, id: PromiseId) -> Result<Option<PromiseRecord>> {
        let mut case = None;
        self.each_promise(&mut |promise| {
            if promise.id == id {
                case = Some(promise.case);
            }
        })?;
        let Some(case) = case else { return Ok(None) };
        Ok(self.promises_of(case)?.into_iter().find(|promise| promise.id == id))
    }

    /// Calls `each` with every promise of every case.
    pub(crate) fn each_promise(&self, each: &mut dyn FnMut(PromiseRecord)) -> Result<()> {
        let snapshot = self.ports.views.snapshot()?;
        crate::overlay::read_all::<Vec<PromiseRecord>>(&*snapshot, PROMISE, &[], |_, held| {
            held.into_iter().for_each(&mut *each);
            true
        })
    }
}

/// The place of a promise in lists.
fn place(promise: &PromiseRecord) -> (Instant, PromiseId) {
    (promise.due.unwrap_or(Instant::FAR_FUTURE), promise.id)
}

fn cursor(text: &str) -> Option<(Instant, PromiseId)> {
    let (millis, id) = text.split_once('.')?;
    Some((Instant::from_millis(millis.parse().ok()?), id.parse().ok()?))
}
