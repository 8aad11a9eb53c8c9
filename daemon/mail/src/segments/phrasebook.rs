//! Phrases that lines may start with, found without trying each of several hundred.

use std::collections::BTreeMap;

/// Phrases by their first two characters.
pub(super) struct Phrasebook<T> {
    by_start: BTreeMap<[char; 2], Vec<(&'static str, T)>>,
}

impl<T: Copy> Phrasebook<T> {
    /// A book of `phrases`, in lower case.
    pub fn new(phrases: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut by_start: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (phrase, value) in phrases {
            by_start.entry(key(phrase)).or_default().push((phrase, value));
        }
        Self { by_start }
    }

    /// The phrases that `line`, in lower case, starts with.
    pub fn starting<'b>(&'b self, line: &'b str) -> impl Iterator<Item = (&'static str, T)> + 'b {
        let near = self.by_start.get(&key(line)).map_or(&[][..], Vec::as_slice);
        near.iter().copied().filter(|(phrase, _)| line.starts_with(phrase))
    }
}

fn key(text: &str) -> [char; 2] {
    let mut chars = text.chars();
    [chars.next().unwrap_or(' '), chars.next().unwrap_or(' ')]
}
