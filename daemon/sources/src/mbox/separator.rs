//! The `From ` line between two messages: what counts as one, and the date in it.

use jiff::{
    civil,
    tz::{Offset, TimeZone},
};
use model::Instant;

use crate::recognise::is_header_line;

/// No separator line is longer.
pub const LONGEST: usize = 1024;

/// How separators look in a file, as its first one shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// With a date, as nearly everybody writes them.
    Dated,
    /// As `git format-patch` writes them, with a commit and one fixed date. In any other file such
    /// a line is part of a patch that somebody sent.
    Git,
    /// Without a date; a header line must follow at once.
    Undated,
}

/// What a separator line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Separator {
    /// How it looks.
    pub style: Style,
    /// Its date; the zone is UTC where it names none.
    pub at: Option<Instant>,
    /// Whether its sender says that the file is quoted as mboxrd (as public-inbox writes it).
    pub mboxrd: bool,
}

/// Reads the separator line at the beginning of `text`, which holds the following line too as far
/// as there is one.
pub fn read(text: &[u8]) -> Option<Separator> {
    let rest = text.strip_prefix(b"From ")?;
    let end = memchr::memchr(b'\n', &rest[..rest.len().min(LONGEST)]);
    let line = match end {
        Some(end) => &rest[..end],
        None if rest.len() < LONGEST => rest,
        None => return None,
    };
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mboxrd = line.starts_with(b"mboxrd@z ");
    if let Some(at) = date(line) {
        let style = if is_git(line) { Style::Git } else { Style::Dated };
        return Some(Separator { style, at: Some(at), mboxrd });
    }
    let next = &rest[end? + 1..];
    is_header_line(next).then_some(Separator { style: Style::Undated, at: None, mboxrd })
}

impl Separator {
    /// Whether this line separates messages in a file whose first separator has the style `file`.
    pub fn separates(&self, file: Style) -> bool {
        match file {
            Style::Dated => self.style == Style::Dated,
            Style::Git => matches!(self.style, Style::Git | Style::Dated),
            Style::Undated => true,
        }
    }
}

fn is_git(line: &[u8]) -> bool {
    let commit = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    (commit == 40 || commit == 64) && line[commit..].starts_with(b" Mon Sep 17 00:00:00 2001")
}

/// The date of a separator line, of which `line` is what follows `From `.
///
/// It begins with the name of a week day, behind the sender, and holds a month, a day, a time and a
/// year in any order, as `asctime` and RFC 5322 write them, with or without a zone. Nothing but
/// `remote from` (UUCP) may follow; so a sentence that mentions a day is no separator.
fn date(line: &[u8]) -> Option<Instant> {
    let line = std::str::from_utf8(line.get(..line.len().min(200))?)
        .map_or_else(|_| line.escape_ascii().to_string(), str::to_owned);
    let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    (0..words.len().min(8))
        .filter(|at| is_weekday(words[*at]))
        .find_map(|at| date_words(&words[at + 1..]))
}

fn is_weekday(word: &str) -> bool {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&word.trim_end_matches(','))
}

fn date_words(words: &[&str]) -> Option<Instant> {
    let (mut month, mut day, mut time, mut year) = (None, None, None, None);
    let mut offset = None;
    for word in words {
        if *word == "remote" {
            break;
        } else if month.is_none()
            && let Some(found) = month_of(word)
        {
            month = Some(found);
        } else if time.is_none() && word.contains(':') {
            time = Some(time_of(word)?);
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            match word.len() {
                1 | 2 if day.is_none() => day = Some(word.parse::<i8>().ok()?),
                4 if year.is_none() => year = Some(word.parse::<i16>().ok()?),
                _ => return None,
            }
        } else if offset.is_none()
            && let Some(found) = offset_of(word)
        {
            offset = Some(found);
        } else {
            return None;
        }
    }
    let (hour, minute, second) = time?;
    let year = year.filter(|year| (1970..2200).contains(year))?;
    let at = civil::DateTime::new(year, month?, day?, hour, minute, second, 0).ok()?;
    let zoned = at.to_zoned(TimeZone::fixed(offset.unwrap_or(Offset::UTC))).ok()?;
    Some(Instant::from(zoned.timestamp()))
}

fn month_of(word: &str) -> Option<i8> {
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    months.iter().position(|month| *month == word).map(|at| at as i8 + 1)
}

fn time_of(word: &str) -> Option<(i8, i8, i8)> {
    let mut parts = word.split(':').map(str::parse::<i8>);
    let (hour, minute) = (parts.next()?.ok()?, parts.next()?.ok()?);
    // A leap second cannot be told apart from the one before it.
    let second = parts.next().transpose().ok()?.unwrap_or(0).min(59);
    (parts.next().is_none() && hour >= 0 && minute >= 0 && second >= 0)
        .then_some((hour, minute, second))
}

/// `+0200`, `-0500`, or the name of a zone, whose offset is not looked up.
fn offset_of(word: &str) -> Option<Offset> {
    let name = word.trim_start_matches('(').trim_end_matches(')');
    if (1..=5).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase()) {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match word.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    if digits.len() != 4 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number =
        |from: usize| i32::from(digits[from] - b'0') * 10 + i32::from(digits[from + 1] - b'0');
    Offset::from_seconds(sign * (number(0) * 3600 + number(2) * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: &str) -> Option<String> {
        date(line.as_bytes()).map(|at| at.to_string())
    }

    #[test]
    fn every_writer_of_separators_is_understood() {
        let same = Some("2011-04-01T03:51:20Z".to_owned());
        for line in [
            "jane@northwind.example Fri Apr  1 03:51:20 2011",
            "jane at northwind.example  Fri Apr  1 03:51:20 2011",
            "- Fri Apr 01 03:51:20 2011",
            "???@??? Fri Apr 01 03:51:20 2011",
            "1234567890@xxx Fri Apr 01 03:51:20 +0000 2011",
            "jane@northwind.example Fri, 1 Apr 2011 05:51:20 +0200",
            "jane@northwind.example Fri Apr  1 03:51:20 GMT 2011",
            "jane!uucp Fri Apr  1 03:51:20 2011 remote from northwind",
            "Jane Doe Fri Apr  1 03:51:20 2011",
            "caf\u{e9}@northwind.example Fri Apr  1 03:51:20 2011",
        ] {
            assert_eq!(at(line), same, "{line}");
        }
        assert_eq!(
            at("MAILER-DAEMON Fri Apr  1 03:51 2011").as_deref(),
            Some("2011-04-01T03:51:00Z")
        );
    }

    #[test]
    fn a_sentence_about_a_day_is_no_separator() {
        for line in [
            "what I saw on Fri Apr  1 03:51:20 2011 it works",
            "now on it works",
            "Fri to Sun the office is closed",
            "me Fri Apr 31 03:51:20 2011",
            "me Fri Apr 1 2011",
            "me Fri Apr 1 03:51:20 11",
            "",
        ] {
            assert_eq!(at(line), None, "{line}");
        }
    }

    #[test]
    fn a_patch_within_a_message_does_not_split_it() {
        let line =
            format!("From {} Mon Sep 17 00:00:00 2001\nFrom: a@b.example\n", "ab".repeat(20));
        let separator = read(line.as_bytes()).unwrap();
        assert_eq!(separator.style, Style::Git);
        assert!(separator.separates(Style::Git) && !separator.separates(Style::Dated));
    }
}
