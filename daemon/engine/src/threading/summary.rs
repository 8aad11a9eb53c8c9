//! What threading keeps of a case.

use std::collections::BTreeSet;

use model::{Instant, MessageKey};
use serde::{Deserialize, Serialize};

use super::{
    card::{ANSWERS, AUTOMATIC, FROM_US, Mark, Traits, UNADDRESSED},
    threadable::Threadable,
};
use crate::directory::AccountScope;

/// The most marks kept of one kind: the smallest, so that it does not depend on the order.
const MOST_MARKS: usize = 1000;

/// What threading keeps of a case. It depends on the set of its messages only, not on the order in
/// which they arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSummary {
    /// The earliest message that is not internal, and whose business it is.
    scope: Option<(Instant, MessageKey, AccountScope)>,
    /// The earliest message, and whether it looks like an answer.
    opening: Option<(Instant, MessageKey, bool)>,
    last: Instant,
    /// Everybody who takes part and is not ours.
    pub(super) outside: BTreeSet<Mark>,
    /// Their scopes.
    pub(super) scopes: BTreeSet<Mark>,
    /// People of ours with an address of their own.
    pub(super) ours: BTreeSet<Mark>,
    pub(super) lists: BTreeSet<Mark>,
    /// Telling words of its subjects.
    pub(super) words: BTreeSet<Mark>,
    /// Its subjects.
    pub(super) subjects: BTreeSet<Mark>,
    /// Instants of messages by people, and whether ours wrote them.
    turns: BTreeSet<(Instant, bool)>,
    /// Whether all its messages are addressed to nobody.
    pub(super) unaddressed: bool,
    /// Whether anybody of ours takes part.
    pub(super) with_us: bool,
}

impl Default for CaseSummary {
    fn default() -> Self {
        Self {
            scope: None,
            opening: None,
            last: Instant::from_millis(i64::MIN),
            outside: BTreeSet::new(),
            scopes: BTreeSet::new(),
            ours: BTreeSet::new(),
            lists: BTreeSet::new(),
            words: BTreeSet::new(),
            subjects: BTreeSet::new(),
            turns: BTreeSet::new(),
            unaddressed: true,
            with_us: false,
        }
    }
}

impl CaseSummary {
    /// Whose business the case is: the scope of its earliest message that is not internal.
    pub fn scope(&self) -> &AccountScope {
        self.scope.as_ref().map_or(&AccountScope::Internal, |(_, _, scope)| scope)
    }

    /// The instant of its earliest message.
    pub fn first(&self) -> Instant {
        self.opening.map_or(self.last, |(at, _, _)| at)
    }

    /// The instant of its latest message.
    pub fn last(&self) -> Instant {
        self.last
    }

    /// Whether its earliest message looks like an answer, so that an earlier one may be missing.
    pub(super) fn begins_with_answer(&self) -> bool {
        self.opening.is_some_and(|(_, _, answers)| answers)
    }

    /// Adds a message.
    pub fn absorb(&mut self, message: &Threadable) {
        let Traits { subject, words, outside, list, .. } = &message.traits;
        if message.scope != AccountScope::Internal {
            self.take_scope(Some((message.at, message.key, message.scope.clone())));
        }
        let answers = message.traits.has(ANSWERS) || !message.references.is_empty();
        self.take_opening(Some((message.at, message.key, answers)));
        self.last = self.last.max(message.at);
        self.outside.extend(outside.iter().map(|(address, _)| *address));
        self.scopes.extend(outside.iter().map(|(_, scope)| *scope));
        self.ours.extend(&message.ours);
        self.lists.extend(list);
        self.words.extend(words);
        self.subjects.insert(*subject);
        if !message.traits.has(AUTOMATIC) {
            self.turns.insert((message.at, message.traits.has(FROM_US)));
        }
        self.unaddressed &= message.traits.has(UNADDRESSED);
        self.with_us |= message.with_us;
        self.cap();
    }

    /// Adds what another case held.
    pub fn merge(&mut self, other: &Self) {
        self.take_scope(other.scope.clone());
        self.take_opening(other.opening);
        self.last = self.last.max(other.last);
        self.outside.extend(&other.outside);
        self.scopes.extend(&other.scopes);
        self.ours.extend(&other.ours);
        self.lists.extend(&other.lists);
        self.words.extend(&other.words);
        self.subjects.extend(&other.subjects);
        self.turns.extend(&other.turns);
        self.unaddressed &= other.unaddressed;
        self.with_us |= other.with_us;
        self.cap();
    }

    /// How far `at` lies from the nearest turn of the case, or from its ends.
    pub(super) fn distance(&self, at: Instant) -> jiff::SignedDuration {
        let before = self.turns.range(..(at, false)).next_back().map(|turn| turn.0);
        let after = self.turns.range((at, false)..).next().map(|turn| turn.0);
        let near = [before, after, Some(self.first()), Some(self.last)].into_iter().flatten();
        near.map(|turn| turn.since(at).abs()).min().unwrap_or(jiff::SignedDuration::MAX)
    }

    /// Who waited for whom at `at`: whether the latest turn was ours. Nothing before the first turn
    /// of ours, as our sent mail may not be at hand then.
    pub(super) fn last_turn_is_ours(&self, at: Instant) -> Option<bool> {
        let before = self.turns.range(..(at, false));
        let sent_is_known = before.clone().any(|(_, ours)| *ours);
        before.last().filter(|_| sent_is_known).map(|(_, ours)| *ours)
    }

    fn take_scope(&mut self, other: Option<(Instant, MessageKey, AccountScope)>) {
        self.scope = match (self.scope.take(), other) {
            (Some(a), Some(b)) => Some(if (b.0, b.1) < (a.0, a.1) { b } else { a }),
            (a, b) => a.or(b),
        };
    }

    fn take_opening(&mut self, other: Option<(Instant, MessageKey, bool)>) {
        self.opening = match (self.opening, other) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    fn cap(&mut self) {
        let sets = [
            &mut self.outside,
            &mut self.scopes,
            &mut self.ours,
            &mut self.lists,
            &mut self.words,
            &mut self.subjects,
        ];
        for set in sets {
            while set.len() > MOST_MARKS {
                set.pop_last();
            }
        }
        while self.turns.len() > MOST_MARKS {
            self.turns.pop_first();
        }
    }
}
