//! Zip archives, and the formats that are one.

use std::io::{self, Cursor, Read as _};

use model::Unread;
use zip::{ZipArchive, read::ZipFile, result::ZipError};

use super::{object, office, path_within, read_within, sheets};
use crate::output::{File, Output};

/// An open archive.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, Unread> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unread::Corrupt)?;
        Ok(Self { zip })
    }

    /// Whether there is an entry of this name.
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The names of all entries, in the archive's order.
    pub fn names(&self) -> Vec<String> {
        self.zip.file_names().flatten().map(std::borrow::Cow::into_owned).collect()
    }

    /// The bytes of the entry `name`; nothing if there is none.
    pub fn bytes(&mut self, name: &str, output: &mut Output) -> Result<Option<Vec<u8>>, Unread> {
        match self.zip.by_name(name) {
            Ok(entry) => unpack(entry, output).map(Some),
            Err(ZipError::FileNotFound) => Ok(None),
            Err(error) => Err(reason(&error)),
        }
    }
}

/// Reads an archive as what it is.
pub(super) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    let mut archive = Archive::open(file.bytes)?;
    if archive.has("word/document.xml") {
        return office::document(file, &mut archive, output);
    }
    if archive.has("ppt/presentation.xml") {
        return office::slides(file, &mut archive, output);
    }
    if archive.has("xl/workbook.xml") || archive.has("xl/workbook.bin") {
        return sheets::packed(file, &mut archive, output);
    }
    if let Some(kind) = archive.bytes("mimetype", output)?
        && let Some(kind) = kind.strip_prefix(b"application/vnd.oasis.opendocument.")
    {
        return office::open_document(file, &mut archive, kind, output);
    }
    output.format("zip");
    entries(file, &mut archive, output)
}

/// Reads everything that an archive holds.
fn entries(file: &File<'_>, archive: &mut Archive<'_>, output: &mut Output) -> Result<(), Unread> {
    for at in 0..archive.zip.len() {
        let named = archive.zip.name_for_index(at).and_then(Result::ok);
        let named = named.map(std::borrow::Cow::into_owned).unwrap_or_default();
        let (name, bytes) = match archive.zip.by_index(at) {
            Ok(entry) if entry.is_dir() => continue,
            Ok(entry) => {
                let name = shown_name(&entry);
                if name.starts_with("__MACOSX/") {
                    continue;
                }
                (name, unpack(entry, output))
            }
            Err(error) => (named, Err(reason(&error))),
        };
        match bytes {
            Ok(bytes) => read_within(file, &name, "", &bytes, output)?,
            Err(reason) => {
                output.enter()?;
                output.unread(&path_within(file, &name), reason);
            }
        }
    }
    Ok(())
}

/// Reads the files that lie in the folder `folder` of a document.
pub(super) fn embedded(
    file: &File<'_>,
    archive: &mut Archive<'_>,
    folder: &str,
    output: &mut Output,
) -> Result<(), Unread> {
    for name in archive.names() {
        if !name.starts_with(folder) || name.ends_with('/') {
            continue;
        }
        let Some(bytes) = archive.bytes(&name, output)? else { continue };
        if !has_ending(&name, "bin") {
            read_within(file, name.rsplit('/').next().unwrap_or_default(), "", &bytes, output)?;
        } else if let Some((name, bytes)) = object::unwrapped(&bytes) {
            // what the objects of other programs hold is theirs to know: the page shows a picture
            read_within(file, &name, "", &bytes, output)?;
        }
    }
    Ok(())
}

/// What an entry unpacks to, under the limits.
fn unpack<R: io::Read>(entry: ZipFile<'_, R>, output: &mut Output) -> Result<Vec<u8>, Unread> {
    let packed = entry.compressed_size();
    let most = output.most_unpacked().min(output.limits.file_bytes);
    let mut bytes = Vec::new();
    let read = entry.take(most + 1).read_to_end(&mut bytes);
    output.unpacked(packed, bytes.len() as u64)?;
    if bytes.len() as u64 > most {
        return Err(Unread::TooLarge);
    }
    read.map_err(|_| Unread::Corrupt)?;
    Ok(bytes)
}

/// Whether a name within an archive ends so.
pub(super) fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, its)| its.eq_ignore_ascii_case(ending))
}

/// The name of an entry; of one in an unknown character set, its look.
fn shown_name<R: io::Read>(entry: &ZipFile<'_, R>) -> String {
    match entry.name() {
        Ok(name) => name.into_owned(),
        Err(_) => super::text::decode(entry.name_raw(), ""),
    }
}

fn reason(error: &ZipError) -> Unread {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            Unread::Encrypted
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            Unread::UnknownFormat
        }
        _ => Unread::Corrupt,
    }
}
