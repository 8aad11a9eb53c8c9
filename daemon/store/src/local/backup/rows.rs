//! Tables of access and drafts as JSON lines, so that a copy is consistent whatever is written
//! meanwhile, and the same rows give the same bytes.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _},
    path::Path,
};

use data_encoding::BASE64;
use redb::{ReadableTable as _, TableDefinition, TableHandle as _};
use serde::{Deserialize, Serialize};

use super::{BackupError, Result};
use crate::local::{
    database::{ABOUT, Access, Database},
    fault, views,
};

const CACHE_BYTES: usize = 1 << 20;
/// No row is longer in this form.
const LONGEST: u64 = 256 << 20;
/// Rows that are written at once.
const BATCH: usize = 4096;

/// The tables that are kept so, by their files in the data directory.
pub(super) const FILES: [&str; 2] = ["access.redb", "drafts.redb"];

#[derive(Serialize, Deserialize)]
struct Row {
    table: String,
    key: String,
    value: String,
}

/// All rows of the tables at `from`. They are few: people, tokens, sessions, drafts.
pub(super) fn read(from: &Path) -> Result<Vec<u8>> {
    let database = Database::open(from.to_owned(), views::FORMAT, CACHE_BYTES, Access::Read)?;
    let transaction = database.read()?;
    let mut lines = Vec::new();
    let mut copy = || -> Result<(), redb::Error> {
        let handles = transaction.list_tables()?;
        let mut names: Vec<String> = handles.map(|one| one.name().to_owned()).collect();
        names.retain(|name| name != ABOUT.name());
        names.sort_unstable();
        for name in names {
            let rows: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new(&name);
            for row in transaction.open_table(rows)?.iter()? {
                let (key, value) = row?;
                let row = Row {
                    table: name.clone(),
                    key: BASE64.encode(key.value()),
                    value: BASE64.encode(value.value()),
                };
                serde_json::to_writer(&mut lines, &row).map_err(io::Error::from)?;
                lines.push(b'\n');
            }
        }
        Ok(())
    };
    copy().map_err(|error| database.fault("copy", error))?;
    Ok(lines)
}

/// Makes tables at `to` with the rows in the file at `from`.
pub(super) fn restore(from: &Path, to: &Path) -> Result<()> {
    let failed = |error: io::Error| BackupError::from(fault::io("read", from, error));
    let file = File::open(from).map_err(failed)?;
    let mut lines = BufReader::new(zstd::stream::Decoder::new(file).map_err(failed)?);
    let database = Database::open(to.to_owned(), views::FORMAT, CACHE_BYTES, Access::Write)?;
    let (mut line, mut over) = (Vec::new(), false);
    while !over {
        let mut batch = Vec::new();
        while batch.len() < BATCH {
            line.clear();
            over = (&mut lines).take(LONGEST).read_until(b'\n', &mut line).map_err(failed)? == 0;
            if over {
                break;
            }
            batch.push(row(&line).ok_or_else(|| BackupError::Damaged {
                what: from.display().to_string(),
                detail: "it holds a line that is no row".to_owned(),
            })?);
        }
        database.write(|transaction| {
            for (table, key, value) in &batch {
                let rows: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new(table);
                transaction.open_table(rows)?.insert(key.as_slice(), value.as_slice())?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn row(line: &[u8]) -> Option<(String, Vec<u8>, Vec<u8>)> {
    let row: Row = serde_json::from_slice(line).ok()?;
    let bytes = |text: &str| BASE64.decode(text.as_bytes()).ok();
    Some((row.table, bytes(&row.key)?, bytes(&row.value)?))
}
