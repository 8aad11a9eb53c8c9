//! The attention score: what a queue ranks cases by.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use model::{Account, Instant, SignalId};

use crate::Muted;

/// The most that one signal counts, either way.
const CAP: i32 = 40;

/// By how much the cases of a fragile account count more.
const FRAGILE: f64 = 1.3;

/// An account is fragile this long before its renewal.
const BEFORE_RENEWAL: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What is left of a weight after an hour: half after seven days (168 hours).
const HOURLY: f64 = 0.995_882_634_640_305_2;

/// Signals as they weigh now.
#[derive(Debug, Clone, Default)]
pub(super) struct Attention {
    /// Firings of the signals that are raised.
    raised: BTreeMap<SignalId, Vec<Firing>>,
    often_escalated: bool,
    renewal: Option<Instant>,
}

/// One firing of a signal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Firing {
    pub(super) at: Instant,
    pub(super) weight: i32,
    /// The position of its finding.
    pub(super) finding: usize,
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

    pub(super) fn raise(&mut self, signal: &SignalId, firing: Firing) {
        match self.raised.get_mut(signal) {
            Some(firings) => firings.push(firing),
            None => drop(self.raised.insert(signal.clone(), vec![firing])),
        }
    }

    pub(super) fn clear(&mut self, signal: &SignalId) {
        self.raised.remove(signal);
    }

    /// The score at `at`, 0 to 100, of what is not `muted`.
    pub(super) fn score(&self, at: Instant, muted: &Muted) -> u8 {
        let mut sum = 0.0;
        for (signal, firings) in &self.raised {
            // A signal that fires again counts by its strongest firing as it weighs now: evidence
            // adds certainty, not another trouble.
            let counting = firings.iter().filter(|f| !muted.hides(signal, f.finding));
            let weights = counting.map(|firing| {
                f64::from(firing.weight.clamp(-CAP, CAP)) * decay(at.since(firing.at).as_hours())
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

    fn firing(days: i64, weight: i32) -> Firing {
        Firing { at: day(days), weight, finding: 0 }
    }

    #[test]
    fn a_signal_weighs_half_after_a_week_and_nothing_once_cleared() {
        let mut attention = Attention::new(None);
        let signal = SignalId::new("frustration");
        attention.raise(&signal, firing(0, 40));
        assert_eq!(attention.score(day(0), &Muted::default()), 40);
        assert_eq!(attention.score(day(7), &Muted::default()), 20);
        assert_eq!(attention.score(day(14), &Muted::default()), 10);
        attention.clear(&signal);
        assert_eq!(attention.score(day(14), &Muted::default()), 0);
    }

    #[test]
    fn one_loud_signal_cannot_fill_the_scale() {
        let mut attention = Attention::new(None);
        attention.raise(&SignalId::new("a"), firing(0, 1000));
        attention.raise(&SignalId::new("a"), firing(0, 1000));
        assert_eq!(attention.score(day(0), &Muted::default()), 40);
        attention.raise(&SignalId::new("b"), firing(0, -10));
        assert_eq!(attention.score(day(0), &Muted::default()), 30);
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
        attention.raise(&SignalId::new("a"), firing(0, 20));
        assert_eq!(attention.score(day(0), &Muted::default()), 26);
        attention.raise(&SignalId::new("a"), firing(120, 20));
        assert_eq!(attention.score(day(120), &Muted::default()), 20);
    }
}
