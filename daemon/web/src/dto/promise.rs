//! Promises, what became of them, and what people decide about them.

use std::collections::BTreeMap;

use app::promises;
use model::{CaseId, Instant, MessageKey, PromiseId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{AccountRef, Quote, each};
use crate::reply;

/// Whose promise it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Promisor {
    /// Somebody of ours.
    Us,
    /// Somebody of the customer's.
    Customer,
}

impl From<model::Promisor> for Promisor {
    fn from(by: model::Promisor) -> Self {
        match by {
            model::Promisor::Us => Self::Us,
            model::Promisor::Customer => Self::Customer,
        }
    }
}

impl From<Promisor> for model::Promisor {
    fn from(by: Promisor) -> Self {
        match by {
            Promisor::Us => Self::Us,
            Promisor::Customer => Self::Customer,
        }
    }
}

/// What has become of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    /// It was taken back.
    Withdrawn,
    /// The other side says that it was not kept.
    Disputed,
}

impl From<model::PromiseState> for PromiseState {
    fn from(state: model::PromiseState) -> Self {
        match state {
            model::PromiseState::Open => Self::Open,
            model::PromiseState::Kept => Self::Kept,
            model::PromiseState::Missed => Self::Missed,
            model::PromiseState::Late => Self::Late,
            model::PromiseState::Changed => Self::Changed,
            model::PromiseState::Withdrawn => Self::Withdrawn,
            model::PromiseState::Disputed => Self::Disputed,
        }
    }
}

/// A promise with everything that is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Promise {
    /// Its id.
    #[schema(value_type = String)]
    pub id: PromiseId,
    /// The case it is in.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// The title of that case.
    pub title: String,
    /// Whose case it is.
    pub account: AccountRef,
    /// The owner of that case.
    pub owner: Option<String>,
    /// Whose promise it is.
    pub by: Promisor,
    /// The address of the person who made it.
    pub who: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Its words; missing if they were erased.
    pub quote: Option<Quote>,
    /// What is to be delivered; a person's words before those of the mail.
    pub deliverable: Option<String>,
    /// When it is due: a person's time, else what the rules read; nothing where none was named.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<Instant>,
    /// When it is due as the rules read it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rules_due: Option<Instant>,
    /// Whether a careful reader could take its time for another instant.
    pub ambiguous: bool,
    /// Whether a person confirmed it or put it right.
    pub confirmed: bool,
    /// What has become of it.
    pub state: PromiseState,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// The promise that stands in its place.
    #[schema(value_type = Option<String>)]
    pub replaced_by: Option<PromiseId>,
    /// All that became of it, oldest first.
    pub history: Vec<PromiseTurn>,
    /// What persons decided about it, oldest first; empty in lists across cases.
    pub decisions: Vec<PromiseDecision>,
    /// Its state, to be sent as `If-Match` with a decision about it.
    pub tag: String,
}

impl From<promises::PromiseRecord> for Promise {
    fn from(promise: promises::PromiseRecord) -> Self {
        let promises::PromiseRecord { due, state, since, confirmed, .. } = promise;
        let standing = (due, &promise.deliverable, state.name(), since, confirmed);
        Self {
            tag: reply::tag_of_value(&standing),
            id: promise.id,
            case: promise.case,
            title: promise.title,
            account: promise.account.into(),
            owner: promise.owner,
            by: promise.by.into(),
            who: promise.who,
            at: promise.at,
            quote: promise.quote.map(Quote::from),
            deliverable: promise.deliverable,
            due: promise.due,
            rules_due: promise.rules_due,
            ambiguous: promise.ambiguous,
            confirmed: promise.confirmed,
            state: promise.state.into(),
            since: promise.since,
            replaced_by: promise.replaced_by,
            history: each(promise.history),
            decisions: each(promise.decisions),
        }
    }
}

/// One change in the state of a promise.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseTurn {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What became of it.
    pub state: PromiseState,
    /// The message that showed it; nothing if time or a person did.
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageKey>,
    /// The words that showed it.
    pub evidence: Option<Quote>,
}

impl From<promises::TurnRecord> for PromiseTurn {
    fn from(turn: promises::TurnRecord) -> Self {
        Self {
            at: turn.at,
            state: turn.state.into(),
            message: turn.message,
            evidence: turn.evidence.map(Quote::from),
        }
    }
}

