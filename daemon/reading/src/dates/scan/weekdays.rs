//! Weekdays: alone, of a week, of a month, and with the number of their day.

use super::{Day, Month, Scanner, Step};
use crate::dates::{
    numbers,
    vocabulary::{Meaning, Unit},
};

impl Scanner<'_> {
    /// `Friday`, `next Friday`, `this Friday`, `vendredi prochain`, `Friday 27 March`,
    /// `Wednesday the 14th`, `first Friday of July`, `Friday of next week`.
    pub(super) fn weekday(&self, at: usize) -> Step<Day> {
        if let Some(named) = self.nth_weekday(at).or_else(|| self.week_and_weekday(at)) {
            return Some(named);
        }
        // "First thing Monday".
        if self.word(at) == "first" && self.word(at + 1) == "thing" && self.joined(at + 2) {
            let on = usize::from(matches!(self.word(at + 2), "on" | "next" | "this"));
            let (day, next) = self.weekday(at + 2 + on).or_else(|| self.relative(at + 2 + on))?;
            return Some((day, next));
        }
        let (which, name) = match self.modifier(at) {
            Some(which) => (Some(which), at + 1),
            None => (None, at),
        };
        let (weekday, next) = self.weekday_name(name)?;
        if let Some(dated) = self.dated(weekday, next) {
            return Some(dated);
        }
        if which.is_none() {
            if let Some((week, after)) = self.week_behind(next) {
                return Some((Day::OfWeek(weekday, week), after));
            }
            if self.joined(next)
                && let Some(after) = self.modifier(next).filter(|w| *w != 0)
            {
                return Some((Day::Weekday(weekday, after), next + 1));
            }
        }
        Some((Day::Weekday(weekday, which.unwrap_or(0)), next))
    }

    fn weekday_name(&self, at: usize) -> Step<i8> {
        let weekday = self.find(at, |m| match m {
            Meaning::Weekday(day) | Meaning::WeekdayAt(day, _) => Some(day),
            _ => None,
        })?;
        Some((weekday, at + 1 + usize::from(self.word(at + 1) == "feira")))
    }

    /// Behind a weekday: its date or the number of its day.
    fn dated(&self, weekday: i8, next: usize) -> Step<Day> {
        let inner = self.skip_fillers(next, 2);
        if !self.joined(inner) {
            return None;
        }
        if let Some(dated) = self.date(inner) {
            return Some(dated);
        }
        let number = self.day_number(inner)?;
        let (led, ends) = (inner > next, self.ends_clause(number.next - 1));
        let said = if number.digits {
            number.ordinal || (!led && ends) || (led && self.stopped(inner))
        } else {
            led && ends
        };
        said.then_some((Day::Dated { weekday, day: number.day }, number.next))
    }

    /// Behind a weekday: `next week`, `of last week`, `der nächsten Woche`.
    fn week_behind(&self, next: usize) -> Step<i8> {
        for at in next..next + 4 {
            if !self.joined(at) {
                return None;
            }
            if let Some(named) = self.named_period(at, Unit::Week) {
                return Some(named);
            }
            if !self.means(at, |m| matches!(m, Meaning::Filler | Meaning::Within)) {
                return None;
            }
        }
        None
    }

    /// `next week Friday`, `nächste Woche am Freitag`, `volgende week vrijdag`.
    fn week_and_weekday(&self, at: usize) -> Step<Day> {
        let (week, next) = self.named_period(at, Unit::Week)?;
        for name in next..next + 3 {
            let same = self.tokens.get(name).is_some_and(|t| t.clause == self.tokens[at].clause);
            if !same {
                return None;
            }
            if let Some((weekday, after)) = self.weekday_name(name) {
                let dated = self.dated(weekday, after);
                return dated.or(Some((Day::OfWeek(weekday, week), after)));
            }
            if !self.means(name, |m| matches!(m, Meaning::Filler | Meaning::Preposition)) {
                return None;
            }
        }
        None
    }

    /// `first Friday of July`, `letzter Montag im Monat`, `2nd Tuesday of next month`; at the end
    /// of a clause also `the third Tuesday`, of this month.
    fn nth_weekday(&self, at: usize) -> Step<Day> {
        let written = self.find(at, |m| match m {
            Meaning::Ordinal(nth) => Some(nth),
            Meaning::Last => Some(-1),
            _ => None,
        });
        let digits = || {
            let (nth, ordinal) = numbers::day_of_month(self.word(at))?;
            (ordinal || self.stopped(at)).then_some(nth)
        };
        let nth = written.or_else(digits).filter(|nth| *nth <= 5)?;
        let same = self.tokens.get(at + 1).is_some_and(|t| t.clause == self.tokens[at].clause);
        let (weekday, next) = self.weekday_name(at + 1).filter(|_| same)?;
        if let Some((month, after)) = self.month_behind(next) {
            return Some((Day::Nth { nth, weekday, month }, after));
        }
        let recurs = matches!(
            self.word_before(at),
            "every" | "each" | "jeden" | "jeder" | "chaque" | "cada" | "ogni" | "elke" | "iedere"
        );
        let alone = written.is_some_and(|nth| nth > 0) && self.ends_clause(next - 1) && !recurs;
        alone.then_some((Day::Nth { nth, weekday, month: Month::Near(0) }, next))
    }

    /// Behind a weekday: `of July`, `of next month`, `im Monat`, `del mes`.
    fn month_behind(&self, next: usize) -> Step<Month> {
        for at in next..next + 4 {
            if !self.joined(at) {
                return None;
            }
            if let Some((which, after)) = self.named_period(at, Unit::Month) {
                return Some((Month::Near(which), after));
            }
            if at > next && self.unit(at) == Some(Unit::Month) {
                return Some((Month::Near(0), at + 1));
            }
            if let Some(month) = self.month(at).filter(|_| !self.is_verb(at)) {
                let after = self.skip_fillers(at + 1, 1);
                let year = numbers::year(self.word(after)).filter(|_| self.joined(after));
                let behind = if year.is_some() { after + 1 } else { at + 1 };
                return Some((Month::Named(month, year), behind));
            }
            let goes_on = self.means(at, |m| matches!(m, Meaning::Filler | Meaning::Within))
                || self.word(at) == "im";
            if !goes_on {
                return None;
            }
        }
        None
    }
}
