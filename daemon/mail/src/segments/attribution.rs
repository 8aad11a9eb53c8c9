//! Lines that say who wrote what is quoted below: `On Monday, Jane wrote:`, in many languages and
//! wrapped over several lines.

use super::lines::Line;

/// Lines over which an attribution may be wrapped.
const MAX_LINES: usize = 4;

/// Verbs of attributions, lower case.
const WROTE: &[&str] = &[
    "wrote",
    "writes",
    "schrieb",
    "geschrieben",
    "a écrit",
    "a ecrit",
    "écrit",
    "escribió",
    "escribio",
    "ha scritto",
    "schreef",
    "geschreven",
    "escreveu",
    "skrev",
    "skreiv",
    "kirjoitti",
    "napisał",
    "napisała",
    "pisze",
    "napsal",
    "napsala",
    "napísal",
    "írta",
    "написал",
    "написала",
    "пишет",
    "yazdı",
    "έγραψε",
    "a scris",
    "写道",
    "寫道",
    "写了",
    "님이 작성",
    "のメッセージ",
    "כתב",
    "كتب",
    "a scrit",
    "rašė",
    "rakstīja",
    "kirjutas",
];

/// First words of attributions, lower case.
const INTRO: &[&str] = &[
    "on",
    "am",
    "le",
    "el",
    "il",
    "op",
    "em",
    "den",
    "på",
    "dnia",
    "w",
    "dne",
    "στις",
    "quoting",
    "at",
    "in",
    "um",
    "al",
    "à",
    "no",
    "a",
    "ons",
    "el día",
    "il giorno",
    "zitat",
    "citando",
    "citeren",
];

/// The first line of the attribution above line `below`, over a few empty lines; nothing if there
/// is none.
pub(super) fn above(lines: &[Line<'_>], below: usize) -> Option<usize> {
    let last = (below.saturating_sub(6)..below).rev().find(|at| !lines[*at].is_blank())?;
    start_of(lines, last, if below - last <= 3 { Below::Quotation } else { Below::PlainText })
}

/// Whether an attribution ends on line `last`, above text that is not marked as quoted. It must
/// then name an address or a time of day.
pub(super) fn ends_on(lines: &[Line<'_>], last: usize) -> Option<usize> {
    start_of(lines, last, Below::PlainText)
}

#[derive(Clone, Copy, PartialEq)]
enum Below {
    Quotation,
    PlainText,
}

fn start_of(lines: &[Line<'_>], last: usize, below: Below) -> Option<usize> {
    let line = lines.get(last).filter(|line| !line.is_quoted())?;
    if !ends_attribution(line.text) {
        return None;
    }
    let mut best = None;
    let mut joined = String::new();
    for first in (last.saturating_sub(MAX_LINES - 1)..=last).rev() {
        let line = lines.get(first).filter(|line| !line.is_blank() && !line.is_quoted())?;
        if first < last && ends_sentence(line.text) {
            break;
        }
        joined = if joined.is_empty() {
            line.text.to_owned()
        } else {
            format!("{} {joined}", line.text)
        };
        if joined.len() > 400 {
            break;
        }
        let full = is_attribution(&joined, below);
        if full && (best.is_none() || opens(line.text)) {
            best = Some(first);
        }
        if full && opens_surely(line.text) {
            return Some(first);
        }
        if first == 0 || lines.get(first - 1).is_some_and(Line::is_blank) {
            break;
        }
    }
    best
}

fn ends_attribution(text: &str) -> bool {
    let text = text.trim_end_matches(['*', '_', ' ', '-', '>']);
    text.ends_with([':', '：']) || text.ends_with("wrote") || text.ends_with("…")
}

/// Whether a line above cannot belong to the attribution: it ends a sentence.
fn ends_sentence(text: &str) -> bool {
    text.ends_with(['!', '?', ':']) || text.ends_with('.') && !ends_in_abbreviation(text)
}

/// `lun. 12 janv.` at the end of a wrapped line is a date, not the end of a sentence.
fn ends_in_abbreviation(text: &str) -> bool {
    let word = text.rsplit([' ', '\u{a0}']).next().unwrap_or_default();
    word.chars().count() <= 6 && text.contains(|c: char| c.is_ascii_digit())
}

fn is_attribution(text: &str, below: Below) -> bool {
    let lower = text.to_lowercase();
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let address = lower.contains('@') || lower.contains("<mailto:");
    let verb = || WROTE.iter().any(|verb| has_word(&lower, verb));
    let time = has_time_of_day(&lower);
    match below {
        Below::PlainText => digits >= 4 && (address || time) && opens(text) && verb(),
        Below::Quotation => {
            let dated = digits >= 4;
            let words = lower.split_whitespace().count();
            (dated || address || words <= 8) && verb()
                || address && dated
                || opens_surely(text) && dated && time
                || lower.starts_with("quoting ")
                || lower.starts_with("zitat von ")
        }
    }
}

/// Whether `text` has `verb` as a word, or anywhere if its script has no spaces.
fn has_word(text: &str, verb: &str) -> bool {
    text.match_indices(verb).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + verb.len()..).and_then(|t| t.chars().next());
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && (c as u32) < 0x2e80);
        !joins(before) && !joins(after)
    })
}

