//! Weeks, months, quarters and years: which one is meant, and its beginning, middle and end.

use super::{Day, Scanner, Step};
use crate::dates::vocabulary::{Meaning, Unit};

impl Scanner<'_> {
    /// A period, or a part of one.
    pub(super) fn period_day(&self, at: usize) -> Step<Day> {
        self.end_of(at).or_else(|| self.within_current(at))
    }

    /// `next week`, `la semaine prochaine`, `el mes que viene`, `übernächste Woche`: which one
    /// of `unit` is meant.
    pub(super) fn named_period(&self, at: usize, unit: Unit) -> Step<i8> {
        if self.unit(at + 1) == Some(unit) && self.joined(at + 1) {
            let after_next = matches!(
                self.word(at),
                "ubernachste" | "ubernachsten" | "ubernachster" | "uebernaechste"
            );
            let which = if after_next { Some(2) } else { self.modifier(at) };
            if let Some(which) = which {
                return Some((which, at + 2));
            }
        }
        if self.unit(at) != Some(unit) || !self.joined(at + 1) {
            return None;
        }
        match (self.word(at + 1), self.word(at + 2)) {
            ("que", "viene" | "vem") => Some((1, at + 3)),
            ("after", "next") => Some((2, at + 3)),
            _ => self.modifier(at + 1).filter(|which| *which != 0).map(|which| (which, at + 2)),
        }
    }

    /// `end of the week`, `end of next month`, `month-end`, `Monatsende`, `next week`, `EOD`.
    pub(super) fn end_of(&self, at: usize) -> Step<Day> {
        let short = self.find(at, |m| if let Meaning::EndOf(u) = m { Some(u) } else { None });
        if let Some(unit) = short {
            return Some((Day::EndOf(unit, 0), at + 1));
        }
        if self.means(at, |m| m == Meaning::End) {
            return self.end_of_named(self.skip_fillers(at + 1, 2));
        }
        if let Some(edge) = self.edge(at) {
            let (day, next) = self.end_of_named(self.skip_fillers(at + 1, 2))?;
            let day = match (day, edge) {
                (Day::EndOf(Unit::Day, _), _) => return None,
                (Day::EndOf(unit, which), Meaning::Start) => Day::StartOf(unit, which),
                (Day::EndOf(unit, which), _) => Day::MiddleOf(unit, which),
                (day, _) => day,
            };
            return Some((day, next));
        }
        for name in [at + 1, at] {
            if let Some(unit) = self.period(name)
                && let Some((which, next)) = self.named_period(at, unit)
                && which > 0
            {
                return Some((Day::EndOf(unit, which), next));
            }
        }
        // `month-end`, `year end`.
        let unit = self.period(at).filter(|_| self.joined(at + 1))?;
        let ends = self.means(at + 1, |m| m == Meaning::End) && self.word(at + 1) == "end";
        ends.then_some((Day::EndOf(unit, 0), at + 2))
    }

    /// `early`, `beginning`, `middle` and their like, where a period follows.
    fn edge(&self, at: usize) -> Option<Meaning> {
        self.find(at, |m| matches!(m, Meaning::Start | Meaning::Middle).then_some(m))
    }

    /// `this week`, `this afternoon`, `heute Nachmittag`.
    fn within_current(&self, at: usize) -> Step<Day> {
        if self.modifier(at) != Some(0) || !self.joined(at + 1) {
            return None;
        }
        if self.means(at + 1, |m| matches!(m, Meaning::Hour(_))) {
            return Some((Day::Relative(0), at + 2));
        }
        self.period(at + 1).map(|unit| (Day::Within(unit), at + 2))
    }

    /// Behind a weekday or date: `end of day`, `EOD`, `ao fim do dia`.
    pub(super) fn end_of_day_after(&self, next: usize) -> Option<usize> {
        for at in next..next + 3 {
            if !self.joined(at) {
                return None;
            }
            if let Some((Day::EndOf(Unit::Day, 0), after)) = self.end_of(at) {
                return Some(after);
            }
            if !self.means(at, |m| matches!(m, Meaning::Preposition | Meaning::Filler)) {
                return None;
            }
        }
        None
    }

    fn end_of_named(&self, at: usize) -> Step<Day> {
        for name in [at + 1, at] {
            if let Some(unit) = self.period(name)
                && let Some((which, next)) = self.named_period(at, unit)
                && self.joined(name)
            {
                return Some((Day::EndOf(unit, which), next));
            }
        }
        let (which, name) = match self.modifier(at) {
            Some(which) => (which, at + 1),
            None => (0, at),
        };
        if !self.joined(name) {
            return None;
        }
        if let Some(unit) = self.unit(name).filter(|u| !matches!(u, Unit::Minute | Unit::Hour)) {
            let after = self.modifier(name + 1).filter(|w| *w == 1 && self.joined(name + 1));
            let next = if after.is_some() { name + 2 } else { name + 1 };
            return Some((Day::EndOf(unit, after.unwrap_or(which)), next));
        }
        if self.word(name) == "business" || self.word(name) == "play" {
            return Some((Day::EndOf(Unit::Day, 0), name + 1));
        }
        self.month(name).map(|month| (Day::Month(month), name + 1))
    }

    fn period(&self, at: usize) -> Option<Unit> {
        self.unit(at).filter(|u| matches!(u, Unit::Week | Unit::Month | Unit::Quarter | Unit::Year))
    }
}
