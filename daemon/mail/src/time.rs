//! When a message happened (F20): dates as mail writes them, and which of them to trust.

use jiff::{civil::DateTime, tz::Offset};
use model::Instant;

use crate::{ParseContext, TimeSource, headers::Fields};

/// A Date header within an hour of the trusted time is as good as equal to it.
const SKEW_SECONDS: i64 = 3600;
const DAY_SECONDS: i64 = 86_400;

/// The times of a message.
pub(crate) struct Times {
    /// The Date header.
    pub date: Option<Instant>,
    /// The offset that the Date header was written in, in seconds east of UTC.
    pub offset: i32,
    /// When it happened.
    pub happened: Instant,
    /// What that rests on.
    pub source: TimeSource,
    /// See [`crate::Message::date_skew`].
    pub skew: Option<i64>,
}

/// Decides the times of a message with these header fields.
pub(crate) fn decide(fields: &Fields<'_>, context: &ParseContext) -> Times {
    let written = fields.raw("date").and_then(|raw| read_date(&String::from_utf8_lossy(raw)));
    let date = written.map(|w| w.at);
    let received = received_date(fields).filter(|at| is_possible(*at, context, DAY_SECONDS));
    // A Date in the future is a wrong clock; more than a year ahead it is nonsense.
    let usable = date.filter(|at| is_possible(*at, context, 366 * DAY_SECONDS));
    let (trusted, hint) = match context.received {
        Some(received) if received.trusted => (Some(received.at), None),
        other => (None, other.map(|received| received.at)),
    };
    let (happened, source) = [
        (trusted, TimeSource::Source),
        (received, TimeSource::ReceivedHeader),
        (usable, TimeSource::DateHeader),
        (hint, TimeSource::SourceHint),
    ]
    .into_iter()
    .find_map(|(at, source)| Some((at?, source)))
    .unwrap_or((context.captured, TimeSource::Capture));
    let is_trusted = matches!(source, TimeSource::Source | TimeSource::ReceivedHeader);
    let skew = date.filter(|_| is_trusted).map(|date| date.since(happened).as_secs());
    Times {
        date,
        offset: written.map_or(0, |w| w.offset),
        happened,
        source,
        skew: skew.filter(|seconds| seconds.abs() > SKEW_SECONDS),
    }
}

/// Whether mail can have been sent at `at`, given when it was captured.
fn is_possible(at: Instant, context: &ParseContext, ahead: i64) -> bool {
    let first = 315_532_800; // 1980-01-01
    (first..=context.captured.seconds() + ahead).contains(&at.seconds())
}

/// The date behind the last semicolon of the topmost Received header.
fn received_date(fields: &Fields<'_>) -> Option<Instant> {
    let raw = String::from_utf8_lossy(fields.raw("received")?);
    read_date(raw.rsplit_once(';')?.1).map(|written| written.at)
}

/// A date as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrittenDate {
    /// The instant.
    pub at: Instant,
    /// The offset it was written in, in seconds east of UTC; 0 if it had none.
    pub offset: i32,
}

/// Reads a date of a mail header: RFC 5322 with its obsolete forms, the order of `asctime`,
/// ISO 8601, and whatever else has a day, a month, a year and a time.
pub(crate) fn read_date(text: &str) -> Option<WrittenDate> {
    let mut found = Found::default();
    let text = without_comments(text);
    for token in
        text.split(|c: char| c.is_whitespace() || c == ',').filter(|t| !t.is_empty()).take(16)
    {
        found.take(token);
    }
    found.finish()
}

