//! The working week of an author: when its days close, and which are off.

use std::{collections::BTreeSet, sync::Arc};

use jiff::civil::{Date, Time, Weekday};

/// When the days of a week close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// By weekday, Monday first; nothing for a day off.
    pub closes: [Option<Time>; 7],
    /// Days off beside.
    pub holidays: Arc<BTreeSet<Date>>,
}

impl Week {
    /// Monday to Friday, each closing at `close`.
    pub fn closing_at(close: Time) -> Self {
        let open = Some(close);
        Self { closes: [open, open, open, open, open, None, None], holidays: Arc::default() }
    }

    /// Whether `date` is a working day.
    pub fn works(&self, date: Date) -> bool {
        self.closes[index(date.weekday())].is_some() && !self.holidays.contains(&date)
    }

    /// When `date` ends for work; a day off as the first working day of the week does.
    pub fn close_of(&self, date: Date) -> Time {
        let usual = || self.closes.iter().flatten().next().copied();
        let own = self.closes[index(date.weekday())];
        own.or_else(usual).unwrap_or_else(|| Time::constant(17, 0, 0, 0))
    }

    /// The last working day before `date`; within a month, for calendars that are never open.
    pub fn day_before(&self, date: Date) -> Option<Date> {
        let mut day = date;
        for _ in 0..31 {
            day = day.yesterday().ok()?;
            if self.works(day) {
                return Some(day);
            }
        }
        None
    }

    /// The last working day of the week of `date`.
    pub fn last_day(&self, date: Date) -> Option<Date> {
        let mut day = date;
        while day.weekday() != Weekday::Sunday {
            day = day.tomorrow().ok()?;
        }
        (0..7).find_map(|_| {
            let found = self.closes[index(day.weekday())].is_some().then_some(day);
            day = day.yesterday().unwrap_or(day);
            found
        })
    }
}

fn index(weekday: Weekday) -> usize {
    weekday.to_monday_zero_offset() as usize
}
