//! Words that close a letter.

use std::sync::LazyLock;

use super::{phrasebook::Phrasebook, sender::Sender};

/// How surely a line closes the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// `Best regards,`: nothing else begins so.
    Sure,
    /// `Thanks,`: closes if a name follows.
    Perhaps,
}

/// Lower case, without punctuation at the end. A name, a place or another closing may follow.
const SURE: &[&str] = &[
    "regards",
    "best regards",
    "kind regards",
    "warm regards",
    "warmest regards",
    "kindest regards",
    "best wishes",
    "with best regards",
    "with kind regards",
    "with warm regards",
    "with regards",
    "with best wishes",
    "rgds",
    "brgds",
    "sincerely",
    "yours sincerely",
    "sincerely yours",
    "yours truly",
    "yours faithfully",
    "faithfully yours",
    "respectfully",
    "respectfully yours",
    "cordially",
    "kind greetings",
    "best greetings",
    "greetings from",
    "all the best",
    "many regards",
    "yours",
    "warmly",
    "cheerio",
    "kr",
    "br",
    "best",
    "with appreciation",
    "mit freundlichen grüßen",
    "mit freundlichen grüssen",
    "mit freundlichen gruessen",
    "mit freundlichem gruß",
    "mit freundlichem gruss",
    "freundliche grüße",
    "freundliche grüsse",
    "freundlicher gruß",
    "viele grüße",
    "viele grüsse",
    "beste grüße",
    "beste grüsse",
    "liebe grüße",
    "liebe grüsse",
    "schöne grüße",
    "schöne grüsse",
    "herzliche grüße",
    "herzliche grüsse",
    "mit besten grüßen",
    "mit besten grüssen",
    "mit herzlichen grüßen",
    "mit lieben grüßen",
    "mit vielen grüßen",
    "gruß",
    "gruss",
    "grüße",
    "grüsse",
    "mfg",
    "lg",
    "vg",
    "hochachtungsvoll",
    "mit besten empfehlungen",
    "es grüßt",
    "servus",
    "grüezi",
    "cordialement",
    "bien cordialement",
    "très cordialement",
    "bien à vous",
    "bien à toi",
    "salutations",
    "sincères salutations",
    "meilleures salutations",
    "salutations distinguées",
    "avec mes meilleures salutations",
    "amicalement",
    "cdlt",
    "cdt",
    "bien sincèrement",
    "respectueusement",
    "veuillez agréer",
    "je vous prie d'agréer",
    "je vous prie d’agréer",
    "veuillez recevoir",
    "saludos",
    "un saludo",
    "saludos cordiales",
    "cordiales saludos",
    "un cordial saludo",
    "atentamente",
    "atte",
    "cordialmente",
    "un abrazo",
    "abrazos",
    "saludos atentos",
    "muy atentamente",
    "quedo atento",
    "quedo atenta",
    "cordiali saluti",
    "distinti saluti",
    "saluti",
    "un saluto",
    "cari saluti",
    "un cordiale saluto",
    "i migliori saluti",
    "met vriendelijke groet",
    "met vriendelijke groeten",
    "vriendelijke groet",
    "vriendelijke groeten",
    "groet",
    "groeten",
    "groetjes",
    "hartelijke groet",
    "hartelijke groeten",
    "met hartelijke groet",
    "mvg",
    "hoogachtend",
    "atenciosamente",
    "cumprimentos",
    "com os melhores cumprimentos",
    "melhores cumprimentos",
    "os melhores cumprimentos",
    "com cumprimentos",
    "abraço",
    "abraços",
    "um abraço",
    "saudações",
    "att",
    "respeitosamente",
    "med vänlig hälsning",
    "med vänliga hälsningar",
    "vänlig hälsning",
    "vänliga hälsningar",
    "hälsningar",
    "hälsning",
    "mvh",
    "bästa hälsningar",
    "med venlig hilsen",
    "venlig hilsen",
    "de bedste hilsner",
    "bedste hilsner",
    "med venlige hilsner",
    "med vennlig hilsen",
    "vennlig hilsen",
    "hilsen",
    "beste hilsen",
    "hilsner",
    "vh",
    "terveisin",
    "ystävällisin terveisin",
    "parhain terveisin",
    "terv",
    "yst terv",
    "t",
    "pozdrawiam",
    "z poważaniem",
    "z wyrazami szacunku",
    "serdecznie pozdrawiam",
    "pozdrowienia",
    "serdeczności",
    "s pozdravem",
    "s přátelským pozdravem",
    "üdvözlettel",
    "tisztelettel",
    "с уважением",
    "с наилучшими пожеланиями",
    "saygılarımla",
    "iyi çalışmalar",
    "cu stimă",
    "με εκτίμηση",
    "lep pozdrav",
    "lugupidamisega",
    "pagarbiai",
    "ar cieņu",
];

