//! What policies would have told over the last days: before they are enabled.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    Evaluator,
    alerts::{Forecast, Forecaster},
    assess::assess,
};
use jiff::SignedDuration;
use model::{CaseId, Instant};
use serde::{Deserialize, Serialize};

use super::Recent;
use crate::{
    Result,
    acts::invalid,
    library::Rows,
    overlay::read_all,
    record::CaseRow,
    rules::Bench,
    tables::{ASSESSMENT, AssessmentRow, CARD, CASE, CaseState, case_key, scope_account},
    watchkeeper::Watchkeeper,
};

/// The most days that a forecast looks back.
const MOST_DAYS: u32 = 366;

/// What would have been told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastRecord {
    /// The rule set.
    pub rules: String,
    /// Days looked at.
    pub days: u32,
    /// Notices in all.
    pub notices: u32,
    /// Notices a day, on average.
    pub notices_a_day: f64,
    /// Pages among the alerts.
    pub pages: u32,
    /// Alerts that went along with others in one notice.
    pub grouped: u32,
    /// Alerts that were told to nobody.
    pub suppressed: u32,
    /// Alerts of which some went to the digest because somebody had had enough.
    pub over_budget: u32,
    /// Notices a person.
    pub people: Vec<PersonLoad>,
    /// Alerts told, by policy.
    pub policies: BTreeMap<String, u32>,
    /// Notices by day, as `2026-03-02`.
    pub by_day: BTreeMap<String, u32>,
    /// The cases that alerted, with their number of alerts, those with most first.
    pub cases: Vec<(CaseId, u32)>,
}

/// What one person would have got.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonLoad {
    /// The address.
    pub to: String,
    /// Notices in all.
    pub notices: u32,
    /// Notices a day, on average.
    pub notices_a_day: f64,
    /// The most on one day.
    pub most_a_day: u32,
    /// Lines of digests.
    pub digest_lines: u32,
}

impl Watchkeeper {
    /// What the active policies, or those of `other`, would have told over the last `days`, if
    /// somebody had acknowledged every notice within the hour.
    pub fn forecast_alerts(
        &self,
        other: Option<&dyn Evaluator>,
        days: u32,
        now: Instant,
    ) -> Result<ForecastRecord> {
        if days == 0 || days > MOST_DAYS {
            return Err(invalid(&format!("{days} days cannot be looked at"), "name 1 to 366"));
        }
        let from = now.plus(-SignedDuration::from_hours(i64::from(days) * 24));
        let bench = self.bench();
        let evaluator = other.unwrap_or(&**bench.of(None));
        let roster = self.settings.roster();
        let mut forecaster = Forecaster::new(&roster, evaluator.rules().clone());
        for case in self.cases_since(from)? {
            let Some(wishes) = self.wishes_of(case, other, &bench, from, now)? else { continue };
            forecaster.add(wishes);
        }
        let forecast = forecaster.run(from, now);
        Ok(ForecastRecord::of(&forecast, evaluator.rules().to_string(), days))
    }

    /// Cases that may have changed since `from`.
    fn cases_since(&self, from: Instant) -> Result<Vec<CaseId>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut cases = Vec::new();
        read_all::<AssessmentRow>(&*snapshot, ASSESSMENT, &[], |key, row| {
            let late = row.assessment.findings.last().is_some_and(|found| found.at >= from);
            if let Ok(bytes) = <[u8; 8]>::try_from(key) {
                cases.extend(late.then(|| CaseId::from_number(u64::from_be_bytes(bytes))));
            }
            true
        })?;
        Ok(cases)
    }

    /// What the policies of a case's rules, or of `other`, wish for upon its changes.
    pub(crate) fn wishes_of(
        &self,
        case: CaseId,
        other: Option<&dyn Evaluator>,
        bench: &Bench,
        from: Instant,
        now: Instant,
    ) -> Result<Option<Vec<engine::alerts::Wish>>> {
        let snapshot = self.ports.views.snapshot()?;
        let rows = &*snapshot;
        let card = rows.row::<CaseRow>(CARD, &case_key(case))?;
        let state = rows.row::<CaseState>(CASE, &case_key(case))?;
        let found = rows.row::<AssessmentRow>(ASSESSMENT, &case_key(case))?;
        let (Some(card), Some(state), Some(found)) = (card, state, found) else {
            return Ok(None);
        };
        let evaluator = other.unwrap_or(&**bench.of(card.team.as_deref()));
        let assessment = if found.assessment.rules == *evaluator.rules() {
            found.assessment
        } else {
            let file = Arc::new(self.file(rows, case, &state)?);
            assess(&file, evaluator, now).assessment
        };
        let directory = self.directory()?;
        let account = scope_account(state.summary.scope()).and_then(|id| directory.account(id));
        let recent = Recent {
            card: &card,
            fields: &state.fields,
            account: account.cloned(),
            assessment: &assessment,
            before: None,
            evaluator,
            since: from,
            until: now,
        };
        Ok(Some(recent.wishes()))
    }
}

impl PersonLoad {
    /// Nothing yet for this address.
    pub(crate) fn of(to: &str) -> Self {
        let to = to.to_owned();
        Self { to, notices: 0, notices_a_day: 0.0, most_a_day: 0, digest_lines: 0 }
    }
}

impl ForecastRecord {
    /// The figures of `forecast`, averaged over so many days.
    pub(crate) fn of(forecast: &Forecast, rules: String, days: u32) -> Self {
        let a_day = |count: u32| f64::from(count) / f64::from(days.max(1));
        let mut digest: BTreeMap<&str, u32> = BTreeMap::new();
        for (to, lines) in forecast.days.values().flat_map(|day| &day.digest) {
            *digest.entry(to).or_default() += lines;
        }
        let notices = forecast.people();
        let names: std::collections::BTreeSet<&str> =
            notices.keys().map(String::as_str).chain(digest.keys().copied()).collect();
        let person = |to: &str| {
            let (count, most_a_day) = notices.get(to).copied().unwrap_or_default();
            PersonLoad {
                to: to.to_owned(),
                notices: count,
                notices_a_day: a_day(count),
                most_a_day,
                digest_lines: digest.get(to).copied().unwrap_or_default(),
            }
        };
        let by_day = forecast
            .days
            .iter()
            .map(|(day, told)| (day.to_string(), told.notices.values().sum()))
            .collect();
        Self {
            rules,
            days,
            notices: forecast.notices(),
            notices_a_day: a_day(forecast.notices()),
            pages: forecast.pages,
            grouped: forecast.grouped,
            suppressed: forecast.suppressed,
            over_budget: forecast.over_budget,
            people: names.into_iter().map(person).collect(),
            policies: forecast.policies.clone(),
            by_day,
            cases: forecast.cases.clone(),
        }
    }
}
