//! Times that are counted: ahead ("within two days"), back ("a month ago") and from another day.

use super::{Anchor, Day, Scanner, Step, Stretch};
use crate::dates::vocabulary::{Meaning, Unit};

impl Scanner<'_> {
    /// A day that is counted to.
    pub(super) fn counted_day(&self, at: usize) -> Step<Day> {
        self.away(at).or_else(|| self.span(at))
    }

    /// `within 24 hours`, `in two working days`, `dans 2 jours`, `innerhalb von 24 Stunden`.
    pub(super) fn span(&self, at: usize) -> Step<Day> {
        let given = self.means(at, |m| m == Meaning::Give);
        // Dutch "over twee weken" lies ahead, English "over two weeks" does not.
        let over = self.means(at, |m| m == Meaning::Ahead) && !self.in_english();
        if !given && !over && !self.means(at, |m| m == Meaning::Within) {
            return None;
        }
        if !given && self.word(at + 1) == "the" && self.word(at + 2) == "hour" {
            // "Within the hour".
            return Some((Day::Span { count: 1, unit: Unit::Hour, working: false }, at + 3));
        }
        let mut next = self.skip_fillers(at + 1, 2);
        for _ in 0..3 {
            let given = given
                && matches!(
                    self.word(next),
                    "me" | "us" | "mir" | "uns" | "sie" | "moi" | "nous" | "mi" | "mij" | "ons"
                );
            if given
                || matches!(
                    self.word(next),
                    "next"
                        | "about"
                        | "around"
                        | "less"
                        | "than"
                        | "another"
                        | "noch"
                        | "encore"
                        | "otra"
                        | "ancora"
                        | "nog"
                        | "mais"
                )
            {
                next += 1;
            }
        }
        let (day, next) = self.counted(next)?;
        Some((day, self.since_now(next).unwrap_or(next)))
    }

    /// `24 hours`, `two working days`, `2 jours ouvrés`.
    fn counted(&self, at: usize) -> Step<Day> {
        let (count, next) = self.quantity(at)?;
        let mut next = self.skip_fillers(next, 1);
        let mut working = self.means(next, |m| m == Meaning::WorkingDay);
        let mut unit = self.unit(next);
        if working && unit.is_none() {
            // `working days` in two words, `werkdagen` in one.
            unit = Some(self.unit(next + 1).inspect(|_| next += 1).unwrap_or(Unit::Day));
        } else if self.means(next + 1, |m| m == Meaning::WorkingDay) {
            working = true;
            next += 1;
        }
        let unit = unit.filter(|_| self.joined(next))?;
        Some((Day::Span { count, unit, working }, next + 1))
    }

    fn quantity(&self, at: usize) -> Step<i16> {
        let token = self.tokens.get(at)?;
        let count = if token.number {
            self.word(at).parse().ok()
        } else {
            self.find(at, |m| if let Meaning::Count(n) = m { Some(n) } else { None })
        };
        count.filter(|count| *count > 0).map(|count| (count, at + 1))
    }

    /// Behind a span: `from now`, `from today`, `a partir de hoy`, `ab heute`.
    fn since_now(&self, next: usize) -> Option<usize> {
        let (anchor, back, after) = self.counted_from(next)?;
        (anchor == Anchor::Near(0) && !back).then_some(after)
    }

    /// `a month ago`, `vor zwei Tagen`, `two days from tomorrow`, `zwei Tage später`.
    fn away(&self, at: usize) -> Step<Day> {
        if let Some(start) = self.back(at) {
            let (stretch, next) = self.stretch(start)?;
            return Some((Day::Away { stretch, back: true, from: Anchor::Near(0) }, next));
        }
        if let Some((stretch, next)) = self.few(at).filter(|(_, next)| self.ago(*next)) {
            return Some((Day::Away { stretch, back: true, from: Anchor::Near(0) }, next + 1));
        }
        // "Two working days from now" are counted by the calendar.
        if let Some((span, next)) = self.counted(at)
            && let Some(after) = self.since_now(next)
        {
            return Some((span, after));
        }
        let (stretch, next) = self.stretch(at)?;
        if self.ago(next) {
            return Some((Day::Away { stretch, back: true, from: Anchor::Near(0) }, next + 1));
        }
        let (from, back, next) = self.counted_from(next)?;
        Some((Day::Away { stretch, back, from }, next))
    }

    fn ago(&self, next: usize) -> bool {
        self.joined(next) && self.means(next, |m| m == Meaning::Ago)
    }

    /// The position behind a word by which what follows lies back: `vor`, `hace`, `il y a`, `há`.
    fn back(&self, at: usize) -> Option<usize> {
        if self.means(at, |m| m == Meaning::Back) {
            // Without its accent it is "has" in Italian.
            return (self.word(at) != "ha" || self.tokens[at].accented).then_some(at + 1);
        }
        let has = self.word(at) == "il" && self.word(at + 1) == "y" && self.word(at + 2) == "a";
        has.then_some(at + 3)
    }

    /// `a few days`, `ein paar Tagen`, of which three are the least.
    fn few(&self, at: usize) -> Step<Stretch> {
        let article = usize::from(matches!(self.word(at), "a" | "ein" | "een"));
        let few = self.means(at + article, |m| m == Meaning::Few);
        let unit = self.unit(at + article + 1).filter(|_| few && self.joined(at + article + 1))?;
        Stretch::default().with(3, unit).map(|stretch| (stretch, at + article + 2))
    }

    /// `two days`, `1 month and 21 days`, `2 years, 1 month, 21 days`.
    fn stretch(&self, at: usize) -> Step<Stretch> {
        let part = |at: usize| {
            let (count, next) = self.quantity(at)?;
            let next = self.skip_fillers(next, 1);
            let unit = self.unit(next).filter(|_| self.joined(next))?;
            Some((count, unit, next + 1))
        };
        let mut next = at;
        let mut stretch = Stretch::default();
        for _ in 0..3 {
            let and = next > at && self.means(next, |m| m == Meaning::And);
            let start = next + usize::from(and);
            let Some((count, unit, after)) =
                part(start).filter(|_| next == at || self.joined(start))
            else {
                break;
            };
            stretch = stretch.with(count, unit)?;
            next = after;
        }
        (next > at).then_some((stretch, next))
    }

    /// Behind a stretch: what it is counted from, and whether back from there.
    fn counted_from(&self, next: usize) -> Option<(Anchor, bool, usize)> {
        if !self.joined(next) {
            return None;
        }
        let (back, day) = match self.word(next) {
            "from" | "after" | "vanaf" | "ab" => (false, next + 1),
            "before" => (true, next + 1),
            "a" if matches!(self.word(next + 1), "partir" | "partire") => {
                (false, self.skip_fillers(next + 2, 2))
            }
            _ => return self.later(next).map(|after| (Anchor::Last, false, after)),
        };
        if matches!(
            self.word(day),
            "now" | "jetzt" | "maintenant" | "ahora" | "adesso" | "ora" | "nu" | "agora"
        ) {
            return Some((Anchor::Near(0), back, day + 1));
        }
        match self.relative(day).filter(|_| self.joined(day))? {
            (Day::Relative(days), after) => Some((Anchor::Near(days), back, after)),
            _ => None,
        }
    }

    /// `later`, `plus tard`, `después`: they count from the moment named last, where nothing else
    /// follows that they could belong to.
    fn later(&self, next: usize) -> Option<usize> {
        let two = matches!(
            (self.word(next), self.word(next + 1)),
            ("plus", "tard") | ("mas" | "mais", "tarde") | ("piu", "tardi")
        );
        if two {
            return Some(next + 2);
        }
        let later = self.means(next, |m| m == Meaning::Later);
        let sure = matches!(self.word(next), "later" | "spater" | "spaeter");
        (later && (sure || self.ends_clause(next))).then_some(next + 1)
    }
}

impl Stretch {
    /// Itself and `count` of `unit`; nothing if that is beyond all plans.
    fn with(self, count: i16, unit: Unit) -> Option<Self> {
        let Self { mut months, mut days, mut minutes } = self;
        match unit {
            Unit::Minute => minutes = minutes.checked_add(count)?,
            Unit::Hour => minutes = minutes.checked_add(count.checked_mul(60)?)?,
            Unit::Day => days = days.checked_add(count)?,
            Unit::Week => days = days.checked_add(count.checked_mul(7)?)?,
            Unit::Month => months = months.checked_add(count)?,
            Unit::Quarter => months = months.checked_add(count.checked_mul(3)?)?,
            Unit::Year => months = months.checked_add(count.checked_mul(12)?)?,
        }
        Some(Self { months, days, minutes })
    }
}
