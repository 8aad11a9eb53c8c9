//! Reading header fields: raw bytes to text, addresses and message ids.

use std::borrow::Cow;

use mail_parser::{Header, HeaderValue, parsers::MessageStream};
use model::Address;

use crate::{charset, words};

/// Addresses kept of one header; a list of thousands says nothing more about a case.
const MAX_ADDRESSES: usize = 1_000;
/// Message ids kept of one header: the last ones are the nearest ancestors.
const MAX_IDS: usize = 200;

/// The header fields of one message, in their order, still as bytes.
pub(crate) struct Fields<'a> {
    fields: Vec<(&'a str, &'a [u8])>,
}

impl<'a> Fields<'a> {
    /// The fields that `headers` locate in `raw`.
    pub fn new(raw: &'a [u8], headers: &'a [Header<'a>]) -> Self {
        let value = |h: &Header<'_>| raw.get(h.offset_start as usize..h.offset_end as usize);
        let fields = headers.iter().map(|h| (h.name(), value(h).unwrap_or_default())).collect();
        Self { fields }
    }

    /// The bytes of the first field `name`.
    pub fn raw(&self, name: &str) -> Option<&'a [u8]> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The bytes of all fields `name`.
    fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.fields.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| *v)
    }

    /// Whether there is a field `name`.
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The first field `name` as one line of text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(text_of)
    }

    /// The first field `name` without decoding, lower case, for comparing with keywords.
    pub fn keyword(&self, name: &str) -> String {
        let raw = self.raw(name).unwrap_or_default();
        String::from_utf8_lossy(raw.trim_ascii()).to_ascii_lowercase()
    }

    /// The addresses of all fields `name`, groups flattened.
    pub fn addresses(&self, name: &str) -> Vec<Address> {
        let mut found = Vec::new();
        for raw in self.all(name) {
            read_addresses(raw, &mut found);
        }
        found
    }

    /// The message ids of the field `name`, without angle brackets.
    pub fn ids(&self, name: &str) -> Vec<String> {
        let mut ids = self.all(name).flat_map(ids_of).collect::<Vec<_>>();
        ids.drain(..ids.len().saturating_sub(MAX_IDS));
        ids
    }
}

/// A header value as one line: 8-bit bytes decoded, encoded words decoded, unfolded.
pub(crate) fn text_of(raw: &[u8]) -> String {
    let text = readable(raw);
    one_line(&words::decode_words(&text))
}

/// The bytes of a header value as text; those that are no UTF-8 are decoded by their look, as
/// nothing declares their character set.
fn readable(raw: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => charset::detect(raw).text,
    }
}

/// White space around line breaks becomes one space, other control characters too.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut broken = false;
    for c in text.trim().chars() {
        if matches!(c, '\r' | '\n') {
            broken = true;
        } else if broken && c.is_whitespace() {
        } else {
            if broken {
                line.truncate(line.trim_end().len());
                line.push(' ');
                broken = false;
            }
            line.push(if c.is_control() { ' ' } else { c });
        }
    }
    line
}

fn read_addresses(raw: &[u8], found: &mut Vec<Address>) {
    let text = readable(raw);
    let mut text = words::join_words(&text);
    // The parser looks at the line break that ends a header.
    if !text.ends_with('\n') {
        text.to_mut().push('\n');
    }
    let before = found.len();
    match MessageStream::new(text.as_bytes()).parse_address() {
        HeaderValue::Address(mail_parser::Address::List(list)) => {
            found.extend(list.iter().filter_map(address_of));
        }
        HeaderValue::Address(mail_parser::Address::Group(groups)) => {
            found.extend(groups.iter().flat_map(|g| &g.addresses).filter_map(address_of));
        }
        _ => {}
    }
    found.truncate(MAX_ADDRESSES);
    if let [only] = found.get_mut(before..).unwrap_or_default()
        && only.email.is_empty()
        && let Some(address) = obscured_address(&text)
    {
        *only = address;
    }
}

