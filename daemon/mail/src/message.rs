//! What a parsed message holds.

use model::{Address, Digest, Instant, MessageKey};
use serde::{Deserialize, Serialize};

/// The version of parser and segmenter; raised whenever the same bytes may give other text or
/// other ranges, so that stored spans can be told from stale ones.
pub const PARSER_VERSION: u16 = 2;

/// One message, decoded. Ranges are byte offsets into [`Message::body`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Names the message whatever its number of copies.
    pub key: MessageKey,
    /// Message-ID without angle brackets; nothing if it was missing or unusable.
    pub message_id: Option<String>,
    /// Digest of From, Date and decoded body (without transport headers).
    pub digest: Digest,
    /// The Date header.
    pub date: Option<Instant>,
    /// When the message happened: see [`TimeSource`] for what it rests on.
    pub happened: Instant,
    /// What `happened` rests on.
    pub time_source: TimeSource,
    /// The offset of its author's clock as the Date header shows it, in seconds east of UTC.
    pub utc_offset: Option<i32>,
    /// Seconds by which the Date header is ahead of (positive) or behind the trusted time, where
    /// they differ by more than an hour.
    pub date_skew: Option<i64>,
    /// The first From address; empty if there was none.
    pub from: Address,
    /// The Sender header, where it differs from From.
    pub sender: Option<Address>,
    /// Reply-To addresses.
    pub reply_to: Vec<Address>,
    /// To addresses, groups flattened.
    pub to: Vec<Address>,
    /// Cc addresses, groups flattened.
    pub cc: Vec<Address>,
    /// Bcc addresses, groups flattened.
    pub bcc: Vec<Address>,
    /// The decoded subject, one line.
    pub subject: String,
    /// In-Reply-To without angle brackets.
    pub in_reply_to: Vec<String>,
    /// References without angle brackets, oldest first.
    pub references: Vec<String>,
    /// List-Id, if any.
    pub list_id: Option<String>,
    /// The decoded body as plain text, `\n` line ends. From HTML where there is no usable plain
    /// part; quotation is then marked with `> ` by depth.
    pub body: String,
    /// The parts of the body in order, without gaps, covering all of it.
    pub segments: Vec<Segment>,
    /// Whether a person wrote it.
    pub class: MailClass,
    /// Attached files and inline parts that are no body.
    pub attachments: Vec<Attachment>,
    /// Messages within this one: message/rfc822, TNEF, inline forwards.
    pub nested: Vec<Nested>,
    /// Ticket tokens of other systems in the subject, such as `[#4711]` or `INC0012345`.
    pub foreign_tokens: Vec<String>,
    /// What was wrong with the bytes.
    pub defects: Vec<Defect>,
    /// How each text part's character set was decided.
    pub charsets: Vec<CharsetDecision>,
}

impl Message {
    /// The Message-ID, or `key@derived.invalid` where it is missing.
    pub fn id_or_derived(&self) -> String {
        self.message_id.clone().unwrap_or_else(|| format!("{}@derived.invalid", self.key))
    }

    /// The text of `segment`.
    pub fn text_of(&self, segment: &Segment) -> &str {
        self.body.get(segment.start as usize..segment.end as usize).unwrap_or_default()
    }

    /// The segments that the sender wrote for this message.
    pub fn new_text(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(|s| s.kind == SegmentKind::New)
    }
}

/// What the time of a message rests on, best first (F20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// The source's own record (INTERNALDATE, receipt by SMTP).
    Source,
    /// The topmost Received header.
    ReceivedHeader,
    /// The Date header: nothing better was there.
    DateHeader,
    /// A weak hint of the source, such as an mbox separator line.
    SourceHint,
    /// Nothing at all: the instant of capture.
    Capture,
}

/// A part of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Byte offset of the first character.
    pub start: u32,
    /// Byte offset behind the last character.
    pub end: u32,
    /// What it is.
    pub kind: SegmentKind,
}

/// What a part of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// Written by the sender for this message.
    New,
    /// Quoted from an earlier message, with its attribution line.
    Quotation,
    /// A signature, sign-off block or mobile footer.
    Signature,
    /// A legal or confidentiality notice.
    Disclaimer,
    /// A forwarded message with its header block.
    Forwarded,
}

impl SegmentKind {
    const ALL: [Self; 5] =
        [Self::New, Self::Quotation, Self::Signature, Self::Disclaimer, Self::Forwarded];

    /// Its name as the API writes it, such as `quotation`.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Quotation => "quotation",
            Self::Signature => "signature",
            Self::Disclaimer => "disclaimer",
            Self::Forwarded => "forwarded",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Whether a person wrote a message, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailClass {
    /// The class.
    pub kind: ClassKind,
    /// Header or phrase that decided, such as `Auto-Submitted: auto-replied`; empty for a person.
    pub reason: String,
}

/// Classes of mail (F19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassKind {
    /// A person wrote it to people (also through a discussion list).
    Human,
    /// An out-of-office or vacation answer.
    OutOfOffice,
    /// Any other automatic answer, such as a ticket acknowledgement.
    AutoReply,
    /// A delivery status notification.
    Bounce,
    /// A read or delivery receipt.
    Receipt,
    /// A newsletter, digest or other bulk mail.
    Newsletter,
    /// A calendar invitation or answer.
    Calendar,
    /// A machine reports: monitoring, build, tracker or no-reply notification.
    Notification,
}

impl ClassKind {
    /// Its name as the API and the search language write it, such as `out_of_office`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::OutOfOffice => "out_of_office",
            Self::AutoReply => "auto_reply",
            Self::Bounce => "bounce",
            Self::Receipt => "receipt",
            Self::Newsletter => "newsletter",
            Self::Calendar => "calendar",
            Self::Notification => "notification",
        }
    }

    /// Whether no person wrote it.
    pub fn is_automatic(self) -> bool {
        self != Self::Human
    }
}

/// A file within a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Index of the MIME part in depth-first order, as [`crate::attachment_bytes`] takes it.
    pub part: u32,
    /// The declared file name, decoded, without directories; empty if there was none.
    pub name: String,
    /// The declared media type in lower case, such as `application/pdf`.
    pub media_type: String,
    /// Bytes after decoding.
    pub size: u64,
    /// SHA-256 after decoding.
    pub sha256: Digest,
    /// Whether it is shown within the body (Content-Disposition inline or a Content-ID).
    pub inline: bool,
    /// Content-ID without angle brackets.
    pub content_id: Option<String>,
}

/// A message within a message (F21).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Nested {
    /// How it was enclosed.
    pub origin: NestedOrigin,
    /// The message itself; for inline forwards attributed and dated as its header block says.
    pub message: Box<Message>,
}

/// How a message was enclosed in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NestedOrigin {
    /// A message/rfc822 part.
    Rfc822,
    /// A TNEF container (`winmail.dat`).
    Tnef,
    /// A forwarded message in the text of the body.
    InlineForward,
}

/// Something wrong with the bytes that did not stop the reading.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Defect {
    /// A stable word, such as `missing_message_id` or `bad_base64`.
    pub code: String,
    /// Detail for a person; never words of the message.
    pub detail: String,
}

/// How the character set of one text part was decided (F14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CharsetDecision {
    /// The MIME part.
    pub part: u32,
    /// The declared name; empty if none.
    pub declared: String,
    /// The name used.
    pub used: String,
    /// Whether the declared one was set aside because the bytes contradict it.
    pub detected: bool,
}
