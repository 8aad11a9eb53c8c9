//! Numbers as dates, days and times write them.

/// A day of the calendar, as far as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) year: Option<i16>,
    pub(super) month: i8,
    pub(super) day: i8,
    /// Whether day and month could be the other way round.
    pub(super) swappable: bool,
}

/// From here on two digits of a year are short for one of the last century.
const FIRST_OF_LAST_CENTURY: i16 = 70;

/// `2026-05-12`, `2026.5.12`, `12.05.2026`, `12/05/26`, `12/05`, `12.05`.
pub(super) fn full_date(token: &str) -> Option<Written> {
    let separator = token.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let mut parts = token.split(separator);
    let (first, second) = (parts.next()?, parts.next()?);
    let (third, rest) = (parts.next(), parts.next());
    // `12/08,2026`.
    let (second, third) = match second.split_once(',') {
        Some((second, year)) if separator == '/' && year.len() == 4 => {
            (second, third.or(Some(year)))
        }
        _ => (second, third),
    };
    let (one, two): (i16, i16) = (first.parse().ok()?, second.parse().ok()?);
    match (third, separator) {
        _ if rest.is_some() => None,
        (Some(day), _) if first.len() == 4 => written(Some(one), two, day.parse().ok()?, false),
        (Some(year), _) => either(Some(in_century(year)?), one, two, separator != '.'),
        // `24/7` and `1/2` are rarely dates; a date of two parts is written with two digits.
        (None, '/') if first.len() <= 2 && second.len() == 2 => either(None, one, two, true),
        // `12.05` is a price or a time unless its month is written with two digits and a dot
        // follows, which the token does not hold: the scanner asks for that.
        (None, '.') if second.len() == 2 => either(None, one, two, false),
        _ => None,
    }
}

/// `15.1` or `22/4`, where a word asks for a date. `24/7` is never one.
pub(super) fn short_date(token: &str) -> Option<Written> {
    let (day, month) = token.split_once(['.', '/']).filter(|_| token != "24/7")?;
    let fits = (1..=2).contains(&day.len()) && (1..=2).contains(&month.len());
    let both = (day.parse().ok()?, month.parse().ok()?);
    fits.then(|| either(None, both.0, both.1, token.contains('/'))).flatten()
}

/// A year in four digits, or the one that its last two are short for.
fn in_century(digits: &str) -> Option<i16> {
    let year: i16 = digits.parse().ok()?;
    let year = match digits.len() {
        2 if year < FIRST_OF_LAST_CENTURY => 2000 + year,
        2 => 1900 + year,
        _ => year,
    };
    (1970..2100).contains(&year).then_some(year)
}

fn either(year: Option<i16>, day: i16, month: i16, slashes: bool) -> Option<Written> {
    if month > 12 && day <= 12 {
        return written(year, day, month, false);
    }
    written(year, month, day, slashes && day <= 12 && month <= 12 && day != month)
}

fn written(year: Option<i16>, month: i16, day: i16, swappable: bool) -> Option<Written> {
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then_some(Written { year, month: month as i8, day: day as i8, swappable })
}

/// `12`, `12th`, `1er`, `3rd`; whether it was written as an ordinal.
pub(super) fn day_of_month(token: &str) -> Option<(i8, bool)> {
    let digits = token.find(|c: char| !c.is_ascii_digit()).unwrap_or(token.len());
    let day: i8 = token[..digits].parse().ok().filter(|d| (1..=31).contains(d))?;
    match &token[digits..] {
        "" => Some((day, false)),
        "st" | "nd" | "rd" | "th" | "er" | "e" | "º" | "o" | "ro" | "do" => Some((day, true)),
        _ => None,
    }
}

/// A year in four digits.
pub(super) fn year(token: &str) -> Option<i16> {
    (token.len() == 4).then(|| token.parse().ok()).flatten().filter(|y| (1970..2100).contains(y))
}

/// `14:30`, `14h30`, `14h`, `5pm`, `5:30pm`, as minutes after midnight.
pub(super) fn clock_time(token: &str) -> Option<i16> {
    let (number, half) = match token.strip_suffix("pm") {
        Some(rest) => (rest, Some(true)),
        None => match token.strip_suffix("am") {
            Some(rest) => (rest, Some(false)),
            None => (token, None),
        },
    };
    let (hours, minutes) = match number.split_once([':', 'h']) {
        Some((hours, "")) if number.ends_with('h') => (hours, "0"),
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None => {
            half?;
            number.split_once('.').unwrap_or((number, "0"))
        }
    };
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    if !(0..=59).contains(&minutes) || !(0..=24).contains(&hours) {
        return None;
    }
    Some(twelve_hours(hours, half)? * 60 + minutes)
}

/// `hours` on a clock of twelve hours where `afternoon` is said.
pub(super) fn twelve_hours(hours: i16, afternoon: Option<bool>) -> Option<i16> {
    match afternoon {
        None => Some(hours),
        Some(_) if !(1..=12).contains(&hours) => None,
        Some(true) => Some(hours % 12 + 12),
        Some(false) => Some(hours % 12),
    }
}

/// `14.30` or `15` where something else says that it is a time.
pub(super) fn bare_time(token: &str) -> Option<i16> {
    let (hours, minutes) = token.split_once(['.', ':', 'h']).unwrap_or((token, "00"));
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=24).contains(&hours) && (0..=59).contains(&minutes)).then(|| hours * 60 + minutes)
}
