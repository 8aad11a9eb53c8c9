//! Weak ties, within one scope: ticket tokens, subject and people, people alone.

use std::{cmp::Reverse, sync::Arc};

use jiff::SignedDuration;
use mail::ClassKind;
use model::CaseId;

use super::{
    ThreadIndex, ThreadRule,
    card::{ANSWERS, AUTOMATIC, FROM_US, MACHINE_ANSWER, Mark},
    place::Tie,
    summary::{CaseSummary, Opening},
    threadable::{Asker, Threadable},
};
use crate::directory::AccountScope;

pub(super) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A subject ties messages no further apart than this.
pub(super) const SUBJECT_DAYS: i32 = 30;

/// A ticket token ties messages no further apart than this.
const TOKEN_DAYS: i32 = 180;

/// People tie messages no further apart than this.
pub(super) const PEOPLE_DAYS: i32 = 14;

/// People alone tie no message to a case that began longer ago: without this, a person who writes
/// every week would have one case for life.
const PEOPLE_SPAN_DAYS: i32 = 45;

/// The points that people, time and words need to tie.
pub(super) const ENOUGH: i32 = 45;

/// By how many points a case must be ahead of every other live one.
pub(super) const AHEAD: i32 = 15;

/// The best weak tie of `message` to a case that is not among its `own`, if any.
pub(super) fn weak(message: &Threadable, own: &[CaseId], index: &dyn ThreadIndex) -> Option<Tie> {
    if message.class == ClassKind::Newsletter {
        return None;
    }
    let search = Search { message, own, index };
    search.by_token().or_else(|| search.by_subject()).or_else(|| search.by_people())
}

struct Search<'a> {
    message: &'a Threadable,
    own: &'a [CaseId],
    index: &'a dyn ThreadIndex,
}

impl Search<'_> {
    /// A ticket token that the same system put there, within the scope.
    fn by_token(&self) -> Option<Tie> {
        let message = self.message;
        if message.scope == AccountScope::Internal {
            return None;
        }
        let (case, _) = message.tokens.iter().find_map(|token| {
            let marked = self.index.by_mark(&message.scope, *token);
            self.near(marked, TOKEN_DAYS).into_iter().min_by_key(|(id, case)| {
                (!case.subjects.contains(&message.traits.subject), case.distance(message.at), *id)
            })
        })?;
        let detail = message.subject.clone();
        Some(Tie { case, rule: ThreadRule::ForeignToken, detail, confidence: 85 })
    }

    /// The same subject in an answer, or in what a case that begins with an answer began with.
    fn by_subject(&self) -> Option<Tie> {
        let message = self.message;
        let mark = message.topic.mark()?;
        let traits = &message.traits;
        let answers = traits.has(ANSWERS | MACHINE_ANSWER) || !message.references.is_empty();
        // Monitoring and trackers repeat their subjects: only what answers ties.
        if traits.has(AUTOMATIC) && !answers {
            return None;
        }
        let fits = |case: &CaseSummary| {
            let begins_with_answer = case.opening().is_some_and(Opening::answers);
            (if case.first() <= message.at { answers } else { begins_with_answer })
                && shared_people(message.asker(), case) > 0
        };
        let mut near = self.near(self.index.by_mark(&message.scope, mark), SUBJECT_DAYS);
        near.retain(|(_, case)| fits(case));
        let (id, case) =
            near.iter().min_by_key(|(id, case)| (case.distance(message.at), *id)).cloned()?;
        let mut confidence = 70;
        confidence += if shared_people(message.asker(), &case) > 1 { 5 } else { 0 };
        confidence -= if near.len() > 1 { 10 } else { 0 };
        let detail = message.topic.key.clone();
        Some(Tie { case: id, rule: ThreadRule::SubjectInAccount, detail, confidence })
    }

    /// People in common, weighed with time, words and whether an answer is owed, while this is the
    /// account's only live matter, or clearly the one that fits. Never between strangers to us,
    /// never on lists, never for a reference that may still be found.
    fn by_people(&self) -> Option<Tie> {
        let message = self.message;
        if message.scope == AccountScope::Internal
            || message.traits.list.is_some()
            || !message.references.is_empty()
            || !message.with_us
            || message.traits.has(MACHINE_ANSWER)
        {
            return None;
        }
        let reach = DAY * PEOPLE_DAYS;
        let active = self.index.active(&message.scope, message.at.plus(-reach), message.at);
        let mut scored: Vec<(i32, Reverse<CaseId>, &'static str)> = Vec::new();
        for (id, case) in self.near(active, PEOPLE_DAYS) {
            if case.with_us && case.first() <= message.at {
                let (points, detail) = points(message.asker(), &case);
                scored.push((points, Reverse(id), detail));
            }
        }
        scored.sort_unstable_by(|a, b| b.cmp(a));
        let (points, Reverse(case), detail) = *scored.first()?;
        let rival = scored.get(1).map_or(0, |second| second.0);
        if points < ENOUGH || points - rival < AHEAD {
            return None;
        }
        let confidence = points.clamp(50, 80) as u8;
        Some(Tie { case, rule: ThreadRule::SamePeople, detail: detail.to_owned(), confidence })
    }

    /// Those of `cases` that lie within `days` of the message and are not its own already.
    fn near(&self, cases: Vec<CaseId>, days: i32) -> Vec<(CaseId, Arc<CaseSummary>)> {
        cases
            .into_iter()
            .filter(|id| !self.own.contains(id))
            .filter_map(|id| Some((id, self.index.case(id)?)))
            .filter(|(_, case)| case.distance(self.message.at) <= DAY * days)
            .collect()
    }
}

