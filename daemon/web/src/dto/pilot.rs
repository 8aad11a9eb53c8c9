//! The pilot report.

use app::pilot::{self, Counted, Stretch};
use model::{Instant, LevelName, RuleSetId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{AccountRef, CaseRow, PersonLoad, PromiseRate, Quote, Spread, each};

/// Which history the report looks at.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PilotQuery {
    /// From when; the first message if not given.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    /// Until when; now if not given.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// What parts before from after, such as the first day of a pilot.
    #[param(value_type = Option<String>, format = DateTime)]
    pub split: Option<Instant>,
}

impl From<PilotQuery> for pilot::PilotRequest {
    fn from(asked: PilotQuery) -> Self {
        let PilotQuery { since, until, split } = asked;
        Self { since, until, split }
    }
}

/// Which cases of the report are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PilotCasesQuery {
    /// See the report.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    /// See the report.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// See the report.
    #[param(value_type = Option<String>, format = DateTime)]
    pub split: Option<Instant>,
    /// The figure.
    #[param(inline)]
    pub counted: PilotCounted,
    /// The stretch; the whole if not given.
    #[param(inline)]
    pub stretch: Option<PilotStretch>,
    /// What the page before gave as `next`.
    pub cursor: Option<String>,
    /// Rows, at most 200; 50 if not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
}

/// A figure of the report.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PilotCounted {
    /// Every escalation.
    Escalations,
    /// Told before anybody reacted.
    Earlier,
    /// Reacted to before the notice.
    Later,
    /// Nobody reacted.
    Unanswered,
    /// No policy told.
    Untold,
    /// Those of accounts with more than one.
    Repeated,
    /// Promises of ours.
    Promises,
    /// Promises that were kept.
    Kept,
    /// Promises that were missed, late or disputed.
    Broken,
    /// Promises that nobody came back to.
    Unfollowed,
}

impl From<PilotCounted> for Counted {
    fn from(counted: PilotCounted) -> Self {
        match counted {
            PilotCounted::Escalations => Self::Escalations,
            PilotCounted::Earlier => Self::Earlier,
            PilotCounted::Later => Self::Later,
            PilotCounted::Unanswered => Self::Unanswered,
            PilotCounted::Untold => Self::Untold,
            PilotCounted::Repeated => Self::Repeated,
            PilotCounted::Promises => Self::Promises,
            PilotCounted::Kept => Self::Kept,
            PilotCounted::Broken => Self::Broken,
            PilotCounted::Unfollowed => Self::Unfollowed,
        }
    }
}

/// A stretch of the history.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PilotStretch {
    /// All of it.
    Whole,
    /// Up to the split.
    Before,
    /// From the split on.
    After,
}

impl From<PilotStretch> for Stretch {
    fn from(stretch: PilotStretch) -> Self {
        match stretch {
            PilotStretch::Whole => Self::Whole,
            PilotStretch::Before => Self::Before,
            PilotStretch::After => Self::After,
        }
    }
}

/// What a team would have known, and when, had its history been read as it happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PilotReport {
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    /// What parts before from after.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub split: Option<Instant>,
    /// The zone whose days and months are counted.
    pub zone: String,
    /// The rule set.
    #[schema(value_type = String)]
    pub rules: RuleSetId,
    /// What was taken in, at all times.
    pub taken_in: TakenIn,
    /// The figures of all of it.
    pub whole: PilotFigures,
    /// Those before the split.
    pub before: Option<PilotFigures>,
    /// Those after it.
    pub after: Option<PilotFigures>,
    /// Escalations by month.
    pub months: Vec<PilotMonth>,
    /// Accounts with more than one escalation, those with most first, at most ten.
    pub repeated: Vec<RepeatedAccount>,
    /// The cases in which most time would have been won, at most ten.
    pub examples: Vec<PilotCase>,
}

impl From<pilot::PilotReport> for PilotReport {
    fn from(report: pilot::PilotReport) -> Self {
        let month = |(month, escalations, earlier)| PilotMonth { month, escalations, earlier };
        Self {
            since: report.since,
            until: report.until,
            split: report.split,
            zone: report.zone,
            rules: report.rules,
            taken_in: report.taken_in.into(),
            whole: report.whole.into(),
            before: report.before.map(Into::into),
            after: report.after.map(Into::into),
            months: report.months.into_iter().map(month).collect(),
            repeated: each(report.repeated),
            examples: each(report.examples),
        }
    }
}

/// What was taken in, at all times.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TakenIn {
    /// Mailboxes and other sources.
    pub sources: u64,
    /// Messages, copies counted once.
    pub messages: u64,
    /// Messages that could not be read.
    pub quarantined: u64,
    /// Attached files, each once.
    pub files: u64,
    /// Those that were read, at least in part.
    pub files_read: u64,
    /// Those that wait to be read.
    pub files_waiting: u64,
    /// Those that were not read.
    pub files_unread: u64,
}

