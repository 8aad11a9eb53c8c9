//! What the views hold about rule sets.

use model::{
    CaseId, EvidenceId, Instant, LevelName, MessageKey, RuleSetId, Seq, SignalId, fact::RulesOrigin,
};
use serde::{Deserialize, Serialize};
use store::Table;

/// [`VersionRow`] by name of the version.
pub const VERSION: Table = "rules_version";
/// [`LifeRow`]s, under the key `state`, and `team:NAME` for each team with a set of its own.
pub const LIFE: Table = "rules_life";
/// [`MissedRow`] by sequence of the label.
pub const MISSED: Table = "rules_missed";
/// [`super::shadow::ShadowRow`] by case.
pub const SHADOW: Table = "rules_shadow";

/// A version that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRow {
    /// Its evidence: the files by path.
    pub manifest: EvidenceId,
    /// Who kept it.
    pub author: String,
    /// When.
    pub at: Instant,
    /// What is new.
    pub note: String,
    /// Where it came from.
    pub origin: RulesOrigin,
    /// The fact that kept it.
    pub seq: Seq,
    /// Who wants it to become active, if somebody does.
    pub proposal: Option<ProposalRow>,
    /// Scripts that are not asked any more: file, reason, since when.
    pub disabled: Vec<(String, String, Instant)>,
}

/// Somebody wants a version to become active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalRow {
    /// The fact.
    pub seq: Seq,
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Why.
    pub note: String,
    /// The team whose set it would be; nothing for the one of all other cases.
    pub team: Option<String>,
}

/// What has become of the set of a team, or of all others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeRow {
    /// Activations, oldest first, the latest 200.
    pub activations: Vec<ActivationRow>,
    /// The last version kept from the folder.
    pub folder: Option<RuleSetId>,
    /// The last version kept of the set that the program was built with.
    pub built_in: Option<RuleSetId>,
    /// What runs beside the active set.
    pub shadow: Option<ShadowedRow>,
    /// The sets, and the working hours, by which every case is assessed; others than those in force
    /// while that goes on.
    /// Kept in the row of all others alone.
    pub assessed: String,
}

/// A version became active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationRow {
    /// The fact.
    pub seq: Seq,
    /// The version.
    pub rules: RuleSetId,
    /// When.
    pub at: Instant,
    /// Who made it active.
    pub by: String,
    /// Who had proposed it, where a second person approved.
    pub proposed_by: Option<String>,
    /// Why.
    pub note: String,
}

/// A version runs beside the active one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShadowedRow {
    /// The version.
    pub rules: RuleSetId,
    /// Since when.
    pub since: Instant,
    /// Until when.
    pub until: Instant,
    /// Who started it.
    pub by: String,
    /// Why.
    pub note: String,
}

/// A case that a person says was missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedRow {
    /// The case.
    pub case: CaseId,
    /// When it should have been noticed.
    pub since: Instant,
    /// The signal that should have been raised.
    pub signal: Option<SignalId>,
    /// The level that it should have had.
    pub level: Option<LevelName>,
    /// The message that shows it.
    pub message: Option<MessageKey>,
    /// What was missed.
    pub note: String,
    /// Who says so.
    pub by: String,
    /// When they said so.
    pub at: Instant,
}
