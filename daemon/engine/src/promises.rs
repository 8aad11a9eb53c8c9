//! The ledger of promises: who committed to what, by when, and what became of it.
//!
//! It runs along the fold. A message makes promises and tells of earlier ones; the time that a
//! promise names falls due by itself; a person's decision sticks beside what the rules read. Only
//! people promise: automatic mail makes none, and what a bounced message promised was never said.
//!
//! Start with [`Ledger`].

mod bearing;
mod decided;
mod ledger;

use model::{Instant, MessageKey, PromiseDecision, PromiseId, PromiseState, Promisor, Span};
use reading::promises::{Act, Topic};

pub(crate) use ledger::{Change, Ledger};

/// A promise and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Its id.
    pub id: PromiseId,
    /// Whose it is.
    pub by: Promisor,
    /// The address of the person who made it.
    pub who: String,
    /// The message that it stands in.
    pub message: MessageKey,
    /// When it was made.
    pub at: Instant,
    /// Its words.
    pub span: Span,
    /// What is to be delivered, within its words.
    pub deliverable: Option<Span>,
    /// What is to be delivered in the words of a person who put that right.
    pub wording: Option<String>,
    /// When it is due: a person's time, else what the rules read; nothing if none was named.
    pub due: Option<Instant>,
    /// When it is due as the rules read it.
    pub rules_due: Option<Instant>,
    /// Whether a careful reader could take its time for another instant; never once a person has
    /// looked at it.
    pub ambiguous: bool,
    /// What has become of it.
    pub state: PromiseState,
    /// Since when.
    pub since: Instant,
    /// The words that show what became of it.
    pub evidence: Option<Span>,
    /// The promise that stands in its place.
    pub replaced_by: Option<PromiseId>,
    /// Whether a person confirmed it or put it right.
    pub confirmed: bool,
    /// Whether a person decided what became of it; nothing else changes that.
    pub(crate) settled: bool,
    /// Whether it stands among what a person called no promise.
    pub(crate) rejected: bool,
    pub(crate) act: Act,
    pub(crate) topics: Vec<Topic>,
}

impl Promise {
    /// Whether it stands and its time has not passed.
    pub fn is_open(&self) -> bool {
        self.state == PromiseState::Open && !self.rejected
    }

    /// Whether a person called its words no promise.
    pub fn is_rejected(&self) -> bool {
        self.rejected
    }

    /// From when on it is due soon: the last quarter of its time, at least an hour.
    pub fn due_soon_at(&self) -> Option<Instant> {
        let due = self.due?;
        let quarter = due.since(self.at).as_millis().max(0) / 4;
        let hour = 3_600_000;
        let ahead = i64::try_from(quarter.max(hour)).unwrap_or(i64::MAX);
        Some(due.plus(jiff::SignedDuration::from_millis(-ahead)).max(self.at))
    }
}

/// A person's decision about a promise, as the fold takes it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedPromise {
    /// When it took effect.
    pub at: Instant,
    /// The words of the promise; that of the message which overlaps them most is meant.
    pub promise: Span,
    /// What was decided.
    pub decided: PromiseDecision,
}

#[cfg(test)]
mod tests;
