//! What a step costs. Prints in every build; a release build must keep the promises.

use std::{hint::black_box, sync::Arc, time::Instant as Clock};

use engine::{CaseFile, CaseMessage, Evaluator, Event, Participant, Step};
use jiff::tz::TimeZone;
use mail::{ClassKind, Segment, SegmentKind};
use model::{Address, CaseId, Instant, LevelName, MessageKey, Side};

use crate::{RhaiEvaluator, RuleSet};

const TEXT: &str = "Hello Anna,\n\nthank you for the file of yesterday. We have loaded it into the test system and \
    compared it with the one of last week: 4,112 rows are the same, 31 differ in the column of the net price, and \
    for two of them the supplier is empty. I have marked these in the sheet that is attached.\n\n\
    Could you look at the two first? The warehouse goes through the list on Thursday morning, and without the \
    supplier they cannot print the labels. The other 31 can wait until the week after, my colleague Piotr will \
    check whether the old prices were right. As far as I can see it has nothing to do with the change of the \
    calendar, but I may be wrong about that, we did not test it with the new one.\n\n\
    One more thing: the nightly job sends its report to an address that we no longer use. Where do I change it? \
    I looked under Settings and under People and found only the sender.\n\nKind regards\nJane";

fn person(name: &str, side: Side) -> Participant {
    let domain = if side == Side::Us { "ours.example" } else { "customer.example" };
    Participant {
        address: Address { name: name.to_owned(), email: format!("{name}@{domain}") },
        side,
        team: None,
        title: "".into(),
    }
}

fn case(messages: usize, class: ClassKind) -> Arc<CaseFile> {
    let message = |n: usize| {
        let body = format!("{TEXT}\n{n}\n");
        let segments = vec![Segment { start: 0, end: body.len() as u32, kind: SegmentKind::New }];
        let ours = n % 3 == 1 && n + 1 < messages;
        let (from, to) = if ours {
            (person("anna", Side::Us), person("jane", Side::Customer))
        } else {
            (person("jane", Side::Customer), person("anna", Side::Us))
        };
        Arc::new(CaseMessage {
            key: MessageKey(model::id::short_hash(&[&n.to_le_bytes()])),
            at: Instant::from_seconds(1_772_000_000 + n as i64 * 40_000),
            offset: Some(3600),
            from,
            to: vec![to],
            cc: vec![person("piotr", Side::Customer)],
            subject: "the file of yesterday".into(),
            body: body.into(),
            segments: segments.into(),
            class: if n + 1 == messages { class } else { ClassKind::Human },
            attachments: vec![],
            answers: None,
        })
    };
    let messages: Vec<_> = (0..messages).map(message).collect();
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    Arc::new(CaseFile {
        id: CaseId::derive(&messages[0].key, 0),
        account: None,
        contacts: vec![],
        notes: vec![],
        judged: vec![],
        calendar: Arc::new(engine::Calendar::office_hours(zone)),
        reply_minutes: Some(480),
        decided: vec![],
        given_to: None,
        earlier: [].into(),
        messages,
    })
}

/// The median of many runs, in microseconds.
fn median(mut run: impl FnMut()) -> f64 {
    let runs = if cfg!(debug_assertions) { 10 } else { 400 };
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let began = Clock::now();
            run();
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn step_of(case: &Arc<CaseFile>, run: impl FnOnce(&Step<'_>)) {
    let evaluator_levels: [engine::Level; 0] = [];
    let position = case.messages.len() - 1;
    let promises = Arc::default();
    run(&Step {
        case,
        messages: case.messages.len(),
        notes: 0,
        at: case.messages[position].at,
        event: &Event::Message(position),
        findings: &Arc::default(),
        level: &LevelName::none(),
        levels: &evaluator_levels,
        reply_due: None,
        muted: &Arc::default(),
        explain: false,
        promises: &promises,
    });
}

#[test]
fn a_message_passes_the_set_quickly_however_long_its_case() {
    let began = Clock::now();
    let set = Arc::new(RuleSet::default_set().unwrap_or_else(|e| panic!("{e}")));
    let loaded = began.elapsed();
    let lists = set.lists();
    let reading = median(|| {
        black_box(lists.find_all(black_box(TEXT)));
    });
    let mut shown =
        format!("load {loaded:?}; word lists over {} bytes {reading:.1} us", TEXT.len());
    let mut at_20 = 0.0;
    for (length, class) in [
        (2, ClassKind::Human),
        (20, ClassKind::Human),
        (200, ClassKind::Human),
        (20, ClassKind::OutOfOffice),
    ] {
        let case = case(length, class);
        let evaluator = RhaiEvaluator::new(Arc::clone(&set));
        step_of(&case, |step| {
            let outcome = evaluator.step(step);
            assert_eq!(outcome.errors, []);
            let known = median(|| {
                black_box(evaluator.step(step));
            });
            let severity = median(|| {
                black_box(evaluator.severity(step)).unwrap();
            });
            let fresh = median(|| {
                evaluator.forget(case.messages[length - 1].key);
                black_box(evaluator.step(step));
            });
            if length == 20 && class == ClassKind::Human {
                at_20 = known;
            }
            let line = format!(
                "; {length} messages, {class:?}: {known:.1} us (new text {fresh:.1}), severity {severity:.1} us"
            );
            shown.push_str(&line);
        });
    }
    println!("{shown}");
    // A debug build says nothing about speed; a release build keeps its promise with room to spare
    // for a busy machine.
    if !cfg!(debug_assertions) {
        assert!(at_20 < 180.0 && reading < 60.0 && loaded.as_millis() < 600, "{shown}");
    }
}
