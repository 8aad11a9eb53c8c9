//! Handing a case over: an offer with the brief, and the new owner's acceptance.
//!
//! Until it is accepted the owner stays who they were: a watch is handed over when the next one
//! says so, not when the last one leaves.

mod brief;

use model::{Actor, CaseId, Fact, Instant, Seq, fact::Entry};
use serde::{Deserialize, Serialize};

pub use brief::{Brief, BriefKind, BriefLine, BriefSection};

use crate::{
    Result,
    acts::invalid,
    batch::Batch,
    library::Rows,
    overlay::read_all,
    query::changes::handoff_of,
    record::CaseRow,
    regroup::actor_name,
    tables::{CARD, FieldRow, HANDOFF, HandoffRow, case_key},
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
}

impl From<HandoffRow> for Handoff {
    fn from(row: HandoffRow) -> Self {
        let (accepted_by, accepted_at) = row.accepted.unzip();
        let HandoffRow { offer, to, by, at, note, .. } = row;
        Self { offer, to, by, at, note, accepted_by, accepted_at }
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
        self.record(Fact::HandoffOffered { case, to: to.to_owned(), note }, actor, now).map(|_| ())
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
        self.record(Fact::HandoffAccepted { case, offer: row.offer }, actor, now).map(|_| ())
    }

    /// Cases that were handed over and wait to be accepted, the longest waiting first.
    pub fn handoffs(&self) -> Result<Vec<HandedCase>> {
        let snapshot = self.ports.views.snapshot()?;
        let mut waiting: Vec<(CaseId, HandoffRow)> = Vec::new();
        read_all::<HandoffRow>(&*snapshot, HANDOFF, &[], |key, row| {
            if let (None, Ok(bytes)) = (&row.accepted, <[u8; 8]>::try_from(key)) {
                waiting.push((CaseId::from_number(u64::from_be_bytes(bytes)), row));
            }
            true
        })?;
        waiting.sort_by_key(|(case, row)| (row.at, *case));
        let mut found = Vec::with_capacity(waiting.len());
        for (case, handoff) in waiting {
            let row = snapshot.row::<CaseRow>(CARD, &case_key(case))?;
            found.extend(row.map(|row| HandedCase { row, handoff: handoff.into() }));
        }
        Ok(found)
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
