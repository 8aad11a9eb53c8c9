//! What people say of signals, and what signals nearly said of messages.

use std::sync::Arc;

use engine::{Evaluator, why_not};
use model::{Actor, CaseId, Fact, FindingKind, Instant, MessageKey, SignalId, fact::Judgement};

use crate::{
    Result,
    acts::invalid,
    card::{quote, signal_title},
    library::Rows,
    record::{JudgedRecord, NearMissRecord, SignalRecord, TimelineItem, TimelineKind},
    tables::{ASSESSMENT, AssessmentRow, CaseState, case_key},
    watchkeeper::{Watchkeeper, not_found},
};

impl Watchkeeper {
    /// Records what a person says of a signal of a case. A signal that is snoozed or disagreed with
    /// no longer counts for the severity; see [`Judgement`].
    pub fn judge_signal(
        &self,
        case: CaseId,
        signal: &SignalId,
        judgement: Judgement,
        reason: String,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let (case, _) = self.live_case(case)?;
        let snapshot = self.ports.views.snapshot()?;
        let assessed: Option<AssessmentRow> = snapshot.row(ASSESSMENT, &case_key(case))?;
        let fired = assessed.is_some_and(|row| {
            row.assessment.findings.iter().any(
                |f| matches!(&f.kind, FindingKind::SignalRaised { signal: s, .. } if s == signal),
            )
        });
        if !fired {
            return Err(not_found(format!("signal {signal} on case {case}")));
        }
        match judgement {
            Judgement::Snoozed { until } if until <= now => {
                return Err(invalid("the snooze ends in the past", "name a later time in `until`"));
            }
            Judgement::Snoozed { .. } | Judgement::Disagreed if reason.trim().is_empty() => {
                return Err(invalid("the reason is empty", "say why in `reason`"));
            }
            _ => {}
        }
        let fact = Fact::SignalJudged { case, signal: signal.clone(), judgement, reason };
        self.record(fact, actor, now).map(|_| ())
    }

    /// Which signals nearly fired when a message of a case came, and the condition that failed. It is
    /// worked out when asked, by the active rule set.
    pub fn why_not(&self, case: CaseId, key: MessageKey) -> Result<Vec<NearMissRecord>> {
        let (case, state) = self.live_case(case)?;
        let snapshot = self.ports.views.snapshot()?;
        let file = Arc::new(self.file(&*snapshot, case, &state)?);
        let rules = self.bench().judge(&file).clone();
        let Some(nearly) = why_not(&file, &*rules, key) else {
            return Err(not_found(format!("message {key} in case {case}")));
        };
        let record = |near: engine::NearMiss| NearMissRecord {
            title: signal_title(&*rules, &near.signal),
            evidence: near.spans.iter().filter_map(|span| quote(&file, span)).collect(),
            signal: near.signal,
            reason: near.reason,
        };
        Ok(nearly.into_iter().map(record).collect())
    }
}

/// What persons said of one raising of a signal: from then on, until it ended.
pub(crate) fn judged(state: &CaseState, signal: &SignalRecord) -> Vec<JudgedRecord> {
    let said = state.judged.iter().filter(|row| {
        row.signal == signal.signal
            && row.at >= signal.at
            && signal.cleared_at.is_none_or(|cleared| row.at <= cleared)
    });
    said.map(|row| JudgedRecord {
        judgement: row.judgement,
        reason: row.reason.clone(),
        by: row.by.clone(),
        at: row.at,
    })
    .collect()
}

/// What persons said of signals, as items of the timeline.
pub(crate) fn judgements_as_items(state: &CaseState, rules: &dyn Evaluator) -> Vec<TimelineItem> {
    let item = |row: &crate::tables::JudgedRow| {
        let title = signal_title(rules, &row.signal);
        let said = match row.judgement {
            Judgement::Acknowledged => format!("acknowledged {title}"),
            Judgement::Disagreed => format!("disagreed with {title}"),
            Judgement::Snoozed { until } => format!("snoozed {title} until {until}"),
            Judgement::Restored => format!("let {title} count again"),
        };
        let text = if row.reason.is_empty() { said } else { format!("{said}: {}", row.reason) };
        let what =
            TimelineKind::Act { act: state.changed, text, by: row.by.clone(), undoable: false };
        TimelineItem { at: row.at, what }
    };
    state.judged.iter().map(item).collect()
}
