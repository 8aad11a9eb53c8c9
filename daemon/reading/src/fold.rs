//! Folding of letters: lower case, and the plain letter below an accent.

use unicode_normalization::{UnicodeNormalization, char::decompose_canonical};

/// Appends `word` to `into` in lower case and without accents; says whether it held a letter
/// outside ASCII.
pub(crate) fn plain(word: &str, into: &mut String) -> bool {
    if word.is_ascii() {
        let from = into.len();
        into.push_str(word);
        into[from..].make_ascii_lowercase();
        return false;
    }
    let mut foreign = false;
    for c in word.chars().flat_map(char::to_lowercase) {
        foreign |= !c.is_ascii() && !matches!(c, '’' | 'ʼ');
        match c {
            '’' | 'ʼ' => into.push('\''),
            'ß' => into.push_str("ss"),
            'æ' => into.push_str("ae"),
            'œ' => into.push_str("oe"),
            'ø' => into.push('o'),
            'ł' => into.push('l'),
            c if c.is_ascii() => into.push(c),
            c => decompose_canonical(c, |part| {
                if !is_accent(part) {
                    into.push(part);
                }
            }),
        }
    }
    foreign
}

/// `word` in lower case with its accents, composed.
pub(crate) fn accented(word: &str) -> String {
    word.nfc().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }).collect()
}

/// Combining marks of the Latin scripts.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(word: &str) -> String {
        let mut into = String::new();
        plain(word, &mut into);
        into
    }

    #[test]
    fn a_word_typed_without_accents_is_still_the_word() {
        assert_eq!(folded("DÉJÀ"), "deja");
        assert_eq!(folded("Größe"), "grosse");
        assert_eq!(folded("e\u{301}tat"), "etat");
        assert_eq!(accented("E\u{301}TAT"), "état");
    }
}
