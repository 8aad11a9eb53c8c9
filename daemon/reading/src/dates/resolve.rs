//! From what was named to an instant.

use jiff::{
    Span, ToSpan, Zoned,
    civil::{Date, DateTime, Time, Weekday},
};
use model::Instant;

use super::{
    Writing,
    numbers::Written,
    scan::{Anchor, Day, Month, Named, Stretch},
    vocabulary::Unit,
};

/// How far ahead a date without a year may lie before the one behind is meant, in days.
const FARTHEST_AHEAD: i64 = 300;

/// What a moment comes to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resolved {
    pub(super) at: Instant,
    pub(super) ambiguous: bool,
    pub(super) timed: bool,
    pub(super) day_before: Option<Instant>,
}

/// The instant of `named` for somebody who wrote at `writing` and named the moment `last` just
/// before; nothing if there is no such day.
pub(super) fn resolve(named: &Named, writing: &Writing, last: Option<Instant>) -> Option<Resolved> {
    let zone = named.zone.as_ref().map_or(&writing.zone, |said| said.zone(writing));
    let now = writing.at.in_zone(zone);
    if let Day::Span { count, unit, working } = named.day {
        let at = span(&now, count, unit, working, writing)?;
        let timed = !working && matches!(unit, Unit::Minute | Unit::Hour);
        return Some(Resolved { at, ambiguous: false, timed, day_before: None });
    }
    let last = last.map(|last| last.in_zone(zone));
    if let Day::Away { stretch, back, from } = named.day
        && stretch.minutes > 0
    {
        let at = away(&anchor(&now, from, last.as_ref())?, stretch, back)?;
        let at = Instant::from(at.timestamp());
        return Some(Resolved { at, ambiguous: false, timed: true, day_before: None });
    }
    let (mut date, mut ambiguous) = date(named, &now, writing, last.as_ref())?;
    let Some(minutes) = named.time else {
        let day_before = writing.week.day_before(date);
        let day_before =
            day_before.and_then(|day| at(&now, day.to_datetime(writing.week.close_of(day))));
        // "Today" said after hours lasts until midnight.
        let mut close = at(&now, date.to_datetime(writing.week.close_of(date)))?;
        if date == now.date() && close <= writing.at && named.day == Day::Relative(0) {
            close = at(&now, date.tomorrow().ok()?.at(0, 0, 0, 0))?;
        }
        return Some(Resolved { at: close, ambiguous, timed: false, day_before });
    };
    if named.day == Day::Unsaid {
        // A bare time that has passed is tomorrow's, if it is far past; else it speaks of today.
        let passed = i64::from(now.hour()) * 60 + i64::from(now.minute()) - i64::from(minutes);
        ambiguous |= passed > 0;
        if passed >= 6 * 60 {
            date = date.tomorrow().ok()?;
        }
    }
    let civil = match minutes {
        1440 => date.tomorrow().ok()?.at(0, 0, 0, 0),
        _ => date.to_datetime(Time::new((minutes / 60) as i8, (minutes % 60) as i8, 0, 0).ok()?),
    };
    Some(Resolved { at: at(&now, civil)?, ambiguous, timed: named.clock, day_before: None })
}

fn at(now: &Zoned, civil: DateTime) -> Option<Instant> {
    let zoned = civil.to_zoned(now.time_zone().clone()).ok()?;
    Some(Instant::from(zoned.timestamp()))
}

fn date(
    named: &Named,
    now: &Zoned,
    writing: &Writing,
    last: Option<&Zoned>,
) -> Option<(Date, bool)> {
    let today = now.date();
    match named.day {
        Day::Date(written) => nearest(written, today).map(|date| (date, written.swappable)),
        Day::OfMonth(day) => day_of_month(day, today).map(|date| (date, false)),
        Day::Weekday(weekday, which) => weekday_date(weekday, which, today),
        Day::Relative(days) => Some((today.checked_add(i64::from(days).days()).ok()?, false)),
        Day::EndOf(unit, which) => end_of(unit, which, today, writing),
        Day::Within(unit) => Some((end_of(unit, 0, today, writing)?.0, false)),
        Day::StartOf(unit, which) => part_of(unit, which, today, Part::Start),
        Day::MiddleOf(unit, which) => part_of(unit, which, today, Part::Middle),
        Day::Month(month) => {
            let first = nearest(Written { year: None, month, day: 1, swappable: false }, today)?;
            Some((last_working_day(first.last_of_month()), true))
        }
        Day::InMonth(day, which) => Some((day_in(near_month(which, today)?, day)?, false)),
        Day::Nth { nth, weekday, month } => nth_weekday(nth, weekday, month, today),
        Day::Dated { weekday, day } => dated(weekday, day, today).map(|date| (date, false)),
        Day::OfWeek(weekday, which) => {
            let days = 7 * i64::from(which) + i64::from(weekday) - 1;
            Some((monday(today)?.checked_add(days.days()).ok()?, false))
        }
        Day::Away { stretch, back, from } => {
            let unsure = from == Anchor::Last;
            Some((away(&anchor(now, from, last)?, stretch, back)?.date(), unsure))
        }
        Day::FromLast(days) => match last {
            Some(last) => Some((last.date().checked_add(i64::from(days).days()).ok()?, true)),
            // Told of what happened it lies back, told of what will happen it is tomorrow.
            None => (days > 0).then(|| today.tomorrow().ok()).flatten().map(|date| (date, true)),
        },
        Day::Unsaid => Some((today, false)),
        Day::Span { .. } => None,
    }
}

