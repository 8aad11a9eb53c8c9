use std::collections::BTreeMap;

use super::*;
use crate::dates::{self, Week, Writing};

const LISTS: [(&str, &str); 8] = [
    (
        PROMISES,
        "(I|we) will\nI'll\n(you'll|you will) have\nwill be\n[explicit]\nI promise\n! will not",
    ),
    (NO_PROMISE, "(be|will be) out until"),
    (GIVES, "send you"),
    (ACTS, "[reply]\nget back to you\n[deliver]\nsend"),
    (DONE, "attached\n[received]\ngot it"),
    (MOVED, "not ready\n[time]\ninstead of today"),
    (DISPUTED, "you promised"),
    ("conditionals", "if"),
];

/// Written on Wednesday 2026-03-11, 10:00 in Berlin.
fn read(source: &str) -> Statements {
    let lists: BTreeMap<String, BTreeMap<String, String>> = LISTS
        .iter()
        .map(|(name, words)| {
            ((*name).to_owned(), BTreeMap::from([("en".to_owned(), (*words).to_owned())]))
        })
        .collect();
    let lists = WordLists::compile(&lists).unwrap();
    let at = "2026-03-11T10:00:00+01:00".parse().unwrap();
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let week = Week::closing_at(jiff::civil::time(17, 0, 0, 0));
    let writing = Writing { at, zone, reader: None, week };
    let text = Text::read(source);
    let hits = lists.find_in(&text);
    find(&text, &lists, &hits, &dates::find(&text, &writing), at)
}

/// What `source` promises: its words and when they are due.
fn promised(source: &str) -> Vec<(&str, String)> {
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let due = |at: Instant| at.in_zone(&zone).strftime("%m-%d %H:%M").to_string();
    let shown = |p: &Promise| {
        (&source[p.start as usize..p.end as usize], p.due.map_or("-".to_owned(), due))
    };
    read(source).made.iter().map(shown).collect()
}

#[test]
fn a_promise_has_words_and_a_time() {
    let words = "I'll send you the list by Friday.";
    assert_eq!(promised(&format!("Hi. {words} Bye.")), [(words, "03-13 17:00".to_owned())]);
    let read = read(words);
    let (from, to) = read.made[0].deliverable.unwrap();
    assert_eq!(&words[from as usize..to as usize], "the list");
    assert!(read.made[0].gives && read.made[0].act == Act::Deliver);
    assert_eq!(promised("I promise to look.")[0].1, "-");
}

#[test]
fn what_is_no_commitment_is_no_promise() {
    for source in [
        "I will look into it.",
        "Will you have it by Friday?",
        "If it fails, I will rerun it tomorrow.",
        "I will not be able to do that by Friday.",
        "I will be out until Friday.",
        "He wrote \"I will send you the list by Friday\".",
        "It was down since Friday.",
    ] {
        assert_eq!(promised(source), [], "{source}");
    }
}

#[test]
fn a_time_that_lies_back_is_never_due() {
    for source in [
        "I will send what broke two days ago.",
        "I will send what we had the day before yesterday.",
        "I will send the list of Tuesday last week.",
        "I will send the figures of the 5th of last month.",
    ] {
        assert_eq!(promised(source), [], "{source}");
    }
    let words = "I will send what broke two days ago by the next business day.";
    assert_eq!(promised(words), [(words, "03-12 17:00".to_owned())]);
}

#[test]
fn another_time_renews_an_older_promise() {
    let read = read("The list is not ready. It will be Friday instead of today.");
    assert!(read.made.iter().any(|promise| promise.renews));
    assert_eq!(read.made[0].due.map(|at| at.to_string()), Some("2026-03-13T16:00:00Z".to_owned()));
    assert!(read.told.iter().any(|told| told.turn == Turn::Moved));
}

#[test]
fn before_a_day_means_the_working_day_before_it() {
    let found = promised("You'll have it before your audit on Monday.");
    assert_eq!(found[0].1, "03-13 17:00");
    assert_eq!(promised("You'll have it before 09:00 on Monday.")[0].1, "03-16 09:00");
}

#[test]
fn two_promises_of_one_sentence_are_two() {
    let found = promised("I'll send you the list by Friday and I'll get back to you on Monday.");
    assert_eq!(
        found.iter().map(|p| p.1.as_str()).collect::<Vec<_>>(),
        ["03-13 17:00", "03-16 17:00"]
    );
    let one = promised("I'll rerun it tonight and it will be there by 07:00 tomorrow.");
    assert_eq!(one.iter().map(|p| p.1.as_str()).collect::<Vec<_>>(), ["03-12 07:00"]);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader_of_promises(
        source in "((I'll|we will|you'll have|send you|by|Friday|instead of today|attached|\\?|\\.|,|tomorrow|[0-9]{1,2}:[0-9]{2}|é|if|\") ?){0,14}"
    ) {
        let read = read(&source);
        for promise in &read.made {
            proptest::prop_assert!(source.get(promise.start as usize..promise.end as usize).is_some());
            proptest::prop_assert!(promise.due.is_none_or(|due| due.seconds() > 1_773_219_600));
        }
    }
}
