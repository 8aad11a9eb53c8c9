//! Holidays out of a calendar file (RFC 5545): whole days alone, as public holidays are handed out.

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};

/// A day without work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeDay {
    /// The day.
    pub day: Date,
    /// What it is called there.
    pub name: String,
}

/// No days can be taken from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoDays {
    /// It is something else.
    #[error("it is no calendar: hand in an .ics file, as calendars of public holidays are offered")]
    NoCalendar,
    /// It has meetings alone.
    #[error("no entry of it lasts a whole day: hand in a calendar of holidays, not of meetings")]
    NoDay,
}

/// An entry that lasts longer is a mistake.
const LONGEST: i64 = 31;

/// The whole days of a calendar file from `from` to `until`, ascending, each once.
pub fn days_of(bytes: &[u8], from: Date, until: Date) -> Result<Vec<FreeDay>, NoDays> {
    let calendar = mail::calendar::read(bytes, "UTC").map_err(|_| NoDays::NoCalendar)?;
    let mut days: BTreeMap<Date, String> = BTreeMap::new();
    let mut whole = false;
    let occurrences = calendar.meetings.into_iter().flat_map(|meeting| meeting.occurrences);
    for one in occurrences.filter(|one| one.all_day && !one.cancelled) {
        whole = true;
        let first = one.at.in_zone(&TimeZone::UTC).date();
        let count = (one.until.since(one.at).as_hours() / 24).clamp(1, LONGEST);
        let all = first.series(jiff::ToSpan::day(1)).take(count as usize);
        for day in all.filter(|day| (from..=until).contains(day)) {
            days.entry(day).or_insert_with(|| one.title.clone());
        }
    }
    if !whole {
        return Err(NoDays::NoDay);
    }
    Ok(days.into_iter().map(|(day, name)| FreeDay { day, name }).collect())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn ics(events: &[&str]) -> Vec<u8> {
        let events: String = events
            .iter()
            .enumerate()
            .map(|(at, event)| format!("BEGIN:VEVENT\r\nUID:{at}\r\n{event}\r\nEND:VEVENT\r\n"))
            .collect();
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n").into_bytes()
    }

    #[test]
    fn whole_days_become_holidays_and_meetings_do_not() {
        let bytes = ics(&[
            "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Yule",
            "DTSTART;VALUE=DATE:20260501\r\nSUMMARY:Labour Day",
            "DTSTART:20260504T090000Z\r\nDTEND:20260504T100000Z\r\nSUMMARY:Review",
            "DTSTART;VALUE=DATE:20190101\r\nSUMMARY:Long ago",
        ]);
        let days = days_of(&bytes, date(2026, 1, 1), date(2028, 1, 1)).unwrap();
        let days: Vec<(String, &str)> =
            days.iter().map(|free| (free.day.to_string(), free.name.as_str())).collect();
        let expected = [
            ("2026-05-01".to_owned(), "Labour Day"),
            ("2026-12-25".to_owned(), "Yule"),
            ("2026-12-26".to_owned(), "Yule"),
        ];
        assert_eq!(days, expected);
    }

    #[test]
    fn a_file_without_whole_days_is_refused_with_the_remedy() {
        let meeting =
            ics(&["DTSTART:20260504T090000Z\r\nDTEND:20260504T100000Z\r\nSUMMARY:Review"]);
        let (from, until) = (date(2026, 1, 1), date(2028, 1, 1));
        assert_eq!(days_of(&meeting, from, until), Err(NoDays::NoDay));
        assert_eq!(days_of(b"Date;Name\r\n", from, until), Err(NoDays::NoCalendar));
    }
}
