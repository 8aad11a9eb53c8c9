//! What changed since an instant, and how a case was at one.

use app::query::changes;
use model::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CaseRow, TimelineItem, each};

/// At which instant a case is asked for.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// The case as it was at this instant; as it is now if nothing is given.
    #[param(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
}

/// Since when, and of which cases, changes are asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangeQuery {
    /// Only what happened after this instant.
    #[param(value_type = String, format = DateTime)]
    pub since: Instant,
    /// The `next` of the page before; nothing for the first.
    pub cursor: Option<String>,
    /// Cases of a page, 1 to 200; 50 if not given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// Only cases of this account, by key, or of this unknown domain.
    pub account: Option<String>,
    /// Only cases of this owner; `none` for cases without one.
    pub owner: Option<String>,
    /// Only cases of this team.
    pub team: Option<String>,
}

/// A case with what happened in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseChanges {
    /// The case as it is now.
    #[serde(flatten)]
    pub row: CaseRow,
    /// What happened, what became known last first.
    pub items: Vec<Happened>,
}

/// Something that happened in a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Happened {
    /// What, and when.
    #[serde(flatten)]
    pub item: TimelineItem,
    /// When it became known, if that is later than `since` though it happened before: mail that came
    /// late, and what it brought.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub late: Option<Instant>,
}

impl From<changes::Happened> for Happened {
    fn from(happened: changes::Happened) -> Self {
        Self { item: happened.item.into(), late: happened.late }
    }
}

impl From<changes::CaseChanges> for CaseChanges {
    fn from(changed: changes::CaseChanges) -> Self {
        Self { row: changed.row.into(), items: each(changed.items) }
    }
}
