//! Dates as mail writes them: in its headers, and in the header blocks of quoted mail in many
//! languages.

use jiff::{civil::DateTime, tz::Offset};
use model::Instant;

/// A date as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrittenDate {
    /// The instant.
    pub at: Instant,
    /// The offset it was written in, in seconds east of UTC, if it had one.
    pub offset: Option<i32>,
}

/// Reads a date: RFC 5322 with its obsolete forms, the order of `asctime`, ISO 8601, and whatever
/// else has a day, a month, a year and a time, the month in any of many languages. Where both
/// `3/4/2026` and `4/3/2026` would be possible, the day is taken to come first.
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
            // Marks of direction stand between all parts of some dates.
            '\u{200e}' | '\u{200f}' => {}
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
    /// Whether the time was after noon, where the clock has twelve hours.
    afternoon: Option<bool>,
    offset: Option<i32>,
    /// Two numbers of which either may be the day, with the year: `3/4/2026`.
    slashed: Option<(i8, i8)>,
}

impl Found {
    fn take(&mut self, token: &str) {
        if let Some((date, time)) = token.split_once('T')
            && date.contains('-')
            && time.contains(':')
        {
            self.take(date);
            self.take_time_and_zone(time);
        } else if let Some(afternoon) = half_of_day(token) {
            self.afternoon = Some(afternoon);
        } else if token.contains(':') && self.time.is_none() {
            self.take_time_and_zone(token);
        } else if self.time.is_some() && self.offset.is_none() && read_offset(token).is_some() {
            self.offset = read_offset(token);
        } else if token.contains('/') || token.contains('-') && !token.starts_with('-') {
            self.take_joined(token, &['-', '/']);
        } else if token.trim_matches('.').contains('.') && self.year.is_none() {
            self.take_joined(token.trim_end_matches('.'), &['.']);
        } else if token.trim_matches('.').contains('.') && self.time.is_none() {
            self.time = read_clock(&token.replace('.', ":"));
        } else if let Some(month) = month_number(token) {
            // `mar. 13 janv.`: a weekday may look like a month, the month comes after it.
            self.month = Some(month);
        } else {
            self.take_number(token);
        }
    }

    /// `09:14:00.250+01:00`, `9:14PM`.
    fn take_time_and_zone(&mut self, token: &str) {
        let letters = token.find(|c: char| c.is_alphabetic()).unwrap_or(token.len());
        let zone_at = token.find(['+', '-', 'Z', 'z']).unwrap_or(token.len()).min(letters);
        let (clock, zone) = token.split_at(zone_at);
        self.time = read_clock(clock);
        if let Some(afternoon) = half_of_day(zone) {
            self.afternoon = Some(afternoon);
        } else if self.offset.is_none() {
            self.offset = read_offset(zone);
        }
    }

