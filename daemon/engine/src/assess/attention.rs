//! The attention score: what a queue ranks cases by.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use model::{Account, Instant, SignalId};

/// The most that one signal counts, either way.
const CAP: i32 = 40;

/// By how much the cases of a fragile account count more.
const FRAGILE: f64 = 1.3;

/// An account is fragile this long before its renewal.
const BEFORE_RENEWAL: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What is left of a weight after an hour: half after seven days (168 hours).
const HOURLY: f64 = 0.995_882_634_640_305_2;

/// Signals as they weigh now.
#[derive(Debug, Default)]
pub(super) struct Attention {
    /// Firings of the signals that are raised, as (instant, weight).
    raised: BTreeMap<SignalId, Vec<(Instant, i32)>>,
    often_escalated: bool,
    renewal: Option<Instant>,
}

impl Attention {
    pub(super) fn new(account: Option<&Account>) -> Self {
        let field =
            |name: &str| account.and_then(|a| a.fields.get(name)?.trim().parse::<u32>().ok());
        let renewal = account
            .and_then(|a| a.renewal.as_deref()?.trim().parse::<jiff::civil::Date>().ok())
            .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok())
            .map(|day| Instant::from(day.timestamp()));
        Self {
            raised: BTreeMap::new(),
            often_escalated: field("prior_escalations_90d").is_some_and(|n| n >= 2),
            renewal,
        }
    }

    pub(super) fn raise(&mut self, signal: &SignalId, at: Instant, weight: i32) {
        match self.raised.get_mut(signal) {
            Some(firings) => firings.push((at, weight)),
            None => drop(self.raised.insert(signal.clone(), vec![(at, weight)])),
        }
    }

    pub(super) fn clear(&mut self, signal: &SignalId) {
        self.raised.remove(signal);
    }

    /// The score at `at`, 0 to 100.
    pub(super) fn score(&self, at: Instant) -> u8 {
        let mut sum = 0.0;
        for firings in self.raised.values() {
            // A signal that fires again counts by its strongest firing as it weighs now: evidence
            // adds certainty, not another trouble.
            let weights = firings.iter().map(|(since, weight)| {
                f64::from((*weight).clamp(-CAP, CAP)) * decay(at.since(*since).as_hours())
            });
            sum += weights.fold(0.0, |most: f64, w| if w.abs() > most.abs() { w } else { most });
        }
        if self.is_fragile(at) {
            sum *= FRAGILE;
        }
        sum.clamp(0.0, 100.0).round() as u8
    }

    fn is_fragile(&self, at: Instant) -> bool {
        let near = |renewal: Instant| {
            let ahead = renewal.since(at);
            !ahead.is_negative() && ahead <= BEFORE_RENEWAL
        };
        self.often_escalated || self.renewal.is_some_and(near)
    }
}

/// What is left after `hours`. By multiplication alone, whose result is the same on every machine,
/// as that of `powf` need not be.
fn decay(hours: i64) -> f64 {
    let (mut left, mut base, mut power) = (1.0, HOURLY, hours.clamp(0, 100_000));
    while power > 0 {
        if power & 1 == 1 {
            left *= base;
        }
        base *= base;
        power >>= 1;
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(days: i64) -> Instant {
        Instant::from_seconds(days * 86_400)
    }

    #[test]
    fn a_signal_weighs_half_after_a_week_and_nothing_once_cleared() {
        let mut attention = Attention::new(None);
        let signal = SignalId::new("frustration");
        attention.raise(&signal, day(0), 40);
        assert_eq!(attention.score(day(0)), 40);
        assert_eq!(attention.score(day(7)), 20);
        assert_eq!(attention.score(day(14)), 10);
        attention.clear(&signal);
        assert_eq!(attention.score(day(14)), 0);
    }

    #[test]
    fn one_loud_signal_cannot_fill_the_scale() {
        let mut attention = Attention::new(None);
        attention.raise(&SignalId::new("a"), day(0), 1000);
        attention.raise(&SignalId::new("a"), day(0), 1000);
        assert_eq!(attention.score(day(0)), 40);
        attention.raise(&SignalId::new("b"), day(0), -10);
        assert_eq!(attention.score(day(0)), 30);
    }

    #[test]
    fn an_account_near_its_renewal_counts_more() {
        let account = Account {
            id: "northwind".into(),
            name: "Northwind".into(),
            domains: vec![],
            tier: None,
            timezone: None,
            renewal: Some("1970-03-31".into()),
            fields: BTreeMap::new(),
        };
        let mut attention = Attention::new(Some(&account));
        attention.raise(&SignalId::new("a"), day(0), 20);
        assert_eq!(attention.score(day(0)), 26);
        attention.raise(&SignalId::new("a"), day(120), 20);
        assert_eq!(attention.score(day(120)), 20);
    }
}
