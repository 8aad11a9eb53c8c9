//! Plugins beside the scripts of a rule set: permitted, at work, given up.

use std::sync::Arc;

use engine::{
    Evaluator, Level, Outcome, RuleError, Step, Verdict,
    plugin::{Permits, Standing},
};
use model::{LevelName, RuleSetId};
use sandbox::PluginEvaluator;

use crate::guests::{at_message, case, folder, host, module, permits};

/// Scripts that do nothing.
struct Scripts(RuleSetId);

impl Evaluator for Scripts {
    fn rules(&self) -> &RuleSetId {
        &self.0
    }

    fn levels(&self) -> &[Level] {
        &[]
    }

    fn step(&self, _: &Step<'_>) -> Outcome {
        Outcome::default()
    }

    fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: LevelName::none(), reasons: Vec::new() })
    }
}

const RAISE: &str =
    "(call $raise (i32.const 4) (i32.const 10) (f64.const 1)) (call $list (i32.const 1))";

fn evaluator(assess: &str) -> (PluginEvaluator, Permits) {
    let folder = folder(&module(assess));
    let permits = permits(&folder);
    let scripts = Arc::new(Scripts(RuleSetId::new("default@1")));
    (PluginEvaluator::new(scripts, &host(), vec![folder]), permits)
}

#[test]
fn a_plugin_that_nobody_granted_does_not_run() {
    let (evaluator, _) = evaluator(RAISE);
    assert_eq!(evaluator.plugins()[0].standing, Standing::Waiting);
    assert_eq!(evaluator.rules().as_str(), "default@1");
    let outcome = at_message(&case(), |step| evaluator.step(step));
    assert_eq!(outcome, Outcome::default());
}

#[test]
fn a_granted_plugin_decides_and_the_name_of_the_set_says_so() {
    let (waiting, permits) = evaluator(RAISE);
    let working = waiting.permitting(&permits).unwrap();
    assert_ne!(working.rules(), waiting.rules());
    assert!(working.rules().as_str().starts_with("default@1+"));
    let outcome = at_message(&case(), |step| working.step(step));
    assert_eq!(outcome.acts.len(), 1);
    let again = at_message(&case(), |step| working.step(step));
    assert_eq!(outcome, again);
    let revoked = working.permitting(&Permits::new()).unwrap();
    assert_eq!(revoked.rules(), waiting.rules());
}

#[test]
fn a_plugin_that_keeps_failing_is_given_up_and_says_why() {
    let (evaluator, permits) = evaluator("(unreachable)");
    let evaluator = evaluator.with_permits(&permits);
    for _ in 0..8 {
        let outcome = at_message(&case(), |step| evaluator.step(step));
        assert_eq!(outcome.errors.len(), 1, "the failure shows");
        assert_eq!(outcome.errors[0].file, "plugins/guest/guest.wasm");
    }
    let report = &evaluator.plugins()[0];
    assert_eq!((report.calls, report.failures), (5, 5), "then it is not called any more");
    assert!(report.tripped.as_ref().is_some_and(|why| why.contains("5 of 5")));
}

#[test]
fn permits_in_force_are_kept_when_they_are_read_again() {
    let (evaluator, permits) = evaluator("(unreachable)");
    let evaluator = evaluator.with_permits(&permits);
    at_message(&case(), |step| evaluator.step(step));
    let again = evaluator.with_permits(&permits);
    assert_eq!(again.plugins()[0].failures, 1, "a failure is not forgotten by reading");
}
