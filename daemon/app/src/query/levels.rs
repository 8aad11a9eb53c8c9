//! The scales of severity that are in use.

pub use engine::Level;
use model::RuleSetId;

use crate::watchkeeper::Watchkeeper;

/// The scale of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    /// The team; nothing for all whose rule set is not their own.
    pub team: Option<String>,
    /// The rule set.
    pub rules: RuleSetId,
    /// Its levels, the gravest first. Their ranks compare across scales.
    pub levels: Vec<Level>,
}

impl Watchkeeper {
    /// The scales of severity: that of all teams without a rule set of their own, then each other
    /// team's.
    pub fn levels(&self) -> Vec<Scale> {
        let bench = self.bench();
        let scale = |(team, evaluator): (Option<&str>, &std::sync::Arc<dyn engine::Evaluator>)| {
            let (team, rules) = (team.map(str::to_owned), evaluator.rules().clone());
            Scale { team, rules, levels: evaluator.levels().to_vec() }
        };
        bench.all().map(scale).collect()
    }
}
