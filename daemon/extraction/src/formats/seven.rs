//! Archives of 7-Zip.

use std::io::{Cursor, Read};

use model::Unread;
use sevenz_rust2::{ArchiveReader, EntryDecision, Error, Password};

use super::{packed::unpack, path_within, read_within};
use crate::output::{File, Output};

/// What part of the memory a dictionary may take.
const DICTIONARY: u64 = 4;

pub(super) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    output.format("7z");
    let kilobytes = usize::try_from(output.limits.memory / DICTIONARY / 1024).unwrap_or(usize::MAX);
    let bytes = Cursor::new(file.bytes);
    let archive = ArchiveReader::new_with_memory_limit(bytes, Password::empty(), kilobytes);
    let mut archive = archive.map_err(|error| reason(&error))?;
    // The child may not start threads.
    archive.set_thread_count(1);
    let mut ended = Ok(());
    let all = archive.for_each_entries_with_decision(|entry, from| {
        if !entry.is_directory {
            ended = self::entry(file, &entry.name, from, output);
        }
        Ok(if ended.is_ok() { EntryDecision::Continue } else { EntryDecision::Stop })
    });
    ended?;
    all.map_err(|error| reason(&error))
}

/// Reads one entry. One that cannot be unpacked is the end: those behind it are packed with it.
fn entry(
    file: &File<'_>,
    name: &str,
    from: &mut dyn Read,
    output: &mut Output,
) -> Result<(), Unread> {
    match unpack(from, file.bytes.len(), output) {
        Ok(bytes) => read_within(file, name, "", &bytes, output),
        Err(reason) => {
            output.enter()?;
            output.unread(&path_within(file, name), reason);
            Err(reason)
        }
    }
}

fn reason(error: &Error) -> Unread {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Unread::Encrypted,
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => Unread::Encrypted,
        Error::UnsupportedCompressionMethod(_)
        | Error::Unsupported(_)
        | Error::UnsupportedVersion { .. }
        | Error::ExternalUnsupported => Unread::UnknownFormat,
        Error::MaxMemLimited { .. } => Unread::TooLarge,
        _ => Unread::Corrupt,
    }
}