fn without_comments(text: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(text.len().min(256));
    for c in text.trim().chars().take(256) {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// What the tokens of a date gave so far.
#[derive(Default)]
struct Found {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    time: Option<(i8, i8, i8)>,
    offset: Option<i32>,
}

impl Found {
    fn take(&mut self, token: &str) {
        if let Some((date, time)) = token.split_once('T')
            && date.contains('-')
            && time.contains(':')
        {
            self.take(date);
            self.take_time_and_zone(time);
        } else if token.contains(':') && self.time.is_none() {
            self.take_time_and_zone(token);
        } else if self.time.is_some() && self.offset.is_none() && read_offset(token).is_some() {
            self.offset = read_offset(token);
        } else if token.contains(['-', '/']) && !token.starts_with('-') {
            self.take_joined(token);
        } else if let Some(month) = month_number(token) {
            self.month = self.month.or(Some(month));
        } else {
            self.take_number(token);
        }
    }

    /// `09:14:00.250+01:00`, `9:14PM`.
    fn take_time_and_zone(&mut self, token: &str) {
        let zone_at = token.find(['+', '-', 'Z', 'z']).unwrap_or(token.len());
        let (clock, zone) = token.split_at(zone_at);
        self.time = read_clock(clock);
        if self.offset.is_none() {
            self.offset = read_offset(zone);
        }
    }

    /// `2026-01-12`, `12-Jan-2026`.
    fn take_joined(&mut self, token: &str) {
        let parts: Vec<&str> = token.split(['-', '/']).collect();
        let [first, month, last] = parts.as_slice() else { return };
        let Some(number) = month_number(month).or_else(|| month.parse().ok()) else { return };
        self.month = Some(number);
        let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
        self.year = year.parse().ok().map(|y| full_year(y, year.len()));
        self.day = day.parse().ok();
    }

    fn take_number(&mut self, token: &str) {
        let digits = token.trim_end_matches(|c: char| !c.is_ascii_digit());
        let Ok(number) = digits.parse::<i16>() else { return };
        if self.day.is_none() && digits.len() <= 2 {
            self.day = i8::try_from(number).ok();
        } else if self.year.is_none() {
            self.year = Some(full_year(number, digits.len()));
        }
    }

    fn finish(self) -> Option<WrittenDate> {
        let (hour, minute, second) = self.time.unwrap_or_default();
        let local =
            DateTime::new(self.year?, self.month?, self.day?, hour, minute, second.min(59), 0)
                .ok()?;
        let offset = self.offset.unwrap_or(0);
        let zone = Offset::from_seconds(offset).ok()?;
        Some(WrittenDate { at: zone.to_timestamp(local).ok()?.into(), offset })
    }
}

/// `9:14`, `09:14:00`, `09:14:00.25`.
fn read_clock(text: &str) -> Option<(i8, i8, i8)> {
    let mut parts = text.split(':');
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next()?.parse().ok()?;
    let second = parts.next().unwrap_or("0").split('.').next()?.parse().unwrap_or(0);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute, second))
}

/// Years as RFC 5322 4.3 completes them.
fn full_year(year: i16, digits: usize) -> i16 {
    match (digits, year) {
        (..=2, 0..=49) => year + 2000,
        (..=3, _) => year + 1900,
        _ => year,
    }
}

fn month_number(token: &str) -> Option<i8> {
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = token.get(..3)?.to_ascii_lowercase();
    let number = NAMES.iter().position(|name| *name == start)?;
    i8::try_from(number + 1).ok()
}

/// Seconds east of UTC of `+0100`, `+01:00`, `Z` or an obsolete zone name.
fn read_offset(zone: &str) -> Option<i32> {
    let hours = match zone.to_ascii_uppercase().as_str() {
        "Z" | "UT" | "UTC" | "GMT" | "WET" => 0,
        "CET" | "MET" | "BST" | "WEST" => 1,
        "CEST" | "MEST" | "EET" => 2,
        "EEST" | "MSK" => 3,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => return read_numeric_offset(zone),
    };
    Some(hours * 3600)
}

fn read_numeric_offset(zone: &str) -> Option<i32> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let number: i32 = digits.get(..4).unwrap_or(&digits).parse().ok()?;
    let (hours, minutes) =
        if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_mailers_wrote_them() {
        let check = |text: &str, want: &str| {
            let at = read_date(text).map(|w| w.at.to_string());
            assert_eq!(at.as_deref(), Some(want), "{text}");
        };
        check("Mon, 12 Jan 2026 09:14:00 +0100", "2026-01-12T08:14:00Z");
        check(" 12 Jan 26 9:14 EST (Eastern)", "2026-01-12T14:14:00Z");
        check("Mon Jan 12 09:14:00 2026", "2026-01-12T09:14:00Z");
        check("Mon Jan 12 09:14:00 PST 2026", "2026-01-12T17:14:00Z");
        check("2026-01-12T09:14:00.250+01:00", "2026-01-12T08:14:00Z");
        check("2026-01-12 09:14:00 -0530", "2026-01-12T14:44:00Z");
        check("12-Jan-2026 09:14:00 GMT", "2026-01-12T09:14:00Z");
        check("Fri, 31 Dec 99 23:59:60 GMT", "1999-12-31T23:59:59Z");
        check("Thu, 1 Jan 103 00:00:00 -0000", "2003-01-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "yesterday", "32 Foo 2026", "Mon, 99 Jan 2026 10:00:00 +0000", "++++"] {
            assert!(read_date(text).is_none(), "{text}");
        }
    }
}
