//! The header block that mailers write above a quoted or forwarded message, in many languages:
//! `From: … Sent: … To: … Subject: …`.

use std::{collections::HashMap, sync::LazyLock};

/// A header as such a block names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    From,
    Date,
    To,
    Cc,
    Subject,
    Other,
}

const FROM: &[&str] = &[
    "from",
    "von",
    "de",
    "da",
    "van",
    "från",
    "fra",
    "lähettäjä",
    "od",
    "odesílatel",
    "feladó",
    "от",
    "от кого",
    "发件人",
    "寄件者",
    "差出人",
    "보낸 사람",
    "expéditeur",
    "remitente",
    "mittente",
    "afzender",
    "absender",
    "avsändare",
    "afsender",
    "gönderen",
    "kimden",
    "από",
    "от:",
    "מאת",
    "من",
    "kuriam",
    "nuo",
    "de la",
    "od koho",
    "saatja",
];
const DATE: &[&str] = &[
    "sent",
    "date",
    "gesendet",
    "datum",
    "envoyé",
    "enviado",
    "enviado el",
    "enviada em",
    "enviado em",
    "enviada",
    "data",
    "inviato",
    "verzonden",
    "skickat",
    "sendt",
    "dato",
    "lähetetty",
    "päivämäärä",
    "päiväys",
    "pvm",
    "wysłano",
    "wysłane",
    "odesláno",
    "elküldve",
    "dátum",
    "дата",
    "отправлено",
    "发送时间",
    "日期",
    "寄件日期",
    "日時",
    "送信日時",
    "보낸 날짜",
    "fecha",
    "gönderme tarihi",
    "gönderildi",
    "tarih",
    "ημερομηνία",
    "στάλθηκε",
    "date d'envoi",
    "trimis",
    "odoslané",
    "sendt den",
    "datum/uhrzeit",
    "נשלח",
    "sent on",
    "date and time",
    "fecha de envío",
];
const TO: &[&str] = &[
    "to",
    "an",
    "à",
    "a",
    "para",
    "aan",
    "till",
    "til",
    "vastaanottaja",
    "do",
    "komu",
    "címzett",
    "кому",
    "收件人",
    "收件者",
    "宛先",
    "받는 사람",
    "destinataire",
    "destinatario",
    "destinatário",
    "kime",
    "alıcı",
    "προς",
    "pour",
    "către",
    "אל",
    "empfänger",
    "mottagare",
    "modtager",
];
const CC: &[&str] = &[
    "cc",
    "kopie",
    "copie",
    "kopia",
    "kopi",
    "cópia",
    "копия",
    "抄送",
    "副本",
    "dw",
    "másolatot kap",
    "bcc",
    "cci",
    "cco",
    "bilgi",
    "参照",
    "참조",
    "copia",
    "kopie (cc)",
    "c.c",
    "κοιν",
];
const SUBJECT: &[&str] = &[
    "subject",
    "betreff",
    "objet",
    "asunto",
    "oggetto",
    "onderwerp",
    "assunto",
    "ämne",
    "emne",
    "aihe",
    "temat",
    "předmět",
    "predmet",
    "tárgy",
    "тема",
    "主题",
    "主旨",
    "件名",
    "제목",
    "konu",
    "θέμα",
    "subiect",
    "נושא",
    "re",
    "sujet",
    "vedr",
];
const OTHER: &[&str] = &[
    "importance",
    "wichtigkeit",
    "priority",
    "attachments",
    "attachment",
    "anlagen",
    "anhänge",
    "pièces jointes",
    "reply-to",
    "antwort an",
    "répondre à",
    "responder a",
    "message-id",
    "organization",
    "organisation",
    "datos adjuntos",
    "allegati",
    "bijlagen",
    "anexos",
    "bilagor",
    "vedhæftede filer",
    "vedlegg",
    "liitteet",
    "sensitivity",
    "urgence",
    "prioridad",
    "prioriteit",
    "prioridade",
    "priorität",
    "newsgroups",
    "sender",
    "return-path",
    "user-agent",
    "x-mailer",
];

static LABELS: LazyLock<HashMap<&str, Label>> = LazyLock::new(|| {
    let tables = [
        (OTHER, Label::Other),
        (SUBJECT, Label::Subject),
        (CC, Label::Cc),
        (TO, Label::To),
        (DATE, Label::Date),
        (FROM, Label::From),
    ];
    tables
        .into_iter()
        .flat_map(|(names, label)| names.iter().map(move |name| (*name, label)))
        .collect()
});

/// Headers that a block may have.
const MAX_FIELDS: usize = 16;
/// Lines that a block may have, folded recipients included.
const MAX_LINES: usize = 60;

/// A header block: which lines it takes, and what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HeaderBlock {
    /// Lines from its first on, up to the first of the message that it heads.
    pub len: usize,
    /// Values in the order of the block.
    pub fields: Vec<(Label, String)>,
}

