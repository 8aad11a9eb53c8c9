//! Handing a case over: an offer with the brief, and the new owner's acceptance.
//!
//! Until it is accepted the owner stays who they were: a watch is handed over when the next one
//! says so, not when the last one leaves.

mod brief;
mod telling;
pub(crate) mod times;

use model::{Actor, CaseId, Fact, Instant, Seq, fact::Entry};
use serde::{Deserialize, Serialize};
use store::Snapshot;

pub use brief::{Brief, BriefKind, BriefLine, BriefSection};
pub use telling::{HandoffRules, OFFERED, WAITING};
pub use times::Handoffs;

use crate::{
    Result,
    acts::invalid,
    batch::Batch,
    library::Rows,
    overlay::read_all,
    query::changes::handoff_of,
    record::{CaseRow, TimelineItem, TimelineKind},
    regroup::actor_name,
    tables::{CARD, FieldRow, HANDOFF, HANDOFF_BEFORE, HandoffRow, case_key},
    watchkeeper::{Watchkeeper, not_found},
};

/// A case that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    /// The fact that offered it.
    pub offer: Seq,
    /// Who is to take it.
    pub to: String,
    /// Who handed it over.
    pub by: String,
    /// When.
    pub at: Instant,
    /// What they said to it.
    pub note: String,
    /// Who took it.
    pub accepted_by: Option<String>,
    /// When.
    pub accepted_at: Option<Instant>,
    /// When those who wait for it are told that nobody has taken it; nothing once somebody has.
    pub reminds_at: Option<Instant>,
}

impl Handoff {
    /// How many seconds passed until it was accepted.
    pub fn seconds(&self) -> Option<i64> {
        self.accepted_at.map(|accepted| accepted.seconds() - self.at.seconds())
    }
}

/// A handoff with its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedCase {
    /// The case.
    pub row: CaseRow,
    /// The handoff.
    pub handoff: Handoff,
}

impl Watchkeeper {
    /// Hands a case over to `to`, a user's name or an address. An offer that nobody has accepted yet
    /// is replaced.
    pub fn hand_off(
        &self,
        case: CaseId,
        to: &str,
        note: String,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let (case, _) = self.live_case(case)?;
        let to = to.trim();
        if to.is_empty() {
            return Err(invalid("nobody is named", "say in `to` who is to take the case"));
        }
        if to == actor_name(&actor) {
            return Err(invalid("a case is not handed to oneself", "set the owner instead"));
        }
        self.record(Fact::HandoffOffered { case, to: to.to_owned(), note }, actor, now)?;
        self.watch_handoffs(now)
    }

    /// Takes a case over. Whoever is named takes it; if no user has that name, anybody but the one who
    /// handed it over.
    pub fn accept_handoff(
        &self,
        case: CaseId,
        is_user: impl Fn(&str) -> bool,
        actor: Actor,
        now: Instant,
    ) -> Result<()> {
        let (case, _) = self.live_case(case)?;
        let row = handoff_of(&*self.ports.views.snapshot()?, case)?;
        let Some(row) = row.filter(|row| row.accepted.is_none()) else {
            return Err(not_found(format!("a handoff of case {case} that waits")));
        };
        let who = actor_name(&actor);
        let named = who == row.to;
        if !named && (who == row.by || is_user(&row.to)) {
            let remedy = format!("{} has to accept it", row.to);
            return Err(invalid("this case was handed to somebody else", &remedy));
        }
        self.record(Fact::HandoffAccepted { case, offer: row.offer }, actor, now)?;
        self.watch_handoffs(now)
    }

    /// The latest handoff of a case that a team handles.
    pub(crate) fn handoff(&self, row: HandoffRow, team: Option<&str>) -> Handoff {
        let waits = row.accepted.is_none();
        let reminds_at = waits.then(|| self.reminds_at(&row, team));
        let (accepted_by, accepted_at) = row.accepted.unzip();
        let HandoffRow { offer, to, by, at, note, .. } = row;
        Handoff { offer, to, by, at, note, accepted_by, accepted_at, reminds_at }
    }

    /// Cases that were handed over and wait to be accepted, the longest waiting first.
    pub fn handoffs(&self) -> Result<Vec<HandedCase>> {
        let snapshot = self.ports.views.snapshot()?;
        let waiting = self.handed_over()?;
        let mut found = Vec::with_capacity(waiting.len());
        for (case, handoff) in waiting {
            let row = snapshot.row::<CaseRow>(CARD, &case_key(case))?;
            found.extend(row.map(|row| {
                let handoff = self.handoff(handoff, row.team.as_deref());
                HandedCase { row, handoff }
            }));
        }
        Ok(found)
    }

