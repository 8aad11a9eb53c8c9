//! Order and contract numbers with check digits.
//!
//! An order is ten digits, the last of which checks the others by Luhn's rule (ISO/IEC 7812-1); it
//! may be written in groups: `40 1234 5674`. A contract begins with two letters and has eight to
//! twenty letters and digits in all, the last two of which check the others by ISO 7064
//! MOD 97-10: `SC-2026-0042-31`. A telephone number or a sum has no check digits, so chance alone
//! lets one in ten (order) or one in ninety-seven (contract) through; a word that announces the
//! number raises the confidence.

use watchkeeper_plugin::{Message, Passage, Value};

watchkeeper_plugin::field!(find);

const ORDER_DIGITS: usize = 10;
const CONTRACT: std::ops::RangeInclusive<usize> = 8..=20;
/// Words before a number that announce it.
const ANNOUNCING: [&str; 9] =
    ["order", "contract", "bestell", "auftrag", "vertrag", "commande", "contrat", "pedido", "ref"];
/// How many bytes before a number such a word may stand.
const NEAR: usize = 30;

fn find(message: Message) -> Result<Vec<Value>, String> {
    let mut values = Vec::new();
    for passage in message.new_text() {
        for run in runs(&passage.text) {
            values.extend(value(&passage, run));
        }
    }
    values.truncate(50);
    Ok(values)
}

/// A stretch of letters and digits with single spaces, dots, hyphens or slashes within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    start: usize,
    end: usize,
}

fn value(passage: &Passage, Run { start, end }: Run) -> Option<Value> {
    let written = &passage.text[start..end];
    let plain: String = written.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_uppercase();
    let field = if is_order(&plain) {
        "order"
    } else if is_contract(&plain) {
        "contract"
    } else {
        return None;
    };
    let before = passage.text[..start].to_lowercase();
    let near = before.len().saturating_sub(NEAR);
    let near = (near..=before.len()).find(|at| before.is_char_boundary(*at)).unwrap_or_default();
    let announced = ANNOUNCING.iter().any(|word| before[near..].contains(word));
    let confidence = match (field, announced) {
        (_, true) => 0.99,
        ("contract", false) => 0.9,
        _ => 0.6,
    };
    Some(Value {
        field: field.to_owned(),
        value: plain,
        span: passage.span(start, end),
        confidence,
    })
}

/// The stretches that could be a number: words of capitals and digits, and the groups after them.
fn runs(text: &str) -> Vec<Run> {
    let bytes = text.as_bytes();
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !starts(bytes, at) {
            at += 1;
            continue;
        }
        let mut end = word_end(bytes, at);
        while let Some(next) = group_after(bytes, end) {
            end = next;
        }
        runs.push(Run { start: at, end });
        at = end;
    }
    runs
}

/// Whether a word of capitals and digits begins here.
fn starts(bytes: &[u8], at: usize) -> bool {
    let free = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] >= 0x80);
    free && (bytes[at].is_ascii_digit() || bytes[at].is_ascii_uppercase()) && is_code(bytes, at)
}

/// Whether the word from here on has capitals and digits alone and ends in no other letter.
fn is_code(bytes: &[u8], at: usize) -> bool {
    let end = word_end(bytes, at);
    end > at && bytes.get(end).is_none_or(|next| !next.is_ascii_lowercase() && *next < 0x80)
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    let code = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    at + bytes[at..].iter().take_while(|byte| code(byte)).count()
}

/// The end of a group that goes on behind one separator, if it has a digit.
fn group_after(bytes: &[u8], end: usize) -> Option<usize> {
    let next = end + 1;
    let joined = matches!(bytes.get(end)?, b' ' | b'-' | b'/' | b'.') && next < bytes.len();
    if !joined || !is_code(bytes, next) {
        return None;
    }
    let group = word_end(bytes, next);
    bytes[next..group].iter().any(u8::is_ascii_digit).then_some(group)
}

fn is_order(plain: &str) -> bool {
    plain.len() == ORDER_DIGITS && plain.bytes().all(|b| b.is_ascii_digit()) && luhn(plain)
}

fn is_contract(plain: &str) -> bool {
    let letters = plain.bytes().take_while(u8::is_ascii_uppercase).count();
    CONTRACT.contains(&plain.len())
        && letters == 2
        && plain[plain.len() - 2..].bytes().all(|b| b.is_ascii_digit())
        && mod_97(plain)
}

/// Luhn's rule: every second digit from the right is doubled, its digits are added, and the sum of
/// all is a multiple of ten.
fn luhn(digits: &str) -> bool {
    let digit = |(place, byte): (usize, u8)| {
        let digit = u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    let sum: u32 = digits.bytes().rev().enumerate().map(digit).sum();
    sum % 10 == 0 && digits.bytes().any(|b| b != b'0')
}

/// ISO 7064 MOD 97-10 with A as 10 up to Z as 35: the number leaves 1 when divided by 97.
fn mod_97(text: &str) -> bool {
    let remainder = text.bytes().fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    remainder == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_digit_is_no_order_number() {
        let right = "4012345674";
        let right =
            (0..10).map(|d| format!("401234567{d}")).find(|n| luhn(n)).unwrap_or(right.into());
        for place in 0..10 {
            for digit in b'0'..=b'9' {
                let mut typed = right.clone().into_bytes();
                if typed[place] == digit {
                    continue;
                }
                typed[place] = digit;
                assert!(!luhn(&String::from_utf8(typed).unwrap()));
            }
        }
    }

    #[test]
    fn check_digits_of_the_standards_examples_hold() {
        assert!(luhn("79927398713"), "the usual example of Luhn's rule");
        assert!(mod_97("3214282912345698765432161182"), "GB82WEST12345698765432 as digits");
    }

    #[test]
    fn groups_are_one_number_and_words_are_none() {
        let text = "Order 40 1234 5670, Tel. and I. NOW";
        let runs: Vec<&str> = runs(text).iter().map(|r| &text[r.start..r.end]).collect();
        assert_eq!(runs, ["40 1234 5670", "I", "NOW"]);
    }
}
