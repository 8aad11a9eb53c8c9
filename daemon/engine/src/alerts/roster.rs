//! Whom alerts can be told: people with their hours, teams with their duty, groups.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{
    SignedDuration,
    civil::{Date, Time},
    tz::TimeZone,
};
use model::{Instant, alert::Audience, fact::Role};

use crate::calendar::Calendar;

/// Somebody whom alerts can be told.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The name that they sign in with, if they do.
    pub user: Option<String>,
    /// Their team.
    pub team: Option<String>,
    /// Their role.
    pub role: Option<Role>,
    /// Their working hours.
    pub calendar: Arc<Calendar>,
    /// Notices a day; further ones go to the digest. Nothing for the common number.
    pub budget: Option<u32>,
}

/// Who of a team is told.
#[derive(Debug, Clone)]
pub struct Duty {
    /// Addresses that take turns; empty where the whole team is told.
    pub rotation: Vec<String>,
    /// How long a turn is.
    pub turn: SignedDuration,
    /// When the first of them began.
    pub since: Instant,
    /// The zone whose clock tells when turns change.
    pub zone: TimeZone,
    /// Alerts a day for the team; further ones go to the digest. Nothing for no limit.
    pub budget: Option<u32>,
}

impl Duty {
    /// Who is on duty at `at`. A turn changes at the same time of day, whatever the season.
    pub fn on_duty(&self, at: Instant) -> Option<&String> {
        let local = |at: Instant| self.zone.to_datetime(at.timestamp());
        let passed = local(at).duration_since(local(self.since)).as_secs();
        let turn = passed.div_euclid(self.turn.as_secs().max(60));
        let count = i64::try_from(self.rotation.len()).ok().filter(|count| *count > 0)?;
        self.rotation.get(usize::try_from(turn.rem_euclid(count)).ok()?)
    }
}

/// Whom alerts can be told, and the rules of the house about it.
#[derive(Debug, Clone)]
pub struct Roster {
    /// People by address.
    pub people: BTreeMap<String, Recipient>,
    /// Teams by name.
    pub teams: BTreeMap<String, Duty>,
    /// Named groups of addresses.
    pub groups: BTreeMap<String, Vec<String>>,
    /// Who gets what would reach nobody.
    pub fallback: Vec<String>,
    /// The hours of who is not among the people.
    pub calendar: Arc<Calendar>,
    /// Notices a person and day, unless the person has a number of their own; nothing for no limit.
    pub budget: Option<u32>,
    /// When digests are due.
    pub digest_at: Time,
    /// What happened longer ago alerts nobody.
    pub horizon: SignedDuration,
}

impl Default for Roster {
    fn default() -> Self {
        Self {
            people: BTreeMap::new(),
            teams: BTreeMap::new(),
            groups: BTreeMap::new(),
            fallback: Vec::new(),
            calendar: Arc::new(Calendar::office_hours(TimeZone::UTC)),
            budget: None,
            digest_at: Time::constant(8, 0, 0, 0),
            horizon: SignedDuration::from_hours(72),
        }
    }
}

impl Roster {
    /// The addresses behind `audience` at `at`, each once. `owner` and `team` are those of the case.
    pub fn resolve(
        &self,
        audience: &Audience,
        owner: Option<&str>,
        team: Option<&str>,
        at: Instant,
    ) -> Vec<String> {
        let found = match audience {
            Audience::Owner => match owner {
                Some(owner) => vec![self.address(owner)],
                None => team.map(|team| self.team(team, at)).unwrap_or_default(),
            },
            Audience::CaseTeam => team.map(|team| self.team(team, at)).unwrap_or_default(),
            Audience::Team(name) => self.team(name, at),
            Audience::Role(role) => self.all(|person| person.role == Some(*role)),
            Audience::Group(name) => self.groups.get(name).cloned().unwrap_or_default(),
            Audience::Person(name) => vec![self.address(name)],
            Audience::People(names) => names.iter().map(|name| self.address(name)).collect(),
        };
        let found: BTreeSet<String> = found.into_iter().filter(|to| to.contains('@')).collect();
        if found.is_empty() { self.fallback.clone() } else { found.into_iter().collect() }
    }

    /// The team of somebody who is named by address or by the name they sign in with.
    pub fn team_of_person(&self, name: &str) -> Option<&str> {
        self.people.get(&self.address(name)).and_then(|person| person.team.as_deref())
    }

    /// The names of all teams, in order.
    pub fn team_names(&self) -> BTreeSet<&str> {
        let of_people = self.people.values().filter_map(|person| person.team.as_deref());
        self.teams.keys().map(String::as_str).chain(of_people).collect()
    }

    /// The team that an audience means, if it means one.
    pub(super) fn team_of<'a>(audience: &'a Audience, team: Option<&'a str>) -> Option<&'a str> {
        match audience {
            Audience::Team(name) => Some(name),
            Audience::CaseTeam => team,
            _ => None,
        }
    }

    /// The hours of somebody.
    pub fn calendar_of(&self, address: &str) -> &Calendar {
        self.people.get(address).map_or(&self.calendar, |person| &person.calendar)
    }

    /// Notices a day for somebody; nothing for no limit.
    pub fn budget_of(&self, address: &str) -> Option<u32> {
        self.people.get(address).and_then(|person| person.budget).or(self.budget)
    }

    /// When the next digest is due for somebody, not before `from`: on a day on which they work.
    pub fn next_digest(&self, address: &str, from: Instant) -> Instant {
        const DAYS: usize = 60;
        let calendar = self.calendar_of(address);
        let mut date = calendar.date_of(from);
        let mut first = None;
        for _ in 0..DAYS {
            let at = self.digest_of(calendar, date);
            if at >= from {
                if calendar.close_of(date).is_some() {
                    return at;
                }
                first.get_or_insert(at);
            }
            date = date.tomorrow().unwrap_or(Date::MAX);
        }
        first.unwrap_or(from)
    }

    fn digest_of(&self, calendar: &Calendar, date: Date) -> Instant {
        let local = date.to_datetime(self.digest_at);
        let at = calendar.zone.to_ambiguous_timestamp(local).compatible();
        at.map_or(Instant::FAR_FUTURE, Instant::from)
    }

    /// Who of a team is told: whoever is on duty, else everybody in it.
    fn team(&self, name: &str, at: Instant) -> Vec<String> {
        match self.teams.get(name).and_then(|duty| duty.on_duty(at)) {
            Some(address) => vec![address.clone()],
            None => self.all(|person| person.team.as_deref() == Some(name)),
        }
    }

    fn all(&self, is: impl Fn(&Recipient) -> bool) -> Vec<String> {
        self.people.iter().filter(|(_, p)| is(p)).map(|(address, _)| address.clone()).collect()
    }

    /// The address of somebody who is named by address or by the name they sign in with.
    fn address(&self, name: &str) -> String {
        let signs_in = |person: &Recipient| person.user.as_deref() == Some(name);
        let known = self.people.iter().find(|(_, person)| signs_in(person));
        known.map_or_else(|| name.to_owned(), |(address, _)| address.clone())
    }
}
