//! The words of time in seven languages.

mod words;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::language::Languages;

/// What a word means when it speaks of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Monday is 1.
    Weekday(i8),
    /// January is 1.
    Month(i8),
    /// So many days from the day of writing.
    Day(i8),
    /// This day at that hour, such as `tonight`.
    DayAt(i8, i8),
    /// A weekday at an hour, such as `Freitagmittag`.
    WeekdayAt(i8, i8),
    /// A time of day, in hours.
    Hour(i8),
    /// A unit of a span.
    Unit(Unit),
    /// A working day.
    WorkingDay,
    /// The end of something.
    End,
    /// The beginning of something.
    Start,
    /// The middle of something.
    Middle,
    /// The next one.
    Next,
    /// The current one.
    This,
    /// The one before.
    Last,
    /// A number written as a word.
    Count(i16),
    /// `in`, `within`: a span follows.
    Within,
    /// `give me`: a span follows.
    Give,
    /// `first thing`: a day follows, whose morning is meant.
    First,
    /// `before`, `until`, `by`, `on`, `at`: a moment follows.
    Preposition,
    /// `the`, `of`, `de`: may stand between parts of a date.
    Filler,
    /// `o'clock`, `Uhr`, `uur`: the number before is an hour.
    Clock,
    /// A word for the end of a period.
    EndOf(Unit),
    /// `après`, `depois`: the day after the one that follows.
    After,
    /// `second`, `zweiten`: the number of a day or of a weekday in its month.
    Ordinal(i8),
    /// A short form that is a month only behind a day, such as `mar` or `ago`.
    MonthBehind(i8),
    /// `ago`, `fa`: what was counted before lies back.
    Ago,
    /// `vor`, `hace`: what is counted behind lies back.
    Back,
    /// `few`, `paar`: a small number, of which three is the least.
    Few,
    /// `over`: Dutch for what lies so long ahead.
    Ahead,
    /// `later`, `danach`: what was counted before begins with the moment named last.
    Later,
    /// `and`: between the parts of a number or of a span.
    And,
}

impl Meaning {
    /// Whether it speaks of time by itself, rather than only between other words of time.
    pub(super) fn is_of_time(self) -> bool {
        !matches!(
            self,
            Self::Ordinal(_)
                | Self::MonthBehind(_)
                | Self::Ago
                | Self::Back
                | Self::Few
                | Self::Ahead
                | Self::Later
                | Self::And
        )
    }

    /// Whether a moment can begin with such a word.
    pub(super) fn opens(self) -> bool {
        let inner = matches!(self, Self::Filler | Self::Preposition | Self::Clock);
        let behind = matches!(self, Self::And | Self::Ago | Self::Later | Self::MonthBehind(_));
        !inner && !behind
    }
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Sixty seconds.
    Minute,
    /// Sixty minutes.
    Hour,
    /// A day of the calendar.
    Day,
    /// Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months.
    Quarter,
    /// A year of the calendar.
    Year,
}

/// The meanings of `word` (folded), each with the languages that it has it in.
pub(super) fn meanings(word: &str) -> &'static [(Languages, Meaning)] {
    WORDS.get(word).map_or(&[], Vec::as_slice)
}

type Words = FxHashMap<Box<str>, Vec<(Languages, Meaning)>>;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::default();
    for (code, text) in words::LISTS {
        let Some(language) = Languages::from_code(code) else { continue };
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let Some((name, listed)) = line.split_once(':') else { continue };
            for (position, group) in listed.split(',').enumerate() {
                let Some(meaning) = meaning(name, position as i8) else { continue };
                for word in group.split_whitespace() {
                    words.entry(word.into()).or_default().push((language, meaning));
                }
            }
        }
    }
    for (code, parts) in COMPOUNDS {
        let Some(language) = Languages::from_code(code) else { continue };
        compound(&mut words, language, parts);
    }
    words
});

/// Parts of a day that are written together with a weekday, each with its hour.
const COMPOUNDS: [(&str, &[(&str, i8)]); 2] = [
    (
        "de",
        &[
            ("fruh", 12),
            ("morgen", 12),
            ("vormittag", 12),
            ("mittag", 12),
            ("nachmittag", 17),
            ("abend", 20),
        ],
    ),
    ("nl", &[("ochtend", 12), ("morgen", 12), ("middag", 17), ("avond", 20)]),
];

/// Adds `Freitagmittag` and its like.
fn compound(words: &mut Words, language: Languages, parts: &[(&str, i8)]) {
    let mut weekdays: Vec<(String, i8)> = Vec::new();
    for (word, meanings) in words.iter() {
        for (of, meaning) in meanings {
            if let Meaning::Weekday(day) = meaning
                && *of == language
            {
                weekdays.push((word.to_string(), *day));
            }
        }
    }
    for (word, day) in weekdays {
        for (part, hour) in parts {
            let both = format!("{word}{part}").into_boxed_str();
            words.entry(both).or_default().push((language, Meaning::WeekdayAt(day, *hour)));
        }
    }
}

/// The meaning of the group at `position` of the line called `name`.
fn meaning(name: &str, position: i8) -> Option<Meaning> {
    const UNITS: [Unit; 7] =
        [Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];
    Some(match name {
        "weekdays" => Meaning::Weekday(position + 1),
        "months" => Meaning::Month(position + 1),
        "days" => Meaning::Day(position),
        "tonight" => Meaning::DayAt(0, 20),
        "yesterday" => Meaning::Day(-1),
        "noon" | "morning" => Meaning::Hour(12),
        "midnight" => Meaning::Hour(24),
        "afternoon" => Meaning::Hour(17),
        "evening" => Meaning::Hour(20),
        "units" => Meaning::Unit(*UNITS.get(position as usize)?),
        "working" => Meaning::WorkingDay,
        "end" => Meaning::End,
        "start" => Meaning::Start,
        "middle" => Meaning::Middle,
        "endof" => Meaning::EndOf(*UNITS.get(position as usize)?),
        "next" => Meaning::Next,
        "this" => Meaning::This,
        "last" => Meaning::Last,
        "counts" => Meaning::Count(i16::from(position) + 1),
        "within" => Meaning::Within,
        "give" => Meaning::Give,
        "first" => Meaning::First,
        "before" => Meaning::Preposition,
        "filler" => Meaning::Filler,
        "clock" => Meaning::Clock,
        "after" => Meaning::After,
        "daybefore" => Meaning::Day(-2),
        "ordinals" => Meaning::Ordinal(position + 1),
        "behind" => Meaning::MonthBehind(position + 1),
        "ago" => Meaning::Ago,
        "back" => Meaning::Back,
        "few" => Meaning::Few,
        "ahead" => Meaning::Ahead,
        "later" => Meaning::Later,
        "and" => Meaning::And,
        _ => return None,
    })
}
