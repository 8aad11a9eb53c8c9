//! What administrators look after beside people: tables that are handed in, and who we are.

use app::{imports, organisation};
use jiff::civil::Date;
use model::fact::Role;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::each;

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TableOf {
    /// Accounts.
    Accounts,
    /// Contacts.
    Contacts,
}

impl From<TableOf> for imports::TableKind {
    fn from(of: TableOf) -> Self {
        match of {
            TableOf::Accounts => Self::Accounts,
            TableOf::Contacts => Self::Contacts,
        }
    }
}

/// What is to be done with a table.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TableQuery {
    /// What it holds.
    #[param(inline)]
    pub of: TableOf,
    /// Whether it is taken in; else it is only compared.
    #[serde(default)]
    #[param(required = false)]
    pub apply: bool,
}

/// What a table changes, or would change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TableChanges {
    /// Whether it was taken in.
    pub applied: bool,
    /// How many rows are new.
    pub new_rows: usize,
    /// How many are known otherwise.
    pub changed_rows: usize,
    /// How many are known as they are.
    pub same_rows: usize,
    /// The first of the new rows.
    pub new: Vec<RowChange>,
    /// The first of those that are known otherwise.
    pub changed: Vec<RowChange>,
    /// What is wrong, by line; nothing is taken in then.
    pub faults: Vec<TableFault>,
    /// Faults beyond those that are listed.
    pub further_faults: usize,
    /// To be sent as `If-Match`, in quotation marks, to take in what was shown and nothing else.
    pub version: String,
}

/// What a row changes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RowChange {
    /// The key of an account, or an address.
    pub key: String,
    /// The name.
    pub name: String,
    /// What differs from what is known; for a new row, what it says.
    pub differs: Vec<CellChange>,
}

/// A value that differs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CellChange {
    /// Which one.
    pub what: String,
    /// What is known; empty if nothing is.
    pub before: String,
    /// What will be; empty if nothing will.
    pub after: String,
}

/// One thing that is wrong with a table.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TableFault {
    /// The line, from 1.
    pub line: u64,
    /// The column, as the table names it; empty if it is about the line.
    pub column: String,
    /// What is wrong, and what to write instead.
    pub detail: String,
}

impl From<imports::RowChange> for RowChange {
    fn from(row: imports::RowChange) -> Self {
        let differs = row.differs.into_iter().map(|cell| CellChange {
            what: cell.what,
            before: cell.before,
            after: cell.after,
        });
        Self { key: row.key, name: row.name, differs: differs.collect() }
    }
}

impl From<imports::TableFault> for TableFault {
    fn from(fault: imports::TableFault) -> Self {
        Self { line: fault.line, column: fault.column, detail: fault.detail }
    }
}

/// Who we are, as the configuration says it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Organisation {
    /// The file that says it; it is changed there.
    pub file: String,
    /// Our name.
    pub name: String,
    /// Our mail domains.
    pub domains: Vec<String>,
    /// Our teams.
    pub teams: Vec<TeamOfOurs>,
    /// Hours, ours first under the empty name.
    pub calendars: Vec<CalendarOfOurs>,
    /// By tier, within how many working minutes an account is owed a reply.
    pub reply_targets: Vec<ReplyTarget>,
}

/// A team of ours.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TeamOfOurs {
    /// Its name.
    pub name: String,
    /// Its addresses and patterns.
    pub addresses: Vec<String>,
    /// Its people.
    pub members: Vec<MemberOfTeam>,
    /// Its own rule set, if it has one.
    pub rules: Option<String>,
    /// Its own calendar, if it has one.
    pub calendar: Option<String>,
}

/// Somebody of a team.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MemberOfTeam {
    /// Their address.
    pub email: String,
    /// Their role, if one is named.
    #[schema(value_type = Option<String>)]
    pub role: Option<Role>,
    /// Whether they take turns at being told.
    pub on_duty: bool,
}

/// Hours of a week.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CalendarOfOurs {
    /// Its name; empty for our own.
    pub name: String,
    /// The IANA name of the zone that it is read in where an account has none.
    pub timezone: String,
    /// Hours of each day from Monday on, as `09:00-17:00`.
    pub week: Vec<Vec<String>>,
    /// Days without work, as `2026-12-25`.
    pub holidays: Vec<String>,
    /// What its hours were before, the earliest first.
    pub earlier: Vec<EarlierHours>,
    /// Whether its hours were changed here; else they are as the configuration says.
    pub changed: bool,
    /// To be sent as `If-Match`, in quotation marks, with a change.
    pub version: String,
}

/// Hours that held before.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EarlierHours {
    /// The day from which they held no more.
    #[schema(value_type = String, format = Date)]
    pub until: Date,
    /// Hours of each day from Monday on.
    pub week: Vec<Vec<String>>,
}

/// A promise of the service.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReplyTarget {
    /// The tier.
    pub tier: String,
    /// Working minutes.
    pub minutes: u32,
}

impl From<organisation::Organisation> for Organisation {
    fn from(own: organisation::Organisation) -> Self {
        let target = |(tier, minutes)| ReplyTarget { tier, minutes };
        Self {
            file: own.file,
            name: own.name,
            domains: own.domains,
            teams: each(own.teams),
            calendars: each(own.calendars),
            reply_targets: own.reply_minutes.into_iter().map(target).collect(),
        }
    }
}

impl From<organisation::TeamRecord> for TeamOfOurs {
    fn from(team: organisation::TeamRecord) -> Self {
        let member = |member: organisation::MemberRecord| MemberOfTeam {
            email: member.email,
            role: member.role,
            on_duty: member.on_duty,
        };
        Self {
            name: team.name,
            addresses: team.addresses,
            members: team.members.into_iter().map(member).collect(),
            rules: team.rules,
            calendar: team.calendar,
        }
    }
}

impl From<organisation::CalendarRecord> for CalendarOfOurs {
    fn from(calendar: organisation::CalendarRecord) -> Self {
        Self {
            name: calendar.name,
            timezone: calendar.timezone,
            week: calendar.week.into(),
            holidays: calendar.holidays,
            earlier: each(calendar.earlier),
            changed: calendar.changed,
            version: calendar.version,
        }
    }
}

impl From<organisation::EarlierRecord> for EarlierHours {
    fn from(earlier: organisation::EarlierRecord) -> Self {
        Self { until: earlier.until, week: earlier.week.into() }
    }
}
