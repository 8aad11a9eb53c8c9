//! The life of a rule set: versions, activation, shadow, backtest, trace, and what reports say.
//!
//! Whatever is active is a [`Standing`]: the loaded set, what was disabled of it, and the evaluator
//! that follows from both. There is one for each team with a set of its own, and one for all others;
//! each has a [`Line`] of versions, refusals and shadows. Who judges which case says the [`Bench`].

mod active;
mod adopt;
pub mod backtest;
mod bench;
mod compare;
mod decisions;
pub mod diff;
mod draft;
mod inspect;
pub mod missed;
pub mod noise;
pub mod outcomes;
mod packs;
pub(crate) mod project;
pub(crate) mod rows;
pub(crate) mod scales;
pub mod shadow;
mod stopped;
pub mod versions;

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicU64},
};

use engine::{Evaluator, Level, Outcome, Packs, RuleLoader, Step, Verdict};
use model::{Instant, LevelName, RuleSetId, fact::RulesOrigin};
use parking_lot::RwLock;
use store::Views;

pub use active::{Refusal, RulesStatus, Standing};
pub use adopt::Reload;
pub use bench::Bench;
pub use compare::CaseChange;
pub use decisions::Replayed;
pub use draft::DraftFile;
pub use inspect::{FixtureWish, TraceWish};
pub use packs::{ImportedPack, OfferedPack, PackKeys, check as check_pack};
pub use rows::{ActivationRow, ProposalRow, ShadowedRow};
pub(crate) use scales::Scales;
pub use stopped::{DisabledRule, StoppedKind};

// What rule sets say of themselves, for rooms that do not know the engine.
pub use engine::{
    LoadedRules, PackTrust, ReferenceInfo, RuleError, RuleFiles, SignalInfo, TestOutcome, Trace,
    TraceStep, TracedCall,
};

use backtest::Backtests;
use shadow::Shadow;

use crate::{AppError, watchkeeper::not_found};

/// Reads the configured folder.
pub type ReadFolder = Box<dyn Fn() -> Result<RuleFiles, RuleError> + Send + Sync>;

/// Where rule sets come from, as the configuration says.
pub struct RuleSources {
    /// Makes sets of files.
    pub loader: Arc<dyn RuleLoader>,
    /// Reads the configured folder, if there is one.
    pub folder: Option<ReadFolder>,
    /// What a set without a name of its own is called.
    pub name: String,
    /// Whether an activation needs a second person.
    pub four_eyes: bool,
    /// Makes single signed files of sets, and sets of these.
    pub packs: Arc<dyn Packs>,
    /// Where drafts lie; not disposable, though it is none of the views.
    pub drafts: Arc<dyn Views>,
    /// Teams with a set of their own, by name.
    pub teams: BTreeMap<String, TeamRules>,
}

/// Where the set of a team comes from.
pub struct TeamRules {
    /// What the set is called if it does not say so itself.
    pub name: String,
    /// Whether it is a folder, or a set that the program was built with.
    pub origin: RulesOrigin,
    /// Reads it.
    pub read: ReadFolder,
}

/// The script that decides the level.
const SEVERITY: &str = "severity.rhai";

/// Everything about rule sets that is kept in memory.
pub(crate) struct RuleLife {
    pub(crate) sources: RuleSources,
    /// What is active, by team; nothing as team for the set that judges all other cases.
    lines: BTreeMap<Option<String>, Line>,
    pub(crate) backtests: Backtests,
    /// How many cases wait to be assessed by the active sets.
    pub(crate) waiting: AtomicU64,
}

/// What is kept in memory about the set of one team, or of all others.
#[derive(Default)]
pub(crate) struct Line {
    /// The active set; nothing before it is chosen.
    standing: RwLock<Option<Standing>>,
    /// The set that was refused last, until one is taken.
    refused: RwLock<Option<Refusal>>,
    shadow: RwLock<Option<Arc<Shadow>>>,
}

/// What judges before a set is chosen: nothing is found, nothing is grave.
#[derive(Debug)]
struct Unchosen(RuleSetId);

impl Evaluator for Unchosen {
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

/// What a [`crate::Watchkeeper`] is made with whose sets come from [`RuleSources`].
pub fn unchosen() -> Arc<dyn Evaluator> {
    Arc::new(Unchosen(RuleSetId::new("none@0")))
}

impl RuleLife {
    pub(crate) fn new(sources: RuleSources) -> Self {
        let teams = sources.teams.keys().map(|team| (Some(team.clone()), Line::default()));
        let lines = std::iter::once((None, Line::default())).chain(teams).collect();
        Self { sources, lines, backtests: Backtests::default(), waiting: AtomicU64::new(0) }
    }

    /// Loads files; a set that is wrong becomes an error with everything that is wrong.
    pub(crate) fn load(
        &self,
        files: RuleFiles,
        tests: bool,
    ) -> Result<Arc<dyn LoadedRules>, AppError> {
        self.sources.loader.load(&self.sources.name, files, tests).map_err(AppError::Rules)
    }

    /// The teams that have a set of their own, after nothing for all others.
    pub(crate) fn owners(&self) -> impl Iterator<Item = Option<&str>> {
        self.lines.keys().map(Option::as_deref)
    }

    /// What is kept of the set of `team`.
    pub(crate) fn line(&self, team: Option<&str>) -> Result<&Line, AppError> {
        let line = self.lines.get(&team.map(str::to_owned));
        line.ok_or_else(|| {
            let team = team.unwrap_or_default();
            not_found(format!("team `{team}` with a rule set of its own in the configuration"))
        })
    }
}

impl Line {
    pub(crate) fn refuse(&self, origin: &str, errors: Vec<RuleError>, now: Instant) {
        for error in &errors {
            log::error!(origin, error:%; "a rule set is refused, the one before stays active");
        }
        let origin = origin.to_owned();
        *self.refused.write() = Some(Refusal { origin, at: now, errors });
    }
}
