//! The grammar: which words and numbers together name a moment.

mod clock;
mod month_days;
mod near_days;
mod periods;
mod spans;
mod weekdays;

use super::{
    MomentKind,
    numbers::Written,
    vocabulary::{self, Meaning, Unit},
    zones::Said,
};
use crate::{
    language::Languages,
    token::{Text, Token},
};

/// A moment as named, not yet an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) day: Day,
    /// Minutes after midnight.
    pub(super) time: Option<i16>,
    /// Whether a clock shows that time; a part of the day is less sharp.
    pub(super) clock: bool,
    /// The zone that it is said in, unless the author's.
    pub(super) zone: Option<Said>,
}

/// The day of a moment as named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// A day of a month.
    Date(Written),
    /// `the 14th`.
    OfMonth(i8),
    /// A day of the current (0), next (1) or last (-1) month: `20th of next month`.
    InMonth(i8, i8),
    /// The first (1) to fifth or the last (-1) such weekday of a month.
    Nth { nth: i8, weekday: i8, month: Month },
    /// `Friday the 15th`: the nearest 15th that is a Friday.
    Dated { weekday: i8, day: i8 },
    /// A weekday of the current (0), next (1) or last (-1) week.
    OfWeek(i8, i8),
    /// A weekday, Monday 1, and which one: -1 the last, 0 the first to come, 1 the next.
    Weekday(i8, i8),
    /// So many days from the day of writing.
    Relative(i8),
    /// The end of the current (0), next (1) or last (-1) period.
    EndOf(Unit, i8),
    /// The beginning of such a period.
    StartOf(Unit, i8),
    /// The middle of such a period.
    MiddleOf(Unit, i8),
    /// Within the current period: `this week`.
    Within(Unit),
    /// A month, named without a day.
    Month(i8),
    /// So many units from the instant of writing; days may be working days.
    Span { count: i16, unit: Unit, working: bool },
    /// So long before or after a day: `a month ago`, `two days from tomorrow`.
    Away { stretch: Stretch, back: bool, from: Anchor },
    /// The day after (1) or before (-1) the moment named last.
    FromLast(i8),
    /// No day was named.
    Unsaid,
}

/// A month as named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Month {
    /// By its name, January 1, perhaps with its year.
    Named(i8, Option<i16>),
    /// The current (0), next (1) or last (-1) one.
    Near(i8),
}

/// A time that is counted: `1 month and 21 days`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) months: i16,
    pub(super) days: i16,
    pub(super) minutes: i16,
}

/// What a stretch is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// So many days from the day of writing.
    Near(i8),
    /// The moment named last.
    Last,
}

impl Named {
    pub(super) fn kind(&self) -> MomentKind {
        match self.day {
            Day::Date(_)
            | Day::OfMonth(_)
            | Day::InMonth(..)
            | Day::Nth { .. }
            | Day::Dated { .. }
            | Day::Month(_) => MomentKind::Date,
            Day::Weekday(..) | Day::OfWeek(..) => MomentKind::Weekday,
            Day::Relative(_) | Day::FromLast(_) => MomentKind::Day,
            Day::EndOf(..) | Day::StartOf(..) | Day::MiddleOf(..) => MomentKind::Period,
            Day::Within(..) => MomentKind::Current,
            Day::Span { .. } | Day::Away { .. } => MomentKind::Span,
            Day::Unsaid => MomentKind::Time,
        }
    }
}

/// Reads moments off the tokens of a text.
pub(super) struct Scanner<'a> {
    text: &'a Text<'a>,
    tokens: &'a [Token],
    /// What each token can mean.
    meanings: Vec<&'static [(Languages, Meaning)]>,
}

