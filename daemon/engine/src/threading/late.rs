//! Weak ties of messages that arrived before what they follow.
//!
//! In order, a message is judged once, by the cases that are there. Where an earlier message comes
//! late, the messages that opened cases after it are judged again, as if they arrived now. Mail
//! that comes in order finds no later case and asks nothing.

use std::{collections::BTreeSet, sync::Arc};

use model::CaseId;

use super::{
    ThreadIndex, ThreadRule,
    place::Tie,
    summary::{CaseSummary, Opening},
    threadable::Threadable,
    ties::{AHEAD, DAY, ENOUGH, PEOPLE_DAYS, SUBJECT_DAYS, points, shared_people},
};
use crate::directory::AccountScope;

/// Ties of later cases to what `here` gives: the late `message` with the cases that it is tied to.
pub(super) fn ties(
    message: &Threadable,
    here: impl FnOnce() -> CaseSummary,
    index: &dyn ThreadIndex,
) -> Vec<Tie> {
    if message.scope == AccountScope::Internal || message.traits.list.is_some() || !message.with_us
    {
        return Vec::new();
    }
    let reach = message.at.plus(DAY * SUBJECT_DAYS);
    let later = |id: CaseId| {
        let case = index.case(id)?;
        let opened = case.opening().is_some_and(|o| o.at > message.at && !o.references);
        (opened && !case.settled && case.with_us).then_some((id, case))
    };
    let cases: Vec<(CaseId, Arc<CaseSummary>)> =
        index.active(&message.scope, message.at, reach).into_iter().filter_map(later).collect();
    let mut found = Vec::new();
    if cases.is_empty() {
        return found;
    }
    let here = here();
    if here.settled {
        return found;
    }
    for (id, case) in &cases {
        let Some(opening) = case.opening() else { continue };
        let tie =
            by_subject(opening, &here).or_else(|| by_people(message, opening, *id, &here, index));
        found.extend(tie.map(|(rule, detail, confidence)| Tie {
            case: *id,
            rule,
            detail: detail.to_owned(),
            confidence,
        }));
    }
    found
}

/// An answer whose question comes late.
fn by_subject(opening: &Opening, here: &CaseSummary) -> Option<(ThreadRule, &'static str, u8)> {
    let fits = opening.answers()
        && !opening.traits.words.is_empty()
        && here.subjects.contains(&opening.traits.subject)
        && here.distance(opening.at) <= DAY * SUBJECT_DAYS
        && shared_people(opening.asker(), here) > 0;
    fits.then_some((ThreadRule::SubjectInAccount, "the same subject and people, arrived later", 70))
}

/// A message that would have joined this case by its people, had it been there.
fn by_people(
    message: &Threadable,
    opening: &Opening,
    own: CaseId,
    here: &CaseSummary,
    index: &dyn ThreadIndex,
) -> Option<(ThreadRule, &'static str, u8)> {
    let reach = DAY * PEOPLE_DAYS;
    if here.first() >= opening.at || here.distance(opening.at) > reach || !here.with_us {
        return None;
    }
    let (score, detail) = points(opening.asker(), here);
    if score < ENOUGH {
        return None;
    }
    let (from, to) = (opening.at.plus(-reach), opening.at.plus(reach));
    let rivals: BTreeSet<CaseId> =
        index.active(&message.scope, from, to).into_iter().filter(|id| *id != own).collect();
    let rival = |id: CaseId| {
        let case = index.case(id)?;
        // A part of `here` is no rival of it.
        let part = case.opening() == here.opening() || case.first() >= opening.at;
        let near = case.with_us && case.distance(opening.at) <= reach;
        (near && !part).then(|| points(opening.asker(), &case).0)
    };
    let best = rivals.into_iter().filter_map(rival).max().unwrap_or(0);
    (score - best >= AHEAD).then_some((ThreadRule::SamePeople, detail, score.clamp(50, 80) as u8))
}
