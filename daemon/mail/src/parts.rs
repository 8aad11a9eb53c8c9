//! The MIME parts of a message: their numbers, bytes and roles.

use std::borrow::Cow;

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use crate::{
    charset::{self, Decoded},
    tnef::{self, Container},
    transfer,
};

/// How deep enclosed messages are numbered. Fixed, so that a number names the same part whatever
/// the limits of the caller.
const MAX_DEPTH: usize = 16;
/// How deep multiparts are searched for a body.
const MAX_MULTIPART: usize = 64;

/// A part with its number within the outermost message: depth first, the parts of an enclosed
/// message or TNEF container behind the part that encloses them.
pub(crate) struct Numbered<'m> {
    /// The part as parsed.
    pub part: &'m MessagePart<'m>,
    /// Its number.
    pub number: u32,
    /// What it encloses.
    pub inner: Inner<'m>,
}

/// What a part encloses.
pub(crate) enum Inner<'m> {
    /// Nothing.
    Nothing,
    /// A message.
    Message(&'m Message<'m>, Vec<Numbered<'m>>),
    /// A TNEF container; its first file has this number.
    Tnef(Box<Container>, u32),
}

/// Numbers the parts of `message`, beginning with `next`.
pub(crate) fn number<'m>(
    message: &'m Message<'m>,
    next: &mut u32,
    depth: usize,
) -> Vec<Numbered<'m>> {
    let mut numbered = Vec::with_capacity(message.parts.len());
    for part in &message.parts {
        let number = *next;
        *next += 1;
        let inner = match &part.body {
            PartType::Message(inner) if depth < MAX_DEPTH && !inner.parts.is_empty() => {
                Inner::Message(inner, self::number(inner, next, depth + 1))
            }
            PartType::Binary(_) | PartType::InlineBinary(_) if is_tnef(part) => {
                match tnef::read(&bytes(&message.raw_message, part)) {
                    Some(container) => {
                        let first = *next;
                        *next += container.count_files();
                        Inner::Tnef(Box::new(container), first)
                    }
                    None => Inner::Nothing,
                }
            }
            _ => Inner::Nothing,
        };
        numbered.push(Numbered { part, number, inner });
    }
    numbered
}

/// The decoded bytes of part `wanted`.
pub(crate) fn find(message: &Message<'_>, parts: &[Numbered<'_>], wanted: u32) -> Option<Vec<u8>> {
    for numbered in parts {
        if numbered.number == wanted {
            return Some(bytes(&message.raw_message, numbered.part).into_owned());
        }
        let found = match &numbered.inner {
            Inner::Nothing => None,
            Inner::Message(inner, parts) => find(inner, parts, wanted),
            Inner::Tnef(container, first) => {
                wanted.checked_sub(*first).and_then(|at| container.file(at))
            }
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn is_tnef(part: &MessagePart<'_>) -> bool {
    part.is_content_type("application", "ms-tnef")
        || part.is_content_type("application", "vnd.ms-tnef")
        || part.attachment_name().is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"))
}

/// The media type in lower case, as declared; `text/plain` where nothing is.
pub(crate) fn media_type(part: &MessagePart<'_>) -> String {
    let Some(declared) = part.content_type() else {
        let message = matches!(part.body, PartType::Message(_));
        return if message { "message/rfc822" } else { "text/plain" }.to_owned();
    };
    let subtype = declared.subtype().unwrap_or("octet-stream");
    format!("{}/{subtype}", declared.ctype()).to_lowercase()
}

/// The bytes of `part` as its Content-Transfer-Encoding decodes them.
pub(crate) fn bytes<'m>(raw: &'m [u8], part: &'m MessagePart<'_>) -> Cow<'m, [u8]> {
    if let (PartType::Binary(bytes) | PartType::InlineBinary(bytes), false) =
        (&part.body, part.is_encoding_problem)
    {
        return Cow::Borrowed(bytes);
    }
    let slice = raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let encoding = part.content_transfer_encoding().unwrap_or_default();
    let encodes = |name: &str| {
        encoding.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    match part.body {
        PartType::Message(_) | PartType::Multipart(_) => Cow::Borrowed(slice),
        _ if encodes("base64") => Cow::Owned(transfer::base64(slice)),
        _ if encodes("quoted-printable") => Cow::Owned(transfer::quoted_printable(slice)),
        _ => Cow::Borrowed(slice),
    }
}

/// The text of `part`, and how its character set was decided.
pub(crate) fn text<'m>(raw: &'m [u8], part: &'m MessagePart<'_>) -> Decoded<'m> {
    let declared = declared_charset(part);
    if let (PartType::Text(text) | PartType::Html(text), false) =
        (&part.body, part.is_encoding_problem)
        && text.is_ascii()
        && memchr::memchr(0x1b, text.as_bytes()).is_none()
    {
        // Every character set that yields it would have to spell it so.
        let used = charset::name_of(declared);
        return Decoded { text: Cow::Borrowed(text), used, detected: false };
    }
    match bytes(raw, part) {
        Cow::Borrowed(bytes) => charset::decode(bytes, declared),
        Cow::Owned(bytes) => {
            let Decoded { text, used, detected } = charset::decode(&bytes, declared);
            Decoded { text: Cow::Owned(text.into_owned()), used, detected }
        }
    }
}

