//! Who is told of what, when and why not.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use model::{
    Actor, Alert, CaseId, Fact, Instant, RuleSetId,
    alert::{Audience, Delivery, Ending, Held, Pacing, Route, Suppression, Urgency},
    id::AlertId,
};

use super::{
    desk::{Desk, Fate, Kept, Tracked},
    roster::Roster,
    wish::Wish,
};

/// For how long an alert that nobody acknowledges stays open.
const EXPIRES: SignedDuration = SignedDuration::from_hours(28 * 24);

/// A case as it stands when alerts are decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseNow {
    /// Its owner.
    pub owner: Option<String>,
    /// The team that handles it.
    pub team: Option<String>,
    /// Whether a person resolved or dismissed it.
    pub closed: bool,
    /// All ids that it goes by: its own and those of cases merged into it.
    pub family: Vec<CaseId>,
}

/// Looks cases up.
pub trait Cases {
    /// The case, or what it has become by merging; nothing if it is not there.
    fn case(&self, case: CaseId) -> Option<CaseNow>;
}

/// What a desk is asked.
pub struct Question<'a> {
    /// The instant of the decision.
    pub now: Instant,
    /// What policies wish for.
    pub wishes: Vec<Wish>,
    /// The rule set whose policies speak for the cases of a team.
    pub rules: &'a dyn Fn(Option<&str>) -> RuleSetId,
    /// Those of the wishes that another rule set found in what was known before: nobody is told.
    pub replaced: BTreeSet<AlertId>,
    /// Whom alerts can be told.
    pub roster: &'a Roster,
    /// The cases.
    pub cases: &'a dyn Cases,
}

impl Desk {
    /// Decides about wishes and about everything that time has brought by then. The facts are to be
    /// recorded and applied in this order, each with its actor.
    pub fn decide(&self, question: &Question<'_>) -> Vec<(Actor, Fact)> {
        let mut work = Work { desk: self.clone(), question, facts: Vec::new() };
        work.end_silences();
        work.end_alerts();
        let mut wishes: Vec<&Wish> = question.wishes.iter().collect();
        // Of one instant, what ends first, then what disturbs most, so that the rest goes along.
        wishes.sort_by_key(|wish| (wish.at(), wish.precedence()));
        for wish in wishes {
            match wish {
                Wish::Alert(alert) | Wish::Own(alert) if work.knows(alert) => {}
                Wish::Alert(alert) => work.take(alert, work.rules_for(alert)),
                Wish::Own(alert) => work.take(alert, Actor::System),
                Wish::Settle { case, policy, key, at } => work.settle(*case, policy, key, *at),
            }
        }
        work.renew();
        work.facts
    }
}

/// A decision on its way: the desk as it would be, and the facts that make it so.
pub(super) struct Work<'a> {
    pub(super) desk: Desk,
    pub(super) question: &'a Question<'a>,
    facts: Vec<(Actor, Fact)>,
}

