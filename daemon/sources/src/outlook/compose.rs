//! From Outlook's properties to a message (RFC 5322, RFC 2045 to 2047).

use data_encoding::BASE64;
use encoding_rs::WINDOWS_1252;
use jiff::{Timestamp, tz::TimeZone};

use super::item::{
    BODY, CONTENT_ID, CREATED, DATA, DELIVERED, DISPLAY_NAME, EMAIL, HEADERS, HTML, IN_REPLY_TO,
    Item, LONG_NAME, MESSAGE_ID, METHOD, MIME_TAG, Properties, RECIPIENT_TYPE, REFERENCES, RTF,
    SENDER_EMAIL, SENDER_NAME, SENDER_SMTP, SENT_FOR_EMAIL, SENT_FOR_NAME, SENT_FOR_SMTP,
    SHORT_NAME, SMTP, SUBJECT, SUBMITTED,
};

/// Messages within messages within messages that are written.
const DEEPEST: usize = 8;
/// Characters in one encoded word (RFC 2047 allows 75 bytes with its frame).
const WORD: usize = 42;

/// Header fields that say how a body is written: ours is written anew.
const OF_BODY: &[&str] =
    &["content-type", "content-transfer-encoding", "mime-version", "content-disposition"];

/// The message, in the same bytes at every call.
pub fn message(item: &Item) -> Vec<u8> {
    let mut out = String::new();
    header(item, &mut out);
    out.push_str("MIME-Version: 1.0\r\n");
    body(item, DEEPEST, &mut out);
    out.into_bytes()
}

fn header(item: &Item, out: &mut String) {
    let of = &item.properties;
    let page = of.page();
    let travelled = of.text(HEADERS, page).map(|text| kept(&text)).unwrap_or_default();
    out.push_str(&travelled);
    let has = |name: &str| {
        let begins = |line: &str| {
            line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                && line[name.len()..].trim_start().starts_with(':')
        };
        travelled.lines().any(begins)
    };
    if !has("from") {
        let from = sender(of);
        if !from.is_empty() {
            out.push_str(&format!("From: {from}\r\n"));
        }
    }
    for (name, kind) in [("To", 1), ("Cc", 2), ("Bcc", 3)] {
        if has(name) {
            continue;
        }
        let all: Vec<String> = item
            .recipients
            .iter()
            .filter(|one| one.number(RECIPIENT_TYPE).unwrap_or(1) & 0xf == kind)
            .map(|one| recipient(one, page))
            .filter(|address| !address.is_empty())
            .collect();
        if !all.is_empty() {
            out.push_str(&format!("{name}: {}\r\n", all.join(",\r\n ")));
        }
    }
    if !has("subject")
        && let Some(subject) = of.text(SUBJECT, page)
    {
        out.push_str(&format!("Subject: {}\r\n", words(bare_subject(&subject))));
    }
    let at = [SUBMITTED, DELIVERED, CREATED].into_iter().find_map(|id| of.time(id));
    if !has("date")
        && let Some(stamp) = at.and_then(|at| Timestamp::from_second(at.seconds()).ok())
    {
        let date = stamp.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000");
        out.push_str(&format!("Date: {date}\r\n"));
    }
    for (name, id) in
        [("Message-ID", MESSAGE_ID), ("In-Reply-To", IN_REPLY_TO), ("References", REFERENCES)]
    {
        if !has(name)
            && let Some(value) = of.text(id, page)
        {
            out.push_str(&format!("{name}: {}\r\n", one_line(&value)));
        }
    }
}

/// The header as it travelled, without what its body was written by and without what is no field.
fn kept(text: &str) -> String {
    let mut kept = String::new();
    let mut keeping = false;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            if kept.is_empty() {
                continue;
            }
            break;
        }
        if line.starts_with([' ', '\t']) {
            if keeping {
                kept.push_str(&format!("{line}\r\n"));
            }
            continue;
        }
        let name = line.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
        let plain = name.bytes().all(|b| b.is_ascii_graphic());
        keeping = line.contains(':') && plain && !name.is_empty() && !OF_BODY.contains(&&*name);
        if keeping {
            kept.push_str(&format!("{line}\r\n"));
        }
    }
    kept
}

fn sender(of: &Properties) -> String {
    let page = of.page();
    let first = |ids: [u16; 4]| -> Option<String> {
        ids.into_iter().filter_map(|id| of.text(id, page)).find(|text| text.contains('@'))
    };
    let name = of.text(SENT_FOR_NAME, page).or_else(|| of.text(SENDER_NAME, page));
    let email = first([SENT_FOR_SMTP, SENT_FOR_EMAIL, SENDER_SMTP, SENDER_EMAIL]);
    address(name.as_deref(), email.as_deref())
}

fn recipient(of: &Properties, page: &'static encoding_rs::Encoding) -> String {
    let email = [SMTP, EMAIL].into_iter().filter_map(|id| of.text(id, page));
    let email = email.into_iter().find(|text| text.contains('@'));
    address(of.text(DISPLAY_NAME, page).as_deref(), email.as_deref())
}

