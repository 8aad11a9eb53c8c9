//! Configuration as the use cases need it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use engine::{alerts::Roster, calendar::Calendar, sides::Sides};
use jiff::tz::TimeZone;
use model::Account;
use parking_lot::RwLock;

use crate::{handoff::HandoffRules, seal::Seal};

/// A team with hours of its own, and a zone.
type TeamZone = (Option<String>, String);

/// What an installation decides about itself.
#[derive(Debug)]
pub struct Settings {
    /// Who is ours.
    pub sides: Arc<Sides>,
    /// Our working hours, in our own zone.
    pub calendar: Arc<Calendar>,
    /// Working hours of teams that have their own, by team.
    pub team_hours: BTreeMap<String, TeamHours>,
    /// Working minutes within which accounts are owed a reply, by folded tier.
    pub reply_minutes: BTreeMap<String, u32>,
    /// Caps of the parser.
    pub limits: mail::Limits,
    /// The largest message that is kept, in bytes.
    pub max_size: u64,
    /// Whom alerts can be told.
    pub roster: Arc<Roster>,
    /// When and by which way it is told that a case was handed over.
    pub handoffs: HandoffRules,
    /// By what our own mail and links are known again; nothing where none go out.
    pub seal: Option<Seal>,
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
            calendar: Arc::new(calendar),
            team_hours: BTreeMap::new(),
            reply_minutes,
            limits,
            max_size,
            roster: Arc::default(),
            handoffs: HandoffRules::default(),
            seal: None,
            zones: RwLock::default(),
        }
    }

    /// The same with people whom alerts can be told.
    #[must_use]
    pub fn with_roster(self, roster: Roster) -> Self {
        Self { roster: Arc::new(roster), ..self }
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
        Self { team_hours, ..self }
    }

    /// The calendar of `team`, or else ours, in the zone of `account`; in its own where the account
    /// has none or one that is unknown, or where the team keeps it.
    pub fn calendar_for(&self, account: Option<&Account>, team: Option<&str>) -> Arc<Calendar> {
        let own = team.and_then(|team| Some((team, self.team_hours.get(team)?)));
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
}