impl Work<'_> {
    pub(super) fn now(&self) -> Instant {
        self.question.now
    }

    pub(super) fn record(&mut self, actor: Actor, fact: Fact) {
        self.desk.apply(self.question.now, &actor, &fact);
        self.facts.push((actor, fact));
    }

    fn rules_for(&self, alert: &Alert) -> Actor {
        Actor::Rules((self.question.rules)(alert.team.as_deref()))
    }

    pub(super) fn case(&self, case: Option<CaseId>) -> Option<CaseNow> {
        self.question.cases.case(case?)
    }

    /// Alerts of a case under whatever id, the latest decision first.
    fn family(&self, case: Option<CaseId>) -> Vec<&std::sync::Arc<Tracked>> {
        let mut ids = self.case(case).map(|now| now.family).unwrap_or_default();
        ids.extend(case);
        ids.sort_unstable();
        ids.dedup();
        let mut all: Vec<_> = match case {
            None => self.desk.of_case(None).collect(),
            Some(_) => ids.into_iter().flat_map(|id| self.desk.of_case(Some(id))).collect(),
        };
        all.sort_by_key(|tracked| (tracked.decided, tracked.alert.at, tracked.alert.id));
        all.reverse();
        all
    }

    /// Whether the desk has decided about this finding before, under whatever id of its case.
    fn knows(&self, alert: &Alert) -> bool {
        let Alert { policy, key, audience, at, .. } = alert;
        let mut ids = self.case(alert.case).map(|now| now.family).unwrap_or_default();
        ids.extend(alert.case);
        let under = |case: CaseId| AlertId::derive(Some(case), policy, key, audience, *at);
        self.desk.alert(&alert.id).is_some()
            || ids.into_iter().any(|case| self.desk.alert(&under(case)).is_some())
    }

    fn take(&mut self, alert: &Alert, actor: Actor) {
        if let Some(reason) = self.against(alert) {
            let alert = Box::new(alert.clone());
            self.record(actor, Fact::AlertSuppressed { alert, reason });
            return;
        }
        self.supersede(alert);
        self.place(actor, alert);
    }

    /// Why `alert` is told to nobody, if so.
    fn against(&self, alert: &Alert) -> Option<Suppression> {
        let now = self.now();
        if self.question.replaced.contains(&alert.id) {
            return Some(Suppression::RulesChanged);
        }
        if let Some(kept) = self.desk.silenced(alert, now) {
            return Some(Suppression::Silenced(kept.silence.id));
        }
        let same = self.same(alert)?;
        if alert.rank > same.alert.rank {
            return None;
        }
        let head = self.desk.alert(&self.desk.head_of(&same.alert.id))?;
        if head.is_open(now) {
            return Some(Suppression::Duplicate(same.alert.id));
        }
        let quiet = SignedDuration::from_mins(i64::from(alert.pacing.quiet));
        let over = head.over_since()?;
        (now < over.plus(quiet)).then(|| Suppression::Flapping(same.alert.id))
    }

    /// The latest alert that was told and says the same.
    fn same(&self, alert: &Alert) -> Option<&std::sync::Arc<Tracked>> {
        let alike = |other: &Alert| {
            other.policy == alert.policy
                && other.key == alert.key
                && other.audience == alert.audience
        };
        let told = |fate: &Fate| !matches!(fate, Fate::Suppressed(_));
        let mut all = self.family(alert.case).into_iter();
        all.find(|tracked| told(&tracked.fate) && alike(&tracked.alert))
    }

    /// Ends what says the same of a lesser level: the new alert goes on from there.
    fn supersede(&mut self, alert: &Alert) {
        let now = self.now();
        let Some(same) = self.same(alert) else { return };
        if same.is_open(now) && same.alert.rank < alert.rank {
            let id = same.alert.id;
            self.end(id, Ending::Superseded);
        }
    }

    /// Finds the notice that `alert` goes with, or gives it one of its own.
    pub(super) fn place(&mut self, actor: Actor, alert: &Alert) {
        let now = self.now();
        let mut from = now;
        let mut held = None;
        let wait = SignedDuration::from_mins(i64::from(alert.pacing.wait));
        if alert.at.plus(wait) > now {
            (from, held) = (alert.at.plus(wait), Some(Held::Wait));
        }
        if alert.urgency != Urgency::Digest
            && let Some(head) = self.notice_of(alert)
        {
            if joins(alert, head, now) && held.is_none() {
                let into = head.alert.id;
                self.record(actor, Fact::AlertGrouped { alert: Box::new(alert.clone()), into });
                return;
            }
            let window = SignedDuration::from_mins(i64::from(alert.pacing.window));
            let free = head.first_due().map_or(now, |due| due.plus(window));
            if free > from && !graver(alert, &head.alert) {
                (from, held) = (free, Some(Held::Window));
            }
        }
        let audiences = [alert.audience.clone()];
        let deliveries = self.deliveries(alert, &audiences, from, held);
        let alert = Box::new(alert.clone());
        let fact = if deliveries.is_empty() {
            Fact::AlertSuppressed { alert, reason: Suppression::NoRecipient }
        } else {
            Fact::AlertQueued { alert, deliveries }
        };
        self.record(actor, fact);
    }

    /// The latest notice about the same things to the same people.
    fn notice_of(&self, alert: &Alert) -> Option<&std::sync::Arc<Tracked>> {
        let alike = |other: &Alert| {
            other.group == alert.group
                && other.audience == alert.audience
                && other.channel == alert.channel
        };
        let went_out = |tracked: &Tracked| {
            // What ended before it was due was never told.
            let untold = tracked.ended.is_some_and(|(_, at)| tracked.first_due() > Some(at));
            tracked.fate == Fate::Queued && tracked.interrupts() && !untold
        };
        let mut all = self.family(alert.case).into_iter();
        all.find(|tracked| went_out(tracked) && alike(&tracked.alert))
    }

    /// To whom of `audiences` it goes and when, not before `from`.
    pub(super) fn deliveries(
        &self,
        alert: &Alert,
        audiences: &[Audience],
        from: Instant,
        held: Option<Held>,
    ) -> Vec<Delivery> {
        let roster = self.question.roster;
        let case = self.case(alert.case);
        let owner = case.as_ref().and_then(|case| case.owner.as_ref()).or(alert.owner.as_ref());
        let team = case.as_ref().and_then(|case| case.team.as_ref()).or(alert.team.as_ref());
        let (owner, team) = (owner.map(String::as_str), team.map(String::as_str));
        let mut deliveries: Vec<Delivery> = Vec::new();
        for audience in audiences {
            let of_team = Roster::team_of(audience, team);
            for to in roster.resolve(audience, owner, team, from) {
                if !deliveries.iter().any(|known| known.to == to) {
                    deliveries.push(self.delivery(alert, to, of_team, from, held));
                }
            }
        }
        deliveries
    }

    fn delivery(
        &self,
        alert: &Alert,
        to: String,
        team: Option<&str>,
        from: Instant,
        held: Option<Held>,
    ) -> Delivery {
        let roster = self.question.roster;
        let digest = |held, from| {
            let due = roster.next_digest(&to, from);
            Delivery { to: to.clone(), due, route: Route::Digest, held: Some(held) }
        };
        if alert.urgency == Urgency::Digest {
            return digest(Held::Digest, from);
        }
        if alert.top {
            return Delivery { to, due: from, route: Route::Notice, held };
        }
        let open = roster.calendar_of(&to).next_open(from).unwrap_or(from);
        if self.budget_is_spent(&to, open) || self.team_budget_is_spent(team, open) {
            return digest(Held::Budget, from);
        }
        let held = if open > from { Some(Held::Hours) } else { held };
        Delivery { to, due: open, route: Route::Notice, held }
    }

    /// Whether somebody has had all notices of the day that `due` falls on.
    fn budget_is_spent(&self, to: &str, due: Instant) -> bool {
        let roster = self.question.roster;
        let Some(budget) = roster.budget_of(to) else { return false };
        let calendar = roster.calendar_of(to);
        let day = calendar.date_of(due);
        let counts = |delivery: &&Delivery| {
            delivery.to == to
                && delivery.route == Route::Notice
                && calendar.date_of(delivery.due) == day
        };
        let rounds = self.desk.alerts().flat_map(|tracked| &tracked.rounds);
        let count = rounds.flat_map(|round| &round.deliveries).filter(counts).count();
        count as u64 >= u64::from(budget)
    }

    /// Whether a team has had all alerts of the day that `due` falls on.
    fn team_budget_is_spent(&self, team: Option<&str>, due: Instant) -> bool {
        let roster = self.question.roster;
        let duty = team.and_then(|team| roster.teams.get(team));
        let Some(budget) = duty.and_then(|duty| duty.budget) else { return false };
        let day = roster.calendar.date_of(due);
        let counts = |tracked: &&std::sync::Arc<Tracked>| {
            let of = Roster::team_of(&tracked.alert.audience, tracked.alert.team.as_deref());
            let first = tracked.first_due().filter(|_| tracked.interrupts());
            of == team && first.is_some_and(|first| roster.calendar.date_of(first) == day)
        };
        self.desk.alerts().filter(counts).count() as u64 >= u64::from(budget)
    }

    /// A policy found that what it told no longer holds.
    fn settle(&mut self, case: CaseId, policy: &str, key: &str, at: Instant) {
        let now = self.now();
        let of = |tracked: &&std::sync::Arc<Tracked>| {
            tracked.alert.policy == policy && tracked.alert.key == key
        };
        let family = self.family(Some(case));
        let before = |tracked: &&std::sync::Arc<Tracked>| tracked.alert.at < at;
        let ids: Vec<AlertId> = family
            .into_iter()
            .filter(of)
            .filter(before)
            .filter(|tracked| tracked.is_open(now))
            .map(|tracked| tracked.alert.id)
            .collect();
        for id in ids {
            self.end(id, Ending::Settled);
        }
    }

    /// Ends an alert. What was to go with it and has not been told gets a notice of its own.
    fn end(&mut self, id: AlertId, reason: Ending) {
        let now = self.now();
        let Some(head) = self.desk.alert(&id).cloned() else { return };
        self.record(Actor::System, Fact::AlertEnded { alert: id, reason });
        let untold = head.first_due().is_some_and(|due| due > now);
        if !untold || reason == Ending::CaseClosed {
            return;
        }
        for carried in &head.carries {
            if let Some(tracked) = self.desk.alert(carried).cloned() {
                let actor = tracked.rules.clone().map_or(Actor::System, Actor::Rules);
                self.place(actor, &tracked.alert);
            }
        }
    }

    /// Ends what is about closed cases and what nobody has acknowledged for too long.
    fn end_alerts(&mut self) {
        let now = self.now();
        let mut over = Vec::new();
        for tracked in self.desk.maybe_open().filter(|tracked| tracked.is_open(now)) {
            if self.case(tracked.alert.case).is_some_and(|case| case.closed) {
                over.push((tracked.alert.id, Ending::CaseClosed));
            } else if tracked.interrupts() && now >= tracked.decided.plus(EXPIRES) {
                over.push((tracked.alert.id, Ending::Expired));
            }
        }
        for (id, reason) in over {
            self.end(id, reason);
        }
    }

    /// Ends silences whose time is over, and says so once to who silenced.
    fn end_silences(&mut self) {
        let now = self.now();
        let over = |kept: &&std::sync::Arc<Kept>| kept.lifted.is_none() && !kept.holds(now);
        let over: Vec<Kept> = self.desk.silences().filter(over).map(|k| (**k).clone()).collect();
        for kept in over {
            let silence = kept.silence.id;
            self.record(Actor::System, Fact::SilenceLifted { silence, expired: true });
            let alert = self.end_of_silence(&kept);
            if self.desk.alert(&alert.id).is_none() {
                self.place(Actor::System, &alert);
            }
        }
    }

    fn end_of_silence(&self, kept: &Kept) -> Alert {
        let silence = &kept.silence;
        let mine = |tracked: &&std::sync::Arc<Tracked>| {
            tracked.fate == Fate::Suppressed(Suppression::Silenced(silence.id))
        };
        let missed = self.desk.alerts().filter(mine).count();
        let case = match silence.scope {
            model::alert::SilenceScope::Case(case) => Some(case),
            _ => None,
        };
        let audience = Audience::Person(kept.by.clone());
        let key = silence.id.to_string();
        Alert {
            id: AlertId::derive(case, SILENCES, &key, &audience, silence.until),
            case,
            account: None,
            policy: SILENCES.to_owned(),
            at: silence.until,
            group: key.clone(),
            key,
            audience,
            channel: "mail".to_owned(),
            urgency: Urgency::Notice,
            says: format!(
                "The silence of {} is over; alerts held back meanwhile: {missed}.",
                silence.scope
            ),
            level: model::LevelName::none(),
            rank: 0,
            top: false,
            owner: None,
            team: None,
            pacing: Pacing::default(),
        }
    }

    pub(super) fn expires(tracked: &Tracked) -> Instant {
        tracked.decided.plus(EXPIRES)
    }
}

/// The policy that tells of the end of silences; the program's own.
const SILENCES: &str = "silence_over";

/// Whether `alert` can go along with the notice `head`, which nobody has got yet.
fn joins(alert: &Alert, head: &Tracked, now: Instant) -> bool {
    let first = head.rounds.first().map(|round| round.deliveries.as_slice()).unwrap_or_default();
    let waits = first.iter().all(|delivery| delivery.due > now) || head.decided == now;
    let untold = head.rounds.len() == 1 && head.sent.is_empty() && waits;
    // A notice that waits whether it settles may never go out.
    let certain = first.iter().all(|delivery| delivery.held != Some(Held::Wait));
    head.is_open(now) && untold && certain && !graver(alert, &head.alert)
}

/// Whether `alert` must not wait for what `head` waits for.
fn graver(alert: &Alert, head: &Alert) -> bool {
    alert.rank > head.rank || alert.urgency > head.urgency || (alert.top && !head.top)
}
