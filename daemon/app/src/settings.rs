//! Configuration as the use cases need it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use engine::{alerts::Roster, calendar::Calendar, sides::Sides};
use jiff::tz::TimeZone;
use model::Account;
use parking_lot::RwLock;

/// What an installation decides about itself.
#[derive(Debug)]
pub struct Settings {
    /// Who is ours.
    pub sides: Arc<Sides>,
    /// Our working hours, in our own zone.
    pub calendar: Arc<Calendar>,
    /// Working minutes within which accounts are owed a reply, by folded tier.
    pub reply_minutes: BTreeMap<String, u32>,
    /// Caps of the parser.
    pub limits: mail::Limits,
    /// The largest message that is kept, in bytes.
    pub max_size: u64,
    /// Whom alerts can be told.
    pub roster: Arc<Roster>,
    zones: RwLock<HashMap<String, Arc<Calendar>>>,
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
            reply_minutes,
            limits,
            max_size,
            roster: Arc::default(),
            zones: RwLock::default(),
        }
    }

    /// The same with people whom alerts can be told.
    #[must_use]
    pub fn with_roster(self, roster: Roster) -> Self {
        Self { roster: Arc::new(roster), ..self }
    }

    /// The calendar in the zone of `account`; our own where it has none or one that is unknown.
    pub fn calendar_for(&self, account: Option<&Account>) -> Arc<Calendar> {
        let Some(name) = account.and_then(|account| account.timezone.as_deref()) else {
            return self.calendar.clone();
        };
        if let Some(known) = self.zones.read().get(name) {
            return known.clone();
        }
        let calendar = TimeZone::get(name)
            .map_or_else(|_| self.calendar.clone(), |zone| Arc::new(self.calendar.in_zone(zone)));
        self.zones.write().insert(name.to_owned(), calendar.clone());
        calendar
    }
}
