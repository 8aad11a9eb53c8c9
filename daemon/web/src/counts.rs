//! How much saved searches find, remembered for a moment: every reader's list shows it, and asks
//! again whenever anything changes.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use model::Instant;
use parking_lot::Mutex;

/// How old a count may be.
const FRESH: SignedDuration = SignedDuration::from_secs(10);
/// Counts that are remembered.
const MOST: usize = 1000;

/// What searches found of late.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    found: Mutex<BTreeMap<String, (Instant, u64)>>,
}

impl Counts {
    /// How much `query` finds; by `count`, unless that is known.
    pub(crate) fn of<E>(
        &self,
        query: &str,
        now: Instant,
        count: impl FnOnce() -> Result<u64, E>,
    ) -> Result<u64, E> {
        let fresh = |at: Instant| now >= at && now.since(at) < FRESH;
        if let Some((at, found)) = self.found.lock().get(query).copied()
            && fresh(at)
        {
            return Ok(found);
        }
        let counted = count()?;
        let mut found = self.found.lock();
        if found.len() >= MOST {
            found.retain(|_, (at, _)| fresh(*at));
        }
        found.insert(query.to_owned(), (now, counted));
        Ok(counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_many_watch_is_counted_once_in_a_while() {
        let counts = Counts::default();
        let at = |seconds: i64| Instant::from_millis(seconds * 1000);
        let of = |seconds: i64, count: u64| counts.of("late", at(seconds), || Ok::<_, ()>(count));
        assert_eq!(of(0, 1), Ok(1));
        assert_eq!(of(9, 2), Ok(1));
        assert_eq!(of(10, 3), Ok(3));
        assert_eq!(counts.of("other", at(10), || Err::<u64, ()>(())), Err(()));
    }
}
