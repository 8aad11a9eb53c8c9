//! The index against its twin in memory, which is too simple to be wrong in the same way.

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

use super::{super::*, SMALL};
use crate::memory::search::MemorySearch;

const WORDS: [&str; 14] = [
    "alpha",
    "alpine",
    "beta",
    "betas",
    "gamma",
    "delta",
    "deltas",
    "épsilon",
    "straße",
    "東京都",
    "京都",
    "inc-4711",
    "a.b@c.example",
    "escalation",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..8).prop_map(|words| words.join(" "))
}

fn document() -> impl Strategy<Value = SearchDocument> {
    let texts = (text(), text(), text(), text(), prop::collection::vec(text(), 0..3));
    (texts, 0_i64..400, any::<bool>(), prop::collection::vec("[a-c]{1,2}\\.(pdf|png)", 0..2))
        .prop_map(|((subject, body, quoted, from, to), day, from_us, attachments)| SearchDocument {
            kind: if day % 3 == 0 { "note" } else { "message" }.into(),
            at: model::Instant::from_seconds(1_767_225_600 + day * 86_400),
            subject,
            body,
            quoted,
            from,
            to,
            from_us,
            attachments,
            ..SearchDocument::default()
        })
}

fn query() -> impl Strategy<Value = String> {
    let word = prop::sample::select(&WORDS[..]).prop_map(str::to_owned);
    let beginning = prop::sample::select(&["al", "b", "delt", "str", "inc-4", "京", "c.exa"][..]);
    let misspelt = prop::sample::select(&["alpah", "gmma", "xeta", "escallatoin", "delti"][..]);
    let filter = prop::sample::select(
        &[
            "from:us",
            "kind:note",
            "has:pdf",
            "file:a",
            "before:2026-07",
            "after:2026-06",
            "on:2026-03",
        ][..],
    );
    let scope = prop::sample::select(&["subject:", "body:", "quoted:", "from:", "to:", ""][..]);
    let leaf = prop_oneof![
        4 => word.clone(),
        2 => (word.clone(), word.clone()).prop_map(|(one, other)| format!("\"{one} {other}\"")),
        2 => beginning.prop_map(|text| format!("{text}*")),
        1 => misspelt.prop_map(str::to_owned),
        2 => filter.prop_map(str::to_owned),
        2 => (scope, word).prop_map(|(scope, word)| format!("{scope}{word}")),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("{one} {other}")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} OR {other})")),
            inner.prop_map(|node| format!("-({node})")),
        ]
    })
}

#[test]
fn the_index_finds_just_what_a_look_at_every_document_finds() {
    let mut runner = TestRunner::deterministic();
    let dir = tempfile::tempdir().unwrap();
    let (index, _) = TantivySearch::open(dir.path(), Mode::Write(SMALL)).unwrap();
    let twin = MemorySearch::new();
    let fill = |runner: &mut TestRunner, numbers: std::ops::Range<u64>| {
        for number in numbers {
            let document = document().new_tree(runner).unwrap().current();
            let document = SearchDocument { number, ..document };
            index.add(vec![document.clone()]).unwrap();
            twin.add(vec![document]).unwrap();
            if number % 23 == 0 {
                index.commit(Seq(number)).unwrap();
            }
        }
        for search in [&index as &dyn Search, &twin] {
            search.remove(&[7, 30]).unwrap();
            search.commit(Seq(1)).unwrap();
        }
    };
    fill(&mut runner, 0..90);
    fill(&mut runner, 40..60);
    let mut found = 0;
    for _ in 0..600 {
        let text = query().new_tree(&mut runner).unwrap().current();
        let query = SearchQuery { text: text.clone(), limit: 200, ..SearchQuery::default() };
        let answers = [&index as &dyn Search, &twin].map(|search| {
            let mut answer = search.query(&query).unwrap();
            answer.hits.sort_by_key(|hit| hit.number);
            let hits: Vec<_> =
                answer.hits.into_iter().map(|hit| (hit.number, hit.snippet, hit.marks)).collect();
            (answer.total, hits, answer.problems, answer.corrected)
        });
        assert_eq!(answers[0], answers[1], "{text}");
        found += answers[0].0;
    }
    assert!(found > 3_000, "the queries find too little to compare: {found}");
}
