//! Whom alerts can be told: people, duties, groups and hours, for the engine.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use app::handoff::HandoffRules;
use engine::{
    alerts::{Duty, Recipient, Roster},
    calendar::Calendar,
};
use jiff::{civil::Time, tz::TimeZone};
use model::Instant;

use super::{
    Config,
    sections::{CalendarHours, Team},
    value::{DayHours, Mailbox},
};

/// When turns change, on the clock of our own zone.
const HANDOVER: Time = Time::constant(9, 0, 0, 0);

impl Config {
    /// Whom alerts can be told, for the engine.
    pub fn roster(&self) -> Roster {
        let office = Arc::new(self.calendar());
        let zone = office.zone.clone();
        let calendars: BTreeMap<&str, Arc<Calendar>> = self
            .calendars
            .keys()
            .filter_map(|name| {
                let hours = self.hours_of(name)?;
                Some((name.as_str(), Arc::new(calendar(&hours, &zone))))
            })
            .collect();
        let people = self.people.iter().map(|person| {
            let named = person.calendar.as_ref().and_then(|name| calendars.get(&**name.get_ref()));
            let recipient = Recipient {
                user: person.user.clone(),
                team: person.team.as_ref().map(|team| team.get_ref().clone()),
                role: person.role,
                calendar: named.unwrap_or(&office).clone(),
                budget: person.alerts_a_day,
            };
            (person.email.get_ref().0.clone(), recipient)
        });
        let teams = self.teams.iter().map(|team| (team.name.get_ref().clone(), duty(team, &zone)));
        let groups = self.groups.iter().map(|(name, list)| (name.clone(), addresses(list)));
        Roster {
            people: people.collect(),
            teams: teams.collect(),
            groups: groups.collect(),
            fallback: addresses(&self.alerts.fallback),
            budget: self.alerts.a_day,
            digest_at: self.alerts.digest.0,
            horizon: self.alerts.horizon.0,
            calendar: office,
        }
    }

    /// When it is told that a case waits to be taken over, and by which way: the channel that policies
    /// use if they name none, else the first one.
    pub fn handoff_rules(&self) -> HandoffRules {
        let minutes = u32::try_from(self.alerts.handoff_after.0.as_mins()).unwrap_or(u32::MAX);
        let mut rules = HandoffRules { minutes, ..HandoffRules::default() };
        let names: Vec<&String> = self.channel.iter().map(|one| one.name.get_ref()).collect();
        if let Some(first) = names.first()
            && !names.contains(&&rules.channel)
        {
            rules.channel.clone_from(first);
        }
        rules
    }

    /// Checks that people, teams and calendars fit together. Gives where the first fault is.
    pub(super) fn check_recipients(&self) -> Result<(), (usize, String)> {
        let teams: BTreeSet<&str> = self.teams.iter().map(|t| t.name.get_ref().as_str()).collect();
        let mut known = BTreeSet::new();
        for person in &self.people {
            let (Mailbox(email), at) = (person.email.get_ref(), person.email.span().start);
            if !known.insert(email) {
                return Err((at, format!("{email} is listed twice; keep one [[people]] for it")));
            }
            if let Some(team) = &person.team
                && !teams.contains(team.get_ref().as_str())
            {
                let detail = format!("there is no team \"{}\"", team.get_ref());
                return Err((team.span().start, format!("{detail}; {}", known_names(&teams))));
            }
            if let Some(calendar) = &person.calendar
                && !self.calendars.contains_key(calendar.get_ref())
            {
                let names = self.calendars.keys().map(String::as_str).collect();
                let detail = format!("there is no calendar \"{}\"", calendar.get_ref());
                return Err((calendar.span().start, format!("{detail}; {}", known_names(&names))));
            }
        }
        Ok(())
    }
}

pub(super) fn known_names(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        return "none is defined".to_owned();
    }
    format!("known are {}", names.iter().copied().collect::<Vec<_>>().join(", "))
}

fn addresses(list: &[Mailbox]) -> Vec<String> {
    list.iter().map(|mailbox| mailbox.0.clone()).collect()
}

fn duty(team: &Team, zone: &TimeZone) -> Duty {
    // Without a day, turns count from the first Monday of 2024, so that they are the same everywhere.
    let since = team.turns_since.map_or(jiff::civil::date(2024, 1, 1), |day| day.0);
    let since = zone.to_ambiguous_timestamp(since.to_datetime(HANDOVER)).compatible();
    Duty {
        rotation: addresses(&team.on_duty),
        turn: team.turn.0,
        since: since.map_or(Instant::EPOCH, Instant::from),
        zone: zone.clone(),
        budget: team.alerts_a_day,
    }
}

pub(super) fn calendar(hours: &CalendarHours, ours: &TimeZone) -> Calendar {
    let week = hours.week().map(DayHours::intervals);
    let zone = hours.timezone.as_deref().and_then(|name| TimeZone::get(name).ok());
    let holidays = hours.holidays.iter().map(|day| day.0).collect();
    let earlier = hours.earlier.iter();
    let earlier = earlier.map(|one| (one.until.0, one.week.each_ref().map(DayHours::intervals)));
    Calendar::new(zone.unwrap_or_else(|| ours.clone()), week, holidays).with_earlier(earlier)
}
