//! The fold of facts about alerts: what was decided, told, acknowledged and silenced so far.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{
    Actor, Alert, CaseId, Fact, Instant, RuleSetId,
    alert::{Delivery, Ending, Renewal, Route, Silence, Suppression},
    id::{AlertId, SilenceId},
};
use serde::{Deserialize, Serialize};

/// What became of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// It is told.
    Queued,
    /// It goes with another one.
    Grouped(AlertId),
    /// It is told to nobody.
    Suppressed(Suppression),
}

/// One time of telling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Why it is told once more; nothing for the first time.
    pub reason: Option<Renewal>,
    /// When this was decided.
    pub at: Instant,
    /// To whom it goes, and when.
    pub deliveries: Vec<Delivery>,
}

impl Round {
    /// When the first notice of it is due; when it was decided if it has none.
    pub fn due(&self) -> Instant {
        let notices = self.deliveries.iter().filter(|d| d.route == Route::Notice);
        notices.map(|delivery| delivery.due).min().unwrap_or(self.at)
    }
}

/// An attempt at telling a recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Which round.
    pub round: u32,
    /// The recipient.
    pub to: String,
    /// When.
    pub at: Instant,
    /// The channel's proof, or what it said.
    pub said: String,
    /// Whether it failed.
    pub failed: bool,
    /// When a failed one is tried again; nothing if it was given up.
    pub retry: Option<Instant>,
}

/// Who saw to an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
    /// What they said to it.
    pub note: String,
}

/// An alert with everything that became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    /// What a policy asked for.
    pub alert: Alert,
    /// The rule set that asked, if one did.
    pub rules: Option<RuleSetId>,
    /// When it was decided about.
    pub decided: Instant,
    /// What was decided.
    pub fate: Fate,
    /// The times of telling, the first first.
    pub rounds: Vec<Round>,
    /// Alerts that go with it.
    pub carries: Vec<AlertId>,
    /// Attempts at telling, in order.
    pub sent: Vec<Sent>,
    /// Who saw to it.
    pub acknowledged: Option<Acknowledged>,
    /// Until when it rests.
    pub snoozed: Option<Instant>,
    /// Why and when it ended without an acknowledgement.
    pub ended: Option<(Ending, Instant)>,
}

impl Tracked {
    /// Whether any notice of its own goes out, rather than lines of digests.
    pub fn interrupts(&self) -> bool {
        let mut deliveries = self.rounds.iter().flat_map(|round| &round.deliveries);
        deliveries.any(|delivery| delivery.route == Route::Notice)
    }

    /// Whether somebody has yet to be told or to see to it at `now`. What stands in a digest is done
    /// with once that is due.
    pub fn is_open(&self, now: Instant) -> bool {
        let over = self.acknowledged.is_some() || self.ended.is_some() || self.fate != Fate::Queued;
        !over && (self.interrupts() || self.last_due().is_none_or(|due| due > now))
    }

    /// When it ended, however it did; nothing while it is open.
    pub(super) fn over_since(&self) -> Option<Instant> {
        let acknowledged = self.acknowledged.as_ref().map(|a| a.at);
        let ended = self.ended.map(|(_, at)| at);
        let digested = if self.interrupts() { None } else { self.last_due() };
        acknowledged.or(ended).or(digested)
    }

    fn last_due(&self) -> Option<Instant> {
        self.rounds.last()?.deliveries.iter().map(|delivery| delivery.due).max()
    }

    /// When its first notice is or was due.
    pub(super) fn first_due(&self) -> Option<Instant> {
        self.rounds.first().map(Round::due)
    }
}

/// A silence with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What, until when, why.
    pub silence: Silence,
    /// Who.
    pub by: String,
    /// Since when.
    pub at: Instant,
    /// When it ended, and whether its time was over.
    pub lifted: Option<(Instant, bool)>,
}

impl Kept {
    /// Whether it holds at `now`.
    pub fn holds(&self, now: Instant) -> bool {
        self.lifted.is_none() && now < self.silence.until
    }
}

/// What a fact changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Alerts.
    pub alerts: BTreeSet<AlertId>,
    /// Silences.
    pub silences: BTreeSet<SilenceId>,
}

