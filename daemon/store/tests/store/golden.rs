//! Facts that earlier versions wrote are read for ever.

use model::{
    Actor, Capability, Entry, Fact, FindingKind, PromiseDecision, PromiseState, Promisor,
    alert::{Audience, Ending, Held, Renewal, Route, SilenceScope, Suppression, Urgency},
    fact::{
        self, EvidenceKind, FieldDecision, Judgement, MoveTarget, NoteTarget, Role, Visibility,
    },
    span::SpanPart,
};
use serde::de::DeserializeOwned;

const GOLDEN: &str = include_str!("../../../../tests/fixtures/facts/v1.jsonl");

#[test]
fn a_journal_of_the_first_version_is_still_read() {
    for (line, seq) in GOLDEN.lines().zip(1..) {
        let entry = Entry::from_bytes(line.as_bytes()).unwrap();
        assert_eq!((entry.v, entry.seq.0), (fact::FORMAT, seq));
        let written = String::from_utf8(entry.to_bytes().unwrap()).unwrap();
        assert_eq!(written, line, "the hash chain runs over these very bytes");
    }
}

#[test]
fn no_kind_of_fact_goes_without_a_golden_line() {
    let facts = variants::<Fact>(r#"{"kind":"?"}"#);
    assert!(facts.len() > 20, "{facts:?}");
    for name in facts {
        let tag = format!(r#""fact":{{"kind":"{name}""#);
        assert!(GOLDEN.contains(&tag), "no golden line has the fact {name}");
    }
    let words = [
        variants::<Actor>(r#""?""#),
        variants::<EvidenceKind>(r#""?""#),
        variants::<NoteTarget>(r#"{"?":1}"#),
        variants::<Visibility>(r#""?""#),
        variants::<MoveTarget>(r#""?""#),
        variants::<Role>(r#""?""#),
        variants::<Judgement>(r#""?""#),
        variants::<Capability>(r#""?""#),
        variants::<FindingKind>(r#"{"?":1}"#),
        variants::<SpanPart>(r#""?""#),
        variants::<Audience>(r#"{"?":1}"#),
        variants::<Urgency>(r#""?""#),
        variants::<Route>(r#""?""#),
        variants::<Held>(r#""?""#),
        variants::<Suppression>(r#"{"?":1}"#),
        variants::<Renewal>(r#"{"?":1}"#),
        variants::<Ending>(r#""?""#),
        variants::<SilenceScope>(r#"{"?":1}"#),
        variants::<PromiseDecision>(r#"{"?":1}"#),
        variants::<FieldDecision>(r#""?""#),
        variants::<PromiseState>(r#""?""#),
        variants::<Promisor>(r#""?""#),
    ];
    for word in words.iter().flatten() {
        assert!(GOLDEN.contains(&format!(r#""{word}""#)), "no golden line has {word}");
    }
}

/// The names of the variants of `T`, as its deserialiser lists them when it sees the unknown one
/// in `probe`.
fn variants<T: DeserializeOwned>(probe: &str) -> Vec<String> {
    let Err(error) = serde_json::from_str::<T>(probe) else { panic!("{probe} has a meaning") };
    let text = error.to_string();
    let names: Vec<String> = text.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    assert!(text.starts_with("unknown variant `?`, expected ") && names.len() > 1, "{text}");
    names
}
