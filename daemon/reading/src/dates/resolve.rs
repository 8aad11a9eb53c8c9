//! From what was named to an instant.

use jiff::{
    Span, ToSpan, Zoned,
    civil::{Date, DateTime, Time, Weekday},
};
use model::Instant;

use super::{
    Writing,
    numbers::Written,
    scan::{Day, Named},
    vocabulary::Unit,
};

/// How far ahead a date without a year may lie before the one behind is meant, in days.
const FARTHEST_AHEAD: i64 = 300;

/// The instant of `named` for somebody who wrote at `writing`, and whether it is ambiguous;
/// nothing if there is no such day.
pub(super) fn resolve(named: &Named, writing: &Writing) -> Option<(Instant, bool)> {
    let now = writing.at.in_zone(&writing.zone);
    if let Day::Span { count, unit, working } = named.day {
        return Some((span(&now, count, unit, working, writing)?, false));
    }
    let (date, ambiguous) = date(named, &now)?;
    let time = match named.time {
        None => writing.close,
        Some(1440) => return at(&now, date.tomorrow().ok()?.at(0, 0, 0, 0), ambiguous),
        Some(minutes) => Time::new((minutes / 60) as i8, (minutes % 60) as i8, 0, 0).ok()?,
    };
    let mut date = date;
    // A bare time that has passed is tomorrow's, if it is far past; else it speaks of today.
    let mut unsure = ambiguous;
    if named.day == Day::Unsaid && time < now.time() {
        let passed = now.time().duration_since(time).as_hours();
        unsure = true;
        if passed >= 6 {
            date = date.tomorrow().ok()?;
        }
    }
    at(&now, date.to_datetime(time), unsure)
}

fn at(now: &Zoned, civil: DateTime, ambiguous: bool) -> Option<(Instant, bool)> {
    let zoned = civil.to_zoned(now.time_zone().clone()).ok()?;
    Some((Instant::from(zoned.timestamp()), ambiguous))
}

fn date(named: &Named, now: &Zoned) -> Option<(Date, bool)> {
    let today = now.date();
    match named.day {
        Day::Date(written) => nearest(written, today).map(|date| (date, written.swappable)),
        Day::OfMonth(day) => day_of_month(day, today).map(|date| (date, false)),
        Day::Weekday(weekday, which) => weekday_date(weekday, which, today),
        Day::Relative(days) => Some((today.checked_add(i64::from(days).days()).ok()?, false)),
        Day::EndOf(unit, which) => end_of(unit, which, today),
        Day::Month(month) => {
            let first = nearest(Written { year: None, month, day: 1, swappable: false }, today)?;
            Some((last_working_day(first.last_of_month()), true))
        }
        Day::Unsaid => Some((today, false)),
        Day::Span { .. } => None,
    }
}

/// The date, in the year written or in the one that brings it nearest, ahead rather than behind.
fn nearest(written: Written, today: Date) -> Option<Date> {
    let of_year = |year| Date::new(year, written.month, written.day).ok();
    if let Some(year) = written.year {
        return of_year(year);
    }
    let days = |date: Date| (date - today).get_days();
    let years = [today.year() - 1, today.year(), today.year() + 1];
    let candidates = years.into_iter().filter_map(of_year);
    candidates.min_by_key(|date| {
        let away = i64::from(days(*date));
        if (0..=FARTHEST_AHEAD).contains(&away) { (0, away) } else { (1, away.abs()) }
    })
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
        -1 => Some((
            date.checked_sub(if ahead == 0 { 7.days() } else { (7_i64).days() }).ok()?,
            false,
        )),
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
fn end_of(unit: Unit, which: i8, today: Date) -> Option<(Date, bool)> {
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
        Unit::Week => {
            let sunday = week_end(within)?;
            sunday.checked_sub(2.days()).ok()?
        }
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
        return working_days(now.date(), count)
            .and_then(|date| at(now, date.to_datetime(writing.close), false))
            .map(|(at, _)| at);
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

fn working_days(mut date: Date, mut count: i64) -> Option<Date> {
    while count > 0 {
        date = date.tomorrow().ok()?;
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
            count -= 1;
        }
    }
    Some(date)
}
