//! The silence watchdog (F90): a source that is unusually quiet for its own rhythm is told of, as an
//! alert about no case, by a channel that the administrator chose.
//!
//! How much mail is usual is counted by hour of the week over the weeks before. A silence is unusual
//! once so many messages would have come in it that none coming is no accident; so a night or a
//! weekend without mail is none, where it always was so.

use std::collections::BTreeMap;

use jiff::{SignedDuration, tz::TimeZone};
use model::{
    Actor, Alert, AlertId, Fact, Instant, LevelName, SourceId,
    alert::{Audience, Delivery, Ending, Pacing, Route, Urgency},
};

use crate::{
    Result,
    overlay::read_all,
    tables::{EVIDENCE, EvidenceRow},
    watchkeeper::Watchkeeper,
};

/// The name that its alerts go under, as that of a policy.
pub const POLICY: &str = "quiet_source";
/// How far back the rhythm is counted.
const WEEKS: i64 = 8;
/// The least that is known of a source before its silence can be unusual.
const LEAST: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Messages that would usually have come in a silence before it is unusual. Mail comes in bursts, so
/// this is well above what chance alone would ask for.
const MISSED: f64 = 12.0;
const HOUR: i64 = 3600;
/// Hours of a week.
const SLOTS: usize = 7 * 24;

/// What is watched, and who is told by which way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietRules {
    /// The sources, each with the silence that is too long in any case, if one is named.
    pub sources: BTreeMap<SourceId, Option<SignedDuration>>,
    /// The channel's name.
    pub channel: String,
    /// Whom.
    pub tell: Vec<String>,
}

/// A source that is too quiet.
#[derive(Debug, Clone, PartialEq)]
pub struct Quiet {
    /// The source.
    pub source: SourceId,
    /// When it took something in last; when it began to be watched if it never did.
    pub since: Instant,
    /// How many messages usually come in such a time; nothing where the limit is a configured one.
    pub usual: Option<f64>,
}

/// When mail of a source came.
#[derive(Debug, Clone)]
struct Rhythm {
    first: Instant,
    last: Instant,
    /// Messages by hour of the week, within the last weeks.
    slots: Box<[u32; SLOTS]>,
}

impl Rhythm {
    fn new(at: Instant) -> Self {
        Self { first: at, last: at, slots: Box::new([0; SLOTS]) }
    }

    fn add(&mut self, at: Instant, zone: &TimeZone, now: Instant) {
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        if now.since(at) <= SignedDuration::from_hours(WEEKS * 7 * 24) {
            self.slots[slot(at, zone)] += 1;
        }
    }

    /// How many messages usually come between the last one and `now`; nothing while too little is
    /// known.
    fn missed(&self, zone: &TimeZone, now: Instant) -> Option<f64> {
        let known = now.since(self.first);
        if known < LEAST {
            return None;
        }
        let weeks = (known.as_secs() as f64 / (7.0 * 24.0 * HOUR as f64)).min(WEEKS as f64);
        let silent = now.since(self.last).as_secs().clamp(0, WEEKS * 7 * 24 * HOUR);
        let mut missed = 0.0;
        let mut passed = 0;
        while passed < silent {
            let step = HOUR.min(silent - passed);
            let at = self.last.plus(SignedDuration::from_secs(passed + step / 2));
            let usual = f64::from(self.slots[slot(at, zone)]) / weeks;
            missed += usual * step as f64 / HOUR as f64;
            passed += step;
        }
        Some(missed)
    }
}

/// The hour of the week by the clock of `zone`.
fn slot(at: Instant, zone: &TimeZone) -> usize {
    let local = at.in_zone(zone);
    let day = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
    day * 24 + usize::try_from(local.hour()).unwrap_or(0)
}

impl Watchkeeper {
    /// The sources that are too quiet at `now`.
    pub fn quiet(&self, rules: &QuietRules, now: Instant) -> Result<Vec<Quiet>> {
        let zone = self.settings.hours().zone().clone();
        let rhythms = self.rhythms(rules, &zone, now)?;
        let mut quiet = Vec::new();
        for (source, limit) in &rules.sources {
            let Some(rhythm) = rhythms.get(source.as_str()) else { continue };
            let since = rhythm.last;
            let missed = rhythm.missed(&zone, now).filter(|missed| *missed >= MISSED);
            let over = limit.is_some_and(|limit| now.since(since) > limit);
            if missed.is_some() || over {
                quiet.push(Quiet { source: source.clone(), since, usual: missed });
            }
        }
        Ok(quiet)
    }

