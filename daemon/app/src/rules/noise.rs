//! The noise report: how often each signal fires, and which never does.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use model::{CaseId, FindingKind, Instant, RuleSetId, SignalId, fact::Judgement};

use crate::{
    Result,
    overlay::read_all,
    tables::{ASSESSMENT, AssessmentRow, CASE, CaseState, JudgedRow},
    watchkeeper::Watchkeeper,
};

/// What a signal does.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalNoise {
    /// The signal.
    pub signal: SignalId,
    /// Its title.
    pub title: String,
    /// How often it was raised within the window.
    pub fired: u64,
    /// On how many cases.
    pub cases: u64,
    /// Firings a day, on average.
    pub a_day: f64,
    /// The most firings of one day.
    pub most_a_day: u64,
    /// Share of its cases within the window that ever were escalations.
    pub escalated: Option<f64>,
    /// On how many cases people disagreed with it within the window.
    pub disagreed: u64,
    /// When it fired last, in all of history.
    pub last: Option<Instant>,
    /// Whether it never fired in all of history.
    pub dead: bool,
}

/// What all signals of the active set do.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseReport {
    /// The active set.
    pub rules: RuleSetId,
    /// From when.
    pub since: Instant,
    /// Up to when.
    pub until: Instant,
    /// The signals, the loudest first.
    pub signals: Vec<SignalNoise>,
}

#[derive(Default)]
struct Tally {
    fired: u64,
    cases: BTreeSet<CaseId>,
    days: BTreeMap<i64, u64>,
    escalated: u64,
    disagreed: u64,
    last: Option<Instant>,
}

impl Watchkeeper {
    /// What the signals of the active sets did in the last `days` days before `now`.
    pub fn noise(&self, days: u32, now: Instant) -> Result<NoiseReport> {
        let days = days.clamp(1, 3660);
        let since = now.plus(SignedDuration::from_hours(-24 * i64::from(days)));
        let scales = self.scales()?;
        let mut tallies: BTreeMap<SignalId, Tally> = BTreeMap::new();
        let snapshot = self.ports.views.snapshot()?;
        read_all::<AssessmentRow>(&*snapshot, ASSESSMENT, &[], |key, row| {
            let Ok(bytes) = <[u8; 8]>::try_from(key) else { return true };
            let case = CaseId::from_number(u64::from_be_bytes(bytes));
            let mut fired: BTreeSet<&SignalId> = BTreeSet::new();
            let mut escalated = false;
            for finding in row.assessment.findings.iter().filter(|f| f.at <= now) {
                match &finding.kind {
                    FindingKind::SignalRaised { signal, .. } => {
                        let tally = tallies.entry(signal.clone()).or_default();
                        tally.last = tally.last.max(Some(finding.at));
                        if finding.at >= since {
                            tally.fired += 1;
                            tally.cases.insert(case);
                            *tally
                                .days
                                .entry(finding.at.seconds().div_euclid(86_400))
                                .or_default() += 1;
                            fired.insert(signal);
                        }
                    }
                    FindingKind::Severity { level, .. } => {
                        escalated |= scales.escalated(key, level);
                    }
                    _ => {}
                }
            }
            for signal in fired.into_iter().filter(|_| escalated) {
                if let Some(tally) = tallies.get_mut(signal) {
                    tally.escalated += 1;
                }
            }
            true
        })?;
        read_all::<CaseState>(&*snapshot, CASE, &[], |_, state| {
            let disagreed = |row: &&JudgedRow| {
                row.judgement == Judgement::Disagreed && row.at >= since && row.at <= now
            };
            let signals: BTreeSet<&SignalId> =
                state.judged.iter().filter(disagreed).map(|row| &row.signal).collect();
            for signal in signals {
                tallies.entry(signal.clone()).or_default().disagreed += 1;
            }
            true
        })?;
        let standing = self.standing(None)?;
        let mut known = standing.loaded.signals();
        for team in self.rule_teams() {
            known.extend(self.active_rules(Some(&team))?.signals());
        }
        let mut seen = BTreeSet::new();
        known.retain(|signal| seen.insert(signal.id.clone()));
        let mut signals: Vec<SignalNoise> = known
            .into_iter()
            .map(|signal| {
                let tally = tallies.remove(&signal.id).unwrap_or_default();
                let cases = tally.cases.len() as u64;
                SignalNoise {
                    signal: signal.id,
                    title: signal.title,
                    fired: tally.fired,
                    cases,
                    a_day: tally.fired as f64 / f64::from(days),
                    most_a_day: tally.days.values().max().copied().unwrap_or(0),
                    escalated: (cases > 0).then(|| tally.escalated as f64 / cases as f64),
                    disagreed: tally.disagreed,
                    dead: tally.last.is_none(),
                    last: tally.last,
                }
            })
            .collect();
        signals.sort_by(|a, b| b.fired.cmp(&a.fired).then_with(|| a.signal.cmp(&b.signal)));
        Ok(NoiseReport { rules: standing.loaded.id().clone(), since, until: now, signals })
    }
}
