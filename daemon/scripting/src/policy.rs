//! Policies: scripts that get a change of a case and wish for alerts.

use std::{collections::BTreeSet, sync::Arc};

use engine::{
    RuleError,
    alerts::{Change, PolicyAct, PolicyOutcome},
};
use rhai::{ASTNode, Expr, FnCallExpr, Position};

use crate::{
    api::{acts::Acting, change::Changed, policy},
    check::place,
    error::{at, did_you_mean},
    runaway::Runaways,
    script::{Broke, Script},
    set::RuleSet,
};

/// The function of a policy, with its number of arguments.
pub(crate) const HANDLER: (&str, usize) = ("on_change", 1);

/// A policy of a rule set.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name: that of its file.
    pub name: String,
    /// A short title, such as `Level raised`.
    pub title: String,
    /// Whom it tells and when, from the comment on top of its file.
    pub help: String,
    pub(crate) script: Script,
}

impl Policy {
    /// Runs it for a change.
    fn run(&self, set: &RuleSet, change: &Arc<Change>) -> Result<Vec<PolicyAct>, Broke> {
        let acting = Acting::of_policy(&self.name);
        let arguments = (Changed(Arc::clone(change)),);
        let done = self.script.attempt(&set.engine, HANDLER.0, Some(&acting), arguments);
        done.map(|_| acting.told())
    }
}

/// Runs all policies of `set` in order of their names, but those of the files in `disabled` and
/// those that ran away too often.
pub(crate) fn run(
    set: &RuleSet,
    change: &Change,
    disabled: &BTreeSet<String>,
    runaways: &Runaways,
) -> PolicyOutcome {
    let change = Arc::new(change.clone());
    let mut outcome = PolicyOutcome::default();
    for policy in set.policies() {
        let file = &policy.script.file;
        if disabled.contains(file) || runaways.stopped(file) {
            continue;
        }
        match policy.run(set, &change) {
            Ok(acts) => outcome.acts.extend(acts),
            Err(broke) => outcome.errors.push(runaways.note(file, broke)),
        }
    }
    outcome
}

/// What is wrong with the calls of `alert` in a script: options and urgencies that do not exist.
pub(crate) fn check(file: &str, ast: &rhai::AST) -> Vec<RuleError> {
    let mut errors = Vec::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(Expr::FnCall(call, _))) = path.last()
            && call.name.as_str() == "alert"
        {
            check_options(file, call, &mut errors);
        }
        true
    });
    errors
}

fn check_options(file: &str, call: &FnCallExpr, errors: &mut Vec<RuleError>) {
    let Some(Expr::Map(options, _)) = call.args.get(2) else { return };
    for (name, value) in &options.0 {
        let mut wrong = |position: Position, message: String| {
            errors.push(at(file, place(position), message));
        };
        if !policy::OPTIONS.contains(&name.as_str()) {
            let hint = did_you_mean(name.as_str(), policy::OPTIONS);
            wrong(name.pos, format!("alert knows no option `{}`{hint}", name.as_str()));
        }
        if let ("urgency", Expr::StringConstant(word, position)) = (name.as_str(), value)
            && !policy::URGENCIES.contains(&word.as_str())
        {
            let known = policy::URGENCIES.join(", ");
            wrong(*position, format!("no urgency `{word}`: write one of {known}"));
        }
    }
}
