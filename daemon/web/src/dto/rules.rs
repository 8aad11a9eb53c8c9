//! Rule sets: what is active, versions, drafts, and what is wrong with them.

use app::rules::{
    self, ActivationRow, DisabledRule, DraftFile as AppDraftFile, Refusal, RuleError, RulesStatus,
    StoppedKind, diff::FileDiff, versions::VersionRecord,
};
use model::{EvidenceId, Instant, RuleSetId, fact};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::each;

/// An error in a rule set, at its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleFault {
    /// The file within the set.
    pub file: String,
    /// Line, from 1, where known.
    pub line: Option<usize>,
    /// Column, from 1, where known.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that can be told.
    pub hint: Option<String>,
}

impl From<RuleError> for RuleFault {
    fn from(error: RuleError) -> Self {
        let (line, column) = error.position.unzip();
        let (message, hint) = match error.message.split_once("; ") {
            Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
            None => (error.message, None),
        };
        Self { file: error.file, line, column, message, hint }
    }
}

/// How rule sets stand.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Rules {
    /// The active version.
    #[schema(value_type = String)]
    pub active: RuleSetId,
    /// The version less what was disabled of it: what decisions name.
    #[schema(value_type = String)]
    pub effective: RuleSetId,
    /// Who made it active, when and why.
    pub activation: Option<Activation>,
    /// Its signals.
    pub signals: Vec<RuleSignal>,
    /// Scripts and plugins that are not asked any more, and why.
    pub disabled: Vec<RuleDisabled>,
    /// The set that was refused last while another stayed active.
    pub refused: Option<RulesRefused>,
    /// The version that runs beside the active one.
    pub shadow: Option<String>,
    /// Versions that wait for a second person.
    pub proposed: Vec<RuleVersion>,
    /// Whether an activation needs a second person.
    pub four_eyes: bool,
    /// Cases that are still to be assessed by the active sets.
    pub reassessing: u64,
    /// The team whose set this is; missing for the one of all other cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The teams that have a set of their own.
    pub teams: Vec<String>,
}

impl Rules {
    /// What `status` says, with the signals of the active set.
    pub fn of(status: RulesStatus, signals: Vec<rules::SignalInfo>) -> Self {
        Self {
            active: status.active,
            effective: status.effective,
            activation: status.activation.map(Activation::from),
            signals: each(signals),
            disabled: each(status.disabled),
            refused: status.refused.map(RulesRefused::from),
            shadow: status.shadow.map(|shadow| shadow.rules.to_string()),
            proposed: each(status.proposed),
            four_eyes: status.four_eyes,
            reassessing: status.reassessing,
            team: status.team,
            teams: status.teams,
        }
    }
}

/// A signal of a rule set.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleSignal {
    /// Its name.
    pub id: String,
    /// A short title.
    pub title: String,
    /// What it finds.
    pub help: String,
    /// Its weight in the attention score.
    pub weight: i32,
    /// Its file.
    pub file: String,
}

impl From<rules::SignalInfo> for RuleSignal {
    fn from(signal: rules::SignalInfo) -> Self {
        Self {
            id: signal.id.to_string(),
            title: signal.title,
            help: signal.help,
            weight: signal.weight,
            file: signal.file,
        }
    }
}

/// A script or plugin that is not asked any more.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleDisabled {
    /// What it is.
    pub kind: RuleKind,
    /// Its file; the folder of a plugin.
    pub file: String,
    /// What it did, or why somebody switched it off.
    pub reason: String,
    /// Since when, where that is on record.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
}

/// A kind of rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// The function that decides the level.
    Severity,
    /// A signal.
    Signal,
    /// A policy.
    Policy,
    /// A plugin.
    Plugin,
}

impl From<StoppedKind> for RuleKind {
    fn from(kind: StoppedKind) -> Self {
        match kind {
            StoppedKind::Severity => Self::Severity,
            StoppedKind::Signal => Self::Signal,
            StoppedKind::Policy => Self::Policy,
            StoppedKind::Plugin => Self::Plugin,
        }
    }
}

impl From<DisabledRule> for RuleDisabled {
    fn from(rule: DisabledRule) -> Self {
        let (kind, since) = (rule.kind.into(), rule.since);
        Self { kind, file: rule.file, reason: rule.reason, since }
    }
}

/// A set that was refused.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RulesRefused {
    /// Where it came from, such as `folder`.
    pub origin: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Everything that is wrong with it.
    pub errors: Vec<RuleFault>,
}

impl From<Refusal> for RulesRefused {
    fn from(refusal: Refusal) -> Self {
        Self { origin: refusal.origin, at: refusal.at, errors: each(refusal.errors) }
    }
}

/// A version became active.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Activation {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Who made it active, or approved it.
    pub by: String,
    /// Who had proposed it, where a second person approved.
    pub proposed_by: Option<String>,
    /// Why.
    pub note: String,
}

impl From<ActivationRow> for Activation {
    fn from(row: ActivationRow) -> Self {
        Self { at: row.at, by: row.by, proposed_by: row.proposed_by, note: row.note }
    }
}