/// A mailbox; inside an organisation people may have no address that mail could go to.
fn address(name: Option<&str>, email: Option<&str>) -> String {
    let email: Option<String> =
        email.map(|email| email.chars().filter(char::is_ascii_graphic).collect());
    let name = name.map(one_line).filter(|name| !name.is_empty());
    let name = name.filter(|name| Some(name) != email.as_ref());
    match (name, email) {
        (Some(name), Some(email)) => format!("{} <{email}>", phrase(&name)),
        (None, Some(email)) => format!("<{email}>"),
        (Some(name), None) => format!("{} <>", phrase(&name)),
        (None, None) => String::new(),
    }
}

fn phrase(name: &str) -> String {
    if name.is_ascii() {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        words(name)
    }
}

/// Text of a header: plain, or as encoded words.
fn words(text: &str) -> String {
    let text = one_line(text);
    if text.bytes().all(|b| (32..127).contains(&b)) && !text.contains("=?") && text.len() < 900 {
        return text;
    }
    let mut encoded = Vec::new();
    let mut chunk = String::new();
    for c in text.chars() {
        if chunk.len() + c.len_utf8() > WORD {
            encoded.push(std::mem::take(&mut chunk));
        }
        chunk.push(c);
    }
    encoded.push(chunk);
    let word = |chunk: String| format!("=?utf-8?B?{}?=", BASE64.encode(chunk.as_bytes()));
    encoded.into_iter().map(word).collect::<Vec<_>>().join("\r\n ")
}

/// The subject without the two characters by which stores mark where its prefix ends.
fn bare_subject(subject: &str) -> &str {
    match subject.strip_prefix('\u{1}') {
        Some(rest) => rest.char_indices().nth(1).map_or("", |(at, _)| &rest[at..]),
        None => subject,
    }
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// The body with its own header fields.
fn body(item: &Item, depth: usize, out: &mut String) {
    let attached: Vec<String> =
        item.attachments.iter().filter_map(|file| attachment(file, depth)).collect();
    let mut text = String::new();
    alternatives(item, &mut text);
    if attached.is_empty() {
        out.push_str(&text);
        return;
    }
    let parts: Vec<String> = std::iter::once(text).chain(attached).collect();
    multipart("mixed", &parts, out);
}

fn alternatives(item: &Item, out: &mut String) {
    let of = &item.properties;
    let html = match of.bytes(HTML) {
        Some(bytes) => Some(of.html_page().decode(bytes).0.into_owned()),
        None => of.text(HTML, of.page()),
    };
    let plain = of.text(BODY, of.page());
    let plain = match (&plain, &html) {
        (None, None) => of.bytes(RTF).and_then(mail::rtf_text),
        _ => plain,
    };
    let part = |kind: &str, text: &str| {
        let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        let encoded = wrapped(text.as_bytes());
        format!(
            "Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}"
        )
    };
    match (plain, html) {
        (Some(plain), Some(html)) => {
            multipart("alternative", &[part("text/plain", &plain), part("text/html", &html)], out);
        }
        (None, Some(html)) => out.push_str(&part("text/html", &html)),
        (plain, None) => out.push_str(&part("text/plain", &plain.unwrap_or_default())),
    }
}

fn attachment(file: &super::item::Attachment, depth: usize) -> Option<String> {
    let of = &file.properties;
    let page = of.page();
    let name = of.text(LONG_NAME, page).or_else(|| of.text(SHORT_NAME, page));
    let name = name.or_else(|| of.text(DISPLAY_NAME, page)).map(|name| one_line(&name));
    if let Some(inner) = &file.message {
        if depth == 0 {
            return None;
        }
        let mut message = String::new();
        header(inner, &mut message);
        message.push_str("MIME-Version: 1.0\r\n");
        body(inner, depth - 1, &mut message);
        return Some(format!(
            "Content-Type: message/rfc822\r\nContent-Disposition: attachment{}\r\n\r\n{message}",
            file_name(name.as_deref().unwrap_or("message"))
        ));
    }
    // By value; links, objects of other programs and what is damaged have no bytes to give, and are
    // still named: a reader sees that there was something.
    let by_value = of.number(METHOD).is_none_or(|method| method == 1);
    let bytes = of.bytes(DATA).filter(|_| by_value).unwrap_or_default();
    let kind = of.text(MIME_TAG, WINDOWS_1252).map(|kind| one_line(&kind).to_ascii_lowercase());
    let kind = kind.filter(|kind| kind.contains('/') && kind.bytes().all(|b| b.is_ascii_graphic()));
    // A message in a file is one only if it was attached as such.
    let kind = kind.filter(|kind| !kind.starts_with("multipart/") && !kind.starts_with("message/"));
    let kind = kind.unwrap_or_else(|| "application/octet-stream".to_owned());
    let id = of.text(CONTENT_ID, page).map(|id| one_line(&id));
    let (how, id) = match id.filter(|id| id.bytes().all(|b| b.is_ascii_graphic())) {
        Some(id) => ("inline", format!("Content-ID: <{}>\r\n", id.trim_matches(['<', '>']))),
        None => ("attachment", String::new()),
    };
    Some(format!(
        "Content-Type: {kind}\r\nContent-Disposition: {how}{}\r\n{id}Content-Transfer-Encoding: base64\r\n\r\n{}",
        file_name(name.as_deref().unwrap_or("file")),
        wrapped(bytes)
    ))
}

/// A file name as a parameter (RFC 2231).
fn file_name(name: &str) -> String {
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!(";\r\n filename*=utf-8''{encoded}")
}

fn multipart(kind: &str, parts: &[String], out: &mut String) {
    let all: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    let hash = model::id::short_hash(&all);
    let boundary = format!("=_{}", data_encoding::HEXLOWER.encode(&hash));
    out.push_str(&format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n"));
    for part in parts {
        out.push_str(&format!("--{boundary}\r\n{part}\r\n"));
    }
    out.push_str(&format!("--{boundary}--\r\n"));
}

fn wrapped(bytes: &[u8]) -> String {
    let encoded = BASE64.encode(bytes);
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / 38 + 2);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(76));
        lines.push_str(line);
        lines.push_str("\r\n");
        rest = more;
    }
    lines
}

