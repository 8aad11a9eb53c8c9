//! The program's own policies: alerts that no rule set asks for, with their titles for people.

use crate::{handoff, incomplete, quiet, searches};

/// The policy that tells of the end of a silence; the engine decides about it.
const SILENCE_OVER: &str = "silence_over";

/// Title and help of a policy of the program's own; nothing if a rule set has to know it.
pub(crate) fn describe(policy: &str) -> Option<(&'static str, &'static str)> {
    Some(match policy {
        handoff::OFFERED => (
            "Case handed over",
            "Tells whoever is to take a case over, at once. It ends when somebody takes it.",
        ),
        handoff::WAITING => (
            "Handoff not accepted",
            "Tells whoever handed a case over, and whoever is told by default, that nobody has \
             taken it in time. It ends when somebody takes it.",
        ),
        searches::POLICY => (
            "Saved search",
            "Tells whoever saved a search of new mail that it finds; changed in the list of queues.",
        ),
        quiet::POLICY => ("Source unusually quiet", "Tells that a source has taken nothing in."),
        incomplete::POLICY => (
            "Source incomplete",
            "Tells that messages on a server are missing in the ledger of their source.",
        ),
        SILENCE_OVER => ("Silence over", "Tells whoever silenced alerts that this has ended."),
        _ => return None,
    })
}
