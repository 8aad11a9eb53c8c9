//! Which messages of a mailbox are taken in, and how quickly.

use std::{collections::BTreeMap, time::Duration};

use async_imap::types::Fetch;
use jiff::{SignedDuration, tz::TimeZone};
use model::Instant;

use crate::intake::is_among;

/// Which messages of a mailbox are taken in; all of them where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// What came before is left out.
    pub since: Option<Instant>,
    /// Only mail from these: addresses, domains, or patterns with `*` and `?`, in lower case.
    pub senders: Vec<String>,
    /// No mail from these, likewise.
    pub not_senders: Vec<String>,
}

/// How quickly a mailbox is read; as quickly as it can be where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Throttle {
    /// Messages a minute at most.
    pub messages_per_minute: Option<u32>,
    /// Bytes a second at most.
    pub bytes_per_second: Option<u64>,
}

/// How many messages are left out, by reason.
pub(super) type Excluded = BTreeMap<&'static str, u64>;

impl Scope {
    /// Whether the sender matters.
    pub(super) fn asks_for_senders(&self) -> bool {
        !(self.senders.is_empty() && self.not_senders.is_empty())
    }

    /// The condition of a search that leaves out most of what came before; servers know days alone,
    /// in a zone of their own.
    pub(super) fn search(&self) -> String {
        let Some(since) = self.since else { return String::new() };
        let day = since.plus(SignedDuration::from_hours(-36)).in_zone(&TimeZone::UTC).date();
        format!(" SINCE {}", day.strftime("%-d-%b-%Y"))
    }

    /// Why a message is left out, if it is.
    pub(super) fn leaves_out(&self, date: Option<i64>, answer: &Fetch) -> Option<&'static str> {
        if let (Some(since), Some(date)) = (self.since, date)
            && Instant::from_millis(date) < since
        {
            return Some("before_since");
        }
        if !self.asks_for_senders() {
            return None;
        }
        let sender = sender(answer);
        if is_among(&self.not_senders, &sender) {
            return Some("not_senders");
        }
        let wanted = self.senders.is_empty() || is_among(&self.senders, &sender);
        (!wanted).then_some("not_among_senders")
    }
}

impl Throttle {
    /// How many messages are asked for at once, so that a pause between two steps is short.
    pub(super) fn step(&self, usual: usize) -> usize {
        let most = self.messages_per_minute.map_or(usual, |most| (most / 12).max(1) as usize);
        usual.min(most)
    }

    /// How long to wait after a step of so many messages and bytes.
    pub(super) fn wait(&self, messages: u64, bytes: u64) -> Duration {
        let by_count = self
            .messages_per_minute
            .map_or(0.0, |most| messages as f64 * 60.0 / f64::from(most.max(1)));
        let by_bytes = self.bytes_per_second.map_or(0.0, |most| bytes as f64 / most.max(1) as f64);
        Duration::from_secs_f64(by_count.max(by_bytes).min(3600.0))
    }
}

/// The address of a message's author, in lower case; empty if it names none.
fn sender(answer: &Fetch) -> String {
    let from = answer.envelope().and_then(|envelope| envelope.from.as_ref()?.first());
    let Some(from) = from else { return String::new() };
    let text = |part: &Option<std::borrow::Cow<'_, [u8]>>| {
        part.as_ref().map(|part| String::from_utf8_lossy(part).to_lowercase()).unwrap_or_default()
    };
    format!("{}@{}", text(&from.mailbox), text(&from.host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttle_keeps_the_slower_of_its_two_limits() {
        let throttle = Throttle { messages_per_minute: Some(60), bytes_per_second: Some(1_000) };
        assert_eq!(throttle.wait(5, 100), Duration::from_secs(5));
        assert_eq!(throttle.wait(1, 4_000), Duration::from_secs(4));
        assert_eq!(throttle.step(256), 5);
        assert_eq!(Throttle::default().wait(256, 1 << 30), Duration::ZERO);
        assert_eq!(Throttle::default().step(256), 256);
    }

    #[test]
    fn a_server_in_any_zone_is_asked_for_enough_days() {
        let since = Some("2026-03-01T00:00:00Z".parse().unwrap());
        let scope = Scope { since, ..Scope::default() };
        assert_eq!(scope.search(), " SINCE 27-Feb-2026");
        assert_eq!(Scope::default().search(), "");
    }
}
