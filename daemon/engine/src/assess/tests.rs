use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use jiff::SignedDuration;
use model::{
    Finding, FindingKind, LevelName, RuleSetId, SignalId, Span, SpanPart, fact::Judgement,
    finding::Reason,
};
use proptest::prelude::*;

use super::*;
use crate::{
    case_file::{CaseMessage, CaseNote, Judged},
    clocks::tests::{case, level, message},
    evaluator::{Act, Event, Level, Outcome, Step, Verdict},
};

const JANE: &str = "jane@northwind.example";
const ANNA: &str = "anna@desk.ours.example";
const DESK: &str = "support@ours.example";

/// Raises `pain` at every customer message that says so, with the message as its evidence, clears it
/// at our reply; wakes at the due instant to raise `late`; the level follows the signals.
struct Rules {
    id: RuleSetId,
    levels: Vec<Level>,
    timers: AtomicUsize,
    /// How often it was told of a message.
    messages: AtomicUsize,
}

impl Rules {
    fn new() -> Self {
        let levels = vec![level("S1", Some(30), true), level("S3", Some(480), false)];
        let (timers, messages) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { id: RuleSetId::new("test@1"), levels, timers, messages }
    }
}

fn pain() -> SignalId {
    SignalId::new("pain")
}

fn late() -> SignalId {
    SignalId::new("late")
}

fn raise(signal: SignalId, weight: i32, spans: Vec<Span>) -> Act {
    Act::Raise { signal, weight, spans, inputs: BTreeMap::new() }
}

fn holds(findings: &[Finding], wanted: &SignalId) -> bool {
    let last = findings.iter().rev().find_map(|finding| match &finding.kind {
        FindingKind::SignalRaised { signal, .. } if signal == wanted => Some(true),
        FindingKind::SignalCleared { signal } if signal == wanted => Some(false),
        _ => None,
    });
    last == Some(true)
}

impl Evaluator for Rules {
    fn rules(&self) -> &RuleSetId {
        &self.id
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let mut acts = Vec::new();
        if let Some(message) = step.message() {
            self.messages.fetch_add(1, Ordering::Relaxed);
            if let Some(at) = message.body.find("pain") {
                let (start, end) = (at as u32, at as u32 + 4);
                let span = Span { message: message.key, part: SpanPart::Body, start, end };
                acts.push(raise(pain(), 20, vec![span]));
            } else if message.is_reply_of_ours() {
                acts.push(Act::Clear { signal: pain() });
            }
        }
        match step.event {
            Event::Timer { signal, .. } => {
                self.timers.fetch_add(1, Ordering::Relaxed);
                if *signal == late() && step.reply_due.is_some_and(|due| due <= step.at) {
                    acts.push(raise(late(), 15, vec![]));
                }
            }
            Event::Note(_) => {}
            _ => acts.extend(step.reply_due.map(|at| Act::Wake {
                signal: late(),
                name: "due".to_owned(),
                at,
            })),
        }
        Outcome { acts, ..Outcome::default() }
    }

    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        let reason = |text: &str, signal| Reason { text: text.to_owned(), signal: Some(signal) };
        let mut reasons = Vec::new();
        if holds(step.findings, &late()) {
            reasons.push(reason("late", late()));
        }
        if holds(step.findings, &pain()) {
            reasons.push(reason("pain", pain()));
        }
        let level: LevelName = match reasons.len() {
            0 => LevelName::none(),
            1 => "S3".into(),
            _ => "S1".into(),
        };
        Ok(Verdict { level, reasons })
    }
}

fn until(at: &str) -> Instant {
    at.parse().unwrap()
}

