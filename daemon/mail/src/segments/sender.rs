//! Recognising the sender's own name at the end of a letter.

use model::Address;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The words of the sender's name, lower case.
pub(super) struct Sender {
    words: Vec<String>,
    /// Whether they come from the address, which may join an initial to a name: `jdoe`.
    from_address: bool,
}

/// Longer lines are no names.
const MAX_NAME: usize = 60;
/// What may stand before a name at the end of a letter.
const DASHES: &[char] = &['-', '–', '—', '*', '~', '/', ' '];
/// Titles before a name.
const HONORIFICS: &[&str] = &[
    "dr", "prof", "mr", "mrs", "ms", "miss", "herr", "frau", "ing", "dipl", "mag", "sir", "sra",
    "sr", "dott", "mme", "m", "drs", "ir", "mag", "lic",
];

impl Sender {
    /// The sender with this address.
    pub fn new(from: &Address) -> Self {
        let mut words: Vec<String> = words_of(&from.name).map(plain).collect();
        let from_address = words.is_empty();
        if from_address {
            let local = from.email.split('@').next().unwrap_or_default();
            words = words_of(local).filter(|word| word.len() > 1).map(plain).collect();
        }
        words.retain(|word| !HONORIFICS.contains(&word.as_str()));
        Self { words, from_address }
    }

    /// Whether `line` is nothing but the sender's name, a part of it or its initials.
    pub fn is_name(&self, line: &str) -> bool {
        let line = line.trim().trim_start_matches(DASHES);
        if line.is_empty()
            || line.len() > MAX_NAME
            || line.ends_with(['?', '!', ':'])
            || !self.may_begin(line)
        {
            return false;
        }
        let words: Vec<&str> = words_of(line).collect();
        if !(1..=5).contains(&words.len()) {
            return false;
        }
        self.matches(&words) == words.len() || self.is_full_name(&words) || self.is_initials(line)
    }

    /// Whether the first word of `line` is like one of the name, an initial or an honorific. Nearly
    /// all lines are neither, and this costs less than to say so for sure.
    fn may_begin(&self, line: &str) -> bool {
        let Some(word) = words_of(line).next() else { return false };
        let Some(first) = word.chars().next() else { return false };
        if !word.is_ascii() || self.from_address || word.len() <= 4 {
            return true;
        }
        let first = first.to_ascii_lowercase();
        self.words.iter().any(|name| name.starts_with(first))
            || HONORIFICS.iter().any(|title| title.eq_ignore_ascii_case(word))
    }

    /// Whether `words` are a whole name of which the header has only the last part:
    /// `Kathy B. Doe` of `kdoe@host.example`.
    fn is_full_name(&self, words: &[&str]) -> bool {
        let [first, .., last] = words else { return false };
        words.len() <= 4
            && words.iter().all(|word| word.starts_with(char::is_uppercase))
            && self.matches(&[last]) == 1
            && last.chars().count() >= 3
            && self.words.iter().any(|name| name.chars().next() == plain(first).chars().next())
    }

    /// Whether `line` is the sender's initials: `JD`, `J.D.`
    fn is_initials(&self, line: &str) -> bool {
        let letters: String = line.chars().filter(|c| *c != '.').collect();
        let initials = || self.words.iter().filter_map(|word| word.chars().next());
        (2..=4).contains(&letters.chars().count())
            && letters.chars().all(char::is_uppercase)
            && letters.to_lowercase().chars().eq(initials())
    }

    /// Whether `line` starts with the sender's name and goes on as a business card does:
    /// `Jane Doe | Acme`, `Jane Doe, Support`, `Jane (she/her)`.
    pub fn starts(&self, line: &str) -> bool {
        let line = line.trim().trim_start_matches(DASHES);
        if !self.may_begin(line) {
            return false;
        }
        let end = line
            .find([',', '|', '(', '/', '•', '·', '<'])
            .into_iter()
            .chain([" - ", " – ", " — ", "  "].iter().filter_map(|dash| line.find(dash)));
        let Some(end) = end.min() else { return self.is_name(line) };
        self.is_name(line.get(..end).unwrap_or_default())
    }

    /// How many of `words`, from the first on, belong to the name.
    fn matches(&self, words: &[&str]) -> usize {
        let mut real = 0;
        let mut count = 0;
        for word in words {
            let initial = word.chars().count() == 1;
            if initial && !word.starts_with(char::is_uppercase) {
                break;
            }
            let word = plain(word);
            let known = self.words.iter().any(|name| {
                let shortened = initial || name.chars().count() == 1;
                *name == word
                    || shortened && name.chars().next() == word.chars().next()
                    || is_short_form(&word, name)
                    || self.from_address && word.len() >= 4 && name.ends_with(&word)
            });
            if known {
                real += 1;
            } else if !HONORIFICS.contains(&word.as_str()) && !initial {
                break;
            }
            count += 1;
        }
        if real == 0 { 0 } else { count }
    }
}

/// `Dave` for `David`: three letters in common, and neither much longer.
fn is_short_form(word: &str, name: &str) -> bool {
    let same = word.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    let len = word.chars().count();
    same >= 3 && len <= name.chars().count() && len - same <= 1
}

/// Lower case, without accents: people drop those of their own names.
fn plain(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.to_lowercase().nfd().filter(|c| !is_combining_mark(*c)).collect()
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic() && !matches!(c, '\'' | '’'))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_known_by_name_part_of_name_and_initials() {
        let sender =
            Sender::new(&Address { name: "Dr. David Müller".into(), email: "d@b.example".into() });
        for line in ["David Müller", "Dave", "-David", "D.", "Dr. D. Muller", "DM", "D.M."] {
            assert!(sender.is_name(line), "{line}");
        }
        assert!(sender.starts("David Müller | Acme") && sender.starts("D. Müller - Gate 3"));
        assert!(
            !sender.starts("David is away") && !sender.is_name("Done") && !sender.is_name("Anna")
        );
    }

    #[test]
    fn an_address_serves_where_there_is_no_name() {
        let sender =
            Sender::new(&Address { name: String::new(), email: "jane.doe@b.example".into() });
        assert!(sender.is_name("Jane") && sender.is_name("Jane Doe"));
        let sender =
            Sender::new(&Address { name: String::new(), email: "knilsson@b.example".into() });
        assert!(sender.is_name("Kathy B. Nilsson") && !sender.is_name("Per Nilsson"));
    }
}
