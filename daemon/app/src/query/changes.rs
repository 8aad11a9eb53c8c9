//! What changed since an instant: the feed that a person reads in the morning.

use std::{cmp::Reverse, collections::BTreeMap};

use model::{Assessment, Instant, MessageKey};

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
    /// What happened, what became known last first.
    pub items: Vec<Happened>,
}

/// Something that happened in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What, and when.
    pub item: TimelineItem,
    /// When it became known, if it had happened before the reader read last.
    pub late: Option<Instant>,
}

impl Happened {
    /// When a reader could know of it.
    fn known(&self) -> Instant {
        self.late.unwrap_or(self.item.at)
    }
}

/// What of a timeline became known after `since`, by `now`: what happened since then, and mail that
/// came late, with the signals and levels that it brought.
fn news(timeline: Vec<TimelineItem>, since: Instant, now: Instant) -> Vec<Happened> {
    let mut late: BTreeMap<MessageKey, (Instant, Instant)> = BTreeMap::new();
    for item in &timeline {
        if let TimelineKind::Message { message, noticed, .. } = &item.what
            && item.at <= since
            && *noticed > since
            && *noticed <= now
        {
            late.insert(*message, (item.at, *noticed));
        }
    }
    let came_late = |item: &TimelineItem| match &item.what {
        TimelineKind::Message { message, .. } => late.get(message).map(|(_, noticed)| *noticed),
        TimelineKind::Signal { evidence, .. } => {
            let known = |key: &MessageKey| late.get(key).map(|(_, noticed)| *noticed);
            evidence.iter().filter_map(|quote| known(&quote.span.message)).max()
        }
        // Found as of the instant of a message, which is that of no other.
        TimelineKind::Severity { by: None, .. }
        | TimelineKind::Owner { by: None, .. }
        | TimelineKind::Alert { .. } => {
            late.values().find(|(at, _)| *at == item.at).map(|(_, noticed)| *noticed)
        }
        _ => None,
    };
    let mut found: Vec<Happened> = Vec::new();
    for item in timeline {
        if item.at > since && item.at <= now {
            found.push(Happened { item, late: None });
        } else if item.at <= since
            && let Some(noticed) = came_late(&item)
        {
            found.push(Happened { item, late: Some(noticed) });
        }
    }
    found.reverse();
    found.sort_by_key(|happened| Reverse(happened.known()));
    found
}

impl Watchkeeper {
    /// Cases in which something became known after `since`, the latest first, each with what did.
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
            let mut items = news(self.case(*case, now)?.timeline, since, now);
            items.retain(|happened| shown(&happened.item.what));
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
    if state.noticed <= now {
        latest = latest.max(state.noticed);
    }
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