/// How much speaks for a case, and what the most.
pub(super) fn points(message: Asker<'_>, case: &CaseSummary) -> (i32, &'static str) {
    let traits = message.traits;
    let common = traits.words.iter().filter(|word| case.words.contains(word)).count();
    let same_subject = !traits.words.is_empty() && case.subjects.contains(&traits.subject);
    let same_words = same_subject || (common >= 2 && common * 2 >= traits.words.len());
    let distance = case.distance(message.at);
    if traits.has(AUTOMATIC) {
        // Alarm and all-clear of one monitor, not two alarms of it.
        let same = same_words && shared_people(message, case) > 0 && distance <= DAY * 2;
        return (if same { 70 } else { 0 }, "the same sender and subject words within two days");
    }
    let long = message.at.since(case.first()).abs() > DAY * PEOPLE_SPAN_DAYS;
    let copied = traits.others_outside().any(|address| case.outside.contains(&address));
    let people = match shared_people(message, case) {
        0 => 10,
        // Who copies the people of a case knows of it.
        _ if copied => 30,
        _ => 25,
    };
    let person = if message.ours.iter().any(|p| case.ours.contains(p)) { 20 } else { 0 };
    let words = match common {
        _ if same_words => 30,
        0 => 0,
        _ => 15,
    };
    // Whoever waits for an answer tries again in another way: the customer, or one of ours.
    let waits = case.last_turn_is_ours(message.at) == Some(traits.has(FROM_US));
    let open = if waits && (!traits.has(FROM_US) || person > 0) { 15 } else { 0 };
    let back = if message.takes_back && distance <= DAY { 20 } else { 0 };
    let time = match distance {
        d if d <= DAY => 15,
        d if d <= DAY * 3 => 10,
        d if d <= DAY * 7 => 5,
        _ => 0,
    };
    let list = if case.lists.is_empty() { 0 } else { 20 };
    let long = if long { 30 } else { 0 };
    let sum = people + person + words + open + back + time - list - long;
    let detail = if words == 30 {
        "the same people, telling words of the subject, and time"
    } else if person > 0 {
        "the same people on both sides, and time"
    } else if open > 0 {
        "the same people while an answer was owed, and time"
    } else {
        "the same people, and time"
    };
    (sum, detail)
}

/// How many people of the customer's take part in both; of ours, less one, where nobody of a
/// customer does.
pub(super) fn shared_people(message: Asker<'_>, case: &CaseSummary) -> usize {
    if message.internal {
        let shared = message.ours.iter().filter(|person| case.ours.contains(person)).count();
        return shared.saturating_sub(1);
    }
    let known = |(address, _): &&(Mark, Mark)| case.outside.contains(address);
    message.traits.outside.iter().filter(known).count()
}
