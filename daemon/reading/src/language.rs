//! Which of the languages that we have word lists for a text may be written in.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::token::Text;

/// The languages by their ISO 639-1 codes; a position here is a bit of [`Languages`].
pub const CODES: [&str; 7] = ["en", "de", "fr", "es", "it", "nl", "pt"];

/// A set of languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Languages(u8);

impl Languages {
    /// Every language.
    pub const ALL: Self = Self(0x7f);

    /// No language.
    pub(crate) const NONE: Self = Self(0);

    /// The language with this code; nothing if we do not know it.
    pub fn from_code(code: &str) -> Option<Self> {
        CODES.iter().position(|c| *c == code).map(|bit| Self(1 << bit))
    }

    /// Whether one of `other` is among these.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those that are among both.
    pub(crate) fn shared(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of either.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These but `other`.
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The codes of these languages.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        CODES.iter().enumerate().filter(move |(bit, _)| self.0 & (1 << bit) != 0).map(|(_, c)| *c)
    }

    /// The languages whose small words are frequent in `text`; all of them if too few are seen.
    ///
    /// A word that several languages share counts less for each.
    pub(crate) fn of(text: &Text<'_>) -> Self {
        let mut scores = [0_u32; CODES.len()];
        for token in text.tokens() {
            let Some(mask) = SMALL_WORDS.get(text.folded(token)) else { continue };
            let share = 12 / mask.count_ones();
            for (bit, score) in scores.iter_mut().enumerate() {
                if mask & (1 << bit) != 0 {
                    *score += share;
                }
            }
        }
        let best = scores.iter().copied().max().unwrap_or(0);
        if best < 24 {
            return Self::ALL;
        }
        let held = scores.iter().enumerate().filter(|(_, score)| **score * 5 >= best * 2);
        Self(held.fold(0, |mask, (bit, _)| mask | 1 << bit))
    }
}

/// Whether `word` (folded) is a small word of some language, which says nothing of its own.
pub(crate) fn is_small_word(word: &str) -> bool {
    SMALL_WORDS.contains_key(word)
}

/// Small words by language, folded.
const WORDS: [(&str, &str); 7] = [
    (
        "en",
        "the of and to is you that it for on are with as was be this have from or had by but what \
         we when your can said there use each which do how if will up about out them then she \
         would these so has her two him see could no make than been its who did get may our any \
         please thanks hi hello my me us i am not in at",
    ),
    (
        "de",
        "der die das und ist ich nicht sie es wir mit den zu auf ein eine einen dem des fur von \
         im sich auch als noch wie bei uns ihnen ihr aber oder wenn haben hat wird bitte am bis \
         nach sind war kann konnen zum zur dass vielen dank hallo guten mir mich schon nur unsere \
         unser unserer kein keine",
    ),
    (
        "fr",
        "le la les des et est je nous vous une un du que qui dans pour pas sur avec ce cette son \
         sont plus par mais ou au aux de en ne il elle votre vos notre nos ont avons avez etre \
         bonjour merci cordialement toujours deja tres bien comme sans fait si c d l n j qu",
    ),
    (
        "es",
        "el la los las de que y en un una es no se por con para su lo como mas pero sus le ya o \
         este esta si porque cuando muy sin sobre tambien me hasta hay donde quien desde todo nos \
         durante todos les ni contra otros ese eso hola gracias buenos dias usted ustedes nuestro \
         nuestra tenemos al del",
    ),
    (
        "it",
        "il lo la i gli le di che e un una in per non con si da come piu ma al dei della delle \
         del nel nella sono ho abbiamo ha anche se mi ci vi questo questa suo sua grazie \
         buongiorno salve cordiali saluti ancora quando stato essere nostro nostra vostro perche \
         alla dal sul",
    ),
    (
        "nl",
        "de het een en van ik te dat die in is niet op aan met als voor had er maar om hem dan zou \
         of wat mijn dit zo door over ze bij ook tot je uit der daar naar heb hoe heeft hebben deze \
         u uw nog zal wij we ons onze geen wel graag alvast bedankt goedemorgen beste kunnen kunt \
         wordt zijn was",
    ),
    (
        "pt",
        "o a os as de que e do da em um uma para com nao por mais dos das se no na como mas ao ele \
         seu sua ou quando muito nos ja eu tambem so pelo pela ate isso ela entre depois sem mesmo \
         aos seus quem nas me esse eles voce essa nem suas meu minha temos bom dia ola obrigado \
         obrigada cumprimentos ainda esta estamos foi",
    ),
];

static SMALL_WORDS: LazyLock<FxHashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    for (bit, (_, list)) in WORDS.iter().enumerate() {
        for word in list.split_whitespace() {
            *words.entry(word).or_insert(0) |= 1 << bit;
        }
    }
    words
});

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Vec<&'static str> {
        Text::read(source).languages().codes().collect()
    }

    #[test]
    fn a_german_pas_is_not_a_french_negation() {
        let read = [
            ("de", "Wir haben das noch nicht bekommen, bitte prüfen Sie es."),
            ("fr", "Je n'ai pas encore reçu le fichier que vous avez promis."),
            ("en", "We have not seen the file that you promised to send us."),
            ("es", "Todavía no tenemos el archivo que nos prometieron para hoy."),
            ("it", "Non abbiamo ancora ricevuto il file che ci avete promesso."),
            ("nl", "We hebben het bestand dat u ons had beloofd nog niet."),
            ("pt", "Ainda não recebemos o ficheiro que nos prometeram para hoje."),
        ];
        for (code, source) in read {
            let found = of(source);
            assert!(found.contains(&code) && found.len() <= 2, "{source}: {found:?}");
            assert_eq!(found.contains(&"fr"), code == "fr", "{source}: {found:?}");
        }
    }

    #[test]
    fn two_words_are_of_any_language() {
        assert_eq!(of("Hello??").len(), CODES.len());
    }
}