/// A person's decision about a promise.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseDecision {
    /// `confirmed`, `rejected`, `edited`, `withdrawn` or `kept`.
    pub decision: String,
    /// Who decided.
    pub by: String,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Why.
    pub reason: String,
}

impl From<promises::DecisionRecord> for PromiseDecision {
    fn from(decision: promises::DecisionRecord) -> Self {
        let promises::DecisionRecord { decision, by, at, reason } = decision;
        Self { decision, by, at, reason }
    }
}

/// Which promises are asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PromiseQuery {
    /// The `next` of the page before; nothing for the first.
    pub cursor: Option<String>,
    /// Rows of a page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// In one of these states, with commas between: `open,missed`.
    pub state: Option<String>,
    /// Due at or after this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub due_from: Option<Instant>,
    /// Due before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub due_to: Option<Instant>,
    /// Made by this person, or in a case of this owner.
    pub owner: Option<String>,
    /// Of this account, by key or name.
    pub account: Option<String>,
    /// Of this side.
    #[param(value_type = Option<String>)]
    pub by: Option<Promisor>,
}

/// What a person decides about a promise, told apart by `decision`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum DecidePromise {
    /// It is one, as it was read.
    Confirm {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// These words are no promise.
    Reject {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// It is due at another time, or delivers something else.
    Edit {
        /// When it is due; nothing where no time was named.
        #[schema(value_type = Option<String>, format = DateTime)]
        due: Option<Instant>,
        /// What is to be delivered; nothing leaves what the rules read.
        deliverable: Option<String>,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// It was taken back.
    Withdraw {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// It was kept.
    Keep {
        /// The message that shows it.
        #[schema(value_type = Option<String>)]
        evidence: Option<MessageKey>,
        /// When it was, where no message shows it; now unless given.
        #[schema(value_type = Option<String>, format = DateTime)]
        at: Option<Instant>,
        /// Why.
        #[serde(default)]
        reason: String,
    },
}

impl DecidePromise {
    /// The decision and its reason.
    pub fn parts(self) -> (promises::Decision, String) {
        use promises::Decision;
        match self {
            Self::Confirm { reason } => (Decision::Confirm, reason),
            Self::Reject { reason } => (Decision::Reject, reason),
            Self::Edit { due, deliverable, reason } => {
                (Decision::Edit { due, deliverable }, reason)
            }
            Self::Withdraw { reason } => (Decision::Withdraw, reason),
            Self::Keep { evidence, at, reason } => (Decision::Keep { evidence, at }, reason),
        }
    }
}

/// Words of a message that are a promise though the rules did not see it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewPromise {
    /// The message.
    #[schema(value_type = String)]
    pub message: MessageKey,
    /// Byte offset of the first character in the UTF-8 of its body.
    pub start: u32,
    /// Byte offset behind the last character.
    pub end: u32,
    /// When it is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<Instant>,
    /// What is to be delivered.
    pub deliverable: Option<String>,
}

/// How many promises with a time were kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseRate {
    /// All of them.
    pub made: u64,
    /// Kept in time.
    pub kept: u64,
    /// Changed before their time passed.
    pub changed: u64,
    /// Missed, late or disputed.
    pub broken: u64,
    /// Still open.
    pub open: u64,
    /// The share kept of those kept or broken, 0 to 1; missing without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_share: Option<f64>,
}

impl From<promises::Rate> for PromiseRate {
    fn from(rate: promises::Rate) -> Self {
        let promises::Rate { made, kept, changed, broken, open } = rate;
        Self { made, kept, changed, broken, open, kept_share: rate.share() }
    }
}

/// How often promises are kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseRates {
    /// All of them.
    pub all: PromiseRate,
    /// By the person who promised.
    pub by_person: BTreeMap<String, PromiseRate>,
    /// By the name of the account.
    pub by_account: BTreeMap<String, PromiseRate>,
}

impl From<promises::PromiseRates> for PromiseRates {
    fn from(rates: promises::PromiseRates) -> Self {
        let named = |rates: BTreeMap<String, promises::Rate>| {
            rates.into_iter().map(|(name, rate)| (name, rate.into())).collect()
        };
        Self {
            all: rates.all.into(),
            by_person: named(rates.by_person),
            by_account: named(rates.by_account),
        }
    }
}
