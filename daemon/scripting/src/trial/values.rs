//! Values of fields in tests.

use std::sync::Arc;

use engine::{CaseFile, Evaluator};

use super::thread::{Thread, Valued};
use crate::evaluator::RhaiEvaluator;

/// A value as a test writes it.
struct Given {
    field: String,
    value: String,
    message: usize,
    quote: String,
}

impl Given {
    fn fits(&self, wanted: &Valued) -> bool {
        self.field == wanted.field
            && self.value == wanted.value
            && wanted.message.is_none_or(|message| message == self.message)
            && wanted.quote.as_ref().is_none_or(|quote| *quote == self.quote)
    }
}

/// What differs between the values that `test` wants and those that are read; nothing where it does
/// not look at fields.
pub(super) fn differences(
    test: &Thread,
    case: &Arc<CaseFile>,
    evaluator: &RhaiEvaluator,
) -> Vec<String> {
    let Some(wanted) = &test.value else { return Vec::new() };
    let mut given = Vec::new();
    for (position, message) in case.messages.iter().enumerate() {
        for found in evaluator.read_fields(case, position) {
            let text = message.part_text(found.span.part);
            let quote = found.span.of(&text).unwrap_or_default().to_owned();
            let (field, value) = (found.field, found.value);
            given.push(Given { field, value, message: position + 1, quote });
        }
    }
    let missing = wanted.iter().filter(|wanted| !given.iter().any(|given| given.fits(wanted)));
    let mut differences: Vec<String> =
        missing.map(|wanted| format!("{} `{}` was not read", wanted.field, wanted.value)).collect();
    for Given { field, value, message, quote } in
        given.iter().filter(|given| !wanted.iter().any(|wanted| given.fits(wanted)))
    {
        differences.push(format!("{field} `{value}` was read from message {message}: {quote:?}"));
    }
    differences
}
