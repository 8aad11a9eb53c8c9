//! Who judges which case: one evaluator for each team with a set of its own, one for all others.

use std::{collections::BTreeMap, sync::Arc};

use engine::{CaseFile, Described, Evaluator, Level, plugin::Permits};
use model::{LevelName, RuleSetId};

/// The evaluators at work. Cheap to clone.
#[derive(Clone)]
pub struct Bench {
    others: Arc<dyn Evaluator>,
    teams: BTreeMap<String, Arc<dyn Evaluator>>,
}

impl Bench {
    /// One evaluator for every case.
    pub(crate) fn new(others: Arc<dyn Evaluator>) -> Self {
        Self { others, teams: BTreeMap::new() }
    }

    /// Lets `evaluator` judge the cases of `team`; of every team without a set, if there is no name.
    pub(crate) fn seat(&mut self, team: Option<&str>, evaluator: Arc<dyn Evaluator>) {
        match team {
            Some(team) => {
                self.teams.insert(team.to_owned(), evaluator);
            }
            None => self.others = evaluator,
        }
    }

    /// Whose set judges the cases of `team`: its own, or, as nothing, that of all others.
    pub fn owner<'a>(&self, team: Option<&'a str>) -> Option<&'a str> {
        team.filter(|team| self.teams.contains_key(*team))
    }

    /// Who judges the cases of `team`.
    pub fn of(&self, team: Option<&str>) -> &Arc<dyn Evaluator> {
        team.and_then(|team| self.teams.get(team)).unwrap_or(&self.others)
    }

    /// Who judges `case`.
    pub fn judge(&self, case: &CaseFile) -> &Arc<dyn Evaluator> {
        self.of(case.team().map(|team| &**team))
    }

    /// Whether one set judges all cases.
    pub(crate) fn is_alone(&self) -> bool {
        self.teams.is_empty()
    }

    /// All evaluators, each with its team, that of all others first.
    pub fn all(&self) -> impl Iterator<Item = (Option<&str>, &Arc<dyn Evaluator>)> {
        let teams = self.teams.iter().map(|(team, evaluator)| (Some(team.as_str()), evaluator));
        std::iter::once((None, &self.others)).chain(teams)
    }

    /// What tells this bench from another: the sets on it.
    pub(crate) fn print(&self) -> String {
        let mut print = self.others.rules().to_string();
        for (team, evaluator) in &self.teams {
            print.push_str(&format!(";{team}={}", evaluator.rules()));
        }
        print
    }

    /// The set that decides about the cases of `team`.
    pub(crate) fn rules(&self, team: Option<&str>) -> RuleSetId {
        self.of(team).rules().clone()
    }

    /// The level called `name` on the scale of `team`.
    pub fn level(&self, team: Option<&str>, name: &LevelName) -> Option<&Level> {
        self.of(team).levels().iter().find(|level| level.name == *name)
    }

    /// Whether that level of `team` counts as an escalation.
    pub(crate) fn escalated(&self, team: Option<&str>, name: &LevelName) -> bool {
        self.level(team, name).is_some_and(|level| level.escalated)
    }

    /// What a policy is for, by whichever set has it.
    pub(crate) fn describe_policy(&self, policy: &str) -> Option<Described> {
        self.all().find_map(|(_, evaluator)| evaluator.describe_policy(policy))
    }

    /// Gives every set its permits.
    pub(crate) fn permit(&mut self, permits: &Permits) {
        for evaluator in std::iter::once(&mut self.others).chain(self.teams.values_mut()) {
            if let Some(permitted) = evaluator.permitting(permits) {
                *evaluator = permitted;
            }
        }
    }
}
