//! Reading everything that the pilot report counts, once.

use engine::alerts::Forecaster;
use model::{CaseId, Instant, LevelName, PromiseState, Promisor};
use store::Snapshot;

use super::{
    Gathered, PilotCase, PilotRequest, Promised,
    course::{first_sign, is_ours, reaction, told},
};
use crate::{
    Result,
    acts::invalid,
    library::Rows,
    overlay::read_all,
    promises::PromiseRecord,
    record::CaseRow,
    rules::{Bench, scales::Scales},
    tables::{
        ASSESSMENT, AssessmentRow, CARD, CASE, CaseState, MESSAGE, MessageRow, PROMISE, case_key,
        number_key,
    },
    watchkeeper::Watchkeeper,
};

/// What every case is read with.
struct Reading<'a> {
    rows: &'a dyn Snapshot,
    scales: Scales,
    bench: Bench,
    since: Instant,
    until: Instant,
}

impl Watchkeeper {
    pub(super) fn gather(&self, asked: PilotRequest, now: Instant) -> Result<Gathered> {
        let snapshot = self.ports.views.snapshot()?;
        let until = asked.until.unwrap_or(now).min(now);
        let mut cases: Vec<(CaseId, CaseState)> = Vec::new();
        read_all::<CaseState>(&*snapshot, CASE, &[], |key, state| {
            if state.merged_into.is_none()
                && !state.messages.is_empty()
                && let Ok(bytes) = <[u8; 8]>::try_from(key)
            {
                cases.push((CaseId::from_number(u64::from_be_bytes(bytes)), state));
            }
            true
        })?;
        let first = cases.iter().map(|(_, state)| state.first_at).min();
        let since = asked.since.or(first).unwrap_or(until);
        if since > until || asked.split.is_some_and(|split| split < since || split > until) {
            let remedy =
                "give `since`, `split` and `until` in this order, none of them later than now";
            return Err(invalid("the instants are not in order", remedy));
        }
        let bench = self.bench();
        let rules = bench.of(None).rules().clone();
        let reading = Reading { rows: &*snapshot, scales: self.scales()?, bench, since, until };
        let within = |at: Instant| at >= since && at <= until;
        let roster = self.settings.roster();
        let mut forecaster = Forecaster::new(&roster, rules);
        let mut courses = Vec::new();
        let mut promises = Vec::new();
        for (case, state) in &cases {
            let Some(row) = reading.rows.row::<CaseRow>(CARD, &case_key(*case))? else { continue };
            courses.extend(self.course(&reading, *case, state, &row, &mut forecaster)?);
            promises.extend(promised(&reading, *case, state, &row)?);
        }
        let mut written = Vec::new();
        read_all::<MessageRow>(&*snapshot, MESSAGE, &[], |_, row| {
            written.extend(within(row.at).then_some(row.at));
            true
        })?;
        let began =
            cases.iter().map(|(_, state)| state.first_at).filter(|at| within(*at)).collect();
        let forecast = forecaster.run(since, until);
        Ok(Gathered { since, until, began, written, courses, promises, forecast })
    }

    /// Plays a case to its policies, and follows it if it became an escalation within the time.
    fn course(
        &self,
        reading: &Reading<'_>,
        case: CaseId,
        state: &CaseState,
        row: &CaseRow,
        forecaster: &mut Forecaster<'_>,
    ) -> Result<Option<PilotCase>> {
        let Reading { rows, scales, bench, since, until } = reading;
        let Some(kept) = rows.row::<AssessmentRow>(ASSESSMENT, &case_key(case))? else {
            return Ok(None);
        };
        let late = |at: Instant| at >= *since;
        if !kept.assessment.findings.last().is_some_and(|finding| late(finding.at)) {
            return Ok(None);
        }
        let from = state.first_at.min(*since);
        let wishes = self.wishes_of(case, None, bench, from, *until)?.unwrap_or_default();
        let key = case_key(case);
        let escalated = |level: &LevelName| scales.escalated(&key, level);
        let sign = first_sign(&kept.assessment, &escalated);
        let sign = sign.filter(|sign| late(sign.escalated) && sign.escalated <= *until);
        let course = sign.map(|sign| -> Result<PilotCase> {
            let messages = messages(*rows, state)?;
            let known = |at: &Instant| at <= until;
            Ok(PilotCase {
                row: row.clone(),
                sign: sign.at,
                span: sign.span,
                quote: None,
                level: Some(sign.level),
                escalated: sign.escalated,
                told: told(&wishes, sign.at),
                reaction: reaction(state, &messages, sign.at).filter(|one| known(&one.at)),
            })
        });
        forecaster.add(wishes);
        course.transpose()
    }
}

/// The promises of ours that a case holds.
fn promised(
    reading: &Reading<'_>,
    case: CaseId,
    state: &CaseState,
    row: &CaseRow,
) -> Result<Vec<Promised>> {
    let held = reading.rows.row::<Vec<PromiseRecord>>(PROMISE, &case_key(case))?;
    let mut held = held.unwrap_or_default();
    held.retain(|one| one.by == Promisor::Us && one.at >= reading.since && one.at <= reading.until);
    let missed = held.iter().any(|one| one.state == PromiseState::Missed);
    let messages = if missed { messages(reading.rows, state)? } else { Vec::new() };
    let last = messages.iter().filter(|row| is_ours(row)).map(|row| row.at).max();
    let promised = |one: PromiseRecord| Promised {
        row: row.clone(),
        at: one.at,
        state: one.state,
        timed: one.due.is_some(),
        unfollowed: one.state == PromiseState::Missed
            && one.due.is_some_and(|due| last.is_none_or(|last| last < due)),
    };
    Ok(held.into_iter().map(promised).collect())
}

fn messages(rows: &dyn Snapshot, state: &CaseState) -> Result<Vec<MessageRow>> {
    let rows = state.messages.iter().map(|number| rows.row(MESSAGE, &number_key(*number)));
    Ok(rows.collect::<Result<Vec<Option<MessageRow>>>>()?.into_iter().flatten().collect())
}
