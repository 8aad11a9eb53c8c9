//! When we work: the hours of the configuration, or those that were changed in the page, which keeps
//! them in a file of its own in the data directory, with the same keys and the same checks.

use std::{collections::BTreeMap, io, path::Path};

use app::Hours;
use serde::Deserialize;
use toml::{Table, Value};

use super::{
    Config, ConfigError, read,
    sections::{CalendarHours, EarlierWeek, WorkingHours},
    value::DayHours,
};

/// Its name in the data directory.
pub const HOURS: &str = "hours.toml";

/// The section of our own hours.
const OURS: &str = "working_hours";

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What stands on top of the file.
const HEAD: &str = "# Working hours that were changed in the page, which writes this file. They hold \
                    instead of those\n# of the configuration, under the same keys.\n\n";

/// Hours that were changed in the page.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangedHours {
    working_hours: Option<CalendarHours>,
    calendars: BTreeMap<String, CalendarHours>,
}

impl ChangedHours {
    /// What the file in `dir` says, if there is one.
    pub fn load(dir: &Path) -> Result<Self, ConfigError> {
        let path = dir.join(HOURS);
        match read(&path) {
            Ok(text) => {
                toml::from_str(&text).map_err(|error| ConfigError::of_toml(&path, &text, &error))
            }
            Err(ConfigError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            Err(error) => Err(error),
        }
    }

    /// The text of the file.
    pub fn text(&self) -> Result<String, toml::ser::Error> {
        let mut all = Table::new();
        if let Some(hours) = &self.working_hours {
            all.insert(OURS.to_owned(), Value::Table(table(hours)));
        }
        let named = self.calendars.iter();
        let named: Table =
            named.map(|(name, hours)| (name.clone(), Value::Table(table(hours)))).collect();
        all.insert("calendars".to_owned(), Value::Table(named));
        Ok(format!("{HEAD}{}", toml::to_string_pretty(&all)?))
    }

    /// What was changed of the calendar `name`, empty for our own.
    pub fn get(&self, name: &str) -> Option<&CalendarHours> {
        if name.is_empty() { self.working_hours.as_ref() } else { self.calendars.get(name) }
    }

    /// The same with `hours` for the calendar `name`; nothing for those of the configuration.
    #[must_use]
    pub fn with(mut self, name: &str, hours: Option<CalendarHours>) -> Self {
        if name.is_empty() {
            self.working_hours = hours;
        } else if let Some(hours) = hours {
            self.calendars.insert(name.to_owned(), hours);
        } else {
            self.calendars.remove(name);
        }
        self
    }
}

impl Config {
    /// Lets the hours hold that were changed in the page.
    pub fn add_hours(&mut self, dir: &Path) -> Result<(), ConfigError> {
        self.changed_hours = ChangedHours::load(dir)?;
        Ok(())
    }

    /// The hours of the calendar `name`, empty for our own, as they hold; nothing if there is none.
    pub fn hours_of(&self, name: &str) -> Option<CalendarHours> {
        let configured = if name.is_empty() {
            self.working_hours.clone().into()
        } else {
            self.calendars.get(name)?.clone()
        };
        let changed = self.changed_hours.get(name).cloned();
        Some(match changed {
            Some(hours) => CalendarHours { timezone: configured.timezone, ..hours },
            None => configured,
        })
    }

    /// When we work, and whom alerts can be told, for the use cases.
    pub fn hours(&self) -> Hours {
        let hours = Hours::new(self.calendar()).with_roster(self.roster());
        hours.with_team_hours(self.team_hours())
    }
}

impl From<WorkingHours> for CalendarHours {
    fn from(hours: WorkingHours) -> Self {
        let WorkingHours {
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
            holidays,
            earlier,
        } = hours;
        let week = [monday, tuesday, wednesday, thursday, friday, saturday, sunday];
        Self { holidays, earlier, ..Self::of_week(week) }
    }
}

/// A calendar as it is written, but for its zone.
fn table(hours: &CalendarHours) -> Table {
    let texts = |list: Vec<String>| Value::Array(list.into_iter().map(Value::String).collect());
    let shown = |day: &DayHours| texts(day.0.iter().map(ToString::to_string).collect());
    let days = DAYS.iter().zip(hours.week());
    let mut table: Table = days.map(|(day, hours)| ((*day).to_owned(), shown(hours))).collect();
    let holidays = hours.holidays.iter().map(|day| day.0.to_string()).collect();
    table.insert("holidays".to_owned(), texts(holidays));
    let week = |earlier: &EarlierWeek| Value::Array(earlier.week.iter().map(shown).collect());
    let earlier = hours.earlier.iter().map(|one| {
        let until = Value::String(one.until.0.to_string());
        Value::Table(Table::from_iter([
            ("until".to_owned(), until),
            ("week".to_owned(), week(one)),
        ]))
    });
    let earlier: Vec<Value> = earlier.collect();
    if !earlier.is_empty() {
        table.insert("earlier".to_owned(), Value::Array(earlier));
    }
    table
}
