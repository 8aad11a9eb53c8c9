//! Case files of one chunk, read together.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use engine::CaseFile;
use model::Assessment;
use rayon::prelude::*;

use super::Candidate;
use crate::{
    AppError, Result,
    case_files::{Files, case_file},
    library::{self, Rows},
    record::CaseRow,
    tables::{
        ASSESSMENT, AssessmentRow, CARD, CASE, CaseState, FieldRow, MESSAGE, MessageRow, case_key,
        number_key, scope_account,
    },
    texts::{Text, TextCache},
    watchkeeper::Watchkeeper,
};

/// A case with what the active set found in it last.
pub(super) struct Filed {
    pub(super) file: Arc<CaseFile>,
    pub(super) kept: Option<Assessment>,
    /// The case as queues show it, for policies.
    pub(super) card: Option<CaseRow>,
    /// What people set.
    pub(super) fields: Vec<FieldRow>,
}

impl Watchkeeper {
    /// Reads the cases of `chunk`; those that ceased to be meanwhile are left out.
    pub(super) fn filed(&self, chunk: &[Candidate], stop: &AtomicBool) -> Result<Vec<Filed>> {
        let snapshot = self.ports.views.snapshot()?;
        let rows = &*snapshot;
        let mut states: Vec<CaseState> = Vec::with_capacity(chunk.len());
        let mut found = Vec::with_capacity(chunk.len());
        let mut wanted: Vec<(u64, MessageRow)> = Vec::new();
        for one in chunk {
            let Some(state) = rows.row::<CaseState>(CASE, &case_key(one.case))? else { continue };
            if state.merged_into.is_some() || state.messages.is_empty() {
                continue;
            }
            for number in &state.messages {
                let row = rows.row::<MessageRow>(MESSAGE, &number_key(*number))?;
                wanted.extend(row.map(|row| (*number, row)));
            }
            states.push(state);
            found.push(one.case);
        }
        let texts = self.parsed(rows, &wanted, stop)?;
        let directory = self.directory()?;
        let files = Files {
            rows,
            evidence: &*self.ports.evidence,
            settings: &self.settings,
            directory: &directory,
            texts: &texts,
        };
        let mut filed = Vec::with_capacity(states.len());
        for (case, state) in found.into_iter().zip(states) {
            if stop.load(Ordering::Relaxed) {
                return Err(AppError::Stopped);
            }
            let account = scope_account(state.summary.scope()).and_then(|id| directory.account(id));
            let file = Arc::new(case_file(&files, case, &state, account.cloned())?);
            let kept = rows.row::<AssessmentRow>(ASSESSMENT, &case_key(case))?;
            let card = rows.row::<CaseRow>(CARD, &case_key(case))?;
            let kept = kept.map(|row| row.assessment);
            filed.push(Filed { file, kept, card, fields: state.fields });
        }
        Ok(filed)
    }

    /// The texts of these messages, read in the order that is cheapest and parsed side by side.
    fn parsed(
        &self,
        rows: &dyn store::Snapshot,
        wanted: &[(u64, MessageRow)],
        stop: &AtomicBool,
    ) -> Result<TextCache> {
        let ids: Vec<_> = wanted.iter().map(|(_, row)| row.evidence).collect();
        let mut raw: Vec<Option<Box<[u8]>>> = vec![None; ids.len()];
        self.ports.evidence.get_many(&ids, &mut |at, bytes| {
            if !stop.load(Ordering::Relaxed) {
                raw[at] = Some(bytes.into());
            }
        })?;
        let directory = self.directory()?;
        let limits = &self.settings.limits;
        let texts = TextCache::new(usize::MAX);
        wanted.par_iter().zip(raw).try_for_each(|((number, row), bytes)| {
            let Some(bytes) = bytes.filter(|_| !stop.load(Ordering::Relaxed)) else {
                return Ok::<(), AppError>(());
            };
            if let Some(message) = library::parse_row(rows, &bytes, limits, *number, row)? {
                texts.put(Text::of(&message, &directory));
            }
            Ok(())
        })?;
        Ok(texts)
    }
}
