//! The child at work: what it cannot do, and what a file that means ill costs.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod confined;
mod formats;
mod made;
mod refused;

use std::path::PathBuf;

use extraction::{Handed, Limits, Reader, Reading};
use model::Unread;

fn reader(limits: Limits) -> Reader {
    Reader::new(PathBuf::from(env!("CARGO_BIN_EXE_extract")), Vec::new(), limits)
}

fn read_all(limits: Limits, files: &[(&str, &[u8])]) -> Vec<Reading> {
    let handed: Vec<Handed<'_>> =
        files.iter().map(|(name, bytes)| Handed { name, media_type: "", bytes }).collect();
    reader(limits).read(&handed).unwrap()
}

/// What one file says, each stretch with its place.
fn read(name: &str, bytes: &[u8]) -> Result<Vec<(String, String)>, Unread> {
    let reading = read_all(Limits::default(), &[(name, bytes)]).pop().unwrap();
    let read = reading.outcome?;
    Ok(read.sections.into_iter().map(|s| (s.place.shown(), s.text)).collect())
}

/// The files within that were not read.
fn unread(name: &str, bytes: &[u8]) -> Vec<(String, Unread)> {
    let reading = read_all(Limits::default(), &[(name, bytes)]).pop().unwrap();
    let read = reading.outcome.unwrap();
    read.unread.into_iter().map(|part| (part.path, part.reason)).collect()
}
