//! Near spellings: what a rare word may have been meant to be.

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

    /// Calls `each` with the words of `scope` within `reach` of `word`, and how many documents hold
    /// them. A word may come several times.
    fn near(
        &self,
        scope: Scope,
        word: &str,
        reach: Reach,
        each: &mut dyn FnMut(&str, u64),
    ) -> Result<()>;
}

/// How far a near spelling may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Errors: letters to insert, remove, replace or swap with their neighbour; 1 or 2.
    pub errors: u8,
    /// Whether it must begin with the same letter.
    pub same_start: bool,
}

/// Wider and wider: the first that finds something is taken. Most errors are not in the first
/// letter, and asking for it leaves little of a dictionary to look at.
const REACHES: [Reach; 3] = [
    Reach { errors: 1, same_start: true },
    Reach { errors: 1, same_start: false },
    Reach { errors: 2, same_start: true },
];

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
    for reach in REACHES {
        // A word that exists is not taken for one that is two errors away.
        if reach.errors > 1 && (letters < TWO_ERRORS_FROM || exact > 0) {
            break;
        }
        let found = within(dictionary, scope, word, reach, exact)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn within(
    dictionary: &dyn Dictionary,
    scope: Scope,
    word: &str,
    reach: Reach,
    exact: u64,
) -> Result<Vec<String>> {
    let mut candidates = std::collections::BTreeMap::<String, u64>::new();
    dictionary.near(scope, word, reach, &mut |candidate, frequency| {
        if candidate != word && candidate.chars().all(char::is_alphabetic) {
            *candidates.entry(candidate.to_owned()).or_default() += frequency;
        }
    })?;
    let mut ranked: Vec<_> = candidates
        .into_iter()
        // A spelling as rare as what was typed is more likely another word.
        .filter(|(_, frequency)| *frequency > exact)
        .map(|(candidate, frequency)| {
            (errors(word, &candidate), std::cmp::Reverse(frequency), candidate)
        })
        .collect();
    ranked.sort();
    ranked.truncate(MOST);
    Ok(ranked.into_iter().map(|(.., candidate)| candidate).collect())
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
