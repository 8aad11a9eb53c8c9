//! Messages.

use app::record;
use mail::{ClassKind, SegmentKind, TimeSource};
use model::{CaseId, Digest, EvidenceId, Instant, MessageKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Address, Signal, each};

/// Everything about a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageRecord {
    /// Names the message, whatever its number of copies.
    #[schema(value_type = String)]
    pub key: MessageKey,
    /// The evidence of its first copy; its original bytes are under `/evidence/{id}`.
    #[schema(value_type = String)]
    pub evidence: EvidenceId,
    /// The case it is in.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// Why it is there.
    pub why: Why,
    /// The message that encloses it, for nested ones.
    #[schema(value_type = Option<String>)]
    pub within: Option<MessageKey>,
    /// Messages within this one.
    #[schema(value_type = Vec<String>)]
    pub nested: Vec<MessageKey>,
    /// Message-ID without angle brackets; nothing if it was missing or unusable.
    pub message_id: Option<String>,
    /// The Date header.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub date: Option<Instant>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub happened: Instant,
    /// What that rests on: `source`, `received_header`, `date_header`, `source_hint` or `capture`.
    #[schema(value_type = String)]
    pub time_source: TimeSource,
    /// Seconds by which the Date header is ahead of the trusted time, where they differ by more
    /// than an hour.
    pub date_skew: Option<i64>,
    /// The first From address.
    pub from: Address,
    /// The Sender header, where it differs from From.
    pub sender: Option<Address>,
    /// Reply-To addresses.
    pub reply_to: Vec<Address>,
    /// To addresses.
    pub to: Vec<Address>,
    /// Cc addresses.
    pub cc: Vec<Address>,
    /// Bcc addresses.
    pub bcc: Vec<Address>,
    /// The decoded subject, one line.
    pub subject: String,
    /// In-Reply-To without angle brackets.
    pub in_reply_to: Vec<String>,
    /// References without angle brackets, oldest first.
    pub references: Vec<String>,
    /// List-Id, if any.
    pub list_id: Option<String>,
    /// The decoded body as plain text.
    pub body: String,
    /// The parts of the body in order, without gaps, covering all of it.
    pub segments: Vec<Segment>,
    /// The person who corrected the segments; nothing if nobody did.
    pub segments_by: Option<String>,
    /// Whether a person wrote it, and how that is known.
    pub class: MailClass,
    /// Attached files and inline parts that are no body.
    pub attachments: Vec<Attachment>,
    /// Ticket tokens of other systems in the subject.
    pub foreign_tokens: Vec<String>,
    /// What was wrong with the bytes.
    pub defects: Vec<Defect>,
    /// How each text part's character set was decided.
    pub charsets: Vec<Charset>,
    /// Whether it has an HTML form, under `/messages/{key}/html`.
    pub has_html: bool,
    /// Whether another message bears the same Message-ID with another body.
    pub reused_message_id: bool,
    /// Where it was seen.
    pub sightings: Vec<Sighting>,
    /// The signals that stand on it.
    pub signals: Vec<Signal>,
}

impl From<record::MessageRecord> for MessageRecord {
    fn from(record: record::MessageRecord) -> Self {
        let message = record.message;
        Self {
            key: record.key,
            evidence: record.evidence,
            case: record.case,
            why: record.why.into(),
            within: record.within,
            nested: record.nested_keys,
            message_id: message.message_id,
            date: message.date,
            happened: message.happened,
            time_source: message.time_source,
            date_skew: message.date_skew,
            from: message.from.into(),
            sender: message.sender.map(Address::from),
            reply_to: each(message.reply_to),
            to: each(message.to),
            cc: each(message.cc),
            bcc: each(message.bcc),
            subject: message.subject,
            in_reply_to: message.in_reply_to,
            references: message.references,
            list_id: message.list_id,
            body: message.body,
            segments: each(message.segments),
            segments_by: record.segments_by,
            class: message.class.into(),
            attachments: each(message.attachments),
            foreign_tokens: message.foreign_tokens,
            defects: each(message.defects),
            charsets: each(message.charsets),
            has_html: record.has_html,
            reused_message_id: record.reused_message_id,
            sightings: each(record.sightings),
            signals: each(record.signals),
        }
    }
}

/// Why a message is in its case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Why {
    /// The rule, such as `references`.
    pub rule: String,
    /// The header or value that decided.
    pub detail: String,
    /// How sure that is, in percent.
    pub confidence: u8,
}

