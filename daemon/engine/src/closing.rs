//! Messages that close a matter and ask for nothing: a thank-you, a confirmation, a "no need to reply".
//!
//! Deliberately narrow: what is not plainly a closing needs an answer, because a clock that runs
//! once too often is seen, and one that never starts is not.

/// The longest closing, in words.
const MOST_WORDS: usize = 40;

/// The longest closing, in bytes.
pub(crate) const MOST_BYTES: usize = 800;

/// Words (or their beginnings, with `*`) that thank or confirm.
const CLOSING: &str = "thank* thx cheers done accepted delighted legend agreed appreciate* solved resolved \
    fixed works working perfect great brilliant lovely received noted obliged dank* \
    vielen funktioniert gefunden geändert klappt läuft erledigt gelöst perfekt super \
    passt merci* parfait* fonctionne marche résolu* reçu gracias perfecto funciona \
    resuelto recibido grazie perfetto funziona risolto ricevuto bedankt dankjewel werkt \
    opgelost ontvangen prima obrigad* perfeito resolvido recebido tack takk tak kiitos \
    dzięk*";

/// Words that keep a matter open however friendly the rest is.
const OPEN: &str = "wrong fail* broken incorrect missing down stuck falsch fehlt kaputt please but \
    however still again not can't cannot doesn't don't didn't isn't won't need waiting \
    wait when why nothing yet until unless except only same another also problem error \
    urgent asap advance could would can bitte aber jedoch noch wieder nicht kein* warten \
    wann warum nichts fehler voraus können könnten trotzdem plaît plait mais encore \
    toujours pas quand pourquoi rien erreur avance attend* favor pero todavía aún cuando \
    cuándo nada espero antemano favore però ancora quando niente errore anticipo aspett* \
    alstublieft alsjeblieft maar nog weer niet geen wanneer waarom fout voorbaat mas \
    ainda não erro antecipadamente aguard*";

/// Phrases that say outright that no answer is wanted.
const NO_ANSWER: &[&str] = &[
    "no reply needed",
    "no further update needed",
    "no open questions",
    "no need to reply",
    "no answer needed",
    "no answer expected",
    "no action needed",
    "no action required",
    "nothing to do for you",
    "nothing to do on your side",
    "please ignore the",
    "please ignore my",
    "you can close",
    "please close",
    "for your information only",
    "fyi only",
    "keine antwort nötig",
    "keine antwort erforderlich",
    "kann geschlossen werden",
    "pas besoin de répondre",
    "no hace falta responder",
    "non serve rispondere",
    "geen antwoord nodig",
    "não é preciso responder",
];

/// Phrases that confirm.
const CONFIRMING: &[&str] = &["all good", "that did it", "ça marche", "alles gut", "todo bien"];

/// Whether `text`, the new text of a customer's message, asks for nothing.
pub(crate) fn closes(text: &str) -> bool {
    if text.contains('?') || text.contains('？') || text.len() > MOST_BYTES {
        return false;
    }
    let lower = text.to_lowercase().replace('’', "'");
    let folded = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    if NO_ANSWER.iter().any(|phrase| folded.contains(phrase)) {
        return true;
    }
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS + 1)
        .collect();
    words.len() <= MOST_WORDS
        && (words.iter().any(|word| listed(word, CLOSING))
            || CONFIRMING.iter().any(|phrase| folded.contains(phrase)))
        && !words.iter().any(|word| listed(word, OPEN))
}

fn listed(word: &str, list: &str) -> bool {
    list.split(' ').any(|entry| match entry.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == entry,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thank_you_starts_no_clock() {
        for text in [
            "Received with thanks and filed.\n\nRegards\nSam",
            "Done and works. Obrigada!",
            "Vielen Dank, jetzt läuft es.",
            "Logo is in. No reply needed.",
            "Merci beaucoup, tout fonctionne.",
        ] {
            assert!(closes(text), "{text}");
        }
    }

    #[test]
    fn politeness_around_a_request_hides_nothing() {
        for text in [
            "Thanks, but it still fails.",
            "Thanks for the file. Could you send the second one, too?",
            "Thank you in advance for the refund.",
            "Danke, leider nicht die richtige Datei.",
            "Thanks for nothing.",
            "The export fails, no rush.",
            "Done, and the totals are wrong.",
            "The export fails since Monday.",
            "",
        ] {
            assert!(!closes(text), "{text}");
        }
    }
}
