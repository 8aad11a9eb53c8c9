//! Lines that mailers put between an answer and the message they quote or forward.

/// What such a line starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    /// `-----Original Message-----`
    Original,
    /// `---------- Forwarded message ---------`, `Begin forwarded message:`
    Forwarded,
    /// A line of nothing but underscores or hyphens.
    Rule,
}

/// Texts between dashes above a quoted message, lower case.
const ORIGINAL: &[&str] = &[
    "original message",
    "original-nachricht",
    "originalnachricht",
    "ursprüngliche nachricht",
    "ursprüngliche mitteilung",
    "original e-mail",
    "original email",
    "original appointment",
    "reply message",
    "message d'origine",
    "message d’origine",
    "message original",
    "message initial",
    "mensaje original",
    "messaggio originale",
    "messaggio original",
    "oorspronkelijk bericht",
    "origineel bericht",
    "oorspronkelijke bericht",
    "mensagem original",
    "ursprungligt meddelande",
    "originalmeddelande",
    "oprindelig meddelelse",
    "original meddelelse",
    "oprindelig besked",
    "opprinnelig melding",
    "original melding",
    "alkuperäinen viesti",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "původní zpráva",
    "původní e-mail",
    "eredeti üzenet",
    "pôvodná správa",
    "mesaj original",
    "mesajul original",
    "исходное сообщение",
    "оригинальное сообщение",
    "orijinal mesaj",
    "özgün ileti",
    "αρχικό μήνυμα",
    "原始邮件",
    "原始郵件",
    "元のメッセージ",
    "원본 메시지",
    "הודעה מקורית",
    "الرسالة الأصلية",
    "urspr. nachricht",
];

/// Texts between dashes above a forwarded message, lower case.
const FORWARDED: &[&str] = &[
    "forwarded message",
    "forwarded by",
    "forwarded mail",
    "forwarded e-mail",
    "begin forwarded message",
    "start of forwarded message",
    "weitergeleitete nachricht",
    "weitergeleitet von",
    "anfang der weitergeleiteten nachricht",
    "message transféré",
    "message transmis",
    "courriel transféré",
    "début du message réexpédié",
    "début du message transféré",
    "transféré par",
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    "reenviado por",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "inoltrato da",
    "doorgestuurd bericht",
    "begin doorgestuurd bericht",
    "doorgestuurd door",
    "mensagem encaminhada",
    "mensagem reencaminhada",
    "início da mensagem reencaminhada",
    "início da mensagem encaminhada",
    "encaminhado por",
    "vidarebefordrat meddelande",
    "vidarebefordrat mail",
    "vidarebefordrat brev",
    "videresendt meddelelse",
    "videresendt besked",
    "start på videresendt besked",
    "videresendt melding",
    "videresendt e-post",
    "edelleenlähetetty viesti",
    "välitetty viesti",
    "välitetty viesti alkaa",
    "przekazana wiadomość",
    "wiadomość przekazana",
    "początek przekazywanej wiadomości",
    "přeposlaná zpráva",
    "továbbított üzenet",
    "preposlaná správa",
    "mesaj redirecționat",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "yönlendirilmiş mesaj",
    "iletilen ileti",
    "προωθημένο μήνυμα",
    "转发的邮件",
    "轉寄的郵件",
    "转发邮件",
    "転送されたメッセージ",
    "전달된 메시지",
    "הודעה שהועברה",
    "رسالة معاد توجيهها",
];

/// The marker that `line` is, if it is one.
pub(crate) fn find_marker(line: &str) -> Option<Marker> {
    let line = line.trim();
    let may_be = line.starts_with(is_dash) || line.ends_with([':', '：']);
    if !may_be || line.len() > 200 {
        return None;
    }
    let words = line.trim_matches(|c: char| is_dash(c) || c == ' ');
    let led = line.chars().take_while(|c| is_dash(*c)).count();
    if words.is_empty() {
        let rule = line.bytes().all(|b| b == b'_') && line.len() >= 10
            || line.bytes().all(|b| b == b'-') && line.len() >= 16;
        return rule.then_some(Marker::Rule);
    }
    let starts_message = words.ends_with(':') || words.ends_with('：');
    if led < 2 && !starts_message || words.len() > 150 {
        return None;
    }
    let words = words.trim_end_matches([':', '：', ' ', '\u{a0}']).to_lowercase();
    let is_one_of = |texts: &[&str]| texts.contains(&words.as_str());
    if is_one_of(FORWARDED) || led >= 2 && FORWARDED.iter().any(|t| names_forwarder(&words, t)) {
        return Some(Marker::Forwarded);
    }
    (led >= 2 && is_one_of(ORIGINAL)).then_some(Marker::Original)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '_' | '*' | '=' | '–' | '—' | '~' | '#')
}

/// Whether `line` ends the message that `marker` began: the same dashes without words, or a line
/// that says so.
pub(super) fn ends_message(line: &str, marker: &str) -> bool {
    let (line, marker) = (line.trim(), marker.trim());
    let dashes = marker.chars().take_while(|c| *c == '-').count();
    if dashes >= 4 && line.len() == dashes && line.bytes().all(|b| b == b'-') {
        return true;
    }
    let words = line.trim_matches(|c: char| is_dash(c) || c == ' ').to_lowercase();
    line.starts_with("--")
        && [
            "end forwarded message",
            "end of forwarded message",
            "ende der weitergeleiteten nachricht",
        ]
        .contains(&words.as_str())
}

/// Whether `words` are `text` followed by who forwarded and when: `forwarded by Jane on …`.
fn names_forwarder(words: &str, text: &str) -> bool {
    let with_name = text.ends_with(" by")
        || text.ends_with(" von")
        || text.ends_with(" par")
        || text.ends_with(" por")
        || text.ends_with(" da")
        || text.ends_with(" door")
        || text.ends_with("message");
    with_name && words.strip_prefix(text).is_some_and(|rest| rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_known_in_many_languages_and_plain_lines_are_none() {
        let original = [
            "-----Original Message-----",
            "-------- Ursprüngliche Nachricht --------",
            "----- Mensaje original -----",
        ];
        let forwarded = [
            "---------- Forwarded message ---------",
            "Begin forwarded message:",
            "Anfang der weitergeleiteten Nachricht:",
            "-------- Message transféré --------",
            "---------------------- Forwarded by Jane Doe/Sales/Acme on 01/05/2001 03:00 PM --",
        ];
        assert!(original.iter().all(|line| find_marker(line) == Some(Marker::Original)));
        assert!(forwarded.iter().all(|line| find_marker(line) == Some(Marker::Forwarded)));
        assert_eq!(find_marker("________________________________"), Some(Marker::Rule));
        for line in [
            "-- ",
            "- Original message",
            "The original message:",
            "* item *",
            "----",
            "Forwarded message",
        ] {
            assert_eq!(find_marker(line), None, "{line}");
        }
    }
}