fn told(assessed: &Assessed) -> Vec<String> {
    let line = |finding: &Finding| {
        let what = match &finding.kind {
            FindingKind::SignalRaised { signal, .. } => format!("raised {signal}"),
            FindingKind::SignalCleared { signal } => format!("cleared {signal}"),
            FindingKind::Severity { level, reasons } => format!("{level} for {}", reasons.len()),
            FindingKind::Owner { to } => format!("owner {}", to.as_deref().unwrap_or("-")),
            FindingKind::WaitingOn { on } => format!("waits on {on}"),
            FindingKind::Attention { score } => format!("attention {score}"),
            FindingKind::ReplyDue { due } => {
                format!("due {}", due.map_or_else(|| "-".to_owned(), |d| d.to_string()))
            }
            FindingKind::PromiseMade { by, due, .. } => {
                let due = due.map_or_else(|| "-".to_owned(), |d| d.to_string());
                format!("promise by {} due {due}", by.name())
            }
            FindingKind::PromiseEdited { due, .. } => {
                let due = due.map_or_else(|| "-".to_owned(), |d| d.to_string());
                format!("promise put right, due {due}")
            }
            FindingKind::PromiseRejected { .. } => "no promise".to_owned(),
            FindingKind::PromiseMoved { state, .. } => format!("promise {}", state.name()),
        };
        format!("{} {what}{}", finding.at, if finding.message.is_some() { "" } else { " by time" })
    };
    assessed.assessment.findings.iter().map(line).collect()
}

/// Jane asks on Monday, chases on Tuesday, Anna answers on Wednesday.
fn story() -> Arc<CaseFile> {
    case(vec![
        message("2026-01-12T10:00:00Z", JANE, &[DESK], "The export is a pain."),
        message("2026-01-13T09:30:00Z", JANE, &[DESK], "Such a pain! Hello?"),
        message("2026-01-14T09:00:00Z", ANNA, &[JANE], "Which version do you run?"),
    ])
}

#[test]
fn a_case_is_told_along_the_time_things_happened() {
    let found = assess(&story(), &Rules::new(), until("2026-02-01T00:00:00Z"));
    insta::assert_snapshot!(told(&found).join("\n"), @"
    2026-01-12T10:00:00Z waits on us
    2026-01-12T10:00:00Z raised pain
    2026-01-12T10:00:00Z S3 for 1
    2026-01-12T10:00:00Z due 2026-01-13T10:00:00Z
    2026-01-12T10:00:00Z attention 20
    2026-01-13T09:30:00Z raised pain
    2026-01-13T10:00:00Z raised late by time
    2026-01-13T10:00:00Z S1 for 2 by time
    2026-01-13T10:00:00Z due 2026-01-12T10:30:00Z by time
    2026-01-13T10:00:00Z attention 35 by time
    2026-01-14T09:00:00Z owner anna@desk.ours.example
    2026-01-14T09:00:00Z waits on customer
    2026-01-14T09:00:00Z due -
    2026-01-14T09:00:00Z cleared pain
    2026-01-14T09:00:00Z S3 for 1
    2026-01-14T09:00:00Z attention 14
    ");
    assert_eq!(found.errors, []);
    assert_eq!(found.assessment.wake, None);
}

#[test]
fn time_alone_is_awaited_and_not_foreseen() {
    let found = assess(&story(), &Rules::new(), until("2026-01-12T12:00:00Z"));
    assert_eq!(found.assessment.wake, Some(until("2026-01-13T09:30:00Z")));
    let mut early = (*story()).clone();
    early.messages.truncate(1);
    let found = assess(&Arc::new(early), &Rules::new(), until("2026-01-12T12:00:00Z"));
    assert_eq!(found.assessment.wake, Some(until("2026-01-13T10:00:00Z")));
    assert!(!told(&found).iter().any(|line| line.contains("raised late")));
}

#[test]
fn the_same_evidence_again_is_no_news() {
    struct Nagging(Rules);
    impl Evaluator for Nagging {
        fn rules(&self) -> &RuleSetId {
            &self.0.id
        }
        fn levels(&self) -> &[Level] {
            &self.0.levels
        }
        fn step(&self, step: &Step<'_>) -> Outcome {
            let first = &step.visible()[0];
            let span = Span { message: first.key, part: SpanPart::Body, start: 0, end: 3 };
            let acts = vec![Act::Clear { signal: late() }, raise(pain(), 20, vec![span])];
            Outcome { acts, ..Outcome::default() }
        }
        fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
            Ok(Verdict { level: "S3".into(), reasons: vec![] })
        }
    }
    let found = assess(&story(), &Nagging(Rules::new()), until("2026-02-01T00:00:00Z"));
    let lines = told(&found).join("\n");
    assert_eq!(lines.matches("raised").count(), 1, "{lines}");
    assert_eq!(lines.matches("cleared").count(), 0, "{lines}");
    assert_eq!(lines.matches("S3").count(), 1, "{lines}");
}

