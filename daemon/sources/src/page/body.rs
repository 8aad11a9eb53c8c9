//! From the bytes of a page to its lines: HTML, feeds (Atom, RSS), JSON and plain text.

use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use http::header;
use jiff::civil::Date;
use regex::Regex;
use scraper::Html;

use super::{
    PageError,
    change::Compared,
    snapshot::Snapshot,
    text::{Line, Reading, Scope, read},
};

/// How far into a page its own word about its characters is looked for.
const PRESCAN: usize = 2048;
/// The most values of a JSON document that are read.
const MOST_VALUES: usize = 20_000;

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Html,
    Feed,
    Json,
    Text,
}

/// A snapshot, read and ready to be compared, with its title.
pub fn compared(
    snapshot: &Snapshot,
    host: &str,
    scope: &Scope,
    day: Date,
) -> Result<(String, Compared), PageError> {
    let declared = snapshot.field(&header::CONTENT_TYPE).unwrap_or_default();
    let text = decoded(&snapshot.body, declared);
    let kind = kind(declared, &text)?;
    let reading = match kind {
        Kind::Html => read(&text, host, scope)?,
        Kind::Feed => feed(&text)?,
        Kind::Json => json(&text),
        Kind::Text => plain(&text),
    };
    if reading.lines.is_empty() {
        return Err(PageError::Empty);
    }
    let title = reading.title.clone();
    let compared = match kind {
        Kind::Feed => Compared::feed(reading, day),
        Kind::Html => Compared::new(reading, scope.selector.is_some(), day),
        Kind::Json | Kind::Text => Compared::new(reading, true, day),
    };
    Ok((title, compared))
}

fn kind(declared: &str, text: &str) -> Result<Kind, PageError> {
    let start = text.trim_start().get(..200).unwrap_or(text.trim_start()).to_ascii_lowercase();
    let is_feed = ["<rss", "<feed", "<rdf:rdf"].iter().any(|tag| start.contains(tag));
    let media = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Ok(match media.as_str() {
        _ if is_feed => Kind::Feed,
        "text/html" | "application/xhtml+xml" | "application/xml" | "text/xml" => Kind::Html,
        "application/json" | "text/json" => Kind::Json,
        other if other.ends_with("+json") => Kind::Json,
        "" if start.starts_with('<') => Kind::Html,
        "" => Kind::Text,
        other if other.starts_with("text/") => Kind::Text,
        other => return Err(PageError::NoText { kind: other.to_owned() }),
    })
}

/// The text of a page: by its byte order mark, its server's word, its own word, or its bytes.
fn decoded(body: &[u8], declared: &str) -> String {
    static CHARSET: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?i)(?:charset|encoding)\s*=\s*["']?([a-z0-9_.:-]+)"#).ok());
    let named = |text: &str| {
        let label = CHARSET.as_ref()?.captures(text)?.get(1)?.as_str().to_owned();
        Encoding::for_label(label.as_bytes())
    };
    let head = String::from_utf8_lossy(&body[..body.len().min(PRESCAN)]).into_owned();
    let encoding = Encoding::for_bom(body)
        .map(|(encoding, _)| encoding)
        .or_else(|| named(declared))
        .or_else(|| named(&head))
        .unwrap_or_else(|| if std::str::from_utf8(body).is_ok() { UTF_8 } else { WINDOWS_1252 });
    encoding.decode(body).0.into_owned()
}

/// The entries of a feed: titles and what they say.
fn feed(text: &str) -> Result<Reading, PageError> {
    static PARTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?s)<title\b[^>]*>(?P<title>.*?)</title>|<(?:content|content:encoded|summary|description)\b[^>]*>(?P<body>.*?)</(?:content|content:encoded|summary|description)>",
        )
        .ok()
    });
    let mut page = String::new();
    let mut title = String::new();
    for part in PARTS.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        if let Some(found) = part.name("title") {
            let words = unescaped(found.as_str());
            if title.is_empty() {
                title.clone_from(&words);
            }
            page.push_str(&format!("<h2>{}</h2>", words.replace('<', "&lt;")));
        } else if let Some(found) = part.name("body") {
            page.push_str(&format!("<div>{}</div>", unescaped(found.as_str())));
        }
    }
    let reading = read(&page, "", &Scope::default())?;
    Ok(Reading { title, ..reading })
}

