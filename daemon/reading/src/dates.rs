//! Dates, weekdays, periods and times in a text, resolved against the instant and zone of its
//! author.
//!
//! Understood in English, German, French, Spanish, Italian, Dutch and Portuguese: explicit dates
//! ("12 May", "May 12th, 2026", "12.05.", "2026-05-12"), weekdays ("by Friday", "nächsten
//! Montag"), days relative to now ("tomorrow", "après-demain"), ends of periods ("end of the
//! week", "month-end", "Monatsende"), spans ("within 24 hours", "in zwei Tagen") and times of day.
//!
//! Start with [`find`].

mod numbers;
mod resolve;
mod scan;
mod vocabulary;

use jiff::{civil::Time, tz::TimeZone};
use model::Instant;

use crate::token::Text;

/// When and where a text was written: what relative times count from.
#[derive(Debug, Clone)]
pub struct Writing {
    /// The instant.
    pub at: Instant,
    /// The author's time zone.
    pub zone: TimeZone,
    /// When a working day ends there: the time of a day that is named without one.
    pub close: Time,
}

/// A date or time in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Byte offset of the first character.
    pub start: u32,
    /// Byte offset behind the last character.
    pub end: u32,
    /// The instant meant; for a day without a time the close of that day.
    pub at: Instant,
    /// What was named.
    pub kind: MomentKind,
    /// Whether a careful reader could take it for another instant: `03/04`, a bare weekday that is
    /// today's, "next Friday", a month without a day.
    pub ambiguous: bool,
}

/// What was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MomentKind {
    /// A day of a month, with or without its year.
    Date,
    /// A weekday.
    Weekday,
    /// Today, tomorrow and their like.
    Day,
    /// The end of a week, month, quarter or year.
    Period,
    /// A time of day alone.
    Time,
    /// So many minutes, hours, days or weeks from now.
    Span,
}

impl MomentKind {
    /// Its name, as scripts and tests say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Weekday => "weekday",
            Self::Day => "day",
            Self::Period => "period",
            Self::Time => "time",
            Self::Span => "span",
        }
    }
}

/// The moments that `text` names, in order of place. What lies in the past is among them.
pub fn find(text: &Text<'_>, writing: &Writing) -> Vec<Moment> {
    let scanner = scan::Scanner::new(text);
    let mut moments = Vec::new();
    let mut at = 0;
    while at < text.tokens().len() {
        let Some((named, next)) = scanner.moment(at) else {
            at += 1;
            continue;
        };
        if let Some((instant, ambiguous)) = resolve::resolve(&named, writing) {
            moments.push(Moment {
                start: text.tokens()[at].start,
                end: text.tokens()[next - 1].end,
                at: instant,
                kind: named.kind(),
                ambiguous,
            });
        }
        at = next;
    }
    moments
}

#[cfg(test)]
mod tests;
