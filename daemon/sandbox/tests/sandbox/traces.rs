//! Traces of rule sets whose plugins decide along.

use std::sync::Arc;

use engine::{LoadedRules, RuleFiles, RuleLoader as _, Trace, TraceRequest, plugin::Permits};
use model::{Instant, SignalId};
use sandbox::{PluginLoader, componentize};
use scripting::RhaiLoader;

use crate::guests::{MANIFEST, case, folder, module, permits};

const RAISE: &str =
    "(call $raise (i32.const 4) (i32.const 10) (f64.const 1)) (call $list (i32.const 1))";

const SEVERITY: &str = "fn levels() { [#{ name: \"S1\", title: \"Top\", colour: \"#ff0000\", \
                        rank: 9, escalated: true }] }\nfn severity(record) {\n    if \
                        record.has(\"guest\") { return level(\"S1\", [because(\"the guest says \
                        so\", \"guest\")]); }\n    level(\"none\", [])\n}\n";

/// A set with the guest as a plugin, and the permits that it asks for.
fn set(assess: &str) -> (Arc<dyn LoadedRules>, Permits) {
    let component = componentize(&module(assess), [engine::plugin::Hook::Signal]).unwrap();
    let files: RuleFiles = [
        ("calendars.toml", b"[default.hours]\nmonday = [\"09:00-17:00\"]\n".to_vec()),
        ("severity.rhai", SEVERITY.as_bytes().to_vec()),
        ("plugins/guest/plugin.toml", MANIFEST.as_bytes().to_vec()),
        ("plugins/guest/guest.wasm", component),
    ]
    .map(|(path, bytes)| (path.to_owned(), bytes))
    .into();
    let cache = tempfile::tempdir().unwrap();
    let loader = PluginLoader::new(Arc::new(RhaiLoader), cache.path().join("compiled"));
    let rules = loader.load("small", files, false).unwrap_or_else(|errors| panic!("{errors:?}"));
    (rules, permits(&folder(&module(assess))))
}

fn traced(assess: &str, signal: Option<&str>, granted: bool) -> Result<Trace, String> {
    let (rules, permits) = set(assess);
    let asked = TraceRequest {
        signal: signal.map(SignalId::new),
        message: None,
        until: Instant::from_seconds(1_770_100_000),
        steps: 100,
        permits: if granted { permits } else { Permits::new() },
    };
    rules.trace(&case(), &asked).map_err(|errors| errors[0].to_string())
}

#[test]
fn a_trace_shows_when_a_plugin_was_called_and_what_it_did() {
    let trace = traced(RAISE, Some("guest"), true).unwrap();
    let call = &trace.calls[0];
    assert_eq!(
        (call.event.as_str(), call.file.as_str()),
        ("message 1", "plugins/guest/guest.wasm")
    );
    assert_eq!(call.outcome[0], "raise guest, weight 7, 1 places; score = 1");
    assert!(call.outcome.last().unwrap().contains("units of fuel"), "{:?}", call.outcome);
    assert!(trace.rules.as_str().contains('+'), "{} does not name the plugin", trace.rules);
    assert!(!trace.cut);
}

#[test]
fn a_trace_of_a_plugin_that_fails_says_how() {
    let trace = traced("(unreachable)", Some("guest"), true).unwrap();
    let call = &trace.calls[0];
    assert!(call.error.is_some() && call.outcome.is_empty(), "{call:?}");
}

#[test]
fn a_trace_of_the_severity_sees_what_plugins_raised() {
    let last = |granted| {
        let trace = traced(RAISE, None, granted).unwrap();
        trace.calls.last().unwrap().outcome.clone()
    };
    assert_eq!(last(true), ["level S1", "because the guest says so (guest)"]);
    assert_eq!(last(false), ["level none"], "without a grant it takes no part");
}

#[test]
fn a_trace_of_a_plugin_that_may_not_run_says_what_to_do() {
    let said = traced(RAISE, Some("guest"), false).unwrap_err();
    assert!(said.starts_with("plugins/guest/plugin.toml") && said.contains("grant"), "{said}");
    assert!(traced(RAISE, Some("nobody"), true).is_err());
}
