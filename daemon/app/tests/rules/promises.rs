use app::{
    AppError, Watchkeeper,
    promises::{Decision, PromiseFilter, PromiseRecord},
};
use model::{Instant, PromiseState, Span, SpanPart};

use crate::world::{Letter, at, case, deliver, noon, user, world};

const PUMP: &str = "Pump";

/// We promise a pump for Thursday afternoon.
fn promised() -> std::sync::Arc<Watchkeeper> {
    let (_, app) = world();
    let letters = [
        Letter::customer(PUMP, at("2026-01-14T09:00:00Z"), "When does the pump come?"),
        Letter::ours(
            PUMP,
            at("2026-01-14T10:00:00Z"),
            "Hello Jane,\r\n\r\nwe will send you the pump by January 15, 2026 at 3 pm.\r\n",
        ),
    ];
    deliver(&app, &letters, noon());
    app
}

fn due() -> Instant {
    at("2026-01-15T15:00:00Z")
}

fn after() -> Instant {
    at("2026-01-15T16:00:00Z")
}

#[track_caller]
fn promise(app: &Watchkeeper) -> PromiseRecord {
    let mut found = app.promises_of(case(app, PUMP)).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn decide(app: &Watchkeeper, decision: Decision, now: Instant) -> Result<PromiseRecord, AppError> {
    let (id, reason) = (promise(app).id, "as agreed".to_owned());
    app.decide_promise(id, decision, reason, user("kim"), now)
}

#[test]
fn a_promise_that_nobody_touches_is_missed_when_its_time_passes() {
    let app = promised();
    assert_eq!((promise(&app).due, promise(&app).state), (Some(due()), PromiseState::Open));
    app.tick(after()).unwrap();
    assert_eq!(promise(&app).state, PromiseState::Missed);
    let rates = app.promise_rates(&PromiseFilter::default()).unwrap();
    assert_eq!((rates.all.broken, rates.all.share()), (1, Some(0.0)));
}

#[test]
fn a_promise_that_is_marked_kept_is_not_missed() {
    let app = promised();
    let shown = at("2026-01-15T12:00:00Z");
    deliver(&app, &[Letter::customer(PUMP, shown, "It stands in our yard.")], shown);
    let key = app.case_file(case(&app, PUMP)).unwrap().messages[2].key;
    let kept = Decision::Keep { evidence: Some(key), at: None };
    let record = decide(&app, kept, at("2026-01-15T18:00:00Z")).unwrap();
    assert_eq!((record.state, record.since), (PromiseState::Kept, shown));
    assert_eq!(
        (record.decisions[0].decision.as_str(), record.decisions[0].by.as_str()),
        ("kept", "kim")
    );
    app.tick(after()).unwrap();
    assert_eq!(promise(&app).state, PromiseState::Kept);
}

#[test]
fn a_promise_with_another_due_time_keeps_both_readings() {
    let app = promised();
    let moved = at("2026-01-16T12:00:00Z");
    let edit = Decision::Edit { due: Some(moved), deliverable: Some("the large pump".to_owned()) };
    let record = decide(&app, edit, noon()).unwrap();
    assert_eq!((record.due, record.rules_due), (Some(moved), Some(due())));
    assert_eq!(record.deliverable.as_deref(), Some("the large pump"));
    assert!(record.confirmed);
    app.tick(after()).unwrap();
    assert_eq!(promise(&app).state, PromiseState::Open, "the person's time counts");
    let past = Decision::Edit { due: Some(at("2026-01-13T12:00:00Z")), deliverable: None };
    assert!(matches!(decide(&app, past, noon()), Err(AppError::Invalid { .. })));
}

#[test]
fn a_promise_that_is_confirmed_rejected_or_withdrawn_says_so() {
    let app = promised();
    assert!(decide(&app, Decision::Confirm, noon()).unwrap().confirmed);
    let withdrawn = decide(&app, Decision::Withdraw, noon()).unwrap();
    assert_eq!(withdrawn.state, PromiseState::Withdrawn);
    app.tick(after()).unwrap();
    assert_eq!(promise(&app).state, PromiseState::Withdrawn, "nothing is missed");

    let app = promised();
    decide(&app, Decision::Reject, noon()).unwrap();
    assert_eq!(app.promises_of(case(&app, PUMP)).unwrap(), [], "these words are no promise");
}

#[test]
fn words_that_the_rules_did_not_see_become_a_promise_by_hand() {
    let (_, app) = world();
    let told = at("2026-01-14T10:00:00Z");
    let text = "Consider the gasket done by Friday.";
    deliver(&app, &[Letter::ours(PUMP, told, text)], noon());
    let file = app.case_file(case(&app, PUMP)).unwrap();
    assert_eq!(app.promises_of(file.id).unwrap(), []);
    let message = &file.messages[0];
    let end = u32::try_from(text.len() - 1).unwrap();
    let span = Span { message: message.key, part: SpanPart::Body, start: 0, end };
    let due = at("2026-01-16T17:00:00Z");
    let made = app.add_promise(span.clone(), Some(due), None, user("kim"), noon()).unwrap();
    assert_eq!((made.due, made.state), (Some(due), PromiseState::Open));
    assert_eq!(made.quote.unwrap().text, "Consider the gasket done by Friday");
    app.tick(at("2026-01-16T18:00:00Z")).unwrap();
    assert_eq!(promise(&app).state, PromiseState::Missed);
    let nowhere = Span { start: 10_000, end: 10_001, ..span };
    assert!(app.add_promise(nowhere, None, None, user("kim"), noon()).is_err());
}

#[test]
fn what_people_decided_survives_a_rebuild() {
    let app = promised();
    let moved = at("2026-01-16T12:00:00Z");
    decide(&app, Decision::Edit { due: Some(moved), deliverable: None }, noon()).unwrap();
    let before = promise(&app);
    app.rebuild(noon(), &mut |_, _| ()).unwrap();
    assert_eq!(promise(&app), before);
}
