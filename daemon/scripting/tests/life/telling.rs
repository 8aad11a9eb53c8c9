use engine::{FixtureRequest, RuleLoader as _, TraceRequest};
use model::{MessageKey, SignalId};
use scripting::RhaiLoader;

use crate::sets::{case, files, instant, set};

fn asked(signal: Option<&str>) -> TraceRequest {
    TraceRequest {
        signal: signal.map(SignalId::new),
        message: None,
        until: instant("2026-03-03T12:00:00Z"),
        steps: 1000,
        permits: engine::plugin::Permits::new(),
    }
}

#[test]
fn a_trace_shows_each_step_with_its_variables() {
    let trace = set(None).trace(&case(2), &asked(Some("chatty"))).unwrap();
    let call = &trace.calls[0];
    assert_eq!((call.event.as_str(), call.function.as_str()), ("message 1", "on_message"));
    assert_eq!(call.file, "signals/chatty.rhai");
    let lines: Vec<&str> = call.steps.iter().map(|step| step.source.as_str()).collect();
    assert!(lines.contains(&"let found = msg.new_text.find(\"noise\");"), "{lines:?}");
    let deeper = call.steps.iter().find(|step| step.file == "shared.rhai").unwrap();
    assert!(deeper.depth > call.steps[0].depth);
    let variables: Vec<(&str, &str)> = call
        .steps
        .iter()
        .flat_map(|step| step.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .collect();
    assert!(variables.contains(&("found", "passage \"noise\"")), "{variables:?}");
    assert!(variables.contains(&("msg", "message 1")), "{variables:?}");
    assert!(variables.iter().any(|(name, value)| *name == "words" && value.parse::<i64>().is_ok()));
    assert!(call.outcome[0].starts_with("raise chatty, weight 3"), "{:?}", call.outcome);
    assert!(!trace.cut);
}

#[test]
fn a_trace_of_one_message_leaves_the_others_out() {
    let all = set(None).trace(&case(3), &asked(Some("chatty"))).unwrap();
    assert_eq!(all.calls.len(), 3);
    let one = TraceRequest { message: Some(MessageKey([2; 16])), ..asked(Some("chatty")) };
    let one = set(None).trace(&case(3), &one).unwrap();
    assert_eq!(one.calls.len(), 1);
    assert_eq!(one.calls[0].event, "message 2");
}

#[test]
fn a_trace_of_severity_ends_in_its_level() {
    let trace = set(None).trace(&case(1), &asked(None)).unwrap();
    let last = trace.calls.last().unwrap();
    assert_eq!(last.file, "severity.rhai");
    assert_eq!(last.outcome, ["level S1", "because they talk (chatty)"]);
}

#[test]
fn a_trace_of_an_endless_loop_ends_and_says_so() {
    let rules = set(Some("let n = 0; loop { n += 1; }"));
    let trace = rules.trace(&case(1), &asked(Some("wild"))).unwrap();
    assert!(trace.cut);
    assert!(trace.calls[0].steps.len() <= 1000);
    let error = trace.calls[0].error.as_ref().unwrap().to_string();
    assert!(error.contains("look for a loop that does not end"), "{error}");
    assert!(rules.trace(&case(1), &asked(Some("nothing"))).is_err());
}

fn fixture(replace_names: bool) -> FixtureRequest {
    FixtureRequest {
        name: "noise at Northwind is heard".to_owned(),
        until: instant("2026-03-03T12:00:00Z"),
        replace_names,
        wanted: None,
    }
}

/// The outcomes of the tests of the set with this test among them.
#[track_caller]
fn run(test: &str) -> Vec<Vec<String>> {
    let mut files = files(None);
    files.insert("tests/case.toml".to_owned(), test.as_bytes().to_vec());
    let rules = RhaiLoader.load("small", files, false).unwrap();
    rules.test().into_iter().map(|outcome| outcome.differences).collect()
}

#[test]
fn a_case_becomes_a_test_that_holds() {
    for replace in [false, true] {
        let test = set(None).fixture(&case(2), &fixture(replace));
        assert_eq!(run(&test), [Vec::<String>::new()], "{test}");
        assert!(test.contains("signal = \"chatty\"") && test.contains("level = \"S1\""), "{test}");
    }
}

#[test]
fn a_test_for_others_names_nobody() {
    let test = set(None).fixture(&case(2), &fixture(true));
    for word in ["Jane", "Doe", "jane@", "Northwind", "northwind", "0170", "harbour"] {
        assert!(!test.contains(word), "{word} is in {test}");
    }
    let kept = set(None).fixture(&case(2), &fixture(false));
    assert!(kept.contains("Jane Doe <jane@northwind.example>"), "{kept}");
    assert!(kept.contains("support@ours.example") && !kept.contains("harbour"), "{kept}");
}

#[test]
fn a_missed_escalation_is_a_test_that_fails_until_the_rules_find_it() {
    let wanted = Some((SignalId::new("wild"), instant("2026-03-02T10:00:00Z")));
    let test = set(None).fixture(&case(2), &FixtureRequest { wanted, ..fixture(true) });
    assert_eq!(run(&test), [vec!["wild was not raised".to_owned()]], "{test}");
    let wanted = Some((SignalId::new("chatty"), instant("2026-03-02T10:00:00Z")));
    let test = set(None).fixture(&case(2), &FixtureRequest { wanted, ..fixture(true) });
    assert_eq!(run(&test), [Vec::<String>::new()], "{test}");
}
