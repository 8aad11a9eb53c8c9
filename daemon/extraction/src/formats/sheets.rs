//! Workbooks: XLSX, XLSB and the older XLS.

use std::{fmt::Write as _, io::Cursor};

use calamine::{Data, DataType, ExcelDateTime, Reader as _, Xls, XlsError, Xlsb, Xlsx, XlsxError};
use model::{Unread, file::Unit};

use super::archive::{self, Archive};
use crate::output::{File, Output};

/// Reads a workbook that is a zip archive.
pub(super) fn packed(
    file: &File<'_>,
    archive: &mut Archive<'_>,
    output: &mut Output,
) -> Result<(), Unread> {
    // the library unpacks on its own: what that comes to is found out first
    for name in archive.names() {
        if archive::has_ending(&name, "xml") || archive::has_ending(&name, "bin") {
            archive.bytes(&name, output)?;
        }
    }
    if archive.has("xl/workbook.bin") {
        output.format("xlsb");
        let mut book = Xlsb::new(Cursor::new(file.bytes)).map_err(|_| Unread::Corrupt)?;
        for (name, number) in book.sheet_names().into_iter().zip(1..) {
            let range = book.worksheet_range(&name).map_err(|_| Unread::Corrupt)?;
            sheet(file, number, &name, &range, output)?;
        }
    } else {
        output.format("xlsx");
        cells(file, output)?;
    }
    aside(file, archive, output)?;
    archive::embedded(file, archive, "xl/embeddings/", output)
}

/// Reads the cells of an XLSX one by one: a sheet with one cell in its last corner is no larger
/// than that cell.
fn cells(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).map_err(|error| match error {
        XlsxError::Password => Unread::Encrypted,
        _ => Unread::Corrupt,
    })?;
    for (name, number) in book.sheet_names().into_iter().zip(1..) {
        // a sheet of charts alone has no cells
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else { continue };
        let (mut text, mut row) = (String::new(), 0);
        let ended = loop {
            match reader.next_cell() {
                Ok(Some(cell)) => {
                    let (at, _) = cell.get_position();
                    if !text.is_empty() {
                        text.push(if at == row { '\t' } else { '\n' });
                    }
                    row = at;
                    write_value(cell.get_value(), &mut text);
                    if text.len() as u64 > output.text_left() {
                        break Err(Unread::TooLarge);
                    }
                }
                Ok(None) => break Ok(()),
                Err(_) => break Err(Unread::Corrupt),
            }
        };
        drop(reader);
        output.section(file, Unit::Sheet, number, &name, &text)?;
        ended?;
    }
    Ok(())
}

/// Comments and the text of shapes.
fn aside(file: &File<'_>, archive: &mut Archive<'_>, output: &mut Output) -> Result<(), Unread> {
    let mut text = String::new();
    for name in archive.names() {
        let wanted = ["xl/comments", "xl/drawings/drawing", "xl/charts/chart"]
            .iter()
            .any(|folder| name.starts_with(folder));
        if wanted
            && archive::has_ending(&name, "xml")
            && let Some(bytes) = archive.bytes(&name, output)?
        {
            text.push_str(&super::office::drawn(&bytes)?);
            text.push('\n');
        }
    }
    output.whole(file, &text)
}

/// Reads an XLS.
pub(super) fn old(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    output.format("xls");
    let mut book: Xls<_> = Xls::new(Cursor::new(file.bytes)).map_err(|error| match error {
        XlsError::Password => Unread::Encrypted,
        _ => Unread::Corrupt,
    })?;
    for (name, number) in book.sheet_names().into_iter().zip(1..) {
        if let Ok(range) = book.worksheet_range(&name) {
            sheet(file, number, &name, &range, output)?;
        }
    }
    Ok(())
}

fn sheet(
    file: &File<'_>,
    number: u32,
    name: &str,
    range: &calamine::Range<Data>,
    output: &mut Output,
) -> Result<(), Unread> {
    let mut text = String::new();
    let mut row = 0;
    for (at, _, value) in range.used_cells() {
        if !text.is_empty() {
            text.push(if at == row { '\t' } else { '\n' });
        }
        row = at;
        write_value(value, &mut text);
        if text.len() as u64 > output.text_left() {
            break;
        }
    }
    output.section(file, Unit::Sheet, number, name, &text)
}

/// A value as people read it.
fn write_value(value: &impl DataType, text: &mut String) {
    let written = if let Some(words) = value.get_string() {
        text.write_str(words)
    } else if let Some(words) = value.get_datetime_iso().or_else(|| value.get_duration_iso()) {
        text.write_str(words)
    } else if let Some(number) = value.get_int() {
        write!(text, "{number}")
    } else if let Some(number) = value.get_float() {
        write!(text, "{number}")
    } else if let Some(truth) = value.get_bool() {
        text.write_str(if truth { "TRUE" } else { "FALSE" })
    } else if let Some(at) = value.get_datetime() {
        write_time(&at, text)
    } else if let Some(error) = value.get_error() {
        write!(text, "{error}")
    } else {
        Ok(())
    };
    // writing to a string does not fail
    debug_assert!(written.is_ok());
}

fn write_time(at: &ExcelDateTime, text: &mut String) -> std::fmt::Result {
    if !at.is_datetime() {
        return write!(text, "{}", at.as_f64());
    }
    let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
    write!(text, "{year:04}-{month:02}-{day:02}")?;
    if (hour, minute) == (0, 0) { Ok(()) } else { write!(text, " {hour:02}:{minute:02}") }
}