/// A part of a period that people name without a day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Middle,
}

/// The day by which the beginning or middle of a period is over: Tuesday or Wednesday of a week, the
/// 10th or 20th of a month, the first or second month of a quarter, the first quarter or half of a
/// year. Always ambiguous.
fn part_of(unit: Unit, which: i8, today: Date, part: Part) -> Option<(Date, bool)> {
    let which = i64::from(which);
    let early = part == Part::Start;
    let date = match unit {
        Unit::Minute | Unit::Hour | Unit::Day => return None,
        Unit::Week => {
            let monday = monday(today)?.checked_add(which.weeks()).ok()?;
            monday.checked_add(if early { 1.day() } else { 2.days() }).ok()?
        }
        Unit::Month => {
            let first = today.first_of_month().checked_add(which.months()).ok()?;
            first.checked_add(if early { 9.days() } else { 19.days() }).ok()?
        }
        Unit::Quarter => {
            let first = Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).ok()?;
            let months = 3 * which + i64::from(!early);
            last_working_day(first.checked_add(months.months()).ok()?.last_of_month())
        }
        Unit::Year => {
            let year = today.year() + i16::try_from(which).ok()?;
            last_working_day(Date::new(year, if early { 3 } else { 6 }, 1).ok()?.last_of_month())
        }
    };
    Some((date, true))
}

/// The date, in the year written or in the one that brings it nearest, ahead rather than behind.
fn nearest(written: Written, today: Date) -> Option<Date> {
    let of_year = |year| Date::new(year, written.month, written.day).ok();
    written.year.map_or_else(|| nearest_year(today, of_year), of_year)
}

/// What `of_year` gives for the year that brings it nearest, ahead rather than behind.
fn nearest_year(today: Date, of_year: impl Fn(i16) -> Option<Date>) -> Option<Date> {
    let years = [today.year() - 1, today.year(), today.year() + 1];
    years.into_iter().filter_map(of_year).min_by_key(|date| {
        let away = i64::from((*date - today).get_days());
        if (0..=FARTHEST_AHEAD).contains(&away) { (0, away) } else { (1, away.abs()) }
    })
}

/// The first day of the current (0), next (1) or last (-1) month.
fn near_month(which: i8, today: Date) -> Option<Date> {
    today.first_of_month().checked_add(i64::from(which).months()).ok()
}

fn day_in(month: Date, day: i8) -> Option<Date> {
    Date::new(month.year(), month.month(), day).ok()
}

fn monday(date: Date) -> Option<Date> {
    let behind = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(behind.days()).ok()
}

/// The first to fifth or last such weekday of a month. Without a month's name it may be taken for
/// another month's.
fn nth_weekday(nth: i8, weekday: i8, month: Month, today: Date) -> Option<(Date, bool)> {
    let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
    let of = |first: Date| first.nth_weekday_of_month(nth, weekday).ok();
    match month {
        Month::Near(which) => of(near_month(which, today)?).map(|date| (date, which == 0)),
        Month::Named(month, year) => {
            let of_year = |year| of(Date::new(year, month, 1).ok()?);
            let date = year.map_or_else(|| nearest_year(today, of_year), of_year)?;
            Some((date, false))
        }
    }
}

/// The nearest day of that number which is such a weekday, last month to three months ahead; else
/// the day alone.
fn dated(weekday: i8, day: i8, today: Date) -> Option<Date> {
    let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
    let months = (-1..=3).filter_map(|which| day_in(near_month(which, today)?, day));
    let fits = months.filter(|date| date.weekday() == weekday);
    let nearest = fits.min_by_key(|date| (*date - today).get_days().abs());
    nearest.or_else(|| day_of_month(day, today))
}

