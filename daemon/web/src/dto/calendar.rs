//! When we work: what a change of hours says, and what it would do.

use app::hours::{self, HoursDraft};
use jiff::civil::Date;
use model::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CaseRow, each};

/// Hours as a person writes them down.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarDraft {
    /// The calendar; empty for our own.
    pub name: String,
    /// Hours of each day from Monday on, as `09:00-17:00`.
    #[schema(value_type = Vec<Vec<String>>, min_items = 7, max_items = 7)]
    pub week: [Vec<String>; 7],
    /// Days without work, as `2026-12-25`.
    #[schema(value_type = Vec<String>)]
    pub holidays: Vec<Date>,
    /// The first day with these hours, today at the earliest: what was due before stays as it was.
    /// Without it they are to have held always. It has no meaning where the week stays as it is.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Date>,
}

impl From<CalendarDraft> for HoursDraft {
    fn from(draft: CalendarDraft) -> Self {
        let CalendarDraft { name, week, holidays, since } = draft;
        let texts = |day: Vec<String>| day.iter().map(|text| text.trim().to_owned()).collect();
        Self { name, week: week.map(texts), holidays, since }
    }
}

/// Which calendar.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// Its name; empty for our own.
    #[serde(default)]
    pub name: String,
}

/// What other hours would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarEffect {
    /// The first day whose hours are others; nothing if all stays as it is.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Whether days are concerned that have passed, so that history is reckoned anew.
    pub past: bool,
    /// Replies that would be due at another time, those first that are due first now.
    pub moved: Vec<MovedDue>,
    /// How many of the replies that are owed were looked at, those due first.
    pub compared: usize,
    /// How many are owed in all.
    pub owed: usize,
}

/// A reply that would be due at another time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MovedDue {
    /// The case.
    pub case: CaseRow,
    /// When it is due as things stand.
    #[schema(value_type = String, format = DateTime)]
    pub before: Instant,
    /// When it would be due; nothing if nothing would set a time.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub after: Option<Instant>,
}

/// A day without work, out of a calendar file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FreeDay {
    /// The day, as `2026-12-25`.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// What it is called there.
    pub name: String,
}

impl From<hours::HoursEffect> for CalendarEffect {
    fn from(effect: hours::HoursEffect) -> Self {
        let hours::HoursEffect { from, past, moved, compared, owed } = effect;
        Self { from, past, moved: each(moved), compared, owed }
    }
}

impl From<hours::MovedDue> for MovedDue {
    fn from(moved: hours::MovedDue) -> Self {
        Self { case: moved.case.into(), before: moved.before, after: moved.after }
    }
}

impl From<hours::FreeDay> for FreeDay {
    fn from(free: hours::FreeDay) -> Self {
        Self { day: free.day, name: free.name }
    }
}
