//! From "eight working days ago, 09:40" to an instant.

use anyhow::Context as _;
use jiff::{
    ToSpan as _,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use model::Instant;

use super::script::When;

/// The demo's calendar.
pub struct Schedule {
    zone: TimeZone,
    now: Instant,
}

impl Schedule {
    /// A schedule that ends at `now`, read in `zone`.
    pub fn new(zone: &str, now: Instant) -> anyhow::Result<Self> {
        Ok(Self { zone: TimeZone::get(zone).context("the zone of the demo")?, now })
    }

    /// The zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The instant of `when`; never after now.
    pub fn at(&self, when: &When) -> anyhow::Result<Instant> {
        if let Some(minutes) = when.ago {
            return Ok(self.now.plus(-jiff::SignedDuration::from_mins(minutes)));
        }
        let date = self.working_day(when.day.unwrap_or(0))?;
        let time = when.time.as_deref().unwrap_or("10:00");
        let time = Time::strptime("%H:%M", time).with_context(|| format!("`{time}`"))?;
        let at: Instant = date.to_datetime(time).to_zoned(self.zone.clone())?.timestamp().into();
        let latest = self.now.plus(-jiff::SignedDuration::from_mins(3));
        Ok(at.min(latest))
    }

    /// The date `days` from today.
    pub fn date_in(&self, days: i64) -> anyhow::Result<Date> {
        Ok(self.now.in_zone(&self.zone).date().checked_add(days.days())?)
    }

    /// The date `back` working days before today, or before the last working day.
    fn working_day(&self, back: u32) -> anyhow::Result<Date> {
        let mut date = self.now.in_zone(&self.zone).date();
        let weekend = |date: Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        while weekend(date) {
            date = date.checked_sub(1.day())?;
        }
        for _ in 0..back {
            date = date.checked_sub(1.day())?;
            while weekend(date) {
                date = date.checked_sub(1.day())?;
            }
        }
        Ok(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_days_step_over_the_weekend() {
        let monday: Instant = "2026-03-02T12:00:00Z".parse().unwrap();
        let schedule = Schedule::new("UTC", monday).unwrap();
        let friday = When { day: Some(1), time: Some("09:00".into()), ago: None };
        assert_eq!(schedule.at(&friday).unwrap().to_string(), "2026-02-27T09:00:00Z");
    }

    #[test]
    fn nothing_happens_after_now() {
        let now: Instant = "2026-03-02T08:00:00Z".parse().unwrap();
        let schedule = Schedule::new("UTC", now).unwrap();
        let later = When { day: Some(0), time: Some("17:00".into()), ago: None };
        assert!(schedule.at(&later).unwrap() < now);
    }
}
