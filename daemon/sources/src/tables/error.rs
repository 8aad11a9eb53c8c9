//! What is wrong with a table, by line.

use std::{fmt, io, path::PathBuf};

/// Why a table cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Its content must be corrected.
    #[error("{}", Faults(path, faults, *further))]
    Faulty {
        /// The file.
        path: PathBuf,
        /// What is wrong, in the order of the lines; at least one.
        faults: Vec<Fault>,
        /// Faults beyond those that are listed.
        further: usize,
    },
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// The column or key, as the file names it; empty if it is about the line.
    pub column: String,
    /// What is wrong, and what to write instead.
    pub detail: String,
}

impl Fault {
    /// A fault of a line.
    pub(super) fn line(line: u64, detail: impl Into<String>) -> Self {
        Self { line, column: String::new(), detail: detail.into() }
    }

    /// A fault of one cell.
    pub(super) fn cell(line: u64, column: &str, detail: impl Into<String>) -> Self {
        Self { line, column: column.to_owned(), detail: detail.into() }
    }
}

struct Faults<'e>(&'e std::path::Path, &'e [Fault], usize);

impl fmt::Display for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(path, faults, further) = self;
        for (index, fault) in faults.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}:{}: ", path.display(), fault.line)?;
            if !fault.column.is_empty() {
                write!(f, "column \"{}\": ", fault.column)?;
            }
            f.write_str(&fault.detail)?;
        }
        if *further > 0 {
            write!(f, "\nand {further} more lines like these")?;
        }
        Ok(())
    }
}

/// Faults found so far in a file.
#[derive(Debug, Default)]
pub(super) struct Collected {
    faults: Vec<Fault>,
    further: usize,
}

/// Faults listed by name; a file of the wrong kind would have one in each line.
const LISTED: usize = 20;

impl Collected {
    /// Adds a fault.
    pub fn add(&mut self, fault: Fault) {
        if self.faults.len() < LISTED {
            self.faults.push(fault);
        } else {
            self.further += 1;
        }
    }

    /// `rows` if nothing is wrong.
    pub fn check<T>(self, path: &std::path::Path, rows: T) -> Result<T, TableError> {
        if self.faults.is_empty() {
            return Ok(rows);
        }
        let (faults, further) = (self.faults, self.further);
        Err(TableError::Faulty { path: path.to_owned(), faults, further })
    }
}
