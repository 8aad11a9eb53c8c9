//! Working hours as a rule set declares them in `calendars.toml`.

use std::collections::BTreeMap;

use engine::{Calendar, RuleError};
use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::Deserialize;

use crate::error::{at, did_you_mean};

/// The file that declares them.
pub(crate) const FILE: &str = "calendars.toml";

/// A calendar as declared: hours by weekday, holidays, and a zone unless the account's holds.
#[derive(Debug, Clone)]
pub struct CalendarSpec {
    /// The zone that its hours are read in; nothing for the account's own zone.
    pub zone: Option<TimeZone>,
    hours: Calendar,
}

impl CalendarSpec {
    /// The calendar for an account in `zone`.
    pub fn for_zone(&self, zone: TimeZone) -> Calendar {
        self.hours.in_zone(self.zone.clone().unwrap_or(zone))
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Sheet(BTreeMap<String, Entry>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    zone: Option<String>,
    hours: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    holidays: Vec<String>,
}

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads `text`, the content of `calendars.toml`.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, CalendarSpec>, Vec<RuleError>> {
    let sheet: Sheet = toml::from_str(text).map_err(|e| vec![toml_error(FILE, text, &e)])?;
    let mut calendars = BTreeMap::new();
    let mut errors = Vec::new();
    for (name, entry) in sheet.0 {
        match calendar(&name, &entry) {
            Ok(calendar) => {
                calendars.insert(name, calendar);
            }
            Err(Wrong { near, message }) => {
                errors.push(at(FILE, find_line(text, &name, &near), message));
            }
        }
    }
    if errors.is_empty() { Ok(calendars) } else { Err(errors) }
}

/// A TOML error with its place.
pub(crate) fn toml_error(file: &str, text: &str, error: &toml::de::Error) -> RuleError {
    let place = error.span().map(|span| {
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(1, |l| l.chars().count() + 1);
        (line, column)
    });
    at(file, place, error.message())
}

/// What is wrong with a calendar, and a word of the line that it stands on.
struct Wrong {
    near: String,
    message: String,
}

/// The place of the first line of the calendar `name` that holds `near`; its heading if none does.
fn find_line(text: &str, name: &str, near: &str) -> Option<(usize, usize)> {
    let heading = format!("[{name}");
    let first = text.lines().position(|line| line.starts_with(&heading))?;
    let mut lines = text.lines().enumerate().skip(first);
    let line = lines.find(|(_, line)| line.contains(near)).map_or(first, |(line, _)| line);
    Some((line + 1, 1))
}

fn calendar(name: &str, entry: &Entry) -> Result<CalendarSpec, Wrong> {
    let wrong = |near: &str, message: String| Wrong { near: near.to_owned(), message };
    let zone = match &entry.zone {
        None => None,
        Some(zone) => Some(TimeZone::get(zone).map_err(|_| {
            let remedy = "write one like Europe/Berlin, or none for the account's";
            wrong(zone, format!("calendar {name}: no time zone `{zone}`: {remedy}"))
        })?),
    };
    let mut week: [Vec<(u16, u16)>; 7] = Default::default();
    for (day, hours) in &entry.hours {
        let Some(position) = DAYS.iter().position(|d| d == day) else {
            let hint = did_you_mean(day, DAYS);
            return Err(wrong(day, format!("calendar {name}: no weekday `{day}`{hint}")));
        };
        for interval in hours {
            week[position].push(parse_interval(interval).ok_or_else(|| {
                let remedy = "write 09:00-17:00";
                let what = format!("calendar {name}, {day}: `{interval}` is no interval: {remedy}");
                wrong(interval, what)
            })?);
        }
        week[position].sort_unstable();
        if let Some(pair) = week[position].windows(2).find(|pair| pair[1].0 < pair[0].1) {
            let (first, second) = (shown(pair[0]), shown(pair[1]));
            let what =
                format!("calendar {name}, {day}: {first} and {second} overlap: make them one");
            return Err(wrong(day, what));
        }
    }
    let holidays = entry
        .holidays
        .iter()
        .map(|day| {
            let what = format!("calendar {name}: `{day}` is no date: write 2026-12-25");
            day.parse::<Date>().map_err(|_| wrong(day, what))
        })
        .collect::<Result<_, _>>()?;
    let hours = Calendar::new(zone.clone().unwrap_or(TimeZone::UTC), week, holidays);
    Ok(CalendarSpec { zone, hours })
}

fn parse_interval(text: &str) -> Option<(u16, u16)> {
    let (open, close) = text.split_once('-')?;
    let (open, close) = (minutes(open.trim())?, minutes(close.trim())?);
    (open < close).then_some((open, close))
}

fn minutes(text: &str) -> Option<u16> {
    if text == "24:00" {
        return Some(24 * 60);
    }
    let time = Time::strptime("%H:%M", text).ok()?;
    Some(time.hour() as u16 * 60 + time.minute() as u16)
}

fn shown((open, close): (u16, u16)) -> String {
    format!("{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, close / 60, close % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        parse(text).unwrap_err()[0].to_string()
    }

    #[test]
    fn a_calendar_that_cannot_hold_is_refused_with_its_remedy() {
        let overlap = "[a.hours]\nmonday = [\"09:00-13:00\", \"12:00-17:00\"]\n";
        assert_eq!(
            refused(overlap),
            "calendars.toml:2:1: calendar a, monday: 09:00-13:00 and 12:00-17:00 overlap: make them one"
        );
        let zone = refused("[a]\nhours = {}\nzone = \"Europe/Atlantis\"\n");
        assert!(zone.starts_with("calendars.toml:3:1: ") && zone.contains("Atlantis"), "{zone}");
        assert!(
            refused("[a.hours]\nmonda = [\"09:00-13:00\"]\n").contains("did you mean `monday`")
        );
        assert!(refused("[a.hours]\nmonday = [\"nine to five\"]\n").contains("write 09:00-17:00"));
        assert!(refused("[a]\nhours = {}\nhollidays = []\n").starts_with("calendars.toml:3:1"));
    }
}
