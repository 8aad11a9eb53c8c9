//! What writes the decision log.

use std::sync::Arc;

use engine::{
    Act, CaseFile, Described, Evaluator, Event, Level, Outcome, RuleError, Step, Verdict,
    alerts::{Call, Change, PolicyAct, PolicyOutcome},
    plugin::{PluginReport, Reading},
};
use model::{CaseId, RuleSetId, SignalId};
use parking_lot::Mutex;
use reading::promises::Statements;
use serde_json::{Value, json};

use crate::Result;

/// An evaluator that writes down what it is asked and what it answers.
pub(super) struct Scribe<'a> {
    inner: &'a dyn Evaluator,
    case: CaseId,
    lines: Mutex<Vec<Value>>,
}

fn event_of(event: &Event, step: &Step<'_>) -> Value {
    match event {
        Event::Message(position) => {
            json!({ "message": step.case.messages[*position].key })
        }
        Event::Note(position) => json!({ "note": position }),
        Event::Timer { signal, name } => json!({ "timer": name, "signal": signal }),
        Event::Promise(position) => json!({ "promise": position }),
        Event::LevelChanged => json!("level"),
    }
}

fn act_of(act: &Act) -> Value {
    match act {
        Act::Raise { signal, weight, spans, inputs } => {
            json!({ "raise": signal, "weight": weight, "spans": spans, "inputs": inputs })
        }
        Act::Clear { signal } => json!({ "clear": signal }),
        Act::Wake { signal, name, at } => json!({ "wake": name, "signal": signal, "at": at }),
    }
}

fn policy_act_of(act: &PolicyAct) -> Value {
    match act {
        PolicyAct::Alert(call) => {
            let Call { policy, audience, channel, urgency, says, key, group, pacing } = call;
            json!({
                "alert": policy, "audience": audience, "channel": channel, "urgency": urgency,
                "says": says, "key": key, "group": group, "pacing": pacing,
            })
        }
        PolicyAct::Settle { policy, key } => json!({ "settle": policy, "key": key }),
    }
}

impl<'a> Scribe<'a> {
    /// Asks `inner` about the case `case`.
    pub(super) fn new(inner: &'a dyn Evaluator, case: CaseId) -> Self {
        Self { inner, case, lines: Mutex::default() }
    }

    /// What was written, in the order of asking.
    pub(super) fn into_lines(self) -> Vec<Value> {
        self.lines.into_inner()
    }

    fn write(&self, question: Value, answer: Value) {
        let mut line = json!({ "case": self.case, "rules": self.inner.rules() });
        if let Value::Object(line) = &mut line {
            let parts = [question, answer].into_iter();
            line.extend(parts.filter_map(|part| part.as_object().cloned()).flatten());
        }
        self.lines.lock().push(line);
    }

    fn write_step(&self, step: &Step<'_>, answer: Value) {
        let question = json!({
            "at": step.at,
            "event": event_of(step.event, step),
            "level": step.level,
        });
        self.write(question, answer);
    }
}

fn with_errors(mut answer: Value, errors: &[RuleError]) -> Value {
    if !errors.is_empty() {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        answer["errors"] = json!(errors);
    }
    answer
}

impl Evaluator for Scribe<'_> {
    fn rules(&self) -> &RuleSetId {
        self.inner.rules()
    }

    fn levels(&self) -> &[Level] {
        self.inner.levels()
    }

    fn describe(&self, signal: &SignalId) -> Option<Described> {
        self.inner.describe(signal)
    }

    fn policies(&self, change: &Change) -> PolicyOutcome {
        let outcome = self.inner.policies(change);
        let (was, is) = (&change.before.signals, &change.after.signals);
        let began: Vec<_> = is.keys().filter(|signal| !was.contains_key(signal)).collect();
        let ended: Vec<_> = was.keys().filter(|signal| !is.contains_key(signal)).collect();
        let question = json!({
            "at": change.at,
            "event": "change",
            "level": [change.before.level, change.after.level],
            "owner": [change.before.owner, change.after.owner],
            "state": [change.before.state, change.after.state],
            "began": began,
            "ended": ended,
            "by": change.by,
        });
        let acts: Vec<Value> = outcome.acts.iter().map(policy_act_of).collect();
        self.write(question, with_errors(json!({ "policies": acts }), &outcome.errors));
        outcome
    }

    fn plugins(&self) -> Vec<PluginReport> {
        self.inner.plugins()
    }

    fn read_by_plugins(&self, step: &Step<'_>) -> Reading {
        self.inner.read_by_plugins(step)
    }

    fn statements(&self, case: &CaseFile, position: usize) -> Arc<Statements> {
        self.inner.statements(case, position)
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let outcome = self.inner.step(step);
        let acts: Vec<Value> = outcome.acts.iter().map(act_of).collect();
        self.write_step(step, with_errors(json!({ "acts": acts }), &outcome.errors));
        outcome
    }

    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        let decided = self.inner.severity(step);
        self.write_step(
            step,
            match &decided {
                Ok(verdict) => json!({ "decided": verdict.level, "reasons": verdict.reasons }),
                Err(error) => json!({ "failed": error.to_string() }),
            },
        );
        decided
    }
}
