//! Scales of severity.

use app::query::levels;
use model::RuleSetId;
use serde::Serialize;
use utoipa::ToSchema;

use super::each;

/// The scale of a team.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Scale {
    /// The team; missing for all teams without a rule set of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The rule set.
    #[schema(value_type = String, examples("default@3fa29c01b7de"))]
    pub rules: RuleSetId,
    /// Its levels, the gravest first.
    pub levels: Vec<Level>,
}

impl From<levels::Scale> for Scale {
    fn from(scale: levels::Scale) -> Self {
        Self { team: scale.team, rules: scale.rules, levels: each(scale.levels) }
    }
}

/// A level of a scale.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Level {
    /// Its short name, such as `S1`.
    pub name: String,
    /// Its title, such as `Critical`.
    pub title: String,
    /// Its colour as `#rrggbb`.
    pub colour: String,
    /// Its rank across teams, 0 to 100; larger is graver.
    pub rank: u8,
    /// Whether a case of this level counts as an escalation.
    pub escalated: bool,
    /// Minutes within which we reply; missing for no target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_minutes: Option<u32>,
    /// Minutes between updates to the customer; missing for no target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_minutes: Option<u32>,
    /// Whether these run day and night instead of in working hours.
    pub round_the_clock: bool,
}

impl From<levels::Level> for Level {
    fn from(level: levels::Level) -> Self {
        Self {
            name: level.name.to_string(),
            title: level.title,
            colour: level.colour,
            rank: level.rank,
            escalated: level.escalated,
            reply_minutes: level.reply_minutes,
            update_minutes: level.update_minutes,
            round_the_clock: level.round_the_clock,
        }
    }
}
