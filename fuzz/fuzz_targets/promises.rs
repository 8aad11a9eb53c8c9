//! No text breaks the readers of dates and promises, and what they find stands in it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reading::{
    Text, WordLists,
    dates::{self, Week, Writing},
    promises,
};
use std::{collections::BTreeMap, sync::LazyLock};

static LISTS: LazyLock<WordLists> = LazyLock::new(|| {
    let words = [
        (promises::PROMISES, "(I|we) will\nI'll\nwill be\n[explicit]\nI promise"),
        (promises::NO_PROMISE, "be out until"),
        (promises::GIVES, "send you"),
        (promises::ACTS, "[reply]\nget back\n[deliver]\nsend"),
        (promises::DONE, "attached\n[received]\ngot it\n[on_time]\non time"),
        (promises::MOVED, "not ready\n[time]\ninstead of today"),
        (promises::WITHDRAWN, "cancelled"),
        (promises::DISPUTED, "you promised"),
    ];
    let list = |(name, text): (&str, &str)| {
        (name.to_owned(), BTreeMap::from([("any".to_owned(), text.to_owned())]))
    };
    WordLists::compile(&words.into_iter().map(list).collect()).unwrap_or_else(|e| panic!("{e:?}"))
});

fuzz_target!(|source: &str| {
    let text = Text::read(source);
    let at = model::Instant::from_seconds(1_773_219_600);
    let zone = dates::of_author(3600, at, &[]);
    let week = Week::closing_at(jiff::civil::time(17, 0, 0, 0));
    let moments = dates::find(&text, &Writing { at, zone, reader: None, week });
    for moment in &moments {
        assert!(source.get(moment.start as usize..moment.end as usize).is_some());
    }
    let hits = LISTS.find_in(&text);
    let said = promises::find(&text, &LISTS, &hits, &moments, at);
    for promise in &said.made {
        assert!(source.get(promise.start as usize..promise.end as usize).is_some());
    }
    for told in &said.told {
        assert!(source.get(told.start as usize..told.end as usize).is_some());
    }
});
