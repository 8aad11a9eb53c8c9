//! Why a reply is due when it is.

use model::{Instant, MessageKey, PromiseId};
use serde::Serialize;
use utoipa::ToSchema;

/// The ledger of a due time: what was counted from the oldest unanswered message on, and what was not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DueLedger {
    /// The oldest message that waits for an answer.
    #[schema(value_type = String)]
    pub message: MessageKey,
    /// When it came, and the clock started.
    #[schema(value_type = String, format = DateTime)]
    pub start: Instant,
    /// When the reply is due.
    #[schema(value_type = String, format = DateTime)]
    pub due: Instant,
    /// The minutes of the target that counts; nothing where only a promise does.
    pub target_minutes: Option<u32>,
    /// Whether that target runs day and night.
    pub round_the_clock: bool,
    /// Whether the account's contract sets it rather than the level.
    pub by_contract: bool,
    /// When the target alone would pass.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub target_due: Option<Instant>,
    /// The promise of ours that is earlier than the target and replaces it.
    #[schema(value_type = Option<String>)]
    pub promise: Option<PromiseId>,
    /// Our question that the customer's pause rests on.
    #[schema(value_type = Option<String>)]
    pub paused_by: Option<MessageKey>,
    /// From the start to the due time, without gaps.
    pub periods: Vec<DuePeriod>,
}

/// A stretch of time that a clock counted or left out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DuePeriod {
    /// Its beginning.
    #[schema(value_type = String, format = DateTime)]
    pub from: Instant,
    /// Its end.
    #[schema(value_type = String, format = DateTime)]
    pub to: Instant,
    /// `counted`, `closed`, `holiday` or `paused`.
    pub kind: String,
}

impl From<app::DueLedger> for DueLedger {
    fn from(ledger: app::DueLedger) -> Self {
        let promised = ledger.clock.promise.filter(|(_, due)| *due == ledger.due);
        Self {
            message: ledger.clock.message,
            start: ledger.clock.start,
            due: ledger.due,
            target_minutes: ledger.target.map(|target| target.minutes),
            round_the_clock: ledger.target.is_some_and(|target| target.round_the_clock),
            by_contract: ledger.target.is_some_and(|target| target.by_contract),
            target_due: ledger.target_due,
            promise: promised.map(|(promise, _)| promise),
            paused_by: ledger.clock.pause.map(|pause| pause.asked),
            periods: ledger.periods.into_iter().map(DuePeriod::from).collect(),
        }
    }
}

impl From<app::Period> for DuePeriod {
    fn from(period: app::Period) -> Self {
        Self { from: period.from, to: period.to, kind: period.kind.name().to_owned() }
    }
}
