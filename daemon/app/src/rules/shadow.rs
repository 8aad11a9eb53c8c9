//! Shadow: another set runs live beside the active one and notifies nobody.
//!
//! Nothing of what it finds is recorded as a fact. Whenever a case is assessed, the other set
//! assesses it too, and what differs since the shadow began is kept in the views.

use std::{collections::BTreeMap, sync::Arc};

use engine::{CaseFile, Evaluator, RuleError, assess};
use jiff::SignedDuration;
use model::{Actor, Assessment, CaseId, Fact, Instant, RuleSetId, SignalId};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Bench,
    compare::{CaseChange, Summary, change},
    rows::{SHADOW, ShadowedRow},
};
use crate::{
    AppError, Result,
    acts::invalid,
    overlay::{Overlay, read_all},
    tables::case_key,
    watchkeeper::{Watchkeeper, not_found},
};

/// The longest time a shadow runs, in days.
const LONGEST: i64 = 92;
/// The most cases that a report names.
const NAMED: usize = 500;

/// A set that runs beside the active one.
pub struct Shadow {
    team: Option<String>,
    evaluator: Arc<dyn Evaluator>,
    since: Instant,
    until: Instant,
}

/// What a case looks like in the shadow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShadowRow {
    /// The team whose set it ran beside.
    pub team: Option<String>,
    /// The set that ran beside.
    pub rules: RuleSetId,
    /// What differs, if anything does.
    pub change: Option<CaseChange>,
}

/// What a shadow has shown so far.
#[derive(Debug, Clone)]
pub struct ShadowReport {
    /// The set that runs beside, since when, until when.
    pub shadow: ShadowedRow,
    /// The active set.
    pub active: RuleSetId,
    /// Whether it still runs.
    pub running: bool,
    /// Cases that something happened to meanwhile.
    pub watched: u64,
    /// Cases that both sets see alike.
    pub alike: u64,
    /// By signal, how many cases only the other set raises it on, and only the active one.
    pub signals: BTreeMap<SignalId, (u64, u64)>,
    /// Escalations only the other set sees.
    pub escalations_gained: u64,
    /// Escalations only the active set sees.
    pub escalations_lost: u64,
    /// Cases that differ, at most 500.
    pub cases: Vec<CaseChange>,
    /// Scripts of the other set that ran away.
    pub runaways: Vec<RuleError>,
}

impl Shadow {
    /// Assesses those of `cases`, which the active sets have just assessed, that are its team's, and
    /// keeps what differs.
    pub(crate) fn watch(
        &self,
        rows: &mut Overlay,
        cases: &[(&Arc<CaseFile>, &Assessment)],
        bench: &Bench,
        now: Instant,
    ) -> Result<()> {
        let team = self.team.as_deref();
        let active = &**bench.of(team);
        let owned = |case: &CaseFile| bench.owner(case.team().map(|team| &**team)) == team;
        let cases: Vec<_> = cases.iter().filter(|(file, _)| owned(file)).collect();
        let until = now.min(self.until);
        let found: Vec<(CaseId, Option<ShadowRow>)> = cases
            .par_iter()
            .map(|(file, assessment)| {
                let other = assess(file, &*self.evaluator, now).assessment;
                let sum = |findings: &[_], evaluator: &dyn Evaluator| {
                    Summary::of(findings, evaluator.levels(), self.since, until)
                };
                let before = sum(&assessment.findings, active);
                let after = sum(&other.findings, &*self.evaluator);
                let stirred =
                    |summary: &Summary| !summary.signals.is_empty() || summary.peak.is_some();
                let arrived = file.messages.last().is_some_and(|m| m.at >= self.since);
                if !arrived && !stirred(&before) && !stirred(&after) {
                    return (file.id, None);
                }
                let rules = self.evaluator.rules().clone();
                let (team, change) = (self.team.clone(), change(file, &before, &after));
                (file.id, Some(ShadowRow { team, rules, change }))
            })
            .collect();
        for (case, row) in found {
            match row {
                Some(row) => rows.put(SHADOW, &case_key(case), &row)?,
                None => rows.delete(SHADOW, &case_key(case)),
            }
        }
        Ok(())
    }
}