#[cfg(test)]
mod tests {

    use super::{
        super::item::{Attachment, Value},
        *,
    };

    fn properties(all: &[(u16, Value)]) -> Properties {
        Properties(all.iter().cloned().collect())
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn letter() -> Item {
        let inner = Item {
            properties: properties(&[(SUBJECT, text("The log")), (BODY, text("See here."))]),
            ..Item::default()
        };
        Item {
            properties: properties(&[
                (SUBJECT, text("\u{1}\u{5}RE: Größe")),
                (SENDER_NAME, text("Jane \"JD\" Doe")),
                (SENDER_SMTP, text("jane@northwind.example")),
                (SUBMITTED, Value::Time((1_768_392_000 + 11_644_473_600) * 10_000_000)),
                (MESSAGE_ID, text("<a1@northwind.example>")),
                (BODY, text("It fails.\nAgain.")),
                (HTML, Value::Bytes(b"<p>It fails.</p>".to_vec())),
            ]),
            recipients: vec![
                properties(&[
                    (RECIPIENT_TYPE, Value::Number(1)),
                    (SMTP, text("support@brightwater.example")),
                ]),
                properties(&[
                    (RECIPIENT_TYPE, Value::Number(3)),
                    (DISPLAY_NAME, text("Zoë")),
                    (EMAIL, text("zoe@brightwater.example")),
                ]),
            ],
            attachments: vec![
                Attachment {
                    properties: properties(&[
                        (LONG_NAME, text("Übersicht.txt")),
                        (DATA, Value::Bytes(b"one two".to_vec())),
                        (METHOD, Value::Number(1)),
                    ]),
                    message: None,
                },
                Attachment { properties: Properties::default(), message: Some(Box::new(inner)) },
                Attachment {
                    properties: properties(&[(LONG_NAME, text("lost.txt"))]),
                    message: None,
                },
            ],
        }
    }

    #[test]
    fn a_message_of_outlook_is_read_with_all_its_people_and_files() {
        let bytes = message(&letter());
        assert_eq!(bytes, message(&letter()), "the same bytes at every reading");
        let context = mail::ParseContext {
            received: None,
            captured: "2026-12-01T00:00:00Z".parse().unwrap(),
            journal: false,
        };
        let read = mail::parse(&bytes, &context, &mail::Limits::default()).unwrap();
        assert_eq!(read.subject, "RE: Größe");
        assert_eq!(read.from.email, "jane@northwind.example");
        assert_eq!(read.from.name, "Jane \"JD\" Doe");
        assert_eq!(read.happened.to_string(), "2026-01-14T12:00:00Z");
        let bcc: Vec<_> = read.bcc.iter().map(|one| (&*one.name, &*one.email)).collect();
        assert_eq!(bcc, [("Zoë", "zoe@brightwater.example")]);
        for name in ["Übersicht.txt", "lost.txt"] {
            let there = read.attachments.iter().any(|file| file.name == name);
            assert!(there, "{name} in {:?}", read.attachments);
        }
        assert_eq!(read.nested.len(), 1);
        assert_eq!(read.nested[0].message.subject, "The log");
    }

    #[test]
    fn the_header_that_travelled_is_kept_and_its_body_fields_are_not() {
        let mut item = letter();
        let header = "Received: from a by b;\r\n\tWed, 14 Jan 2026 12:00:01 +0000\r\nFrom: Jane <j@x.example>\r\n\
                      Content-Type: multipart/mixed;\r\n\tboundary=old\r\nno field\r\nMessage-ID: <t@x.example>\r\n";
        item.properties.0.insert(HEADERS, text(header));
        let bytes = String::from_utf8(message(&item)).unwrap();
        assert!(bytes.starts_with("Received: from a by b;\r\n\tWed, 14"), "{bytes}");
        assert!(bytes.contains("Message-ID: <t@x.example>") && !bytes.contains("<a1@northwind"));
        assert!(!bytes.contains("boundary=old") && !bytes.contains("no field"));
        assert!(
            bytes.contains("Bcc: =?utf-8?B?"),
            "who was told in secret is known to the sender's copy"
        );
    }
}
