//! What policies wish for upon a thread, against what its test expects.

use std::sync::Arc;

use engine::{
    CaseFile, Evaluator,
    alerts::{Subject, Wish, changes, wishes},
};
use model::{Alert, Assessment, Instant};

use super::thread::{Thread, Wished};
use crate::evaluator::RhaiEvaluator;

/// What differs; nothing if the test does not speak of alerts.
pub(super) fn differences(
    test: &Thread,
    case: &CaseFile,
    assessment: &Assessment,
    evaluator: &RhaiEvaluator,
    until: Instant,
) -> Vec<String> {
    let Some(expected) = &test.alert else { return Vec::new() };
    let subject = Arc::new(Subject {
        case: case.id,
        account: case.account.clone(),
        team: case.team().map(ToString::to_string),
    });
    let from = Instant::from_millis(i64::MIN);
    let changes = changes(&subject, assessment, &[], evaluator.levels(), from, until);
    let (wishes, errors) = wishes(&changes, evaluator);
    let mut differences: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let mut told: Vec<&Alert> = wishes
        .iter()
        .filter_map(|wish| match wish {
            Wish::Alert(alert) => Some(&**alert),
            Wish::Own(_) | Wish::Settle { .. } => None,
        })
        .collect();
    for wanted in expected {
        match told.iter().position(|alert| wanted.is(alert, case)) {
            Some(place) => {
                told.remove(place);
            }
            None => differences.push(format!("no alert of {}{}", wanted.policy, wanted.shown())),
        }
    }
    differences.extend(told.into_iter().map(|alert| shown(alert, case)));
    differences
}

/// The message that came at the instant of an alert, from 1.
fn message_of(alert: &Alert, case: &CaseFile) -> Option<usize> {
    case.messages.iter().position(|message| message.at == alert.at).map(|place| place + 1)
}

fn urgency(alert: &Alert) -> String {
    format!("{:?}", alert.urgency).to_lowercase()
}

fn shown(alert: &Alert, case: &CaseFile) -> String {
    let when = match message_of(alert, case) {
        Some(message) => format!("message {message}"),
        None => alert.at.to_string(),
    };
    let (policy, to, says) = (&alert.policy, &alert.audience, &alert.says);
    format!("{policy} alerted {to} ({}) at {when}: {says:?}", urgency(alert))
}

impl Wished {
    fn is(&self, alert: &Alert, case: &CaseFile) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        let at = self.at.as_ref().map(|at| at.parse::<Instant>().ok());
        alert.policy == self.policy
            && same(&self.to, &alert.audience.to_string())
            && same(&self.urgency, &urgency(alert))
            && same(&self.key, &alert.key)
            && self.says.as_ref().is_none_or(|says| alert.says.contains(says))
            && self.message.is_none_or(|message| message_of(alert, case) == Some(message))
            && at.is_none_or(|at| at == Some(alert.at))
    }

    fn shown(&self) -> String {
        let mut text = String::new();
        for (what, value) in
            [("to", &self.to), ("urgency", &self.urgency), ("key", &self.key), ("at", &self.at)]
        {
            if let Some(value) = value {
                text.push_str(&format!(", {what} {value}"));
            }
        }
        if let Some(message) = self.message {
            text.push_str(&format!(", message {message}"));
        }
        text
    }
}
