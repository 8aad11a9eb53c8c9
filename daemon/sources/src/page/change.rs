//! What changed between two readings of a page, and how to say it.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant as Moment},
};

use jiff::civil::Date;
use similar::{Algorithm, DiffTag, TextDiff, capture_diff_slices_deadline};

use super::{
    noise,
    text::{Line, Reading},
};

/// Comparing stops looking for the shortest difference after this long.
const PATIENCE: Duration = Duration::from_millis(500);
/// Passages that are told one by one.
const MOST: usize = 40;
/// Characters around what changed within a long line.
const AROUND: usize = 60;
/// The most characters of one passage.
const PASSAGE: usize = 600;

/// A reading, ready to be compared.
#[derive(Debug, Clone)]
pub struct Compared {
    lines: Vec<(String, Line)>,
    /// The text of lines that do not count.
    passed: HashSet<String>,
    /// Whether what is old leaves by itself.
    feed: bool,
}

impl Compared {
    /// A reading of a page that was fetched on `day`; `selected` as in [`noise::key`].
    pub fn new(reading: Reading, selected: bool, day: Date) -> Self {
        let (mut lines, mut passed) = (Vec::new(), HashSet::new());
        for line in reading.lines {
            match noise::key(&line, selected, day) {
                Some(key) => lines.push((key, line)),
                None => {
                    passed.insert(line.text);
                }
            }
        }
        Self { lines, passed, feed: false }
    }

    /// The lines that count, in their order.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.lines.iter().map(|(_, line)| line.text.as_str())
    }

    /// The entries of a feed, of which old ones leave when new ones come.
    pub fn feed(reading: Reading, day: Date) -> Self {
        Self { feed: true, ..Self::new(reading, true, day) }
    }
}

/// What changed in one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    /// Lines that are gone.
    pub before: Vec<Line>,
    /// Lines that are new.
    pub after: Vec<Line>,
}

/// What changed from `before` to `after`; empty if nothing that counts did. Lines that only moved
/// do not count.
pub fn passages(before: &Compared, after: &Compared) -> Vec<Passage> {
    let keys = |side: &Compared| -> Vec<u64> { side.lines.iter().map(|l| hash(&l.0)).collect() };
    let (old, new) = (keys(before), keys(after));
    let ops =
        capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(Moment::now() + PATIENCE));
    let mut balance: HashMap<u64, i64> = HashMap::new();
    for key in &old {
        *balance.entry(*key).or_default() -= 1;
    }
    for key in &new {
        *balance.entry(*key).or_default() += 1;
    }
    let mut found = Vec::new();
    for op in ops.iter().filter(|op| op.tag() != DiffTag::Equal) {
        let mut passage = Passage::default();
        for at in op.old_range() {
            let line = &before.lines[at].1;
            if take(&mut balance, old[at], -1) && !after.passed.contains(&line.text) {
                passage.before.push(line.clone());
            }
        }
        for at in op.new_range() {
            let line = &after.lines[at].1;
            if take(&mut balance, new[at], 1) && !before.passed.contains(&line.text) {
                passage.after.push(line.clone());
            }
        }
        if passage.after.is_empty() && after.feed {
            continue;
        }
        if passage != Passage::default() {
            found.push(passage);
        }
    }
    found
}

/// Whether a line is one more or one less on a side, and not merely elsewhere.
fn take(balance: &mut HashMap<u64, i64>, key: u64, sign: i64) -> bool {
    let Some(left) = balance.get_mut(&key).filter(|left| **left * sign > 0) else { return false };
    *left -= sign;
    true
}

fn hash(key: &str) -> u64 {
    u64::from_le_bytes(model::id::short_hash(&[key.as_bytes()])[..8].try_into().unwrap_or_default())
}

/// What `second` says, too, of what is new in `passages`: what differs from fetch to fetch is no
/// change of the page.
pub fn confirmed(passages: Vec<Passage>, again: &[Passage]) -> Vec<Passage> {
    let told =
        |side: fn(&Passage) -> &Vec<Line>| -> Vec<&Line> { again.iter().flat_map(side).collect() };
    let (gone, new) = (told(|p| &p.before), told(|p| &p.after));
    let mut kept = Vec::new();
    for mut passage in passages {
        // A line that reads otherwise each time takes along the one that it replaces.
        let steady = passage.after.iter().filter(|line| new.contains(line)).count();
        let restless = passage.after.len() - steady;
        passage.after.retain(|line| new.contains(&line));
        passage.before.retain(|line| gone.contains(&line));
        if passage.after.is_empty() && restless >= passage.before.len() {
            continue;
        }
        if !(passage.before.is_empty() && passage.after.is_empty()) {
            kept.push(passage);
        }
    }
    kept
}

