//! Working hours that people change in the page: compared, written to a file of their own, in force at
//! once.
//!
//! They are kept in `hours.toml` in the data directory, which is written whole or not at all. What the
//! configuration says of a calendar is left alone, and holds again when a change is taken back.

use std::{fs, io, path::PathBuf, sync::Arc};

use app::{
    Watchkeeper,
    hours::{HoursDraft, HoursEffect, HoursRefused, SavedHours},
    saved::Act,
};
use jiff::civil::Date;
use model::{Fact, Instant};
use parking_lot::Mutex;

use crate::{
    config::{CalendarHours, Config, Day, DayHours, EarlierWeek, HOURS, Hours},
    durable,
};

/// More days without work than anybody has.
const MOST_HOLIDAYS: usize = 2000;

/// Keeps the hours that were changed in the page.
pub struct Office {
    app: Arc<Watchkeeper>,
    dir: PathBuf,
    /// Where the configuration is.
    configured: PathBuf,
    /// The configuration with the hours in force; held while they are changed.
    config: Mutex<Config>,
}

impl Office {
    /// An office that works as `config` says, which is at `configured`; changes lie in `dir`.
    pub fn new(app: Arc<Watchkeeper>, dir: PathBuf, configured: PathBuf, config: Config) -> Self {
        let office = Self { app, dir, configured, config: Mutex::new(config) };
        office.show(&office.config.lock());
        office
    }

    /// Makes known when we work.
    fn show(&self, config: &Config) {
        let file = self.configured.display().to_string();
        self.app.outside().set_organisation(config.organisation_record(file));
    }

    /// Puts `config` in force, and writes down its hours and `fact`; neither without the other.
    fn keep(&self, held: &mut Config, config: Config, fact: Fact, act: Act<'_>) -> Result {
        let path = self.dir.join(HOURS);
        let failed = |error: io::Error| {
            HoursRefused::Failed(format!("cannot write {}: {error}", path.display()))
        };
        let text = config.changed_hours.text();
        let text = text.map_err(|error| HoursRefused::Failed(error.to_string()))?;
        let before = fs::read(&path).ok();
        durable::write(&path, text.as_bytes()).map_err(failed)?;
        if let Err(error) = self.app.put_hours(config.hours(), fact, act.actor.clone(), act.now) {
            let restored = match before {
                Some(before) => durable::write(&path, &before),
                None => durable::remove(&path),
            };
            if let Err(error) = restored {
                log::error!(error:%; "the working hours are not as the journal has them");
            }
            return Err(error.into());
        }
        self.show(&config);
        *held = config;
        Ok(())
    }
}

type Result<T = ()> = std::result::Result<T, HoursRefused>;

impl SavedHours for Office {
    fn compare(&self, draft: &HoursDraft, now: Instant) -> Result<HoursEffect> {
        let changed = changed(&self.config.lock(), draft, now)?;
        Ok(self.app.compare_hours(&changed.hours(), now)?)
    }

    fn change(&self, draft: &HoursDraft, version: &str, act: Act<'_>) -> Result {
        let mut held = self.config.lock();
        check_version(&held, &draft.name, version)?;
        let config = changed(&held, draft, act.now)?;
        let hours = config.hours_of(&draft.name).unwrap_or_default();
        let week = hours.week().map(DayHours::texts);
        let same = held.hours_of(&draft.name).is_some_and(|held| held.week() == hours.week());
        let fact = Fact::HoursChanged {
            calendar: draft.name.clone(),
            since: draft.since.filter(|_| !same),
            week,
            holidays: hours.holidays.iter().map(|day| day.0).collect(),
        };
        self.keep(&mut held, config, fact, act)
    }

    fn reset(&self, name: &str, version: &str, act: Act<'_>) -> Result {
        let mut held = self.config.lock();
        check_version(&held, name, version)?;
        if held.changed_hours.get(name).is_none() {
            return Err(HoursRefused::Unknown(name.to_owned()));
        }
        let mut config = held.clone();
        config.changed_hours = config.changed_hours.with(name, None);
        let fact = Fact::HoursReset { calendar: name.to_owned() };
        self.keep(&mut held, config, fact, act)
    }
}

fn check_version(config: &Config, name: &str, version: &str) -> Result {
    let hours = config.hours_of(name).ok_or_else(|| HoursRefused::Unknown(name.to_owned()))?;
    if hours.version() == version { Ok(()) } else { Err(HoursRefused::Changed) }
}

/// The configuration with what `draft` says.
fn changed(config: &Config, draft: &HoursDraft, now: Instant) -> Result<Config> {
    let before =
        config.hours_of(&draft.name).ok_or_else(|| HoursRefused::Unknown(draft.name.clone()))?;
    let mut week: [DayHours; 7] = Default::default();
    for (day, texts) in draft.week.iter().enumerate() {
        let hours: std::result::Result<Vec<Hours>, String> =
            texts.iter().map(|text| Hours::try_from(text.clone())).collect();
        week[day] = hours.and_then(DayHours::try_from).map_err(HoursRefused::Wrong)?;
    }
    if draft.holidays.len() > MOST_HOLIDAYS {
        let text = format!("more than {MOST_HOLIDAYS} holidays are not kept; leave out past years");
        return Err(HoursRefused::Wrong(text));
    }
    let mut holidays: Vec<Day> = draft.holidays.iter().map(|day| Day(*day)).collect();
    holidays.sort_unstable_by_key(|day| day.0);
    holidays.dedup();
    let earlier = earlier(&before, &week, draft.since, now.in_zone(&config.time_zone()).date())?;
    let hours = CalendarHours { holidays, earlier, ..CalendarHours::of_week(week) };
    let mut config = config.clone();
    config.changed_hours = config.changed_hours.with(&draft.name, Some(hours));
    Ok(config)
}

/// What the hours were before `week` holds from `since` on.
fn earlier(
    before: &CalendarHours,
    week: &[DayHours; 7],
    since: Option<Date>,
    today: Date,
) -> Result<Vec<EarlierWeek>> {
    if before.week() == week.each_ref() {
        return Ok(before.earlier.clone());
    }
    let Some(since) = since else { return Ok(Vec::new()) };
    if since < today {
        let text = "the new hours would begin in the past; let them begin today or later, or say \
                    that they were always these";
        return Err(HoursRefused::Wrong(text.to_owned()));
    }
    let held = before.earlier.iter().find(|one| since <= one.until.0);
    let held = held.map_or_else(|| before.week().map(DayHours::clone), |one| one.week.clone());
    let mut earlier: Vec<EarlierWeek> = before.earlier.clone();
    earlier.retain(|one| one.until.0 < since);
    if held != *week {
        earlier.push(EarlierWeek { until: Day(since), week: held });
    }
    Ok(earlier)
}

#[cfg(test)]
mod tests;
