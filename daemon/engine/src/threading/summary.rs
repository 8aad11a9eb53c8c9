//! What threading keeps of a case.

use std::collections::BTreeSet;

use model::{Instant, MessageKey};
use serde::{Deserialize, Serialize};

use super::{
    card::{ANSWERS, AUTOMATIC, FROM_US, Mark, Traits, UNADDRESSED, Word},
    threadable::{Asker, Threadable},
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
    opening: Option<Opening>,
    last: Instant,
    /// Everybody who takes part and is not ours.
    pub(super) outside: BTreeSet<Mark>,
    /// Their scopes.
    pub(super) scopes: BTreeSet<Mark>,
    /// People of ours with an address of their own.
    pub(super) ours: BTreeSet<Mark>,
    pub(super) lists: BTreeSet<Mark>,
    /// Telling words of its subjects.
    pub(super) words: BTreeSet<Word>,
    /// Its subjects.
    pub(super) subjects: BTreeSet<Mark>,
    /// Instants of messages by people, and whether ours wrote them.
    turns: BTreeSet<(Instant, bool)>,
    /// Whether all its messages are addressed to nobody.
    pub(super) unaddressed: bool,
    /// Whether anybody of ours takes part.
    pub(super) with_us: bool,
    /// Whether a person moved a message here, so that weak ties leave the case alone.
    pub(super) settled: bool,
}

/// The earliest message of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Opening {
    pub(super) at: Instant,
    key: MessageKey,
    /// Whether it names messages that it answers.
    pub(super) references: bool,
    takes_back: bool,
    ours: Vec<Mark>,
    pub(super) traits: Traits,
}

impl Opening {
    fn of(message: &Threadable) -> Self {
        Self {
            at: message.at,
            key: message.key,
            references: !message.references.is_empty(),
            takes_back: message.topic.takes_back,
            ours: message.ours.clone(),
            traits: message.traits.clone(),
        }
    }

    /// Whether it looks like an answer, so that an earlier message may be missing.
    pub(super) fn answers(&self) -> bool {
        self.references || self.traits.has(ANSWERS)
    }

    /// What weak ties are judged by.
    pub(super) fn asker(&self) -> Asker<'_> {
        let Self { at, takes_back, ours, traits, .. } = self;
        Asker { at: *at, internal: false, ours, takes_back: *takes_back, traits }
    }
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
            settled: false,
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
        self.opening.as_ref().map_or(self.last, |opening| opening.at)
    }

    /// The instant of its latest message.
    pub fn last(&self) -> Instant {
        self.last
    }

    /// Whether somebody with this address takes part.
    pub fn includes(&self, address: &model::Address) -> bool {
        let mark = super::threadable::address_mark(address);
        self.outside.contains(&mark) || self.ours.contains(&mark)
    }

    /// Its earliest message.
    pub(super) fn opening(&self) -> Option<&Opening> {
        self.opening.as_ref()
    }

    /// Adds a message.
    pub fn absorb(&mut self, message: &Threadable) {
        let Traits { subject, words, outside, list, .. } = &message.traits;
        if message.scope != AccountScope::Internal {
            self.take_scope(Some((message.at, message.key, message.scope.clone())));
        }
        if self.opening.as_ref().is_none_or(|o| (message.at, message.key) < (o.at, o.key)) {
            self.opening = Some(Opening::of(message));
        }
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
        self.settled |= message.moved;
        self.cap();
    }

    /// Adds what another case held.
    pub fn merge(&mut self, other: &Self) {
        self.take_scope(other.scope.clone());
        if let Some(theirs) = &other.opening
            && self
                .opening
                .as_ref()
                .is_none_or(|ours| (theirs.at, theirs.key) < (ours.at, ours.key))
        {
            self.opening = Some(theirs.clone());
        }
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
        self.settled |= other.settled;
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

    fn cap(&mut self) {
        let sets = [
            &mut self.outside,
            &mut self.scopes,
            &mut self.ours,
            &mut self.lists,
            &mut self.subjects,
        ];
        for set in sets {
            while set.len() > MOST_MARKS {
                set.pop_last();
            }
        }
        while self.words.len() > MOST_MARKS {
            self.words.pop_last();
        }
        while self.turns.len() > MOST_MARKS {
            self.turns.pop_first();
        }
    }
}
