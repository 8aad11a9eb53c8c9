//! Follows a script over a case, statement by statement, with the values of its variables.
//!
//! The set is loaded a second time into an engine with Rhai's debugger listening; only calls that
//! somebody waits for are recorded, on the thread that runs them.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use engine::{
    Act, CaseFile, Described, Evaluator, Level, Outcome, RuleError, Step, Trace, TraceRequest,
    TraceStep, TracedCall, Tracer, Verdict,
    alerts::{Change, PolicyOutcome},
};
use model::{RuleSetId, SignalId};
use reading::promises::Statements;
use rhai::{ASTNode, EvalContext, Position, Stmt, debugger::DebuggerCommand};

use crate::{
    error::at,
    evaluator::RhaiEvaluator,
    set::{RuleSet, Tests},
};

mod shown;

use shown::shown;

/// The most steps of one call that are kept.
const STEPS_A_CALL: usize = 1000;
/// The most variables of a step.
const VARIABLES: usize = 40;

thread_local! {
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// What one call does, while somebody waits for it.
struct Recorder {
    /// The file whose calls are wanted.
    file: String,
    /// Whether the wanted script runs just now.
    running: bool,
    /// The function of it that was called.
    called: Option<String>,
    sources: Arc<BTreeMap<String, Vec<String>>>,
    steps: Vec<TraceStep>,
    known: BTreeMap<(usize, String), String>,
    cut: bool,
}

/// Whether this thread records.
pub(crate) fn is_recording() -> bool {
    RECORDER.with_borrow(Option::is_some)
}

/// A call of `function` of the script `file` begins on this thread.
pub(crate) fn entered(file: &str, function: &str) {
    RECORDER.with_borrow_mut(|recorder| {
        if let Some(recorder) = recorder {
            recorder.running = recorder.file == file;
            if recorder.running {
                recorder.called = Some(function.to_owned());
            }
        }
    });
}

/// Lets the engine of `set` tell of every statement.
#[allow(deprecated, reason = "the call is not deprecated, its form may change")]
fn listen(set: &mut RuleSet) {
    set.engine.register_debugger(
        |_, debugger| debugger,
        |context, _, node, source, position| {
            RECORDER.with_borrow_mut(|recorder| {
                if let Some(recorder) = recorder {
                    recorder.step(&context, &node, source, position);
                }
            });
            Ok(DebuggerCommand::StepInto)
        },
    );
}

impl Recorder {
    fn step(
        &mut self,
        context: &EvalContext<'_, '_, '_, '_, '_, '_>,
        node: &ASTNode<'_>,
        source: Option<&str>,
        position: Position,
    ) {
        let ASTNode::Stmt(statement) = node else { return };
        if !self.running {
            return;
        }
        let Some(line) = position.line().filter(|_| !matches!(statement, Stmt::Block(..))) else {
            return;
        };
        if self.steps.len() == STEPS_A_CALL {
            self.cut = true;
            return;
        }
        let depth = context.call_level();
        let mut variables = Vec::new();
        for (name, constant, value) in context.scope().iter_raw() {
            if constant || variables.len() == VARIABLES {
                continue;
            }
            let text = shown(value);
            let key = (depth, name.to_owned());
            if self.known.get(&key) != Some(&text) {
                variables.push((name.to_owned(), text.clone()));
                self.known.insert(key, text);
            }
        }
        let file = source.unwrap_or(&self.file).to_owned();
        // Statements within one line, such as the blocks of a condition, are one step.
        let last = self.steps.last();
        let same = last.is_some_and(|s| s.line == line && s.depth == depth && s.file == file);
        if same && variables.is_empty() {
            return;
        }
        let written = self.sources.get(&file).and_then(|lines| lines.get(line - 1));
        let source = written.map(|line| line.trim().to_owned()).unwrap_or_default();
        let column = position.position().unwrap_or(1);
        self.steps.push(TraceStep { file, line, column, depth, source, variables });
    }
}

/// What follows one script of `set`.
pub(crate) fn tracer(
    set: &RuleSet,
    asked: &TraceRequest,
) -> Result<Arc<dyn Tracer>, Vec<RuleError>> {
    let file = match &asked.signal {
        None => "severity.rhai".to_owned(),
        Some(name) => {
            let Some(signal) = set.signal(name) else {
                let message = "no such signal in this set".to_owned();
                return Err(vec![at(&format!("signals/{name}.rhai"), None, message)]);
            };
            signal.script.file.clone()
        }
    };
    let mut loud = RuleSet::with_tests(set.name(), set.files().clone(), Tests::Skip)
        .map_err(|errors| errors.0)?;
    listen(&mut loud);
    let lines = |bytes: &Vec<u8>| -> Vec<String> {
        String::from_utf8_lossy(bytes).lines().map(ToOwned::to_owned).collect()
    };
    let sources = set.files().iter().map(|(path, bytes)| (path.clone(), lines(bytes))).collect();
    Ok(Arc::new(ScriptTracer {
        inner: RhaiEvaluator::new(Arc::new(loud)),
        file,
        asked: asked.clone(),
        sources: Arc::new(sources),
        found: Mutex::new((Vec::new(), 0, false)),
    }))
}

/// An evaluator that records what one script does.
struct ScriptTracer {
    inner: RhaiEvaluator,
    file: String,
    asked: TraceRequest,
    sources: Arc<BTreeMap<String, Vec<String>>>,
    /// Calls, their steps in all, and whether some were left out.
    found: Mutex<(Vec<TracedCall>, usize, bool)>,
}

impl ScriptTracer {
    /// Runs `call` and keeps what the wanted script did in it.
    fn recording<T>(
        &self,
        step: &Step<'_>,
        call: impl FnOnce() -> T,
        outcome: impl FnOnce(&T) -> (Vec<String>, Option<RuleError>),
    ) -> T {
        if !self.asked.wants(step) {
            return call();
        }
        let recorder = Recorder {
            file: self.file.clone(),
            running: false,
            called: None,
            sources: Arc::clone(&self.sources),
            steps: Vec::new(),
            known: BTreeMap::new(),
            cut: false,
        };
        RECORDER.with_borrow_mut(|slot| *slot = Some(recorder));
        let result = call();
        let recorder = RECORDER.with_borrow_mut(Option::take);
        let Some(recorder) = recorder else { return result };
        let Some(function) = recorder.called else { return result };
        let (outcome, error) = outcome(&result);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.2 |= recorder.cut;
        if found.1 >= self.asked.steps {
            found.2 = true;
            return result;
        }
        found.1 += recorder.steps.len().max(1);
        found.0.push(TracedCall {
            at: step.at,
            event: step.event.shown(),
            file: recorder.file,
            function,
            steps: recorder.steps,
            outcome,
            error,
        });
        result
    }
}

impl Tracer for ScriptTracer {
    fn evaluator(self: Arc<Self>) -> Arc<dyn Evaluator> {
        self
    }

    fn found(&self) -> Trace {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        Trace { rules: self.inner.rules().clone(), calls: found.0.clone(), cut: found.2 }
    }
}

impl Evaluator for ScriptTracer {
    fn rules(&self) -> &RuleSetId {
        self.inner.rules()
    }

    fn levels(&self) -> &[Level] {
        self.inner.levels()
    }

    fn describe(&self, signal: &SignalId) -> Option<Described> {
        self.inner.describe(signal)
    }

    fn statements(&self, case: &CaseFile, position: usize) -> Arc<Statements> {
        self.inner.statements(case, position)
    }

    fn policies(&self, change: &Change) -> PolicyOutcome {
        self.inner.policies(change)
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let Some(signal) = &self.asked.signal else { return self.inner.step(step) };
        self.recording(
            step,
            || self.inner.step(step),
            |outcome| {
                let own = |act: &&Act| act.signal() == signal;
                let acts = outcome.acts.iter().filter(own).map(Act::shown).collect();
                let failed = |error: &&RuleError| error.file == self.file;
                (acts, outcome.errors.iter().find(failed).cloned())
            },
        )
    }

    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        if self.asked.signal.is_some() {
            return self.inner.severity(step);
        }
        self.recording(
            step,
            || self.inner.severity(step),
            |decided| match decided {
                Ok(verdict) => {
                    let reasons = verdict.reasons.iter().map(|reason| match &reason.signal {
                        Some(signal) => format!("because {} ({signal})", reason.text),
                        None => format!("because {}", reason.text),
                    });
                    let level = format!("level {}", verdict.level);
                    (std::iter::once(level).chain(reasons).collect(), None)
                }
                Err(error) => (Vec::new(), Some(error.clone())),
            },
        )
    }
}
