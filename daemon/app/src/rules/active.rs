//! What is active, and what was refused.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{Evaluator, LoadedRules, RuleError};
use model::{Instant, RuleSetId};

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
    /// Cases that are still to be assessed by the active set.
    pub reassessing: u64,
}

impl Watchkeeper {
    /// The life of rule sets; refused where this program was put together without one.
    pub(crate) fn life(&self) -> Result<&super::RuleLife> {
        self.rule_life.as_ref().ok_or_else(|| not_found("rule set that could be changed"))
    }

    pub(crate) fn life_row(&self) -> Result<LifeRow> {
        let snapshot = self.ports.views.snapshot()?;
        Ok(snapshot.row(LIFE, super::project::STATE)?.unwrap_or_default())
    }

    pub(crate) fn version_row(&self, rules: &RuleSetId) -> Result<Option<VersionRow>> {
        self.ports.views.snapshot()?.row(VERSION, rules.as_str().as_bytes())
    }

    /// The active set.
    pub fn active_rules(&self) -> Result<Arc<dyn LoadedRules>> {
        Ok(self.standing()?.loaded)
    }

    /// The active set with what was disabled of it.
    pub(crate) fn standing(&self) -> Result<Standing> {
        let standing = self.life()?.standing.read().clone();
        let standing = standing.ok_or_else(|| not_found("active rule set"))?;
        // Permits of plugins may have changed since.
        Ok(Standing { evaluator: self.rules(), ..standing })
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

    /// The set called `name`: `active`, `built_in`, `folder`, `draft` of `user`, or a version.
    pub fn rules_named(&self, name: &str, user: &str) -> Result<Arc<dyn LoadedRules>> {
        if name == "active" {
            return self.active_rules();
        }
        let files = self.rule_files(name, user)?;
        self.life()?.load(files, false)
    }

    /// The files of the set called `name`, as [`Watchkeeper::rules_named`] takes it.
    pub fn rule_files(&self, name: &str, user: &str) -> Result<engine::RuleFiles> {
        let life = self.life()?;
        let files: BTreeMap<String, Vec<u8>> = match name {
            "active" => self.active_rules()?.files().clone(),
            "built_in" => life.sources.loader.built_in(),
            "folder" => match &life.sources.folder {
                Some(read) => read().map_err(|error| AppError::Rules(vec![error]))?,
                None => return Err(not_found("rule folder in the configuration")),
            },
            "draft" => self.draft_files(user)?,
            version => self.version_files(&RuleSetId::new(version))?,
        };
        Ok(files)
    }

    /// How rule sets stand.
    pub fn rules_status(&self) -> Result<RulesStatus> {
        let life = self.life()?;
        let standing = self.standing()?;
        let row = self.life_row()?;
        let active = standing.loaded.id().clone();
        let mut proposed = self.rule_versions()?;
        proposed.retain(|version| version.proposal.is_some());
        Ok(RulesStatus {
            effective: standing.evaluator.rules().clone(),
            activation: row.activations.last().filter(|a| a.rules == active).cloned(),
            disabled: self.disabled_rules(&standing)?,
            refused: life.refused.read().clone(),
            shadow: row.shadow,
            proposed,
            four_eyes: life.sources.four_eyes,
            reassessing: self.to_reassess(),
            active,
        })
    }
}