type Step<T> = Option<(T, usize)>;

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a Text<'a>) -> Self {
        let meanings = text.tokens().iter().map(|t| vocabulary::meanings(text.folded(t)));
        Self { text, tokens: text.tokens(), meanings: meanings.collect() }
    }

    /// The moment that begins with token `at`, and the position behind it.
    pub(super) fn moment(&self, at: usize) -> Step<Named> {
        if !self.tokens[at].number && !self.opens(at) {
            return None;
        }
        if let Some((day, next)) = self.day(at) {
            if let Day::Span { .. } = day {
                return Some((Named { day, time: None, clock: false, zone: None }, next));
            }
            return Some(self.with_time(at, day, next));
        }
        let (time, next) = self.time(at)?;
        let zoned = self.zone(next);
        let next = zoned.as_ref().map_or(next, |(_, next)| *next);
        let (day, next) = self.day_after(next).unwrap_or((Day::Unsaid, next));
        let zoned = zoned.map(|(zone, _)| (zone, next)).or_else(|| self.zone(next));
        let (zone, next) = zoned.map_or((None, next), |(zone, next)| (Some(zone), next));
        Some((Named { day, time: Some(time), clock: true, zone }, next))
    }

    /// Whether a moment can begin with the word `at`. Most words, and most words of time, cannot.
    fn opens(&self, at: usize) -> bool {
        let meanings = self.meanings[at];
        meanings.iter().any(|(_, meaning)| meaning.opens())
            // "Il y a", "avant-hier", "antes de ayer".
            || !meanings.is_empty() && matches!(self.word(at), "il" | "avant" | "antes")
    }

    /// A day with the time of day that stands behind it, or in its own word.
    fn with_time(&self, at: usize, day: Day, next: usize) -> (Named, usize) {
        // "End of day tomorrow", "EOD Friday" name the day afterwards; "Friday end of day" before.
        let (day, next) = match day {
            Day::EndOf(Unit::Day, 0) => self.day_after(next).unwrap_or((day, next)),
            _ => (day, self.end_of_day_after(next).unwrap_or(next)),
        };
        let (mut time, mut next) =
            self.time_after(next).map_or((None, next), |(t, n)| (Some(t), n));
        let clock = time.is_some();
        let own = self.find(at, |m| match m {
            Meaning::DayAt(_, hour) | Meaning::WeekdayAt(_, hour) => Some(i16::from(hour) * 60),
            _ => None,
        });
        let evening = self.means(at, |m| matches!(m, Meaning::DayAt(_, 20)));
        time = match (time, own) {
            // "Tonight at 6:30" is in the evening; tonight alone is eight o'clock.
            (Some(time), _) if evening && time < 12 * 60 => Some(time + 12 * 60),
            (None, _) if self.word(at) == "first" && self.word(at + 1) == "thing" => Some(12 * 60),
            (None, own) => own.or_else(|| self.part_of_day(at).map(|hour| hour * 60)),
            (time, _) => time,
        };
        let mut zone = None;
        if let Some((said, after)) = self.zone(next).filter(|_| time.is_some()) {
            (zone, next) = (Some(said), after);
        }
        (Named { day, time, clock, zone }, next)
    }

    /// The hour of `this afternoon`, which is its day as well.
    fn part_of_day(&self, at: usize) -> Option<i16> {
        let this = self.modifier(at) == Some(0);
        let hour =
            self.find(at + 1, |m| if let Meaning::Hour(hour) = m { Some(hour) } else { None });
        hour.filter(|_| this && self.joined(at + 1)).map(i16::from)
    }

    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| self.text.folded(t))
    }

    /// Token `at` as written.
    pub(super) fn written(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).map(|t| self.text.written(t))
    }

    fn means(&self, at: usize, wanted: impl Fn(Meaning) -> bool) -> bool {
        self.find(at, |m| wanted(m).then_some(())).is_some()
    }

    fn find<T>(&self, at: usize, pick: impl Fn(Meaning) -> Option<T>) -> Option<T> {
        let languages = self.text.languages();
        let meanings = self.meanings.get(at)?.iter().filter(|(l, _)| l.meets(languages));
        meanings.map(|(_, meaning)| *meaning).find_map(pick)
    }

    /// Whether token `at` goes on in the sentence of the token before it.
    pub(super) fn joined(&self, at: usize) -> bool {
        match (self.tokens.get(at.wrapping_sub(1)), self.tokens.get(at)) {
            (Some(before), Some(here)) => before.sentence == here.sentence,
            _ => false,
        }
    }

    fn skip_fillers(&self, mut at: usize, most: usize) -> usize {
        for _ in 0..most {
            if self.joined(at) && self.means(at, |m| m == Meaning::Filler) {
                at += 1;
            }
        }
        at
    }

    fn day(&self, at: usize) -> Step<Day> {
        self.date(at)
            .or_else(|| self.weekday(at))
            .or_else(|| self.near_day(at))
            .or_else(|| self.period_day(at))
            .or_else(|| self.counted_day(at))
            .or_else(|| self.lone_day(at))
    }

    fn ends_clause(&self, at: usize) -> bool {
        self.tokens.get(at + 1).is_none_or(|next| next.clause != self.tokens[at].clause)
    }

    fn modifier(&self, at: usize) -> Option<i8> {
        self.find(at, |m| match m {
            Meaning::Next => Some(1),
            Meaning::This => Some(0),
            Meaning::Last => Some(-1),
            _ => None,
        })
    }

    fn unit(&self, at: usize) -> Option<Unit> {
        self.find(at, |m| if let Meaning::Unit(unit) = m { Some(unit) } else { None })
    }

    /// Whether a full stop stands right behind token `at`: `am 15. zurück`.
    fn stopped(&self, at: usize) -> bool {
        let end = self.tokens.get(at).map_or(usize::MAX, |t| t.end as usize);
        self.text.source().as_bytes().get(end) == Some(&b'.')
    }

    /// Whether the text may be English.
    fn in_english(&self) -> bool {
        Languages::from_code("en").is_some_and(|english| self.text.languages().meets(english))
    }

    /// The word before token `at` in its sentence.
    fn word_before(&self, at: usize) -> &str {
        if self.joined(at) { self.word(at - 1) } else { "" }
    }
}