/// Does whatever the test says at every step, and counts the steps.
struct Script<F> {
    base: Rules,
    steps: AtomicUsize,
    decide: F,
}

impl<F> Script<F> {
    fn new(decide: F) -> Self {
        Self { base: Rules::new(), steps: AtomicUsize::new(0), decide }
    }

    fn steps(&self) -> usize {
        self.steps.load(Ordering::Relaxed)
    }
}

impl<F: Fn(&Step<'_>, usize) -> (Outcome, LevelName) + Send + Sync> Evaluator for Script<F> {
    fn rules(&self) -> &RuleSetId {
        &self.base.id
    }
    fn levels(&self) -> &[Level] {
        &self.base.levels
    }
    fn step(&self, step: &Step<'_>) -> Outcome {
        self.steps.fetch_add(1, Ordering::Relaxed);
        (self.decide)(step, self.steps()).0
    }
    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: (self.decide)(step, self.steps()).1, reasons: vec![] })
    }
}

#[test]
fn a_script_that_wakes_itself_in_the_past_does_not_run_forever() {
    let script = Script::new(|step: &Step<'_>, _| {
        let wake =
            Act::Wake { signal: late(), name: "again".to_owned(), at: step.case.messages[0].at };
        (Outcome { acts: vec![wake], ..Outcome::default() }, LevelName::none())
    });
    let found = assess(&story(), &script, until("2026-02-01T00:00:00Z"));
    assert_eq!(found.errors.len(), 1);
    assert!(found.errors[0].message.contains("again"), "{}", found.errors[0]);
    assert!(script.steps() < 20);
}

#[test]
fn two_signals_that_pull_the_level_to_and_fro_come_to_rest() {
    let flip = |_: &Step<'_>, calls: usize| {
        let level = if calls.is_multiple_of(2) { "S1" } else { "S3" };
        (Outcome::default(), level.into())
    };
    let script = Script::new(flip);
    assess(&story(), &script, until("2026-02-01T00:00:00Z"));
    assert!(script.steps() <= 12);
}

#[test]
fn a_failing_script_costs_its_own_outcome_only() {
    let error = || RuleError {
        file: "signals/x.rhai".to_owned(),
        position: None,
        message: "no".to_owned(),
    };
    let script = Script::new(move |_: &Step<'_>, _| {
        (Outcome { errors: vec![error()], ..Outcome::default() }, "S3".into())
    });
    let found = assess(&story(), &script, until("2026-02-01T00:00:00Z"));
    assert_eq!(found.errors.len(), 1);
    assert!(told(&found).iter().any(|line| line.ends_with("S3 for 0")));
}

#[test]
fn asking_another_team_shows_whom_the_case_waits_for() {
    let lena = "lena@eng.ours.example";
    let file = case(vec![
        message("2026-01-12T10:00:00Z", JANE, &[DESK], "It fails."),
        message("2026-01-12T11:00:00Z", ANNA, &[lena], "Can you look at the log?"),
        message("2026-01-12T15:00:00Z", lena, &[ANNA], "It is the token."),
        message("2026-01-12T16:00:00Z", ANNA, &[JANE], "It is the token, fixed now."),
    ]);
    let found = assess(&file, &Rules::new(), until("2026-02-01T00:00:00Z"));
    let waits: Vec<_> = told(&found).into_iter().filter(|line| line.contains("waits")).collect();
    let on = |line: &String| line.split("waits on ").nth(1).unwrap().to_owned();
    assert_eq!(waits.iter().map(on).collect::<Vec<_>>(), ["us", "internal:eng", "us", "nobody"]);
}