    /// Cases with an offer that waits, the longest waiting first.
    pub(crate) fn handed_over(&self) -> Result<Vec<(CaseId, HandoffRow)>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut waiting: Vec<(CaseId, HandoffRow)> = Vec::new();
        read_all::<HandoffRow>(&*snapshot, HANDOFF, &[], |key, row| {
            if let (None, Ok(bytes)) = (&row.accepted, <[u8; 8]>::try_from(key)) {
                waiting.push((CaseId::from_number(u64::from_be_bytes(bytes)), row));
            }
            true
        })?;
        waiting.sort_by_key(|(case, row)| (row.at, *case));
        Ok(waiting)
    }
}

/// Applies an offer or its acceptance: whoever accepts owns the case from then on.
pub(crate) fn apply(batch: &mut Batch, entry: &Entry, by: String) -> Result<()> {
    let case = match &entry.fact {
        Fact::HandoffOffered { case, to, note } => {
            let case = batch.resolve(*case)?;
            let row = HandoffRow {
                offer: entry.seq,
                to: to.clone(),
                by,
                at: entry.recorded,
                note: note.clone(),
                accepted: None,
            };
            if let Some(before) = batch.rows.get::<HandoffRow>(HANDOFF, &case_key(case))? {
                came_before(batch, case, vec![before])?;
            }
            batch.rows.put(HANDOFF, &case_key(case), &row)?;
            case
        }
        Fact::HandoffAccepted { case, offer } => {
            let case = batch.resolve(*case)?;
            let Some(mut row) = batch.rows.get::<HandoffRow>(HANDOFF, &case_key(case))? else {
                return Ok(());
            };
            if row.offer != *offer {
                return Ok(());
            }
            row.accepted = Some((by.clone(), entry.recorded));
            batch.rows.put(HANDOFF, &case_key(case), &row)?;
            let owner = FieldRow {
                field: "owner".to_owned(),
                value: row.to.clone(),
                reason: format!("handed over by {}", row.by),
                by,
                at: entry.recorded,
            };
            batch.change_case(case, |state| {
                state.fields.retain(|known| known.field != "owner");
                state.fields.push(owner);
            })?;
            case
        }
        _ => return Ok(()),
    };
    batch.change_case(case, |state| state.changed = entry.seq)?;
    batch.touched.insert(case);
    Ok(())
}

/// Lets an offer of a case that is merged away wait at the one that it becomes, unless a later one
/// does so already.
pub(crate) fn merged(batch: &mut Batch, from: CaseId, into: CaseId) -> Result<()> {
    let Some(offer) = batch.rows.get::<HandoffRow>(HANDOFF, &case_key(from))? else {
        return Ok(());
    };
    batch.rows.delete(HANDOFF, &case_key(from));
    let there: Option<HandoffRow> = batch.rows.get(HANDOFF, &case_key(into))?;
    let (latest, before) = match there {
        Some(there) if there.offer > offer.offer => (there, Some(offer)),
        there => (offer, there),
    };
    came_before(batch, into, before.into_iter().collect())?;
    batch.rows.put(HANDOFF, &case_key(into), &latest)
}

/// Remembers offers that another one came after.
fn came_before(batch: &mut Batch, case: CaseId, offers: Vec<HandoffRow>) -> Result<()> {
    if offers.is_empty() {
        return Ok(());
    }
    let mut all: Vec<HandoffRow> =
        batch.rows.get(HANDOFF_BEFORE, &case_key(case))?.unwrap_or_default();
    all.extend(offers);
    all.sort_by_key(|row| row.offer);
    batch.rows.put(HANDOFF_BEFORE, &case_key(case), &all)
}

/// That a case was handed over and taken, as items of its timeline.
pub(crate) fn items(rows: &dyn Snapshot, case: CaseId) -> Result<Vec<TimelineItem>> {
    let mut offers: Vec<HandoffRow> =
        rows.row(HANDOFF_BEFORE, &case_key(case))?.unwrap_or_default();
    offers.extend(handoff_of(rows, case)?);
    let mut items = Vec::new();
    for (at, row) in offers.iter().enumerate() {
        let item = |at, text, by| TimelineItem {
            at,
            what: TimelineKind::Act { act: row.offer, text, by, undoable: false },
        };
        let said = if row.note.is_empty() { String::new() } else { format!(": {}", row.note) };
        let before = at.checked_sub(1).and_then(|before| offers.get(before));
        let instead = before.filter(|before| before.accepted.is_none());
        let instead =
            instead.map_or_else(String::new, |before| format!(" instead of {}", before.to));
        let text = format!("handed over to {}{instead}{said}", row.to);
        items.push(item(row.at, text, row.by.clone()));
        if let Some((by, at)) = &row.accepted {
            let text = format!("took the case over after {}", times::spoken(*at, row.at));
            items.push(item(*at, text, by.clone()));
        }
    }
    Ok(items)
}
