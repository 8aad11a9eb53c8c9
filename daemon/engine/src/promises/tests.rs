//! Promises along the fold: message by message as in one go, whatever order things come in.

use std::sync::Arc;

use jiff::SignedDuration;
use model::{
    FindingKind, Instant, MessageKey, PromiseDecision, PromiseState, Promisor, Span, SpanPart,
};
use proptest::prelude::*;
use reading::promises::{Act, Statements, Told, Turn};

use crate::{
    CaseFile, CaseMessage, DecidedPromise, Evaluator, Level, Outcome, RuleError, Step, Verdict,
    assess::{Checkpoint, assess, assess_from},
    clocks::tests::{case, level, message},
};

const JANE: &str = "jane@northwind.example";
const ANNA: &str = "anna@desk.ours.example";

/// Reads `due +HOURS` as a promise from its message on, and the words of turns.
struct Reader(model::RuleSetId, Vec<Level>);

impl Reader {
    fn new() -> Self {
        Self(model::RuleSetId::new("test@1"), vec![level("S3", Some(480), false)])
    }
}

impl Evaluator for Reader {
    fn rules(&self) -> &model::RuleSetId {
        &self.0
    }

    fn levels(&self) -> &[Level] {
        &self.1
    }

    fn step(&self, _: &Step<'_>) -> Outcome {
        Outcome::default()
    }

    fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: "S3".into(), reasons: vec![] })
    }

    fn statements(&self, case: &CaseFile, position: usize) -> Arc<Statements> {
        let message = &case.messages[position];
        let body = &*message.body;
        let mut said = Statements::default();
        for (start, _) in body.match_indices("due +") {
            let hours = body[start + 5..].split(' ').next().and_then(|hours| hours.parse().ok());
            said.made.push(reading::promises::Promise {
                start: start as u32,
                end: body.len() as u32,
                deliverable: None,
                due: hours.map(|hours| message.at.plus(SignedDuration::from_hours(hours))),
                ambiguous: false,
                gives: true,
                act: if body.contains("answer") { Act::Reply } else { Act::Deliver },
                topics: vec![],
                renews: body.contains("instead"),
            });
        }
        let turns = [
            ("sent", Turn::Done),
            ("called off", Turn::Withdrawn),
            ("you promised", Turn::Disputed),
        ];
        for (words, turn) in turns {
            for (start, _) in body.match_indices(words) {
                let (start, end) = (start as u32, (start + words.len()) as u32);
                said.told.push(Told { turn, start, end, topics: vec![] });
            }
        }
        Arc::new(said)
    }
}

fn far() -> Instant {
    "2026-12-31T00:00:00Z".parse().unwrap()
}

fn hour(hour: i64) -> Instant {
    let start: Instant = "2026-01-12T00:00:00Z".parse().unwrap();
    start.plus(SignedDuration::from_hours(hour))
}

/// Messages of both sides that promise, move, keep, withdraw and dispute, in any order.
fn talks() -> impl Strategy<Value = Vec<CaseMessage>> {
    let words = [
        "We send it, due +30 .",
        "It is due +90 instead.",
        "We answer, due +10 .",
        "It is sent.",
        "It is called off.",
        "But you promised it!",
        "Any news?",
    ];
    let one = (0_i64..400, 0_usize..words.len(), any::<bool>());
    let message = one.prop_map(move |(at, text, ours)| {
        let (from, to) = if ours { (ANNA, JANE) } else { (JANE, ANNA) };
        message(&hour(at).to_string(), from, &[to], words[text])
    });
    prop::collection::vec(message, 1..14)
}

/// What people decide about the first words of messages.
fn decisions() -> impl Strategy<Value = Vec<(usize, i64, u8)>> {
    prop::collection::vec((0_usize..14, 0_i64..500, 0_u8..5), 0..5)
}

