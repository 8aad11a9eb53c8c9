//! When to try again, and when to give up.

use jiff::SignedDuration;
use model::{Instant, id::SendingId};

/// The first pause of a channel that is down; each further one is twice as long.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause of a channel that is down.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// The waits between tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    waits: Vec<SignedDuration>,
}

impl Default for Backoff {
    /// A minute, five, a quarter of an hour, one, two, four, eight and eight hours: a day in all.
    fn default() -> Self {
        let minutes = [1, 5, 15, 60, 120, 240, 480, 480];
        Self { waits: minutes.map(SignedDuration::from_mins).to_vec() }
    }
}

impl Backoff {
    /// Waits as configured, the first one after the first failure.
    pub fn new(waits: Vec<SignedDuration>) -> Self {
        Self { waits }
    }

    /// When something is tried again that has failed `failed` times before this one; nothing if it
    /// is given up.
    pub fn retry(&self, id: SendingId, failed: u32, now: Instant) -> Option<Instant> {
        let wait = self.waits.get(failed as usize)?;
        Some(now.plus(spread(*wait, id, failed)))
    }

    /// When something is tried again that failed because its channel is down until `until`; nothing
    /// if it has been due for longer than all waits together.
    pub fn retry_when_up(
        &self,
        due: Instant,
        failed: u32,
        until: Instant,
        now: Instant,
    ) -> Option<Instant> {
        let patience: SignedDuration =
            self.waits.iter().fold(SignedDuration::ZERO, |all, wait| all.saturating_add(*wait));
        // What somebody has just asked for again gets its chance however old it is.
        (failed == 0 || now < due.plus(patience)).then_some(until)
    }
}

/// How long a channel rests that failed `failed` times in a row.
pub(crate) fn pause(failed: u32) -> SignedDuration {
    let doublings = failed.saturating_sub(1).min(10);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

/// The wait, a tenth longer or shorter: what failed together does not come back together. The same
/// sending and try always give the same.
fn spread(wait: SignedDuration, id: SendingId, failed: u32) -> SignedDuration {
    let byte = id.0[failed as usize % id.0.len()];
    let share = f64::from(i32::from(byte) - 128) / 1280.0;
    wait.saturating_add(wait.mul_f64(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        Instant::from_seconds(1_000_000)
    }

    #[test]
    fn tries_spread_over_a_day_and_then_end() {
        let backoff = Backoff::default();
        let id = SendingId([200; 16]);
        let waits: Vec<_> =
            (0..8).map(|failed| backoff.retry(id, failed, now()).unwrap().since(now())).collect();
        assert!(waits[0] >= SignedDuration::from_secs(54), "{waits:?}");
        assert!(waits[0] <= SignedDuration::from_secs(66), "{waits:?}");
        assert!(waits.iter().sum::<SignedDuration>() > SignedDuration::from_hours(22));
        assert_eq!(backoff.retry(id, 8, now()), None);
    }

    #[test]
    fn two_that_failed_together_do_not_come_back_together() {
        let backoff = Backoff::default();
        let at = |byte| backoff.retry(SendingId([byte; 16]), 3, now());
        assert_ne!(at(1), at(2));
        assert_eq!(at(1), at(1));
    }

    #[test]
    fn a_channel_that_is_down_costs_no_tries_until_patience_ends() {
        let backoff = Backoff::default();
        let until = now().plus(SignedDuration::from_mins(5));
        let hours = |hours: i64| now().plus(SignedDuration::from_hours(-hours));
        assert_eq!(backoff.retry_when_up(hours(20), 200, until, now()), Some(until));
        assert_eq!(backoff.retry_when_up(hours(30), 200, until, now()), None);
        assert_eq!(
            backoff.retry_when_up(hours(30), 0, until, now()),
            Some(until),
            "asked for again"
        );
        assert_eq!(pause(1), SignedDuration::from_secs(5));
        assert_eq!(pause(30), SignedDuration::from_mins(5));
    }
}
