//! Tests of a rule set: a thread in, the findings out (`tests/*.toml`).

mod alerts;
pub(crate) mod beside;
pub(crate) mod thread;
mod values;

use std::sync::Arc;

use engine::{CaseFile, CaseMessage, RuleError, assess};
use model::{Finding, FindingKind, Instant};

use crate::{calendars::toml_error, error::at, evaluator::RhaiEvaluator, set::RuleSet};

use thread::{Found, Sheet, Thread};

/// The outcome of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// The file it stands in, such as `tests/frustration.toml`.
    pub file: String,
    /// Its line in that file, from 1, where known.
    pub line: Option<usize>,
    /// What it says.
    pub name: String,
    /// What differs from what it expects; empty if it passed.
    pub differences: Vec<String>,
}

impl TestResult {
    /// Whether all was as expected.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }

    /// The failure as an error of its file.
    pub(crate) fn error(&self) -> Option<RuleError> {
        let message = format!("test \"{}\": {}", self.name, self.differences.join("; "));
        (!self.passed()).then(|| at(&self.file, self.line.map(|line| (line, 1)), message))
    }
}

/// Runs every test of `set`, in the order of files and of their places in them.
pub(crate) fn run(set: &Arc<RuleSet>) -> Vec<TestResult> {
    let evaluator = RhaiEvaluator::new(Arc::clone(set));
    sheets(set, "tests/", |test| differences(test, set, &evaluator))
}

/// The results of the tests in the files of `folder`, in the order of files and of their places.
fn sheets(
    set: &RuleSet,
    folder: &str,
    mut differences: impl FnMut(&Thread) -> Vec<String>,
) -> Vec<TestResult> {
    let mut results = Vec::new();
    for (file, bytes) in set.files().iter().filter(|(path, _)| path.starts_with(folder)) {
        let text = String::from_utf8_lossy(bytes);
        match toml::from_str::<Sheet>(&text) {
            Ok(sheet) => {
                results.extend(sheet.test.iter().map(|test| {
                    let quoted = format!("name = {:?}", test.name);
                    let line = text.lines().position(|l| l.starts_with(&quoted)).map(|l| l + 1);
                    let (name, differences) = (test.name.clone(), differences(test));
                    TestResult { file: file.clone(), line, name, differences }
                }));
            }
            Err(error) => {
                let error = toml_error(file, &text, &error);
                results.push(TestResult {
                    file: file.clone(),
                    line: error.position.map(|(line, _)| line),
                    name: "(the file)".to_owned(),
                    differences: vec![error.message],
                });
            }
        }
    }
    results
}

/// The case of the first test of a set.
#[cfg(test)]
pub(crate) fn first_case(set: &RuleSet) -> Arc<CaseFile> {
    let (_, bytes) = set.files().iter().find(|(path, _)| path.starts_with("tests/")).unwrap();
    let sheet: Sheet = toml::from_str(&String::from_utf8_lossy(bytes)).unwrap();
    Arc::new(sheet.test[0].case(set).unwrap())
}

/// A signal that a set raises in a test.
pub(crate) struct InTest {
    pub(crate) signal: String,
    pub(crate) at: Instant,
    pub(crate) message: Option<usize>,
    pub(crate) quote: Option<String>,
}

/// What `set` finds in the first test of `text`, and the level at the end.
pub(crate) fn found(set: &Arc<RuleSet>, text: &str) -> Result<(Vec<InTest>, String), String> {
    let sheet: Sheet = toml::from_str(text).map_err(|error| error.to_string())?;
    let test = sheet.test.first().ok_or("it holds no test")?;
    let case = Arc::new(test.case(set)?);
    let until = test.until(&case)?;
    let assessed = assess(&case, &RhaiEvaluator::new(Arc::clone(set)), until);
    let raised = first_raised(&assessed.assessment.findings, &case);
    let found = raised.into_iter().map(|raised| InTest {
        signal: raised.signal,
        at: raised.at,
        message: raised.message,
        quote: raised.quotes.first().map(|quote| (*quote).to_owned()),
    });
    Ok((found.collect(), assessed.assessment.level_at(until).to_string()))
}

fn differences(test: &Thread, set: &RuleSet, evaluator: &RhaiEvaluator) -> Vec<String> {
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
    differences.extend(values::differences(test, &case, evaluator));
    // A test of fields alone leaves everything else to tests of its own.
    if test.found.is_empty() && test.level.is_none() && test.alert.is_none() && test.value.is_some()
    {
        return differences;
    }
    // A test of policies alone leaves the signals to tests of their own.
    if test.found.is_empty() && test.alert.is_some() {
        differences.extend(alerts::differences(
            test,
            &case,
            &assessed.assessment,
            evaluator,
            until,
        ));
        return differences;
    }
    let raised = first_raised(&assessed.assessment.findings, &case);
    for wanted in &test.found {
        match raised.iter().find(|r| r.signal == wanted.signal) {
            None => differences.push(format!("{} was not raised", wanted.signal)),
            Some(raised) => differences.extend(raised.against(wanted)),
        }
    }
    for raised in &raised {
        if !test.found.iter().any(|wanted| wanted.signal == raised.signal) {
            differences.push(format!("{} was raised {}", raised.signal, raised.shown()));
        }
    }
    differences.extend(alerts::differences(test, &case, &assessed.assessment, evaluator, until));
    let level = assessed.assessment.level_at(until);
    if let Some(wanted) = &test.level
        && level.as_str() != wanted
    {
        differences.push(format!("the level is {level}, not {wanted}"));
    }
    differences
}

/// The first firing of a signal.
struct Raised<'a> {
    signal: String,
    at: Instant,
    /// From 1.
    message: Option<usize>,
    quotes: Vec<&'a str>,
}

fn first_raised<'a>(findings: &[Finding], case: &'a CaseFile) -> Vec<Raised<'a>> {
    let mut all: Vec<Raised<'a>> = Vec::new();
    for finding in findings {
        let FindingKind::SignalRaised { signal, spans, .. } = &finding.kind else { continue };
        if all.iter().any(|r| r.signal == signal.as_str()) {
            continue;
        }
        let position = |key| case.messages.iter().position(|m| m.key == key);
        let quotes = spans.iter().filter_map(|span| {
            let message: &'a CaseMessage = &case.messages[position(span.message)?];
            match span.part {
                model::SpanPart::Body => span.of(&message.body),
                model::SpanPart::Subject => span.of(&message.subject),
                _ => None,
            }
        });
        all.push(Raised {
            signal: signal.as_str().to_owned(),
            at: finding.at,
            message: finding.message.and_then(position).map(|p| p + 1),
            quotes: quotes.collect(),
        });
    }
    all
}

impl Raised<'_> {
    fn shown(&self) -> String {
        match self.message {
            Some(message) => format!("at message {message}: {:?}", self.quotes),
            None => format!("at {}", self.at),
        }
    }

    fn against(&self, wanted: &Found) -> Option<String> {
        let place = match (wanted.message, &wanted.at) {
            (None, None) => true,
            (message, None) => message == self.message,
            (_, Some(at)) => at.parse().ok() == Some(self.at),
        };
        let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let quoted = wanted
            .quote
            .as_ref()
            .is_none_or(|quote| self.quotes.iter().any(|q| folded(q).contains(&folded(quote))));
        let message = || format!("{} was raised {}", self.signal, self.shown());
        (!(place && quoted)).then(message)
    }
}
