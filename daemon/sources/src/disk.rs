//! Reading files: at a position, with a cap, and named in a way that survives any file name.

use std::{
    ffi::OsStr,
    fmt::Write,
    fs::File,
    io::{self, Read},
    os::unix::{ffi::OsStrExt, fs::FileExt},
    path::Path,
};

use app::source::{Refusal, SourceError};

use crate::refusal::{from_io, too_large};

/// Bytes that can be read at any position, from several threads.
pub trait ReadAt {
    /// Fills `buffer` from `offset` on as far as there are bytes, and says how many it filled.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match FileExt::read_at(self, &mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|from| self.get(from..)).unwrap_or(&[]);
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

impl<R: ReadAt + ?Sized> ReadAt for &R {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }
}

impl<R: ReadAt + ?Sized> ReadAt for std::sync::Arc<R> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }
}

/// The whole file, refused if it has more than `cap` bytes.
pub fn read_capped(path: &Path, cap: u64) -> Result<Vec<u8>, Refusal> {
    let file = File::open(path).map_err(|error| from_io(&error))?;
    let size = file.metadata().map_err(|error| from_io(&error))?.len();
    if size > cap {
        return Err(too_large(size, cap));
    }
    drain(file, size, cap)
}

/// Everything that `from` gives, refused beyond `cap` bytes; `expected` is a hint.
pub fn drain(from: impl Read, expected: u64, cap: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(expected.min(cap).min(16 << 20) as usize + 1);
    from.take(cap.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| from_io(&error))?;
    if bytes.len() as u64 > cap {
        return Err(too_large(bytes.len() as u64, cap));
    }
    Ok(bytes)
}

/// Up to `count` bytes from the beginning of a file.
pub fn head(path: &Path, count: usize) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let mut bytes = vec![0; count];
    let filled = ReadAt::read_at(&file, &mut bytes, 0)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// A file name as text: what is not UTF-8 is written as `\xNN`, so that two names never look the
/// same.
pub fn shown(name: &OsStr) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// The path of `name` in the folder `folder`, both relative, as text with slashes.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The error of a source that could not read `path`.
pub fn io_error(path: &Path, source: io::Error) -> SourceError {
    SourceError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_that_are_not_utf8_stay_two_names() {
        let (one, two) = (OsStr::from_bytes(b"caf\xe9"), OsStr::from_bytes(b"caf\xe8"));
        assert_eq!(shown(one), "caf\\xe9");
        assert_ne!(shown(one), shown(two));
    }

    #[test]
    fn a_file_beyond_the_cap_is_refused_before_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("big");
        std::fs::write(&path, [b'x'; 100]).unwrap();
        assert_eq!(read_capped(&path, 99).unwrap_err().reason, "too_large");
        assert_eq!(read_capped(&path, 100).unwrap().len(), 100);
        assert_eq!(read_capped(&dir.path().join("none"), 9).unwrap_err().reason, "vanished");
    }
}