impl From<pilot::TakenIn> for TakenIn {
    fn from(taken: pilot::TakenIn) -> Self {
        Self {
            sources: taken.sources,
            messages: taken.messages,
            quarantined: taken.quarantined,
            files: taken.files,
            files_read: taken.files_read,
            files_waiting: taken.files_waiting,
            files_unread: taken.files_unread,
        }
    }
}

/// The figures of a stretch of time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PilotFigures {
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    /// Messages written.
    pub messages: u64,
    /// Cases that began.
    pub cases: u64,
    /// Cases that became an escalation.
    pub escalations: u64,
    /// From the customer's first sign to the notice.
    pub to_told: Spread,
    /// From the customer's first sign to the first reaction of ours.
    pub to_reaction: Spread,
    /// Escalations of which somebody would have been told before anybody reacted.
    pub earlier: u64,
    /// By how much earlier, of those.
    pub lead: Spread,
    /// Escalations to which somebody reacted before the notice, or at the same time.
    pub later: u64,
    /// Escalations to which nobody reacted, as far as mail shows.
    pub unanswered: u64,
    /// Escalations of which no policy told.
    pub untold: u64,
    /// Promises of ours that were found.
    pub promises_found: u64,
    /// What became of those with a time.
    pub promises: PromiseRate,
    /// Promises that were missed, and nobody of ours wrote in the case after their time.
    pub promises_unfollowed: u64,
    /// Accounts with more than one escalation.
    pub repeated: u64,
    /// Notices in all.
    pub notices: u64,
    /// Notices a day, on average.
    pub notices_a_day: f64,
    /// The most notices of one day.
    pub most_a_day: u64,
    /// Notices a person, those with most first.
    pub people: Vec<PersonLoad>,
}

impl From<pilot::PilotFigures> for PilotFigures {
    fn from(one: pilot::PilotFigures) -> Self {
        Self {
            since: one.since,
            until: one.until,
            messages: one.messages,
            cases: one.cases,
            escalations: one.escalations,
            to_told: one.to_told.into(),
            to_reaction: one.to_reaction.into(),
            earlier: one.earlier,
            lead: one.lead.into(),
            later: one.later,
            unanswered: one.unanswered,
            untold: one.untold,
            promises_found: one.promises.found,
            promises: one.promises.rate.into(),
            promises_unfollowed: one.promises.unfollowed,
            repeated: one.repeated,
            notices: one.notices,
            notices_a_day: one.notices_a_day,
            most_a_day: one.most_a_day,
            people: each(one.people),
        }
    }
}

/// Escalations of a month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PilotMonth {
    /// The month, such as `2026-01`.
    pub month: String,
    /// All of them.
    pub escalations: u64,
    /// Those of which somebody would have been told before anybody reacted.
    pub earlier: u64,
}

/// An account that escalated more than once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RepeatedAccount {
    /// The account.
    pub account: AccountRef,
    /// Its escalations.
    pub escalations: u64,
}

impl From<pilot::RepeatedAccount> for RepeatedAccount {
    fn from(of: pilot::RepeatedAccount) -> Self {
        Self { account: of.account.into(), escalations: of.escalations }
    }
}

/// An escalation as it went, or a case with a promise.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PilotCase {
    /// The case as it is now.
    pub case: CaseRow,
    /// When the customer first gave a sign of what it escalated for; when the promise was made where
    /// it is counted for one.
    #[schema(value_type = String, format = DateTime)]
    pub sign: Instant,
    /// The words of that sign.
    pub quote: Option<Quote>,
    /// The escalated level that it reached first.
    #[schema(value_type = Option<String>)]
    pub level: Option<LevelName>,
    /// When it reached that level.
    #[schema(value_type = String, format = DateTime)]
    pub escalated: Instant,
    /// When somebody would have been told.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub told: Option<Instant>,
    /// When somebody of ours reacted to the sign.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reacted: Option<Instant>,
    /// Who.
    pub reacted_by: Option<String>,
    /// How: `wrote` or `owned`.
    pub reaction: Option<String>,
    /// By how many seconds the notice would have come before the reaction; negative after it.
    pub lead: Option<i64>,
}

impl From<pilot::PilotCase> for PilotCase {
    fn from(one: pilot::PilotCase) -> Self {
        Self {
            lead: one.lead(),
            case: one.row.into(),
            sign: one.sign,
            quote: one.quote.map(Into::into),
            level: one.level,
            escalated: one.escalated,
            told: one.told,
            reacted: one.reaction.as_ref().map(|reaction| reaction.at),
            reacted_by: one.reaction.as_ref().map(|reaction| reaction.by.clone()),
            reaction: one.reaction.map(|reaction| reaction.kind.name().to_owned()),
        }
    }
}
