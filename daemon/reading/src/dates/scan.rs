//! The grammar: which words and numbers together name a moment.

mod clock;

use super::{
    MomentKind,
    numbers::{self, Written},
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
    /// No day was named.
    Unsaid,
}

impl Named {
    pub(super) fn kind(&self) -> MomentKind {
        match self.day {
            Day::Date(_) | Day::OfMonth(_) | Day::Month(_) => MomentKind::Date,
            Day::Weekday(..) => MomentKind::Weekday,
            Day::Relative(_) => MomentKind::Day,
            Day::EndOf(..) | Day::StartOf(..) | Day::MiddleOf(..) => MomentKind::Period,
            Day::Within(..) => MomentKind::Current,
            Day::Span { .. } => MomentKind::Span,
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
        if self.meanings[at].is_empty() && !self.tokens[at].number {
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
            (None, _) if self.word(at) == "first" => Some(12 * 60),
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
        self.numeric_date(at)
            .or_else(|| self.day_and_month(at))
            .or_else(|| self.month_and_day(at))
            .or_else(|| self.weekday(at))
            .or_else(|| self.relative(at))
            .or_else(|| self.end_of(at))
            .or_else(|| self.within_current(at))
            .or_else(|| self.span(at))
            .or_else(|| self.day_alone(at))
            .or_else(|| self.month_alone(at))
    }

    fn numeric_date(&self, at: usize) -> Step<Day> {
        let token = self.tokens.get(at).filter(|t| t.number)?;
        let word = self.text.folded(token);
        let date = numbers::full_date(word)?;
        if date.year.is_none() && word.contains('.') {
            // `12.05` alone may be a time or a price: a full stop or a word for "on" must help.
            let stop = self.text.source().as_bytes().get(token.end as usize) == Some(&b'.');
            let introduced =
                self.word(at.wrapping_sub(1)) == "am" || self.word(at.wrapping_sub(1)) == "zum";
            if !(stop || introduced) {
                return None;
            }
        }
        Some((Day::Date(date), at + 1))
    }

    /// `12 May`, `the 12th of May 2026`, `1er avril`, `12 de mayo de 2026`, `12. Mai`.
    fn day_and_month(&self, at: usize) -> Step<Day> {
        let (day, _) = numbers::day_of_month(self.word(at))?;
        let next = self.skip_fillers(at + 1, 1);
        let month = self.month(next).filter(|_| self.joined(next))?;
        Some(self.with_year(day, month, next + 1))
    }

    /// `May 12th`, `March 27, 2026`.
    fn month_and_day(&self, at: usize) -> Step<Day> {
        let month = self.month(at).filter(|_| !self.is_verb(at))?;
        let next = self.skip_fillers(at + 1, 1);
        let (day, _) = numbers::day_of_month(self.word(next)).filter(|_| self.joined(next))?;
        // "In May 2 of our sites" is rarer than "May 2"; a time or a unit behind decides.
        if self.means(next + 1, |m| matches!(m, Meaning::Unit(_) | Meaning::Clock)) {
            return None;
        }
        Some(self.with_year(day, month, next + 1))
    }

    fn with_year(&self, day: i8, month: i8, next: usize) -> (Day, usize) {
        let after = self.skip_fillers(next, 1);
        let year = numbers::year(self.word(after)).filter(|_| self.joined(after));
        let date = Day::Date(Written { year, month, day, swappable: false });
        (date, if year.is_some() { after + 1 } else { next })
    }

    fn month(&self, at: usize) -> Option<i8> {
        self.find(at, |m| if let Meaning::Month(month) = m { Some(month) } else { None })
    }

    /// `Friday`, `next Friday`, `this Friday`, `vendredi prochain`, `Friday 27 March`,
    /// `Wednesday the 14th`.
    fn weekday(&self, at: usize) -> Step<Day> {
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
        let weekday = self.find(name, |m| match m {
            Meaning::Weekday(day) | Meaning::WeekdayAt(day, _) => Some(day),
            _ => None,
        })?;
        let mut next = name + 1;
        if self.word(next) == "feira" {
            next += 1;
        }
        let inner = self.skip_fillers(next, 2);
        if self.joined(inner) {
            let dated = self
                .numeric_date(inner)
                .or_else(|| self.day_and_month(inner))
                .or_else(|| self.month_and_day(inner));
            if let Some(dated) = dated {
                return Some(dated);
            }
            if let Some((day, ordinal)) = numbers::day_of_month(self.word(inner))
                && (ordinal || inner == next && self.ends_clause(inner))
            {
                return Some((Day::OfMonth(day), inner + 1));
            }
            if which.is_none()
                && let Some(after) = self.modifier(next).filter(|w| *w != 0)
            {
                return Some((Day::Weekday(weekday, after), next + 1));
            }
        }
        Some((Day::Weekday(weekday, which.unwrap_or(0)), next))
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

    /// `today`, `tomorrow`, `day after tomorrow`, `pasado mañana`.
    fn relative(&self, at: usize) -> Step<Day> {
        let mut next = at;
        let mut more = 0;
        for (words, days) in
            [(["day", "after"], 1), (["pasado", "manana"], 1), (["depois", "de"], 1)]
        {
            if self.word(at) == words[0] && self.word(at + 1) == words[1] {
                (next, more) = if words[1] == "manana" { (at + 1, days) } else { (at + 2, days) };
            }
        }
        if self.word(at) == "apres" {
            (next, more) = (at + 1, 1);
        }
        let day = self.find(next, |m| match m {
            Meaning::Day(day) | Meaning::DayAt(day, _) => Some(day),
            _ => None,
        })?;
        if self.is_morning(next) || (more > 0 && day != 1) {
            return None;
        }
        let after = if self.word(next) == "aujourd" { next + 2 } else { next + 1 };
        Some((Day::Relative(day + more), after.min(self.tokens.len())))
    }

    /// `mañana`, `manhã` and `morgen` are also the morning: after "good", "this" or an article.
    fn is_morning(&self, at: usize) -> bool {
        let before = if self.joined(at) { self.word(at - 1) } else { "" };
        match self.word(at) {
            "manana" => matches!(before, "la" | "esta" | "las"),
            "morgen" => matches!(before, "guten" | "goede" | "schonen" | "jeden"),
            _ => false,
        }
    }

    /// `end of the week`, `end of next month`, `month-end`, `Monatsende`, `next week`, `EOD`.
    fn end_of(&self, at: usize) -> Step<Day> {
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
        if let Some(which) = self.modifier(at).filter(|w| *w >= 0)
            && let Some(unit) = self.period(at + 1)
            && which == 1
        {
            return Some((Day::EndOf(unit, 1), at + 2));
        }
        // `month-end`, `year end`, `semaine prochaine`.
        let unit = self.period(at)?;
        if self.joined(at + 1) {
            if self.means(at + 1, |m| m == Meaning::End) && self.word(at + 1) == "end" {
                return Some((Day::EndOf(unit, 0), at + 2));
            }
            if self.modifier(at + 1) == Some(1) {
                return Some((Day::EndOf(unit, 1), at + 2));
            }
        }
        None
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
    fn end_of_day_after(&self, next: usize) -> Option<usize> {
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

    fn unit(&self, at: usize) -> Option<Unit> {
        self.find(at, |m| if let Meaning::Unit(unit) = m { Some(unit) } else { None })
    }

    fn period(&self, at: usize) -> Option<Unit> {
        self.unit(at).filter(|u| matches!(u, Unit::Week | Unit::Month | Unit::Quarter | Unit::Year))
    }

    /// `within 24 hours`, `in two working days`, `dans 2 jours`, `innerhalb von 24 Stunden`.
    fn span(&self, at: usize) -> Step<Day> {
        let given = self.means(at, |m| m == Meaning::Give);
        if !given && !self.means(at, |m| m == Meaning::Within) {
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
        let count: i16 = match self.word(next).parse() {
            Ok(count) => count,
            Err(_) => {
                self.find(next, |m| if let Meaning::Count(n) = m { Some(n) } else { None })?
            }
        };
        next = self.skip_fillers(next + 1, 1);
        let mut working = self.means(next, |m| m == Meaning::WorkingDay);
        let mut unit = self.unit(next);
        if working && unit.is_none() {
            // `working days` in two words, `werkdagen` in one.
            unit = Some(self.unit(next + 1).inspect(|_| next += 1).unwrap_or(Unit::Day));
        } else if self.means(next + 1, |m| m == Meaning::WorkingDay) {
            working = true;
            next += 1;
        }
        let unit = unit.filter(|_| count > 0 && self.joined(next))?;
        Some((Day::Span { count, unit, working }, next + 1))
    }

    /// `the 14th`, or `le 14` at the end of a clause.
    fn day_alone(&self, at: usize) -> Step<Day> {
        let (day, ordinal) = numbers::day_of_month(self.word(at))?;
        let before = if self.joined(at) { self.word(at - 1) } else { "" };
        let article = matches!(before, "the" | "le" | "el" | "il" | "den" | "dia" | "am");
        let said = article && (ordinal || before != "the" && self.ends_clause(at));
        said.then_some((Day::OfMonth(day), at + 1))
    }

    /// `in March`, `by June`: only behind a word that asks for a time.
    fn month_alone(&self, at: usize) -> Step<Day> {
        let month = self.month(at).filter(|_| self.joined(at))?;
        let asked = self.means(at - 1, |m| matches!(m, Meaning::Preposition | Meaning::Within));
        let year = numbers::year(self.word(at + 1)).is_some();
        (asked && !self.is_verb(at)).then_some((Day::Month(month), at + 1 + usize::from(year)))
    }

    /// "may" and "march" without a capital are verbs.
    fn is_verb(&self, at: usize) -> bool {
        matches!(self.word(at), "may" | "march")
            && self.text.written(&self.tokens[at]).starts_with(char::is_lowercase)
    }
}