/// Messages and notes of a case, in any order.
fn cases() -> impl Strategy<Value = (Vec<CaseMessage>, Vec<CaseNote>)> {
    let texts = ["It is a pain.", "Thank you, works!", "Any news?", "We look into it."];
    let one = (0_i64..2000, 0_usize..4, 0_usize..3);
    let message = one.prop_map(move |(hour, text, who)| {
        let at = until("2026-01-12T00:00:00Z").plus(SignedDuration::from_hours(hour)).to_string();
        match who {
            0 => message(&at, JANE, &[DESK], texts[text]),
            1 => message(&at, ANNA, &[JANE], texts[text]),
            _ => message(&at, ANNA, &["lena@eng.ours.example"], texts[text]),
        }
    });
    let note = (0_i64..2000).prop_map(|hour| CaseNote {
        at: until("2026-01-12T00:30:00Z").plus(SignedDuration::from_hours(hour)),
        author: ANNA.to_owned(),
        text: "called".into(),
        kind: crate::NoteKind::Person,
    });
    (prop::collection::vec(message, 1..12), prop::collection::vec(note, 0..4))
}

fn filed((messages, mut notes): (Vec<CaseMessage>, Vec<CaseNote>)) -> Arc<CaseFile> {
    let mut file = (*case(messages)).clone();
    file.messages.dedup_by_key(|m| m.key);
    notes.sort_by_key(|note| note.at);
    file.notes = notes;
    Arc::new(file)
}

fn far() -> Instant {
    until("2026-12-31T00:00:00Z")
}

/// What people say of `pain`, at these hours.
fn judgements(hours: &[i64]) -> Vec<Judged> {
    let at = |hour| until("2026-01-12T00:00:00Z").plus(SignedDuration::from_hours(hour));
    let say = |(turn, hour): (usize, &i64)| {
        let judgement = match turn {
            0 => Judgement::Disagreed,
            1 => Judgement::Snoozed { until: at(hour + 200) },
            _ => Judgement::Restored,
        };
        Judged { at: at(*hour), signal: pain(), judgement }
    };
    hours.iter().enumerate().map(say).collect()
}

#[test]
fn one_more_message_costs_the_same_in_a_long_case_as_in_a_short_one() {
    let mail = |day: usize| {
        let at = until("2026-01-12T10:00:00Z").plus(SignedDuration::from_hours(24 * day as i64));
        message(&at.to_string(), JANE, &[DESK], &format!("It is a pain, day {day}."))
    };
    let rules = Rules::new();
    let mut stands: Option<Checkpoint> = None;
    for days in 1..=50 {
        let file = case((0..days).map(mail).collect());
        stands = assess_from(stands.as_ref(), &file, &rules, far()).1;
        assert_eq!(rules.messages.load(Ordering::Relaxed), days);
    }
}

