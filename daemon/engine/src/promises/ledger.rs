//! What becomes of promises as messages, times and decisions come along.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use mail::ClassKind;
use model::{FindingKind, Instant, PromiseId, PromiseState, Promisor, Side, Span, SpanPart};
use reading::promises::{Statements, Told};

use super::{Promise, bearing};
use crate::case_file::{CaseFile, CaseMessage};

/// Something that became of a promise, by its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) promise: usize,
    pub(crate) kind: FindingKind,
}

/// Every promise of a case so far, in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    all: Arc<Vec<Promise>>,
    by_id: BTreeMap<PromiseId, usize>,
    /// When open promises fall due.
    due: BTreeSet<(Instant, usize)>,
    /// Whether one of ours took part so far: what others promise each other is not ours to follow.
    ours_involved: bool,
}

impl Ledger {
    /// The promises.
    pub(crate) fn promises(&self) -> &Arc<Vec<Promise>> {
        &self.all
    }

    /// Whether `by` has promised something that is still to come.
    pub(crate) fn owes(&self, by: Promisor) -> bool {
        let stands = |state| {
            matches!(state, PromiseState::Open | PromiseState::Missed | PromiseState::Disputed)
        };
        self.all.iter().any(|one| one.by == by && !one.rejected && stands(one.state))
    }

    /// When the next open promise falls due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The promise that falls due first, which nobody kept.
    pub(crate) fn fall_due(&mut self, now: Instant) -> Option<Change> {
        let (_, promise) = self.due.pop_first()?;
        Some(self.move_to(promise, PromiseState::Missed, now, None))
    }

    /// Takes in the message at `position`; `read` gives what it says, and is asked only if that can
    /// matter.
    pub(crate) fn take(
        &mut self,
        case: &CaseFile,
        position: usize,
        read: impl FnOnce() -> Arc<Statements>,
    ) -> Vec<Change> {
        let message = &case.messages[position];
        self.ours_involved |= message.involves_us();
        if message.class == ClassKind::Bounce {
            return self.unsay(case, position);
        }
        if message.is_automatic() {
            return Vec::new();
        }
        let by = match message.from.side {
            Side::Us => Promisor::Us,
            Side::Customer => Promisor::Customer,
            Side::Partner => return Vec::new(),
        };
        if !self.ours_involved {
            return Vec::new();
        }
        let said = &*read();
        let mut changes = Vec::new();
        let earlier = self.all.len();
        let made = self.make(message, by, said);
        let all = Arc::clone(&self.all);
        for (index, promise) in all[..earlier].iter().enumerate() {
            if promise.settled || promise.rejected {
                continue;
            }
            let page = bearing::Page {
                message,
                said,
                new: &all[earlier..],
                earlier: &all[..earlier],
                written_since: wrote_since(case, position, promise),
            };
            let turn = if promise.by == by { page.own(promise) } else { page.other(promise) };
            let Some((state, evidence, heir)) = turn else { continue };
            let confirmed = promise.by != by && state == PromiseState::Kept;
            let evidence = evidence.map(|told: &Told| span(message, told.start, told.end));
            let heir = heir.map(|at| earlier + at);
            changes.extend(self.follow(index, (state, confirmed), message.at, evidence, heir));
        }
        changes.extend(made);
        changes
    }

    /// Enters what `said` promises. Gives what is to be told after what became of earlier ones.
    fn make(&mut self, message: &CaseMessage, by: Promisor, said: &Statements) -> Vec<Change> {
        let mut made = Vec::new();
        for promise in &said.made {
            if by == Promisor::Customer && !promise.gives {
                continue;
            }
            let words = span(message, promise.start, promise.end);
            let id = PromiseId::of(&words);
            if self.by_id.contains_key(&id) || bearing::repeats(&self.all, by, promise) {
                continue;
            }
            let entry = Promise {
                id,
                by,
                who: message.from.address.email.clone(),
                message: message.key,
                at: message.at,
                deliverable: promise.deliverable.map(|(from, to)| span(message, from, to)),
                span: words,
                wording: None,
                due: promise.due,
                rules_due: promise.due,
                ambiguous: promise.ambiguous,
                state: PromiseState::Open,
                since: message.at,
                evidence: None,
                replaced_by: None,
                confirmed: false,
                settled: false,
                rejected: false,
                act: promise.act,
                topics: promise.topics.clone(),
            };
            made.push(self.enter(entry));
        }
        made
    }

    /// Adds a promise.
    pub(super) fn enter(&mut self, promise: Promise) -> Change {
        let index = self.all.len();
        self.by_id.insert(promise.id, index);
        self.due.extend(promise.due.map(|due| (due, index)));
        let kind = FindingKind::PromiseMade {
            promise: promise.id,
            by: promise.by,
            who: promise.who.clone(),
            span: promise.span.clone(),
            deliverable: promise.deliverable.clone(),
            due: promise.due,
            ambiguous: promise.ambiguous,
        };
        Arc::make_mut(&mut self.all).push(promise);
        Change { promise: index, kind }
    }

