//! What a subject tells of its thread.

use std::{collections::HashSet, sync::LazyLock};

use super::card::{Mark, Word};

/// What remains of a subject without marks of answers, tickets and automatic mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Subject {
    /// Folded; empty if nothing remains.
    pub(super) key: String,
    /// Whether a mark of an answer or a forward stood before it.
    pub(super) is_answer: bool,
    /// Words that tell one matter from another, ascending. None: the subject is generic.
    pub(super) words: Vec<Word>,
    /// Whether it takes an earlier message back ("please ignore ...").
    pub(super) takes_back: bool,
}

/// What automatic mail puts before the subject that it answers.
const AUTOMATIC: &str = "auto; automatic reply; auto reply; auto-reply; autoreply; out of office; out of the \
    office; ooo; abwesend; abwesenheit; abwesenheitsnotiz; automatische antwort; réponse \
    automatique; absence; absent; absent du bureau; respuesta automática; fuera de la \
    oficina; risposta automatica; fuori sede; automatisch antwoord; afwezig; resposta \
    automática; ausente; frånvaro; automatiskt svar; autosvar; automatisk svar; \
    automaattinen vastaus; poissa; automatyczna odpowiedź; undeliverable; undelivered; \
    unzustellbar; non remis; returned mail; delivery failure; read; gelesen; not read; \
    accepted; declined; tentative; zugesagt; abgesagt; accepté; aceptado; accettato; \
    geaccepteerd";

/// Words that say nothing about the matter, in the languages that the rules know: articles,
/// greetings, what every other subject says, months and days.
static GENERIC: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("generic_words.txt").split_whitespace().collect());

/// Words that take an earlier message back.
const TAKES_BACK: &str = "ignore disregard recall retract retraction correction ignorieren gegenstandslos \
    korrektur rückruf ignorer ignorez rectificatif ignorar ignore-o corrección ignorate \
    ignorare correzione negeren negeer correctie desconsidere desconsiderar correção mistake \
    versehentlich endex";

impl Subject {
    /// Reads `subject`; `tokens` are the ticket tokens of other systems in it.
    pub(super) fn read(subject: &str, tokens: &[String]) -> Self {
        let mut text = subject.to_owned();
        for token in tokens {
            text = text.replace(token.as_str(), " ");
        }
        let text = text.replace("[]", " ");
        let mut key = mail::normalize_subject(&text);
        let mut is_answer = is_marked(&text);
        while let Some(rest) = without_automatic(&key) {
            is_answer = true;
            key = mail::normalize_subject(rest);
        }
        let pieces = || key.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut words: Vec<Word> = pieces().filter(|word| is_telling(word)).map(Word::of).collect();
        words.sort_unstable();
        words.dedup();
        let takes_back = pieces().any(|word| TAKES_BACK.split(' ').any(|known| known == word));
        Self { key, is_answer, words, takes_back }
    }

    /// What a case is found by within its scope; nothing for a generic subject.
    pub(super) fn mark(&self) -> Option<Mark> {
        (!self.words.is_empty()).then(|| Mark::of("subject", &self.key))
    }
}

/// Whether the subject begins with a mark of an answer or forward, behind list tags if any.
fn is_marked(text: &str) -> bool {
    let trimmed = text.trim_start();
    trimmed.find([':', '：']).is_some_and(|colon| {
        let end = colon + trimmed[colon..].chars().next().map_or(1, char::len_utf8);
        mail::normalize_subject(&trimmed[..end]).is_empty()
    })
}

/// What automatic mail answers: `out of office: export fails`, `out of office re: export fails`.
fn without_automatic(key: &str) -> Option<&str> {
    let whole = ["undelivered mail returned to sender", "delivery status notification (failure)"];
    if let Some(found) = whole.iter().find(|text| key.starts_with(*text)) {
        return Some(key[found.len()..].trim_start_matches([':', '-', ' ']));
    }
    let colon = key.find([':', '：'])?;
    let head = key[..colon].trim_end();
    let rest = key[colon..].trim_start_matches([':', '：', ' ']);
    if is_automatic(head) {
        return Some(rest);
    }
    // `out of office re: x`: the mark of the answer stands within the head.
    let (automatic, mark) = head.rsplit_once(' ')?;
    let is_mark = mail::normalize_subject(&format!("{mark}:")).is_empty();
    (is_mark && is_automatic(automatic)).then_some(rest)
}

fn is_automatic(head: &str) -> bool {
    AUTOMATIC.split("; ").any(|known| known == head)
}

fn is_telling(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if digits == word.len() {
        // Numbers tell only where they are no day, year or time.
        return digits > 4 || (digits == 4 && !word.starts_with("19") && !word.starts_with("20"));
    }
    word.chars().count() >= 3 && !GENERIC.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(subject: &str) -> Subject {
        Subject::read(subject, &mail::foreign_tokens(subject))
    }

    #[test]
    fn marks_tickets_and_automatic_prefixes_leave_the_matter() {
        for subject in [
            "Export fails at night",
            "Re: [BW-90417] Export fails at night",
            "[BW-90417] Export fails at night",
            "Automatic reply: Re: Export fails at night",
            "Out of office Re: Export fails at night",
            "Réponse automatique : Re: Export fails at night",
            "Abwesend: AW: Export fails at night",
        ] {
            assert_eq!(read(subject).key, "export fails at night", "{subject}");
        }
        assert!(read("RE: export").is_answer && read("[list] Re: export").is_answer);
        assert!(!read("Export: fails").is_answer && !read("export").is_answer);
    }

    #[test]
    fn a_subject_that_everybody_writes_ties_nothing() {
        for subject in
            ["", "Re:", "Invoice", "Question", "Monthly report March 2026", "Hello!", "Hi"]
        {
            assert_eq!(read(subject).mark(), None, "{subject}");
        }
        for subject in ["Invoice 471188", "Gateway timeout", "Question about handhelds"] {
            assert!(read(subject).mark().is_some(), "{subject}");
        }
    }
}
