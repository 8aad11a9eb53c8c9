//! Tables that are handed in by the page, read as the command line reads them.

use std::{fs, path::PathBuf};

use app::imports::{TableFault, TableKind, TableReader, TableRefused, TableRows};
use sources::tables::{TableError, read_accounts, read_contacts};

/// Reads CSV by way of a file of its own in the data directory.
#[derive(Debug, Clone)]
pub struct CsvTables {
    /// The data directory.
    pub dir: PathBuf,
}

impl TableReader for CsvTables {
    fn read(&self, kind: TableKind, bytes: &[u8]) -> Result<TableRows, TableRefused> {
        let failed = |error: std::io::Error| TableRefused::Failed(error.to_string());
        let file = tempfile::Builder::new().prefix("table").tempfile_in(&self.dir);
        let file = file.map_err(failed)?;
        fs::write(file.path(), bytes).map_err(failed)?;
        let read = match kind {
            TableKind::Accounts => read_accounts(file.path()).map(TableRows::Accounts),
            TableKind::Contacts => read_contacts(file.path()).map(TableRows::Contacts),
        };
        read.map_err(|error| match error {
            TableError::Io { source, .. } => failed(source),
            TableError::Faulty { faults, further, .. } => {
                let fault = |fault: sources::tables::Fault| TableFault {
                    line: fault.line,
                    column: fault.column,
                    detail: fault.detail,
                };
                TableRefused::Faulty { faults: faults.into_iter().map(fault).collect(), further }
            }
        })
    }
}
