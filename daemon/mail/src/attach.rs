//! The files within a message.

use mail_parser::{ContentType, MessagePart, MimeHeaders, PartType, parsers::MessageStream};
use model::Digest;

use crate::{
    Attachment, charset,
    parts::{self, Body, Inner, Numbered},
    words,
};

/// The longest file name kept, in bytes.
const MAX_NAME: usize = 200;

/// Lists the files of the message with these `raw` bytes, at most `most`: every part that is
/// neither body nor mere structure, then what a TNEF container holds.
pub(crate) fn list(
    raw: &[u8],
    numbered: &[Numbered<'_>],
    body: &Body,
    most: usize,
) -> Vec<Attachment> {
    let shown = |index: usize| {
        body.passed_over.contains(&index)
            || body.pieces.iter().any(|p| p.plain == Some(index) || p.html == Some(index))
    };
    let mut files = Vec::new();
    for (index, one) in numbered.iter().enumerate() {
        if files.len() >= most {
            break;
        }
        if matches!(one.part.body, PartType::Multipart(_)) || shown(index) {
            continue;
        }
        files.push(attachment(raw, one));
        if let Inner::Tnef(container, first) = &one.inner {
            files.extend(container.list(*first));
        }
    }
    files.truncate(most);
    files
}

fn attachment(raw: &[u8], one: &Numbered<'_>) -> Attachment {
    let part = one.part;
    let bytes = parts::bytes(raw, part);
    let content_id = part.content_id().map(|id| id.trim_matches(['<', '>']).to_owned());
    let disposition = part.content_disposition();
    let attached = disposition.is_some_and(ContentType::is_attachment);
    Attachment {
        part: one.number,
        name: safe_name(&declared_name(raw, part)),
        media_type: parts::media_type(part),
        size: bytes.len() as u64,
        sha256: Digest::of(&bytes),
        inline: !attached
            && (disposition.is_some_and(ContentType::is_inline) || content_id.is_some()),
        content_id: content_id.filter(|id| !id.is_empty()),
    }
}

/// The file name as declared, decoded; empty if there is none.
fn declared_name(raw: &[u8], part: &MessagePart<'_>) -> String {
    let name = part.attachment_name().unwrap_or_default();
    if name.contains('\u{fffd}')
        && let Some(name) = eight_bit_name(raw, part)
    {
        return name;
    }
    words::decode_words(name).into_owned()
}

/// A file name written in raw 8-bit characters, decoded by their look.
fn eight_bit_name(raw: &[u8], part: &MessagePart<'_>) -> Option<String> {
    part.headers.iter().filter(|h| h.name.as_str().starts_with("Content-")).find_map(|header| {
        let value = raw.get(header.offset_start as usize..header.offset_end as usize)?;
        let mut text = charset::detect(value).text.into_owned();
        text.push('\n');
        let parsed =
            MessageStream::new(text.as_bytes()).parse_content_type().into_content_type()?;
        let name = parsed.attribute("filename").or_else(|| parsed.attribute("name"))?;
        Some(name.to_owned())
    })
}

/// `name` without directories, control characters and marks that reverse its direction.
pub(crate) fn safe_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let hidden = |c: &char| {
        c.is_control()
            || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let clean: String = base.chars().filter(|c| !hidden(c)).collect();
    let clean = clean.trim();
    if matches!(clean, "." | "..") {
        return String::new();
    }
    shorten(clean)
}

/// Cuts a name that is too long in its middle, keeping the extension.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let extension = name.rfind('.').filter(|at| name.len() - at <= 16);
    let extension = extension.and_then(|at| name.get(at..)).unwrap_or_default();
    let end = name.floor_char_boundary(MAX_NAME - extension.len());
    format!("{}{extension}", name.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_leave_its_directory_or_lie_about_its_type() {
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("C:\\temp\\a b.txt"), "a b.txt");
        assert_eq!(safe_name("invoice\u{202e}fdp.exe\r\n"), "invoicefdp.exe");
        assert_eq!(safe_name(".."), "");
        let long = format!("{}é.pdf", "ü".repeat(150));
        let short = safe_name(&long);
        assert!(short.len() <= MAX_NAME && short.ends_with("ü.pdf"));
    }
}
