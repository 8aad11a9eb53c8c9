//! Promises: what somebody said they would do, and what became of it.

use serde::{Deserialize, Serialize};

use crate::{Finding, FindingKind, Instant, MessageKey, PromiseId, Span};

/// Who made a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promisor {
    /// Somebody of ours.
    Us,
    /// Somebody of the customer's.
    Customer,
}

impl Promisor {
    /// Its name, as scripts, exports and the API say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Customer => "customer",
        }
    }
}

/// What has become of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseState {
    /// It stands, and its time has not passed.
    Open,
    /// What was promised was done in time.
    Kept,
    /// Its time has passed without it.
    Missed,
    /// It was done after its time had passed.
    Late,
    /// Before its time passed, another time or step was named in its place.
    Changed,
    /// It was taken back before its time passed.
    Withdrawn,
    /// The other side says that it was not kept.
    Disputed,
}

impl PromiseState {
    /// Every state, in the order in which people are shown them.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Kept,
        Self::Missed,
        Self::Late,
        Self::Changed,
        Self::Withdrawn,
        Self::Disputed,
    ];

    /// Its name, as scripts and the API say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Kept => "kept",
            Self::Missed => "missed",
            Self::Late => "late",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
            Self::Disputed => "disputed",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the time of the promise passed without what was promised, whatever came later.
    pub fn broken(self) -> bool {
        matches!(self, Self::Missed | Self::Late | Self::Disputed)
    }
}

/// What a person decided about a promise; it sticks beside what the rules say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseDecision {
    /// It is one, as it was read.
    Confirmed,
    /// These words are no promise.
    Rejected,
    /// These words are a promise of this kind; what the rules read otherwise is put right.
    Edited {
        /// When it is due; nothing where no time was named.
        due: Option<Instant>,
        /// What is to be delivered, in the person's words; nothing leaves the rules' reading.
        deliverable: Option<String>,
    },
    /// It was taken back.
    Withdrawn,
    /// It was kept.
    Kept {
        /// The message that shows it.
        evidence: Option<MessageKey>,
    },
}

impl PromiseDecision {
    /// Its name, as the API says it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::Edited { .. } => "edited",
            Self::Withdrawn => "withdrawn",
            Self::Kept { .. } => "kept",
        }
    }
}

/// A promise with all that became of it, as findings tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseStanding {
    /// Its id.
    pub id: PromiseId,
    /// Whose it is.
    pub by: Promisor,
    /// The address of the person who made it.
    pub who: String,
    /// When it was made.
    pub at: Instant,
    /// Its words.
    pub span: Span,
    /// What is to be delivered, within its words.
    pub deliverable: Option<Span>,
    /// The same in the words of a person who put it right.
    pub wording: Option<String>,
    /// When it is due: a person's time, else the rules'.
    pub due: Option<Instant>,
    /// When it is due as the rules read it.
    pub rules_due: Option<Instant>,
    /// Whether a careful reader could take its time for another instant.
    pub ambiguous: bool,
    /// Whether a person confirmed it or put it right.
    pub confirmed: bool,
    /// The promise that stands in its place.
    pub replaced_by: Option<PromiseId>,
    /// What became of it, oldest first; the first is [`PromiseState::Open`].
    pub history: Vec<PromiseTurn>,
}

/// One change in the state of a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseTurn {
    /// When.
    pub at: Instant,
    /// What became of it.
    pub state: PromiseState,
    /// The message that showed it; nothing if time or a person did.
    pub message: Option<MessageKey>,
    /// The words that showed it.
    pub evidence: Option<Span>,
}

impl PromiseStanding {
    /// What has become of it.
    pub fn state(&self) -> PromiseState {
        self.history.last().map_or(PromiseState::Open, |turn| turn.state)
    }

    /// Since when it is in that state.
    pub fn since(&self) -> Instant {
        self.history.last().map_or(self.at, |turn| turn.at)
    }
}

/// The promises that `findings` tell of.
pub(crate) fn standing<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<PromiseStanding> {
    let mut promises: Vec<PromiseStanding> = Vec::new();
    for finding in findings {
        let at = finding.at;
        match &finding.kind {
            FindingKind::PromiseMade { promise, by, who, span, deliverable, due, ambiguous } => {
                let message = finding.message;
                let opened = PromiseTurn { at, state: PromiseState::Open, message, evidence: None };
                promises.push(PromiseStanding {
                    id: *promise,
                    by: *by,
                    who: who.clone(),
                    at,
                    span: span.clone(),
                    deliverable: deliverable.clone(),
                    wording: None,
                    due: *due,
                    rules_due: *due,
                    ambiguous: *ambiguous,
                    confirmed: false,
                    replaced_by: None,
                    history: vec![opened],
                });
            }
            FindingKind::PromiseEdited { promise, due, deliverable } => {
                if let Some(known) = promises.iter_mut().find(|p| p.id == *promise) {
                    (known.due, known.confirmed, known.ambiguous) = (*due, true, false);
                    known.wording.clone_from(deliverable);
                }
            }
            FindingKind::PromiseRejected { promise } => promises.retain(|p| p.id != *promise),
            FindingKind::PromiseMoved { promise, state, evidence, replaced_by } => {
                if let Some(known) = promises.iter_mut().find(|p| p.id == *promise) {
                    known.replaced_by = *replaced_by;
                    let (state, evidence) = (*state, evidence.clone());
                    let message = finding.message;
                    known.history.push(PromiseTurn { at, state, message, evidence });
                }
            }
            _ => {}
        }
    }
    promises
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_found_by_its_name() {
        for state in PromiseState::ALL {
            assert_eq!(PromiseState::from_name(state.name()), Some(state));
        }
        assert_eq!(PromiseState::from_name("broken"), None);
    }
}