impl From<record::WhyRecord> for Why {
    fn from(why: record::WhyRecord) -> Self {
        Self { rule: why.rule, detail: why.detail, confidence: why.confidence }
    }
}

/// A part of a body.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Byte offset of the first character in the UTF-8 of the body.
    pub start: u32,
    /// Byte offset behind the last character.
    pub end: u32,
    /// What it is.
    pub kind: SegmentWord,
}

impl From<mail::Segment> for Segment {
    fn from(segment: mail::Segment) -> Self {
        let kind = match segment.kind {
            SegmentKind::New => SegmentWord::New,
            SegmentKind::Quotation => SegmentWord::Quotation,
            SegmentKind::Signature => SegmentWord::Signature,
            SegmentKind::Disclaimer => SegmentWord::Disclaimer,
            SegmentKind::Forwarded => SegmentWord::Forwarded,
        };
        Self { start: segment.start, end: segment.end, kind }
    }
}

/// What a part of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegmentWord {
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

impl SegmentWord {
    /// The word for it, as the journal writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Quotation => "quotation",
            Self::Signature => "signature",
            Self::Disclaimer => "disclaimer",
            Self::Forwarded => "forwarded",
        }
    }
}

/// Whether a person wrote a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailClass {
    /// `human`, `out_of_office`, `auto_reply`, `bounce`, `receipt`, `newsletter`, `calendar` or
    /// `notification`.
    #[schema(value_type = String)]
    pub kind: ClassKind,
    /// Header or phrase that decided; empty for a person.
    pub reason: String,
}

impl From<mail::MailClass> for MailClass {
    fn from(class: mail::MailClass) -> Self {
        Self { kind: class.kind, reason: class.reason }
    }
}

/// A file within a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Attachment {
    /// The number of the part, as in `/messages/{key}/attachments/{part}`.
    pub part: u32,
    /// The declared file name; empty if there was none.
    pub name: String,
    /// The declared media type.
    pub media_type: String,
    /// Bytes after decoding.
    pub size: u64,
    /// SHA-256 after decoding.
    #[schema(value_type = String)]
    pub sha256: Digest,
    /// Whether it is shown within the body.
    pub inline: bool,
}

impl From<mail::Attachment> for Attachment {
    fn from(file: mail::Attachment) -> Self {
        Self {
            part: file.part,
            name: file.name,
            media_type: file.media_type,
            size: file.size,
            sha256: file.sha256,
            inline: file.inline,
        }
    }
}

/// Something wrong with the bytes that did not stop the reading.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Defect {
    /// A stable word, such as `missing_message_id`.
    pub code: String,
    /// Detail for a person.
    pub detail: String,
}

impl From<mail::Defect> for Defect {
    fn from(defect: mail::Defect) -> Self {
        Self { code: defect.code, detail: defect.detail }
    }
}

/// How the character set of one text part was decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Charset {
    /// The MIME part.
    pub part: u32,
    /// The declared name; empty if none.
    pub declared: String,
    /// The name used.
    pub used: String,
    /// Whether the declared one was set aside because the bytes contradict it.
    pub detected: bool,
}

impl From<mail::CharsetDecision> for Charset {
    fn from(charset: mail::CharsetDecision) -> Self {
        let mail::CharsetDecision { part, declared, used, detected } = charset;
        Self { part, declared, used, detected }
    }
}

/// Where a copy of a message was seen.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Sighting {
    /// The evidence of this copy.
    #[schema(value_type = String)]
    pub evidence: EvidenceId,
    /// The source.
    pub source: String,
    /// Its title.
    pub source_title: String,
    /// The folder; empty for the root.
    pub folder: String,
    /// The place in it.
    pub place: String,
    /// Flags there, as letters of Maildir.
    pub flags: String,
    /// The sender of the envelope, if a mail server handed it to us; empty for notices of servers.
    pub envelope_from: Option<String>,
    /// The recipients of the envelope that are addresses of the source.
    pub envelope_to: Vec<String>,
    /// When it was captured.
    #[schema(value_type = String, format = DateTime)]
    pub captured: Instant,
}

impl From<record::SightingRecord> for Sighting {
    fn from(sighting: record::SightingRecord) -> Self {
        let (envelope_from, envelope_to) =
            sighting.envelope.map(|e| (Some(e.from), e.to)).unwrap_or_default();
        Self {
            envelope_from,
            envelope_to,
            evidence: sighting.evidence,
            source: sighting.source.to_string(),
            source_title: sighting.source_title,
            folder: sighting.folder,
            place: sighting.place,
            flags: sighting.flags,
            captured: sighting.captured,
        }
    }
}
