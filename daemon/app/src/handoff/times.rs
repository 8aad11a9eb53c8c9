//! How long cases wait to be taken over (F80).

use model::Instant;
use store::Snapshot;

use crate::{
    Result,
    overlay::read_all,
    rules::outcomes::{Spread, spread},
    tables::{HANDOFF, HANDOFF_BEFORE, HandoffRow},
};

/// Handoffs that were offered within a stretch of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Handoffs {
    /// How many there were.
    pub offered: u64,
    /// From the offer until somebody took the case.
    pub to_accept: Spread,
    /// Those that nobody has taken yet.
    pub waiting: u64,
    /// Those that nobody took before another one came.
    pub replaced: u64,
}

/// An offer, and what became of it.
pub(crate) struct Offered {
    /// When it was made.
    pub(crate) at: Instant,
    seconds: Option<i64>,
    replaced: bool,
}

impl Offered {
    fn of(row: &HandoffRow, replaced: bool) -> Self {
        let accepted = row.accepted.as_ref().map(|(_, at)| at.seconds() - row.at.seconds());
        Self { at: row.at, seconds: accepted, replaced: replaced && accepted.is_none() }
    }
}

/// Every offer that was ever made.
pub(crate) fn offers(rows: &dyn Snapshot) -> Result<Vec<Offered>> {
    let mut all = Vec::new();
    read_all::<HandoffRow>(rows, HANDOFF, &[], |_, row| {
        all.push(Offered::of(&row, false));
        true
    })?;
    read_all::<Vec<HandoffRow>>(rows, HANDOFF_BEFORE, &[], |_, before| {
        all.extend(before.iter().map(|row| Offered::of(row, true)));
        true
    })?;
    Ok(all)
}

/// What became of offers, summed up.
pub(crate) fn summed(offers: &[&Offered]) -> Handoffs {
    let count = |test: &dyn Fn(&Offered) -> bool| offers.iter().filter(|o| test(o)).count() as u64;
    Handoffs {
        offered: offers.len() as u64,
        to_accept: spread(offers.iter().filter_map(|offer| offer.seconds).collect()),
        waiting: count(&|offer| offer.seconds.is_none() && !offer.replaced),
        replaced: count(&|offer| offer.replaced),
    }
}

/// The time until `end` since `start` as people say it, such as `3 h 20 min`.
pub(crate) fn spoken(end: Instant, start: Instant) -> String {
    let minutes = (end.seconds() - start.seconds()).max(0) / 60;
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, rest) => format!("{rest} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, rest) => format!("{hours} h {rest} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_as_people_say_it() {
        let start = Instant::from_seconds(0);
        let said = |minutes: i64| spoken(Instant::from_seconds(minutes * 60), start);
        assert_eq!(said(0), "0 min");
        assert_eq!(said(60), "1 h");
        assert_eq!(said(200), "3 h 20 min");
        assert_eq!(said(2 * 1440 + 61), "2 d 1 h");
    }
}
