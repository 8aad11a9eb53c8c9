//! Who may enter a case (F18), and which answers start something new.

use super::{
    card::{
        AUTOMATIC, Card, FROM_PARTNER, FROM_US, KNOWN_ACCOUNT, MACHINE_ANSWER, Mark, QUOTES,
        Traits, UNADDRESSED,
    },
    summary::CaseSummary,
};

/// Why a message may not join a case although it quotes it; nothing if it may.
///
/// It may if one of ours or a partner wrote it (but not to another known account), if somebody of its
/// sender's account takes part in the case, if both are mail of one discussion list (the same
/// List-Id, or addressed to nobody as archived list mail is), if it is also addressed to somebody of
/// the case who is not ours (a reply to all, a discussion list by its address), if the case was
/// internal so far and one of its people is addressed, or if a machine answers a message of ours.
pub(super) fn refusal(
    case: &CaseSummary,
    message: &Traits,
    ours: &[Mark],
    parent: Option<&Card>,
) -> Option<&'static str> {
    let involved = message.outside.iter().any(|(_, scope)| case.scopes.contains(scope));
    if message.has(FROM_US) {
        let elsewhere = message.has(KNOWN_ACCOUNT) && !case.scopes.is_empty() && !involved;
        return elsewhere.then_some("it goes to another account");
    }
    if message.has(FROM_PARTNER)
        || message.sender_scope().is_some_and(|scope| case.scopes.contains(&scope))
        || message.list.is_some_and(|list| case.lists.contains(&list))
        || (message.has(UNADDRESSED) && case.unaddressed)
        || message.others_outside().any(|address| case.outside.contains(&address))
        || (case.scopes.is_empty() && ours.iter().any(|person| case.ours.contains(person)))
    {
        return None;
    }
    let answers_us = parent.is_some_and(|parent| parent.traits.has(FROM_US));
    let refused = !(message.has(MACHINE_ANSWER) && answers_us);
    refused.then_some("its sender has no part in that case")
}

/// Whether `child`, which answers `parent`, starts something new in truth: another subject, nothing
/// quoted, and nobody but its sender who was there before. `words` and `subjects` are those of the
/// parent's case.
///
/// Automatic mail never does: a bounce has a subject of its own and quotes nothing.
pub(super) fn hijacks(child: &Traits, parent: &Traits, case: Option<&CaseSummary>) -> bool {
    let same_matter = child.subject == parent.subject
        || child.words.iter().any(|word| parent.words.contains(word))
        || case.is_some_and(|case| {
            case.subjects.contains(&child.subject)
                || child.words.iter().any(|word| case.words.contains(word))
        });
    if same_matter || child.has(AUTOMATIC | QUOTES) || child.subject == Mark::of("subject", "") {
        return false;
    }
    let known = |address: Mark| {
        parent.includes(address) || case.is_some_and(|case| case.outside.contains(&address))
    };
    let mut others = child.others_outside().peekable();
    if child.has(FROM_US) && others.peek().is_none() {
        return false;
    }
    !others.any(known)
}

/// Whether two cases may become one: people, scopes or lists in common, or one of them internal.
pub(super) fn may_merge(a: &CaseSummary, b: &CaseSummary) -> bool {
    a.scopes.is_empty()
        || b.scopes.is_empty()
        || !a.scopes.is_disjoint(&b.scopes)
        || !a.outside.is_disjoint(&b.outside)
        || !a.lists.is_disjoint(&b.lists)
        || (a.unaddressed && b.unaddressed)
}
