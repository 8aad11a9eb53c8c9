//! Subjects: what is left when answers, forwards, lists and tokens have added theirs.

use model::{CaseId, fold_text};

/// Marks of an answer, lower case, in the languages of common mailers.
const REPLY: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "odp",
    "ang",
    "ref",
    "rif",
    "r",
    "res",
    "resp",
    "rsp",
    "ynt",
    "yan",
    "bls",
    "vá",
    "atb",
    "blt",
    "回复",
    "回覆",
    "答复",
    "答覆",
    "返信",
    "답장",
    "отв",
    "ответ",
    "от",
    "απ",
    "σχετ",
    "תשובה",
    "השב",
    "رد",
    "ats",
    "atsakymas",
    "svar",
];

/// Marks of a forward, lower case.
const FORWARD: &[&str] = &[
    "fwd",
    "fw",
    "wg",
    "weitergeleitet",
    "tr",
    "rv",
    "enc",
    "i",
    "doorst",
    "vb",
    "vl",
    "pd",
    "fs",
    "továbbítás",
    "trs",
    "ilt",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "пересл",
    "пер",
    "hb",
    "πρθ",
    "הועבר",
    "إعادة توجيه",
    "redir",
    "továbbít",
    "lanjut",
    "terus",
    "rvs",
];

/// The subject as a thread key: without marks of answers and forwards in any language, without
/// list tags and case tokens of ours, folded. Empty if nothing is left.
pub fn normalize_subject(subject: &str) -> String {
    fold_text(&display_subject(subject))
}

/// The subject as a title: without marks of answers and forwards, list tags and case tokens of
/// ours, otherwise as written. Empty if nothing is left.
pub fn display_subject(subject: &str) -> String {
    let without_token = without_case_tokens(subject);
    let mut rest = without_token.trim();
    loop {
        let shorter = strip_mark(rest).map(|(_, rest)| rest).or_else(|| strip_tag(rest));
        match shorter {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    strip_trailing_forward(rest).to_owned()
}

/// Whether the outermost mark of `subject` says that the message was forwarded.
pub(crate) fn is_forward(subject: &str) -> bool {
    let mut rest = subject.trim();
    while let Some(shorter) = strip_tag(rest) {
        rest = shorter;
    }
    matches!(strip_mark(rest), Some((true, _))) || strip_trailing_forward(rest).len() < rest.len()
}

/// Takes one mark off the start: `Re:`, `RE[2]:`, `AW :`, `Fwd：`. Gives whether it was a
/// forward, and the rest.
fn strip_mark(text: &str) -> Option<(bool, &str)> {
    let colon = text.char_indices().take(24).find(|(_, c)| matches!(c, ':' | '：'))?;
    let (word, rest) = text.split_at(colon.0);
    let rest = rest.get(colon.1.len_utf8()..)?.trim_start();
    let word = word.trim_end();
    let word = word.split(['[', '(', '^', '*']).next().unwrap_or(word).trim_end();
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_lowercase();
    if REPLY.contains(&word.as_str()) {
        Some((false, rest))
    } else {
        FORWARD.contains(&word.as_str()).then_some((true, rest))
    }
}

/// Takes a list tag such as `[announce]` off the start, unless nothing would be left, or it holds
/// a number as a foreign ticket token does.
fn strip_tag(text: &str) -> Option<&str> {
    let (tag, rest) = text.strip_prefix('[')?.split_once(']')?;
    let rest = rest.trim_start();
    let is_list_name = tag.chars().count() <= 40
        && !tag.contains('[')
        && !tag.chars().any(|c| c.is_ascii_digit() || c == '#');
    (is_list_name && !rest.is_empty()).then_some(rest)
}

/// `Export fails (fwd)`.
fn strip_trailing_forward(text: &str) -> &str {
    let cut = text.len().saturating_sub(5);
    match text.get(cut..) {
        Some(end) if end.eq_ignore_ascii_case("(fwd)") => {
            text.get(..cut).unwrap_or_default().trim_end()
        }
        _ => text,
    }
}

fn without_case_tokens(subject: &str) -> String {
    let mut text = subject.to_owned();
    while let Some(id) = CaseId::find_token(&text) {
        let token = id.token();
        let Some(at) = text.find(token.trim_matches(['[', ']'])) else { break };
        let start = at - usize::from(text.get(..at).is_some_and(|t| t.ends_with('[')));
        let mut end = at + token.len() - 2;
        end += usize::from(text.get(end..).is_some_and(|t| t.starts_with(']')));
        text.replace_range(start..end, "");
    }
    text
}

/// Ticket tokens of other systems in `subject`, as written: `#4711`, `[#4711]`, `INC0012345`,
/// `ABC-123`, `Ticket 4711`. Our own case token is none of them.
pub fn foreign_tokens(subject: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut after_ticket_word = false;
    let text = without_case_tokens(subject);
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';')) {
        let bare = word.trim_matches(|c: char| {
            matches!(c, '[' | ']' | ':' | '.' | '!' | '?' | '<' | '>' | '"')
        });
        if bare.is_empty() {
            continue;
        }
        let number = bare.trim_start_matches('#');
        let is_number = number.len() >= 3 && number.bytes().all(|b| b.is_ascii_digit());
        let is_token =
            is_ticket_code(bare) || is_number && (bare.starts_with('#') || after_ticket_word);
        if is_token {
            let shown = if word.starts_with('[') && word.contains(']') {
                word.trim_end_matches(':')
            } else {
                bare
            };
            if !tokens.iter().any(|t| t == shown) {
                tokens.push(shown.to_owned());
            }
        }
        let folded = bare.trim_end_matches(['#', ':']).to_lowercase();
        after_ticket_word = is_ticket_word(&folded)
            || after_ticket_word && matches!(folded.as_str(), "no" | "nr" | "id" | "");
    }
    tokens
}

