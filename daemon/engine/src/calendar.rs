//! Working hours: intervals, holidays, zones and daylight saving.

use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use model::Instant;

/// A working week in a time zone.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The zone that its hours are read in.
    pub zone: TimeZone,
    /// Open intervals by weekday, Monday first, as minutes from midnight `(open, close)`.
    pub week: [Vec<(u16, u16)>; 7],
    /// Days without any open hours.
    pub holidays: std::collections::BTreeSet<jiff::civil::Date>,
}

impl Calendar {
    /// Monday to Friday, 9:00 to 17:00 in `zone`, without holidays.
    pub fn office_hours(zone: TimeZone) -> Self {
        let day = || vec![(9 * 60, 17 * 60)];
        let week = [day(), day(), day(), day(), day(), vec![], vec![]];
        Self { zone, week, holidays: std::collections::BTreeSet::new() }
    }

    /// Open day and night.
    pub fn round_the_clock(zone: TimeZone) -> Self {
        let week = std::array::from_fn(|_| vec![(0, 24 * 60)]);
        Self { zone, week, holidays: std::collections::BTreeSet::new() }
    }

    /// The same hours, read in another zone.
    pub fn in_zone(&self, zone: TimeZone) -> Self {
        Self { zone, ..self.clone() }
    }

    /// Working time from `a` to `b`; negative if `b` is earlier.
    pub fn working_between(&self, a: Instant, b: Instant) -> SignedDuration {
        let _ = (a, b);
        unimplemented!()
    }

    /// The instant when `minutes` of working time have passed since `start`.
    /// [`Instant::FAR_FUTURE`] if the calendar never opens.
    pub fn plus_working(&self, start: Instant, minutes: u32) -> Instant {
        let _ = (start, minutes);
        unimplemented!()
    }

    /// `at` if it is open then, else when it opens next; nothing if it never does.
    pub fn next_open(&self, at: Instant) -> Option<Instant> {
        let _ = at;
        unimplemented!()
    }

    /// Whether it is open at `at`.
    pub fn is_open(&self, at: Instant) -> bool {
        let _ = at;
        unimplemented!()
    }

    /// When the last interval of `date` closes; nothing if it does not open that day.
    pub fn close_of(&self, date: Date) -> Option<Instant> {
        let _ = date;
        unimplemented!()
    }
}
