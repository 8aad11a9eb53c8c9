//! Clock statements of levels, first replies and calendars, through the whole fold.

use std::collections::BTreeMap;

use model::{FindingKind, SignalId};

use super::*;
use crate::{
    Act, Evaluator, Outcome, RuleError, Verdict, apply_diff, assess, diff, evaluator::Event,
};

/// Gives the level that `decide` says after so many messages, and raises `late` when the reply is
/// due by it, as the default set does.
struct ByMessages {
    id: model::RuleSetId,
    levels: Vec<Level>,
    decide: fn(usize) -> &'static str,
}

fn late() -> SignalId {
    SignalId::new("late")
}

fn rules(decide: fn(usize) -> &'static str) -> ByMessages {
    let levels = vec![level("S1", Some(30), true), level("S3", Some(480), false)];
    ByMessages { id: model::RuleSetId::new("test@1"), levels, decide }
}

impl Evaluator for ByMessages {
    fn rules(&self) -> &model::RuleSetId {
        &self.id
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let wake = |at| Act::Wake { signal: late(), name: "due".to_owned(), at };
        let act = match (step.event, step.reply_due) {
            (Event::Timer { .. }, Some(due)) if due <= step.at => Some(Act::Raise {
                signal: late(),
                weight: 15,
                spans: Vec::new(),
                inputs: BTreeMap::from([("due".to_owned(), due.to_string())]),
            }),
            (_, Some(due)) => Some(wake(due.max(step.at))),
            _ => None,
        };
        Outcome { acts: act.into_iter().collect(), ..Outcome::default() }
    }

    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: (self.decide)(step.messages).into(), reasons: Vec::new() })
    }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Every due time that held, in order.
fn dues(found: &model::Assessment) -> Vec<String> {
    let due = |kind: &FindingKind| match kind {
        FindingKind::ReplyDue { due } => Some(due.map_or("-".to_owned(), |due| due.to_string())),
        _ => None,
    };
    found.findings.iter().filter_map(|finding| due(&finding.kind)).collect()
}

#[test]
fn the_first_reply_target_rules_until_a_person_of_ours_has_replied() {
    let first = ask("2026-01-12T10:00:00Z");
    let mut receipt =
        message("2026-01-12T10:01:00Z", "support@ours.example", &[JANE], "We got your mail.");
    receipt.class = ClassKind::AutoReply;
    let more = ask("2026-01-12T11:30:00Z");
    let until_reply = due(vec![first.clone(), receipt.clone(), more.clone()], 240);
    assert_eq!(until_reply.as_deref(), Some("2026-01-12T14:00:00Z"));
    let reply = message("2026-01-12T12:00:00Z", ANNA, &[JANE], "We look into it.");
    assert_eq!(due(vec![first.clone(), receipt.clone(), more.clone(), reply.clone()], 240), None);
    let again = ask("2026-01-12T13:00:00Z");
    let next = due(vec![first, receipt, more, reply, again], 240);
    assert_eq!(next.as_deref(), Some("2026-01-12T17:00:00Z"), "next-reply has its own start");
}

#[test]
fn a_raised_level_counts_from_the_original_start() {
    let file = case(vec![ask("2026-01-12T10:00:00Z"), ask("2026-01-12T10:10:00Z")]);
    let raised = rules(|messages| if messages > 1 { "S1" } else { "S3" });
    let found = assess(&file, &raised, at("2026-01-12T10:11:00Z")).assessment;
    assert_eq!(dues(&found), ["2026-01-13T10:00:00Z", "2026-01-12T10:30:00Z"]);
}

#[test]
fn a_lowered_level_never_erases_a_breach() {
    let file = case(vec![ask("2026-01-12T10:00:00Z"), ask("2026-01-12T11:00:00Z")]);
    let lowered = rules(|messages| if messages > 1 { "S3" } else { "S1" });
    let found = assess(&file, &lowered, at("2026-01-12T12:00:00Z")).assessment;
    assert_eq!(dues(&found), ["2026-01-12T10:30:00Z", "2026-01-13T10:00:00Z"]);
    let breach = found.findings.iter().find(|finding| {
        matches!(&finding.kind, FindingKind::SignalRaised { signal, .. } if *signal == late())
    });
    assert_eq!(breach.expect("it is on record").at, at("2026-01-12T10:30:00Z"));
    let erased = found.findings.iter().any(|finding| {
        matches!(&finding.kind, FindingKind::SignalCleared { signal } if *signal == late())
    });
    assert!(!erased, "the breach stands though the new target has not passed");
}

#[test]
fn another_calendar_shows_what_would_change_and_touches_no_fact() {
    let file = case(vec![ask("2026-01-12T10:00:00Z"), ask("2026-01-12T15:00:00Z")]);
    let mut other = (*file).clone();
    other.calendar = Arc::new(Calendar::new(
        jiff::tz::TimeZone::UTC,
        std::array::from_fn(|_| vec![(9 * 60, 12 * 60)]),
        std::collections::BTreeSet::new(),
    ));
    let (rules, until) = (rules(|_| "S3"), at("2026-01-12T16:00:00Z"));
    let before = assess(&file, &rules, until).assessment;
    let after = assess(&Arc::new(other), &rules, until).assessment;
    assert_eq!(dues(&before), ["2026-01-13T10:00:00Z"]);
    assert_eq!(dues(&after), ["2026-01-14T12:00:00Z"], "three hours a day");

    // What would change is told before anything does, and nothing but it.
    let (removed, added) = diff(Some(&before), &after);
    assert_eq!((removed.len(), added.len()), (1, 1), "{added:?}");
    assert_eq!(apply_diff(before.findings.clone(), &removed, added), after.findings);
    let others = |found: &model::Assessment| -> Vec<model::Finding> {
        let due = |kind: &FindingKind| matches!(kind, FindingKind::ReplyDue { .. });
        found.findings.iter().filter(|finding| !due(&finding.kind)).cloned().collect()
    };
    assert_eq!(others(&before), others(&after), "the facts are the same");
    assert_eq!(assess(&file, &rules, until).assessment, before, "and so is the way back");
}
