//! A message as Outlook has it: properties by number (MS-OXPROPS).

use std::collections::BTreeMap;

use encoding_rs::{Encoding, UTF_8, UTF_16LE, WINDOWS_1252};
use model::Instant;

/// Seconds from the epoch of Windows, 1601, to ours.
const SINCE_1601: i64 = 11_644_473_600;

pub const CLASS: u16 = 0x001a;
pub const SUBJECT: u16 = 0x0037;
pub const SUBMITTED: u16 = 0x0039;
pub const SENT_FOR_NAME: u16 = 0x0042;
pub const SENT_FOR_EMAIL: u16 = 0x0065;
pub const HEADERS: u16 = 0x007d;
pub const SENDER_NAME: u16 = 0x0c1a;
pub const SENDER_EMAIL: u16 = 0x0c1f;
pub const RECIPIENT_TYPE: u16 = 0x0c15;
pub const DELIVERED: u16 = 0x0e06;
pub const BODY: u16 = 0x1000;
pub const RTF: u16 = 0x1009;
pub const HTML: u16 = 0x1013;
pub const MESSAGE_ID: u16 = 0x1035;
pub const REFERENCES: u16 = 0x1039;
pub const IN_REPLY_TO: u16 = 0x1042;
pub const DISPLAY_NAME: u16 = 0x3001;
pub const EMAIL: u16 = 0x3003;
pub const CREATED: u16 = 0x3007;
pub const SMTP: u16 = 0x39fe;
pub const DATA: u16 = 0x3701;
pub const SHORT_NAME: u16 = 0x3704;
pub const METHOD: u16 = 0x3705;
pub const LONG_NAME: u16 = 0x3707;
pub const MIME_TAG: u16 = 0x370e;
pub const CONTENT_ID: u16 = 0x3712;
pub const INTERNET_CODE_PAGE: u16 = 0x3fde;
pub const CODE_PAGE: u16 = 0x3ffd;
pub const SENDER_SMTP: u16 = 0x5d01;
pub const SENT_FOR_SMTP: u16 = 0x5d02;

/// The value of a property, as far as messages need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text that is known to be what it is.
    Text(String),
    /// Text in the code page of its message.
    Narrow(Vec<u8>),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A number, or yes and no.
    Number(i64),
    /// 100 ns since 1601.
    Time(i64),
}

impl Value {
    /// Text in UTF-16.
    pub fn wide(bytes: &[u8]) -> Self {
        Self::Text(UTF_16LE.decode_without_bom_handling(bytes).0.into_owned())
    }
}

/// Properties by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties(pub BTreeMap<u16, Value>);

impl Properties {
    /// A text; none if it is empty.
    pub fn text(&self, id: u16, page: &'static Encoding) -> Option<String> {
        let text = match self.0.get(&id)? {
            Value::Text(text) => text.clone(),
            Value::Narrow(bytes) | Value::Bytes(bytes) => page.decode(bytes).0.into_owned(),
            Value::Number(_) | Value::Time(_) => return None,
        };
        let text = text.trim_end_matches('\0').to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// Bytes as they are.
    pub fn bytes(&self, id: u16) -> Option<&[u8]> {
        match self.0.get(&id)? {
            Value::Bytes(bytes) | Value::Narrow(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A number.
    pub fn number(&self, id: u16) -> Option<i64> {
        match self.0.get(&id)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// An instant.
    pub fn time(&self, id: u16) -> Option<Instant> {
        match self.0.get(&id)? {
            Value::Time(ticks) if *ticks > 0 => {
                Some(Instant::from_seconds(ticks / 10_000_000 - SINCE_1601))
            }
            _ => None,
        }
    }

    /// The code page of narrow text.
    pub fn page(&self) -> &'static Encoding {
        let number = self.number(CODE_PAGE).or_else(|| self.number(INTERNET_CODE_PAGE));
        number.map_or(WINDOWS_1252, encoding)
    }

    /// The code page of HTML.
    pub fn html_page(&self) -> &'static Encoding {
        self.number(INTERNET_CODE_PAGE).map_or_else(|| self.page(), encoding)
    }
}

fn encoding(code_page: i64) -> &'static Encoding {
    let label = match code_page {
        65001 => return UTF_8,
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        20866 => "koi8-r".to_owned(),
        28591..=28605 => format!("iso-8859-{}", code_page - 28590),
        50220..=50222 => "iso-2022-jp".to_owned(),
        51932 => "euc-jp".to_owned(),
        54936 => "gb18030".to_owned(),
        other => format!("windows-{other}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// What is said of it as a whole.
    pub properties: Properties,
    /// Its recipients.
    pub recipients: Vec<Properties>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
}

/// A file or message within a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// What is said of it.
    pub properties: Properties,
    /// The message, if it is one.
    pub message: Option<Box<Item>>,
}

impl Item {
    /// Whether it is mail, and not an appointment, a contact or a task.
    pub fn is_mail(&self) -> bool {
        let class = self.properties.text(CLASS, WINDOWS_1252).unwrap_or_default();
        let class = class.to_ascii_lowercase();
        [
            "ipm.note",
            "report",
            "ipm.schedule.meeting",
            "ipm.post",
            "ipm.recall",
            "ipm.outlook.recall",
        ]
        .iter()
        .any(|mail| class == *mail || class.starts_with(&format!("{mail}.")))
            || class.is_empty()
            || class == "ipm"
    }

    /// Its class, for people.
    pub fn class(&self) -> String {
        self.properties.text(CLASS, WINDOWS_1252).unwrap_or_default()
    }
}
