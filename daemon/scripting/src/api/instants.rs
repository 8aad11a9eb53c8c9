//! Instants: comparing them, and moving along them.

use jiff::SignedDuration;
use model::Instant;

use super::Api;

pub(super) fn register(api: &mut Api<'_>) {
    api.kind::<Instant>(
        "Instant",
        "A point in time. Compare two with `<`, `<=`, `==`, `>=`, `>`; `later - earlier` is hours.",
    );
    api.operator("<", |a: Instant, b: Instant| a < b);
    api.operator("<=", |a: Instant, b: Instant| a <= b);
    api.operator(">", |a: Instant, b: Instant| a > b);
    api.operator(">=", |a: Instant, b: Instant| a >= b);
    api.operator("==", |a: Instant, b: Instant| a == b);
    api.operator("!=", |a: Instant, b: Instant| a != b);
    api.operator("-", hours);
    api.operator("to_string", |at: &mut Instant| at.to_string());
    api.call(
        "Instant",
        "plus_hours(hours) -> Instant",
        "So many hours later, day and night.",
        plus,
    );
    api.call("Instant", "plus_hours(hours) -> Instant", "", |at: &mut Instant, hours: i64| {
        plus(at, hours as f64)
    });
    api.call(
        "Instant",
        "plus_days(days) -> Instant",
        "So many times 24 hours later.",
        |at: &mut Instant, days: i64| plus(at, days as f64 * 24.0),
    );
}

fn hours(later: Instant, earlier: Instant) -> f64 {
    later.since(earlier).as_secs_f64() / 3600.0
}

fn plus(at: &mut Instant, hours: f64) -> Instant {
    let seconds = (hours * 3600.0).clamp(-1e12, 1e12);
    at.plus(SignedDuration::from_millis((seconds * 1000.0) as i64))
}