fn unescaped(xml: &str) -> String {
    let bare = xml.trim();
    if let Some(raw) = bare.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")) {
        return raw.to_owned();
    }
    if bare.contains('<') {
        return bare.to_owned();
    }
    Html::parse_fragment(bare).root_element().text().collect()
}

/// Every value of a JSON document, with where it stands.
fn json(text: &str) -> Reading {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return plain(text) };
    let mut lines = Vec::new();
    let mut open = vec![(String::new(), &value)];
    while let Some((path, value)) = open.pop() {
        if lines.len() >= MOST_VALUES {
            break;
        }
        let below = |name: String| if path.is_empty() { name } else { format!("{path}.{name}") };
        match value {
            serde_json::Value::Object(map) => {
                open.extend(map.iter().rev().map(|(name, value)| (below(name.clone()), value)));
            }
            serde_json::Value::Array(items) => {
                let numbered = items.iter().enumerate().rev();
                open.extend(numbered.map(|(at, value)| (below((at + 1).to_string()), value)));
            }
            serde_json::Value::String(words) => lines.push(line(&format!("{path}: {words}"))),
            other => lines.push(line(&format!("{path}: {other}"))),
        }
    }
    Reading { title: String::new(), lines }
}

fn plain(text: &str) -> Reading {
    let lines = text.lines().map(line).filter(|line| !line.text.is_empty()).collect();
    Reading { title: String::new(), lines }
}

fn line(text: &str) -> Line {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Line { text, ..Line::default() }
}

#[cfg(test)]
mod tests {
    use super::{super::change, *};

    fn page(kind: &str, body: &[u8]) -> (String, Compared) {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n\r\n");
        let bytes = [head.as_bytes(), body].concat();
        let snapshot = Snapshot::from_bytes(&bytes).unwrap();
        compared(&snapshot, "", &Scope::default(), jiff::civil::date(2026, 1, 14)).unwrap()
    }

    fn told(kind: &str, before: &str, after: &str) -> String {
        let (before, after) = (page(kind, before.as_bytes()).1, page(kind, after.as_bytes()).1);
        change::told(&change::passages(&before, &after))
    }

    #[test]
    fn a_feed_tells_what_is_new_and_not_what_has_grown_old() {
        let entry = |title: &str, says: &str| {
            format!(
                "<entry><title>{title}</title><updated>2026-01-14</updated><content type=\"html\">&lt;p&gt;{says}&lt;/p&gt;</content></entry>"
            )
        };
        let feed = |entries: &[String]| {
            format!("<?xml version=\"1.0\"?><feed><title>Status</title>{}</feed>", entries.concat())
        };
        let old = feed(&[entry("Login fails", "Resolved"), entry("Older", "An old thing")]);
        let new =
            feed(&[entry("Exports late", "We look into it"), entry("Login fails", "Resolved")]);
        let text = told("application/atom+xml", &old, &new);
        assert_eq!(text, "New: Exports late\n\nNew: We look into it");
    }

    #[test]
    fn a_value_of_a_status_document_is_told_with_its_place() {
        let text = told(
            "application/json; charset=utf-8",
            r#"{"status":{"indicator":"none","description":"All good"}}"#,
            r#"{"status":{"indicator":"major","description":"All good"}}"#,
        );
        assert!(text.contains("status.indicator: major"), "{text}");
    }

    #[test]
    fn characters_are_those_that_the_server_or_the_page_says() {
        let latin = b"<p>Stra\xdfe der Gr\xfc\xdfe</p>";
        let words = |kind: &str, body: &[u8]| {
            let (_, compared) = page(kind, body);
            let nothing = page("text/plain", b"x").1;
            change::told(&change::passages(&nothing, &compared))
        };
        assert!(words("text/html; charset=iso-8859-1", latin).contains("Straße der Grüße"));
        assert!(words("text/html", latin).contains("Straße"));
        let meta =
            [b"<meta charset=\"windows-1251\"><p>".as_slice(), b"\xcf\xf0\xe8\xe2\xe5\xf2 mir</p>"];
        assert!(words("text/html", &meta.concat()).contains("Привет"));
    }

    #[test]
    fn what_is_no_text_is_named() {
        let bytes = b"HTTP/1.1 200 OK\r\ncontent-type: application/pdf\r\n\r\n%PDF-1.4";
        let snapshot = Snapshot::from_bytes(bytes).unwrap();
        let day = jiff::civil::date(2026, 1, 14);
        let error = compared(&snapshot, "", &Scope::default(), day).unwrap_err();
        assert!(error.to_string().contains("application/pdf"), "{error}");
    }
}
