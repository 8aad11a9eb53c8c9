use std::sync::Arc;

use model::{FindingKind, PromiseId, Span, SpanPart};
use reading::promises::{Act, Statements};

use crate::{
    CaseFile, CaseMessage, Evaluator, Outcome, RuleError, Step, Verdict, assess,
    assess::explain_due,
    clocks::tests::{case, level, message},
    evaluator::Level,
};

use super::*;

const JANE: &str = "jane@northwind.example";
const ANNA: &str = "anna@desk.ours.example";

/// Reads `due INSTANT` as a promise, hands over where `send` stands, and always gives the level S3
/// with a target of eight working hours.
struct Rules(model::RuleSetId, Vec<Level>);

impl Rules {
    fn new() -> Self {
        Self(model::RuleSetId::new("test@1"), vec![level("S3", Some(480), false)])
    }
}

impl Evaluator for Rules {
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
        let body = &case.messages[position].body;
        let mut said = Statements::default();
        for (start, _) in body.match_indices("due ") {
            let due = body[start + 4..].split(' ').next().unwrap().parse().ok();
            said.made.push(reading::promises::Promise {
                start: start as u32,
                end: body.len() as u32,
                deliverable: None,
                due,
                ambiguous: false,
                gives: body.contains("send"),
                act: Act::Deliver,
                topics: vec![],
                renews: body.contains("instead"),
            });
        }
        Arc::new(said)
    }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn dues(case: &Arc<CaseFile>, until: &str) -> Vec<String> {
    let found = assess(case, &Rules::new(), at(until)).assessment;
    let due = |kind: &FindingKind| match kind {
        FindingKind::ReplyDue { due } => Some(due.map_or("-".to_owned(), |d| d.to_string())),
        _ => None,
    };
    found.findings.iter().filter_map(|f| due(&f.kind)).collect()
}

fn ask(when: &str) -> CaseMessage {
    message(when, JANE, &["support@ours.example"], "The export fails.")
}

#[test]
fn an_explicit_promise_replaces_the_target_only_if_earlier() {
    let promised = |due: &str| {
        let words = format!("We send it, due {due} sharp.");
        // Our mail answers the first message; the second is owed.
        case(vec![
            ask("2026-01-12T09:00:00Z"),
            message("2026-01-12T10:00:00Z", ANNA, &[JANE], &words),
            ask("2026-01-12T11:00:00Z"),
        ])
    };
    let until = "2026-01-12T11:30:00Z";
    let earlier = promised("2026-01-12T15:00:00Z");
    assert_eq!(dues(&earlier, until).last().unwrap(), "2026-01-12T15:00:00Z");
    let later = promised("2026-01-15T15:00:00Z");
    assert_eq!(dues(&later, until).last().unwrap(), "2026-01-13T11:00:00Z");
}

#[test]
fn a_later_date_renegotiates_only_when_told_before_the_old_one_passed() {
    let told = |when: &str| {
        let file = case(vec![
            message(
                "2026-01-12T10:00:00Z",
                ANNA,
                &[JANE],
                "We send it, due 2026-01-13T15:00:00Z ok",
            ),
            message(when, ANNA, &[JANE], "It is due 2026-01-16T15:00:00Z instead"),
        ]);
        let found = assess(&file, &Rules::new(), at("2026-01-15T00:00:00Z")).assessment;
        found.promises_at(Instant::FAR_FUTURE)[0].state()
    };
    assert_eq!(told("2026-01-13T14:59:00Z"), PromiseState::Changed);
    assert_eq!(told("2026-01-13T15:01:00Z"), PromiseState::Missed);
}

#[test]
fn a_customers_promise_pauses_the_clock_with_our_question_as_evidence() {
    let asked = message("2026-01-12T10:00:00Z", ANNA, &[JANE], "Can you send the log?");
    let promise = "I send it, due 2026-01-14T12:00:00Z at noon.";
    let answer = message("2026-01-12T11:00:00Z", JANE, &[ANNA], promise);
    let waits = case(vec![ask("2026-01-12T09:00:00Z"), asked.clone(), answer.clone()]);
    assert_eq!(dues(&waits, "2026-01-12T12:00:00Z").last().unwrap(), "2026-01-15T12:00:00Z");
    let ledger = explain_due(&waits, &Rules::new(), at("2026-01-12T12:00:00Z")).unwrap();
    assert_eq!(ledger.clock.pause.as_ref().unwrap().asked, asked.key);
    assert_eq!(ledger.periods[0].kind, PeriodKind::Paused);
    // Without our question there is no evidence, and nothing pauses.
    let unasked = case(vec![ask("2026-01-12T09:00:00Z"), answer.clone()]);
    assert_eq!(dues(&unasked, "2026-01-12T12:00:00Z").last().unwrap(), "2026-01-12T17:00:00Z");
    // Any customer message ends it.
    let chase = ask("2026-01-13T10:00:00Z");
    let ended = case(vec![ask("2026-01-12T09:00:00Z"), asked, answer, chase]);
    assert_eq!(dues(&ended, "2026-01-13T11:00:00Z").last().unwrap(), "2026-01-14T10:00:00Z");
}

