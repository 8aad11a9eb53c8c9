//! Days near the one of writing, or near the one named last: "tomorrow", "the next day".

use super::{Day, Scanner, Step};
use crate::dates::vocabulary::{Meaning, Unit};

impl Scanner<'_> {
    /// A day near the one of writing or the one named last.
    pub(super) fn near_day(&self, at: usize) -> Step<Day> {
        self.relative(at).or_else(|| self.next_day(at)).or_else(|| self.day_beside(at))
    }

    /// `today`, `tomorrow`, `day after tomorrow`, `pasado mañana`, `avant-hier`.
    pub(super) fn relative(&self, at: usize) -> Step<Day> {
        let (next, more) = self.beyond(at);
        let day = self.find(next, |m| match m {
            Meaning::Day(day) | Meaning::DayAt(day, _) => Some(day),
            _ => None,
        })?;
        if self.is_morning(next) || (more != 0 && day != more) {
            return None;
        }
        let after = if self.word(next) == "aujourd" { next + 2 } else { next + 1 };
        if self.word(next) == "heute"
            && self.word(after) == "in"
            && let Some(span) = self.span(after)
        {
            // "Heute in zwei Wochen".
            return Some(span);
        }
        Some((Day::Relative(day + more), after.min(self.tokens.len())))
    }

    /// The words that stand before "tomorrow" or "yesterday" and mean the day beyond: the position
    /// behind them, and 1 or -1 for that day.
    fn beyond(&self, at: usize) -> (usize, i8) {
        match (self.word(at), self.word(at + 1)) {
            ("day", "after") | ("depois", "de") => (at + 2, 1),
            ("day", "before") | ("antes", "de") => (at + 2, -1),
            ("dia", "despues" | "depois") if self.word(at + 2) == "de" => (at + 3, 1),
            ("dia", "antes") if self.word(at + 2) == "de" => (at + 3, -1),
            ("pasado", "manana") | ("apres", _) => (at + 1, 1),
            ("avant", _) => (at + 1, -1),
            _ => (at, 0),
        }
    }

    /// `mañana`, `manhã` and `morgen` are also the morning: after "good", "this" or an article.
    fn is_morning(&self, at: usize) -> bool {
        let before = self.word_before(at);
        match self.word(at) {
            "manana" => matches!(before, "la" | "esta" | "las"),
            "morgen" => matches!(before, "guten" | "goede" | "schonen" | "jeden"),
            _ => false,
        }
    }

    /// `the next day`, `next business day`, `am nächsten Werktag`, `el día siguiente`,
    /// `le jour ouvré suivant`.
    fn next_day(&self, at: usize) -> Step<Day> {
        if self.modifier(at) == Some(1) && self.joined(at + 1) {
            if self.is_working_day(at + 1) {
                return Some((working_day(), at + 2));
            }
            if self.means(at + 1, |m| m == Meaning::WorkingDay) && self.is_one_day(at + 2) {
                return Some((working_day(), at + 3));
            }
            if self.is_one_day(at + 1) {
                if self.means(at + 2, |m| m == Meaning::WorkingDay) {
                    return Some((working_day(), at + 3));
                }
                // Not "next day delivery", "the next day or two".
                let stands =
                    self.ends_clause(at + 1) || self.means(at + 2, |m| m == Meaning::Preposition);
                return stands.then_some((Day::FromLast(1), at + 2));
            }
            return None;
        }
        if !self.is_one_day(at) {
            return None;
        }
        let working = self.means(at + 1, |m| m == Meaning::WorkingDay);
        let last = at + 1 + usize::from(working);
        let next = self.modifier(last) == Some(1) && self.joined(last);
        let day = if working { working_day() } else { Day::FromLast(1) };
        next.then_some((day, last + 1))
    }

    /// `the day after`, `the day before`, `am Tag danach`, `il giorno dopo`, with nothing behind
    /// that they could belong to.
    fn day_beside(&self, at: usize) -> Step<Day> {
        if !self.is_one_day(at) || !self.joined(at + 1) || !self.ends_clause(at + 1) {
            return None;
        }
        let days = match self.word(at + 1) {
            "before" | "davor" => -1,
            "after" => 1,
            _ => self.means(at + 1, |m| m == Meaning::Later).then_some(1)?,
        };
        Some((Day::FromLast(days), at + 2))
    }

    fn is_one_day(&self, at: usize) -> bool {
        self.unit(at) == Some(Unit::Day)
            && matches!(self.word(at), "day" | "tag" | "jour" | "dia" | "giorno" | "dag")
    }

    /// `Werktag`: a working day in one word.
    fn is_working_day(&self, at: usize) -> bool {
        matches!(self.word(at), "werktag" | "arbeitstag" | "werkdag")
    }
}

fn working_day() -> Day {
    Day::Span { count: 1, unit: Unit::Day, working: true }
}