/// The change in words for people.
pub fn told(passages: &[Passage]) -> String {
    let mut said: Vec<String> = Vec::new();
    for passage in passages {
        let mut before = passage.before.iter().peekable();
        let mut after = passage.after.iter().peekable();
        while let (Some(old), Some(new)) = (before.peek(), after.peek()) {
            if old.text == new.text {
                said.push(links(old, new));
            } else if is_like(&old.text, &new.text) {
                let (was, now) = around(&old.text, &new.text);
                said.push(format!("Was: {was}\nNow: {now}"));
            } else {
                break;
            }
            before.next();
            after.next();
        }
        said.extend(before.map(|line| format!("Gone: {}", cut(&line.text))));
        said.extend(after.map(|line| format!("New: {}", cut(&line.text))));
    }
    let more = said.len().saturating_sub(MOST);
    said.truncate(MOST);
    if more > 0 {
        said.push(format!("... and {more} more changes"));
    }
    said.join("\n\n")
}

fn links(old: &Line, new: &Line) -> String {
    let only = |side: &Line, other: &Line| -> Vec<String> {
        side.links.iter().filter(|link| !other.links.contains(link)).cloned().collect()
    };
    let shown = |links: Vec<String>| {
        if links.is_empty() { "nowhere".to_owned() } else { links.join(", ") }
    };
    let (was, now) = (shown(only(old, new)), shown(only(new, old)));
    format!("Links of: {}\nWas: {was}\nNow: {now}", cut(&old.text))
}

/// Whether one line is the other, rewritten.
fn is_like(old: &str, new: &str) -> bool {
    if old.len() + new.len() > 20_000 {
        return true;
    }
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(old, new);
    diff.ratio() > 0.4
}

/// The parts of two lines that differ, with some words around them.
fn around(old: &str, new: &str) -> (String, String) {
    let old: Vec<char> = old.chars().collect();
    let new: Vec<char> = new.chars().collect();
    let first = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - first;
    let last =
        old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let show = |side: &[char]| {
        let from = word_before(side, first.saturating_sub(AROUND));
        let to = word_after(side, (side.len() - last + AROUND).min(side.len()));
        let middle: String = side[from..to].iter().collect();
        let lead = if from > 0 { "..." } else { "" };
        let tail = if to < side.len() { "..." } else { "" };
        cut(&format!("{lead}{middle}{tail}"))
    };
    (show(&old), show(&new))
}

fn word_before(text: &[char], at: usize) -> usize {
    (0..at).rev().take(20).find(|i| text[*i] == ' ').map_or(at, |i| i + 1).min(at)
}

fn word_after(text: &[char], at: usize) -> usize {
    (at..text.len()).take(20).find(|i| text[*i] == ' ').unwrap_or(at)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(PASSAGE) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[&str]) -> Compared {
        let line = |text: &&str| Line { text: (*text).to_owned(), ..Line::default() };
        let reading = Reading { title: String::new(), lines: lines.iter().map(line).collect() };
        Compared::new(reading, false, jiff::civil::date(2026, 1, 14))
    }

    #[test]
    fn a_manager_reads_what_was_and_what_is() {
        let before =
            page(&["Status", "All systems work.", "We promise an uptime of 99.9% in a month."]);
        let after = page(&[
            "Status",
            "Exports are delayed.",
            "We promise an uptime of 99.5% in a month.",
            "More soon.",
        ]);
        let text = told(&passages(&before, &after));
        assert_eq!(
            text,
            "Gone: All systems work.\n\nGone: We promise an uptime of 99.9% in a month.\n\n\
             New: Exports are delayed.\n\nNew: We promise an uptime of 99.5% in a month.\n\nNew: More soon."
        );
    }

    #[test]
    fn a_long_passage_is_told_by_the_words_that_changed() {
        let tail = "and so on without an end in sight for anybody who reads it ".repeat(9);
        let (old, new) = (format!("The fee is 49 EUR {tail}"), format!("The fee is 59 EUR {tail}"));
        let text = told(&passages(&page(&[&old]), &page(&[&new])));
        assert!(text.starts_with("Was: The fee is 49 EUR and so on"), "{text}");
        assert!(text.contains("\nNow: The fee is 59 EUR") && text.len() < 300, "{text}");
    }

    #[test]
    fn lines_that_only_moved_are_no_change() {
        let before = page(&["One thing", "Two things", "Three things"]);
        assert_eq!(passages(&before, &page(&["Three things", "One thing", "Two things"])), []);
        assert_eq!(passages(&before, &page(&["Three things", "One thing"])).len(), 1);
    }

    #[test]
    fn what_reads_otherwise_at_every_fetch_is_no_change() {
        let before = page(&["Quote of the day: alpha", "Prices start at 10 EUR."]);
        let first = page(&["Quote of the day: beta", "Prices start at 12 EUR."]);
        let second = page(&["Quote of the day: gamma", "Prices start at 12 EUR."]);
        let all = confirmed(passages(&before, &first), &passages(&before, &second));
        let text = told(&all);
        assert!(text.contains("12 EUR") && !text.contains("beta"), "{text}");
        let calm = page(&["Quote of the day: delta", "Prices start at 10 EUR."]);
        let again = page(&["Quote of the day: epsilon", "Prices start at 10 EUR."]);
        assert_eq!(confirmed(passages(&before, &calm), &passages(&before, &again)), []);
    }
}
