//! Reports: noise of signals, missed escalations, outcomes.

use app::{
    handoff,
    rules::{missed, noise, outcomes},
};
use model::{CaseId, Instant, LevelName, MessageKey, RuleSetId, SignalId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{PromiseRate, each};

/// How far back a report looks.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NoiseQuery {
    /// Days, 1 to 3,660; 30 if not given.
    #[param(minimum = 1, maximum = 3660, default = 30)]
    pub days: Option<u32>,
}

/// What all signals of the active set do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoiseReport {
    /// The active set.
    #[schema(value_type = String)]
    pub rules: RuleSetId,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Up to when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    /// The signals, the loudest first.
    pub signals: Vec<SignalNoise>,
}

impl From<noise::NoiseReport> for NoiseReport {
    fn from(report: noise::NoiseReport) -> Self {
        let noise::NoiseReport { rules, since, until, signals } = report;
        Self { rules, since, until, signals: each(signals) }
    }
}

/// What a signal does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignalNoise {
    /// The signal.
    #[schema(value_type = String)]
    pub signal: SignalId,
    /// Its title.
    pub title: String,
    /// How often it was raised.
    pub fired: u64,
    /// On how many cases.
    pub cases: u64,
    /// Firings a day, on average.
    pub a_day: f64,
    /// The most firings of one day.
    pub most_a_day: u64,
    /// Share of its cases that ever were escalations.
    pub escalated: Option<f64>,
    /// How often people disagreed with it.
    pub disagreed: u64,
    /// Share of its cases that people disagreed on.
    pub disagreement: Option<f64>,
    /// When it fired last, in all of history.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last: Option<Instant>,
    /// Whether it never fired in all of history.
    pub dead: bool,
}

impl From<noise::SignalNoise> for SignalNoise {
    fn from(one: noise::SignalNoise) -> Self {
        Self {
            signal: one.signal,
            title: one.title,
            fired: one.fired,
            cases: one.cases,
            a_day: one.a_day,
            most_a_day: one.most_a_day,
            escalated: one.escalated,
            disagreed: one.disagreed,
            disagreement: (one.cases > 0).then(|| one.disagreed as f64 / one.cases as f64),
            last: one.last,
            dead: one.dead,
        }
    }
}

/// A label of a missed escalation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMiss {
    /// When it should have been noticed.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// The signal that should have been raised, if one of the set fits.
    #[serde(default)]
    pub signal: Option<String>,
    /// The level that it should have had.
    #[serde(default)]
    pub level: Option<String>,
    /// The message that shows it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageKey>,
    /// What was missed.
    #[serde(default)]
    pub note: String,
}

/// The label that was given.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Labelled {
    /// Its number, for taking it back.
    pub label: u64,
}

/// Missed escalations, and the recall of the signals that their labels name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MissedLog {
    /// The labels, the latest first.
    pub labels: Vec<Missed>,
    /// Recall by signal.
    pub recall: Vec<Recall>,
}

impl From<missed::MissedLog> for MissedLog {
    fn from(log: missed::MissedLog) -> Self {
        Self { labels: each(log.labels), recall: each(log.recall) }
    }
}

/// A missed escalation, and what the active set makes of it now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Missed {
    /// Its number.
    pub label: u64,
    /// The case.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// When it should have been noticed.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// The signal that should have been raised.
    #[schema(value_type = Option<String>)]
    pub signal: Option<SignalId>,
    /// The level that it should have had.
    #[schema(value_type = Option<String>)]
    pub level: Option<LevelName>,
    /// The message that shows it.
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageKey>,
    /// What was missed.
    pub note: String,
    /// Who says so.
    pub by: String,
    /// When they said so.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Since when the active set notices it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub noticed_at: Option<Instant>,
    /// Whether that is in time.
    pub in_time: bool,
}

impl From<missed::MissRecord> for Missed {
    fn from(one: missed::MissRecord) -> Self {
        Self {
            label: one.label.0,
            case: one.case,
            since: one.since,
            signal: one.signal,
            level: one.level,
            message: one.message,
            note: one.note,
            by: one.by,
            at: one.at,
            noticed_at: one.noticed_at,
            in_time: one.in_time,
        }
    }
}

