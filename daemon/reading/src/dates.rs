//! Dates, weekdays, periods and times in a text, resolved against the instant and zone of its
//! author.
//!
//! Understood in English, German, French, Spanish, Italian, Dutch and Portuguese: explicit dates
//! ("12 May", "May 12th, 2026", "12.05.", "2026-05-12"), weekdays ("by Friday", "nächsten
//! Montag"), days relative to now ("tomorrow", "après-demain") or to the moment named last ("the next day"),
//! weekdays of weeks and months ("Friday of next week", "letzter Montag im Mai"), ends of periods
//! ("end of the week", "month-end", "Monatsende"), spans ("within 24 hours", "in zwei Tagen",
//! "a month ago") and times of day. What is no word of time may still be part of one: numbers and
//! ordinals in words, "ago", "and".
//!
//! Start with [`find`].

mod numbers;
mod resolve;
mod scan;
mod vocabulary;
mod week;
mod zones;

use jiff::tz::TimeZone;
use model::Instant;

use crate::token::Text;

pub use week::Week;
pub use zones::of_author;

/// When and where a text was written: what relative times count from.
#[derive(Debug, Clone)]
pub struct Writing {
    /// The instant.
    pub at: Instant,
    /// The author's time zone.
    pub zone: TimeZone,
    /// The zone of those it is written to, for "your time"; nothing if it is not known.
    pub reader: Option<TimeZone>,
    /// The author's working week, whose days end when they close.
    pub week: Week,
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
    /// Whether a time of day, or a span down to the minute, was named.
    pub timed: bool,
    /// For a day without a time, the close of the working day before: what is promised "before" it
    /// is due then.
    pub day_before: Option<Instant>,
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
    /// The beginning, middle or end of a week, month, quarter or year.
    Period,
    /// A period that has begun: this week.
    Current,
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
            Self::Current => "current",
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
    // "At 21:00 your time it stopped. It will be back at 22:20": the zone goes on.
    let mut said = None;
    // "On 3 May it went out. Two days later it was back": later than the moment named last.
    let mut last: Option<(u32, Instant)> = None;
    while at < text.tokens().len() {
        let Some((mut named, next)) = scanner.moment(at) else {
            at += 1;
            continue;
        };
        if named.zone.is_some() {
            said.clone_from(&named.zone);
        } else if named.clock {
            named.zone.clone_from(&said);
        }
        let sentence = text.tokens()[at].sentence;
        let near = last.filter(|(of, _)| sentence - of <= 1).map(|(_, instant)| instant);
        if let Some(resolved) = resolve::resolve(&named, writing, near) {
            last = Some((sentence, resolved.at));
            moments.push(Moment {
                start: text.tokens()[at].start,
                end: text.tokens()[next - 1].end,
                at: resolved.at,
                kind: named.kind(),
                ambiguous: resolved.ambiguous,
                timed: resolved.timed,
                day_before: resolved.day_before,
            });
        }
        at = next;
    }
    moments
}

/// Whether `word` (folded) speaks of time in some language.
pub(crate) fn is_time_word(word: &str) -> bool {
    vocabulary::meanings(word).iter().any(|(_, meaning)| meaning.is_of_time())
}

#[cfg(test)]
mod tests;