impl Watchkeeper {
    /// The sets that run beside active ones at `now`.
    pub(crate) fn running_shadows(&self, now: Instant) -> Vec<Arc<Shadow>> {
        let lines = self.rule_life.iter().flat_map(|life| life.lines.values());
        let shadows = lines.filter_map(|line| line.shadow.read().clone());
        shadows.filter(|shadow| now <= shadow.until).collect()
    }

    /// Goes on with the shadow of `team` that the journal says runs.
    pub(crate) fn resume_shadow(&self, team: Option<&str>, now: Instant) -> Result<()> {
        let life = self.life()?;
        let row = self.life_row(team)?.shadow;
        let shadow = match row.filter(|row| now <= row.until) {
            Some(row) => {
                let loaded = life.load(self.version_files(&row.rules)?, false)?;
                let whole = loaded.evaluator(&std::collections::BTreeSet::new());
                let evaluator = self.permitted(whole)?;
                let team = team.map(str::to_owned);
                Some(Arc::new(Shadow { team, evaluator, since: row.since, until: row.until }))
            }
            None => None,
        };
        *life.line(team)?.shadow.write() = shadow;
        Ok(())
    }

    /// Lets a version run beside the active set of `team` for so many days.
    pub fn start_shadow(
        &self,
        team: Option<&str>,
        rules: &RuleSetId,
        days: u32,
        note: &str,
        actor: Actor,
        now: Instant,
    ) -> Result<ShadowReport> {
        if days == 0 || i64::from(days) > LONGEST {
            return Err(invalid(&format!("{days} days"), "let it run for 1 to 92 days"));
        }
        if self.standing(team)?.loaded.id() == rules {
            return Err(AppError::Conflict { what: format!("{rules} is the active set itself") });
        }
        self.version_files(rules)?;
        let until = now.plus(SignedDuration::from_hours(24 * i64::from(days)));
        let (rules, note, of) = (rules.clone(), note.to_owned(), team.map(str::to_owned));
        let fact = Fact::ShadowStarted { rules, until, note, team: of };
        self.append(actor, fact, now)?;
        self.settle_facts(now)?;
        self.resume_shadow(team, now)?;
        self.shadow_report(team, now)
    }

    /// Stops the set that runs beside the active one; its report is forgotten.
    pub fn stop_shadow(&self, team: Option<&str>, actor: Actor, now: Instant) -> Result<()> {
        let row = self.life_row(team)?.shadow.ok_or_else(|| not_found("shadow"))?;
        let fact = Fact::ShadowStopped { rules: row.rules, team: team.map(str::to_owned) };
        self.append(actor, fact, now)?;
        self.settle_facts(now)?;
        self.resume_shadow(team, now)
    }

    /// What the shadow of `team` has shown so far.
    pub fn shadow_report(&self, team: Option<&str>, now: Instant) -> Result<ShadowReport> {
        let row = self.life_row(team)?.shadow.ok_or_else(|| not_found("shadow"))?;
        let shadow = self.life()?.line(team)?.shadow.read().clone();
        let mut report = ShadowReport {
            active: self.standing(team)?.loaded.id().clone(),
            running: now <= row.until,
            watched: 0,
            alike: 0,
            signals: BTreeMap::new(),
            escalations_gained: 0,
            escalations_lost: 0,
            cases: Vec::new(),
            runaways: shadow.map(|shadow| shadow.evaluator.runaways()).unwrap_or_default(),
            shadow: row,
        };
        let snapshot = self.ports.views.snapshot()?;
        read_all::<ShadowRow>(&*snapshot, SHADOW, &[], |_, kept| {
            let of_version = kept.rules.as_str().starts_with(report.shadow.rules.as_str());
            if of_version && kept.team.as_deref() == team {
                report.count(kept.change);
            }
            true
        })?;
        Ok(report)
    }
}

impl ShadowReport {
    fn count(&mut self, change: Option<CaseChange>) {
        self.watched += 1;
        let Some(change) = change else {
            self.alike += 1;
            return;
        };
        for signal in &change.gained {
            self.signals.entry(signal.clone()).or_default().0 += 1;
        }
        for signal in &change.lost {
            self.signals.entry(signal.clone()).or_default().1 += 1;
        }
        match (change.escalated_before, change.escalated_after) {
            (None, Some(_)) => self.escalations_gained += 1,
            (Some(_), None) => self.escalations_lost += 1,
            _ => {}
        }
        if self.cases.len() < NAMED {
            self.cases.push(change);
        }
    }
}