/// All alerts and silences. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desk {
    alerts: BTreeMap<AlertId, Arc<Tracked>>,
    silences: BTreeMap<SilenceId, Arc<Kept>>,
    by_case: BTreeMap<Option<CaseId>, Vec<AlertId>>,
    /// Those that may still be open.
    open: BTreeSet<AlertId>,
}

impl Desk {
    /// Puts back an alert that was kept.
    pub fn restore(&mut self, tracked: Tracked) {
        self.put(tracked);
    }

    /// Puts back a silence that was kept.
    pub fn restore_silence(&mut self, kept: Kept) {
        self.silences.insert(kept.silence.id, Arc::new(kept));
    }

    /// An alert.
    pub fn alert(&self, id: &AlertId) -> Option<&Arc<Tracked>> {
        self.alerts.get(id)
    }

    /// All alerts, by id.
    pub fn alerts(&self) -> impl Iterator<Item = &Arc<Tracked>> {
        self.alerts.values()
    }

    /// The alerts of a case, in the order in which they were decided about.
    pub fn of_case(&self, case: Option<CaseId>) -> impl DoubleEndedIterator<Item = &Arc<Tracked>> {
        let ids = self.by_case.get(&case).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.alerts.get(id))
    }

    /// Alerts that may be open; see [`Tracked::is_open`].
    pub fn maybe_open(&self) -> impl Iterator<Item = &Arc<Tracked>> {
        self.open.iter().filter_map(|id| self.alerts.get(id))
    }

    /// A silence.
    pub fn silence(&self, id: &SilenceId) -> Option<&Arc<Kept>> {
        self.silences.get(id)
    }

    /// All silences, by id.
    pub fn silences(&self) -> impl Iterator<Item = &Arc<Kept>> {
        self.silences.values()
    }

    /// The silence that covers `alert` at `now`, if any: the one that lasts longest.
    pub fn silenced(&self, alert: &Alert, now: Instant) -> Option<&Arc<Kept>> {
        let covering = |kept: &&Arc<Kept>| kept.holds(now) && kept.silence.scope.covers(alert);
        self.silences.values().filter(covering).max_by_key(|kept| kept.silence.until)
    }

    /// Takes a fact in. Facts about other things change nothing, nor do those about alerts that are
    /// not there.
    pub fn apply(&mut self, recorded: Instant, actor: &Actor, fact: &Fact) -> Touched {
        let mut touched = Touched::default();
        match fact {
            Fact::AlertQueued { alert, deliveries } => {
                let first = Round { reason: None, at: recorded, deliveries: deliveries.clone() };
                let mut tracked = tracked(alert, recorded, actor, Fate::Queued);
                tracked.rounds.push(first);
                touched.alerts.insert(alert.id);
                self.put(tracked);
            }
            Fact::AlertGrouped { alert, into } => {
                touched.alerts.insert(alert.id);
                self.put(tracked(alert, recorded, actor, Fate::Grouped(*into)));
                touched.alerts.extend(self.change(into, |head| head.carries.push(alert.id)));
            }
            Fact::AlertSuppressed { alert, reason } => {
                touched.alerts.insert(alert.id);
                self.put(tracked(alert, recorded, actor, Fate::Suppressed(reason.clone())));
            }
            Fact::Silenced { silence } => {
                let (by, silence) = (who(actor), silence.clone());
                touched.silences.insert(silence.id);
                self.restore_silence(Kept { silence, by, at: recorded, lifted: None });
            }
            Fact::SilenceLifted { silence, expired } => {
                if let Some(kept) = self.silences.get_mut(silence) {
                    Arc::make_mut(kept).lifted.get_or_insert((recorded, *expired));
                    touched.silences.insert(*silence);
                }
            }
            other => touched.alerts.extend(self.follow(recorded, actor, other)),
        }
        touched
    }

    /// What happens to an alert that is there.
    fn follow(&mut self, recorded: Instant, actor: &Actor, fact: &Fact) -> Option<AlertId> {
        match fact {
            Fact::AlertRenewed { alert, reason, deliveries } => self.change(alert, |tracked| {
                if *reason == Renewal::SnoozeEnded {
                    tracked.snoozed = None;
                }
                let deliveries = deliveries.clone();
                tracked.rounds.push(Round { reason: Some(*reason), at: recorded, deliveries });
            }),
            Fact::AlertEnded { alert, reason } => self.change(alert, |tracked| {
                tracked.ended.get_or_insert((*reason, recorded));
            }),
            Fact::AlertAcknowledged { alert, note } => {
                let head = self.head_of(alert);
                let (by, note) = (who(actor), note.clone());
                self.change(&head, |tracked| {
                    tracked.snoozed = None;
                    tracked.acknowledged.get_or_insert(Acknowledged { by, at: recorded, note });
                })
            }
            Fact::AlertSnoozed { alert, until } => {
                let head = self.head_of(alert);
                // A line of a digest does not disturb, so it does not rest either.
                self.change(&head, |tracked| {
                    tracked.snoozed = tracked.interrupts().then_some(*until);
                })
            }
            Fact::AlertSent { alert, round, to, receipt } => self.change(alert, |tracked| {
                let (to, said) = (to.clone(), receipt.clone());
                let (failed, retry) = (false, None);
                tracked.sent.push(Sent { round: *round, to, at: recorded, said, failed, retry });
            }),
            Fact::AlertSendFailed { alert, round, to, error, retry } => {
                self.change(alert, |tracked| {
                    let (to, said, failed) = (to.clone(), error.clone(), true);
                    let sent =
                        Sent { round: *round, to, at: recorded, said, failed, retry: *retry };
                    tracked.sent.push(sent);
                })
            }
            Fact::AlertReplayed { alert, round, to } => self.change(alert, |tracked| {
                let (to, said) = (to.clone(), format!("{} asked for it again", who(actor)));
                let (failed, retry) = (true, Some(recorded));
                tracked.sent.push(Sent { round: *round, to, at: recorded, said, failed, retry });
            }),
            _ => None,
        }
    }

    /// The alert with whose notice this one goes: itself unless it was grouped.
    pub fn head_of(&self, alert: &AlertId) -> AlertId {
        match self.alerts.get(alert).map(|tracked| &tracked.fate) {
            Some(Fate::Grouped(into)) => *into,
            _ => *alert,
        }
    }

    fn put(&mut self, mut tracked: Tracked) {
        let (id, case) = (tracked.alert.id, tracked.alert.case);
        // What was to go along with another and now goes by itself was decided about then.
        if let Some(before) = self.alerts.get(&id) {
            tracked.decided = before.decided;
        }
        if tracked.fate == Fate::Queued && tracked.acknowledged.is_none() && tracked.ended.is_none()
        {
            self.open.insert(id);
        }
        if self.alerts.insert(id, Arc::new(tracked)).is_none() {
            let ids = self.by_case.entry(case).or_default();
            // By decision and id, so that restoring in any order gives the same desk.
            let decided = |id: &AlertId| self.alerts.get(id).map(|known| (known.decided, *id));
            let place = ids.partition_point(|other| decided(other) < decided(&id));
            ids.insert(place, id);
        }
    }

    fn change(&mut self, id: &AlertId, with: impl FnOnce(&mut Tracked)) -> Option<AlertId> {
        let tracked = Arc::make_mut(self.alerts.get_mut(id)?);
        with(tracked);
        if tracked.acknowledged.is_some() || tracked.ended.is_some() {
            self.open.remove(id);
        }
        Some(*id)
    }
}

fn tracked(alert: &Alert, recorded: Instant, actor: &Actor, fate: Fate) -> Tracked {
    Tracked {
        alert: alert.clone(),
        rules: match actor {
            Actor::Rules(rules) => Some(rules.clone()),
            _ => None,
        },
        decided: recorded,
        fate,
        rounds: Vec::new(),
        carries: Vec::new(),
        sent: Vec::new(),
        acknowledged: None,
        snoozed: None,
        ended: None,
    }
}

/// Who acted, as people read it.
fn who(actor: &Actor) -> String {
    match actor {
        Actor::User(user) => user.to_string(),
        Actor::Source(source) => source.to_string(),
        Actor::Rules(rules) => rules.to_string(),
        Actor::System => "Watchkeeper".to_owned(),
        Actor::CommandLine => "command line".to_owned(),
    }
}