    /// A bounce: what the message that did not arrive promised was not said.
    fn unsay(&mut self, case: &CaseFile, position: usize) -> Vec<Change> {
        let bounce = &case.messages[position];
        let bounced = bounce.answers.or_else(|| {
            let before = case.messages[..position].iter().rev();
            before.into_iter().find(|m| m.is_reply_of_ours()).map(|m| m.key)
        });
        let of_it = |p: &Promise| Some(p.message) == bounced && p.is_open() && !p.settled;
        let held: Vec<usize> = (0..self.all.len()).filter(|at| of_it(&self.all[*at])).collect();
        let withdrawn = held
            .into_iter()
            .map(|index| self.move_to(index, PromiseState::Withdrawn, bounce.at, None));
        withdrawn.collect()
    }

    /// Moves a promise to `state` where its present one allows it.
    fn follow(
        &mut self,
        index: usize,
        (state, confirmed): (PromiseState, bool),
        at: Instant,
        evidence: Option<Span>,
        heir: Option<usize>,
    ) -> Option<Change> {
        if heir.is_some() && self.all[index].state == state && state.broken() {
            return heir.map(|heir| self.succeed(index, heir, evidence));
        }
        let next = next_state(self.all[index].state, state, confirmed)?;
        let mut change = self.move_to(index, next, at, evidence);
        if next == PromiseState::Changed
            && let Some(heir) = heir
        {
            let all = Arc::make_mut(&mut self.all);
            // The new promise is about what the old one was, whatever its own words say.
            let topics = all[index].topics.clone();
            all[heir].topics.extend(topics);
            let id = Some(all[heir].id);
            all[index].replaced_by = id;
            if let FindingKind::PromiseMoved { replaced_by, .. } = &mut change.kind {
                *replaced_by = id;
            }
        }
        Some(change)
    }

    /// Puts a new promise in the place of a missed one, which stays missed.
    fn succeed(&mut self, index: usize, heir: usize, evidence: Option<Span>) -> Change {
        let all = Arc::make_mut(&mut self.all);
        let topics = all[index].topics.clone();
        all[heir].topics.extend(topics);
        let replaced_by = Some(all[heir].id);
        all[index].replaced_by = replaced_by;
        let (promise, state) = (all[index].id, all[index].state);
        let kind = FindingKind::PromiseMoved { promise, state, evidence, replaced_by };
        Change { promise: index, kind }
    }

    /// Moves a promise to `state`.
    pub(super) fn move_to(
        &mut self,
        index: usize,
        state: PromiseState,
        at: Instant,
        evidence: Option<Span>,
    ) -> Change {
        let promise = &mut Arc::make_mut(&mut self.all)[index];
        if let Some(due) = promise.due {
            self.due.remove(&(due, index));
            if state == PromiseState::Open {
                self.due.insert((due, index));
            }
        }
        promise.state = state;
        promise.since = at;
        promise.evidence.clone_from(&evidence);
        promise.replaced_by = None;
        let promise = promise.id;
        let kind = FindingKind::PromiseMoved { promise, state, evidence, replaced_by: None };
        Change { promise: index, kind }
    }

    /// Gives a promise another due time.
    pub(super) fn set_due(&mut self, index: usize, due: Option<Instant>) {
        let promise = &mut Arc::make_mut(&mut self.all)[index];
        if let Some(before) = promise.due {
            self.due.remove(&(before, index));
        }
        promise.due = due;
        if promise.is_open() {
            self.due.extend(due.map(|due| (due, index)));
        }
    }

    /// Changes a promise by hand.
    pub(super) fn change(&mut self, index: usize, with: impl FnOnce(&mut Promise)) {
        with(&mut Arc::make_mut(&mut self.all)[index]);
        let promise = &self.all[index];
        if !promise.is_open()
            && let Some(due) = promise.due
        {
            self.due.remove(&(due, index));
        }
    }
}

/// What `turn` makes of a promise in `state`; nothing if it changes nothing. What the other side
/// confirms was kept in time, as far as anybody knows.
fn next_state(state: PromiseState, turn: PromiseState, confirmed: bool) -> Option<PromiseState> {
    use PromiseState::{Changed, Disputed, Kept, Late, Missed, Open, Withdrawn};
    match (state, turn) {
        (Open, Kept | Changed | Withdrawn | Disputed) => Some(turn),
        (Missed, Kept) if confirmed => Some(Kept),
        (Missed | Disputed, Kept) => Some(Late),
        (Missed | Kept, Disputed) => Some(Disputed),
        _ => None,
    }
}

/// Whether the side that made `promise` wrote to the other between it and the message at `position`.
fn wrote_since(case: &CaseFile, position: usize, promise: &Promise) -> bool {
    let between = case.messages[..position].iter().rev();
    between.take_while(|m| m.at > promise.at).any(|m| match promise.by {
        Promisor::Us => m.is_reply_of_ours(),
        Promisor::Customer => m.from_customer() && !m.is_automatic(),
    })
}

pub(super) fn span(message: &CaseMessage, start: u32, end: u32) -> Span {
    Span { message: message.key, part: SpanPart::Body, start, end }
}
