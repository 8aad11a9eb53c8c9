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

/// What readers ask: words as often as they stand in the text, and rarer ones.
struct Questions<'a> {
    source: &'a Source,
    dice: Dice,
}

impl Questions<'_> {
    fn any(&mut self) -> String {
        if self.source.real.is_empty() {
            return self.source.words[self.dice.rank()].clone();
        }
        let passage = text(&mut self.dice, self.source, 200);
        let mut words = passage.split(|c: char| !c.is_ascii_lowercase()).skip(1);
        words.find(|word| word.len() > 2).unwrap_or("the").to_owned()
    }

    /// The longest of some words.
    fn rare(&mut self) -> String {
        (0..6).map(|_| self.any()).max_by_key(String::len).unwrap_or_default()
    }

    /// Two words that stand side by side.
    fn phrase(&mut self) -> String {
        if self.source.real.is_empty() {
            return format!("\"{} {}\"", self.any(), self.any());
        }
        let passage = text(&mut self.dice, self.source, 60);
        let words: Vec<&str> = passage.split_whitespace().skip(1).take(2).collect();
        format!("\"{}\"", words.join(" ").replace('"', ""))
    }

    fn misspelt(&mut self) -> String {
        let mut letters: Vec<char> = self.rare().chars().collect();
        let last = letters.len() - 1;
        letters.swap(last, last - 1);
        letters.insert(2, 'x');
        letters.into_iter().collect()
    }

    fn address(&mut self) -> String {
        let person = self.dice.roll() % 2_000;
        format!("from:p{person}@c{}.example", person % 300)
    }
}

fn measure(search: &TantivySearch, source: &Source) {
    type Ask = fn(&mut Questions<'_>) -> String;
    let asks: [(&str, Ask); 12] = [
        ("a word as in text", |q| q.any()),
        ("a longer word", |q| q.rare()),
        ("two words", |q| format!("{} {}", q.any(), q.rare())),
        ("three words as in text", |q| format!("{} {} {}", q.any(), q.any(), q.any())),
        ("either of two", |q| format!("{} OR {}", q.any(), q.rare())),
        ("a phrase", |q| q.phrase()),
        ("a beginning", |q| format!("{}*", &q.rare()[..3])),
        ("misspelt", |q| q.misspelt()),
        ("an address", |q| q.address()),
        ("the most common word", |q| if q.source.real.is_empty() { word(0) } else { "the".into() }),
        ("everything", |_| String::new()),
        ("a year of one side", |q| format!("from:us on:{}", 2021 + q.dice.roll() % 3)),
    ];
    for (name, ask) in asks {
        let mut questions = Questions { source, dice: Dice(7) };
        let texts: Vec<String> = (0..300).map(|_| ask(&mut questions)).collect();
        query(search, name, &texts);
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mails = arguments.next().map_or(20_000, |text| text.parse().unwrap());
    let own = tempfile::tempdir().unwrap();
    let dir = arguments.next().map_or_else(|| own.path().join("search"), Into::into);
    let heap_bytes = arguments.next().map_or(64, |text| text.parse::<usize>().unwrap()) << 20;
    let threads = arguments.next().map_or(2, |text| text.parse().unwrap());
    let real = arguments.next().map_or_else(String::new, |path| {
        String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
    });
    let source = Source { words: (0..WORDS).map(word).collect(), real };
    if !dir.exists() {
        index(&dir, mails, &source, WriterOptions { heap_bytes, threads });
    }
    let begun = Clock::now();
    let (search, _) = TantivySearch::open(&dir, Mode::ReadOnly).unwrap();
    let opened = begun.elapsed();
    let cold = SearchQuery { text: "invoice".into(), limit: 20, ..SearchQuery::default() };
    search.query(&cold).unwrap();
    println!(
        "opened to read in {:.2} ms, first answer after {:.2} ms",
        opened.as_secs_f64() * 1e3,
        begun.elapsed().as_secs_f64() * 1e3
    );
    measure(&search, &source);
}