/// `9:14`, `09.14`, `9h14`.
fn has_time_of_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(4).any(|w| {
        w[0].is_ascii_digit()
            && matches!(w[1], b':' | b'.' | b'h')
            && w[2].is_ascii_digit()
            && w[3].is_ascii_digit()
    })
}

/// Whether an attribution may start with this line.
fn opens(text: &str) -> bool {
    opens_surely(text) || text.contains('@') || text.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Whether the line starts with a word that begins attributions and goes on with a date.
fn opens_surely(text: &str) -> bool {
    let mut words = text.trim_start_matches(['*', '_', '-', ' ']).split([' ', '\u{a0}']);
    let first = words.next().unwrap_or_default().to_lowercase();
    let first = first.trim_end_matches([',', '.']);
    let rest: String = words.take(4).collect::<Vec<_>>().join(" ");
    INTRO.contains(&first) && rest.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{super::lines::split, *};

    fn lines_of(text: &str) -> Option<usize> {
        let body = format!("Some answer.\n\n{text}\n\n> quoted");
        let lines = split(&body);
        above(&lines, lines.len() - 1)
    }

    #[test]
    fn attributions_are_known_in_the_languages_of_common_mailers() {
        for text in [
            "On Mon, Jan 12, 2026 at 9:14 AM Jane Doe <jane@b.example> wrote:",
            "On Mon, Jan 12, 2026 at 9:14 AM Jane Doe with a long name\n<jane@b.example> wrote:",
            "On 12 Jan 2026, at 09:14, Jane Doe\n<jane.with.a.long.address@b.example>\nwrote:",
            "Am Mo., 12. Jan. 2026 um 09:14 Uhr schrieb Jane Doe <\njane@b.example>:",
            "Am 12.01.26 um 09:14 schrieb Jane Doe:",
            "Le lun. 12 janv. 2026 à 09:14, Jane Doe <jane@b.example> a écrit :",
            "El lun, 12 ene 2026 a las 9:14, Jane Doe (<jane@b.example>) escribió:",
            "Il giorno lun 12 gen 2026 alle ore 09:14 Jane Doe <jane@b.example>\nha scritto:",
            "Op ma 12 jan 2026 om 09:14 schreef Jane Doe <jane@b.example>:",
            "Em seg., 12 de jan. de 2026 às 09:14, Jane Doe <jane@b.example> escreveu:",
            "Den mån 12 jan. 2026 kl 09:14 skrev Jane Doe <jane@b.example>:",
            "man. 12. jan. 2026 kl. 09:14 skrev Jane Doe <jane@b.example>:",
            "ma 12. tammik. 2026 klo 9.14 Jane Doe (jane@b.example) kirjoitti:",
            "pon., 12 sty 2026 o 09:14 Jane Doe <jane@b.example> napisał(a):",
            "пн, 12 янв. 2026 г. в 09:14, Jane Doe <jane@b.example>:",
            "2026年1月12日(月) 9:14 Jane Doe <jane@b.example>:",
            "Jane Doe <jane@b.example> 于2026年1月12日周一 09:14写道：",
            "Jane Doe wrote:",
            "* Jane Doe <jane@b.example> [2026-01-12 09:14]:",
        ] {
            assert_eq!(lines_of(text), Some(2), "{text}");
        }
    }

    #[test]
    fn a_sentence_before_a_quotation_stays_new() {
        for text in ["As I said before:", "Here is the list you wanted:", "See below."] {
            assert_eq!(lines_of(text), None, "{text}");
        }
        let wrapped =
            "We agreed on this.\nOn Mon, Jan 12, 2026 at 9:14 AM Jane <j@b.example> wrote:";
        assert_eq!(lines_of(wrapped), Some(3));
    }
}
