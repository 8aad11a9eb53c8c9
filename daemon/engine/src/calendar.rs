//! Working hours: intervals, holidays, zones and daylight saving.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{
    SignedDuration, Span,
    civil::{Date, Time},
    tz::{AmbiguousOffset, TimeZone},
};
use model::Instant;

/// Open intervals by weekday, Monday first, as minutes from midnight `(open, close)`.
pub type Week = [Vec<(u16, u16)>; 7];

/// A working week in a time zone.
///
/// A day's open time is real time: an interval across a change of the clocks is an hour longer or
/// shorter, and an opening that the change skips moves to the change itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The zone that its hours are read in.
    pub zone: TimeZone,
    /// Its hours: ascending, apart from one another, up to 1440. See [`Calendar::new`].
    pub week: Week,
    /// What its hours were before: each week with the day from which it held no more, ascending. A
    /// due time of the past is reckoned by the hours of its own days.
    pub earlier: Arc<[(Date, Week)]>,
    /// Days without any open hours.
    pub holidays: Arc<BTreeSet<Date>>,
}

const MINUTES_OF_DAY: u16 = 24 * 60;

/// The last day that is searched for an opening.
const LAST_DAY: Date = Date::constant(9990, 1, 1);

impl Calendar {
    /// A calendar of these hours. Intervals may come in any order; those that meet or overlap become
    /// one, empty ones are dropped.
    pub fn new(zone: TimeZone, week: Week, holidays: BTreeSet<Date>) -> Self {
        Self { zone, week: tidy(week), earlier: [].into(), holidays: Arc::new(holidays) }
    }

    /// The same with the weeks that held before: each with the day from which it held no more.
    #[must_use]
    pub fn with_earlier(self, weeks: impl IntoIterator<Item = (Date, Week)>) -> Self {
        let weeks: BTreeMap<Date, Week> = weeks.into_iter().collect();
        let earlier = weeks.into_iter().map(|(until, week)| (until, tidy(week))).collect();
        Self { earlier, ..self }
    }

    /// Monday to Friday, 9:00 to 17:00 in `zone`, without holidays.
    pub fn office_hours(zone: TimeZone) -> Self {
        let day = || vec![(9 * 60, 17 * 60)];
        Self::new(zone, [day(), day(), day(), day(), day(), vec![], vec![]], BTreeSet::new())
    }

    /// Open day and night.
    pub fn round_the_clock(zone: TimeZone) -> Self {
        Self::new(zone, std::array::from_fn(|_| vec![(0, MINUTES_OF_DAY)]), BTreeSet::new())
    }

    /// The same hours, read in another zone.
    pub fn in_zone(&self, zone: TimeZone) -> Self {
        Self { zone, ..self.clone() }
    }

    /// Working time from `a` to `b`; negative if `b` is earlier.
    pub fn working_between(&self, a: Instant, b: Instant) -> SignedDuration {
        if b < a {
            return -self.working_between(b, a);
        }
        let (first, last) = (self.date_of(a), self.date_of(b));
        if first == last {
            return self.open_within(first, a, b);
        }
        let ends = self.open_within(first, a, Instant::FAR_FUTURE)
            + self.open_within(last, Instant::from_millis(i64::MIN), b);
        ends + self.full_days(following(first), last)
    }

    /// The instant when `minutes` of working time have passed since `start`, at once if none are
    /// asked for and it is open, else not before the next opening. [`Instant::FAR_FUTURE`] if the
    /// calendar never opens.
    pub fn plus_working(&self, start: Instant, minutes: u32) -> Instant {
        let mut left = SignedDuration::from_mins(i64::from(minutes));
        let mut date = self.date_of(start);
        while date < LAST_DAY && self.opens_from(date) {
            for (open, close) in self.intervals(date) {
                let from = open.max(start);
                if from >= close {
                    continue;
                }
                let room = close.since(from);
                if left <= room {
                    return from.plus(left);
                }
                left -= room;
            }
            date = following(date);
            if let Some(jumped) = self.weeks_ahead(date, left) {
                let passed = self.full_days(date, jumped);
                if passed < left {
                    left -= passed;
                    date = jumped;
                }
            }
        }
        Instant::FAR_FUTURE
    }

