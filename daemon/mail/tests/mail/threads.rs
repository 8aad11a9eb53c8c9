//! The labelled escalation threads: what the sender wrote is found, and nothing else is.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use mail::{Message, SegmentKind};
use serde_json::Value;

use crate::{corpora, parse};

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
        let dated = line.contains(|c: char| c.is_ascii_digit());
        !quoted(*at) && (!attribution || !dated)
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
    /// It does but for a message that the label's author pasted in, which is not new.
    but_pasted: usize,
    wrong: usize,
    signature_in_new: usize,
    disclaimer_in_new: usize,
}

#[test]
fn what_the_sender_wrote_is_told_from_what_was_there_before() {
    let Some(root) = corpora().map(|root| root.join("escalations")) else { return };
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
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root.join("threads")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let thread: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for label in thread["messages"].as_array().unwrap() {
            let name = format!("{}-{}", thread["id"].as_str().unwrap(), label["n"]);
            let message = parse(&mails[&name]).unwrap();
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
    } else if is_pasted(&want, message) {
        score.but_pasted += 1;
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

/// Whether the label holds new text and a pasted message, as the segments do.
fn is_pasted(want: &str, message: &Message) -> bool {
    let pasted = |kind| matches!(kind, SegmentKind::Forwarded | SegmentKind::Quotation);
    let all = fold(&message.body);
    message.segments.iter().any(|s| pasted(s.kind)) && all.starts_with(want)
}

fn report(scores: &BTreeMap<String, Score>) {
    for (style, score) in scores {
        println!("{style}: {score:?}");
    }
}
