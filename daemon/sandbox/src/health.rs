//! Whether a plugin may go on, after what it did so far.

use parking_lot::Mutex;

use crate::failure::PluginFailure;

/// What a failure counts, in successes that make up for it.
const FAILURE: u32 = 10;
/// At this count a plugin is not called any more: five failures in a row, or more than one call in
/// ten for a while.
const ENOUGH: u32 = 5 * FAILURE;

/// How the calls of a plugin went.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<Record>);

/// The figures.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    pub(crate) calls: u64,
    pub(crate) failures: u64,
    pub(crate) last: Option<String>,
    pub(crate) tripped: Option<String>,
    pub(crate) most_fuel: u64,
    count: u32,
}

impl Health {
    /// Why the plugin is not called any more, if it is not.
    pub(crate) fn tripped(&self) -> Option<String> {
        self.0.lock().tripped.clone()
    }

    pub(crate) fn record(&self) -> Record {
        self.0.lock().clone()
    }

    /// Notes how a call went: the fuel it used, or its failure.
    pub(crate) fn note(&self, outcome: Result<u64, &PluginFailure>) {
        let mut record = self.0.lock();
        record.calls += 1;
        let failure = match outcome {
            Ok(fuel) => {
                record.count = record.count.saturating_sub(1);
                record.most_fuel = record.most_fuel.max(fuel);
                return;
            }
            Err(failure) => failure,
        };
        record.failures += 1;
        record.count += FAILURE;
        record.last = Some(failure.to_string());
        if record.count >= ENOUGH && record.tripped.is_none() {
            let (failures, calls) = (record.failures, record.calls);
            let last = failure.without_words();
            record.tripped =
                Some(format!("it failed in {failures} of {calls} calls; last, {last}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_call_in_a_hundred_switches_nothing_off() {
        let health = Health::default();
        for call in 0..10_000 {
            let failed = call % 100 == 0;
            health.note(if failed { Err(&PluginFailure::OutOfFuel) } else { Ok(9) });
        }
        assert_eq!(health.tripped(), None);
        assert_eq!(health.record().failures, 100);
    }

    #[test]
    fn a_plugin_that_always_fails_is_given_up_with_its_reason() {
        let health = Health::default();
        for _ in 0..4 {
            health.note(Err(&PluginFailure::Reported("secret words".to_owned())));
        }
        assert_eq!(health.tripped(), None);
        health.note(Err(&PluginFailure::Reported("secret words".to_owned())));
        let reason = health.tripped().unwrap();
        assert_eq!(reason, "it failed in 5 of 5 calls; last, it reported an error");
    }

    #[test]
    fn a_plugin_that_fails_every_third_time_is_given_up() {
        let health = Health::default();
        for call in 0..30 {
            let failed = call % 3 == 0;
            health.note(if failed { Err(&PluginFailure::TooDeep) } else { Ok(9) });
        }
        assert!(health.tripped().is_some());
    }
}
