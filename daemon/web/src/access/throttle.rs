//! Slows guessing down: each failed attempt makes the next one wait longer.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use jiff::SignedDuration;
use model::Instant;
use parking_lot::Mutex;

/// What failed attempts are counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    /// A user name, whoever tries it.
    User(String),
    /// An address, whatever it tries; for IPv6 its /64.
    Address(IpAddr),
}

impl Subject {
    /// Attempts without any wait. An address may stand for a whole office.
    fn free(&self) -> u32 {
        match self {
            Self::User(_) => 5,
            Self::Address(_) => 20,
        }
    }

    /// The longest wait. It is short for a user, so that nobody can lock another out for long.
    fn longest(&self) -> SignedDuration {
        match self {
            Self::User(_) => SignedDuration::from_secs(60),
            Self::Address(_) => SignedDuration::from_mins(15),
        }
    }

    fn wait_after(&self, attempts: u32) -> SignedDuration {
        let Some(over) = attempts.checked_sub(self.free()) else {
            return SignedDuration::ZERO;
        };
        SignedDuration::from_secs(1_i64 << over.min(20)).min(self.longest())
    }
}

#[derive(Debug, Clone, Copy)]
struct Attempts {
    count: u32,
    last: Instant,
}

/// Failures are forgotten after this time without another one.
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// More subjects than this are not remembered; the stalest goes.
const MOST_SUBJECTS: usize = 10_000;

/// Counts failed attempts per user and per address.
#[derive(Debug, Default)]
pub struct Throttle {
    attempts: Mutex<HashMap<Subject, Attempts>>,
}

impl Throttle {
    /// Counts an attempt as failed before it is made, so that attempts at the same time count too.
    /// Gives the time to wait where there were too many before.
    pub fn begin(&self, user: &str, from: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut attempts = self.attempts.lock();
        let subjects = [Subject::User(user.to_owned()), Subject::Address(network(from))];
        let wait = subjects.iter().filter_map(|subject| {
            let held = attempts.get(subject)?;
            let wait = subject.wait_after(held.count) - now.since(held.last);
            wait.is_positive().then(|| wait.unsigned_abs())
        });
        if let Some(wait) = wait.max() {
            return Err(wait);
        }
        make_room(&mut attempts, now);
        for subject in subjects {
            let held = attempts.entry(subject).or_insert(Attempts { count: 0, last: now });
            if now.since(held.last) > FORGET_AFTER {
                held.count = 0;
            }
            held.count = held.count.saturating_add(1);
            held.last = now;
        }
        Ok(())
    }

    /// The attempt that was begun succeeded.
    pub fn succeeded(&self, user: &str, from: IpAddr) {
        let mut attempts = self.attempts.lock();
        attempts.remove(&Subject::User(user.to_owned()));
        if let Some(held) = attempts.get_mut(&Subject::Address(network(from))) {
            held.count = held.count.saturating_sub(1);
        }
    }
}

fn make_room(attempts: &mut HashMap<Subject, Attempts>, now: Instant) {
    if attempts.len() + 2 <= MOST_SUBJECTS {
        return;
    }
    attempts.retain(|_, held| now.since(held.last) <= FORGET_AFTER);
    while attempts.len() + 2 > MOST_SUBJECTS {
        let stalest = attempts.iter().min_by_key(|(_, held)| held.last).map(|(s, _)| s.clone());
        let Some(stalest) = stalest else { return };
        attempts.remove(&stalest);
    }
}

/// The address that counts: a host of IPv4, a /64 of IPv6 (one customer's network).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let network = v6.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn second(n: i64) -> Instant {
        Instant::from_seconds(1_700_000_000 + n)
    }

    #[test]
    fn guessing_one_user_gets_slower_and_slower() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.begin("ann", HOME, second(0)).unwrap();
        }
        assert_eq!(throttle.begin("ann", HOME, second(0)), Err(Duration::from_secs(1)));
        throttle.begin("ann", HOME, second(1)).unwrap();
        assert_eq!(throttle.begin("ann", HOME, second(1)), Err(Duration::from_secs(2)));
        throttle.begin("bob", HOME, second(1)).unwrap();
    }

    #[test]
    fn a_user_is_never_locked_out_for_more_than_a_minute() {
        let throttle = Throttle::default();
        let mut now = 0;
        for attempt in 0..200_u32 {
            now += 61;
            let elsewhere = IpAddr::V4(std::net::Ipv4Addr::from_bits(attempt * 256));
            throttle.begin("ann", elsewhere, second(now)).unwrap();
        }
    }

    #[test]
    fn trying_many_users_from_one_address_is_slowed_too() {
        let throttle = Throttle::default();
        for n in 0..20 {
            throttle.begin(&format!("user{n}"), HOME, second(0)).unwrap();
        }
        assert!(throttle.begin("another", HOME, second(0)).is_err());
    }

    #[test]
    fn a_right_password_clears_the_slate() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            throttle.begin("ann", HOME, second(0)).unwrap();
            throttle.succeeded("ann", HOME);
        }
    }

    #[test]
    fn hosts_of_one_ipv6_network_count_as_one() {
        let one: IpAddr = "2001:db8:1:2::1".parse().unwrap();
        let other: IpAddr = "2001:db8:1:2:ffff::9".parse().unwrap();
        assert_eq!(network(one), network(other));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), HOME);
    }

    #[test]
    fn memory_for_attempts_is_bounded() {
        let throttle = Throttle::default();
        for n in 0..6_000_u32 {
            let from = IpAddr::V4(std::net::Ipv4Addr::from_bits(n));
            throttle.begin(&format!("user{n}"), from, second(0)).unwrap();
        }
        assert!(throttle.attempts.lock().len() <= MOST_SUBJECTS);
    }
}
