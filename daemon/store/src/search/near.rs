//! Near spellings: what a rare word may have been meant to be.

use std::{cmp::Reverse, collections::BTreeMap};

use super::query::Scope;
use crate::Result;

/// A word found in at most this many documents is also looked for in near spellings.
const RARE: u64 = 2;
/// At most this many near spellings stand for a word.
const MOST: usize = 50;
/// Words shorter than this are too like one another.
const SHORTEST: usize = 4;
/// From this length on two errors are forgiven.
const TWO_ERRORS_FROM: usize = 8;

/// The words of an index.
pub trait Dictionary {
    /// The number of documents that hold `word` in `scope`; an estimate where a document may be
    /// counted once a field.
    fn frequency(&self, scope: Scope, word: &str) -> Result<u64>;

    /// Calls `each` with the words of `scope` that begin as `word` does and are at most `errors`
    /// away from it, and how many documents hold them. A word may come several times.
    fn near(
        &self,
        scope: Scope,
        word: &str,
        errors: u8,
        each: &mut dyn FnMut(&str, u64),
    ) -> Result<()>;
}

/// The near spellings of `word`, best first; none where it is common, short or has digits.
pub fn near_spellings(
    dictionary: &dyn Dictionary,
    scope: Scope,
    word: &str,
) -> Result<Vec<String>> {
    let letters = word.chars().count();
    if letters < SHORTEST || !word.chars().all(char::is_alphabetic) {
        return Ok(Vec::new());
    }
    let exact = dictionary.frequency(scope, word)?;
    if exact > RARE {
        return Ok(Vec::new());
    }
    // Most errors are not in the first letter, and asking for it leaves little of a dictionary to
    // look at. A word that exists is not taken for one that is two errors away.
    let mut found = within(dictionary, scope, word, 1, exact)?;
    if found.is_empty() {
        found = other_starts(dictionary, scope, word, exact)?;
    }
    if found.is_empty() && letters >= TWO_ERRORS_FROM && exact == 0 {
        found = within(dictionary, scope, word, 2, exact)?;
    }
    Ok(found)
}

/// Words that begin as `word` does.
fn within(
    dictionary: &dyn Dictionary,
    scope: Scope,
    word: &str,
    allowed: u8,
    exact: u64,
) -> Result<Vec<String>> {
    let mut candidates = BTreeMap::new();
    dictionary.near(scope, word, allowed, &mut |candidate, frequency| {
        if candidate != word && candidate.chars().all(char::is_alphabetic) {
            *candidates.entry(candidate.to_owned()).or_default() += frequency;
        }
    })?;
    Ok(best(word, candidates, exact))
}

/// Words whose first letter was left out, doubled, mistyped or swapped with the second.
fn other_starts(
    dictionary: &dyn Dictionary,
    scope: Scope,
    word: &str,
    exact: u64,
) -> Result<Vec<String>> {
    let mut letters = word.chars();
    let (Some(first), rest) = (letters.next(), letters.as_str()) else { return Ok(Vec::new()) };
    let mut candidates = BTreeMap::from([(rest.to_owned(), 0)]);
    if let Some(second) = letters.next() {
        candidates.insert(format!("{second}{first}{}", letters.as_str()), 0);
    }
    for letter in alphabet(first).filter(|&letter| letter != first) {
        candidates.insert(format!("{letter}{rest}"), 0);
        candidates.insert(format!("{letter}{word}"), 0);
    }
    for (candidate, frequency) in &mut candidates {
        *frequency = dictionary.frequency(scope, candidate)?;
    }
    Ok(best(word, candidates, exact))
}

fn alphabet(letter: char) -> std::ops::RangeInclusive<char> {
    match letter {
        'a'..='z' => 'a'..='z',
        'α'..='ω' => 'α'..='ω',
        'а'..='я' => 'а'..='я',
        other => other..=other,
    }
}

fn best(word: &str, candidates: BTreeMap<String, u64>, exact: u64) -> Vec<String> {
    let mut ranked: Vec<_> = candidates
        .into_iter()
        // A spelling as rare as what was typed is more likely another word.
        .filter(|(_, frequency)| *frequency > exact)
        .map(|(candidate, frequency)| (errors(word, &candidate), Reverse(frequency), candidate))
        .collect();
    ranked.sort();
    ranked.truncate(MOST);
    ranked.into_iter().map(|(.., candidate)| candidate).collect()
}

/// The number of letters to insert, remove, replace or swap with their neighbour to get from one
/// word to the other (optimal string alignment).
pub fn errors(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before = vec![0; other.len() + 1];
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for i in 1..=one.len() {
        let mut row = vec![i; other.len() + 1];
        for j in 1..=other.len() {
            let replaced = last[j - 1] + usize::from(one[i - 1] != other[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_error() {
        assert_eq!(errors("invocie", "invoice"), 1);
        assert_eq!(errors("escallatoin", "escalation"), 2);
        assert_eq!(errors("", "abc"), 3);
        assert_eq!(errors("kitten", "sitting"), 3);
    }
}