proptest! {
    #[test]
    fn an_assessment_is_a_prefix_of_every_later_one(parts in cases(), cut in 0_i64..2100) {
        let file = filed(parts);
        let early = until("2026-01-12T00:00:00Z").plus(SignedDuration::from_hours(cut));
        let short = assess(&file, &Rules::new(), early).assessment;
        let long = assess(&file, &Rules::new(), far()).assessment;
        prop_assert!(long.findings.starts_with(&short.findings));
        prop_assert!(long.findings.get(short.findings.len()).is_none_or(|next| next.at > early));
        prop_assert!(short.wake.is_none_or(|wake| wake > early));
    }

    #[test]
    fn what_has_not_happened_changes_nothing(parts in cases(), cut in 0_i64..2100) {
        let file = filed(parts);
        let early = until("2026-01-12T00:00:00Z").plus(SignedDuration::from_hours(cut));
        let mut known = (*file).clone();
        known.messages.retain(|m| m.at <= early);
        known.notes.retain(|n| n.at <= early);
        let with = assess(&file, &Rules::new(), early).assessment;
        let without = assess(&Arc::new(known), &Rules::new(), early).assessment;
        prop_assert_eq!(with.findings, without.findings);
    }

    #[test]
    fn arrival_in_any_order_and_any_batches_ends_the_same(
        parts in cases(), seed in any::<u64>(), batch in 1_usize..5,
    ) {
        let whole = assess(&filed(parts.clone()), &Rules::new(), far()).assessment;
        let (mut messages, notes) = parts;
        messages.sort_by_key(|m| model::id::short_hash(&[&m.key.0, &seed.to_le_bytes()]));
        let mut stored: Option<Assessment> = None;
        let mut stands: Option<Checkpoint> = None;
        for end in (batch..messages.len() + batch).step_by(batch) {
            let arrived = messages[..end.min(messages.len())].to_vec();
            let file = filed((arrived, notes.clone()));
            let (now, next) = assess_from(stands.as_ref(), &file, &Rules::new(), far());
            let now = now.assessment;
            stands = next;
            let (removed, added) = diff(stored.as_ref(), &now);
            let before = stored.map(|s| s.findings).unwrap_or_default();
            let findings = apply_diff(before, &removed, added);
            prop_assert_eq!(&findings, &now.findings);
            stored = Some(Assessment { findings, ..now });
        }
        prop_assert_eq!(stored, Some(whole));
    }

    #[test]
    fn going_on_from_a_checkpoint_ends_as_a_whole_walk_does(
        parts in cases(), batch in 1_usize..5, heard in prop::collection::vec(0_usize..12, 4),
        hours in prop::collection::vec(0_i64..2000, 3),
    ) {
        let whole = filed(parts);
        let mut stands: Option<Checkpoint> = None;
        for end in (batch..whole.messages.len() + batch).step_by(batch) {
            let mut file = (*whole).clone();
            file.messages.truncate(end);
            // Notes and decisions come when they come, for any instant.
            let known = |at: usize| heard.get(at).is_none_or(|from| *from < end);
            let notes = whole.notes.iter().enumerate().filter(|(at, _)| known(*at));
            file.notes = notes.map(|(_, note)| note.clone()).collect();
            file.judged = judgements(&hours).into_iter().take(end / 3).collect();
            file.judged.sort_by_key(|said| said.at);
            let file = Arc::new(file);
            let (on, next) = assess_from(stands.as_ref(), &file, &Rules::new(), far());
            prop_assert_eq!(on, assess(&file, &Rules::new(), far()));
            stands = next;
        }
    }

    #[test]
    fn a_timer_fires_once(parts in cases()) {
        let file = filed(parts);
        let rules = Rules::new();
        assess(&file, &rules, far());
        // Every event may set the one timer anew, and then it fires once.
        let events = file.messages.len() * 4;
        prop_assert!(rules.timers.load(Ordering::Relaxed) <= events);
        let single = case(vec![message("2026-01-12T10:00:00Z", JANE, &[DESK], "It is a pain.")]);
        let rules = Rules::new();
        assess(&single, &rules, far());
        // The timer, and the one that the raised level sets to the past.
        prop_assert_eq!(rules.timers.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_difference_restores_what_it_was_taken_from(a in cases(), b in cases()) {
        let before = assess(&filed(a), &Rules::new(), far()).assessment;
        let after = assess(&filed(b), &Rules::new(), far()).assessment;
        let (removed, added) = diff(Some(&before), &after);
        prop_assert_eq!(apply_diff(before.findings, &removed, added), after.findings.clone());
        let (removed, added) = diff(Some(&after), &after);
        prop_assert!(removed.is_empty() && added.is_empty());
    }
}
