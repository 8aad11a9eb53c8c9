//! When the next backup is due.

use jiff::{SignedDuration, civil::Time, tz::TimeZone};
use model::Instant;

/// How often backups are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// From one to the next.
    pub every: SignedDuration,
    /// The time of day, by the clock of `zone`; `every` is in whole days then.
    pub at: Option<Time>,
    /// Our zone.
    pub zone: TimeZone,
}

/// A day, as long as most are.
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Schedule {
    /// When the one after that of `last` is due.
    pub fn after(&self, last: Instant) -> Instant {
        let Some(time) = self.at else { return last.plus(self.every) };
        // The first such time that is later than the last one by all but the last day.
        let least = last.plus(self.every - DAY);
        let mut day = least.in_zone(&self.zone).date();
        for _ in 0..3 {
            let due = day.to_datetime(time).to_zoned(self.zone.clone());
            if let Ok(due) = due
                && Instant::from(due.timestamp()) > least
            {
                return due.timestamp().into();
            }
            day = day.saturating_add(jiff::Span::new().days(1));
        }
        last.plus(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(days: i64, at: Option<Time>) -> Schedule {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        Schedule { every: SignedDuration::from_hours(24 * days), at, zone }
    }

    fn next(schedule: &Schedule, last: &str) -> String {
        schedule.after(last.parse().unwrap()).to_string()
    }

    #[test]
    fn a_backup_by_hand_in_the_afternoon_does_not_skip_the_one_of_the_night() {
        let nightly = schedule(1, Some(Time::constant(2, 30, 0, 0)));
        assert_eq!(next(&nightly, "2026-01-12T01:30:00Z"), "2026-01-13T01:30:00Z");
        assert_eq!(next(&nightly, "2026-01-12T14:00:00Z"), "2026-01-13T01:30:00Z");
        assert_eq!(next(&nightly, "2026-01-13T00:00:00Z"), "2026-01-13T01:30:00Z");
        // The hour that the summer skips: the one after it.
        assert_eq!(next(&nightly, "2026-03-28T12:00:00Z"), "2026-03-29T01:30:00Z");
        let weekly = schedule(7, Some(Time::constant(2, 30, 0, 0)));
        assert_eq!(next(&weekly, "2026-01-12T01:30:00Z"), "2026-01-19T01:30:00Z");
    }

    #[test]
    fn without_a_time_of_day_it_counts_from_the_last_one() {
        assert_eq!(next(&schedule(2, None), "2026-01-12T14:00:00Z"), "2026-01-14T14:00:00Z");
    }
}