    /// A day to which whole weeks can be skipped at once when `left` is still to pass from `date` on.
    /// The last weeks are gone through day by day, as clock changes and holidays make their length
    /// uncertain.
    fn weeks_ahead(&self, date: Date, left: SignedDuration) -> Option<Date> {
        let (week, until) = self.week_and_end(date);
        let sum = total(week).as_millis();
        let weeks = if sum == 0 { 0 } else { left.as_millis() / sum - 1 };
        if weeks <= 0 {
            return until.filter(|_| sum == 0);
        }
        let span = i64::try_from(weeks).ok().and_then(|weeks| Span::new().try_weeks(weeks).ok());
        let jumped = span.and_then(|span| date.checked_add(span).ok()).unwrap_or(Date::MAX);
        Some(until.map_or(jumped, |until| jumped.min(until)))
    }

    /// Whether it ever opens on `date` or after it.
    fn opens_from(&self, date: Date) -> bool {
        let ahead = self.earlier.iter().filter(|(until, _)| date < *until).map(|(_, week)| week);
        ahead.chain([&self.week]).any(|week| week.iter().any(|day| !day.is_empty()))
    }

    /// The week that holds on `date`.
    pub fn week_of(&self, date: Date) -> &Week {
        self.week_and_end(date).0
    }

    /// The week that holds on `date`, with the day from which it holds no more, if it ever ends.
    fn week_and_end(&self, date: Date) -> (&Week, Option<Date>) {
        let held = self.earlier.iter().find(|(until, _)| date < *until);
        held.map_or((&self.week, None), |(until, week)| (week, Some(*until)))
    }

    /// The first day whose hours are others in `other`; nothing if every day has the same.
    pub fn differs_on(&self, other: &Self) -> Option<Date> {
        let ends = |calendar: &Self| calendar.earlier.iter().map(|(until, _)| *until).collect();
        let (mine, theirs): (Vec<Date>, Vec<Date>) = (ends(self), ends(other));
        let starts: BTreeSet<Date> = [Date::MIN].into_iter().chain(mine).chain(theirs).collect();
        let week = starts.into_iter().find(|day| self.week_of(*day) != other.week_of(*day));
        let day = self.holidays.symmetric_difference(&other.holidays).next().copied();
        [week, day].into_iter().flatten().min()
    }

    /// `at` if it is open then, else when it opens next; nothing if it never does.
    pub fn next_open(&self, at: Instant) -> Option<Instant> {
        Some(self.plus_working(at, 0)).filter(|found| *found != Instant::FAR_FUTURE)
    }

    /// Whether it is open at `at`.
    pub fn is_open(&self, at: Instant) -> bool {
        self.intervals(self.date_of(at)).any(|(open, close)| open <= at && at < close)
    }

    /// When the interval that is open at `at` closes; nothing if it is closed then.
    pub fn closes_after(&self, at: Instant) -> Option<Instant> {
        let held = |(open, close): &(Instant, Instant)| *open <= at && at < *close;
        self.intervals(self.date_of(at)).find(held).map(|(_, close)| close)
    }

    /// When the last interval of `date` closes; nothing if it does not open that day.
    pub fn close_of(&self, date: Date) -> Option<Instant> {
        self.intervals(date).last().map(|(_, close)| close)
    }

    /// The date that a clock in the calendar's zone shows at `at`.
    pub fn date_of(&self, at: Instant) -> Date {
        self.zone.to_datetime(at.timestamp()).date()
    }

    /// The intervals of `date`, as instants.
    fn intervals(&self, date: Date) -> impl Iterator<Item = (Instant, Instant)> {
        self.hours_of(date)
            .iter()
            .map(move |(open, close)| (self.instant(date, *open), self.instant(date, *close)))
            .filter(|(open, close)| open < close)
    }

    fn hours_of(&self, date: Date) -> &[(u16, u16)] {
        if self.holidays.contains(&date) { &[] } else { self.usual_hours_of(date) }
    }

