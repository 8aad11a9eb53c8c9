//! The labelled escalation threads: what the sender wrote is found, and nothing else is.
//!
//! The threads stay out of the repository; `WATCHKEEPER_CORPORA` names the directory.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use mail::{Limits, Message, ParseContext, SegmentKind, parse};
use model::Instant;
use serde_json::Value;

#[allow(clippy::disallowed_methods, reason = "the corpora are configured by the environment alone")]
fn threads() -> Option<PathBuf> {
    let root = std::env::var("WATCHKEEPER_CORPORA").ok();
    if root.is_none() {
        println!("skipped: WATCHKEEPER_CORPORA is not set");
    }
    root.map(|root| PathBuf::from(root).join("escalations"))
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text_of(message: &Message, kind: SegmentKind) -> String {
    let segments = message.segments.iter().filter(|s| s.kind == kind);
    fold(&segments.map(|s| message.text_of(s)).collect::<Vec<_>>().join("\n"))
}

/// What the label says that the sender wrote, without lines quoted by hand and their attribution.
fn expected(label: &Value) -> String {
    let body = label["body"].as_str().unwrap();
    if label["quote"] != "inline" {
        return fold(body);
    }
    let lines: Vec<&str> = body.lines().collect();
    let quoted = |at: usize| lines.get(at).is_some_and(|line| line.starts_with('>'));
    let kept = lines.iter().enumerate().filter(|(at, line)| {
        let attribution = line.ends_with(':') && (quoted(at + 1) || quoted(at + 2));
        !quoted(*at) && !(attribution && line.contains(|c: char| c.is_ascii_digit()))
    });
    fold(&kept.map(|(_, line)| *line).collect::<Vec<_>>().join("\n"))
}

#[derive(Debug, Default)]
struct Score {
    messages: usize,
    /// New text equals the label.
    equal: usize,
    /// It does but for the words that close the letter, which are in the signature.
    but_closing: usize,
    wrong: usize,
    signature_in_new: usize,
    disclaimer_in_new: usize,
}

#[test]
fn what_the_sender_wrote_is_told_from_what_was_there_before() {
    let Some(root) = threads() else { return };
    let out = tempfile::tempdir().unwrap();
    let status = Command::new("python3")
        .arg(root.join("build_maildir.py"))
        .arg(root.join("threads"))
        .arg(out.path())
        .output()
        .expect("python3 builds the Maildir");
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    let mut mails = BTreeMap::new();
    for entry in fs::read_dir(out.path().join("Maildir/cur")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        mails.insert(name.split('.').nth(1).unwrap().to_owned(), fs::read(&path).unwrap());
    }
    let context = ParseContext { received: None, captured: Instant::from_seconds(1_800_000_000) };
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root.join("threads")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let thread: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for label in thread["messages"].as_array().unwrap() {
            let name = format!("{}-{}", thread["id"].as_str().unwrap(), label["n"]);
            let message = parse(&mails[&name], &context, &Limits::default()).unwrap();
            let style = label["style"].as_str().unwrap().to_owned();
            judge(&name, label, &message, scores.entry(style).or_default());
        }
    }
    report(&scores);
    let sum = |of: fn(&Score) -> usize| scores.values().map(of).sum::<usize>();
    assert_eq!(sum(|s| s.signature_in_new), 0, "a signature is taken for new text");
    assert!(sum(|s| s.wrong) * 50 <= sum(|s| s.messages), "less than 98 % of new text is right");
}

fn judge(name: &str, label: &Value, message: &Message, score: &mut Score) {
    let (want, got) = (expected(label), text_of(message, SegmentKind::New));
    let below = text_of(message, SegmentKind::Signature);
    score.messages += 1;
    let rest = want.strip_prefix(got.as_str()).map(str::trim);
    if want == got {
        score.equal += 1;
    } else if rest.is_some_and(|rest| rest.len() <= 90 && below.starts_with(rest)) {
        score.but_closing += 1;
    } else {
        score.wrong += 1;
        println!("{name} ({})\n  want {want:?}\n  got  {got:?}", label["style"]);
    }
    let inside = |part: &str| {
        let part = fold(label[part].as_str().unwrap_or_default());
        part.len() > 3 && got.contains(&part) && !want.contains(&part)
    };
    if inside("signature") {
        score.signature_in_new += 1;
        println!("{name}: signature in new text: {:?}", label["signature"]);
    }
    if inside("disclaimer") {
        score.disclaimer_in_new += 1;
        println!("{name}: disclaimer in new text: {:?}", label["disclaimer"]);
    }
}

fn report(scores: &BTreeMap<String, Score>) {
    for (style, score) in scores {
        println!("{style}: {score:?}");
    }
}
