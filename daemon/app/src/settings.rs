//! Configuration as the use cases need it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use engine::{alerts::Roster, calendar::Calendar, sides::Sides};
use jiff::{civil::Date, tz::TimeZone};
use model::{Account, EvidenceId};
use parking_lot::RwLock;

use crate::{handoff::HandoffRules, seal::Seal};

/// A team with hours of its own, and a zone.
type TeamZone = (Option<String>, String);

/// What an installation decides about itself.
#[derive(Debug)]
pub struct Settings {
    /// Who is ours.
    pub sides: Arc<Sides>,
    /// Working minutes within which accounts are owed a reply, by folded tier.
    pub reply_minutes: BTreeMap<String, u32>,
    /// Caps of the parser.
    pub limits: mail::Limits,
    /// The largest message that is kept, in bytes.
    pub max_size: u64,
    /// When and by which way it is told that a case was handed over.
    pub handoffs: HandoffRules,
    /// By what our own mail and links are known again; nothing where none go out.
    pub seal: Option<Seal>,
    /// When we work and whom alerts can be told: people change both while the service runs.
    hours: RwLock<Arc<Hours>>,
}

/// When we work, and whom alerts can be told.
#[derive(Debug)]
pub struct Hours {
    calendar: Arc<Calendar>,
    teams: BTreeMap<String, TeamHours>,
    roster: Arc<Roster>,
    zones: RwLock<HashMap<TeamZone, Arc<Calendar>>>,
}

/// The working hours of a team.
#[derive(Debug, Clone)]
pub struct TeamHours {
    /// The hours, in a zone.
    pub calendar: Arc<Calendar>,
    /// Whether they hold in that zone wherever the account is; else they are read in the account's.
    pub keeps_zone: bool,
}

impl Settings {
    /// Settings of an installation.
    pub fn new(
        sides: Sides,
        calendar: Calendar,
        reply_minutes: BTreeMap<String, u32>,
        limits: mail::Limits,
        max_size: u64,
    ) -> Self {
        Self {
            sides: Arc::new(sides),
            reply_minutes,
            limits,
            max_size,
            handoffs: HandoffRules::default(),
            seal: None,
            hours: RwLock::new(Arc::new(Hours::new(calendar))),
        }
    }

    /// The same with these hours.
    #[must_use]
    pub fn with_hours(self, hours: Hours) -> Self {
        Self { hours: RwLock::new(Arc::new(hours)), ..self }
    }

    /// The same with people whom alerts can be told.
    #[must_use]
    pub fn with_roster(self, roster: Roster) -> Self {
        let hours = self.hours().changed(|hours| hours.with_roster(roster));
        self.with_hours(hours)
    }

    /// The same with other rules about cases that were handed over.
    #[must_use]
    pub fn with_handoffs(self, handoffs: HandoffRules) -> Self {
        Self { handoffs, ..self }
    }

    /// The same with the key by which our own mail and links are known again.
    #[must_use]
    pub fn with_seal(self, seal: Seal) -> Self {
        Self { seal: Some(seal), ..self }
    }

    /// The same with working hours of some teams.
    #[must_use]
    pub fn with_team_hours(self, team_hours: BTreeMap<String, TeamHours>) -> Self {
        let hours = self.hours().changed(|hours| hours.with_team_hours(team_hours));
        self.with_hours(hours)
    }

    /// When we work, and whom alerts can be told, now.
    pub fn hours(&self) -> Arc<Hours> {
        self.hours.read().clone()
    }

    /// Whom alerts can be told.
    pub fn roster(&self) -> Arc<Roster> {
        self.hours.read().roster.clone()
    }

    /// Puts other hours in force.
    pub(crate) fn set_hours(&self, hours: Hours) {
        *self.hours.write() = Arc::new(hours);
    }
}

impl Hours {
    /// Hours of ours, in our own zone.
    pub fn new(calendar: Calendar) -> Self {
        Self {
            calendar: Arc::new(calendar),
            teams: BTreeMap::new(),
            roster: Arc::default(),
            zones: RwLock::default(),
        }
    }

    /// The same with people whom alerts can be told.
    #[must_use]
    pub fn with_roster(self, roster: Roster) -> Self {
        Self { roster: Arc::new(roster), ..self }
    }

    /// The same with working hours of some teams.
    #[must_use]
    pub fn with_team_hours(self, team_hours: BTreeMap<String, TeamHours>) -> Self {
        Self { teams: team_hours, ..self }
    }

    /// Our own hours.
    pub fn ours(&self) -> &Calendar {
        &self.calendar
    }

    /// Our own zone.
    pub fn zone(&self) -> &TimeZone {
        &self.calendar.zone
    }

    /// The calendar of `team`, or else ours, in the zone of `account`; in its own where the account
    /// has none or one that is unknown, or where the team keeps it.
    pub fn calendar_for(&self, account: Option<&Account>, team: Option<&str>) -> Arc<Calendar> {
        let own = team.and_then(|team| Some((team, self.teams.get(team)?)));
        let hours = own.map_or(&self.calendar, |(_, hours)| &hours.calendar);
        let zone = account.and_then(|account| account.timezone.as_deref());
        let Some(name) = zone.filter(|_| own.is_none_or(|(_, hours)| !hours.keeps_zone)) else {
            return hours.clone();
        };
        let key = (own.map(|(team, _)| team.to_owned()), name.to_owned());
        if let Some(known) = self.zones.read().get(&key) {
            return known.clone();
        }
        let calendar = TimeZone::get(name)
            .map_or_else(|_| hours.clone(), |zone| Arc::new(hours.in_zone(zone)));
        self.zones.write().insert(key, calendar.clone());
        calendar
    }

    /// The first day whose hours are others in `other`; nothing if clocks run alike in both.
    pub(crate) fn differ_on(&self, other: &Self) -> Option<Date> {
        let teams: BTreeSet<&String> = self.teams.keys().chain(other.teams.keys()).collect();
        let of_team = |team: &String| {
            let of = |hours: &Self| hours.calendar_for(None, Some(team));
            of(self).differs_on(&of(other))
        };
        let ours = self.calendar.differs_on(&other.calendar);
        teams.into_iter().filter_map(of_team).chain(ours).min()
    }

    /// Tells hours apart by which cases were assessed.
    pub(crate) fn print(&self) -> String {
        let one = |calendar: &Calendar| {
            let Calendar { zone, week, earlier, holidays } = calendar;
            format!("{:?} {week:?} {earlier:?} {holidays:?}", zone.iana_name())
        };
        let mut text = one(&self.calendar);
        for (team, hours) in &self.teams {
            text.push_str(&format!("\n{team} {} {}", hours.keeps_zone, one(&hours.calendar)));
        }
        EvidenceId::of(text.as_bytes()).to_string()
    }

    fn changed(&self, change: impl FnOnce(Self) -> Self) -> Self {
        let (calendar, teams) = (self.calendar.clone(), self.teams.clone());
        let roster = self.roster.clone();
        change(Self { calendar, teams, roster, zones: RwLock::default() })
    }
}
