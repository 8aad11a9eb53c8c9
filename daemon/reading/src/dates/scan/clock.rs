//! Times of day, and how they join the day they belong to.

use super::{Day, Scanner, Step};
use crate::dates::{numbers, vocabulary::Meaning};

impl Scanner<'_> {
    /// A time of day that begins with token `at`.
    pub(super) fn time(&self, at: usize) -> Step<i16> {
        let word = self.word(at);
        if self.tokens.get(at).is_some_and(|t| t.number) {
            if let Some(minutes) = numbers::clock_time(word) {
                // `5:30 pm`
                if let Some((half, next)) = self.half(at + 1)
                    && minutes < 13 * 60
                {
                    let hours = numbers::twelve_hours(minutes / 60, Some(half))?;
                    return Some((hours * 60 + minutes % 60, next));
                }
                return Some((minutes, at + 1));
            }
            let minutes = numbers::bare_time(word)?;
            if let Some((half, next)) = self.half(at + 1) {
                let hours = numbers::twelve_hours(minutes / 60, Some(half))?;
                return Some((hours * 60 + minutes % 60, next));
            }
            if self.joined(at + 1) && self.means(at + 1, |m| m == Meaning::Clock) {
                return Some((minutes, at + 2));
            }
            let introduced = self.joined(at)
                && matches!(self.word(at - 1), "at" | "um" | "las" | "alle" | "om" | "as");
            return (introduced && self.unit(at + 1).is_none()).then_some((minutes, at + 1));
        }
        if let Some(hour) = self.hour_in_words(at) {
            return Some((hour * 60, at + 1));
        }
        let hour = self.find(at, |m| match m {
            Meaning::Hour(hour) | Meaning::DayAt(_, hour) => Some(i16::from(hour)),
            _ => None,
        })?;
        let introduced = self.joined(at) && self.means(at - 1, |m| m == Meaning::Preposition);
        let alone =
            matches!(word, "noon" | "midnight" | "midday" | "midi" | "minuit" | "mitternacht");
        (alone && introduced).then_some((hour * 60, at + 1))
    }

    /// `at four`: an hour of a working day in words.
    fn hour_in_words(&self, at: usize) -> Option<i16> {
        let introduced = self.joined(at) && self.word(at - 1) == "at";
        let alone =
            introduced && (self.ends_clause(at) || self.means(at + 1, |m| m == Meaning::Clock));
        let hour = self.find(at, |m| if let Meaning::Count(n) = m { Some(n) } else { None })?;
        alone.then_some(if hour < 7 { hour + 12 } else { hour })
    }

    /// `am`, `pm`, `p.m.` behind a number.
    fn half(&self, at: usize) -> Step<bool> {
        match (self.word(at), self.word(at + 1)) {
            ("pm", _) => Some((true, at + 1)),
            ("am", _) => Some((false, at + 1)),
            ("p", "m") => Some((true, at + 2)),
            ("a", "m") => Some((false, at + 2)),
            _ => None,
        }
        .filter(|_| self.joined(at))
    }

    /// A time behind a day: `Friday at 5pm`, `morgen um 15 Uhr`, `tomorrow morning`.
    pub(super) fn time_after(&self, next: usize) -> Step<i16> {
        for at in next..next + 4 {
            if !self.joined(at) {
                return None;
            }
            if let Some(time) = self.time(at) {
                return Some(time);
            }
            let part = self.find(at, |m| if let Meaning::Hour(h) = m { Some(h) } else { None });
            if let Some(hour) = part {
                return Some((i16::from(hour) * 60, at + 1));
            }
            if !self.means(at, |m| matches!(m, Meaning::Preposition | Meaning::Filler)) {
                return None;
            }
        }
        None
    }

    /// A day behind a time: `at 16:00 on Thursday`, `noon today`.
    pub(super) fn day_after(&self, next: usize) -> Step<Day> {
        for at in next..next + 3 {
            if !self.joined(at) {
                return None;
            }
            if let Some((day, after)) = self.day(at)
                && !matches!(day, Day::Span { .. } | Day::Month(_))
            {
                return Some((day, after));
            }
            if !self.means(at, |m| matches!(m, Meaning::Preposition | Meaning::Filler)) {
                return None;
            }
        }
        None
    }
}