fn decided(file: &CaseFile, wishes: &[(usize, i64, u8)]) -> Vec<DecidedPromise> {
    let decision = |kind: u8, at: i64| match kind {
        0 => PromiseDecision::Confirmed,
        1 => PromiseDecision::Rejected,
        2 => PromiseDecision::Edited { due: Some(hour(at + 40)), deliverable: None },
        3 => PromiseDecision::Withdrawn,
        _ => PromiseDecision::Kept { evidence: None },
    };
    let mut all: Vec<DecidedPromise> = Vec::new();
    for (position, at, kind) in wishes {
        let Some(message) = file.messages.get(*position) else { continue };
        let end = message.body.len() as u32;
        let promise = Span { message: message.key, part: SpanPart::Body, start: 0, end };
        let at = hour(*at).max(message.at);
        all.push(DecidedPromise { at, promise, decided: decision(*kind, at_hours(at)) });
    }
    all.sort_by_key(|decided| decided.at);
    all
}

fn at_hours(at: Instant) -> i64 {
    at.since(hour(0)).as_hours()
}

fn filed(messages: Vec<CaseMessage>) -> CaseFile {
    let mut file = (*case(messages)).clone();
    let mut seen: Vec<MessageKey> = Vec::new();
    file.messages.retain(|message| {
        let new = !seen.contains(&message.key);
        seen.push(message.key);
        new
    });
    file
}

proptest! {
    #[test]
    fn message_by_message_promises_end_as_they_do_in_one_go(
        talks in talks(), wishes in decisions(), batch in 1_usize..4,
    ) {
        let mut whole = filed(talks);
        whole.decided = decided(&whole, &wishes);
        let in_one_go = assess(&Arc::new(whole.clone()), &Reader::new(), far());
        let mut stands: Option<Checkpoint> = None;
        let mut last = None;
        for end in (batch..whole.messages.len() + batch).step_by(batch) {
            let mut file = whole.clone();
            file.messages.truncate(end);
            // People decide about what they have seen.
            let known = |one: &DecidedPromise| {
                file.messages.iter().any(|message| message.key == one.promise.message)
            };
            file.decided = whole.decided.iter().filter(|one| known(one)).cloned().collect();
            let (found, next) = assess_from(stands.as_ref(), &Arc::new(file), &Reader::new(), far());
            (last, stands) = (Some(found), next);
        }
        prop_assert_eq!(last, Some(in_one_go));
    }

    #[test]
    fn what_became_of_a_promise_is_told_in_order_and_its_time_passes_once(talks in talks()) {
        let file = Arc::new(filed(talks));
        let found = assess(&file, &Reader::new(), far()).assessment;
        for promise in found.promises_at(Instant::FAR_FUTURE) {
            prop_assert!(promise.history.windows(2).all(|pair| pair[0].at <= pair[1].at));
            prop_assert_eq!(promise.history[0].state, PromiseState::Open);
            let by_time = promise.history[1..].iter().filter(|turn| turn.message.is_none());
            prop_assert!(by_time.count() <= 1, "its time passes once: {:?}", promise.history);
            let made_by_us = promise.by == Promisor::Us;
            let writer = file.messages.iter().find(|m| m.key == promise.span.message);
            prop_assert_eq!(writer.is_some_and(|m| m.from_us()), made_by_us);
        }
    }
}

#[test]
fn a_case_waits_on_us_until_what_we_promised_is_done() {
    let file = case(vec![
        message("2026-01-12T10:00:00Z", JANE, &[ANNA], "Please send it."),
        message("2026-01-12T11:00:00Z", ANNA, &[JANE], "We send it, due +30 ."),
        message("2026-01-15T11:00:00Z", ANNA, &[JANE], "It is sent."),
    ]);
    let found = assess(&file, &Reader::new(), far()).assessment.findings;
    let waits = found.iter().filter_map(|finding| match &finding.kind {
        FindingKind::WaitingOn { on } => Some((finding.at.to_string(), on.as_str())),
        _ => None,
    });
    let expected = [("2026-01-12T10:00:00Z", "us"), ("2026-01-15T11:00:00Z", "nobody")];
    assert_eq!(waits.collect::<Vec<_>>(), expected.map(|(at, on)| (at.to_owned(), on)));
}
