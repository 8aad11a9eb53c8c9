//! What changed in a case, as policies see it.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Account, Assessment, CaseId, Finding, FindingKind, Instant, LevelName, SignalId,
    finding::Reason,
};

use crate::{assess::NOBODY, evaluator::Level};

/// A case at an instant, as far as policies look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The level that holds, a person's before the rules'.
    pub level: LevelName,
    /// Its rank, 0 to 100.
    pub rank: u8,
    /// Whether it counts as an escalation.
    pub escalated: bool,
    /// The signals that are raised.
    pub signals: BTreeMap<SignalId, RaisedSignal>,
    /// The owner, a person's choice before what the mail shows.
    pub owner: Option<String>,
    /// Who has to act next.
    pub waiting_on: String,
    /// By when a reply is owed.
    pub reply_due: Option<Instant>,
    /// The state of the case, such as `open` or `resolved`.
    pub state: String,
}

/// A signal that is raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedSignal {
    /// Since when.
    pub since: Instant,
    /// Its weight.
    pub weight: i32,
    /// What its latest firing looked at.
    pub inputs: BTreeMap<String, String>,
}

/// What a person set in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Instant,
    /// The field, such as `severity`, `owner` or `state`.
    pub field: String,
    /// Its value.
    pub value: String,
    /// Who.
    pub by: String,
}

/// Which case changes are of.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The case.
    pub case: CaseId,
    /// Its account, if known.
    pub account: Option<Arc<Account>>,
    /// The team of ours that handles it.
    pub team: Option<String>,
}

/// A case before and after something happened.
#[derive(Debug, Clone)]
pub struct Change {
    /// The case.
    pub subject: Arc<Subject>,
    /// When.
    pub at: Instant,
    /// The case just before.
    pub before: Arc<Standing>,
    /// The case since then.
    pub after: Arc<Standing>,
    /// Why the level that holds is what it is, the most important first.
    pub reasons: Vec<Reason>,
    /// The person who did it; nothing if mail or time did.
    pub by: Option<String>,
    /// Whether the level since then is the gravest of all.
    pub top: bool,
}

impl Change {
    /// Whether the level became a graver one.
    pub fn raised(&self) -> bool {
        self.after.rank > self.before.rank
    }

    /// Whether the level became a lesser one.
    pub fn lowered(&self) -> bool {
        self.after.rank < self.before.rank
    }

    /// Whether `signal` began to hold.
    pub fn began(&self, signal: &SignalId) -> bool {
        self.after.signals.contains_key(signal) && !self.before.signals.contains_key(signal)
    }

    /// Whether `signal` ceased to hold.
    pub fn ended(&self, signal: &SignalId) -> bool {
        self.before.signals.contains_key(signal) && !self.after.signals.contains_key(signal)
    }

    /// Whether the case was resolved or dismissed and is no longer.
    pub fn reopened(&self) -> bool {
        closed(&self.before.state) && !closed(&self.after.state)
    }
}

/// Whether a case of this state is done with.
pub(super) fn closed(state: &str) -> bool {
    matches!(state, "resolved" | "dismissed")
}

/// The changes of a case from `since` to `until`, in order of time: what was found and what people
/// set at one instant is one change.
pub fn changes(
    subject: &Arc<Subject>,
    assessment: &Assessment,
    deeds: &[Deed],
    levels: &[Level],
    since: Instant,
    until: Instant,
) -> Vec<Change> {
    let mut events: Vec<(Instant, What<'_>)> =
        assessment.findings.iter().map(|finding| (finding.at, What::Found(finding))).collect();
    events.extend(deeds.iter().map(|deed| (deed.at, What::Done(deed))));
    // Stable, so that findings of one instant keep their order and come before deeds.
    events.sort_by_key(|(at, _)| *at);
    events.retain(|(at, _)| *at <= until);
    if events.last().is_none_or(|(at, _)| *at < since) {
        return Vec::new();
    }
    let top = levels.iter().map(|level| level.rank).max();
    let mut walk = Walk::default();
    let mut before = Arc::new(walk.standing(levels));
    let mut found = Vec::new();
    for group in events.chunk_by(|a, b| a.0 == b.0) {
        let at = group[0].0;
        let mut by = None;
        for (_, what) in group {
            match what {
                What::Found(finding) => walk.find(finding),
                What::Done(deed) => {
                    walk.done(deed);
                    by = Some(deed.by.clone());
                }
            }
        }
        let after = Arc::new(walk.standing(levels));
        if at >= since && after != before {
            found.push(Change {
                subject: Arc::clone(subject),
                at,
                before: Arc::clone(&before),
                after: Arc::clone(&after),
                reasons: walk.reasons.clone(),
                by,
                top: top == Some(after.rank) && !after.level.is_none(),
            });
        }
        before = after;
    }
    found
}

enum What<'a> {
    Found(&'a Finding),
    Done(&'a Deed),
}

/// What is known on the way.
#[derive(Default)]
struct Walk {
    level: Option<LevelName>,
    reasons: Vec<Reason>,
    signals: BTreeMap<SignalId, RaisedSignal>,
    owner: Option<String>,
    waiting_on: Option<String>,
    reply_due: Option<Instant>,
    /// What people set, by field.
    set: BTreeMap<String, String>,
}

impl Walk {
    #[allow(
        clippy::match_wildcard_for_single_variants,
        reason = "new kinds of findings rank first"
    )]
    fn find(&mut self, finding: &Finding) {
        match &finding.kind {
            FindingKind::SignalRaised { signal, weight, inputs, .. } => {
                let since = self.signals.get(signal).map_or(finding.at, |known| known.since);
                let raised = RaisedSignal { since, weight: *weight, inputs: inputs.clone() };
                self.signals.insert(signal.clone(), raised);
            }
            FindingKind::SignalCleared { signal } => {
                self.signals.remove(signal);
            }
            FindingKind::Severity { level, reasons } => {
                self.level = Some(level.clone());
                self.reasons.clone_from(reasons);
            }
            FindingKind::Owner { to } => self.owner.clone_from(to),
            FindingKind::WaitingOn { on } => self.waiting_on = Some(on.clone()),
            FindingKind::ReplyDue { due } => self.reply_due = *due,
            // What else is found ranks queues; no policy looks at it.
            _ => {}
        }
    }

    fn done(&mut self, deed: &Deed) {
        self.set.insert(deed.field.clone(), deed.value.clone());
    }

    fn standing(&self, levels: &[Level]) -> Standing {
        let set = |field: &str| self.set.get(field).cloned();
        let level = set("severity").map(|name| LevelName::from(name.as_str()));
        let level = level.or_else(|| self.level.clone()).unwrap_or_else(LevelName::none);
        let known = levels.iter().find(|known| known.name == level);
        let usual = if level.is_none() { "candidate" } else { "open" };
        Standing {
            rank: known.map_or(0, |level| level.rank),
            escalated: known.is_some_and(|level| level.escalated),
            signals: self.signals.clone(),
            owner: set("owner").or_else(|| self.owner.clone()),
            waiting_on: self.waiting_on.clone().unwrap_or_else(|| NOBODY.to_owned()),
            reply_due: self.reply_due,
            state: set("state").unwrap_or_else(|| usual.to_owned()),
            level,
        }
    }
}