impl HeaderBlock {
    /// The first value of `label`.
    pub fn get(&self, label: Label) -> Option<&str> {
        self.fields.iter().find(|(l, _)| *l == label).map(|(_, value)| value.as_str())
    }

    /// Whether it says enough to be one. A form may have a From, a To and a date of its own
    /// (`From: Kiel, To: Malmö`); so it takes a subject, or a sender with an address.
    fn is_complete(&self, after_marker: bool) -> bool {
        let has = |label| self.get(label).is_some();
        let from = self.get(Label::From);
        let sent = has(Label::Date) || has(Label::To);
        if after_marker {
            return from.is_some() && (sent || has(Label::Subject));
        }
        match from {
            Some(from) => sent && (has(Label::Subject) || from.contains('@') && has(Label::Date)),
            None => has(Label::Date) && has(Label::To) && has(Label::Subject),
        }
    }
}

/// Splits `Label: value`, with the decorations that conversion from HTML leaves.
pub(crate) fn labelled(line: &str) -> Option<(Label, &str)> {
    let line = line.trim_start_matches([' ', '\t', '*', '\u{a0}', '|']);
    let window = line.get(..line.floor_char_boundary(48)).unwrap_or(line);
    let colon = window.find([':', '：'])?;
    let (name, value) = line.split_at(colon);
    let value =
        value.trim_start_matches([':', '：']).trim_start_matches(['*', ' ', '\t', '\u{a0}']);
    let name = name.trim_matches([' ', '\t', '*', '\u{a0}', '_']);
    if name.is_empty() || name.chars().count() > 20 {
        return None;
    }
    let name = name.to_lowercase();
    let label = *LABELS.get(name.as_str())?;
    Some((label, value.trim_end()))
}

/// Reads the header block at the start of `lines`, if there is one. `after_marker` says that a
/// line above announces it, so that less is enough.
pub(crate) fn read(lines: &[&str], after_marker: bool) -> Option<HeaderBlock> {
    let mut block = HeaderBlock::default();
    let mut blank = 0;
    for (at, line) in lines.iter().take(MAX_LINES).enumerate() {
        if line.trim().is_empty() {
            blank += 1;
            if blank > 1 {
                break;
            }
            continue;
        }
        match labelled(line) {
            Some((Label::Other, _)) if block.fields.is_empty() => return None,
            // A second From starts another block, or is a line of the message; so with the others.
            Some((label, _)) if label != Label::Other && block.get(label).is_some() => break,
            Some(_) if block.fields.len() >= MAX_FIELDS => break,
            Some((_, _)) if blank > 0 && block.get(Label::Subject).is_some() => break,
            Some((label, value)) => {
                block.fields.push((label, value.to_owned()));
                block.len = at + 1;
            }
            None if blank > 0 || block.fields.is_empty() => break,
            None => {
                // A folded list of recipients, or a folded subject.
                let (label, value) = block.fields.last_mut()?;
                if !matches!(label, Label::To | Label::Cc | Label::Subject | Label::Other) {
                    break;
                }
                value.push(' ');
                value.push_str(line.trim());
                block.len = at + 1;
            }
        }
        blank = 0;
    }
    block.is_complete(after_marker).then_some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Option<HeaderBlock> {
        read(&text.lines().collect::<Vec<_>>(), false)
    }

    #[test]
    fn header_blocks_are_read_in_the_language_of_the_mailer() {
        for text in [
            "From: A <a@b.example>\nSent: Monday\nTo: c\nSubject: x\n\nHi",
            "*From:* A\n\n*Sent:* Monday\n\n*To:* c\n\n*Subject:* x\n\nHi",
            "Von: A\nGesendet: Montag\nAn: c;\n d\nBetreff: x\n\nHi",
            "De : A\nEnvoyé : lundi\nÀ : c\nObjet : x\n\nHi",
            "Da: A\nInviato: lunedì\nA: c\nOggetto: x\n\nHi",
            "Van: A\nVerzonden: maandag\nAan: c\nOnderwerp: x\n\nHi",
            "Fra: A\nSendt: mandag\nTil: c\nEmne: x\n\nHi",
        ] {
            let block = block(text).expect(text);
            assert_eq!(block.get(Label::Subject), Some("x"), "{text}");
            assert_eq!(text.lines().nth(block.len + 1), Some("Hi"), "{text}");
        }
    }

    #[test]
    fn a_list_with_colons_is_no_header_block() {
        assert_eq!(block("From: Monday\nwe are closed\n\nTo: all"), None);
        assert_eq!(block("Note: a\nDate: b"), None);
        assert_eq!(block("From: Kiel\nTo: Malmö\nDate: 12 January\nPallets: 40"), None);
    }
}