#[test]
fn waiting_for_another_team_of_ours_never_pauses() {
    let internal =
        message("2026-01-12T10:00:00Z", ANNA, &["lena@eng.ours.example"], "Can you look?");
    let file = case(vec![ask("2026-01-12T09:00:00Z"), internal]);
    assert_eq!(dues(&file, "2026-01-12T12:00:00Z"), ["2026-01-12T17:00:00Z"]);
}

#[test]
fn a_due_time_is_explained_without_gaps() {
    // Friday afternoon; eight working hours reach into Monday.
    let file = case(vec![ask("2026-01-16T15:00:00Z")]);
    let ledger = explain_due(&file, &Rules::new(), at("2026-01-16T16:00:00Z")).unwrap();
    let shown: Vec<_> = ledger.periods.iter().map(|p| (p.kind, p.to.to_string())).collect();
    assert_eq!(
        shown,
        [
            (PeriodKind::Counted, "2026-01-16T17:00:00Z".to_owned()),
            (PeriodKind::Closed, "2026-01-19T09:00:00Z".to_owned()),
            (PeriodKind::Counted, "2026-01-19T15:00:00Z".to_owned()),
        ]
    );
    assert!(ledger.periods.windows(2).all(|pair| pair[0].to == pair[1].from));
    assert_eq!((ledger.periods[0].from, ledger.due), (ledger.clock.start, ledger.periods[2].to));
    let counted = ledger.periods.iter().filter(|p| p.kind == PeriodKind::Counted);
    let minutes: i64 = counted.map(|p| p.to.since(p.from).as_secs() / 60).sum();
    assert_eq!(minutes, i64::from(ledger.target.unwrap().minutes));
}

#[test]
fn a_bounced_message_promised_nothing_and_automatic_mail_never_does() {
    let words = "We send it, due 2026-01-13T15:00:00Z ok";
    let promise = message("2026-01-12T10:00:00Z", ANNA, &[JANE], words);
    let mut bounce =
        message("2026-01-12T10:01:00Z", "mailer-daemon@northwind.example", &[ANNA], "No.");
    bounce.class = mail::ClassKind::Bounce;
    bounce.answers = Some(promise.key);
    let state = |messages: Vec<CaseMessage>| {
        let found = assess(&case(messages), &Rules::new(), at("2026-01-20T00:00:00Z")).assessment;
        found.promises_at(Instant::FAR_FUTURE).first().map(model::PromiseStanding::state)
    };
    assert_eq!(state(vec![promise.clone()]), Some(PromiseState::Missed));
    assert_eq!(state(vec![promise.clone(), bounce]), Some(PromiseState::Withdrawn));
    let mut automatic = promise;
    automatic.class = mail::ClassKind::AutoReply;
    assert_eq!(state(vec![automatic]), None);
}

#[test]
fn a_persons_decision_sticks_beside_the_rules_opinion() {
    let words = "We send it, due 2026-01-13T15:00:00Z ok";
    let promise = message("2026-01-12T10:00:00Z", ANNA, &[JANE], words);
    let span = |start, end| Span { message: promise.key, part: SpanPart::Body, start, end };
    let decided = |when: &str, decided: model::PromiseDecision| {
        let mut file = (*case(vec![promise.clone()])).clone();
        file.decided = vec![crate::DecidedPromise { at: at(when), promise: span(12, 20), decided }];
        assess(&Arc::new(file), &Rules::new(), at("2026-01-20T00:00:00Z"))
            .assessment
            .promises_at(Instant::FAR_FUTURE)
    };
    let due = Some(at("2026-01-23T15:00:00Z"));
    let wording = Some("the file".to_owned());
    let edit = model::PromiseDecision::Edited { due, deliverable: wording.clone() };
    let edited = &decided("2026-01-12T10:00:00Z", edit)[0];
    assert_eq!((edited.due, edited.rules_due), (due, Some(at("2026-01-13T15:00:00Z"))));
    assert_eq!((edited.state(), &edited.wording), (PromiseState::Open, &wording));
    let kept = model::PromiseDecision::Kept { evidence: None };
    assert_eq!(decided("2026-01-13T12:00:00Z", kept.clone())[0].state(), PromiseState::Kept);
    assert_eq!(decided("2026-01-14T12:00:00Z", kept)[0].state(), PromiseState::Late);
    let taken_back = model::PromiseDecision::Withdrawn;
    assert_eq!(decided("2026-01-12T12:00:00Z", taken_back)[0].state(), PromiseState::Withdrawn);
    assert_eq!(decided("2026-01-12T10:00:00Z", model::PromiseDecision::Rejected), []);
    assert_eq!(PromiseId::of(&edited.span), edited.id);
}
