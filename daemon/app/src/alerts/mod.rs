//! Alerts: what policies wish for is decided, recorded, shown and acted upon.
//!
//! Deciding is `engine::alerts`; here is what it is decided about ([`Recent`]), the desk as a view of
//! the journal, and what people do. A message's alerts follow its case's findings: first the findings
//! are recorded, then policies are asked about what changed, then the decisions are recorded, and
//! only then do the views show them.

mod acts;
mod forecast;
mod list;
pub(crate) mod own;
mod record;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{
    Evaluator, RuleError,
    alerts::{CaseNow, Cases, Deed, Desk, Kept, Question, Subject, Tracked, Wish, changes, wishes},
};
use model::{
    Account, Assessment, CaseId, Entry, Fact, Instant,
    fact::NewFact,
    id::{AlertId, SilenceId},
};
use parking_lot::RwLock;
use store::Snapshot;

use crate::{
    Result,
    batch::Batch,
    derive::Derived,
    library::Rows,
    overlay::read_all,
    project::Projection,
    record::CaseRow,
    tables::{ALERT, CARD, CASE, CaseState, FieldRow, SILENCE, case_key},
    watchkeeper::Watchkeeper,
};

pub use acts::NewSilence;
pub use forecast::{ForecastRecord, PersonLoad};
pub use list::AlertFilter;
pub use record::{AcknowledgedRecord, AlertRecord, DeliveryRecord, SilenceRecord};

/// What policies are asked about: the late changes of a case.
pub struct Recent<'a> {
    /// The case as it stands.
    pub card: &'a CaseRow,
    /// What people set.
    pub fields: &'a [FieldRow],
    /// Its account, if known.
    pub account: Option<Arc<Account>>,
    /// What was found.
    pub assessment: &'a Assessment,
    /// What had been found before.
    pub before: Option<&'a Assessment>,
    /// Whose policies are asked.
    pub evaluator: &'a dyn Evaluator,
    /// From when on changes count.
    pub since: Instant,
    /// Until when.
    pub until: Instant,
}

impl Recent<'_> {
    /// What the policies wish for; what failed is logged.
    pub fn wishes(&self) -> Vec<Wish> {
        let (wishes, errors) = self.asked();
        for error in errors {
            log::warn!(case:% = self.card.id, error:%; "a policy failed");
        }
        wishes
    }

    /// What the policies wish for, and the scripts that failed.
    pub fn asked(&self) -> (Vec<Wish>, Vec<RuleError>) {
        let subject = Arc::new(Subject {
            case: self.card.id,
            account: self.account.clone(),
            team: self.card.team.clone(),
        });
        let deed = |row: &FieldRow| Deed {
            at: row.at,
            field: row.field.clone(),
            value: row.value.clone(),
            by: row.by.clone(),
        };
        let deeds: Vec<Deed> = self.fields.iter().map(deed).collect();
        let levels = self.evaluator.levels();
        let changes = changes(&subject, self.assessment, &deeds, levels, self.since, self.until);
        wishes(&changes, self.evaluator)
    }
}

/// What policies wish for of one case.
#[derive(Debug, Default)]
pub struct Wishes {
    all: Vec<Wish>,
    /// Those that another rule set found in what was known before.
    replaced: BTreeSet<AlertId>,
}

impl Wishes {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What the policies wish for upon `recent`.
    pub fn of(recent: &Recent<'_>) -> Self {
        let all = recent.wishes();
        // Another rule set than before sees much anew. Only what happened since is news.
        let other = recent.before.filter(|before| before.rules != *recent.evaluator.rules());
        let known_until = other.map(|before| before.until);
        let replaced = all.iter().filter_map(|wish| match wish {
            Wish::Alert(alert) if Some(alert.at) <= known_until => Some(alert.id),
            _ => None,
        });
        let replaced = replaced.collect();
        Self { all, replaced }
    }
}

/// What is to be decided about when all facts are in.
#[derive(Debug, Default)]
pub(crate) struct Undecided {
    wishes: Vec<Wish>,
    replaced: BTreeSet<AlertId>,
    /// Cases that changed: their open alerts may end.
    cases: BTreeSet<CaseId>,
    /// Those of them whose policies wished for something.
    wishing: BTreeSet<CaseId>,
}

impl Undecided {
    /// The cases whose policies wished for something.
    pub(crate) fn wishing(&self) -> BTreeSet<CaseId> {
        self.wishing.clone()
    }

    /// Takes over what comes from no rule set.
    pub(crate) fn add(&mut self, wishes: Vec<Wish>) {
        self.wishes.extend(wishes);
    }

    /// Takes over what was derived.
    pub(crate) fn gather(&mut self, derived: &mut [Derived]) {
        for one in derived {
            let Wishes { all, replaced } = std::mem::take(&mut one.wishes);
            if !all.is_empty() {
                self.wishing.insert(one.case);
            }
            self.wishes.extend(all);
            self.replaced.extend(replaced);
            self.cases.insert(one.case);
        }
    }
}

