//! The fold: a case walked along the time things happened.
//!
//! Messages, notes and timers are taken in order of their instants (at one instant: messages, then
//! notes, then timers), so what is found up to an instant never depends on what came later, and an
//! assessment up to then is a prefix of every longer one. It is always made from scratch: late mail
//! needs no special case.

use std::sync::Arc;

use model::{Assessment, FindingKind, Instant, MessageKey};

use crate::{
    case_file::CaseFile,
    clocks::DueLedger,
    evaluator::{Evaluator, NearMiss, RuleError},
};

mod attention;
mod diff;
mod hold;
mod people;
mod timers;
mod walk;

pub use diff::{apply_diff, diff};
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
