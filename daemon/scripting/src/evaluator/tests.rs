use std::{collections::BTreeMap, time::Instant};

use super::*;
use crate::{RuleSet, Tests};

const LEVELS: &str = "fn levels() { [#{ name: \"S1\", title: \"Top\", colour: \"#ff0000\", rank: 9, reply_minutes: 60 }] }\n";

const THREAD: &str = r#"
[[test]]
name = "thread"
until = "2026-03-06T12:00:00Z"

[[test.message]]
at = "2026-03-02T09:00:00Z"
from = "Jane Doe <jane@customer.example>"
to = ["Support <support@ours.example>", "Bob <bob@customer.example>"]
subject = "Export"
text = "The export has stopped. We need it by Friday, please."
signature = "Jane Doe, Head of Data"

[[test.message]]
at = "2026-03-02T15:00:00Z"
from = "Jane Doe <jane@customer.example>"
to = ["support@ours.example"]
cc = ["Carla <carla@customer.example>"]
text = "Is there any news? It is not urgent."
"#;

/// A set of the script `body` as its only signal `x`, and what its test on a short thread says.
fn said(body: &str, extra: &str) -> Vec<String> {
    Arc::new(set_of(body, extra)).run_tests().remove(0).differences
}

/// A set of the script `body` as its only signal `x`.
fn set_of(body: &str, extra: &str) -> RuleSet {
    let files = [
        ("calendars.toml", "[default.hours]\nmonday = [\"09:00-17:00\"]\n".to_owned()),
        ("severity.rhai", format!("{LEVELS}fn severity(record) {{ level(\"none\", []) }}\n")),
        ("words/en/news.txt", "any news\nurgent\n".to_owned()),
        ("words/en/urgency.txt", "urgent\n".to_owned()),
        ("words/en/negations.txt", "not\n".to_owned()),
        ("signals/x.rhai", format!("const WEIGHT = 1;\n{body}")),
        ("tests/thread.toml", format!("{THREAD}{extra}")),
    ];
    let files: BTreeMap<String, Vec<u8>> =
        files.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect();
    RuleSet::with_tests("x", files, Tests::Skip).unwrap_or_else(|e| panic!("{e}"))
}

/// What `expression` gives for the second message, as a script sees it.
#[track_caller]
fn shows(expression: &str, wanted: &str) {
    let body = format!(
        "fn on_message(record, msg) {{ if !msg.first {{ let x = {expression}; raise(msg, #{{ x: x }}); throw \"\" + x; }} }}"
    );
    let found = said(&body, "");
    let error = found.first().cloned().unwrap_or_default();
    let value = error.split_once(": ").map_or("", |(_, value)| value);
    assert_eq!(value, wanted, "{expression} gave {found:?}");
}

#[test]
fn scripts_see_the_case_as_it_stands() {
    shows("msg.from_customer", "true");
    shows("msg.from.email", "jane@customer.example");
    shows("msg.new_people.map(|p| p.name)", "[\"Carla\"]");
    shows("msg.people.map(|p| p.side)", "[\"customer\", \"us\", \"customer\"]");
    shows("msg.new_text.find(\"news\").text", "any news");
    shows("msg.new_text.find_all(\"news\").map(|p| p.negated)", "[false, true]");
    shows("msg.new_text.questions", "1");
    shows("msg.new_text.sentences.len()", "2");
    shows("msg.to_us", "true");
    shows("record.first.new_text.dates.map(|w| w.text)", "[\"Friday\"]");
    shows("record.first.new_text.dates[0].at", "2026-03-06T17:00:00Z");
    shows("record.first.signature.words", "5");
    shows("record.first.subject.text", "Export");
    shows("record.message_count", "2");
    shows("record.reply_owed(msg)", "true");
    shows("record.reply_owed(record.first)", "false");
    shows("record.unanswered(msg).len", "2");
    shows("record.unanswered(msg).working_hours", "6.0");
    shows("record.reply_due == ()", "true");
    shows("record.account.name", "Customer");
    shows("record.account.tier", "");
    shows("record.last_reply(msg) == ()", "true");
    shows("record.working_hours(record.first.at, msg.at)", "6.0");
    shows("msg.at - record.first.at", "6.0");
    shows("record.signals.len()", "0");
    shows("record.level", "none");
}

#[test]
fn a_raise_keeps_its_place_and_its_inputs() {
    let body = "fn on_message(record, msg) { if !msg.first { raise(msg.new_text.find(\"news\"), #{ n: 1.5, weight: 7 }); } }";
    let found = "[[test.found]]\nsignal = \"x\"\nmessage = 2\nquote = \"any news\"\n";
    assert_eq!(said(body, found), Vec::<String>::new());
    let elsewhere = "[[test.found]]\nsignal = \"x\"\nmessage = 1\n";
    assert_eq!(said(body, elsewhere), ["x was raised at message 2: [\"any news\"]"]);
}

