//! How an account stands.

use app::query::{course, health, people};
use model::{CaseId, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Person, Quote, each};

/// What the health of an account is made of, its severity over time, and its people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountHealth {
    /// 100 less the points of all contributions, at least 0.
    pub score: u8,
    /// What takes from it, the heaviest first.
    pub contributions: Vec<Contribution>,
    /// The gravest level of its open cases, from each change to the next, oldest first.
    pub severity: Vec<SeverityStep>,
    /// Its people as they took part in its latest 40 cases, those who wrote most first.
    pub people: Vec<AccountPerson>,
}

/// Why an account's health is less than it could be.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Open escalations: a quarter of the rank of each level.
    Escalation,
    /// Open cases whose reply is past its target: 5 points each.
    Overdue,
    /// Promises of ours that were missed, late or disputed within 90 days: 8 points each.
    BrokenPromise,
    /// Escalations within 90 days: 5 points for each beyond the first.
    Repeated,
    /// The contract renews within 90 days while something is escalated: 10 points.
    Renewal,
}

/// What one cause takes from an account's health.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contribution {
    /// Why.
    pub cause: Cause,
    /// How many points of a hundred.
    pub points: u8,
    /// What it stands on.
    pub grounds: Vec<Ground>,
}

/// A case, and where it applies a passage, behind a contribution.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Ground {
    /// The case.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// Its title.
    pub title: String,
    /// Its level.
    pub level: String,
    /// The rank of that level across all teams, 0 to 100.
    pub rank: u8,
    /// Since when, or when it fell due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
    /// The words behind it.
    pub quote: Option<Quote>,
}

/// From when on which level was the gravest of an account's open cases.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeverityStep {
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// The level; `none` where no open case had one.
    pub level: String,
    /// Its rank across all teams, 0 to 100.
    pub rank: u8,
    /// The case that has it; nothing for `none`.
    #[schema(value_type = Option<String>)]
    pub case: Option<CaseId>,
}

/// Somebody of a customer's, over several cases.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountPerson {
    /// Who they are; their title and its passage are the latest known.
    #[serde(flatten)]
    pub person: Person,
    /// The latest case in which they take part.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// In how many of the latest cases they do.
    pub cases: u32,
}

impl From<health::AccountHealth> for AccountHealth {
    fn from(health: health::AccountHealth) -> Self {
        Self {
            score: health.score,
            contributions: each(health.contributions),
            severity: each(health.severity),
            people: each(health.people),
        }
    }
}

impl From<health::Contribution> for Contribution {
    fn from(one: health::Contribution) -> Self {
        let cause = match one.cause {
            health::Cause::Escalation => Cause::Escalation,
            health::Cause::Overdue => Cause::Overdue,
            health::Cause::BrokenPromise => Cause::BrokenPromise,
            health::Cause::Repeated => Cause::Repeated,
            health::Cause::Renewal => Cause::Renewal,
        };
        Self { cause, points: one.points, grounds: each(one.grounds) }
    }
}

impl From<health::Ground> for Ground {
    fn from(ground: health::Ground) -> Self {
        Self {
            case: ground.case,
            title: ground.title,
            level: ground.level.to_string(),
            rank: ground.rank,
            at: ground.at,
            quote: ground.quote.map(Quote::from),
        }
    }
}

impl From<course::SeverityStep> for SeverityStep {
    fn from(step: course::SeverityStep) -> Self {
        Self { at: step.at, level: step.level.to_string(), rank: step.rank, case: step.case }
    }
}

impl From<people::AccountPerson> for AccountPerson {
    fn from(one: people::AccountPerson) -> Self {
        Self { person: one.person.into(), case: one.case, cases: one.cases }
    }
}
