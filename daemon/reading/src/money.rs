//! Amounts of money: `$38,000`, `EUR 1.200`, `450 000 rand`, `41 k€`.

use crate::token::{Text, Token};

/// An amount of money in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Byte offset of its first character, the sign of its currency included.
    pub start: u32,
    /// Byte offset behind its last character.
    pub end: u32,
}

/// Signs of currencies that stand at a number.
const SIGNS: [char; 7] = ['$', '€', '£', '¥', '₹', '₽', '₩'];

/// Words for currencies, folded; they stand before or behind the number.
const CURRENCIES: &str = "usd eur gbp chf sek nok dkk mxn zar inr jpy krw brl cad aud nzd pln czk huf ron sgd hkd cny aed sar \
    ars clp cop pen uyu php idr thb myr try ils ngn kes ghs egp \
    dollar dollars buck bucks euro euros pound pounds quid franc francs franken rand rands peso pesos real reais rupee \
    rupees yen won yuan kronor kroner krone krona kronen crown crowns zloty forint lira naira shilling shillings cedi cedis \
    pence cent cents";

/// Words that make a number larger, folded.
const SCALES: &str = "k m mn mio bn thousand thousands million millions billion lakh lakhs crore crores tausend millionen \
    milliarden mille mil millon millones millions milioni mila miljoen duizend milhoes milhao";

/// Words between a number and its currency: `dos millones de pesos`.
const LINKS: &str = "de di of";

/// Every amount of money in `text`, in order.
pub fn find(text: &Text<'_>) -> Vec<Amount> {
    let tokens = text.tokens();
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match amount(text, at) {
            Some((amount, next)) => {
                found.push(amount);
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// The amount whose number begins at the token `at`, and the token behind it.
fn amount(text: &Text<'_>, at: usize) -> Option<(Amount, usize)> {
    let tokens = text.tokens();
    let token = &tokens[at];
    let glued = rand_before_digits(text.written(token));
    if !token.number && !glued {
        return None;
    }
    let source = text.source();
    let before = source[..token.start as usize].trim_end_matches(' ');
    let sign = before.chars().next_back().filter(|c| SIGNS.contains(c));
    let named = at.checked_sub(1).map(|p| &tokens[p]).filter(|word| {
        word.sentence == token.sentence
            && one_of(CURRENCIES, text.folded(word))
            && close(text, word, token)
    });
    let mut last = at;
    while let Some(next) = tokens.get(last + 1) {
        let grouped =
            next.number && next.end - next.start == 3 && text.between(&tokens[last], next) == " ";
        let scaled = one_of(SCALES, text.folded(next)) && close(text, &tokens[last], next);
        if !grouped && !scaled {
            break;
        }
        last += 1;
    }
    let behind = source[tokens[last].end as usize..].trim_start_matches([' ', '\u{a0}']);
    let mut end = tokens[last].end;
    let mut next = last + 1;
    let mut shown = glued || sign.is_some() || named.is_some();
    if let Some(mark) = behind.chars().next().filter(|c| SIGNS.contains(c)) {
        end = (source.len() - behind.len() + mark.len_utf8()) as u32;
        shown = true;
    } else if let Some(word) = tokens.get(next).filter(|word| {
        word.sentence == token.sentence
            && currency_behind(text.folded(word))
            && close(text, &tokens[last], word)
    }) {
        end = word.end;
        next += 1;
        shown = true;
    }
    if !shown
        && let [link, currency, ..] = tokens.get(next..).unwrap_or_default()
        && one_of(LINKS, text.folded(link))
        && currency.sentence == token.sentence
        && one_of(CURRENCIES, text.folded(currency))
    {
        end = currency.end;
        next += 2;
        shown = true;
    }
    let start = match (sign, named) {
        (Some(sign), _) => (before.len() - sign.len_utf8()) as u32,
        (None, Some(word)) => word.start,
        (None, None) => token.start,
    };
    shown.then_some((Amount { start, end }, next))
}

/// `R450`: rand are written so.
fn rand_before_digits(written: &str) -> bool {
    let digits = written.strip_prefix('R').unwrap_or_default();
    digits.len() >= 2 && digits.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.')
}

/// A currency, or one with its scale: `k€` is two signs, `keur` one word.
fn currency_behind(word: &str) -> bool {
    one_of(CURRENCIES, word) || word.strip_prefix('k').is_some_and(|rest| one_of(CURRENCIES, rest))
}

fn one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// Whether two neighbours stand with nothing but a space between.
fn close(text: &Text<'_>, left: &Token, right: &Token) -> bool {
    text.between(left, right).chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, wanted: &[&str]) {
        let text = Text::read(source);
        let found: Vec<&str> =
            find(&text).iter().map(|a| &source[a.start as usize..a.end as usize]).collect();
        assert_eq!(found, wanted, "{source}");
    }

    #[test]
    fn amounts_are_found_as_people_of_every_country_write_them() {
        check("It costs us $38,000 and £81,640 more.", &["$38,000", "£81,640"]);
        check("a fine of 250 euro for each, EUR 6.200 in all", &["250 euro", "EUR 6.200"]);
        check("a penalty of R450 000 a day", &["R450 000"]);
        check("41 k€ per month, 1.900 millones de pesos", &["41 k€", "1.900 millones de pesos"]);
        check("about £38k an hour; MXN 2,314,508 higher", &["£38k", "MXN 2,314,508"]);
    }

    #[test]
    fn a_count_a_date_or_a_version_is_no_amount() {
        check("412 rows since 2.4 on 12 May, page 2,566, room R2D2", &[]);
    }
}
