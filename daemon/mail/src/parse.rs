//! From bytes to [`Message`].

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
};

use mail_parser::{HeaderName, MessageParser};
use memchr::{memchr_iter, memmem};
use model::Instant;

use crate::{
    Limits, Message, ParseContext, ParseError, TimeSource, attach, body,
    class::{self, Evidence},
    defect::defect,
    headers::{self, Fields},
    identity, journal,
    nested::{self, Enclosing},
    parts::{self, Inner, Numbered},
    raw::{self, Prepared},
    segments, subject, time,
};

/// Only MIME headers are parsed on the way; the others are located, and read by [`Fields`].
static PARSER: LazyLock<MessageParser> = LazyLock::new(|| {
    MessageParser::new()
        .header_content_type(HeaderName::ContentType)
        .header_content_type(HeaderName::ContentDisposition)
        .header_id(HeaderName::ContentId)
        .header_text(HeaderName::ContentTransferEncoding)
        .default_header_ignore()
});

/// Messages smaller than this cannot hold enough levels to harm anybody.
const HARMLESS_BYTES: usize = 16 << 10;
/// Levels that the MIME parser may open: each costs stack when its result is dropped.
const MAX_LEVELS: u64 = 1_000;

/// Reads the message in `raw`.
///
/// What is wrong with it ends up in [`Message::defects`]; only what cannot be a message at all, or
/// passes a limit that guards the machine, is an error. The same input always gives the same
/// output.
pub fn parse(raw: &[u8], context: &ParseContext, limits: &Limits) -> Result<Message, ParseError> {
    with_parsed(raw, limits, |prepared, parsed, numbered| {
        let mut builder =
            Builder { limits, captured: context.captured, nested: 0, files: 0, cut: false };
        let report = if context.journal { journal::read(parsed, numbered) } else { None };
        let mut message = match report {
            Some(report) => {
                let mut message = builder.build(report.parsed, report.numbered, context, 0);
                report.complete(&mut message);
                message
            }
            None => builder.build(parsed, numbered, context, 0),
        };
        message.defects.splice(0..0, prepared.defects.iter().cloned());
        message
    })
}

/// The decoded bytes of part `part` of the message in `raw`, numbered as in
/// [`crate::Attachment::part`]; nothing if there is no such part.
pub fn attachment_bytes(raw: &[u8], part: u32) -> Option<Vec<u8>> {
    with_parsed(raw, &Limits::unlimited(), |_, parsed, numbered| {
        parts::find(parsed, numbered, part)
    })
    .ok()
    .flatten()
}

/// The HTML form of the body of the message in `raw`, decoded but **not** sanitised; nothing if
/// it has none.
pub fn html_body(raw: &[u8]) -> Option<String> {
    with_parsed(raw, &Limits::unlimited(), |_, parsed, _| html_of(parsed)).ok().flatten()
}

/// The same of the message within a journal report; of the message itself if it is none.
pub fn reported_html_body(raw: &[u8]) -> Option<String> {
    with_parsed(raw, &Limits::unlimited(), |_, parsed, numbered| {
        html_of(journal::read(parsed, numbered).map_or(parsed, |report| report.parsed))
    })
    .ok()
    .flatten()
}

fn html_of(parsed: &mail_parser::Message<'_>) -> Option<String> {
    let pieces = parts::find_body(parsed).pieces;
    let html: Vec<usize> = pieces.iter().filter_map(|piece| piece.html).collect();
    let texts = html.iter().filter_map(|index| parsed.parts.get(*index));
    let page: String = texts.map(|part| parts::text(&parsed.raw_message, part).text).collect();
    (!html.is_empty()).then_some(page)
}

/// What the MIME parser finds in `bytes`; nothing if they have no header.
pub(crate) fn structure(bytes: &[u8]) -> Option<mail_parser::Message<'_>> {
    PARSER.parse(bytes)
}

