//! Measures the search index: indexing, size, and queries over made-up mail.
//!
//! `cargo run --release -p store --example search_bench -- [mails] [directory] [heap MB] [threads]
//! [text file]`. With a text file, mails are cut from it in place of made-up words.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not the product")]

use std::{
    path::Path,
    time::{Duration, Instant as Clock},
};

use model::{Instant, Seq};
use store::{
    Search, SearchDocument, SearchQuery,
    local::search::{Mode, TantivySearch, WriterOptions},
};

const WORDS: usize = 60_000;
const MAIL_BYTES: usize = 4_000;
const BATCH: usize = 256;

/// Numbers that look random and are always the same (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A rank by Zipf's law: rank r about 1/r as often as the first.
    fn rank(&mut self) -> usize {
        ((WORDS as f64).powf(self.share()) - 1.0) as usize
    }
}

fn word(rank: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ka", "re", "to", "mi", "sun", "lo", "ver", "an", "di", "pe", "cor", "in", "sta", "ble",
        "ne", "tion", "gra", "us", "fo", "er",
    ];
    let mut rest = rank + 7;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    word
}

/// Where the words of mails come from.
struct Source {
    words: Vec<String>,
    real: String,
}

fn text(dice: &mut Dice, source: &Source, bytes: usize) -> String {
    let Source { words, real } = source;
    if real.len() > bytes * 2 {
        let from = real.floor_char_boundary(dice.roll() as usize % (real.len() - bytes));
        return real[from..real.ceil_char_boundary(from + bytes)].to_owned();
    }
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        text.push_str(&words[dice.rank()]);
        text.push_str(match dice.roll() % 12 {
            0 => ". ",
            1 => ",\n",
            _ => " ",
        });
    }
    text
}

fn mail(number: u64, dice: &mut Dice, source: &Source) -> SearchDocument {
    let words = &source.words;
    let person = dice.roll() % 2_000;
    let new = if dice.roll().is_multiple_of(3) { MAIL_BYTES } else { MAIL_BYTES / 3 };
    SearchDocument {
        number,
        kind: "message".into(),
        at: Instant::from_seconds(1_600_000_000 + (number * 613) as i64),
        from: format!("{} {} <p{person}@c{}.example>", words[900], words[901], person % 300),
        to: vec!["Support <support@brightwater.example>".into()],
        subject: text(dice, source, 40),
        body: text(dice, source, new),
        quoted: text(dice, source, MAIL_BYTES - new),
        class: "human".into(),
        sources: vec!["inbox".into()],
        from_us: person.is_multiple_of(5),
        ..SearchDocument::default()
    }
}

fn disk_bytes(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() { disk_bytes(&entry.path()) } else { metadata.len() }
        })
        .sum()
}

fn query(search: &TantivySearch, name: &str, texts: &[String]) {
    let mut times = Vec::new();
    let mut total = 0;
    for text in texts {
        let query = SearchQuery { text: text.clone(), limit: 20, ..SearchQuery::default() };
        let begun = Clock::now();
        total += search.query(&query).unwrap().total;
        times.push(begun.elapsed());
    }
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{name:24} p50 {:7.2} ms  p99 {:7.2} ms  {:9.0} hits",
        at(0.5),
        at(0.99),
        total as f64 / texts.len() as f64
    );
}