/// Where a version came from.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RulesOrigin {
    /// The program was built with it.
    BuiltIn,
    /// The folder that the configuration names.
    Folder,
    /// A person edited it.
    Draft,
    /// A pack was imported.
    Pack,
}

impl From<fact::RulesOrigin> for RulesOrigin {
    fn from(origin: fact::RulesOrigin) -> Self {
        match origin {
            fact::RulesOrigin::BuiltIn => Self::BuiltIn,
            fact::RulesOrigin::Folder => Self::Folder,
            fact::RulesOrigin::Draft => Self::Draft,
            fact::RulesOrigin::Pack => Self::Pack,
        }
    }
}

/// A version that is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleVersion {
    /// Its name.
    #[schema(value_type = String, examples("default@3fa29c01b7de"))]
    pub rules: RuleSetId,
    /// Who kept it.
    pub author: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What is new.
    pub note: String,
    /// Where it came from.
    pub origin: RulesOrigin,
    /// Whether it is the active one.
    pub active: bool,
    /// Who wants it to become active, if somebody does.
    pub proposed_by: Option<String>,
    /// Why.
    pub proposal_note: Option<String>,
    /// When it became active, oldest first.
    pub activations: Vec<Activation>,
}

impl From<VersionRecord> for RuleVersion {
    fn from(version: VersionRecord) -> Self {
        let (proposed_by, proposal_note) = version.proposal.map(|p| (p.by, p.note)).unzip();
        Self {
            rules: version.rules,
            author: version.author,
            at: version.at,
            note: version.note,
            origin: version.origin.into(),
            active: version.active,
            proposed_by,
            proposal_note,
            activations: each(version.activations),
        }
    }
}

/// A note to an act on rule sets.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesNote {
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// What came of asking for an activation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RulesActivated {
    /// The version.
    #[schema(value_type = String)]
    pub rules: RuleSetId,
    /// Whether it is active; otherwise it waits for a second person.
    pub active: bool,
}

/// A script to be let run again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnableRule {
    /// Its file.
    pub file: String,
}

/// Whose rule set is meant.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TeamQuery {
    /// A team with a rule set of its own; without it, the set of all other cases.
    pub team: Option<String>,
}

/// Which sets to compare: `active`, `team:NAME`, `built_in`, `folder`, `draft`, or a version.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DiffQuery {
    /// The one; `active` if not given.
    pub before: Option<String>,
    /// The other; `draft` if not given.
    pub after: Option<String>,
}

/// A file that two sets differ in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleFileDiff {
    /// Its path.
    pub path: String,
    /// `added`, `removed` or `changed`.
    pub change: String,
    /// The difference in unified form.
    pub unified: String,
}

impl From<FileDiff> for RuleFileDiff {
    fn from(file: FileDiff) -> Self {
        Self { path: file.path, change: file.change.to_owned(), unified: file.unified }
    }
}

/// A person's draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Draft {
    /// The set it was begun from.
    #[schema(value_type = String)]
    pub base: RuleSetId,
    /// Its files, those that were removed too.
    pub files: Vec<DraftFile>,
}

/// A file of a draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftFile {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its content.
    #[schema(value_type = String)]
    pub hash: EvidenceId,
    /// `same`, `added`, `changed` or `removed`, against the set the draft was begun from.
    pub change: String,
}

impl From<AppDraftFile> for DraftFile {
    fn from(file: AppDraftFile) -> Self {
        let change = file.change.to_owned();
        Self { path: file.path, size: file.size, hash: file.hash, change }
    }
}

/// The text of a file of a rule set.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// The text.
    pub text: String,
}

/// A file of a rule set with its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleFile {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Where a draft begins.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginDraft {
    /// `active`, `built_in`, `folder`, or a version.
    pub from: String,
}

/// What is wrong with a draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DraftChecked {
    /// What it would be called; nothing if it does not load.
    #[schema(value_type = Option<String>)]
    pub rules: Option<RuleSetId>,
    /// Everything that is wrong with it.
    pub errors: Vec<RuleFault>,
}

/// The outcome of one test of a rule set.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleTested {
    /// The file it stands in.
    pub file: String,
    /// Its line there, from 1, where known.
    pub line: Option<usize>,
    /// What it says.
    pub name: String,
    /// Whether all was as expected.
    pub passed: bool,
    /// What differs from what it expects.
    pub differences: Vec<String>,
}

impl From<rules::TestOutcome> for RuleTested {
    fn from(test: rules::TestOutcome) -> Self {
        let passed = test.passed();
        let rules::TestOutcome { file, line, name, differences } = test;
        Self { file, line, name, passed, differences }
    }
}

/// Something that scripts can say.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleReference {
    /// The type it belongs to; empty for a function of its own.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// How it is written.
    pub signature: String,
    /// What it does.
    pub help: String,
}

impl From<rules::ReferenceInfo> for RuleReference {
    fn from(entry: rules::ReferenceInfo) -> Self {
        let rules::ReferenceInfo { owner, name, signature, help } = entry;
        Self { owner, name, signature, help }
    }
}
