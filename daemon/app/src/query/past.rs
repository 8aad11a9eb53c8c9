//! A case as it was at an instant of the past.
//!
//! The fold goes along the time at which things happened, so what it had found by then is what it
//! has found up to then. What people set is read from their acts, since the views keep the last.

use model::{CaseId, Fact, Instant};

use crate::{
    Result,
    card::card,
    passages::{Passages, spans_of},
    promises,
    query::cases::{Seen, unassessed},
    record::CaseRecord,
    regroup::actor_name,
    tables::{ASSESSMENT, AssessmentRow, CaseState, FieldRow, case_key},
    watchkeeper::{Watchkeeper, not_found},
};
use crate::{fields, library::Rows};

impl Watchkeeper {
    /// Everything about a case as it was at `at`; not found before its first message.
    pub fn case_at(&self, id: CaseId, at: Instant) -> Result<CaseRecord> {
        let (id, mut state) = self.live_case(id)?;
        state.fields = self.fields_at(&state, at)?;
        state.judged.retain(|row| row.at <= at);
        let snapshot = self.ports.views.snapshot()?;
        let rows = &*snapshot;
        let mut file = self.file(rows, id, &state)?;
        let rules = self.bench().judge(&file).clone();
        file.messages.retain(|message| message.at <= at);
        let Some(last) = file.messages.last() else {
            return Err(not_found(format!("case {id} at {at}")));
        };
        state.last_at = last.at;
        let kept: Option<AssessmentRow> = rows.row(ASSESSMENT, &case_key(id))?;
        let mut assessment = kept.map_or_else(|| unassessed(&*rules), |row| row.assessment);
        assessment.findings.retain(|finding| finding.at <= at);
        let values = fields::spans(rows, id)?;
        let passages = Passages::of(&file, spans_of(&assessment.findings).chain(&values));
        let row = card(&file, &state, &assessment, &*rules, at);
        let made = promises::records(&file, &assessment, &row, at);
        let seen = Seen { assessment, passages, rules, file: None };
        let mut record = self.compose(rows, id, &state, seen, row, at)?;
        record.promises = made;
        record.timeline.retain(|item| item.at <= at);
        record.custom_fields.retain(|value| value.at <= at);
        record.review.retain(|review| review.at <= at);
        Ok(record)
    }

    /// The fields that people had set by `at`.
    fn fields_at(&self, state: &CaseState, at: Instant) -> Result<Vec<FieldRow>> {
        if state.fields.is_empty() && state.acts.is_empty() {
            return Ok(Vec::new());
        }
        let mut set: Vec<FieldRow> = Vec::new();
        for act in &state.acts {
            let Some(entry) = self.ports.journal.read(*act, 1)?.into_iter().next() else {
                continue;
            };
            if entry.seq != *act || entry.recorded > at {
                continue;
            }
            let Fact::CaseFieldSet { field, value, reason, .. } = entry.fact else { continue };
            set.retain(|known| known.field != field);
            let by = actor_name(&entry.actor);
            let row = |value| FieldRow { field, value, reason, by, at: entry.recorded };
            set.extend(value.map(row));
        }
        // What was set otherwise, such as by taking over a case, stands in the views alone.
        for row in state.fields.iter().filter(|row| row.at <= at) {
            if !set.iter().any(|known| known.field == row.field) {
                set.push(row.clone());
            }
        }
        Ok(set)
    }
}
