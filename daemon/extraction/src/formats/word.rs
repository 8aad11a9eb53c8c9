//! Word 97 to 2003 (and 6.0 and 95): the text that the piece table names ([MS-DOC] 2.4.1).

use encoding_rs::WINDOWS_1252;
use model::Unread;

use super::compound::Compound;
use crate::output::{File, Output};

/// Versions of the format from this on have a piece table (Word 97).
const PIECES: u16 = 0x00c1;
/// The magic numbers of Word 6.0, 95, and of all later ones.
const MAGIC: &[u16] = &[0xa5dc, 0xa5ec];

pub(super) fn read(
    file: &File<'_>,
    compound: &mut Compound<'_>,
    output: &mut Output,
) -> Result<(), Unread> {
    output.format("doc");
    let most = file.bytes.len() as u64;
    let document = compound.stream("/WordDocument", most).ok_or(Unread::Corrupt)?;
    if !u16_at(&document, 0).is_some_and(|magic| MAGIC.contains(&magic)) {
        return Err(Unread::Corrupt);
    }
    let version = u16_at(&document, 2).ok_or(Unread::Corrupt)?;
    let flags = u16_at(&document, 10).ok_or(Unread::Corrupt)?;
    if flags & 0x0100 != 0 {
        return Err(Unread::Encrypted);
    }
    let raw = if version < PIECES {
        let (from, to) = (u32_at(&document, 24), u32_at(&document, 28));
        let (from, to) = from.zip(to).ok_or(Unread::Corrupt)?;
        let bytes = document.get(from as usize..to as usize).ok_or(Unread::Corrupt)?;
        WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
    } else {
        let name = if flags & 0x0200 != 0 { "/1Table" } else { "/0Table" };
        let table = compound.stream(name, most).ok_or(Unread::Corrupt)?;
        pieces(&document, &table).ok_or(Unread::Corrupt)?
    };
    output.whole(file, &shown(&raw))
}

/// The pieces of the text, one after another; nothing if the table does not hold.
fn pieces(document: &[u8], table: &[u8]) -> Option<String> {
    let (at, length) = (u32_at(document, 418)? as usize, u32_at(document, 422)? as usize);
    let mut clx = table.get(at..at.checked_add(length)?)?;
    // What is said of formatting comes first.
    while clx.first() == Some(&1) {
        clx = clx.get(3 + usize::from(u16_at(clx, 1)?)..)?;
    }
    if clx.first() != Some(&2) {
        return None;
    }
    let plc = clx.get(5..5usize.checked_add(u32_at(clx, 1)? as usize)?)?;
    let count = plc.len().checked_sub(4)? / 12;
    let mut text = String::new();
    for piece in 0..count {
        let (from, to) = (u32_at(plc, piece * 4)?, u32_at(plc, piece * 4 + 4)?);
        let length = to.checked_sub(from)? as usize;
        let place = u32_at(plc, (count + 1) * 4 + piece * 8 + 2)?;
        let at = (place & 0x3fff_ffff) as usize;
        if place & 0x4000_0000 != 0 {
            let bytes = document.get(at / 2..(at / 2).checked_add(length)?)?;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(bytes).0);
        } else {
            let bytes = document.get(at..at.checked_add(length.checked_mul(2)?)?)?;
            text.push_str(&encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0);
        }
        // Pieces may name the same bytes over and over.
        if text.len() > document.len().saturating_mul(4) {
            return None;
        }
    }
    Some(text)
}

/// What a reader sees: marks as what they stand for, instructions of fields not at all.
fn shown(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    // Of each field that is open, whether its instruction is still being told.
    let mut fields: Vec<bool> = Vec::new();
    for c in raw.chars() {
        match c {
            '\u{13}' => fields.push(true),
            '\u{14}' => fields.last_mut().into_iter().for_each(|told| *told = false),
            '\u{15}' => drop(fields.pop()),
            _ if fields.contains(&true) => {}
            '\r' | '\u{b}' | '\u{c}' => text.push('\n'),
            '\u{7}' => text.push('\t'),
            '\u{1e}' => text.push('-'),
            '\t' | '\n' => text.push(c),
            c if c.is_control() => {}
            c => text.push(c),
        }
        // A file may open fields without end.
        if fields.len() > 1_000 {
            fields.clear();
        }
    }
    text
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instruction_of_a_field_is_not_shown_and_its_result_is() {
        let raw = "See \u{13} HYPERLINK \"x\" \u{14}here\u{15}.\rCell\u{7}next\u{1}";
        assert_eq!(shown(raw), "See here.\nCell\tnext");
    }

    #[test]
    fn a_table_that_points_nowhere_gives_nothing() {
        assert_eq!(pieces(&[0; 600], &[2, 255, 255, 255, 255]), None);
        let mut document = vec![0_u8; 600];
        document[418..422].copy_from_slice(&u32::MAX.to_le_bytes());
        document[422..426].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(pieces(&document, &[2; 64]), None);
    }
}
