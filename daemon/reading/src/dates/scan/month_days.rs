//! Days of a month: in numbers, with the month's name, and by their number alone.

use super::{Day, Scanner, Step};
use crate::{
    dates::{
        numbers::{self, Written},
        vocabulary::{Meaning, Unit},
    },
    language::Languages,
};

/// The number of a day, in digits or words.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayNumber {
    pub(super) day: i8,
    /// Whether it was written as an ordinal.
    pub(super) ordinal: bool,
    pub(super) digits: bool,
    /// The languages that it can be of.
    languages: Languages,
    /// The position behind it.
    pub(super) next: usize,
}

impl Scanner<'_> {
    /// A date with its month.
    pub(super) fn date(&self, at: usize) -> Step<Day> {
        self.numeric_date(at)
            .or_else(|| self.year_month_day(at))
            .or_else(|| self.day_and_month(at))
            .or_else(|| self.month_and_day(at))
    }

    /// A day or month that stands alone, behind a word that asks for one.
    pub(super) fn lone_day(&self, at: usize) -> Step<Day> {
        self.day_alone(at).or_else(|| self.month_alone(at))
    }

    fn numeric_date(&self, at: usize) -> Step<Day> {
        let token = self.tokens.get(at).filter(|t| t.number)?;
        let word = self.text.folded(token);
        let before = self.word_before(at);
        let german = matches!(before, "am" | "zum" | "den" | "vom" | "ab" | "bis");
        let Some(date) = numbers::full_date(word) else {
            // `15.1.` and `22/4` are dates only where a word asks for one and no more is open.
            let dotted = word.contains('.') && german && self.stopped(at);
            let slashed = word.contains('/') && matches!(before, "le" | "el" | "il" | "op" | "dia");
            let date = numbers::short_date(word).filter(|_| dotted || slashed)?;
            return Some((Day::Date(date), at + 1));
        };
        if date.year.is_none() && word.contains('.') {
            // `12.05` alone may be a time or a price: a full stop or a word for "on" must help.
            let introduced = matches!(before, "am" | "zum");
            if !(self.stopped(at) || introduced) {
                return None;
            }
        }
        // `2026.5.1` is a version as well.
        let year_first = word.as_bytes().get(4) == Some(&b'.');
        let asked = |m| matches!(m, Meaning::Preposition | Meaning::Filler | Meaning::Within);
        let led = token.first || self.means(at.wrapping_sub(1), asked);
        (led || !year_first).then_some((Day::Date(date), at + 1))
    }

    /// `2026-May-1`, `2026/sep/01`.
    fn year_month_day(&self, at: usize) -> Step<Day> {
        let year = numbers::year(self.word(at))?;
        let marked = |at: usize| match (self.tokens.get(at), self.tokens.get(at + 1)) {
            (Some(left), Some(right)) => matches!(self.text.between(left, right), "-" | "/" | "."),
            _ => false,
        };
        let month = self.month(at + 1).filter(|_| marked(at) && marked(at + 1))?;
        let (day, _) = numbers::day_of_month(self.word(at + 2))?;
        let written = Written { year: Some(year), month, day, swappable: false };
        Some((Day::Date(written), at + 3))
    }

    /// `12 May`, `the 12th of May 2026`, `1er avril`, `12 de mayo de 2026`, `12. Mai`,
    /// `twenty-second of June`, `20th of next month`.
    fn day_and_month(&self, at: usize) -> Step<Day> {
        let number = self.day_number(at)?;
        if let Some(near) = self.day_of_near_month(&number).or_else(|| self.del_month(at, &number))
        {
            return Some(near);
        }
        let next = self.skip_fillers(number.next, 1);
        let english = Languages::from_code("en")?;
        let languages = match number {
            _ if number.digits => number.languages,
            // "One of June's invoices", "the second June release", "zwei Mai-Termine".
            _ if !number.ordinal => {
                number.languages.without(english).without(Languages::from_code("de")?)
            }
            _ if next == number.next => number.languages.without(english),
            _ => number.languages,
        };
        let month = self.month_in(next, languages).filter(|_| self.joined(next))?;
        Some(self.with_year(number.day, month, next + 1))
    }

    /// Behind the number of a day: `of next month`, `du mois prochain`, `des Monats`.
    fn day_of_near_month(&self, number: &DayNumber) -> Step<Day> {
        let stopped = number.digits && self.stopped(number.next - 1);
        // "5 of last month's invoices".
        let counts = !number.ordinal && (!number.digits || self.word(number.next) == "of");
        for at in number.next..number.next + 4 {
            if counts || !self.joined(at) {
                return None;
            }
            if at > number.next || stopped {
                if let Some((which, after)) = self.named_period(at, Unit::Month) {
                    return Some((Day::InMonth(number.day, which), after));
                }
                // "First-of-month prices".
                let this = !matches!(self.word(at - 1), "of" | "de");
                if number.ordinal && this && self.unit(at) == Some(Unit::Month) {
                    return Some((Day::OfMonth(number.day), at + 1));
                }
            }
            if !self.means(at, |m| m == Meaning::Filler) {
                return None;
            }
        }
        None
    }

    /// `el 17 del 11`: Spanish names the month by its number.
    fn del_month(&self, at: usize, number: &DayNumber) -> Step<Day> {
        let led = number.digits && matches!(self.word_before(at), "el" | "al");
        if !led || self.word(at + 1) != "del" {
            return None;
        }
        let month = self.word(at + 2).parse().ok().filter(|month| (1..=12).contains(month))?;
        Some(self.with_year(number.day, month, at + 3))
    }

    /// `May 12th`, `March 27, 2026`, `May twenty-first`.
    fn month_and_day(&self, at: usize) -> Step<Day> {
        let month = self.month(at).filter(|_| !self.is_verb(at))?;
        let number =
            self.day_number(self.skip_fillers(at + 1, 1)).filter(|_| self.joined(at + 1))?;
        // "In May 2 of our sites" is rarer than "May 2"; a time or a unit behind decides.
        if self.means(number.next, |m| matches!(m, Meaning::Unit(_) | Meaning::Clock)) {
            return None;
        }
        // "In August twenty sites", "in August first results": words must be all that is said.
        let ends = number.digits || self.ends_clause(number.next - 1);
        let month = if number.digits { Some(month) } else { self.month_in(at, number.languages) };
        let month = month.filter(|_| ends || numbers::year(self.word(number.next)).is_some())?;
        Some(self.with_year(number.day, month, number.next))
    }

    fn with_year(&self, day: i8, month: i8, next: usize) -> (Day, usize) {
        let after = self.skip_fillers(next, 1);
        let year = numbers::year(self.word(after)).filter(|_| self.joined(after));
        let date = Day::Date(Written { year, month, day, swappable: false });
        (date, if year.is_some() { after + 1 } else { next })
    }

    pub(super) fn month(&self, at: usize) -> Option<i8> {
        self.find(at, |m| if let Meaning::Month(month) = m { Some(month) } else { None })
    }

    /// A month behind its day, in one of `languages`; there it may be short.
    fn month_in(&self, at: usize, languages: Languages) -> Option<i8> {
        let languages = languages.shared(self.text.languages());
        let meanings = self.meanings.get(at)?.iter().filter(|(l, _)| l.meets(languages));
        meanings.map(|(_, meaning)| *meaning).find_map(|meaning| match meaning {
            Meaning::Month(month) | Meaning::MonthBehind(month) => Some(month),
            _ => None,
        })
    }

    /// `12`, `12th`, `zwölften`, `twenty-first`, `vingt et un`.
    pub(super) fn day_number(&self, at: usize) -> Option<DayNumber> {
        let token = self.tokens.get(at)?;
        if token.number {
            let (day, ordinal) = numbers::day_of_month(self.word(at))?;
            let languages = self.text.languages();
            return Some(DayNumber { day, ordinal, digits: true, languages, next: at + 1 });
        }
        let first = self.number_word(at)?;
        let and = usize::from(self.means(at + 1, |m| m == Meaning::And));
        let rest = self.number_word(at + 1 + and).filter(|_| self.joined(at + 1));
        let joins = |rest: &DayNumber| match first.day {
            // French seventeen to nineteen.
            10 => self.word(at) == "dix" && (7..=9).contains(&rest.day) && !rest.ordinal,
            20 => (1..=9).contains(&rest.day),
            30 => rest.day == 1,
            _ => false,
        };
        if let Some(rest) = rest.filter(joins)
            && rest.languages.meets(first.languages)
        {
            let languages = rest.languages.shared(first.languages);
            return Some(DayNumber { day: first.day + rest.day, languages, ..rest });
        }
        // A bare "one" or "a" is no day.
        (first.ordinal || first.day > 1).then_some(first)
    }

    fn number_word(&self, at: usize) -> Option<DayNumber> {
        let (day, ordinal) = self.find(at, |m| match m {
            Meaning::Count(n) => i8::try_from(n).ok().map(|n| (n, false)),
            Meaning::Ordinal(n) => Some((n, true)),
            _ => None,
        })?;
        let same = |m: Meaning| match m {
            Meaning::Count(n) => !ordinal && n == i16::from(day),
            Meaning::Ordinal(n) => ordinal && n == day,
            _ => false,
        };
        let meanings = self.meanings[at].iter().filter(|(_, m)| same(*m));
        let languages = meanings.fold(Languages::NONE, |all, (l, _)| all.and(*l));
        Some(DayNumber { day, ordinal, digits: false, languages, next: at + 1 })
    }

    /// `the 14th`, or `le 14` at the end of a clause.
    fn day_alone(&self, at: usize) -> Step<Day> {
        let number = self.day_number(at)?;
        let before = self.word_before(at);
        let ends = self.ends_clause(number.next - 1);
        let article = matches!(before, "the" | "le" | "el" | "il" | "den" | "dia" | "am");
        let said = if number.digits {
            article && (number.ordinal || before != "the" && ends) || self.german_day(at, before)
        } else {
            // "The second" may be anything, "the twenty-second" at the end is a day.
            article && number.ordinal && number.next > at + 1 && ends
        };
        said.then_some((Day::OfMonth(number.day), number.next))
    }

    /// `am 15. zurück`: an ordinal with no noun behind.
    fn german_day(&self, at: usize, before: &str) -> bool {
        let next = self.written(at + 1).unwrap_or_default();
        matches!(before, "am" | "zum" | "vom")
            && self.stopped(at)
            && next.starts_with(char::is_lowercase)
            && next != "mal"
    }

    /// `in March`, `by June`: only behind a word that asks for a time.
    fn month_alone(&self, at: usize) -> Step<Day> {
        let month = self.month(at).filter(|_| self.joined(at))?;
        let asked = self.means(at - 1, |m| matches!(m, Meaning::Preposition | Meaning::Within));
        let year = numbers::year(self.word(at + 1)).is_some();
        (asked && !self.is_verb(at)).then_some((Day::Month(month), at + 1 + usize::from(year)))
    }

    /// "may" and "march" without a capital are verbs.
    pub(super) fn is_verb(&self, at: usize) -> bool {
        matches!(self.word(at), "may" | "march")
            && self.text.written(&self.tokens[at]).starts_with(char::is_lowercase)
    }
}
