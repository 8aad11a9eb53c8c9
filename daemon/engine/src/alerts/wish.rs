//! What policies wish for.

use model::{
    Alert, CaseId, Instant,
    alert::{Audience, Pacing, Urgency},
    id::AlertId,
};

use super::Change;
use crate::evaluator::{Evaluator, RuleError};

/// One call of `alert` by a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The policy.
    pub policy: String,
    /// Who is to be told.
    pub audience: Audience,
    /// The channel's name.
    pub channel: String,
    /// How much it may disturb.
    pub urgency: Urgency,
    /// What it says.
    pub says: String,
    /// What makes two calls the same.
    pub key: String,
    /// What goes together into one notice; nothing for the case.
    pub group: Option<String>,
    /// Its times.
    pub pacing: Pacing,
}

/// One act of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyAct {
    /// Somebody is to be told.
    Alert(Call),
    /// What the policy told under this key no longer holds.
    Settle {
        /// The policy.
        policy: String,
        /// The dedup key.
        key: String,
    },
}

/// What the policies of a rule set did with a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyOutcome {
    /// Their acts, in the order of the policies' names.
    pub acts: Vec<PolicyAct>,
    /// Scripts that failed; the others' acts stand.
    pub errors: Vec<RuleError>,
}

/// What a desk is to decide about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// An alert of a policy.
    Alert(Box<Alert>),
    /// An alert that no rule set asks for: it tells of what people do with Watchkeeper itself.
    Own(Box<Alert>),
    /// The end of what was told of a case.
    Settle {
        /// When it ceased to hold.
        at: Instant,
        /// The case.
        case: CaseId,
        /// The policy.
        policy: String,
        /// The dedup key.
        key: String,
    },
}

impl Wish {
    /// When it came up.
    pub fn at(&self) -> Instant {
        match self {
            Self::Alert(alert) | Self::Own(alert) => alert.at,
            Self::Settle { at, .. } => *at,
        }
    }

    /// The order among wishes of one instant.
    pub(super) fn precedence(&self) -> (bool, std::cmp::Reverse<Urgency>) {
        match self {
            Self::Settle { .. } => (false, std::cmp::Reverse(Urgency::Page)),
            Self::Alert(alert) | Self::Own(alert) => (true, std::cmp::Reverse(alert.urgency)),
        }
    }
}

/// What the policies of `evaluator` wish for upon `changes`, and the scripts that failed.
pub fn wishes(changes: &[Change], evaluator: &dyn Evaluator) -> (Vec<Wish>, Vec<RuleError>) {
    let (mut wishes, mut errors) = (Vec::new(), Vec::new());
    for change in changes {
        let outcome = evaluator.policies(change);
        errors.extend(outcome.errors);
        wishes.extend(outcome.acts.into_iter().map(|act| wish(change, act)));
    }
    (wishes, errors)
}

fn wish(change: &Change, act: PolicyAct) -> Wish {
    let case = change.subject.case;
    let call = match act {
        PolicyAct::Alert(call) => call,
        PolicyAct::Settle { policy, key } => {
            return Wish::Settle { at: change.at, case, policy, key };
        }
    };
    let id = AlertId::derive(Some(case), &call.policy, &call.key, &call.audience, change.at);
    Wish::Alert(Box::new(Alert {
        id,
        case: Some(case),
        account: change.subject.account.as_ref().map(|account| account.id.clone()),
        policy: call.policy,
        at: change.at,
        key: call.key,
        group: call.group.unwrap_or_else(|| case.to_string()),
        audience: call.audience,
        channel: call.channel,
        urgency: call.urgency,
        says: call.says,
        level: change.after.level.clone(),
        rank: change.after.rank,
        top: change.top,
        owner: change.after.owner.clone(),
        team: change.subject.team.clone(),
        pacing: call.pacing,
    }))
}