/// `INC0012345`, `CS0001234`, `ABC-123`, `BW-104022`: capitals, perhaps a hyphen, digits.
fn is_ticket_code(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = word.get(letters..).unwrap_or_default();
    let (digits, least) = match rest.strip_prefix('-') {
        Some(digits) => (digits, 2),
        None => (rest, 5),
    };
    (2..=10).contains(&letters)
        && digits.len() >= least
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && digits.bytes().next().is_some_and(|b| b.is_ascii_digit())
        && !matches!(
            word.get(..letters),
            Some("UTF" | "ISO" | "SHA" | "RFC" | "CVE" | "COVID" | "PO")
        )
}

fn is_ticket_word(word: &str) -> bool {
    matches!(
        word,
        "ticket"
            | "case"
            | "incident"
            | "request"
            | "anfrage"
            | "vorgang"
            | "demande"
            | "dossier"
            | "caso"
            | "chamado"
            | "zaak"
            | "melding"
            | "pedido"
            | "segnalazione"
            | "sr"
            | "issue"
            | "bug"
            | "tickets"
            | "ticketnummer"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_keeps_the_thread_of_its_question_in_every_language() {
        for subject in [
            "Export fails",
            "Re: Export fails",
            "RE: AW: Export  fails",
            "Fwd: Re[2]: Export fails",
            "[support] Re: [support] export fails",
            "Antw.: Export fails",
            "SV: VS: export fails",
            "回复：Export fails",
            "R: I: Export fails",
            "RE : TR : Export fails",
            "Export fails (fwd)",
            "Re: [WK-7F3K2-M9QAB] Export fails",
            "RE: Export fails WK-7F3K2-M9QAB",
        ] {
            assert_eq!(normalize_subject(subject), "export fails", "{subject}");
        }
    }

    #[test]
    fn words_that_look_like_marks_stay() {
        assert_eq!(normalize_subject("Reminder: pay"), "reminder: pay");
        assert_eq!(normalize_subject("[#4711] down"), "[#4711] down");
        assert_eq!(normalize_subject("Re:"), "");
        assert_eq!(normalize_subject("[list]"), "[list]");
    }

    #[test]
    fn a_forward_is_told_from_an_answer() {
        assert!(is_forward("WG: Export") && is_forward("[sup] FW: x") && is_forward("x (fwd)"));
        assert!(!is_forward("Re: Fwd: x") && !is_forward("Export"));
    }

    #[test]
    fn tickets_of_other_systems_are_seen() {
        assert_eq!(foreign_tokens("Re: [#4711] export INC0012345"), ["[#4711]", "INC0012345"]);
        assert_eq!(foreign_tokens("Ticket 98231: ABC-123, due 2026"), ["98231", "ABC-123"]);
        assert_eq!(foreign_tokens("[WK-7F3K2-M9QAB] hello 12345"), Vec::<String>::new());
        assert_eq!(foreign_tokens("Case No. 12345 and ISO-27001"), ["12345"]);
    }
}
