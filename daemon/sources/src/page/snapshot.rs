//! A page as it is kept: the answer of its server (RFC 9112), with the fields that say how to read
//! it and how to ask for it again.

use egress::Fetched;
use http::{HeaderName, header};

/// The fields that are kept. Cookies and the like are nobody's evidence.
const FIELDS: [HeaderName; 5] = [
    header::CONTENT_TYPE,
    header::DATE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::CONTENT_LANGUAGE,
];

/// A page as its server gave it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    fields: Vec<(String, String)>,
    /// Its body, unpacked.
    pub body: Vec<u8>,
}

impl Snapshot {
    /// The answer to a request for `url`.
    pub fn of(url: &str, fetched: Fetched) -> Self {
        let mut fields = vec![("content-location".to_owned(), url.to_owned())];
        for name in FIELDS {
            let value = fetched.headers.get(&name).and_then(|value| value.to_str().ok());
            fields.extend(value.map(|value| (name.as_str().to_owned(), value.to_owned())));
        }
        Self { fields, body: fetched.body }
    }

    /// The bytes that are kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = b"HTTP/1.1 200 OK\r\n".to_vec();
        for (name, value) in &self.fields {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Reads what [`Snapshot::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let end = memchr::memmem::find(bytes, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let field = |line: &str| {
            line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let fields = head.lines().skip(1).filter_map(field).collect();
        Some(Self { fields, body: bytes[end + 4..].to_vec() })
    }

    /// A field of its header.
    pub fn field(&self, name: &HeaderName) -> Option<&str> {
        self.fields
            .iter()
            .find(|(known, _)| known == name.as_str())
            .map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_again_as_it_was_kept() {
        let mut headers = http::HeaderMap::new();
        headers.insert("etag", "\"a1\"".parse().unwrap());
        headers.insert("set-cookie", "session=secret".parse().unwrap());
        let body = b"<p>One</p>\r\n\r\n<p>Two</p>".to_vec();
        let fetched = Fetched { status: http::StatusCode::OK, headers, body };
        let kept = Snapshot::of("https://status.northwind.example/", fetched);
        let again = Snapshot::from_bytes(&kept.to_bytes()).unwrap();
        assert_eq!(again, kept);
        assert_eq!(again.field(&header::ETAG), Some("\"a1\""));
        assert!(!String::from_utf8_lossy(&kept.to_bytes()).contains("secret"));
    }
}