    fn rhythms(
        &self,
        rules: &QuietRules,
        zone: &TimeZone,
        now: Instant,
    ) -> Result<BTreeMap<String, Rhythm>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut rhythms: BTreeMap<String, Rhythm> = BTreeMap::new();
        read_all::<EvidenceRow>(&*snapshot, EVIDENCE, &[], |_, row| {
            if rules.sources.contains_key(&SourceId::new(&row.source)) {
                // What a server says of old mail counts, so that a first sync is no burst.
                let at = row.received.map_or(row.captured, |received| received.at).min(now);
                let rhythm = rhythms.entry(row.source).or_insert_with(|| Rhythm::new(at));
                rhythm.add(at, zone, now);
            }
            true
        })?;
        Ok(rhythms)
    }

    /// Queues an alert for every source that became too quiet, and ends those of sources that have
    /// spoken again. A silence is told once. Gives how many alerts were queued.
    pub fn watch_silence(&self, rules: &QuietRules, now: Instant) -> Result<usize> {
        let quiet = self.quiet(rules, now)?;
        let still = |alert: &Alert| {
            quiet.iter().any(|one| one.source.as_str() == alert.key && one.since == alert.at)
        };
        self.end_alerts(POLICY, still, now)?;
        let mut told = 0;
        for one in &quiet {
            let alert = rules.alert(POLICY, one.source.as_str(), one.since, self.says_of(one, now));
            if rules.tell.is_empty() || self.desk()?.alert(&alert.id).is_some() {
                continue;
            }
            log::warn!(source:% = one.source, since:% = one.since; "a source is unusually quiet");
            self.tell_of(alert, rules, now)?;
            told += 1;
        }
        Ok(told)
    }

    /// Queues an alert about no case for those whom `rules` name.
    pub(crate) fn tell_of(&self, alert: Alert, rules: &QuietRules, now: Instant) -> Result<()> {
        let deliver =
            |to: &String| Delivery { to: to.clone(), due: now, route: Route::Notice, held: None };
        let deliveries = rules.tell.iter().map(deliver).collect();
        let fact = Fact::AlertQueued { alert: Box::new(alert), deliveries };
        self.act_on_alerts(fact, Actor::System, now)?;
        Ok(())
    }

    /// Ends the open alerts of `policy` that do not hold any more.
    pub(crate) fn end_alerts(
        &self,
        policy: &str,
        holds: impl Fn(&Alert) -> bool,
        now: Instant,
    ) -> Result<()> {
        let desk = self.desk()?;
        let over = desk.maybe_open().filter(|tracked| {
            tracked.alert.policy == policy && tracked.is_open(now) && !holds(&tracked.alert)
        });
        let ids: Vec<AlertId> = over.map(|tracked| tracked.alert.id).collect();
        for alert in ids {
            let fact = Fact::AlertEnded { alert, reason: Ending::Settled };
            self.act_on_alerts(fact, Actor::System, now)?;
        }
        Ok(())
    }

    fn says_of(&self, quiet: &Quiet, now: Instant) -> String {
        let hours = now.since(quiet.since).as_hours();
        let usual = quiet.usual.map_or_else(String::new, |usual| {
            format!("; about {usual:.0} usually come in that time")
        });
        let watches = self.outside().watches();
        let watch = watches.into_iter().find(|watch| watch.source == quiet.source);
        let error = watch.and_then(|watch| watch.error);
        let error = error.map_or_else(
            || "; no error is known: look whether mail still goes there".to_owned(),
            |error| format!("; its last error: {error}"),
        );
        format!(
            "{} has taken nothing in since {} ({hours} h){usual}{error}",
            quiet.source, quiet.since
        )
    }
}

impl QuietRules {
    /// An alert about a source, or something else of ours, and no case.
    pub(crate) fn alert(&self, policy: &str, about: &str, at: Instant, says: String) -> Alert {
        let audience = Audience::Person(self.tell.first().cloned().unwrap_or_default());
        let key = about.to_owned();
        Alert {
            id: AlertId::derive(None, policy, &key, &audience, at),
            case: None,
            account: None,
            policy: policy.to_owned(),
            at,
            group: key.clone(),
            key,
            audience,
            channel: self.channel.clone(),
            urgency: Urgency::Page,
            says,
            level: LevelName::none(),
            rank: 0,
            top: true,
            owner: None,
            team: None,
            pacing: Pacing::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rhythm of `per_hour` messages in every office hour of the weeks before `until`.
    fn office(per_hour: u32, until: &str) -> Rhythm {
        let until: Instant = until.parse().unwrap();
        let mut at = until.plus(SignedDuration::from_hours(-4 * 7 * 24));
        let mut rhythm = Rhythm::new(at);
        while at <= until {
            let local = at.in_zone(&TimeZone::UTC);
            let works = local.weekday().to_monday_zero_offset() < 5;
            if works && (9..17).contains(&local.hour()) {
                for _ in 0..per_hour {
                    rhythm.add(at, &TimeZone::UTC, until);
                }
            }
            at = at.plus(SignedDuration::from_hours(1));
        }
        rhythm
    }

    fn missed(rhythm: &Rhythm, now: &str) -> f64 {
        rhythm.missed(&TimeZone::UTC, now.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_weekend_without_mail_is_no_silence_and_a_morning_is() {
        // A Friday, and the Monday after it.
        let rhythm = office(5, "2026-01-16T16:00:00Z");
        assert!(missed(&rhythm, "2026-01-19T09:30:00Z") < MISSED);
        assert!(missed(&rhythm, "2026-01-19T12:30:00Z") > MISSED);
    }

    #[test]
    fn a_source_that_is_hardly_known_is_given_time() {
        let rhythm = Rhythm::new("2026-01-10T00:00:00Z".parse().unwrap());
        assert_eq!(rhythm.missed(&TimeZone::UTC, "2026-01-20T00:00:00Z".parse().unwrap()), None);
    }
}
