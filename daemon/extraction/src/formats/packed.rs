//! Files that are packed by gzip (RFC 1952), and tape archives (POSIX ustar and GNU).

use std::io::Read;

use flate2::read::MultiGzDecoder;
use model::Unread;
use tar::Archive;

use super::{path_within, read_within};
use crate::output::{File, Output};

pub(super) fn gzip(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    output.format("gzip");
    let bytes = unpack(MultiGzDecoder::new(file.bytes), file.bytes.len(), output)?;
    let name = match file.name.rsplit_once('.') {
        Some((stem, ending)) if ending.eq_ignore_ascii_case("tgz") => format!("{stem}.tar"),
        Some((stem, ending)) if ending.eq_ignore_ascii_case("gz") => stem.to_owned(),
        _ => file.name.to_owned(),
    };
    read_within(file, &name, "", &bytes, output)
}

pub(super) fn tape(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    output.format("tar");
    let mut archive = Archive::new(file.bytes);
    for entry in archive.entries().map_err(|_| Unread::Corrupt)? {
        let mut entry = entry.map_err(|_| Unread::Corrupt)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let size = entry.size();
        match unpack(&mut entry, file.bytes.len(), output) {
            Ok(bytes) => {
                if (bytes.len() as u64) < size {
                    output.unread(&path_within(file, &name), Unread::Corrupt);
                }
                read_within(file, &name, "", &bytes, output)?;
            }
            Err(reason) => {
                output.enter()?;
                output.unread(&path_within(file, &name), reason);
            }
        }
    }
    Ok(())
}

/// What comes out of `packed` bytes, under the limits.
pub(super) fn unpack(
    from: impl Read,
    packed: usize,
    output: &mut Output,
) -> Result<Vec<u8>, Unread> {
    let most = output.most_unpacked().min(output.limits.file_bytes);
    let mut bytes = Vec::new();
    let read = from.take(most + 1).read_to_end(&mut bytes);
    output.unpacked(packed as u64, bytes.len() as u64)?;
    if bytes.len() as u64 > most {
        return Err(Unread::TooLarge);
    }
    read.map_err(|_| Unread::Corrupt)?;
    Ok(bytes)
}
