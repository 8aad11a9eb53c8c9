//! What changed since an instant: the feed that a person reads in the morning.

use model::{Assessment, Instant};

use crate::{
    Result,
    library::Rows,
    query::{PageRequest, queues::QueueFilter},
    record::{CaseRow, Page, TimelineItem, TimelineKind},
    tables::{CARD, CaseState, HANDOFF, HandoffRow, NOTE, NoteRow, case_key, number_key},
    watchkeeper::Watchkeeper,
};

/// A case with what happened in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChanges {
    /// The case as it is now.
    pub row: CaseRow,
    /// What happened, the latest first.
    pub items: Vec<TimelineItem>,
}

impl Watchkeeper {
    /// Cases in which something happened after `since`, the latest first, each with what did.
    /// `shown` says what the reader may see; a case of which nothing is left is left out.
    pub fn changes(
        &self,
        since: Instant,
        filter: &QueueFilter,
        page: &PageRequest,
        now: Instant,
        shown: impl Fn(&TimelineKind) -> bool,
    ) -> Result<Page<CaseChanges>> {
        let cases: Vec<_> = {
            let board = self.board()?.read();
            let wanted = board.changed_since(since).filter(|place| filter.takes(&board, place));
            wanted.map(|place| place.id).collect()
        };
        let snapshot = self.ports.views.snapshot()?;
        page.cut(&cases, |case| {
            let Some(row) = snapshot.row::<CaseRow>(CARD, &case_key(*case))? else {
                return Ok(None);
            };
            let mut items = self.case(*case, now)?.timeline;
            items.retain(|item| item.at > since && item.at <= now && shown(&item.what));
            items.reverse();
            Ok((!items.is_empty()).then_some(CaseChanges { row, items }))
        })
    }
}

/// When something about a case changed last, as far as it is no later than `now`.
pub(crate) fn changed_at<R: Rows + ?Sized>(
    rows: &R,
    state: &CaseState,
    assessment: &Assessment,
    now: Instant,
) -> Result<Instant> {
    let mut latest = state.last_at;
    let mut heed = |at: Instant| {
        if at <= now {
            latest = latest.max(at);
        }
    };
    assessment.findings.iter().for_each(|finding| heed(finding.at));
    state.fields.iter().for_each(|field| heed(field.at));
    state.judged.iter().for_each(|judged| heed(judged.at));
    for number in &state.notes {
        if let Some(note) = rows.row::<NoteRow>(NOTE, &number_key(*number))? {
            heed(note.at);
        }
    }
    Ok(latest)
}

/// The latest time that a case was handed over.
pub(crate) fn handoff_of<R: Rows + ?Sized>(
    rows: &R,
    case: model::CaseId,
) -> Result<Option<HandoffRow>> {
    rows.row(HANDOFF, &case_key(case))
}
