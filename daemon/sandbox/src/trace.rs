//! Traces of sets with plugins: what a plugin is asked and what it answers, and scripts traced with
//! the plugins beside them.

use std::sync::Arc;

use engine::{
    Act, CaseFile, Described, Evaluator, Level, Outcome, RuleError, Statements, Step, Trace,
    TraceRequest, TracedCall, Tracer, Verdict,
    alerts::{Change, PolicyOutcome},
    plugin::PluginReport,
};
use model::{PluginName, RuleSetId, SignalId};
use parking_lot::Mutex;

use crate::evaluator::{Called, PluginEvaluator};

/// A script traced while plugins decide beside it, as they do at work.
pub(crate) struct ScriptsTraced {
    /// What traces the script.
    pub(crate) scripts: Arc<dyn Tracer>,
    /// The same with the plugins.
    pub(crate) all: Arc<PluginEvaluator>,
}

impl Tracer for ScriptsTraced {
    fn evaluator(self: Arc<Self>) -> Arc<dyn Evaluator> {
        Arc::clone(&self.all) as Arc<dyn Evaluator>
    }

    fn found(&self) -> Trace {
        Trace { rules: self.all.rules().clone(), ..self.scripts.found() }
    }
}

/// A plugin whose signals are traced. Its steps are its own; what shows is when it was called, what
/// it did, what it wrote into the log, and the fuel it used.
pub(crate) struct PluginTraced {
    all: PluginEvaluator,
    plugin: PluginName,
    asked: TraceRequest,
    /// Calls, and whether some were left out.
    found: Mutex<(Vec<TracedCall>, bool)>,
}

impl PluginTraced {
    pub(crate) fn new(all: PluginEvaluator, plugin: PluginName, asked: &TraceRequest) -> Self {
        Self { all, plugin, asked: asked.clone(), found: Mutex::default() }
    }

    fn keep(&self, step: &Step<'_>, called: Called) {
        let mut found = self.found.lock();
        if found.0.len() >= self.asked.steps {
            found.1 = true;
            return;
        }
        let (outcome, error) = match called {
            Ok(ran) => {
                let says = ran.lines.iter().map(|line| format!("says {line}"));
                let fuel = std::iter::once(format!("used {} units of fuel", ran.fuel));
                (ran.value.iter().map(Act::shown).chain(says).chain(fuel).collect(), None)
            }
            Err(error) => (Vec::new(), Some(error)),
        };
        found.0.push(TracedCall {
            at: step.at,
            event: step.event.shown(),
            file: format!("plugins/{0}/{0}.wasm", self.plugin),
            function: "signal".to_owned(),
            steps: Vec::new(),
            outcome,
            error,
        });
    }
}

impl Tracer for PluginTraced {
    fn evaluator(self: Arc<Self>) -> Arc<dyn Evaluator> {
        self
    }

    fn found(&self) -> Trace {
        let (calls, cut) = self.found.lock().clone();
        Trace { rules: self.all.rules().clone(), calls, cut }
    }
}

impl Evaluator for PluginTraced {
    fn rules(&self) -> &RuleSetId {
        self.all.rules()
    }

    fn levels(&self) -> &[Level] {
        self.all.levels()
    }

    fn describe(&self, signal: &SignalId) -> Option<Described> {
        self.all.describe(signal)
    }

    fn statements(&self, case: &CaseFile, position: usize) -> Arc<Statements> {
        self.all.statements(case, position)
    }

    fn policies(&self, change: &Change) -> PolicyOutcome {
        self.all.policies(change)
    }

    fn plugins(&self) -> Vec<PluginReport> {
        self.all.plugins()
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let (outcome, called) = self.all.watched_step(step, &self.plugin);
        if let Some(called) = called.filter(|_| self.asked.wants(step)) {
            self.keep(step, called);
        }
        outcome
    }

    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        self.all.severity(step)
    }
}