fn address_of(parsed: &mail_parser::Addr<'_>) -> Option<Address> {
    let mut name = one_line(parsed.name.as_deref().unwrap_or_default());
    let mut email: String = parsed.address.as_deref().unwrap_or_default().to_lowercase();
    email.retain(|c| !c.is_whitespace() && !c.is_control());
    let email =
        email.trim_matches(|c| matches!(c, '<' | '>' | ',' | ';')).trim_start_matches("mailto:");
    if !email.contains('@') && name.is_empty() {
        email.clone_into(&mut name);
    }
    let quoted = |c| matches!(c, '\'' | '"');
    if name.starts_with(quoted) && name.ends_with(quoted) {
        name = name.trim_matches(quoted).into();
    }
    let email = if email.contains('@') { email.to_owned() } else { String::new() };
    if name.eq_ignore_ascii_case(&email) {
        name.clear();
    }
    let address = Address { name, email };
    (!address.name.is_empty() || !address.email.is_empty()).then_some(address)
}

/// An address as list archives obscure it: `jane at host.example (Jane Doe)`.
fn obscured_address(text: &str) -> Option<Address> {
    let (local, rest) = text.trim().split_once(" at ")?;
    let (domain, name) = rest.split_once(' ').unwrap_or((rest, ""));
    let word = |w: &str| !w.is_empty() && !w.contains(|c: char| c.is_whitespace() || c == '@');
    if !word(local) || !word(domain) || !domain.contains('.') {
        return None;
    }
    let name = words::decode_words(name.trim().trim_start_matches('(').trim_end_matches(')'));
    Some(Address {
        name: one_line(&name),
        email: format!("{local}@{}", domain.trim_end_matches(',')).to_lowercase(),
    })
}

/// The addresses in a header block of quoted text, as mailers show them: `Jane Doe
/// [mailto:jane@host.example]`, `Doe, Jane; Roe, Richard`.
pub(crate) fn loose_addresses(text: &str) -> Vec<Address> {
    let text: String =
        text.chars().filter(|c| !matches!(c, '*' | '"' | '\u{a0}')).take(4_000).collect();
    let text = text.replace("[mailto:", "<").replace("<mailto:", "<").replace(']', ">");
    // A comma parts a name from a given name where addresses are parted otherwise.
    let by_semicolon = text.contains(';');
    let parts: Vec<&str> = if by_semicolon || text.matches('@').count() <= 1 {
        text.split(';').collect()
    } else {
        text.split(',').collect()
    };
    parts.into_iter().filter_map(loose_address).collect()
}

fn loose_address(text: &str) -> Option<Address> {
    let mut email = "";
    let mut name = text.trim();
    // Notes: `Jane Doe/Sales/Acme@Acme`.
    let notes =
        name.split_once('/').filter(|(name, rest)| !name.contains('@') && !rest.contains('.'));
    if let Some((person, _)) = notes {
        name = person;
    } else if let Some(at) = name.find('@') {
        let separates =
            |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | '[');
        let start = name.get(..at)?.rfind(separates).map_or(0, |i| i + 1);
        let end = name.get(at..)?.find(separates).map_or(name.len(), |i| at + i);
        email = name.get(start..end)?;
        name = name.get(..start)?;
    }
    let name = name.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | '\'')
    });
    let address = Address { name: one_line(name), email: email.trim_matches('.').to_lowercase() };
    (!address.name.is_empty() || !address.email.is_empty()).then_some(address)
}

/// The message ids in a header value: what stands in angle brackets, or else words with an `@`.
fn ids_of(raw: &[u8]) -> Vec<String> {
    let text = readable(raw);
    let mut ids = Vec::new();
    let mut rest = &*text;
    while let Some((_, on)) = rest.split_once('<') {
        let Some((id, after)) = on.split_once('>') else { break };
        // A bracket that was never closed swallows the next one.
        let id = id.rsplit('<').next().unwrap_or(id);
        push_id(&mut ids, id);
        rest = after;
    }
    if ids.is_empty() {
        let words = text.split(|c: char| c.is_whitespace() || c == ',');
        words.filter(|word| word.contains('@')).for_each(|word| push_id(&mut ids, word));
    }
    ids
}

