//! Who we are, as the configuration says it: our domains, our teams, and when we work.

use jiff::civil::Date;
use model::fact::Role;

/// Who we are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organisation {
    /// The file that says it.
    pub file: String,
    /// Our name.
    pub name: String,
    /// Our mail domains.
    pub domains: Vec<String>,
    /// Our teams.
    pub teams: Vec<TeamRecord>,
    /// Hours, ours first under the empty name.
    pub calendars: Vec<CalendarRecord>,
    /// Within how many working minutes an account is owed a reply, by tier.
    pub reply_minutes: Vec<(String, u32)>,
}

/// A team of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamRecord {
    /// Its name.
    pub name: String,
    /// Its addresses and patterns.
    pub addresses: Vec<String>,
    /// Its people.
    pub members: Vec<MemberRecord>,
    /// Its own rule set, if it has one.
    pub rules: Option<String>,
    /// Its own calendar, if it has one.
    pub calendar: Option<String>,
}

/// Somebody of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRecord {
    /// Their address.
    pub email: String,
    /// Their role, if one is named.
    pub role: Option<Role>,
    /// Whether they take turns at being told.
    pub on_duty: bool,
}

/// Hours of a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarRecord {
    /// Its name; empty for our own.
    pub name: String,
    /// The IANA name of the zone that it is read in where an account has none.
    pub timezone: String,
    /// Hours from Monday on, as `09:00-17:00`.
    pub week: [Vec<String>; 7],
    /// Days without work, as `2026-12-25`.
    pub holidays: Vec<String>,
    /// What its hours were before, the earliest first.
    pub earlier: Vec<EarlierRecord>,
    /// Whether its hours were changed in the page; else they are as the configuration says.
    pub changed: bool,
    /// Changes with what it says.
    pub version: String,
}

/// Hours that held before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierRecord {
    /// The day from which they held no more.
    pub until: Date,
    /// Hours from Monday on.
    pub week: [Vec<String>; 7],
}
