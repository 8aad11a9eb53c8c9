//! The rule sets of this crate as the use cases know them.

use std::{collections::BTreeSet, sync::Arc};

use engine::{
    CaseFile, Evaluator, FixtureRequest, LoadedRules, ReferenceInfo, RuleError, RuleFiles,
    RuleLoader, SignalInfo, TestOutcome, TraceRequest, Tracer,
};
use model::RuleSetId;

use crate::{RhaiEvaluator, RuleSet, Tests, files, fixture, trace};

/// Makes rule sets in Rhai of files.
#[derive(Debug, Clone, Copy, Default)]
pub struct RhaiLoader;

impl RuleLoader for RhaiLoader {
    fn built_in(&self) -> RuleFiles {
        files::default_files()
    }

    fn belongs(&self, path: &str) -> bool {
        files::belongs(path)
    }

    fn load(
        &self,
        name: &str,
        files: RuleFiles,
        tests: bool,
    ) -> Result<Arc<dyn LoadedRules>, Vec<RuleError>> {
        let tests = if tests { Tests::Run } else { Tests::Skip };
        let set = RuleSet::with_tests(name, files, tests).map_err(|errors| errors.0)?;
        Ok(Arc::new(RhaiRules(Arc::new(set))))
    }
}

/// A rule set in Rhai.
#[derive(Debug, Clone)]
pub struct RhaiRules(pub Arc<RuleSet>);

impl LoadedRules for RhaiRules {
    fn id(&self) -> &RuleSetId {
        self.0.id()
    }

    fn files(&self) -> &RuleFiles {
        self.0.files()
    }

    fn signals(&self) -> Vec<SignalInfo> {
        let info = |signal: &crate::Signal| SignalInfo {
            id: signal.id.clone(),
            title: signal.title.clone(),
            help: signal.help.clone(),
            weight: signal.weight,
            file: signal.script.file.clone(),
        };
        self.0.signals().iter().map(info).collect()
    }

    fn reference(&self) -> Vec<ReferenceInfo> {
        let info = |entry: &crate::Entry| ReferenceInfo {
            owner: entry.owner.to_owned(),
            name: entry.name().to_owned(),
            signature: entry.signature.to_owned(),
            help: entry.help.to_owned(),
        };
        self.0.reference().iter().map(info).collect()
    }

    fn evaluator(&self, disabled: &BTreeSet<String>) -> Arc<dyn Evaluator> {
        Arc::new(RhaiEvaluator::without(Arc::clone(&self.0), disabled))
    }

    fn test(&self) -> Vec<TestOutcome> {
        let outcome = |result: crate::TestResult| TestOutcome {
            file: result.file,
            line: result.line,
            name: result.name,
            differences: result.differences,
        };
        self.0.run_tests().into_iter().map(outcome).collect()
    }

    fn tracer(&self, asked: &TraceRequest) -> Result<Arc<dyn Tracer>, Vec<RuleError>> {
        trace::tracer(&self.0, asked)
    }

    fn fixture(&self, case: &Arc<CaseFile>, asked: &FixtureRequest) -> String {
        fixture::fixture(&self.0, case, asked)
    }
}
