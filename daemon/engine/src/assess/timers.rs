//! Timers that signals have set.

use std::collections::{BTreeMap, BTreeSet};

use model::{Instant, SignalId};

/// Names one timer.
pub(super) type TimerKey = (SignalId, String);

/// The timers that are set, each under its signal and name.
#[derive(Debug, Clone, Default)]
pub(super) struct Timers {
    by_instant: BTreeSet<(Instant, TimerKey)>,
    by_key: BTreeMap<TimerKey, Instant>,
}

impl Timers {
    /// Sets a timer; one of the same key is replaced.
    pub(super) fn set(&mut self, key: TimerKey, at: Instant) {
        if let Some(former) = self.by_key.insert(key.clone(), at) {
            self.by_instant.remove(&(former, key.clone()));
        }
        self.by_instant.insert((at, key));
    }

    /// When the next timer falls due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.by_instant.first().map(|(at, _)| *at)
    }

    /// Takes the timer that falls due first.
    pub(super) fn take_first(&mut self) -> Option<(Instant, TimerKey)> {
        let (at, key) = self.by_instant.pop_first()?;
        self.by_key.remove(&key);
        Some((at, key))
    }
}
