//! A rule set as a thing that people keep, check, test and trace, whatever language it is written
//! in.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{Instant, MessageKey, RuleSetId, SignalId};

use crate::{CaseFile, Evaluator, Event, RuleError, Step, assess, plugin::Permits};

/// The files of a rule set by path, with forward slashes.
pub type RuleFiles = BTreeMap<String, Vec<u8>>;

/// Makes rule sets of files.
pub trait RuleLoader: Send + Sync {
    /// The files of the set that the program was built with.
    fn built_in(&self) -> RuleFiles;

    /// Whether a file of this path belongs to a rule set.
    fn belongs(&self, path: &str) -> bool;

    /// Loads a set whole, or says everything that is wrong with it. It is called `name` unless a
    /// file of it says otherwise. With `tests`, a set whose tests fail is refused.
    fn load(
        &self,
        name: &str,
        files: RuleFiles,
        tests: bool,
    ) -> Result<Arc<dyn LoadedRules>, Vec<RuleError>>;
}

/// A rule set that loaded.
pub trait LoadedRules: Send + Sync {
    /// Its name and the hash of its files.
    fn id(&self) -> &RuleSetId;

    /// Its files.
    fn files(&self) -> &RuleFiles;

    /// Its signals by name.
    fn signals(&self) -> Vec<SignalInfo>;

    /// Everything that its scripts can say, for completion.
    fn reference(&self) -> Vec<ReferenceInfo>;

    /// What the fold asks, with the scripts of the files in `disabled` left out. The identity of
    /// what is given says which were left out, since outcomes differ.
    fn evaluator(&self, disabled: &BTreeSet<String>) -> Arc<dyn Evaluator>;

    /// Runs its tests, in the order of files and of their places in them.
    fn test(&self) -> Vec<TestOutcome>;

    /// What follows one script over a case, step by step: an evaluator that writes down what that
    /// script does while the fold asks it, so that others can stand beside it.
    fn tracer(&self, asked: &TraceRequest) -> Result<Arc<dyn Tracer>, Vec<RuleError>>;

    /// Follows one script, or the signals of one plugin, over a case, step by step.
    fn trace(&self, case: &Arc<CaseFile>, asked: &TraceRequest) -> Result<Trace, Vec<RuleError>> {
        let tracer = self.tracer(asked)?;
        assess(case, &*Arc::clone(&tracer).evaluator(), asked.until);
        Ok(tracer.found())
    }

    /// The case as a test file of this set that expects what the set finds now.
    fn fixture(&self, case: &Arc<CaseFile>, asked: &FixtureRequest) -> String;
}

/// Writes down what one script does.
pub trait Tracer: Send + Sync {
    /// What the fold is to ask.
    fn evaluator(self: Arc<Self>) -> Arc<dyn Evaluator>;

    /// What was written down so far.
    fn found(&self) -> Trace;
}

/// A signal of a rule set, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalInfo {
    /// Its name.
    pub id: SignalId,
    /// A short title.
    pub title: String,
    /// What it finds.
    pub help: String,
    /// Its weight in the attention score.
    pub weight: i32,
    /// Its file.
    pub file: String,
}

/// Something that scripts can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceInfo {
    /// The type it belongs to; empty for a function of its own.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// How it is written, such as `find(list) -> Passage or ()`.
    pub signature: String,
    /// What it does.
    pub help: String,
}

/// The outcome of one test of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestOutcome {
    /// The file it stands in.
    pub file: String,
    /// Its line there, from 1, where known.
    pub line: Option<usize>,
    /// What it says.
    pub name: String,
    /// What differs from what it expects; empty if it passed.
    pub differences: Vec<String>,
}

impl TestOutcome {
    /// Whether all was as expected.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Which steps are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceRequest {
    /// The signal; nothing for the severity function.
    pub signal: Option<SignalId>,
    /// Only what this message sets off.
    pub message: Option<MessageKey>,
    /// Up to when the case is followed.
    pub until: Instant,
    /// The most steps that are kept.
    pub steps: usize,
    /// The plugins that take part.
    pub permits: Permits,
}

impl TraceRequest {
    /// Whether what happens at `step` was asked for.
    pub fn wants(&self, step: &Step<'_>) -> bool {
        match (self.message, step.event) {
            (None, _) => true,
            (Some(key), Event::Message(position)) => step.case.messages[*position].key == key,
            (Some(key), Event::LevelChanged) => {
                step.messages > 0 && step.case.messages[step.messages - 1].key == key
            }
            _ => false,
        }
    }
}

/// The steps that a script took on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The rule set.
    pub rules: RuleSetId,
    /// Its calls, in order of time.
    pub calls: Vec<TracedCall>,
    /// Whether there was more than was asked for.
    pub cut: bool,
}

/// One call of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedCall {
    /// The instant, along the time things happened.
    pub at: Instant,
    /// What set it off, such as `message 3` or `timer warn`.
    pub event: String,
    /// The file.
    pub file: String,
    /// The function.
    pub function: String,
    /// What it did, in order.
    pub steps: Vec<TraceStep>,
    /// What came of it: acts, or the level with its reasons.
    pub outcome: Vec<String>,
    /// Why it broke off, if it did.
    pub error: Option<RuleError>,
}

/// One statement that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceStep {
    /// The file it stands in.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// How deep in calls, from 0.
    pub depth: usize,
    /// The line as it is written.
    pub source: String,
    /// Variables that are new or have changed since the step before, shortened.
    pub variables: Vec<(String, String)>,
}

/// How a case becomes a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureRequest {
    /// What the test says; what a user would lose if it failed.
    pub name: String,
    /// Up to when the case is followed.
    pub until: Instant,
    /// Whether names, addresses and numbers of people give way to made-up ones.
    pub replace_names: bool,
    /// A signal that should have been raised, and when: for a label of a missed escalation.
    pub wanted: Option<(SignalId, Instant)>,
}
