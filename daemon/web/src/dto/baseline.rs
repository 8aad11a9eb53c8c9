//! Spikes and drops.

use app::baselines;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{AccountRef, each};

/// Which week is looked at.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BaselineQuery {
    /// A day of the week, such as `2026-01-14`; the last whole week if not given.
    pub week: Option<String>,
    /// Whether accounts with a usual week are listed too.
    #[serde(default)]
    pub all: bool,
}

/// What a week is against its baseline.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Swing {
    /// Far more than usual.
    Spike,
    /// Far less than usual.
    Drop,
    /// As usual.
    Usual,
}

/// The week of an account, or of one of its issue types.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BaselineRow {
    /// The account.
    pub account: AccountRef,
    /// The issue type that people gave its cases; missing for all of the account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_type: Option<String>,
    /// What the week is.
    pub swing: Swing,
    /// Messages that people of the customer wrote in the week.
    pub count: u32,
    /// The baseline: the median of the twelve weeks before.
    pub median: f64,
    /// How far weeks usually lie from it: 1.4826 times the median distance, at least the square root
    /// of the median, at least 1.
    pub spread: f64,
    /// How many spreads the week lies above it, or below if negative. From 3 on, and from three
    /// messages, it is a spike or a drop.
    pub score: f64,
    /// The counts of the weeks before, the earliest first, since the account is known.
    pub weeks: Vec<u32>,
}

impl From<baselines::BaselineRow> for BaselineRow {
    fn from(row: baselines::BaselineRow) -> Self {
        Self {
            account: row.account.into(),
            issue_type: row.issue_type,
            swing: match row.swing {
                baselines::Swing::Spike => Swing::Spike,
                baselines::Swing::Drop => Swing::Drop,
                baselines::Swing::Usual => Swing::Usual,
            },
            count: row.count,
            median: row.median,
            spread: row.spread,
            score: row.score,
            weeks: row.weeks,
        }
    }
}

/// Spikes and drops of a week.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BaselineReport {
    /// The Monday that the week begins with.
    pub week: String,
    /// Whether it is over. Before that nothing counts as a drop.
    pub complete: bool,
    /// Spikes and drops, the farthest from usual first; all rows where they were asked for.
    pub rows: Vec<BaselineRow>,
    /// How many accounts and issue types were compared.
    pub compared: u64,
    /// How many are known for fewer than six weeks.
    pub too_new: u64,
}

impl From<baselines::BaselineReport> for BaselineReport {
    fn from(report: baselines::BaselineReport) -> Self {
        Self {
            week: report.week,
            complete: report.complete,
            rows: each(report.rows),
            compared: report.compared,
            too_new: report.too_new,
        }
    }
}