fn index(dir: &Path, mails: u64, source: &Source, options: WriterOptions) {
    let (search, _) = TantivySearch::open(dir, Mode::Write(options)).unwrap();
    let mut dice = Dice(42);
    let (mut bytes, mut busy, mut number) = (0, Duration::ZERO, 0);
    while number < mails {
        let batch: Vec<_> = (0..BATCH)
            .map(|_| {
                number += 1;
                mail(number, &mut dice, source)
            })
            .collect();
        bytes +=
            batch.iter().map(|d| d.body.len() + d.quoted.len() + d.subject.len()).sum::<usize>();
        let begun = Clock::now();
        search.add(batch).unwrap();
        if number.is_multiple_of(BATCH as u64 * 40) {
            search.commit(Seq(number)).unwrap();
        }
        busy += begun.elapsed();
    }
    let begun = Clock::now();
    search.commit(Seq(number)).unwrap();
    busy += begun.elapsed();
    let begun = Clock::now();
    search.finish_merges().unwrap();
    let size = disk_bytes(dir);
    println!(
        "{number} mails, {:.1} MB of text: added and committed in {:.2} s (making the text apart), merged in {:.2} s more, {:.1} MB on disk = {:.3} of the text",
        bytes as f64 / 1e6,
        busy.as_secs_f64(),
        begun.elapsed().as_secs_f64(),
        size as f64 / 1e6,
        size as f64 / bytes as f64
    );
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mails = arguments.next().map_or(20_000, |text| text.parse().unwrap());
    let own = tempfile::tempdir().unwrap();
    let dir = arguments.next().map_or_else(|| own.path().join("search"), Into::into);
    let heap_bytes = arguments.next().map_or(64, |text| text.parse::<usize>().unwrap()) << 20;
    let threads = arguments.next().map_or(2, |text| text.parse().unwrap());
    let words: Vec<String> = (0..WORDS).map(word).collect();
    if !dir.exists() {
        let real = arguments.next().map_or_else(String::new, |path| {
            String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
        });
        let source = Source { words: words.clone(), real };
        index(&dir, mails, &source, WriterOptions { heap_bytes, threads });
    }
    let begun = Clock::now();
    let (search, _) = TantivySearch::open(&dir, Mode::ReadOnly).unwrap();
    let opened = begun.elapsed();
    let cold = SearchQuery { text: words[300].clone(), limit: 20, ..SearchQuery::default() };
    search.query(&cold).unwrap();
    println!(
        "opened to read in {:.2} ms, first answer after {:.2} ms",
        opened.as_secs_f64() * 1e3,
        begun.elapsed().as_secs_f64() * 1e3
    );
    let mut dice = Dice(7);
    let mut many = |make: &mut dyn FnMut(&mut Dice) -> String| -> Vec<String> {
        (0..300).map(|_| make(&mut dice)).collect()
    };
    let mut any = |dice: &mut Dice| words[dice.rank()].clone();
    let rare = |dice: &mut Dice| words[1_000 + dice.rank() * 9 / 10].clone();
    let swapped = |dice: &mut Dice| {
        let mut letters: Vec<char> = words[200 + dice.rank() / 2].chars().collect();
        let last = letters.len() - 1;
        letters.swap(last, last - 1);
        letters.push('x');
        letters.into_iter().collect::<String>()
    };
    query(&search, "a word as in text", &many(&mut any));
    query(&search, "a rarer word", &many(&mut |dice| rare(dice)));
    query(&search, "two words", &many(&mut |dice| format!("{} {}", any(dice), rare(dice))));
    query(
        &search,
        "three words as in text",
        &many(&mut |d| format!("{} {} {}", any(d), any(d), any(d))),
    );
    query(&search, "either of two", &many(&mut |dice| format!("{} OR {}", any(dice), rare(dice))));
    query(&search, "a phrase", &many(&mut |dice| format!("\"{} {}\"", any(dice), any(dice))));
    query(&search, "a beginning", &many(&mut |dice| format!("{}*", &rare(dice)[..4])));
    query(&search, "misspelt", &many(&mut |dice| swapped(dice)));
    query(
        &search,
        "an address",
        &many(&mut |d| format!("from:p{0}@c{1}.example", d.roll() % 2_000, d.roll() % 300)),
    );
    query(&search, "the most common word", &many(&mut |_| words[0].clone()));
    query(&search, "everything", &many(&mut |_| String::new()));
    query(
        &search,
        "a year of one side",
        &many(&mut |dice| format!("from:us on:{}", 2021 + dice.roll() % 3)),
    );
}
