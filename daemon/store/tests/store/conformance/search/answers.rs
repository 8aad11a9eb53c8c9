//! What an answer holds, and in which order.

use std::sync::Arc;

use super::{answer, ask, expect, fill, message, numbers};
use store::{Search, SearchHit, SearchQuery};

pub(super) fn a_rare_word_is_found_in_near_spellings_ranked_below_itself(search: &dyn Search) {
    let mut documents: Vec<_> =
        (1..=5).map(|number| message(number, "x", "an escalation of the invoice")).collect();
    documents.push(message(6, "x", "an invocie as somebody spelt it"));
    documents.push(message(7, "x", "code 47110815"));
    fill(search, documents);
    let corrected = |text: &str| answer(search, text).corrected;
    let one = answer(search, "invocie");
    assert_eq!(one.total, 6);
    assert_eq!(one.hits[0].number, 6, "the word itself comes first: {:?}", one.hits);
    assert!(one.hits[0].score > one.hits[1].score);
    assert_eq!(one.corrected, [("invocie".to_owned(), vec!["invoice".to_owned()])]);
    expect(search, "escallatoin", &[1, 2, 3, 4, 5]);
    expect(search, "inboice", &[1, 2, 3, 4, 5]);
    assert!(corrected("invoice").is_empty());
    assert!(corrected("\"inboice\"").is_empty());
    assert!(corrected("am").is_empty());
    expect(search, "47110816", &[]);
    expect(search, "inbboice", &[1, 2, 3, 4, 5]);
    expect(search, "inboise", &[]);
    expect(search, "nvoice", &[1, 2, 3, 4, 5]);
    expect(search, "nivoice", &[1, 2, 3, 4, 5]);
    expect(search, "unvoice", &[1, 2, 3, 4, 5]);
}

pub(super) fn the_subject_counts_most_and_quotations_least(search: &dyn Search) {
    let body = "some words about nothing that matters to anybody";
    let mut quoting = message(3, body, body);
    quoting.quoted = format!("refund {body}");
    fill(
        search,
        vec![
            quoting,
            message(2, body, &format!("refund {body}")),
            message(1, &format!("refund {body}"), body),
        ],
    );
    let answer = answer(search, "refund");
    assert_eq!(numbers(&answer), [1, 2, 3]);
    assert!(answer.hits.is_sorted_by(|one, other| one.score >= other.score));
}

pub(super) fn without_words_the_newest_comes_first(search: &dyn Search) {
    fill(
        search,
        vec![message(1, "x", "same"), message(3, "x", "same same same"), message(2, "x", "same")],
    );
    assert_eq!(numbers(&answer(search, "")), [3, 2, 1]);
    assert_eq!(numbers(&answer(search, "kind:message")), [3, 2, 1]);
    assert_eq!(numbers(&answer(search, "-other")), [3, 2, 1]);
    let by_date = SearchQuery { by_date: true, ..ask("same") };
    assert_eq!(numbers(&search.query(&by_date).unwrap()), [3, 2, 1]);
    let two = SearchQuery { only: Some(Arc::new(vec![1, 2])), ..ask("same") };
    assert_eq!(numbers(&search.query(&two).unwrap()), [2, 1], "newest first of equal ones");
}

pub(super) fn pages_follow_one_another(search: &dyn Search) {
    fill(search, (1..=25).map(|number| message(number, "x", "same")).collect());
    let page = |offset, limit| {
        let answer = search.query(&SearchQuery { limit, offset, ..ask("same") }).unwrap();
        assert_eq!(answer.total, 25);
        numbers(&answer)
    };
    assert_eq!(page(0, 3), [25, 24, 23]);
    assert_eq!(page(3, 3), [22, 21, 20]);
    assert_eq!(page(24, 10), [1]);
    assert!(page(25, 10).is_empty());
    assert!(page(0, 0).is_empty());
    assert!(page(usize::MAX, usize::MAX).is_empty());
}

pub(super) fn only_what_the_reader_may_see_is_found_and_counted(search: &dyn Search) {
    let far = 1 << 40;
    fill(
        search,
        vec![
            message(1, "x", "same"),
            message(2, "x", "same"),
            message(3, "x", "same"),
            message(far, "x", "same"),
        ],
    );
    let of = |only: Vec<u64>, text: &str| {
        let query = SearchQuery { only: Some(Arc::new(only)), ..ask(text) };
        let answer = search.query(&query).unwrap();
        assert_eq!(answer.total, answer.hits.len() as u64);
        numbers(&answer)
    };
    assert_eq!(of(vec![1, 3], "same"), [3, 1]);
    assert_eq!(of(vec![1, 3], ""), [3, 1]);
    assert_eq!(of(vec![2, far, far + 1], "same"), [far, 2]);
    assert!(of(vec![], "same").is_empty());
    assert!(of(vec![4, 5], "").is_empty());
}

pub(super) fn a_query_that_makes_no_sense_still_answers_and_says_why(search: &dyn Search) {
    fill(search, vec![message(1, "x", "refund of 30 Euro"), message(2, "x", "other")]);
    let of = |text: &str| {
        let answer = answer(search, text);
        let places: Vec<usize> = answer.problems.iter().map(|(at, _)| *at).collect();
        (places, answer.total)
    };
    assert_eq!(of("refund \"30 euro"), (vec![7], 1));
    assert_eq!(of("(refund"), (vec![0], 1));
    assert_eq!(of("refund)"), (vec![6], 1));
    assert_eq!(of("refund before:soon"), (vec![7], 1));
    assert_eq!(of("refund OR"), (vec![7], 1));
    assert_eq!(of("refund from:"), (vec![7], 1));
    assert_eq!(of("refund colour:30"), (vec![7], 0));
    assert_eq!(of("refund severity:high"), (vec![7], 1));
    assert_eq!(of("refund & - ?"), (vec![], 1));
    assert_eq!(of("NOT"), (vec![0], 2));
    let nowhere = SearchQuery { timezone: "Mars/Olympus".into(), ..ask("refund") };
    assert_eq!(search.query(&nowhere).unwrap().problems.len(), 1);
}

pub(super) fn snippets_mark_what_was_found(search: &dyn Search) {
    let filler = "There is nothing to be said here. ".repeat(15);
    let mut quoting = message(2, "x", "See below, please.");
    quoting.quoted = "walrus".into();
    fill(
        search,
        vec![
            message(1, "x", &format!("{filler}The pump was\nbroken by  a walrus. {filler}")),
            quoting,
            message(3, "x", &format!("{}walrus", filler.repeat(8))),
        ],
    );
    let answer = answer(search, "walrus \"was broken\" OR walrus");
    let hit = |number| answer.hits.iter().find(|hit| hit.number == number).unwrap();
    assert_eq!(marked(hit(1)), ["was", "broken", "walrus"]);
    assert!(hit(1).snippet.contains("pump was broken by a walrus. "), "{}", hit(1).snippet);
    assert!(hit(1).snippet.chars().count() <= 210);
    assert_eq!(hit(2).snippet, "See below, please.");
    assert!(marked(hit(2)).is_empty());
    assert!(hit(3).snippet.starts_with("There is nothing"));
    let near = search.query(&ask("walruss")).unwrap();
    assert!(near.hits.iter().any(|hit| marked(hit) == ["walrus"]), "{:?}", near.hits);
    let subject = search.query(&ask("subject:x pump -kind:note")).unwrap();
    assert_eq!(marked(&subject.hits[0]), ["pump"]);
}

fn marked(hit: &SearchHit) -> Vec<&str> {
    hit.marks.iter().map(|mark| &hit.snippet[mark.start as usize..mark.end as usize]).collect()
}
