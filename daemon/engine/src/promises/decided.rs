//! Persons' decisions about promises.

use model::{FindingKind, PromiseDecision, PromiseId, PromiseState, Promisor, Side, Span};
use reading::promises::Act;

use super::{
    DecidedPromise, Promise,
    ledger::{Change, Ledger},
};
use crate::case_file::{CaseFile, CaseMessage};

impl Ledger {
    /// Takes in what a person decided.
    pub(crate) fn decide(&mut self, case: &CaseFile, decided: &DecidedPromise) -> Vec<Change> {
        let mut changes = Vec::new();
        let index = match self.meant(&decided.promise) {
            Some(index) => index,
            None => match self.by_hand(case, decided) {
                Some(change) => {
                    changes.push(change);
                    self.promises().len() - 1
                }
                None => return changes,
            },
        };
        let at = decided.at;
        match &decided.decided {
            PromiseDecision::Confirmed => {
                self.change(index, |p| (p.confirmed, p.ambiguous) = (true, false));
                changes.push(self.edited(index));
            }
            PromiseDecision::Edited { due, deliverable } => {
                self.change(index, |p| {
                    (p.confirmed, p.ambiguous) = (true, false);
                    p.wording.clone_from(deliverable);
                });
                self.set_due(index, *due);
                changes.push(self.edited(index));
            }
            PromiseDecision::Rejected => {
                self.change(index, |p| (p.settled, p.rejected) = (true, true));
                let promise = self.promises()[index].id;
                let kind = FindingKind::PromiseRejected { promise };
                changes.push(Change { promise: index, kind });
            }
            PromiseDecision::Withdrawn => {
                changes.push(self.move_to(index, PromiseState::Withdrawn, at, None));
                self.change(index, |p| p.settled = true);
            }
            PromiseDecision::Kept { evidence } => {
                let late = self.promises()[index].due.is_some_and(|due| due < at);
                let state = if late { PromiseState::Late } else { PromiseState::Kept };
                let shown = evidence.and_then(|key| case.messages.iter().find(|m| m.key == key));
                let words = shown.and_then(|message| whole(message));
                changes.push(self.move_to(index, state, at, words));
                self.change(index, |p| p.settled = true);
            }
        }
        changes
    }

    /// The promise whose words overlap `span` most.
    fn meant(&self, span: &Span) -> Option<usize> {
        let overlap =
            |p: &Promise| p.span.end.min(span.end).saturating_sub(p.span.start.max(span.start));
        let of_message = |at: &usize| self.promises()[*at].message == span.message;
        let all = 0..self.promises().len();
        let best = all
            .filter(of_message)
            .max_by_key(|at| (overlap(&self.promises()[*at]), std::cmp::Reverse(*at)));
        best.filter(|at| overlap(&self.promises()[*at]) > 0)
    }

    /// Enters a promise that the rules did not see and a person did.
    fn by_hand(&mut self, case: &CaseFile, decided: &DecidedPromise) -> Option<Change> {
        let seen =
            matches!(decided.decided, PromiseDecision::Confirmed | PromiseDecision::Edited { .. });
        let message = case.messages.iter().find(|m| m.key == decided.promise.message);
        let message = message.filter(|m| seen && m.at <= decided.at)?;
        let by = match message.from.side {
            Side::Us => Promisor::Us,
            Side::Customer => Promisor::Customer,
            Side::Partner => return None,
        };
        let span = decided.promise.clone();
        Some(self.enter(Promise {
            id: PromiseId::of(&span),
            by,
            who: message.from.address.email.clone(),
            message: message.key,
            at: message.at,
            span,
            deliverable: None,
            wording: None,
            due: None,
            rules_due: None,
            ambiguous: false,
            state: PromiseState::Open,
            since: message.at,
            evidence: None,
            replaced_by: None,
            confirmed: true,
            settled: false,
            rejected: false,
            act: Act::Deliver,
            topics: Vec::new(),
        }))
    }

    fn edited(&self, index: usize) -> Change {
        let promise = &self.promises()[index];
        let kind = FindingKind::PromiseEdited {
            promise: promise.id,
            due: promise.due,
            deliverable: promise.wording.clone(),
        };
        Change { promise: index, kind }
    }
}

/// The new text of `message`, from its first to its last character.
fn whole(message: &CaseMessage) -> Option<Span> {
    let (start, text) = message.new_text().find(|(_, text)| !text.trim().is_empty())?;
    Some(super::ledger::span(message, start, start + text.trim_end().len() as u32))
}
