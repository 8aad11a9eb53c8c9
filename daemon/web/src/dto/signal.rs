//! What people say of signals, and why one did not fire.

use app::record;
use model::{Instant, fact::Judgement};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Quote;
use crate::problem::Problem;

/// What a person says of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JudgeAct {
    /// Seen, and somebody sees to it. It counts as before.
    Acknowledge,
    /// It was wrong: what it stood on so far no longer counts; a later firing does. Needs a reason.
    Disagree,
    /// It does not count until then. Needs a reason.
    Snooze,
    /// It counts again.
    Restore,
}

/// A judgement of a signal to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgeSignal {
    /// What is said of it.
    pub act: JudgeAct,
    /// Until when it is snoozed; only for `snooze`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl JudgeSignal {
    /// The judgement, or what is missing.
    pub(crate) fn judgement(&self) -> Result<Judgement, Problem> {
        match (self.act, self.until) {
            (JudgeAct::Acknowledge, None) => Ok(Judgement::Acknowledged),
            (JudgeAct::Disagree, None) => Ok(Judgement::Disagreed),
            (JudgeAct::Restore, None) => Ok(Judgement::Restored),
            (JudgeAct::Snooze, Some(until)) => Ok(Judgement::Snoozed { until }),
            (JudgeAct::Snooze, None) => {
                Err(Problem::invalid("a snooze has an end: name it in `until`".to_owned()))
            }
            (_, Some(_)) => {
                Err(Problem::invalid("only a snooze has an end: leave out `until`".to_owned()))
            }
        }
    }
}

/// A judgement of a signal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Judged {
    /// What was said of it.
    pub act: JudgeAct,
    /// Until when it is snoozed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
}

impl From<record::JudgedRecord> for Judged {
    fn from(judged: record::JudgedRecord) -> Self {
        let (act, until) = match judged.judgement {
            Judgement::Acknowledged => (JudgeAct::Acknowledge, None),
            Judgement::Disagreed => (JudgeAct::Disagree, None),
            Judgement::Snoozed { until } => (JudgeAct::Snooze, Some(until)),
            Judgement::Restored => (JudgeAct::Restore, None),
        };
        Self { act, until, reason: judged.reason, by: judged.by, at: judged.at }
    }
}

/// Signals that nearly fired on a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NearMisses {
    /// Each with the condition that failed.
    pub items: Vec<NearMiss>,
}

/// A signal that nearly fired.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NearMiss {
    /// The signal.
    pub signal: String,
    /// Its title.
    pub title: String,
    /// The condition that failed, in the rule's words.
    pub reason: String,
    /// Where it would have stood.
    pub evidence: Vec<Quote>,
}

impl From<Vec<record::NearMissRecord>> for NearMisses {
    fn from(records: Vec<record::NearMissRecord>) -> Self {
        let near = |near: record::NearMissRecord| NearMiss {
            signal: near.signal.to_string(),
            title: near.title,
            reason: near.reason,
            evidence: near.evidence.into_iter().map(Quote::from).collect(),
        };
        Self { items: records.into_iter().map(near).collect() }
    }
}