/// Runs the MIME parser over `raw` and hands its result to `read`. A panic on the way, which
/// would be a defect of the parser, becomes an error of this one message.
fn with_parsed<T>(
    raw: &[u8],
    limits: &Limits,
    read: impl FnOnce(&Prepared<'_>, &mail_parser::Message<'_>, &[Numbered<'_>]) -> T,
) -> Result<T, ParseError> {
    let most = limits.raw_bytes.min(u32::MAX as usize);
    if raw.len() > most {
        return Err(ParseError::too_large("bytes", raw.len() as u64, most as u64));
    }
    let prepared = raw::prepare(raw)?;
    check_cost(&prepared, limits)?;
    let work = AssertUnwindSafe(|| {
        let parsed = structure(&prepared.bytes).ok_or(ParseError::NotAMessage)?;
        let mut count = 0;
        let numbered = parts::number(&parsed, &mut count, 0);
        if count as usize > limits.parts {
            return Err(ParseError::too_large("parts", count.into(), limits.parts as u64));
        }
        Ok(read(&prepared, &parsed, &numbered))
    });
    catch_unwind(work).unwrap_or(Err(ParseError::Failed))
}

/// Refuses what would cost the MIME parser too much, before it starts.
fn check_cost(prepared: &Prepared<'_>, limits: &Limits) -> Result<(), ParseError> {
    let len = prepared.bytes.len();
    if prepared.header_len > limits.header_bytes {
        let (found, limit) = (prepared.header_len as u64, limits.header_bytes as u64);
        return Err(ParseError::too_large("bytes of headers", found, limit));
    }
    if len < HARMLESS_BYTES {
        return Ok(());
    }
    let messages = count_enclosures(&prepared.bytes);
    if messages > MAX_LEVELS {
        return Err(ParseError::too_large("enclosed messages", messages, MAX_LEVELS));
    }
    // A boundary that never comes is looked for up to the end. Each takes a part, and each part
    // starts with two hyphens; they are counted first because that is cheap.
    let scanned = |boundaries: u64| boundaries.saturating_mul(len as u64);
    let hyphens = memmem::find_iter(&prepared.bytes, b"--").count() as u64;
    if scanned(hyphens) > limits.scan_bytes {
        let scanned = scanned(count_boundaries(&prepared.bytes));
        if scanned > limits.scan_bytes {
            return Err(ParseError::too_large("bytes to scan", scanned, limits.scan_bytes));
        }
    }
    Ok(())
}

/// How often `bytes` name a media type that encloses messages.
fn count_enclosures(bytes: &[u8]) -> u64 {
    let encloses = |at: &usize| {
        let subtype = bytes.get(at + 1..).unwrap_or_default().trim_ascii_start();
        let is = |name: &[u8]| subtype.get(..6).is_some_and(|s| s.eq_ignore_ascii_case(name));
        is(b"rfc822") || is(b"global") || is(b"digest")
    };
    memchr_iter(b'/', bytes).filter(encloses).count() as u64
}

/// How often `bytes` declare a boundary.
fn count_boundaries(bytes: &[u8]) -> u64 {
    let declares = |at: &usize| {
        let before = bytes.get(at.saturating_sub(16)..*at).unwrap_or_default();
        let end = before.iter().rposition(u8::is_ascii_alphabetic).map_or(0, |last| last + 1);
        let name = before.get(..end).unwrap_or_default();
        name.len() >= 8 && name[name.len() - 8..].eq_ignore_ascii_case(b"boundary")
    };
    memchr_iter(b'=', bytes).filter(declares).count() as u64
}

/// Builds messages out of what the MIME parser found, counting what the limits cap.
pub(crate) struct Builder<'l> {
    pub limits: &'l Limits,
    pub captured: Instant,
    pub nested: usize,
    pub files: usize,
    /// Whether an enclosed message was left out.
    pub cut: bool,
}

impl Builder<'_> {
    /// The message that `parsed` holds, at this `depth` of enclosure.
    pub fn build(
        &mut self,
        parsed: &mail_parser::Message<'_>,
        numbered: &[Numbered<'_>],
        context: &ParseContext,
        depth: usize,
    ) -> Message {
        let raw = &*parsed.raw_message;
        let fields = Fields::new(raw, parsed.parts.first().map_or(&[], |root| &root.headers));
        let times = time::decide(&fields, context);
        let found = parts::find_body(parsed);
        let mut text = body::read(parsed, numbered, &found, self.limits);
        if text.text.trim().is_empty()
            && let Some(inner) = tnef_text(numbered)
        {
            text.text = inner;
        }
        let room = self.limits.attachments.saturating_sub(self.files);
        let mut attachments = attach::list(raw, numbered, &found, room + 1);
        if attachments.len() > room {
            attachments.truncate(room);
            let detail = format!("files beyond {} are not listed", self.limits.attachments);
            text.defects.push(defect("attachments_cut", detail));
        }
        self.files += attachments.len();
        let from = fields.addresses("from").into_iter().next().unwrap_or_default();
        let message_id = fields.raw("message-id").and_then(headers::message_id);
        let digest = identity::digest(&from, times.date, &text.text, &attachments);
        let subject = fields.text("subject").unwrap_or_default();
        let sender = fields.addresses("sender").into_iter().next();
        let mut message = Message {
            key: identity::key(message_id.as_deref(), &digest),
            message_id,
            digest,
            date: times.date,
            happened: times.happened,
            time_source: times.source,
            utc_offset: times.offset,
            date_skew: times.skew,
            sender: sender.filter(|sender| sender.email != from.email),
            from,
            reply_to: fields.addresses("reply-to"),
            to: fields.addresses("to"),
            cc: fields.addresses("cc"),
            bcc: fields.addresses("bcc"),
            foreign_tokens: subject::foreign_tokens(&subject),
            subject,
            in_reply_to: fields.ids("in-reply-to"),
            references: fields.ids("references"),
            list_id: fields.text("list-id").map(|id| list_id(&id)).filter(|id| !id.is_empty()),
            segments: Vec::new(),
            body: text.text,
            class: crate::MailClass::human(),
            attachments,
            nested: Vec::new(),
            defects: text.defects,
            charsets: text.charsets,
        };
        message.class = class::classify(&Evidence::new(&fields, parsed, &message));
        message.segments = segments::split(&message.body, &segments::Hints::of(&message));
        note_missing(&mut message, &times);
        let enclosing = Enclosing { raw, numbered, offset: times.offset.unwrap_or(0), depth };
        nested::unpack(self, &mut message, &enclosing);
        message
    }
}

/// The text of a TNEF container that stands in for a body.
fn tnef_text(numbered: &[Numbered<'_>]) -> Option<String> {
    numbered.iter().find_map(|one| match &one.inner {
        Inner::Tnef(container, _) => container.text(),
        _ => None,
    })
}

/// The identifier within a List-Id header, which may carry a phrase before it.
fn list_id(header: &str) -> String {
    let id = header.rsplit_once('<').map_or(header, |(_, id)| id);
    id.trim_matches(|c: char| c == '>' || c.is_whitespace()).to_lowercase()
}

fn note_missing(message: &mut Message, times: &time::Times) {
    let mut note = |code: &str, detail: &str| message.defects.push(defect(code, detail));
    if message.message_id.is_none() {
        note("missing_message_id", "no usable Message-ID: one is derived from the content");
    }
    if message.from.email.is_empty() {
        note("missing_from", "no usable From address");
    }
    if times.date.is_none() {
        note("missing_date", "no readable Date header");
    }
    if matches!(times.source, TimeSource::SourceHint | TimeSource::Capture) {
        note("untrusted_time", "the time rests on no header of the message");
    }
}