/// What a stretch is counted from; nothing if no moment was named before.
fn anchor(now: &Zoned, from: Anchor, last: Option<&Zoned>) -> Option<Zoned> {
    match from {
        Anchor::Near(days) => now.checked_add(i64::from(days).days()).ok(),
        Anchor::Last => last.cloned(),
    }
}

fn away(from: &Zoned, stretch: Stretch, back: bool) -> Option<Zoned> {
    let sign = if back { -1 } else { 1 };
    let span = (sign * i64::from(stretch.months))
        .months()
        .days(sign * i64::from(stretch.days))
        .minutes(sign * i64::from(stretch.minutes));
    from.checked_add(span).ok()
}

/// The 14th of this month, or of the next if it has passed by more than a week.
fn day_of_month(day: i8, today: Date) -> Option<Date> {
    let mut month = today.first_of_month();
    for _ in 0..3 {
        if let Ok(date) = Date::new(month.year(), month.month(), day)
            && (today - date).get_days() <= 7
        {
            return Some(date);
        }
        month = month.checked_add(1.month()).ok()?;
    }
    None
}

/// The first such weekday to come; today's own name is today, unsurely. `next` skips this week.
fn weekday_date(weekday: i8, which: i8, today: Date) -> Option<(Date, bool)> {
    let wanted = Weekday::from_monday_one_offset(weekday).ok()?;
    let ahead = i64::from(today.weekday().until(wanted));
    let date = today.checked_add(ahead.days()).ok()?;
    match which {
        0 => Some((date, ahead == 0)),
        -1 => Some((date.checked_sub(7.days()).ok()?, false)),
        _ => {
            // "Next Friday" said on a Monday: this week's or the one after. Within the current
            // week the later is meant more often.
            let this_week = week_end(today)?;
            let date = if date <= this_week { date.checked_add(7.days()).ok()? } else { date };
            Some((date, true))
        }
    }
}

fn week_end(today: Date) -> Option<Date> {
    let ahead = i64::from(today.weekday().until(Weekday::Sunday));
    today.checked_add(ahead.days()).ok()
}

/// The last working day of a period.
fn end_of(unit: Unit, which: i8, today: Date, writing: &Writing) -> Option<(Date, bool)> {
    let step: Span = match unit {
        Unit::Minute | Unit::Hour | Unit::Day => i64::from(which).days(),
        Unit::Week => i64::from(which).weeks(),
        Unit::Month => i64::from(which).months(),
        Unit::Quarter => (3 * i64::from(which)).months(),
        Unit::Year => i64::from(which).years(),
    };
    let base = match unit {
        Unit::Month | Unit::Quarter | Unit::Year => today.first_of_month(),
        _ => today,
    };
    let within = base.checked_add(step).ok()?;
    let date = match unit {
        Unit::Minute | Unit::Hour | Unit::Day => within,
        Unit::Week => match writing.week.last_day(within) {
            Some(last) => last,
            None => week_end(within)?.checked_sub(2.days()).ok()?,
        },
        Unit::Month => last_working_day(within.last_of_month()),
        Unit::Quarter => {
            let last = (within.month() - 1) / 3 * 3 + 3;
            last_working_day(Date::new(within.year(), last, 1).ok()?.last_of_month())
        }
        Unit::Year => last_working_day(within.last_of_year()),
    };
    Some((date, unit == Unit::Week && which == 1))
}

fn last_working_day(date: Date) -> Date {
    let back = match date.weekday() {
        Weekday::Saturday => 1,
        Weekday::Sunday => 2,
        _ => 0,
    };
    date.checked_sub(back.days()).unwrap_or(date)
}

fn span(now: &Zoned, count: i16, unit: Unit, working: bool, writing: &Writing) -> Option<Instant> {
    let count = i64::from(count);
    if working {
        let days = if unit == Unit::Week { count * 5 } else { count };
        let date = working_days(now.date(), days, writing)?;
        return at(now, date.to_datetime(writing.week.close_of(date)));
    }
    let span = match unit {
        Unit::Minute => count.minutes(),
        Unit::Hour => count.hours(),
        Unit::Day => count.days(),
        Unit::Week => count.weeks(),
        Unit::Month => count.months(),
        Unit::Quarter => (3 * count).months(),
        Unit::Year => count.years(),
    };
    now.checked_add(span).ok().map(|zoned| Instant::from(zoned.timestamp()))
}

fn working_days(mut date: Date, mut count: i64, writing: &Writing) -> Option<Date> {
    // A calendar that is never open counts every day.
    let ever = writing.week.closes.iter().any(Option::is_some);
    while count > 0 {
        date = date.tomorrow().ok()?;
        if !ever || writing.week.works(date) {
            count -= 1;
        }
    }
    Some(date)
}
