//! Tests of a plugin (`plugins/NAME/tests/*.toml`): the same threads, with what the plugin finds.

use std::sync::Arc;

use engine::{
    CaseFile, Evaluator, Event, Step, assess,
    plugin::{About, Manifest, Reading},
};
use model::LevelName;
use serde::Deserialize;

use super::{TestResult, first_raised, sheets, thread::Thread};
use crate::set::RuleSet;

/// A value or detail that is to be read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Read {
    name: String,
    value: String,
    /// The message that says it, from 1.
    #[serde(default)]
    message: Option<usize>,
    /// The words it stands on.
    #[serde(default)]
    quote: Option<String>,
    /// Whom a detail is about: `case`, `account` or an address.
    #[serde(default)]
    about: Option<String>,
}

/// Runs the tests of a plugin that `evaluator` has at work.
pub(crate) fn run(
    set: &Arc<RuleSet>,
    plugin: &Manifest,
    evaluator: &dyn Evaluator,
) -> Vec<TestResult> {
    let folder = format!("plugins/{}/tests/", plugin.name);
    sheets(set, &folder, |test| differences(test, set, plugin, evaluator))
}

fn differences(
    test: &Thread,
    set: &RuleSet,
    plugin: &Manifest,
    evaluator: &dyn Evaluator,
) -> Vec<String> {
    let case = match test.case(set) {
        Ok(case) => Arc::new(case),
        Err(message) => return vec![message],
    };
    let until = match test.until(&case) {
        Ok(until) => until,
        Err(message) => return vec![message],
    };
    let assessed = assess(&case, evaluator, until);
    let mut differences: Vec<String> = assessed.errors.iter().map(ToString::to_string).collect();
    let mut raised = first_raised(&assessed.assessment.findings, &case);
    raised.retain(|raised| plugin.signals.iter().any(|s| s.id.as_str() == raised.signal));
    for wanted in &test.found {
        match raised.iter().find(|raised| raised.signal == wanted.signal) {
            None => differences.push(format!("{} was not raised", wanted.signal)),
            Some(raised) => differences.extend(raised.against(wanted)),
        }
    }
    for raised in &raised {
        if !test.found.iter().any(|wanted| wanted.signal == raised.signal) {
            differences.push(format!("{} was raised {}", raised.signal, raised.shown()));
        }
    }
    differences.extend(readings(test, &case, plugin, evaluator));
    differences
}

/// What one message gave, as a test writes it.
#[derive(Debug, PartialEq, Eq)]
struct Given {
    name: String,
    value: String,
    message: usize,
    quote: String,
    about: String,
}

fn readings(
    test: &Thread,
    case: &Arc<CaseFile>,
    plugin: &Manifest,
    evaluator: &dyn Evaluator,
) -> Vec<String> {
    let mut given = Vec::new();
    let mut differences = Vec::new();
    for position in 0..case.messages.len() {
        let reading = read(case, position, evaluator);
        differences.extend(reading.errors.iter().map(ToString::to_string));
        given.extend(shown(&reading, case, position, plugin));
    }
    let wanted: Vec<&Read> = test.field.iter().chain(&test.detail).collect();
    for wanted in &wanted {
        if !given.iter().any(|given| given.fits(wanted)) {
            differences.push(format!("{} `{}` was not read", wanted.name, wanted.value));
        }
    }
    for given in &given {
        if !wanted.iter().any(|wanted| given.fits(wanted)) {
            let Given { name, value, message, .. } = given;
            differences.push(format!("{name} `{value}` was read from message {message}"));
        }
    }
    differences
}

impl Given {
    fn fits(&self, wanted: &Read) -> bool {
        self.name == wanted.name
            && self.value == wanted.value
            && wanted.message.is_none_or(|message| message == self.message)
            && wanted.quote.as_ref().is_none_or(|quote| *quote == self.quote)
            && wanted.about.as_ref().is_none_or(|about| *about == self.about)
    }
}

/// What the plugins read out of a message as it arrives.
fn read(case: &Arc<CaseFile>, position: usize, evaluator: &dyn Evaluator) -> Reading {
    let (findings, muted, promises) = (Arc::default(), Arc::default(), Arc::default());
    evaluator.read_by_plugins(&Step {
        case,
        messages: position + 1,
        notes: 0,
        at: case.messages[position].at,
        event: &Event::Message(position),
        findings: &findings,
        level: &LevelName::none(),
        levels: evaluator.levels(),
        reply_due: None,
        muted: &muted,
        promises: &promises,
        explain: false,
    })
}

fn shown(reading: &Reading, case: &CaseFile, position: usize, plugin: &Manifest) -> Vec<Given> {
    let body = &case.messages[position].body;
    let values = reading.values.iter().filter(|value| value.plugin == plugin.name);
    let values = values.map(|value| Given {
        name: value.field.clone(),
        value: value.value.clone(),
        message: position + 1,
        quote: value.span.of(body).unwrap_or_default().to_owned(),
        about: String::new(),
    });
    let details = reading.details.iter().filter(|detail| detail.plugin == plugin.name);
    let details = details.map(|detail| Given {
        name: detail.name.clone(),
        value: detail.value.clone(),
        message: position + 1,
        quote: String::new(),
        about: match &detail.about {
            About::Case => "case".to_owned(),
            About::Account => "account".to_owned(),
            About::Person(email) => email.clone(),
        },
    });
    values.chain(details).collect()
}
