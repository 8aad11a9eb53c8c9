//! Outlook's MSG (MS-OXMSG): what the message says, and what is attached to it.

use model::Unread;

use super::{compound::Compound, html, path_within, read_within, rtf, text::decode};
use crate::output::{File, Output};

/// The largest property that is read.
const LARGEST: u64 = 64 << 20;
/// The largest RTF body, unpacked.
const LARGEST_BODY: usize = 16 << 20;
/// What a compressed RTF body may refer back to from its start (MS-OXRTFCP 2.2.1.4).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \
    \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier\
    {\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

pub(super) fn read(
    file: &File<'_>,
    compound: &mut Compound<'_>,
    output: &mut Output,
) -> Result<(), Unread> {
    message(file, compound, "", 0, output)
}

/// Reads the message in the storage `at`.
fn message(
    file: &File<'_>,
    compound: &mut Compound<'_>,
    at: &str,
    depth: u32,
    output: &mut Output,
) -> Result<(), Unread> {
    let mut said = String::new();
    for (name, property) in
        [("From", "0C1A"), ("From", "5D01"), ("To", "0E04"), ("Cc", "0E03"), ("Subject", "0037")]
    {
        if let Some(value) = words(compound, at, property)
            && !value.trim().is_empty()
        {
            said.push_str(&format!("{name}: {value}\n"));
        }
    }
    said.push('\n');
    said.push_str(&body(compound, at));
    output.whole(file, &said)?;
    for name in compound.storages(&format!("{at}/")) {
        if name.starts_with("__attach_version1.0_") {
            attachment(file, compound, &format!("{at}/{name}"), depth, output)?;
        }
    }
    Ok(())
}

/// The text of a message: plain, else from its HTML, else from its RTF.
fn body(compound: &mut Compound<'_>, at: &str) -> String {
    if let Some(plain) = words(compound, at, "1000").filter(|text| !text.trim().is_empty()) {
        return plain;
    }
    let page = property(compound, at, "1013", "0102").map(|bytes| html::text(&bytes));
    let page = page.or_else(|| words(compound, at, "1013").map(|page| mail::html_text(&page)));
    if let Some(text) = page.filter(|text| !text.trim().is_empty()) {
        return text;
    }
    let packed = property(compound, at, "1009", "0102");
    packed.and_then(|packed| unpack(&packed)).map(|rtf| rtf::text(&rtf)).unwrap_or_default()
}

fn attachment(
    file: &File<'_>,
    compound: &mut Compound<'_>,
    at: &str,
    depth: u32,
    output: &mut Output,
) -> Result<(), Unread> {
    let named = ["3707", "3704", "3001"];
    let name = named.iter().find_map(|id| words(compound, at, id).filter(|name| !name.is_empty()));
    let name = name.unwrap_or_else(|| "attachment".to_owned());
    let media_type = words(compound, at, "370E").unwrap_or_default();
    if let Some(bytes) = property(compound, at, "3701", "0102") {
        return read_within(file, &name, &media_type, &bytes, output);
    }
    let inner = format!("{at}/__substg1.0_3701000D");
    if compound.streams(&inner).iter().any(|name| name == "__properties_version1.0") {
        output.enter()?;
        let path = path_within(file, &name);
        if file.depth + depth + 1 > output.limits.depth {
            output.unread(&path, Unread::TooDeep);
            return Ok(());
        }
        let within = File { path: &path, ..*file };
        return message(&within, compound, &inner, depth + 1, output);
    }
    Ok(())
}

fn property(compound: &mut Compound<'_>, at: &str, id: &str, kind: &str) -> Option<Vec<u8>> {
    compound.stream(&format!("{at}/__substg1.0_{id}{kind}"), LARGEST)
}

/// A text property, in UTF-16 or in the code page of its sender.
fn words(compound: &mut Compound<'_>, at: &str, id: &str) -> Option<String> {
    if let Some(bytes) = property(compound, at, id, "001F") {
        let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes);
        return Some(text.trim_end_matches('\0').to_owned());
    }
    let bytes = property(compound, at, id, "001E")?;
    Some(decode(&bytes, "").trim_end_matches('\0').to_owned())
}

/// Unpacks an RTF body (MS-OXRTFCP 3.1); nothing if it is none.
fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let word = |at: usize| Some(u32::from_le_bytes(packed.get(at..at + 4)?.try_into().ok()?));
    let size = (word(4)? as usize).min(LARGEST_BODY);
    match word(8)? {
        0x414c_454d => return Some(packed.get(16..)?.iter().copied().take(size).collect()),
        0x7546_5a4c => {}
        _ => return None,
    }
    let mut ring = [b' '; 4_096];
    ring[..DICTIONARY.len()].copy_from_slice(DICTIONARY);
    let mut end = DICTIONARY.len();
    let mut out = Vec::new();
    let mut rest = packed.get(16..)?.iter().copied();
    'all: while let Some(flags) = rest.next() {
        for bit in 0..8 {
            if out.len() >= size {
                break 'all;
            }
            let Some(first) = rest.next() else { break 'all };
            if flags & (1 << bit) == 0 {
                ring[end] = first;
                end = (end + 1) % ring.len();
                out.push(first);
                continue;
            }
            let Some(second) = rest.next() else { break 'all };
            let reference = usize::from(u16::from_be_bytes([first, second]));
            let (offset, length) = (reference >> 4, (reference & 0xf) + 2);
            if offset == end {
                break 'all;
            }
            for step in 0..length {
                let byte = ring[(offset + step) % ring.len()];
                ring[end] = byte;
                end = (end + 1) % ring.len();
                out.push(byte);
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_unpacks() {
        // MS-OXRTFCP 4.1.1
        let packed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0,
            0x0a, 0, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68,
            0x65, 0x6c, 0x09, 0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f,
            0xa0,
        ];
        let rtf = unpack(&packed).unwrap();
        assert_eq!(rtf, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(rtf::text(&rtf), "hello world");
    }
}
