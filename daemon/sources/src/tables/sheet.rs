//! A CSV file as rows with named columns.

use std::{collections::BTreeMap, path::Path};

use csv::{ReaderBuilder, StringRecord};

use super::{
    TableError,
    error::{Collected, Fault},
    text,
};

/// A column that has a meaning, with the names that it goes by.
///
/// Names are compared without regard to case, spaces, `-`, `_` and `.`. Where several columns have
/// names of the list, the first name of the list wins, and the others become fields.
pub struct Column {
    /// The name that the documentation uses.
    pub name: &'static str,
    /// Further names, in lower case and without separators.
    pub aliases: &'static [&'static str],
    /// Whether no row makes sense without it.
    pub required: bool,
}

/// A row: its line, and its cells by the meaning of their columns.
pub struct Row<'s> {
    /// The line that it begins in, from 1.
    pub line: u64,
    sheet: &'s Sheet,
    record: StringRecord,
}

/// What a header says: which column means what.
pub struct Sheet {
    header: Vec<String>,
    /// For each known column, where it is.
    known: Vec<(&'static str, usize)>,
}

impl Sheet {
    fn new(header: &StringRecord, columns: &[Column], faults: &mut Collected) -> Self {
        let header: Vec<String> = header
            .iter()
            .enumerate()
            .map(|(at, name)| match name.trim() {
                "" => format!("column {}", at + 1),
                name => name.to_owned(),
            })
            .collect();
        let plain: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let mut known = Vec::new();
        for column in columns {
            let own = self::plain(column.name);
            let found = std::iter::once(own.as_str())
                .chain(column.aliases.iter().copied())
                .find_map(|name| plain.iter().position(|found| found == name));
            match found {
                Some(at) if !known.iter().any(|(_, taken)| *taken == at) => {
                    known.push((column.name, at));
                }
                _ if column.required => faults.add(Fault::line(
                    1,
                    format!(
                        "there is no column \"{}\" among {}; name the columns in the first line",
                        column.name,
                        header.join(", ")
                    ),
                )),
                _ => {}
            }
        }
        for (at, name) in header.iter().enumerate() {
            if header[..at].contains(name) {
                faults.add(Fault::cell(1, name, "it occurs twice; rename one of the two"));
            }
        }
        Self { header, known }
    }
}

impl Row<'_> {
    /// The cell of a known column, trimmed; empty where there is no such column.
    pub fn get(&self, column: &str) -> &str {
        let known = self.sheet.known.iter().find(|(name, _)| *name == column);
        known.and_then(|(_, at)| self.record.get(*at)).unwrap_or("").trim()
    }

    /// A fault of the cell of a known column, under the name that the file gives the column.
    pub fn fault(&self, column: &str, detail: impl Into<String>) -> Fault {
        let known = self.sheet.known.iter().find(|(name, _)| *name == column);
        let name = known.map_or(column, |(_, at)| &self.sheet.header[*at]);
        Fault::cell(self.line, name, detail)
    }

    /// The cells of all other columns that are not empty, by the name of the column.
    pub fn fields(&self) -> BTreeMap<String, String> {
        let known = |at: &usize| self.sheet.known.iter().any(|(_, taken)| taken == at);
        self.record
            .iter()
            .enumerate()
            .filter(|(at, cell)| !known(at) && !cell.trim().is_empty())
            .filter_map(|(at, cell)| Some((self.sheet.header.get(at)?.clone(), cell.trim().into())))
            .collect()
    }
}

/// Reads the CSV file at `path` and makes a `T` of every row that is not blank.
///
/// Columns are separated by the one of `,` `;` and tab that the first line has most of.
pub fn read<T>(
    path: &Path,
    columns: &[Column],
    mut make: impl FnMut(&Row) -> Result<T, Fault>,
) -> Result<Vec<T>, TableError> {
    let text = text::read(path)?;
    let (text, skipped) = without_hint(&text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut faults = Collected::default();
    let mut sheet: Option<Sheet> = None;
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                faults.add(Fault::line(
                    error.position().map_or(0, csv::Position::line),
                    error.to_string(),
                ));
                break;
            }
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(sheet) = &sheet else {
            sheet = Some(Sheet::new(&record, columns, &mut faults));
            continue;
        };
        let line = record.position().map_or(0, csv::Position::line) + skipped;
        let (has, wants) = (record.len(), sheet.header.len());
        let extra = record.iter().skip(wants).any(|cell| !cell.trim().is_empty());
        if has < wants || extra {
            faults.add(Fault::line(
                line,
                format!(
                    "it has {has} cells where the first line has {wants}; put cells that contain \
                     separators or line ends into double quotes"
                ),
            ));
            continue;
        }
        let row = Row { line, sheet, record: record.clone() };
        match make(&row) {
            Ok(made) => rows.push(made),
            Err(fault) => faults.add(fault),
        }
    }
    if sheet.is_none() {
        faults.add(Fault::line(1, "the file is empty; name the columns in the first line"));
    }
    faults.check(path, rows)
}

/// `text` without the line `sep=;` that Excel may put first, and how many lines that were.
fn without_hint(text: &str) -> (&str, u64) {
    match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => {
            (rest, 1)
        }
        _ => (text, 0),
    }
}

fn delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(c, _)| *c == byte).for_each(|(_, n)| *n += 1),
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(byte, _)| *byte)
}

/// A column name for comparison.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, ' ' | '-' | '_' | '.' | '\u{a0}'))
        .flat_map(char::to_lowercase)
        .collect()
}
