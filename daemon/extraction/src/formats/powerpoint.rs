//! PowerPoint 97 to 2003: the text of slides and notes ([MS-PPT] 2.4 and 2.9).

use encoding_rs::UTF_16LE;
use model::{Unread, file::Unit};

use super::{compound::Compound, word::u32_at};
use crate::output::{File, Output};

/// Records by their type.
const MASTER: u16 = 0x03f8;
const SLIDE_IN_LIST: u16 = 0x03f3;
const LIST: u16 = 0x0ff0;
const CHARACTERS: u16 = 0x0fa0;
const BYTES: u16 = 0x0fa8;
/// What the file of who saved it says where the rest is encrypted.
const ENCRYPTED: u32 = 0xf3d1_c4df;

/// The slides of the outline, and what stands in boxes of their own, in notes and handouts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    slides: Vec<String>,
    rest: String,
}

pub(super) fn read(
    file: &File<'_>,
    compound: &mut Compound<'_>,
    output: &mut Output,
) -> Result<(), Unread> {
    output.format("ppt");
    let most = file.bytes.len() as u64;
    let saved = compound.stream("/Current User", most).unwrap_or_default();
    if u32_at(&saved, 12) == Some(ENCRYPTED) {
        return Err(Unread::Encrypted);
    }
    let document = compound.stream("/PowerPoint Document", most).ok_or(Unread::Corrupt)?;
    let told = told(&document);
    for (text, number) in told.slides.iter().zip(1..) {
        output.section(file, Unit::Slide, number, "", text)?;
    }
    output.whole(file, &told.rest)
}

/// Walks the records; one that holds others is stepped into.
fn told(document: &[u8]) -> Told {
    let mut told = Told::default();
    let (mut at, mut outline_ends) = (0, 0);
    while let Some(head) = document.get(at..at + 8) {
        let (version, kind) = (head[0] & 0xf, u16::from_le_bytes([head[2], head[3]]));
        // The list of slides is the first one; those of masters and notes come by another number.
        let instance = u16::from_le_bytes([head[0], head[1]]) >> 4;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let from = at + 8;
        let to = from.saturating_add(length).min(document.len());
        if kind == LIST && instance == 0 {
            outline_ends = to;
            // Saved again, it stands there again: the last one counts.
            told.slides.clear();
        }
        let inside = version == 0xf && kind != MASTER && !(kind == LIST && instance == 1);
        at = if inside { from } else { to };
        let body = &document[from..to];
        let text = match kind {
            SLIDE_IN_LIST if from <= outline_ends => {
                told.slides.push(String::new());
                continue;
            }
            CHARACTERS => UTF_16LE.decode_without_bom_handling(body).0.into_owned(),
            BYTES => body.iter().map(|byte| char::from(*byte)).collect(),
            _ => continue,
        };
        let text = text.replace(['\r', '\u{b}'], "\n");
        let into = match told.slides.last_mut() {
            Some(slide) if from <= outline_ends => slide,
            _ => &mut told.rest,
        };
        into.push_str(text.trim_matches('\0'));
        into.push('\n');
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(version: u16, kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        [&version.to_le_bytes()[..], &kind.to_le_bytes(), &length, body].concat()
    }

    #[test]
    fn slides_are_told_one_by_one_and_masters_not_at_all() {
        let wide: Vec<u8> = "Café\rMenu".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let list = [
            record(0, SLIDE_IN_LIST, &[0; 20]),
            record(0, CHARACTERS, &wide),
            record(0, SLIDE_IN_LIST, &[0; 20]),
            record(0, BYTES, b"Prices"),
        ];
        let master = record(0xf, MASTER, &record(0, BYTES, b"Click to edit"));
        let notes = record(0xf, 0x03f0, &record(0, BYTES, b"Speak slowly"));
        let document =
            record(0xf, 0x03e8, &[record(0xf, LIST, &list.concat()), master, notes].concat());
        let slides = vec!["Café\nMenu\n".to_owned(), "Prices\n".to_owned()];
        assert_eq!(told(&document), Told { slides, rest: "Speak slowly\n".to_owned() });
        assert_eq!(told(&document[..30]).rest, "", "a file that is cut off ends");
    }
}