#[test]
fn a_timer_calls_the_signal_that_set_it() {
    let body = "fn on_message(record, msg) { wake(\"later\", msg.at.plus_days(1)); }\n\
                fn on_timer(record, name) { if name == \"later\" { raise(()); } }";
    let found = "[[test.found]]\nsignal = \"x\"\nat = \"2026-03-03T15:00:00Z\"\n";
    assert_eq!(said(body, found), Vec::<String>::new());
}

/// The only error of a signal whose `on_message` is `body`.
#[track_caller]
fn fails(body: &str) -> String {
    let mut found = said(&format!("fn on_message(record, msg) {{\n{body}\n}}"), "");
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn a_runaway_script_is_stopped_and_costs_only_itself() {
    let began = Instant::now();
    assert!(fails("loop { }").contains("look for a loop that does not end"));
    assert!(fails("let n = 0; while true { n += 1; }").contains("operations"));
    assert!(fails("let s = \"x\"; loop { s += s; }").contains("length of string"));
    assert!(fails("let a = [1]; loop { a += a; }").contains("size of array"));
    // Which limit it meets first depends on the machine.
    let map = fails("let m = #{}; let n = 0; loop { n += 1; m[\"k\" + n] = n; }");
    let limits = ["operations", "holds too much", "took too long"];
    assert!(limits.iter().any(|limit| map.contains(limit)), "{map}");
    assert!(fails("let s = \"\"; s.pad(10000000, 'x');").contains("length of string"));
    assert!(fails("raise(msg); loop { raise(msg); }").contains("more than 32 acts"));
    assert!(fails("let a = []; a.pad(100000, 1);").contains("size of array"));
    assert!(began.elapsed().as_secs() < 60, "stopping took {:?}", began.elapsed());
}

#[test]
fn a_recursion_that_does_not_end_is_stopped() {
    let found = said("fn again(n) { again(n + 1) }\nfn on_message(record, msg) { again(0); }", "");
    assert!(found[0].contains("recursion"), "{found:?}");
}

#[test]
fn an_error_names_its_place_and_what_to_do() {
    assert_eq!(fails("let x = 1 / 0;"), "signals/x.rhai:3:11: division by zero: 1 / 0");
    assert!(fails("raise(5);").contains("raise takes a Passage, a Message, a Person"));
    assert!(
        fails("let list = \"nws\"; msg.new_text.find(list);")
            .contains("no word list `nws`; did you mean `news`?")
    );
    assert!(fails("let a = msg.new_text.find(7);").contains("no function fits `find (Text, i64)`"));
}

#[test]
fn a_failed_call_leaves_none_of_its_acts() {
    let found = said("fn on_message(record, msg) { raise(msg); throw \"no\"; }", "");
    assert_eq!(found, ["signals/x.rhai:2:42: no"]);
}

#[test]
fn who_asks_why_not_is_told_the_condition_that_failed() {
    let body = "fn on_message(record, msg) {\n\
        let words = msg.new_text.find(\"news\");\n\
        if words == () { nearly(msg, \"nothing new is asked\"); }\n\
        let all = msg.new_text.find_all(\"news\");\n\
        if all.len() > 1 && msg.new_text.amounts.len() > 0 { raise(all[0]); } }";
    let case = crate::trial::first_case(&set_of(body, ""));
    let evaluator = RhaiEvaluator::new(Arc::new(set_of(body, "")));
    let near = engine::why_not(&case, &evaluator, case.messages[0].key).unwrap();
    assert_eq!(near.len(), 1, "{near:?}");
    assert_eq!((near[0].signal.as_str(), near[0].reason.as_str()), ("x", "nothing new is asked"));
    let assessed = engine::assess(&case, &evaluator, case.messages[1].at);
    assert_eq!(assessed.errors, []);
    let unknown = model::MessageKey([9; 16]);
    assert_eq!(engine::why_not(&case, &evaluator, unknown), None);
}

#[test]
fn words_that_are_negated_are_a_near_miss_by_themselves() {
    let body = "fn on_message(record, msg) { if msg.first { return; }\n\
        if msg.new_text.find(\"urgency\") != () { raise(msg); } }";
    let set = Arc::new(set_of(body, ""));
    let case = crate::trial::first_case(&set);
    let evaluator = RhaiEvaluator::new(set);
    let near = engine::why_not(&case, &evaluator, case.messages[1].key).unwrap();
    assert_eq!(near[0].reason, "words of `urgency` stand there, but negated");
    assert_eq!(near[0].spans[0].of(&case.messages[1].body), Some("urgent"));
}
