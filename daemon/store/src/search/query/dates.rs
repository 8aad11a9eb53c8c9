//! Dates as people type them: `2026-01-31`, `2026-01`, `2026`, `7d`, `yesterday`.

use jiff::{
    Span, Zoned,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use model::Instant;

/// What relative dates count from, and the zone in which days begin.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The present instant.
    pub now: Instant,
    /// The reader's zone.
    pub zone: TimeZone,
}

/// The stretch of time that a date names; for `7d` the point seven days ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it; the same for a point in time.
    pub until: Instant,
}

/// Reads a date, or nothing if it is none.
pub fn read_date(value: &str, clock: &Clock) -> Option<Stretch> {
    let value = value.trim();
    named_day(value, clock)
        .or_else(|| relative(value, clock))
        .or_else(|| absolute(value, clock))
        .or_else(|| point(value, clock))
}

/// The whole day that holds the beginning of `stretch`, if that is a point in time.
pub fn whole_day(stretch: Stretch, clock: &Clock) -> Stretch {
    if stretch.from != stretch.until {
        return stretch;
    }
    days(stretch.from.in_zone(&clock.zone).date(), Span::new().days(1), clock).unwrap_or(stretch)
}

fn named_day(value: &str, clock: &Clock) -> Option<Stretch> {
    let today = clock.now.in_zone(&clock.zone).date();
    let day = match value.to_ascii_lowercase().as_str() {
        "today" => today,
        "yesterday" => today.yesterday().ok()?,
        _ => return None,
    };
    days(day, Span::new().days(1), clock)
}

fn relative(value: &str, clock: &Clock) -> Option<Stretch> {
    let unit = value.chars().last().filter(char::is_ascii_alphabetic)?;
    let number: i64 =
        value[..value.len() - 1].parse().ok().filter(|n| (0..=100_000).contains(n))?;
    let span = match unit.to_ascii_lowercase() {
        'h' => Span::new().try_hours(number),
        'd' => Span::new().try_days(number),
        'w' => Span::new().try_weeks(number),
        'm' => Span::new().try_months(number),
        'y' => Span::new().try_years(number),
        _ => return None,
    };
    let then: Zoned = clock.now.in_zone(&clock.zone).checked_sub(span.ok()?).ok()?;
    let at = Instant::from(then.timestamp());
    Some(Stretch { from: at, until: at })
}

fn absolute(value: &str, clock: &Clock) -> Option<Stretch> {
    let mut numbers = [0_i16; 3];
    let mut parts = 0;
    let separator = value.chars().find(|c| !c.is_ascii_digit()).unwrap_or('-');
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    for part in value.split(separator) {
        let plain = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        *numbers.get_mut(parts)? = part.parse().ok().filter(|_| plain)?;
        parts += 1;
    }
    if parts == 3 && separator == '.' && numbers[0] <= 31 {
        numbers.swap(0, 2); // 31.01.2026
    }
    let [year, month, day] = numbers;
    if !(1900..=9998).contains(&year) {
        return None;
    }
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    match parts {
        1 => days(Date::new(year, 1, 1).ok()?, Span::new().years(1), clock),
        2 => days(Date::new(year, month, 1).ok()?, Span::new().months(1), clock),
        _ => days(Date::new(year, month, day).ok()?, Span::new().days(1), clock),
    }
}

fn point(value: &str, clock: &Clock) -> Option<Stretch> {
    let at = value.parse::<Instant>().ok().or_else(|| {
        let civil: DateTime = value.contains(['T', 't']).then(|| value.parse().ok())??;
        Some(Instant::from(civil.to_zoned(clock.zone.clone()).ok()?.timestamp()))
    })?;
    Some(Stretch { from: at, until: at })
}

fn days(first: Date, length: Span, clock: &Clock) -> Option<Stretch> {
    let begins = |day: Date| {
        day.to_zoned(clock.zone.clone()).ok().map(|zoned| Instant::from(zoned.timestamp()))
    };
    Some(Stretch { from: begins(first)?, until: begins(first.checked_add(length).ok()?)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(value: &str, zone: &str) -> Option<Stretch> {
        let clock = Clock {
            now: "2026-03-30T10:00:00Z".parse().unwrap(),
            zone: TimeZone::get(zone).unwrap(),
        };
        read_date(value, &clock)
    }

    #[track_caller]
    fn check(value: &str, zone: &str, from: &str, until: &str) {
        let found = stretch(value, zone).unwrap();
        assert_eq!(
            (found.from.to_string().as_str(), found.until.to_string().as_str()),
            (from, until)
        );
    }

    #[test]
    fn a_day_begins_where_the_reader_lives() {
        // The clocks go forward on this day.
        check("2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
        check("29.03.2026", "UTC", "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z");
    }

    #[test]
    fn months_years_and_relative_dates_are_read() {
        check("2026-02", "UTC", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
        check("2025", "UTC", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        check("7d", "UTC", "2026-03-23T10:00:00Z", "2026-03-23T10:00:00Z");
        check("2w", "Europe/Berlin", "2026-03-16T11:00:00Z", "2026-03-16T11:00:00Z");
        check("yesterday", "UTC", "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z");
        check("2026/3/29", "UTC", "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z");
        let afternoon = "2026-03-01T13:00:00Z";
        check("2026-03-01T14:00", "Europe/Berlin", afternoon, afternoon);
        check("2026-03-01T14:00:00+01:00", "UTC", afternoon, afternoon);
    }

    #[test]
    fn what_is_no_date_is_not_guessed() {
        for text in
            ["", "soon", "2026-13", "2026-02-30", "12", "7x", "é7d", "2026-1-1-1", "-", "0d-"]
        {
            assert_eq!(stretch(text, "UTC"), None, "{text}");
        }
    }
}