/// The cases that decisions are about.
pub(crate) fn concerned(facts: &[NewFact]) -> Vec<CaseId> {
    let cases = facts.iter().filter_map(|fact| match &fact.fact {
        Fact::AlertQueued { alert, .. }
        | Fact::AlertGrouped { alert, .. }
        | Fact::AlertSuppressed { alert, .. } => alert.case,
        _ => None,
    });
    cases.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The cases as the views show them.
pub(crate) struct Shown<'a>(pub(crate) &'a dyn Snapshot);

impl Cases for Shown<'_> {
    fn case(&self, case: CaseId) -> Option<CaseNow> {
        let state = |id: CaseId| self.0.row::<CaseState>(CASE, &case_key(id)).ok().flatten();
        let mut id = case;
        let mut found = state(id)?;
        // As merging resolves ids elsewhere: a bounded walk.
        for _ in 0..64 {
            let Some(next) = found.merged_into else { break };
            (id, found) = (next, state(next)?);
        }
        let card = self.0.row::<CaseRow>(CARD, &case_key(id)).ok().flatten();
        let closed = |card: &CaseRow| matches!(card.state.as_str(), "resolved" | "dismissed");
        let mut family = found.merged;
        family.push(id);
        Some(CaseNow {
            closed: card.as_ref().is_some_and(closed),
            owner: card.as_ref().and_then(|card| card.owner.clone()),
            team: card.and_then(|card| card.team),
            family,
        })
    }
}

impl Watchkeeper {
    /// All alerts and silences as the views hold them.
    pub(crate) fn desk(&self) -> Result<Arc<Desk>> {
        if let Some(desk) = self.desk.get() {
            return Ok(desk.read().clone());
        }
        let mut desk = Desk::default();
        let snapshot = self.ports.views.snapshot()?;
        read_all::<Tracked>(&*snapshot, ALERT, &[], |_, tracked| {
            desk.restore(tracked);
            true
        })?;
        read_all::<Kept>(&*snapshot, SILENCE, &[], |_, kept| {
            desk.restore_silence(kept);
            true
        })?;
        let slot = self.desk.get_or_init(|| RwLock::new(Arc::new(desk)));
        Ok(slot.read().clone())
    }

    /// Keeps what facts made of the desk.
    pub(crate) fn keep_desk(&self, before: &Arc<Desk>, after: &Arc<Desk>) {
        if !Arc::ptr_eq(before, after)
            && let Some(slot) = self.desk.get()
        {
            *slot.write() = after.clone();
        }
    }

    /// What is to be recorded about alerts now; empty if there is nothing to decide.
    pub(crate) fn decide_alerts(&self, undecided: Undecided, now: Instant) -> Result<Vec<NewFact>> {
        let desk = self.desk()?;
        let Undecided { wishes, replaced, cases, wishing: _ } = undecided;
        let due = desk.wake().is_some_and(|wake| wake <= now);
        let concerns =
            |tracked: &Arc<Tracked>| tracked.alert.case.is_some_and(|case| cases.contains(&case));
        if wishes.is_empty() && !due && !desk.maybe_open().any(concerns) {
            return Ok(Vec::new());
        }
        let snapshot = self.ports.views.snapshot()?;
        let bench = self.bench();
        let decided = desk.decide(&Question {
            now,
            wishes,
            rules: &|team| bench.rules(team),
            replaced,
            roster: &self.settings.roster(),
            cases: &Shown(&*snapshot),
        });
        let fact = |(actor, fact)| NewFact { at: now, recorded: now, actor, fact };
        Ok(decided.into_iter().map(fact).collect())
    }
}

impl Projection<'_> {
    /// Takes a fact about alerts or silences into the desk and its rows.
    pub(crate) fn alert(&mut self, batch: &mut Batch, entry: &Entry) -> Result<()> {
        let desk = Arc::make_mut(&mut self.desk);
        let touched = desk.apply(entry.recorded, &entry.actor, &entry.fact);
        for id in &touched.alerts {
            if let Some(tracked) = desk.alert(id) {
                batch.rows.put(ALERT, &id.0, &**tracked)?;
            }
        }
        for id in &touched.silences {
            if let Some(kept) = desk.silence(id) {
                batch.rows.put(SILENCE, &id.0, &**kept)?;
            }
        }
        Ok(())
    }
}

/// Alerts and silences by the words that people call them by, for messages about what is missing.
pub(crate) fn named_alert(id: AlertId) -> String {
    format!("alert {id}")
}

/// See [`named_alert`].
pub(crate) fn named_silence(id: SilenceId) -> String {
    format!("silence {id}")
}

/// How many there are of each word.
pub(crate) fn tally<'a>(words: impl Iterator<Item = &'a str>) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for word in words {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}
