//! The state of a case: what a person set, and what the customer's words make of it since.

use engine::CaseFile;
use jiff::SignedDuration;
use model::{Instant, LevelName};

use crate::tables::FieldRow;

/// What was resolved is the same matter still when the customer writes within this time.
const REOPENS: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The states that a person may set.
pub(crate) const STATES: [&str; 6] =
    ["candidate", "open", "monitoring", "resolved", "reopened", "dismissed"];

/// The state of a case whose state a person has `set`, or nobody.
pub(crate) fn state(set: Option<&FieldRow>, file: &CaseFile, level: &LevelName) -> String {
    match set {
        Some(row) if row.value == "resolved" && is_back(file, row.at) => "reopened".to_owned(),
        Some(row) => row.value.clone(),
        None if level.is_none() => "candidate".to_owned(),
        None => "open".to_owned(),
    }
}

/// Whether the customer asked for something in time after the case was resolved; a thank-you does
/// not count.
fn is_back(file: &CaseFile, resolved: Instant) -> bool {
    let limit = resolved.plus(REOPENS);
    file.messages.iter().any(|m| m.at > resolved && m.at <= limit && m.needs_answer())
}

/// Whether a person may move a case from one state to another.
pub(crate) fn allows(from: &str, to: &str) -> bool {
    match (from, to) {
        _ if from == to => true,
        (_, "candidate") => from == "dismissed",
        (_, "reopened") => from == "resolved" || from == "dismissed",
        ("dismissed", _) => to == "open",
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use engine::{Calendar, CaseMessage, Participant};
    use mail::{ClassKind, Segment, SegmentKind};
    use model::{Address, CaseId, MessageKey, Side};

    use super::*;

    fn file(at: &str, text: &str) -> CaseFile {
        let person = |email: &str, side| Participant {
            address: Address { name: String::new(), email: email.to_owned() },
            side,
            team: None,
            title: "".into(),
        };
        let key = MessageKey(model::id::short_hash(&[at.as_bytes()]));
        let end = text.len() as u32;
        let message = CaseMessage {
            key,
            at: at.parse().unwrap(),
            offset: None,
            from: person("jane@customer.example", Side::Customer),
            to: vec![person("support@ours.example", Side::Us)],
            cc: Vec::new(),
            subject: "Export".into(),
            body: text.into(),
            segments: [Segment { start: 0, end, kind: SegmentKind::New }].into(),
            class: ClassKind::Human,
            attachments: Vec::new(),
            answers: None,
        };
        CaseFile {
            id: CaseId::derive(&key, 0),
            account: None,
            contacts: Vec::new(),
            messages: vec![Arc::new(message)],
            notes: Vec::new(),
            judged: Vec::new(),
            calendar: Arc::new(Calendar::office_hours(jiff::tz::TimeZone::UTC)),
            reply_minutes: None,
            decided: Vec::new(),
            given_to: None,
            earlier: [].into(),
        }
    }

    fn after_resolving(at: &str, text: &str) -> String {
        let row = FieldRow {
            field: "state".to_owned(),
            value: "resolved".to_owned(),
            reason: String::new(),
            by: "anna".to_owned(),
            at: "2026-03-02T09:00:00Z".parse().unwrap(),
        };
        state(Some(&row), &file(at, text), &LevelName::none())
    }

    #[test]
    fn a_customer_who_writes_again_reopens_what_was_resolved() {
        let again = "It fails again, please look.";
        assert_eq!(after_resolving("2026-03-10T09:00:00Z", again), "reopened");
        assert_eq!(after_resolving("2026-03-17T09:00:00Z", again), "resolved");
        assert_eq!(after_resolving("2026-03-01T09:00:00Z", again), "resolved");
        assert_eq!(after_resolving("2026-03-10T09:00:00Z", "Thank you!"), "resolved");
    }

    #[test]
    fn a_case_that_is_worked_on_does_not_become_a_candidate_again() {
        assert!(allows("candidate", "open") && allows("open", "monitoring"));
        assert!(allows("monitoring", "resolved") && allows("resolved", "reopened"));
        assert!(allows("dismissed", "open") && allows("dismissed", "candidate"));
        assert!(!allows("open", "candidate") && !allows("open", "reopened"));
        assert!(!allows("dismissed", "resolved"));
    }
}