const PERHAPS: &[&str] = &[
    "thanks",
    "thank you",
    "many thanks",
    "thanks a lot",
    "thanks in advance",
    "thanks again",
    "thank you again",
    "thanks so much",
    "thank you so much",
    "thank you very much",
    "thanks very much",
    "thank you in advance",
    "with thanks",
    "thx",
    "ta",
    "cheers",
    "thanks and regards",
    "thanks & regards",
    "thanks/regards",
    "much appreciated",
    "talk soon",
    "take care",
    "peace",
    "love",
    "hope this helps",
    "hth",
    "danke",
    "danke schön",
    "vielen dank",
    "besten dank",
    "herzlichen dank",
    "danke und gruß",
    "danke im voraus",
    "vielen dank im voraus",
    "dank und gruß",
    "merci",
    "merci d'avance",
    "merci beaucoup",
    "avec mes remerciements",
    "bonne journée",
    "gracias",
    "muchas gracias",
    "gracias de antemano",
    "mil gracias",
    "grazie",
    "grazie mille",
    "a presto",
    "buona giornata",
    "bedankt",
    "alvast bedankt",
    "dank",
    "dank je",
    "dank u",
    "hartelijk dank",
    "obrigado",
    "obrigada",
    "muito obrigado",
    "muito obrigada",
    "grato",
    "grata",
    "tack",
    "tack på förhand",
    "tusen tack",
    "tak",
    "mange tak",
    "på forhånd tak",
    "takk",
    "kiitos",
    "kiitos etukäteen",
    "dziękuję",
    "dzięki",
    "děkuji",
    "díky",
    "köszönöm",
    "спасибо",
    "teşekkürler",
];

static CLOSINGS: LazyLock<Phrasebook<Closing>> = LazyLock::new(|| {
    let sure = SURE.iter().map(|phrase| (*phrase, Closing::Sure));
    Phrasebook::new(sure.chain(PERHAPS.iter().map(|phrase| (*phrase, Closing::Perhaps))))
});

/// Words that join two closings.
const JOINTS: &[&str] =
    &["and", "&", "und", "et", "y", "e", "en", "och", "og", "ja", "i", "/", "|", "with", "mit"];

/// Whether `line` closes the letter that `sender` wrote.
pub(super) fn closing(line: &str, sender: &Sender) -> Option<Closing> {
    let line = line.trim().trim_start_matches(['-', '–', '—', '*', '_', ' ']);
    if line.is_empty() || line.len() > 100 {
        return None;
    }
    let lower = line.to_lowercase();
    let (closing, len) = longest_start(&lower)?;
    let rest = line.get(len..)?;
    let bare = rest.trim_start_matches([
        ',', '.', '!', ';', ':', '-', '–', '—', ' ', '/', '|', '*', '_', '\u{a0}',
    ]);
    if bare.is_empty() {
        return Some(closing);
    }
    goes_on(rest, bare, closing, sender)
}

/// The longest closing that `line`, in lower case, starts with as whole words, and its length.
fn longest_start(line: &str) -> Option<(Closing, usize)> {
    CLOSINGS
        .starting(line)
        .filter(|(phrase, _)| {
            line.get(phrase.len()..).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        })
        .map(|(phrase, closing)| (closing, phrase.len()))
        .max_by_key(|(_, len)| *len)
}

/// Whether what follows a closing on its line belongs to it: a second closing, the sender's name,
/// a place, the polite end of a French letter.
fn goes_on(rest: &str, bare: &str, closing: Closing, sender: &Sender) -> Option<Closing> {
    let words: Vec<&str> = bare.split_whitespace().collect();
    if sender.is_name(bare) || sender.starts(bare) {
        return Some(Closing::Sure);
    }
    let joined =
        words.split_first().filter(|(first, _)| JOINTS.contains(&first.to_lowercase().as_str()));
    if let Some((_, second)) = joined
        && !second.is_empty()
        && let Some(second) = self::closing(&second.join(" "), sender)
    {
        return Some(if second == Closing::Sure { second } else { closing });
    }
    if rest.trim_start().starts_with(['/', '|'])
        && let Some(second) = self::closing(bare, sender)
    {
        return Some(second);
    }
    let lower = bare.to_lowercase();
    let from_place =
        ["from ", "aus ", "de ", "da ", "van ", "från ", "fra ", "z ", "uit ", "vom ", "nach "];
    let place = words.len() <= 4
        && from_place.iter().any(|word| lower.starts_with(word))
        && !bare.ends_with(['?', '!']);
    let formal = rest.contains("salutations")
        || rest.contains("considération")
        || rest.contains("l'expression");
    let capital = words.len() <= 3
        && rest.starts_with(',')
        && words.iter().all(|word| word.starts_with(char::is_uppercase))
        && !bare.ends_with(['?', '!', '.']);
    match closing {
        Closing::Sure if place || formal || capital => Some(Closing::Sure),
        Closing::Perhaps if capital && words.len() <= 2 => Some(Closing::Perhaps),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Address;

    fn check(line: &str) -> Option<Closing> {
        let from = Address { name: "Jane Doe".into(), email: "jane@b.example".into() };
        closing(line, &Sender::new(&from))
    }

    #[test]
    fn closings_are_known_in_many_languages() {
        for line in [
            "Best regards,",
            "Kind regards",
            "Mit freundlichen Grüßen / Kind regards",
            "Viele Grüße aus Berlin",
            "Cordialement,",
            "Saludos",
            "Met vriendelijke groet,",
            "Best regards, Jane Doe",
            "Thanks and best regards,",
            "Thanks, Jane",
            "Melhores cumprimentos",
            "Med vänliga hälsningar",
            "Best,",
            "Pozdrawiam",
        ] {
            assert_eq!(check(line), Some(Closing::Sure), "{line}");
        }
        assert_eq!(check("Thanks!"), Some(Closing::Perhaps));
        assert_eq!(check("Vielen Dank"), Some(Closing::Perhaps));
    }

    #[test]
    fn sentences_that_begin_like_a_closing_are_none() {
        for line in [
            "Thanks for the update, it works now",
            "Best would be a call tomorrow",
            "Regards the invoice as paid",
            "Thanks, that is what I needed",
            "Gracias por la respuesta",
            "Merci de me rappeler demain",
            "Saluti a tutti i colleghi del team",
        ] {
            assert_eq!(check(line), None, "{line}");
        }
    }
}
