use std::{
    collections::BTreeSet,
    time::{Duration, Instant as Clock},
};

use engine::assess;
use model::FindingKind;

use crate::sets::{case, instant, set};

/// How long one bad call may take; unoptimised code is a good deal slower.
const MOMENT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 3000 } else { 100 });

/// Runs a set with the signal `wild` of this body over a case, and says how it ended.
#[track_caller]
fn stopped(body: &str) -> String {
    let rules = set(Some(body));
    let evaluator = rules.evaluator(&BTreeSet::new());
    let began = Clock::now();
    let found = assess(&case(1), &*evaluator, instant("2026-03-02T12:00:00Z"));
    let took = began.elapsed();
    // The level changes once, so that the signal is asked by its message alone.
    assert!(took < MOMENT, "{body} took {took:?}");
    let chatty = found.assessment.findings.iter().any(|finding| {
        matches!(&finding.kind, FindingKind::SignalRaised { signal, .. } if signal.as_str() == "chatty")
    });
    assert!(chatty, "{body} took the other rule along");
    assert!(evaluator.runaways().is_empty(), "one failure disables nothing");
    found.errors.first().unwrap_or_else(|| panic!("{body} was not stopped")).to_string()
}

#[test]
fn an_endless_loop_costs_itself_alone() {
    assert!(stopped("loop { }").contains("look for a loop that does not end"));
    assert!(stopped("let n = 0; while true { n += 1; }").contains("operations"));
}

#[test]
fn a_deep_recursion_costs_itself_alone() {
    assert!(stopped("again(0);").contains("recursion"), "{}", stopped("again(0);"));
}

#[test]
fn a_growing_string_costs_itself_alone() {
    stopped("let s = \"xxxxxxxx\"; loop { s += s; }");
    stopped("let s = \"x\"; let all = []; loop { s += \"y\"; all.push(s + all.len()); }");
}

#[test]
fn a_growing_list_costs_itself_alone() {
    stopped("let a = [1]; loop { a += a; }");
    stopped("let a = []; loop { a.push(a.len()); }");
    let big = "let s = \"x\"; while s.len() < 60000 { s += s; } let a = []; a.pad(4000, \"\"); \
               let i = 0; while i < 4000 { a[i] = s + i; i += 1; }";
    stopped(big);
}

#[test]
fn a_growing_map_costs_itself_alone() {
    let said = stopped("let m = #{}; let i = 0; loop { m[\"k\" + i] = i; i += 1; }");
    assert!(said.contains("holds too much"), "{said}");
    let said = stopped("let m = #{ a: #{} }; let i = 0; loop { m.a[\"k\" + i] = i; i += 1; }");
    assert!(!said.is_empty());
}

#[test]
fn a_list_of_words_cannot_be_made_to_backtrack() {
    let mut files = crate::sets::files(None);
    let gaps = "a *8 a *8 a *8 a *8 a *8 a *8 a *8 b\n(a|a a|a a a) *8 (a|a a) *8 (a|a a a) c\n";
    files.insert("words/en/noise.txt".to_owned(), format!("noise\n{gaps}").into_bytes());
    let rules = engine::RuleLoader::load(&scripting::RhaiLoader, "small", files, false).unwrap();
    let mut file = (*case(1)).clone();
    let mut message = (*file.messages[0]).clone();
    let body = format!("noise {}", "a ".repeat(20_000));
    message.segments =
        vec![mail::Segment { start: 0, end: body.len() as u32, kind: mail::SegmentKind::New }]
            .into();
    message.body = body.into();
    file.messages = vec![message.into()];
    let evaluator = rules.evaluator(&BTreeSet::new());
    let began = Clock::now();
    assess(&file.into(), &*evaluator, instant("2026-03-02T12:00:00Z"));
    assert!(began.elapsed() < 2 * MOMENT, "{:?}", began.elapsed());
}

#[test]
fn a_script_that_runs_away_again_and_again_is_not_asked_any_more() {
    let rules = set(Some("loop { }"));
    let evaluator = rules.evaluator(&BTreeSet::new());
    let until = instant("2026-03-03T12:00:00Z");
    let found = assess(&case(6), &*evaluator, until);
    let runaways = evaluator.runaways();
    assert_eq!(runaways.len(), 1);
    assert_eq!(runaways[0].file, "signals/wild.rhai");
    assert_eq!(found.assessment.level_at(until).as_str(), "S1");

    let reduced = rules.evaluator(&BTreeSet::from(["signals/wild.rhai".to_owned()]));
    assert_eq!(reduced.rules().as_str(), format!("{}-without-wild", rules.id()));
    let began = Clock::now();
    let found = assess(&case(6), &*reduced, until);
    assert!(began.elapsed() < MOMENT && found.errors.is_empty());
}
