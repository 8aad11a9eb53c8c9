//! The fold: a case walked along the time things happened.
//!
//! Messages, notes and timers are taken in order of their instants (at one instant: messages, then
//! notes, then timers), so what is found up to an instant never depends on what came later, and an
//! assessment up to then is a prefix of every longer one. A walk can go on where an earlier one stood
//! after its last message ([`Checkpoint`]); wherever something came in between, as late mail does, it
//! is made from scratch.

use std::sync::Arc;

use model::{Assessment, FindingKind, Instant, MessageKey};

use crate::{
    case_file::CaseFile,
    clocks::DueLedger,
    evaluator::{Evaluator, NearMiss, RuleError},
};

mod attention;
mod course;
mod diff;
mod hold;
mod people;
mod timers;
mod walk;

pub use course::Checkpoint;
use course::Course;
pub use diff::{apply_diff, diff};
pub use people::NOBODY;
pub(crate) use people::is_shared_mailbox;

/// What a walk over a case gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// What was found.
    pub assessment: Assessment,
    /// Scripts that failed on the way, each way of failing once.
    pub errors: Vec<RuleError>,
}

/// Walks messages, notes and timers of `case` in order of time up to and including `until` and
/// records what `evaluator` finds.
pub fn assess(case: &Arc<CaseFile>, evaluator: &dyn Evaluator, until: Instant) -> Assessed {
    walk::Walk::new(case, evaluator, until).run()
}

/// The same, from where an earlier assessment stood if `case` only goes on from there. Gives also
/// where the next can go on; nothing if not all messages have happened by `until`.
pub fn assess_from(
    earlier: Option<&Checkpoint>,
    case: &Arc<CaseFile>,
    evaluator: &dyn Evaluator,
    until: Instant,
) -> (Assessed, Option<Checkpoint>) {
    let course = earlier.and_then(|earlier| earlier.course_to(case, evaluator.rules()));
    let course = course.unwrap_or_else(|| Course::new(case));
    let (assessed, last) = walk::Walk::from(course, case, evaluator, until).run_on();
    (assessed, last.map(|course| Checkpoint::new(case, evaluator.rules(), course)))
}

/// Why the reply that is owed at `at` is due when it is; nothing if none is owed or nothing sets a
/// time.
pub fn explain_due(
    case: &Arc<CaseFile>,
    evaluator: &dyn Evaluator,
    at: Instant,
) -> Option<DueLedger> {
    walk::Walk::new(case, evaluator, at).explain_due()
}

/// Which signals nearly fired when the message `key` of `case` came, and the condition that failed.
/// Signals that fired on it are left out. Nothing if the case has no such message.
pub fn why_not(
    case: &Arc<CaseFile>,
    evaluator: &dyn Evaluator,
    key: MessageKey,
) -> Option<Vec<NearMiss>> {
    let message = case.messages.iter().find(|m| m.key == key)?;
    let (assessed, nearly) = walk::Walk::new(case, evaluator, message.at).explaining(key);
    let fired = |near: &NearMiss| {
        assessed.assessment.findings.iter().any(|f| {
            f.message == Some(key)
                && matches!(&f.kind, FindingKind::SignalRaised { signal, .. } if *signal == near.signal)
        })
    };
    Some(nearly.into_iter().filter(|near| !fired(near)).collect())
}

#[cfg(test)]
mod tests;