    fn usual_hours_of(&self, date: Date) -> &[(u16, u16)] {
        &self.week_of(date)[date.weekday().to_monday_zero_offset() as usize]
    }

    /// When a clock in the zone shows `minute` of `date`: the first time if it does so twice, the
    /// instant of the change if it never does.
    fn instant(&self, date: Date, minute: u16) -> Instant {
        let (date, minute) = if minute >= MINUTES_OF_DAY {
            (following(date), minute - MINUTES_OF_DAY)
        } else {
            (date, minute)
        };
        let time = Time::constant((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        let found = self.zone.to_ambiguous_timestamp(date.to_datetime(time));
        let skipped = matches!(found.offset(), AmbiguousOffset::Gap { .. });
        let Ok(at) = found.compatible() else { return Instant::FAR_FUTURE };
        // The change lies before `at`, or at it where the very first skipped minute is asked for.
        let behind = Instant::from(at).plus(SignedDuration::from_millis(1)).timestamp();
        let change = if skipped { self.zone.preceding(behind).next() } else { None };
        Instant::from(change.map_or(at, |change| change.timestamp()))
    }

    /// Open time of `date` between two instants.
    fn open_within(&self, date: Date, from: Instant, to: Instant) -> SignedDuration {
        self.intervals(date)
            .map(|(open, close)| (open.max(from), close.min(to)))
            .filter(|(open, close)| open < close)
            .map(|(open, close)| close.since(open))
            .sum()
    }

    /// Open time of the whole days from `first` up to but without `end`: whole weeks by
    /// multiplication, then holidays taken out and days with a clock change put right.
    fn full_days(&self, first: Date, end: Date) -> SignedDuration {
        let days = (end - first).get_days();
        if days <= 0 {
            return SignedDuration::ZERO;
        }
        let (week, until) = self.week_and_end(first);
        if let Some(until) = until.filter(|until| *until < end) {
            return self.full_days(first, until) + self.full_days(until, end);
        }
        let mut sum = total(week) * (days / 7);
        let start = first.weekday().to_monday_zero_offset() as usize;
        for day in 0..(days % 7) as usize {
            sum += nominal(&week[(start + day) % 7]);
        }
        for holiday in self.holidays.range(first..end) {
            sum -= nominal(self.usual_hours_of(*holiday));
        }
        let (from, to) = (self.instant(first, 0), self.instant(end, 0));
        let mut done = None;
        // A change right at midnight of the first day belongs to it, hence one millisecond earlier.
        let before = from.plus(SignedDuration::from_millis(-1)).timestamp();
        for change in self.zone.following(before) {
            let at = Instant::from(change.timestamp());
            if at >= to {
                break;
            }
            let last_of_old = self.date_of(at.plus(SignedDuration::from_millis(-1)));
            for date in [last_of_old, self.date_of(at)] {
                if done < Some(date) && first <= date && date < end {
                    done = Some(date);
                    sum += self.open_within(date, Instant::EPOCH.min(from), to)
                        - nominal(self.hours_of(date));
                }
            }
        }
        sum
    }
}

/// Intervals in order; those that meet or overlap become one, empty ones are dropped.
fn tidy(week: Week) -> Week {
    week.map(|mut day| {
        day.sort_unstable();
        let mut tidy: Vec<(u16, u16)> = Vec::with_capacity(day.len());
        for (open, close) in day {
            let close = close.min(MINUTES_OF_DAY);
            match tidy.last_mut() {
                _ if open >= close => {}
                Some(last) if open <= last.1 => last.1 = last.1.max(close),
                _ => tidy.push((open, close)),
            }
        }
        tidy
    })
}

/// Open time of a week without a clock change.
fn total(week: &Week) -> SignedDuration {
    week.iter().map(|day| nominal(day)).sum()
}

/// Open time of a day without a clock change.
fn nominal(day: &[(u16, u16)]) -> SignedDuration {
    let minutes = day.iter().map(|(open, close)| i64::from(close.saturating_sub(*open))).sum();
    SignedDuration::from_mins(minutes)
}

fn following(date: Date) -> Date {
    date.tomorrow().unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests;
