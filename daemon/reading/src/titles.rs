//! Job titles in signatures, and how senior they are.
//!
//! A title stands on the line of its holder's name, behind a mark, or on one of the two lines below.
//! It is short, names no address, number or link, and holds a word that titles have.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// The most words of a title.
const MOST_WORDS: usize = 9;
/// The longest title, in bytes.
const LONGEST: usize = 80;
/// How many lines below the name a title may stand.
const BELOW: usize = 2;
/// What parts a name from what follows it on its line.
const MARKS: [char; 8] = [',', '|', '/', '•', '·', '–', '—', '('];
/// The lines of a signature that are looked at.
const MOST_LINES: usize = 30;

/// How senior the holder of a title is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seniority {
    /// Does the work.
    Staff,
    /// Answers for others.
    Manager,
    /// Decides for the organisation.
    Executive,
}

impl Seniority {
    /// Its name, as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Manager => "manager",
            Self::Executive => "executive",
        }
    }
}

/// The words and phrases of titles.
struct Vocabulary {
    words: BTreeMap<&'static str, Seniority>,
    /// Phrases that make an executive of words that alone do not; `*` is one or two words.
    phrases: Vec<Vec<&'static str>>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut vocabulary = Vocabulary { words: BTreeMap::new(), phrases: Vec::new() };
    let mut section = "";
    let lines = include_str!("titles.txt").lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
            continue;
        }
        let seniority = match section {
            "executive" => Seniority::Executive,
            "manager" => Seniority::Manager,
            "staff" => Seniority::Staff,
            _ => {
                vocabulary.phrases.push(line.split(' ').collect());
                continue;
            }
        };
        for word in line.split(' ') {
            vocabulary.words.entry(word).or_insert(seniority);
        }
    }
    vocabulary
});

/// How senior a title makes its holder; nothing if it holds no word of a title.
pub fn seniority(title: &str) -> Option<Seniority> {
    let folded = title.to_lowercase().replace("product owner", "product manager");
    let words: Vec<&str> = words(&folded).collect();
    let vocabulary = &*VOCABULARY;
    if vocabulary.phrases.iter().any(|phrase| stands(phrase, &words)) {
        return Some(Seniority::Executive);
    }
    // "Assistant to the CEO" and "Executive Assistant" assist.
    let assists =
        ["assistant", "assistante", "assistente", "asistente", "assistentin", "secretary"];
    if words.iter().any(|word| assists.contains(word)) && !words.contains(&"vice") {
        let leads = ["manager", "director", "principal"];
        let behind = words.last().is_some_and(|word| leads.contains(word));
        return Some(if behind { Seniority::Manager } else { Seniority::Staff });
    }
    words.iter().filter_map(|word| vocabulary.words.get(word).copied()).max()
}

/// Whether `phrase` stands somewhere in `words`.
fn stands(phrase: &[&str], words: &[&str]) -> bool {
    (0..words.len()).any(|start| fits(phrase, &words[start..]))
}

fn fits(phrase: &[&str], words: &[&str]) -> bool {
    match phrase.split_first() {
        None => true,
        Some((&"*", rest)) => {
            (1..=2.min(words.len())).any(|gap| fits(rest, words.get(gap..).unwrap_or_default()))
        }
        Some((first, rest)) => words.first() == Some(first) && fits(rest, &words[1..]),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty())
}

/// The title that a signature gives `name` (as mail shows it, such as `Jane Doe`), as byte offsets of
/// the signature.
pub fn in_signature(signature: &str, name: &str) -> Option<(usize, usize)> {
    let own: BTreeSet<String> =
        words(name).map(str::to_lowercase).filter(|word| word.chars().count() > 1).collect();
    if own.is_empty() {
        return None;
    }
    let mut offset = 0;
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for line in signature.split_inclusive('\n').take(MOST_LINES) {
        let lead = line.len() - line.trim_start().len();
        let text = line.trim();
        if !text.is_empty() {
            lines.push((offset + lead, text));
        }
        offset += line.len();
    }
    let named = lines.iter().position(|(_, line)| names(line, &own))?;
    let (at, line) = lines[named];
    let behind = line.find(MARKS).and_then(|mark| {
        let rest = &line[mark..];
        let start = rest.find(char::is_alphanumeric)?;
        let title = rest[start..].split(['|', '•', '·', ')']).next().unwrap_or_default();
        Some((at + mark + start, title.trim_end_matches([',', ' '])))
    });
    let below = lines[named + 1..].iter().take(BELOW).copied();
    let title = behind.into_iter().chain(below).find(|(_, text)| is_title(text))?;
    Some((title.0, title.0 + title.1.len()))
}

/// Whether a line begins with at least one of somebody's names and holds little beside them.
fn names(line: &str, own: &BTreeSet<String>) -> bool {
    let head = line.split(MARKS).next().unwrap_or_default();
    let all: Vec<String> = words(head).map(str::to_lowercase).collect();
    let hits = all.iter().filter(|word| own.contains(*word)).count();
    hits > 0 && all.len() <= hits + 2
}

fn is_title(text: &str) -> bool {
    let text = text.trim();
    let plain = |c: char| c.is_alphabetic() || " ,.-&/'’()".contains(c);
    text.len() <= LONGEST
        && words(text).count() <= MOST_WORDS
        && text.chars().next().is_some_and(char::is_alphabetic)
        && text.chars().all(plain)
        && !text.contains("www.")
        && seniority(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(signature: &str, name: &str, title: Option<&str>) {
        let found = in_signature(signature, name).map(|(start, end)| &signature[start..end]);
        assert_eq!(found, title, "{signature:?}");
    }

    #[test]
    fn a_title_stands_beside_or_below_the_name() {
        let name = "Jane Doe";
        reads(
            "Regards,\nJane Doe\nChief Financial Officer\nNorth Ltd",
            name,
            Some("Chief Financial Officer"),
        );
        reads("Jane Doe, Head of Support\nNorth Ltd", name, Some("Head of Support"));
        reads("--\nJane Doe | IT Manager | North Ltd\n", name, Some("IT Manager"));
        reads("--\nJane\nNorth Ltd\nLeiterin Einkauf\n", name, Some("Leiterin Einkauf"));
        reads("Jane Doe (Responsable informatique)", name, Some("Responsable informatique"));
    }

    #[test]
    fn a_company_a_number_and_somebody_elses_title_are_none() {
        let name = "Jane Doe";
        reads("Jane Doe\nNorth Ltd\n+44 20 1234", name, None);
        reads("Jane Doe\nwww.manager.example", name, None);
        reads("Jane Doe\n12 Director Street", name, None);
        reads("Tom Hill\nManaging Director", name, None);
        reads("Kind regards", name, None);
        reads("Jane Doe\nCEO", "", None);
    }

    #[test]
    fn titles_tell_who_decides() {
        for (title, expected) in [
            ("Chief Financial Officer", Some(Seniority::Executive)),
            ("Vice President, Sales", Some(Seniority::Executive)),
            ("Geschäftsführerin", Some(Seniority::Executive)),
            ("Head of IT", Some(Seniority::Manager)),
            ("Assistant to the CEO", Some(Seniority::Staff)),
            ("Assistant Director", Some(Seniority::Manager)),
            ("Security Officer", Some(Seniority::Staff)),
            ("Responsable informatique", Some(Seniority::Manager)),
            ("North Wind Ltd", None),
        ] {
            assert_eq!(seniority(title), expected, "{title}");
        }
    }
}
