//! Lines that software adds below a letter: of phones, mailing lists, virus scanners.

use std::sync::LazyLock;

use super::phrasebook::Phrasebook;

/// Starts of lines that phones and programs add, lower case.
const MOBILE: &[&str] = &[
    "sent from my ",
    "sent from mail for windows",
    "sent from outlook",
    "sent from yahoo",
    "sent from proton",
    "sent with proton",
    "sent via ",
    "sent from a mobile",
    "sent from samsung",
    "sent on the go",
    "sent from gmail mobile",
    "get outlook for ",
    "get bluemail for",
    "sent using ",
    "sent from blackberry",
    "von meinem ",
    "von meinem iphone gesendet",
    "gesendet von ",
    "gesendet mit ",
    "diese nachricht wurde von meinem",
    "holen sie sich outlook",
    "outlook für ios beziehen",
    "envoyé de mon ",
    "envoyé depuis ",
    "envoyé à partir de ",
    "obtenez outlook pour",
    "télécharger outlook pour",
    "enviado desde mi ",
    "enviado desde ",
    "enviado de mi ",
    "obtener outlook para",
    "inviato da ",
    "inviato dal mio ",
    "ottieni outlook per",
    "verzonden vanaf mijn ",
    "verstuurd vanaf mijn ",
    "verzonden met ",
    "verzonden vanuit ",
    "outlook voor ios downloaden",
    "enviado do meu ",
    "enviado a partir do",
    "enviado pelo meu",
    "obter o outlook para",
    "obtenha o outlook para",
    "skickat från min ",
    "skickat från ",
    "hämta outlook för",
    "sendt fra min ",
    "sendt fra ",
    "hent outlook til",
    "få outlook for",
    "skaff deg outlook",
    "lähetetty iphonesta",
    "lähetetty ",
    "hanki outlook",
    "wysłane z ",
    "wysłano z ",
    "pobierz aplikację outlook",
    "odesláno z ",
    "отправлено с ",
    "iphone'umdan gönderildi",
    "iphone から送信",
    "iphoneから送信",
    "发自我的",
    "從我的",
    "나의 iphone에서 보냄",
];

/// What a mobile footer names.
const DEVICES: &[&str] = &[
    "iphone",
    "ipad",
    "android",
    "phone",
    "handy",
    "smartphone",
    "galaxy",
    "samsung",
    "huawei",
    "nokia",
    "blackberry",
    "mobile",
    "mobil",
    "outlook",
    "yahoo",
    "proton",
    "windows",
    "mail",
    "tablet",
    "gsm",
    "treo",
    "palm",
    "htc",
    "pixel",
    "xiaomi",
    "nexus",
    "motorola",
    "device",
    "gerät",
    "aquamail",
    "nine",
    "telefon",
    "téléphone",
    "telefoon",
    "puhelin",
    "móvil",
    "cellulare",
    "telemóvel",
    "celular",
    "mobiel",
];

/// Starts of lines that lists and scanners add, lower case.
const ADDED: &[&str] = &[
    "you received this message because you",
    "you are receiving this because",
    "you are receiving this email because",
    "to unsubscribe from this",
    "to unsubscribe, ",
    "to unsubscribe send",
    "to view this discussion on the web",
    "to view this discussion visit",
    "reply to this email directly or view it on",
    "visit this group at",
    "for more options, visit",
    "more majordomo info at",
    "this email has been checked for viruses",
    "this email was scanned by",
    "this message has been scanned",
    "diese e-mail wurde von avast",
    "diese e-mail wurde auf viren",
    "cet e-mail a été vérifié",
    "este correo electrónico ha sido comprobado",
    "virus-free. www.",
    "virenfrei.www.",
    "do you yahoo!?",
    "get your free ",
    "join the world",
    "send and receive",
    "unsubscribe:",
    "manage your subscription",
    "mailing list:",
    "yahoo! groups",
    "list archive:",
    "scanned by ",
    "msn photos is the easiest",
    "chat with friends online",
    "protect your pc",
    "express yourself instantly",
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Footer {
    Mobile,
    Added,
}

static FOOTERS: LazyLock<Phrasebook<Footer>> = LazyLock::new(|| {
    let mobile = MOBILE.iter().map(|start| (*start, Footer::Mobile));
    Phrasebook::new(mobile.chain(ADDED.iter().map(|start| (*start, Footer::Added))))
});

/// Whether `line` is one that software added.
pub(super) fn is_footer(line: &str) -> bool {
    let line = line.trim_start_matches(['-', '*', '_', ' ', '>', '[', '(', '<']);
    if line.len() > 200 {
        return false;
    }
    let lower = line.to_lowercase();
    FOOTERS.starting(&lower).any(|(start, footer)| {
        footer == Footer::Added
            || lower.strip_prefix(start).is_some_and(|rest| names_device(start, rest))
    })
}

/// Whether the device is named at once; what follows may ask to excuse typing errors.
fn names_device(start: &str, rest: &str) -> bool {
    let named: String = rest.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    let named = named.split([',', '.']).next().unwrap_or_default();
    DEVICES.iter().any(|device| named.contains(device) || start.contains(device))
}

/// Whether `line` is the rule that list software draws above what it adds.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 5
        && ["_", "-", "=", "~"]
            .iter()
            .any(|c| line.trim_matches(|l: char| c.contains(l)).is_empty())
}

/// Whether `text`, what stands below a rule, is of a mailing list.
pub(super) fn is_list_text(text: &str) -> bool {
    let lower = text.to_lowercase();
    let about_list = [
        "mailing list",
        "mailman/listinfo",
        "unsubscribe",
        "listinfo",
        "list-",
        "-users",
        "/lists/",
    ];
    lower.len() < 1_200
        && (lower.contains("http") || lower.contains('@') || lower.contains("www."))
        && about_list.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_of_phones_and_lists_are_known() {
        for line in [
            "Sent from my iPhone",
            "Von meinem iPhone gesendet",
            "Envoyé de mon iPad",
            "Get Outlook for iOS",
            "Enviado desde mi iPhone",
            "Inviato da iPhone",
            "Verzonden vanaf mijn iPhone",
            "Sent from my Verizon Wireless BlackBerry",
            "Skickat från min Samsung Galaxy-smartphone.",
            "You received this message because you are subscribed to the group.",
            "Sent from my mobile. Please excuse brevity and typos.",
        ] {
            assert!(is_footer(line), "{line}");
        }
        for line in [
            "Sent from my desk, and I am cross",
            "Sent to you yesterday",
            "Sent from my desk, much easier than my phone",
            "Enviado ayer por correo",
        ] {
            assert!(!is_footer(line), "{line}");
        }
    }
}
