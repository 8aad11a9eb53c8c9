//! What is active, and what was refused.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{Evaluator, LoadedRules, RuleError};
use model::{CaseId, Instant, RuleSetId};

use super::{
    rows::{ActivationRow, LIFE, LifeRow, ShadowedRow, VERSION, VersionRow},
    stopped::DisabledRule,
    versions::VersionRecord,
};
use crate::{
    AppError, Result,
    library::Rows,
    watchkeeper::{Watchkeeper, not_found},
};

/// A set at work: loaded, less what was disabled of it.
#[derive(Clone)]
pub struct Standing {
    /// The set.
    pub loaded: Arc<dyn LoadedRules>,
    /// Files of scripts that are not asked.
    pub disabled: BTreeSet<String>,
    /// What follows from both.
    pub evaluator: Arc<dyn Evaluator>,
}

impl Standing {
    /// `loaded` without the scripts of the files in `disabled`.
    pub(crate) fn new(loaded: Arc<dyn LoadedRules>, disabled: BTreeSet<String>) -> Self {
        let evaluator = loaded.evaluator(&disabled);
        Self { loaded, disabled, evaluator }
    }
}

/// A set that was refused while another stayed active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where it came from, such as `folder`.
    pub origin: String,
    /// When.
    pub at: Instant,
    /// Everything that is wrong with it.
    pub errors: Vec<RuleError>,
}

/// How rule sets stand.
#[derive(Debug, Clone)]
pub struct RulesStatus {
    /// The active version.
    pub active: RuleSetId,
    /// Who made it active, when and why.
    pub activation: Option<ActivationRow>,
    /// The evaluator's own name: the version, less what was disabled.
    pub effective: RuleSetId,
    /// Scripts and plugins that are not asked any more, and why.
    pub disabled: Vec<DisabledRule>,
    /// The set that was refused last.
    pub refused: Option<Refusal>,
    /// What runs beside it.
    pub shadow: Option<ShadowedRow>,
    /// Versions that wait for a second person.
    pub proposed: Vec<VersionRecord>,
    /// Whether an activation needs a second person.
    pub four_eyes: bool,
    /// Cases that are still to be assessed by the active sets.
    pub reassessing: u64,
    /// The team whose set this is; nothing for the one of all other cases.
    pub team: Option<String>,
    /// The teams that have a set of their own.
    pub teams: Vec<String>,
}

impl Watchkeeper {
    /// The life of rule sets; refused where this program was put together without one.
    pub(crate) fn life(&self) -> Result<&super::RuleLife> {
        self.rule_life.as_ref().ok_or_else(|| not_found("rule set that could be changed"))
    }

    pub(crate) fn life_row(&self, team: Option<&str>) -> Result<LifeRow> {
        let snapshot = self.ports.views.snapshot()?;
        Ok(snapshot.row(LIFE, &super::project::life_key(team))?.unwrap_or_default())
    }

    pub(crate) fn version_row(&self, rules: &RuleSetId) -> Result<Option<VersionRow>> {
        self.ports.views.snapshot()?.row(VERSION, rules.as_str().as_bytes())
    }

    /// The teams that have a rule set of their own.
    pub fn rule_teams(&self) -> Vec<String> {
        let life = self.rule_life.iter();
        life.flat_map(super::RuleLife::owners).flatten().map(str::to_owned).collect()
    }

    /// The active set of `team`, or of all cases whose team has none of its own.
    pub fn active_rules(&self, team: Option<&str>) -> Result<Arc<dyn LoadedRules>> {
        Ok(self.standing(team)?.loaded)
    }

    /// The active set with what was disabled of it.
    pub(crate) fn standing(&self, team: Option<&str>) -> Result<Standing> {
        let standing = self.life()?.line(team)?.standing.read().clone();
        let standing = standing.ok_or_else(|| not_found("active rule set"))?;
        // Permits of plugins may have changed since.
        Ok(Standing { evaluator: self.bench().of(team).clone(), ..standing })
    }

    /// What `evaluator` decides with the plugins that are permitted now.
    pub(crate) fn permitted(&self, evaluator: Arc<dyn Evaluator>) -> Result<Arc<dyn Evaluator>> {
        let permitted = evaluator.permitting(&self.permits()?);
        Ok(permitted.unwrap_or(evaluator))
    }

    /// A set of these files, that is no version yet, such as a folder on the command line.
    /// It is called `name` unless a file of it says otherwise.
    pub fn rules_of(&self, name: &str, files: engine::RuleFiles) -> Result<Arc<dyn LoadedRules>> {
        self.life()?.sources.loader.load(name, files, false).map_err(AppError::Rules)
    }

    /// The active set that judges `case`.
    pub fn rules_of_case(&self, case: CaseId) -> Result<Arc<dyn LoadedRules>> {
        let file = self.case_file(case)?;
        let bench = self.bench();
        self.active_rules(bench.owner(file.team().map(|team| &**team)))
    }

    /// The set called `name`: `active`, `team:NAME` for the active one of a team, `built_in`,
    /// `folder`, `draft` of `user`, or a version.
    pub fn rules_named(&self, name: &str, user: &str) -> Result<Arc<dyn LoadedRules>> {
        if name == "active" {
            return self.active_rules(None);
        }
        if let Some(team) = name.strip_prefix("team:") {
            return self.active_rules(Some(team));
        }
        let files = self.rule_files(name, user)?;
        self.life()?.load(files, false)
    }

    /// The files of the set called `name`, as [`Watchkeeper::rules_named`] takes it.
    pub fn rule_files(&self, name: &str, user: &str) -> Result<engine::RuleFiles> {
        let life = self.life()?;
        let files: BTreeMap<String, Vec<u8>> = match name {
            "active" => self.active_rules(None)?.files().clone(),
            "built_in" => life.sources.loader.built_in(),
            "folder" => match &life.sources.folder {
                Some(read) => read().map_err(|error| AppError::Rules(vec![error]))?,
                None => return Err(not_found("rule folder in the configuration")),
            },
            "draft" => self.draft_files(user)?,
            team if team.starts_with("team:") => {
                self.active_rules(team.strip_prefix("team:"))?.files().clone()
            }
            version => self.version_files(&RuleSetId::new(version))?,
        };
        Ok(files)
    }

    /// How the rule set of `team` stands, or that of all other cases.
    pub fn rules_status(&self, team: Option<&str>) -> Result<RulesStatus> {
        let life = self.life()?;
        let standing = self.standing(team)?;
        let row = self.life_row(team)?;
        let active = standing.loaded.id().clone();
        let mut proposed = self.rule_versions(team)?;
        proposed.retain(|version| {
            version.proposal.as_ref().is_some_and(|asked| asked.team.as_deref() == team)
        });
        Ok(RulesStatus {
            effective: standing.evaluator.rules().clone(),
            activation: row.activations.last().filter(|a| a.rules == active).cloned(),
            disabled: self.disabled_rules(&standing)?,
            refused: life.line(team)?.refused.read().clone(),
            shadow: row.shadow,
            proposed,
            four_eyes: life.sources.four_eyes,
            reassessing: self.to_reassess(),
            team: team.map(str::to_owned),
            teams: self.rule_teams(),
            active,
        })
    }
}
