//! Messages within messages (F21): enclosed ones, those in Outlook's containers, and those
//! forwarded in the text.

mod forward;

use jiff::SignedDuration;
use mail_parser::{Message as Parsed, MimeHeaders};
use model::{Instant, fact::Received};

use crate::{
    Attachment, Message, Nested, NestedOrigin, ParseContext, SegmentKind, TimeSource, class,
    defect::defect,
    headers, identity,
    parse::{Builder, structure},
    parts::{self, Inner, Numbered},
    segments::{self, Hints},
    subject,
    tnef::Container,
};
use forward::Forward;

/// Where enclosed messages are looked for.
pub(crate) struct Enclosing<'e, 'm> {
    /// The bytes of the enclosing message.
    pub raw: &'e [u8],
    /// The parts of the enclosing message.
    pub numbered: &'e [Numbered<'m>],
    /// The offset of its Date header, in seconds east of UTC: header blocks in its text are
    /// written in the same zone.
    pub offset: i32,
    /// How deep the enclosing message is enclosed itself.
    pub depth: usize,
}

/// Unpacks the messages that `message` encloses, as far as the limits allow.
pub(crate) fn unpack(
    builder: &mut Builder<'_>,
    message: &mut Message,
    enclosing: &Enclosing<'_, '_>,
) {
    let depth = enclosing.depth;
    for one in enclosing.numbered {
        match &one.inner {
            Inner::Nothing if one.part.is_content_type("text", "rfc822-headers") => {
                unpack_headers(builder, message, enclosing, one);
            }
            Inner::Nothing => {}
            Inner::Message(parsed, parts) => unpack_part(builder, message, depth, parsed, parts),
            Inner::Tnef(container, first) => {
                unpack_container(builder, message, depth, container, *first);
            }
        }
    }
    unpack_text(builder, message, enclosing.offset, depth);
    if builder.cut && depth == 0 {
        message.defects.push(defect("nesting_cut", "some enclosed messages are not unpacked"));
    }
}

/// Counts one more enclosed message at this depth; gives whether the limits allow it.
fn admit(builder: &mut Builder<'_>, depth: usize) -> bool {
    if depth > builder.limits.depth || builder.nested >= builder.limits.nested {
        builder.cut = true;
        return false;
    }
    builder.nested += 1;
    true
}

/// Unpacks one message/rfc822 part.
fn unpack_part(
    builder: &mut Builder<'_>,
    message: &mut Message,
    depth: usize,
    parsed: &Parsed<'_>,
    parts: &[Numbered<'_>],
) {
    if !admit(builder, depth + 1) {
        return;
    }
    // Without a date of its own it is taken to have happened with the message around it.
    let received = Some(Received { at: message.happened, trusted: false });
    let context = ParseContext { received, journal: false, captured: builder.captured };
    let inner = builder.build(parsed, parts, &context, depth + 1);
    message.nested.push(Nested { origin: NestedOrigin::Rfc822, message: Box::new(inner) });
}

/// Unpacks what a bounce gives back of the message that bounced: its headers.
fn unpack_headers(
    builder: &mut Builder<'_>,
    message: &mut Message,
    enclosing: &Enclosing<'_, '_>,
    one: &Numbered<'_>,
) {
    let bytes = parts::bytes(enclosing.raw, one.part);
    let headers = [bytes.trim_ascii(), b"\n\n"].concat();
    if let Some(parsed) = structure(&headers) {
        let numbered = parts::number(&parsed, &mut 0, usize::MAX);
        let before = message.nested.len();
        unpack_part(builder, message, enclosing.depth, &parsed, &numbered);
        // What the headers say of files is not here, so no number leads to it.
        for nested in message.nested.iter_mut().skip(before) {
            nested.message.attachments.clear();
            nested.message.nested.clear();
        }
    }
}

/// Unpacks the messages within a TNEF container whose first file has the number `first`.
fn unpack_container(
    builder: &mut Builder<'_>,
    message: &mut Message,
    depth: usize,
    container: &Container,
    first: u32,
) {
    for (enclosed, number) in container.numbered_messages(first) {
        if !admit(builder, depth + 1) {
            return;
        }
        let room = builder.limits.attachments.saturating_sub(builder.files);
        let mut files = enclosed.list(number);
        files.truncate(room);
        builder.files += files.len();
        let mut inner = enclosed_message(enclosed, message.happened, files);
        unpack_container(builder, &mut inner, depth + 1, enclosed, number);
        message.nested.push(Nested { origin: NestedOrigin::Tnef, message: Box::new(inner) });
    }
}

fn enclosed_message(container: &Container, fallback: Instant, files: Vec<Attachment>) -> Message {
    let from = model::Address {
        name: container.sender_name.clone(),
        email: container.sender_email.to_lowercase(),
    };
    let forward = Forward {
        from,
        to: headers::loose_addresses(&container.to),
        cc: Vec::new(),
        subject: container.subject.clone(),
        written: None,
        body: container.text().unwrap_or_default(),
    };
    let mut message = text_message(forward, container.sent, fallback, files);
    message.message_id.clone_from(&container.message_id);
    message.key = identity::key(message.message_id.as_deref(), &message.digest);
    message
}

/// Unpacks the messages forwarded in the text.
fn unpack_text(builder: &mut Builder<'_>, message: &mut Message, offset: i32, depth: usize) {
    let forwarded = message.segments.iter().filter(|s| s.kind == SegmentKind::Forwarded);
    let forwards: Vec<Forward> =
        forwarded.filter_map(|segment| forward::read(message.text_of(segment))).collect();
    for forward in forwards {
        if !admit(builder, depth + 1) {
            return;
        }
        let date = forward.written.map(|written| match written.offset {
            Some(_) => written.at,
            None => written.at.plus(SignedDuration::from_secs(-i64::from(offset))),
        });
        let mut inner = text_message(forward, date, message.happened, Vec::new());
        unpack_text(builder, &mut inner, offset, depth + 1);
        let origin = NestedOrigin::InlineForward;
        message.nested.push(Nested { origin, message: Box::new(inner) });
    }
}

/// A message of which only text and the most needed headers are known. Without a date it is
/// taken to have happened with the message around it.
fn text_message(
    forward: Forward,
    date: Option<Instant>,
    fallback: Instant,
    attachments: Vec<Attachment>,
) -> Message {
    let digest = identity::digest(&forward.from, date, &forward.body, &attachments);
    let mut message = Message {
        key: identity::key(None, &digest),
        message_id: None,
        digest,
        date,
        happened: date.unwrap_or(fallback),
        utc_offset: None,
        time_source: if date.is_some() { TimeSource::DateHeader } else { TimeSource::SourceHint },
        date_skew: None,
        class: class::classify_enclosed(&forward.from, &forward.subject),
        from: forward.from,
        sender: None,
        reply_to: Vec::new(),
        to: forward.to,
        cc: forward.cc,
        bcc: Vec::new(),
        foreign_tokens: subject::foreign_tokens(&forward.subject),
        subject: forward.subject,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        list_id: None,
        body: forward.body,
        segments: Vec::new(),
        attachments,
        nested: Vec::new(),
        defects: Vec::new(),
        charsets: Vec::new(),
    };
    message.segments = segments::split(&message.body, &Hints::of(&message));
    message
}