/// The declared character set of `part`; empty if there is none.
pub(crate) fn declared_charset<'m>(part: &'m MessagePart<'_>) -> &'m str {
    part.content_type().and_then(|ct| ct.attribute("charset")).unwrap_or_default()
}

/// A piece of the body: the same text in one or two forms, as indexes of parts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Piece {
    /// As plain text.
    pub plain: Option<usize>,
    /// As HTML.
    pub html: Option<usize>,
}

/// What of a message is its body, and what are mere other forms of it.
#[derive(Default)]
pub(crate) struct Body {
    /// The pieces in order.
    pub pieces: Vec<Piece>,
    /// Alternatives that were not chosen and are no files.
    pub passed_over: Vec<usize>,
}

/// Finds the body of `message`.
pub(crate) fn find_body(message: &Message<'_>) -> Body {
    let mut body = Body::default();
    let mut pieces = Vec::new();
    collect(message, 0, Place::Root, 0, &mut pieces, &mut body.passed_over);
    body.pieces = pieces;
    body
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Alternative,
    Within,
}

fn collect(
    message: &Message<'_>,
    index: usize,
    place: Place,
    depth: usize,
    pieces: &mut Vec<Piece>,
    passed_over: &mut Vec<usize>,
) {
    let Some(part) = message.parts.get(index) else { return };
    let children = match &part.body {
        PartType::Multipart(children) if depth < MAX_MULTIPART => children,
        PartType::Text(_) | PartType::Html(_) => {
            pieces.extend(text_piece(part, index, place));
            if place == Place::Alternative && pieces.is_empty() && part.attachment_name().is_none()
            {
                passed_over.push(index);
            }
            return;
        }
        _ => return,
    };
    if part.is_content_type("multipart", "alternative") {
        let mut forms = Vec::new();
        for child in children {
            collect(
                message,
                *child as usize,
                Place::Alternative,
                depth + 1,
                &mut forms,
                passed_over,
            );
        }
        pieces.extend(choose(&forms, passed_over));
    } else {
        let related = part.is_content_type("multipart", "related");
        let shown = if related { children.get(..1).unwrap_or_default() } else { children };
        for child in shown {
            collect(message, *child as usize, Place::Within, depth + 1, pieces, passed_over);
        }
    }
}

/// One piece out of the forms of a multipart/alternative: the first plain one, the last in HTML.
fn choose(forms: &[Piece], passed_over: &mut Vec<usize>) -> Option<Piece> {
    let plain = forms.iter().find_map(|form| form.plain);
    let html = forms.iter().rev().find_map(|form| form.html);
    let all = forms.iter().flat_map(|form| [form.plain, form.html]).flatten();
    passed_over.extend(all.filter(|part| Some(*part) != plain && Some(*part) != html));
    (plain.is_some() || html.is_some()).then_some(Piece { plain, html })
}

fn text_piece(part: &MessagePart<'_>, index: usize, place: Place) -> Option<Piece> {
    let attached = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
    let is_file = attached || part.attachment_name().is_some();
    if is_file && place != Place::Root {
        return None;
    }
    if part.is_content_type("text", "html") {
        return Some(Piece { plain: None, html: Some(index) });
    }
    let plain = part.content_type().is_none()
        || part.is_content_type("text", "plain")
        || place == Place::Root;
    plain.then_some(Piece { plain: Some(index), html: None })
}
