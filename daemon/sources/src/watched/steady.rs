//! Which files have changed, and have stopped changing.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

/// A file that was not changed for so long is not waited for.
const SETTLED: Duration = Duration::from_secs(30);

/// The state of a file by which a change is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its bytes.
    pub size: u64,
    /// When it was changed.
    pub changed: Option<SystemTime>,
}

impl Mark {
    pub(super) fn of(about: &std::fs::Metadata) -> Self {
        Self { size: about.len(), changed: about.modified().ok() }
    }

    /// When it was changed, in milliseconds since 1970.
    pub(super) fn millis(&self) -> Option<i64> {
        let changed = self.changed?;
        match changed.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).ok(),
            Err(before) => i64::try_from(before.duration().as_millis()).ok().map(|before| -before),
        }
    }
}

/// Files as they were seen at the last look, and as they were read.
#[derive(Debug, Default)]
pub(super) struct Steady {
    seen: BTreeMap<String, Mark>,
    read: BTreeMap<String, Mark>,
}

/// What is to be done about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// It is as it was when it was read.
    Nothing,
    /// It may still be written to.
    Wait,
    /// It is to be read.
    Read,
}

impl Steady {
    /// What is to be done about the file at `place`. `now` is in milliseconds since 1970.
    pub(super) fn due(&mut self, place: &str, mark: Mark, now: i64) -> Due {
        if self.read.get(place) == Some(&mark) {
            return Due::Nothing;
        }
        let before = self.seen.insert(place.to_owned(), mark);
        let settled = i64::try_from(SETTLED.as_millis()).unwrap_or(i64::MAX);
        // A file whose clock runs ahead of ours is not old, whatever it says.
        let old = mark.millis().is_some_and(|changed| now.saturating_sub(changed) >= settled);
        if old || before == Some(mark) { Due::Read } else { Due::Wait }
    }

    /// The file at `place` was read as it was at `mark`.
    pub(super) fn done(&mut self, place: &str, mark: Mark) {
        self.seen.remove(place);
        self.read.insert(place.to_owned(), mark);
    }

    /// Forgets the files that are not among `there`.
    pub(super) fn keep(&mut self, there: impl Fn(&str) -> bool) {
        self.seen.retain(|place, _| there(place));
        self.read.retain(|place, _| there(place));
    }

    /// How many files were read and are still there.
    pub(super) fn len(&self) -> usize {
        self.read.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(size: u64, second: u64) -> Mark {
        Mark { size, changed: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(second)) }
    }

    #[test]
    fn a_file_that_is_still_being_written_is_waited_for() {
        let mut steady = Steady::default();
        let now = 1_000_000;
        assert_eq!(steady.due("a", mark(10, 1_000), now), Due::Wait);
        assert_eq!(steady.due("a", mark(20, 1_000), now), Due::Wait, "it grew");
        assert_eq!(steady.due("a", mark(20, 1_001), now), Due::Wait, "it was written again");
        assert_eq!(steady.due("a", mark(20, 1_001), now), Due::Read);
        steady.done("a", mark(20, 1_001));
        assert_eq!(steady.due("a", mark(20, 1_001), now), Due::Nothing);
        assert_eq!(steady.due("a", mark(21, 1_002), now), Due::Wait, "it changed");
    }

    #[test]
    fn an_old_file_is_read_at_once_and_one_from_the_future_is_not() {
        let mut steady = Steady::default();
        assert_eq!(steady.due("old", mark(1, 900), 1_000_000), Due::Read);
        assert_eq!(steady.due("ahead", mark(1, 5_000), 1_000_000), Due::Wait);
        assert_eq!(steady.due("ahead", mark(1, 5_000), 1_000_000), Due::Read);
    }
}