fn push_id(ids: &mut Vec<String>, id: &str) {
    let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let id = id.trim_matches(|c| matches!(c, '<' | '>' | '"' | ';' | ','));
    if !id.is_empty() && id.len() <= 998 && !ids.iter().any(|known| known == id) {
        ids.push(id.to_owned());
    }
}

/// The Message-ID of a header value; nothing if it is unusable.
pub(crate) fn message_id(raw: &[u8]) -> Option<String> {
    if let Some(id) = ids_of(raw).into_iter().next() {
        return Some(id);
    }
    let text = text_of(raw);
    let mut words = text.split_whitespace();
    let only = words.next().filter(|_| words.next().is_none())?;
    let only = only.trim_matches(|c| matches!(c, '<' | '>'));
    (!only.is_empty() && only.len() <= 998).then(|| only.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(raw: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        read_addresses(raw, &mut found);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn addresses_are_read_whatever_their_form() {
        let check = |raw: &str, want: &[&str]| assert_eq!(addresses(raw.as_bytes()), want, "{raw}");
        check("Jane Doe <Jane@B.example>", &["Jane Doe <jane@b.example>"]);
        check(
            "\"Doe, Jane\" <j@b.example>, k@b.example\r\n",
            &["Doe, Jane <j@b.example>", "k@b.example"],
        );
        check(
            "team: a@b.example, B <c@b.example>;, d@b.example",
            &["a@b.example", "B <c@b.example>", "d@b.example"],
        );
        check("undisclosed-recipients:;", &[]);
        check("j@b.example (Jane Doe)", &["Jane Doe <j@b.example>"]);
        check("jane at b.example (Jane Doe)", &["Jane Doe <jane@b.example>"]);
        check("=?utf-8?q?J=C3?= =?utf-8?q?=B6rg?= <j@b.example>", &["Jörg <j@b.example>"]);
        check("'j@b.example' <j@b.example>", &["j@b.example"]);
        check("Nobody", &["Nobody"]);
    }

    #[test]
    fn a_raw_eight_bit_name_is_readable() {
        assert_eq!(addresses(b"J\xf6rg M\xfcller <j@b.example>"), ["Jörg Müller <j@b.example>"]);
        assert_eq!(text_of(b" Gr\xfc\xdfe aus\r\n\t K\xf6ln \r\n"), "Grüße aus Köln");
    }

    #[test]
    fn addresses_of_quoted_header_blocks_are_read() {
        let check = |text: &str, want: &[&str]| {
            let found: Vec<String> =
                loose_addresses(text).iter().map(ToString::to_string).collect();
            assert_eq!(found, want, "{text}");
        };
        check("Jane Doe <jane@b.example>", &["Jane Doe <jane@b.example>"]);
        check("Doe, Jane [mailto:Jane@b.example]", &["Doe, Jane <jane@b.example>"]);
        check("Doe, Jane; Roe, Richard", &["Doe, Jane", "Roe, Richard"]);
        check("a@b.example, C D <c@d.example>", &["a@b.example", "C D <c@d.example>"]);
        check(
            "*Jane Doe* <jane@b.example <mailto:jane@b.example>>",
            &["Jane Doe <jane@b.example>"],
        );
        check("Jane Doe", &["Jane Doe"]);
        check("Jane Doe/ACME@acmeGate on 10/02/2001 07:37 PM", &["Jane Doe"]);
    }

    #[test]
    fn message_ids_survive_sloppy_software() {
        let ids = |raw: &str| ids_of(raw.as_bytes());
        assert_eq!(ids("<a@b> <c d@e>\r\n <a@b>"), ["a@b", "cd@e"]);
        assert_eq!(ids("<broken <a@b>"), ["a@b"]);
        assert_eq!(ids("a@b, c@d"), ["a@b", "c@d"]);
        assert_eq!(ids("Your message of Monday"), Vec::<String>::new());
        assert_eq!(message_id(b" <>\r\n"), None);
        assert_eq!(message_id(b" local-only-id\r\n").as_deref(), Some("local-only-id"));
    }
}