    /// `2026-01-12`, `12-Jan-2026`, `12.01.2026`, `1/12/2026`.
    fn take_joined(&mut self, token: &str, by: &[char]) {
        let parts: Vec<&str> = token.split(by).collect();
        let [first, month, last] = parts.as_slice() else { return };
        let Some(number) = month_number(month).or_else(|| month.parse().ok()) else { return };
        self.month = Some(number);
        let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
        self.year = year.parse().ok().map(|y| full_year(y, year.len()));
        self.day = day.parse().ok();
        if token.contains('/') && first.len() != 4 {
            self.slashed = self.day.map(|day| (day, number));
        }
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

    fn finish(mut self) -> Option<WrittenDate> {
        if let Some((first, second)) = self.slashed {
            // Who writes slashes and a clock of twelve hours writes the month first.
            let month_first = second > 12 || self.afternoon.is_some() && first <= 12;
            let (day, month) = if month_first { (second, first) } else { (first, second) };
            (self.day, self.month) = (Some(day), Some(month));
        }
        let (hour, minute, second) = self.time.unwrap_or_default();
        let hour = match self.afternoon {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        let (year, month, day) = (self.year?, self.month?, self.day?);
        let local = DateTime::new(year, month, day, hour, minute, second.min(59), 0).ok()?;
        let zone = Offset::from_seconds(self.offset.unwrap_or(0)).ok()?;
        let at = zone.to_timestamp(local).ok()?.into();
        Some(WrittenDate { at, offset: self.offset })
    }
}

/// Whether a token says that the time is after noon, or before.
fn half_of_day(token: &str) -> Option<bool> {
    match token.to_ascii_lowercase().trim_matches('.') {
        "am" | "a.m" => Some(false),
        "pm" | "p.m" => Some(true),
        _ => None,
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

/// Starts of the names of months, lower case. Where one starts another, the longer stands first.
const MONTHS: &[(&[&str], i8)] = &[
    (&["marras"], 11),
    (&["červenec", "července"], 7),
    (&["jan", "ene", "gen", "tammi", "sty", "led", "янв", "ιαν"], 1),
    (&["feb", "fév", "fev", "helmi", "lut", "úno", "фев", "φεβ", "febr"], 2),
    (&["mar", "mär", "mrt", "maalis", "bře", "мар", "μαρ", "márc"], 3),
    (&["apr", "avr", "abr", "huhti", "kwi", "dub", "апр", "απρ", "ápr"], 4),
    (&["may", "mai", "maj", "mei", "mag", "touko", "kvě", "мая", "май", "μαΐ", "máj"], 5),
    (&["jun", "juin", "giu", "kesä", "cze", "červ", "июн", "ιουν", "jún"], 6),
    (&["jul", "juil", "lug", "heinä", "lip", "июл", "ιουλ", "júl"], 7),
    (&["aug", "aoû", "aou", "ago", "elo", "sie", "srp", "авг", "αυγ"], 8),
    (&["sep", "set", "syys", "wrz", "zář", "сен", "σεπ", "szept"], 9),
    (&["oct", "okt", "ott", "out", "loka", "paź", "říj", "окт", "οκτ"], 10),
    (&["nov", "lis", "ноя", "νοε"], 11),
    (&["dec", "dez", "déc", "dic", "joulu", "gru", "pro", "дек", "δεκ"], 12),
];

fn month_number(token: &str) -> Option<i8> {
    if !token.starts_with(char::is_alphabetic) {
        return None;
    }
    let token = token.to_lowercase();
    let named = |starts: &[&str]| starts.iter().any(|start| token.starts_with(start));
    MONTHS.iter().find(|(starts, _)| named(starts)).map(|(_, number)| *number)
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
    fn dates_of_quoted_header_blocks_are_read_in_their_language() {
        for text in [
            "Monday, 12 January 2026 09:14",
            "Monday, January 12, 2026 9:14 AM",
            "Montag, 12. Januar 2026 09:14",
            "lundi 12 janvier 2026 09:14",
            "mar. 12 janv. 2026 à 09:14",
            "lunes, 12 de enero de 2026 9:14",
            "lunedì 12 gennaio 2026 09:14",
            "maandag 12 januari 2026 09:14",
            "den 12 januari 2026 kl. 09.14",
            "12.01.2026 09:14",
            "1/12/2026 9:14 AM",
            "12/01/2026 09:14",
            "2026-01-12 09:14",
            "maanantai 12. tammikuuta 2026 9.14",
        ] {
            let at = read_date(text).map(|w| w.at.to_string());
            assert_eq!(at.as_deref(), Some("2026-01-12T09:14:00Z"), "{text}");
        }
        assert_eq!(
            read_date("Jan 12, 2026, at 4:05PM").unwrap().at.to_string(),
            "2026-01-12T16:05:00Z"
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "yesterday", "32 Foo 2026", "Mon, 99 Jan 2026 10:00:00 +0000", "++++"] {
            assert!(read_date(text).is_none(), "{text}");
        }
    }
}
