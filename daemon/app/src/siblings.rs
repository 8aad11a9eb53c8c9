//! Cases of one account that are about something alike: each is told of those opened before it.
//!
//! Only how a case began counts, so what is told depends on the set of messages alone, not on the
//! order in which they came. When that changes for one case, those opened next after it are told
//! anew; where mail comes in order of time, there are none.

use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

use engine::{EarlierCase, directory::AccountScope, threading::Opened};
use model::{CaseId, Instant};
use serde::{Deserialize, Serialize};
use store::Table;

use crate::{
    Result,
    batch::Batch,
    library::Rows,
    tables::{CASE, CaseState, case_key, scope_text},
};

/// [`Entered`] by case.
const ENTERED: Table = "entered";
/// [`Opened`] by scope, instant and case.
const OPENED: Table = "opened";
/// [`EarlierRow`]s by case; none where there are none.
const EARLIER: Table = "earlier";

/// How far back earlier cases are looked for, in days.
const DAYS: i64 = 90;
/// How many of the cases before one are looked at.
const LOOKED_AT: usize = 64;
/// The least likeness of subjects, in percent.
const ALIKE: u8 = 50;

/// Where a case stands among the others of its account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entered {
    key: Vec<u8>,
    opened: Opened,
}

/// An earlier case, as it is kept with the later one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EarlierRow {
    case: CaseId,
    opened: Instant,
    same_person: bool,
    likeness: u8,
}

/// The key of a case that opened at `at`: 8 + 8 + 8 bytes, in order of time within its scope.
fn key(scope: &AccountScope, at: Instant, case: CaseId) -> Vec<u8> {
    let hash = model::id::short_hash(&[scope_text(scope).as_bytes()]);
    let time = at.millis().wrapping_sub(i64::MIN) as u64;
    [&hash[..8], &time.to_be_bytes(), &case_key(case)].concat()
}

/// The same key, `days` earlier or later.
fn moved(key: &[u8], days: i64) -> Vec<u8> {
    let mut moved = key.to_vec();
    if let Some(Ok(bytes)) = key.get(8..16).map(<[u8; 8]>::try_from) {
        let time = u64::from_be_bytes(bytes).saturating_add_signed(days * 86_400_000);
        moved[8..16].copy_from_slice(&time.to_be_bytes());
    }
    moved
}

fn case_in(key: &[u8]) -> Option<CaseId> {
    let bytes = key.get(16..24)?.try_into().ok()?;
    Some(CaseId::from_number(u64::from_be_bytes(bytes)))
}

/// Brings what cases are told of one another up to date after `touched` have changed. Gives
/// further cases that are told of others than before.
pub(crate) fn settle(batch: &mut Batch, touched: &BTreeSet<CaseId>) -> Result<Vec<CaseId>> {
    let mut affected: BTreeSet<CaseId> = BTreeSet::new();
    for case in touched {
        let before: Option<Entered> = batch.rows.get(ENTERED, &case_key(*case))?;
        let now = batch.with_case(*case, |state| entered(*case, state))?.flatten();
        if before == now {
            continue;
        }
        affected.insert(*case);
        if let Some(before) = &before {
            batch.rows.delete(OPENED, &before.key);
            batch.rows.delete(ENTERED, &case_key(*case));
            affected.extend(next(batch, &before.key)?);
        }
        if let Some(now) = &now {
            batch.rows.put(OPENED, &now.key, &now.opened)?;
            batch.rows.put(ENTERED, &case_key(*case), now)?;
            affected.extend(next(batch, &now.key)?);
        }
    }
    let mut told = Vec::new();
    for case in affected {
        if tell(batch, case)? && !touched.contains(&case) {
            told.push(case);
        }
    }
    Ok(told)
}

/// Where a case stands, unless it has ceased to be or concerns no customer.
fn entered(case: CaseId, state: &CaseState) -> Option<Entered> {
    let alive = state.merged_into.is_none() && !state.messages.is_empty();
    let scope = Some(state.summary.scope()).filter(|s| alive && **s != AccountScope::Internal)?;
    let opened = Opened::of(&state.summary)?;
    Some(Entered { key: key(scope, opened.at, case), opened })
}

/// The cases that look at the place `key`: those opened next after it.
fn next(batch: &Batch, key: &[u8]) -> Result<Vec<CaseId>> {
    let mut after = key.to_vec();
    after.push(0);
    let keys = batch.rows.first_keys(OPENED, &after, &moved(key, DAYS), LOOKED_AT)?;
    Ok(keys.iter().filter_map(|key| case_in(key)).collect())
}

/// Works out anew what `case` is told of. Gives whether it is something else than before.
fn tell(batch: &mut Batch, case: CaseId) -> Result<bool> {
    let own: Option<Entered> = batch.rows.get(ENTERED, &case_key(case))?;
    let mut rows: Vec<EarlierRow> = Vec::new();
    if let Some(own) = &own {
        let keys = batch.rows.last_keys(OPENED, &moved(&own.key, -DAYS), &own.key, LOOKED_AT)?;
        for key in keys {
            let (Some(case), Some(other)) =
                (case_in(&key), batch.rows.get::<Opened>(OPENED, &key)?)
            else {
                continue;
            };
            let likeness = own.opened.likeness(&other);
            if likeness >= ALIKE {
                let (opened, same_person) = (other.at, own.opened.same_person(&other));
                rows.push(EarlierRow { case, opened, same_person, likeness });
            }
        }
    }
    rows.sort_by_key(|row| (Reverse(row.opened), row.case));
    rows.truncate(EarlierCase::MOST);
    let before: Option<Vec<EarlierRow>> = batch.rows.get(EARLIER, &case_key(case))?;
    if before.unwrap_or_default() == rows {
        return Ok(false);
    }
    if rows.is_empty() {
        batch.rows.delete(EARLIER, &case_key(case));
    } else {
        batch.rows.put(EARLIER, &case_key(case), &rows)?;
    }
    Ok(true)
}

/// What `case` is told of.
pub(crate) fn earlier<R: Rows + ?Sized>(rows: &R, case: CaseId) -> Result<Arc<[EarlierCase]>> {
    let kept: Vec<EarlierRow> = rows.row(EARLIER, &case_key(case))?.unwrap_or_default();
    let mut told = Vec::with_capacity(kept.len());
    for row in kept {
        let EarlierRow { case, opened, same_person, likeness } = row;
        let Some(state) = rows.row::<CaseState>(CASE, &case_key(case))? else { continue };
        told.push(EarlierCase { id: case, opened, title: state.title, same_person, likeness });
    }
    Ok(told.into())
}
