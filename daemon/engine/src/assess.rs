//! The fold: a case walked along the time things happened.

use std::sync::Arc;

use model::{Assessment, Finding, Instant};

use crate::{
    case_file::CaseFile,
    evaluator::{Evaluator, RuleError},
};

/// What a walk over a case gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// What was found.
    pub assessment: Assessment,
    /// Scripts that failed on the way, each kind once.
    pub errors: Vec<RuleError>,
}

/// Walks messages, notes and timers of `case` in order of time up to and including `until` and
/// records what `evaluator` finds.
pub fn assess(case: &Arc<CaseFile>, evaluator: &dyn Evaluator, until: Instant) -> Assessed {
    let _ = (case, evaluator, until);
    unimplemented!()
}

/// What differs: positions of findings of `before` that no longer hold, ascending, and the findings
/// of `after` that are new, as [`model::Fact::Assessed`] records them.
pub fn diff(before: Option<&Assessment>, after: &Assessment) -> (Vec<u32>, Vec<Finding>) {
    let _ = (before, after);
    unimplemented!()
}

/// The findings of `before` without those at the positions `removed`, and with `added`: undoes
/// [`diff`].
pub fn apply_diff(before: Vec<Finding>, removed: &[u32], added: Vec<Finding>) -> Vec<Finding> {
    let _ = (removed, added);
    before
}