/// How much of what it should find a signal finds, as far as people said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Recall {
    /// The signal.
    #[schema(value_type = String)]
    pub signal: SignalId,
    /// Cases that the active set raises it on.
    pub raised: u64,
    /// Labels that name it.
    pub labelled: u64,
    /// Labels among them that the active set catches in time.
    pub caught: u64,
    /// Share of the cases that should bear it that do, in time.
    pub recall: Option<f64>,
}

impl From<missed::Recall> for Recall {
    fn from(one: missed::Recall) -> Self {
        let missed::Recall { signal, raised, labelled, caught, recall } = one;
        Self { signal, raised, labelled, caught, recall }
    }
}

/// How a case becomes a test.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FixtureQuery {
    /// What the test says; the title of the case if not given.
    pub name: Option<String>,
    /// Whether real names, addresses and numbers stay; made-up ones if not given.
    pub keep_names: Option<bool>,
}

/// Which escalations a report covers.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OutcomesQuery {
    /// Those that began from then on; a year back if not given.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    /// Those that began up to then; now if not given.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
}

/// The outcomes of escalations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutcomesReport {
    /// Of all of them.
    pub all: Outcomes,
    /// By the month in which they began.
    pub months: Vec<Outcomes>,
}

/// The outcomes of escalations that began within a stretch of time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Outcomes {
    /// The month, such as `2026-01`; empty for all of them.
    pub month: String,
    /// Escalations.
    pub escalations: u64,
    /// From the first message to the first escalated level.
    pub to_detect: Spread,
    /// From the first escalated level to an owner; zero where it had one.
    pub to_own: Spread,
    /// From the first escalated level until somebody else took over.
    pub to_hand_off: Spread,
    /// Escalations that nobody has owned.
    pub never_owned: u64,
    /// Escalations that are resolved, or were before they came back.
    pub resolved: u64,
    /// Those among them that came back.
    pub reopened: u64,
    /// Share of the resolved ones that came back.
    pub reopen_rate: Option<f64>,
    /// Promises of ours that fell due then, in any case.
    pub promises: PromiseRate,
    /// Cases, escalations or not, that were handed over then.
    pub handoffs: Handoffs,
}

/// Handoffs that were offered within a stretch of time.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Handoffs {
    /// How many there were.
    pub offered: u64,
    /// From the offer until somebody took the case.
    pub to_accept: Spread,
    /// Those that nobody has taken yet.
    pub waiting: u64,
    /// Those that nobody took before another one came.
    pub replaced: u64,
}

impl From<handoff::Handoffs> for Handoffs {
    fn from(one: handoff::Handoffs) -> Self {
        let handoff::Handoffs { offered, to_accept, waiting, replaced } = one;
        Self { offered, to_accept: to_accept.into(), waiting, replaced }
    }
}

impl From<outcomes::Outcomes> for Outcomes {
    fn from(one: outcomes::Outcomes) -> Self {
        let rate = (one.resolved > 0).then(|| one.reopened as f64 / one.resolved as f64);
        Self {
            month: one.month,
            escalations: one.escalations,
            to_detect: one.to_detect.into(),
            to_own: one.to_own.into(),
            to_hand_off: one.to_hand_off.into(),
            never_owned: one.never_owned,
            resolved: one.resolved,
            reopened: one.reopened,
            reopen_rate: rate,
            promises: one.promises.into(),
            handoffs: one.handoffs.into(),
        }
    }
}

/// Durations in seconds, summed up.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Spread {
    /// How many there are.
    pub count: u64,
    /// Half of them take no longer.
    pub median: Option<i64>,
    /// Nine of ten take no longer.
    pub p90: Option<i64>,
}

impl From<outcomes::Spread> for Spread {
    fn from(spread: outcomes::Spread) -> Self {
        Self { count: spread.count, median: spread.median, p90: spread.p90 }
    }
}
