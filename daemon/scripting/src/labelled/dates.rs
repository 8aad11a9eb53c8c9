//! The reader of dates against a public set of labelled dates, where it is at hand. It reports the
//! share right and classes of why not: much of the set is no business mail ("the first weekend of
//! 1998"), and what has no working day has no due time.

use std::{collections::BTreeMap, path::Path};

use jiff::{
    civil::{Date, DateTime, time},
    tz::TimeZone,
};
use model::Instant;
use reading::{
    Text,
    dates::{self, Week, Writing},
};
use serde_json::Value;

use super::corpora;

/// What became of one labelled date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Right,
    /// Nothing was found.
    Unseen,
    /// Another day was found at the words.
    OtherDay,
    /// A date was found elsewhere only.
    OtherWords,
}

/// The share that is read, in percent, rounded down; `tests/bench/README.md` tells what the rest is.
const LEAST_PERCENT: usize = 84;

#[test]
fn dates_of_a_public_set_are_read() {
    let Some(corpora) = corpora() else {
        println!("skipped: WATCHKEEPER_CORPORA is not set");
        return;
    };
    let mut right = 0;
    let mut all = 0;
    for language in ["English", "French", "German", "Spanish"] {
        let path =
            corpora.join("corpora/labels/dates-recognizers").join(language).join("DateParser.json");
        let counts = measure(&path);
        let of = |outcome| counts.get(&outcome).copied().unwrap_or(0);
        let sum: usize = counts.values().sum();
        println!(
            "{language:8} {:.2} right of {sum}; {} unseen, {} another day, {} other words",
            of(Outcome::Right) as f64 / sum as f64,
            of(Outcome::Unseen),
            of(Outcome::OtherDay),
            of(Outcome::OtherWords)
        );
        right += of(Outcome::Right);
        all += sum;
    }
    assert!(right * 100 >= all * LEAST_PERCENT, "only {right} of {all} dates are read");
}

fn measure(path: &Path) -> BTreeMap<Outcome, usize> {
    let text = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
    let cases: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    let mut counts = BTreeMap::new();
    for case in cases.as_array().unwrap() {
        let Some(at) = case["Context"]["ReferenceDateTime"].as_str() else { continue };
        let at: DateTime = at.parse().unwrap();
        let input = case["Input"].as_str().unwrap();
        for wanted in case["Results"].as_array().unwrap() {
            let dates = ["FutureResolution", "PastResolution"]
                .map(|key| wanted["Value"][key]["date"].as_str().and_then(|d| d.parse().ok()));
            let dates: Vec<Date> = dates.into_iter().flatten().collect();
            if dates.is_empty() {
                continue;
            }
            // The set says "no such day" by the first day of the calendar.
            let dates: Vec<Date> = dates.into_iter().filter(|date| date.year() > 1).collect();
            let outcome = judge(input, at, wanted["Text"].as_str().unwrap(), &dates);
            if outcome != Outcome::Right {
                println!("[date] {outcome:?} {input:?} wanted {:?}", wanted["Text"]);
            }
            *counts.entry(outcome).or_insert(0) += 1;
        }
    }
    counts
}

/// Whether the date is read at its words, as the day ahead or the one behind; of no dates, whether
/// none is.
fn judge(input: &str, at: DateTime, words: &str, dates: &[Date]) -> Outcome {
    let zone = TimeZone::UTC;
    let at = Instant::from(at.to_zoned(zone.clone()).unwrap().timestamp());
    let week = Week::closing_at(time(17, 0, 0, 0));
    let writing = Writing { at, zone: zone.clone(), reader: None, week };
    let found = dates::find(&Text::read(input), &writing);
    if found.is_empty() {
        return if dates.is_empty() { Outcome::Right } else { Outcome::Unseen };
    }
    let lower = input.to_lowercase();
    let start = lower.find(&words.to_lowercase()).unwrap_or(0);
    let end = start + words.len();
    let near = |m: &&dates::Moment| (m.start as usize) < end && start < m.end as usize;
    let mut near = found.iter().filter(near).peekable();
    if near.peek().is_none() {
        return Outcome::OtherWords;
    }
    let right = near.any(|m| dates.contains(&m.at.in_zone(&zone).date()));
    if right { Outcome::Right } else { Outcome::OtherDay }
}
