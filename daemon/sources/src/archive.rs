//! Zip archives of messages, Maildirs and mboxes.
//!
//! Nothing is unpacked into files of its name, so that no name can lead out of a folder; only an
//! mbox is spooled into a file without a name, as its messages are read at their places. What an
//! entry claims about its size is not believed: reading stops at the caps.

mod guard;

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::source::{Estimate, Offer, Refusal, Source, SourceError, SourceInfo};
use model::{
    ItemKey, SourceId,
    fact::{Received, Sighting},
};
use zip::{ZipArchive, read::ZipFile, result::ZipError};

use crate::{
    disk::{ReadAt, drain, io_error, join, shown},
    maildir::name,
    mbox::{self, Found, MboxItems},
    outlook,
    recognise::{self, Looks},
    refusal::{from_io, refuse, too_large},
};

pub use guard::ArchiveLimits;

/// The archive file with a place in it; clones read on their own.
#[derive(Debug, Clone)]
struct Shared {
    file: Arc<File>,
    size: u64,
    at: u64,
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(by) => (self.size, by),
            SeekFrom::Current(by) => (self.at, by),
        };
        let before = || io::Error::new(io::ErrorKind::InvalidInput, "a place before the beginning");
        self.at = base.checked_add_signed(by).ok_or_else(before)?;
        Ok(self.at)
    }
}

/// The offers of one archive.
pub(crate) struct ArchiveItems {
    source: SourceId,
    /// What stands before the folders of the archive.
    prefix: String,
    path: PathBuf,
    archive: ZipArchive<Shared>,
    /// Folders of the archive that are Maildirs, each with a slash behind it.
    maildirs: BTreeSet<Vec<u8>>,
    limits: ArchiveLimits,
    at: usize,
    mbox: Option<MboxItems>,
}

/// An entry, as its archive describes it.
struct Entry {
    index: usize,
    name: Vec<u8>,
    size: u64,
    refusal: Option<Refusal>,
}

impl ArchiveItems {
    /// The offers of the archive in `file`, which people know as `path`.
    pub fn new(
        source: &SourceId,
        prefix: String,
        path: &Path,
        file: File,
        limits: &ArchiveLimits,
    ) -> Result<Self, SourceError> {
        let size = file.metadata().map_err(|error| io_error(path, error))?.len();
        let shared = Shared { file: Arc::new(file), size, at: 0 };
        guard::check_count(&*shared.file, size).map_err(|detail| damaged(path, detail))?;
        let mut archive = ZipArchive::new(shared).map_err(|error| of_zip(path, error))?;
        if archive.has_overlapping_files().map_err(|error| of_zip(path, error))? {
            return Err(damaged(path, "its entries overlap, as in a zip bomb".to_owned()));
        }
        if archive.has_duplicate_names() {
            log::warn!(path:% = path.display(); "of entries with the same name only the last is read");
        }
        let maildirs =
            archive.file_names_raw().filter_map(maildir_of).map(<[u8]>::to_vec).collect();
        Ok(Self {
            source: source.clone(),
            prefix,
            path: path.to_owned(),
            archive,
            maildirs,
            limits: limits.clone(),
            at: 0,
            mbox: None,
        })
    }

    /// The next item.
    pub fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        loop {
            if let Some(mbox) = &mut self.mbox {
                if let Some(offer) = mbox.next()? {
                    return Ok(Some(offer));
                }
                self.mbox = None;
            }
            if self.at >= self.archive.len() {
                return Ok(None);
            }
            let index = self.at;
            self.at += 1;
            if let Some(entry) = self.entry(index)?
                && let Some(offer) = self.open(&entry)?
            {
                return Ok(Some(offer));
            }
        }
    }

    /// How many files there are, and how many bytes they claim to have.
    fn estimate(&self) -> Estimate {
        let entries = (0..self.archive.len()).filter_map(|at| self.archive.by_index_data(at).ok());
        let bytes = entries.map(|entry| entry.size()).fold(0, u64::saturating_add);
        Estimate { items: None, bytes: Some(bytes) }
    }

    /// The entry at `index`; nothing for a folder and for what lies in the `tmp` of a Maildir.
    fn entry(&self, index: usize) -> Result<Option<Entry>, SourceError> {
        let data = self.archive.by_index_data(index).map_err(|error| of_zip(&self.path, error))?;
        let name = data.name_raw().to_vec();
        let (folder, _) = split(&name);
        let delivery =
            folder.strip_suffix(b"tmp/").is_some_and(|root| self.maildirs.contains(root));
        if data.is_dir() || delivery {
            return Ok(None);
        }
        let refusal = if data.encrypted() {
            Some(refuse("encrypted", "it is protected by a password; unpack the archive first"))
        } else if data.is_symlink() {
            Some(refuse("unreadable", "it is a symbolic link"))
        } else {
            self.limits.check(data.size(), data.compressed_size()).err()
        };
        Ok(Some(Entry { index, name, size: data.size(), refusal }))
    }

    /// The offer of an entry, or nothing if it is an mbox to go into.
    fn open(&mut self, entry: &Entry) -> Result<Option<Offer>, SourceError> {
        if let Some(refusal) = entry.refusal.clone() {
            return Ok(Some(self.offer(entry, None, move |_| Err(refusal))));
        }
        let by_name = self.is_in_maildir(&entry.name)
            || recognise::names_message(&String::from_utf8_lossy(&entry.name));
        if by_name {
            return Ok(Some(self.message(entry, true)));
        }
        let mut head = Vec::new();
        let read = with_entry(&mut self.archive.clone(), entry.index, |file| {
            file.take(recognise::HEAD as u64).read_to_end(&mut head).map_err(|e| from_io(&e))
        });
        match read {
            Err(refusal) => Ok(Some(self.offer(entry, None, move |_| Err(refusal)))),
            Ok(_) if recognise::looks(&head) == Looks::Mbox => self.mbox(entry),
            Ok(_) => Ok(Some(self.message(entry, false))),
        }
    }

    fn message(&self, entry: &Entry, name_says_message: bool) -> Offer {
        let (mut archive, index, size) = (self.archive.clone(), entry.index, entry.size);
        self.offer(entry, None, move |cap| {
            if size > cap {
                return Err(too_large(size, cap));
            }
            let bytes = with_entry(&mut archive, index, |file| drain(file, size, cap))?;
            if outlook::is_message(&bytes) {
                return outlook::read(&bytes, cap);
            }
            recognise::accept(&bytes, name_says_message)?;
            Ok(mbox::without_separator(bytes))
        })
    }

    fn mbox(&mut self, entry: &Entry) -> Result<Option<Offer>, SourceError> {
        let spool = match self.limits.spool(&mut self.archive.clone(), entry.index) {
            Ok(spool) => spool,
            Err(guard::Spoiled::Entry(refusal)) => {
                return Ok(Some(self.offer(entry, None, move |_| Err(refusal))));
            }
            Err(guard::Spoiled::Scratch(error)) => return Err(io_error(&self.path, error)),
        };
        let folder = join(&self.prefix, &safe(&entry.name));
        let found = mbox::find(&self.source, folder, &self.path, spool);
        match found.map_err(|error| io_error(&self.path, error))? {
            Found::Many(items) => {
                self.mbox = Some(items);
                Ok(None)
            }
            Found::One { received, read, .. } => Ok(Some(self.offer(entry, received, read))),
        }
    }

    fn is_in_maildir(&self, name: &[u8]) -> bool {
        let folder = split(name).0;
        let root = folder.strip_suffix(b"cur/").or_else(|| folder.strip_suffix(b"new/"));
        root.is_some_and(|root| self.maildirs.contains(root))
    }

    fn offer(
        &self,
        entry: &Entry,
        received: Option<Received>,
        read: impl FnOnce(u64) -> Result<Vec<u8>, Refusal> + Send + 'static,
    ) -> Offer {
        let in_maildir = self.is_in_maildir(&entry.name);
        let (folder, file) = split(&entry.name);
        let folder = if in_maildir { split(&folder[..folder.len() - 1]).0 } else { folder };
        let (place, flags) =
            if in_maildir { (name::base(file), name::flags(file)) } else { (file, String::new()) };
        let key = if in_maildir { [folder, place].concat() } else { entry.name.clone() };
        Offer {
            item: ItemKey::of(&self.source, &self.prefix, &shown(OsStr::from_bytes(&key))),
            sighting: Sighting {
                source: self.source.clone(),
                folder: join_folder(&self.prefix, &safe(folder)),
                place: safe(place),
                flags,
                received,
                envelope: None,
            },
            size: Some(entry.size),
            read: Box::new(read),
        }
    }
}

/// Calls `read` with an entry, opened.
fn with_entry<T>(
    archive: &mut ZipArchive<Shared>,
    index: usize,
    read: impl FnOnce(ZipFile<'_, Shared>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    match archive.by_index(index) {
        Ok(file) => read(file),
        Err(ZipError::Io(error)) => Err(from_io(&error)),
        Err(error) => Err(refuse("unreadable", error.to_string())),
    }
}

/// The folder of a name, with its slash, and the rest.
fn split(name: &[u8]) -> (&[u8], &[u8]) {
    let slash = name.iter().rposition(|b| matches!(b, b'/' | b'\\')).map_or(0, |at| at + 1);
    name.split_at(slash)
}

/// The folder whose `cur` a name lies in.
fn maildir_of(name: &[u8]) -> Option<&[u8]> {
    let root = split(name).0.strip_suffix(b"cur/")?;
    (root.is_empty() || root.ends_with(b"/")).then_some(root)
}

/// A name for people: slashes only, no way up, no root.
fn safe(name: &[u8]) -> String {
    let slashed: Vec<u8> = name.iter().map(|b| if *b == b'\\' { b'/' } else { *b }).collect();
    let text = shown(OsStr::from_bytes(&slashed));
    let parts = text.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    parts.collect::<Vec<_>>().join("/")
}

fn join_folder(prefix: &str, folder: &str) -> String {
    if folder.is_empty() { prefix.to_owned() } else { join(prefix, folder) }
}

fn damaged(path: &Path, detail: String) -> SourceError {
    SourceError::Damaged { path: path.to_owned(), detail }
}

fn of_zip(path: &Path, error: ZipError) -> SourceError {
    match error {
        ZipError::Io(error) => io_error(path, error),
        error => damaged(path, error.to_string()),
    }
}

/// One archive.
pub(crate) struct ArchiveSource {
    info: SourceInfo,
    items: ArchiveItems,
}

impl ArchiveSource {
    /// The archive in `file` at `path`.
    pub fn new(
        info: SourceInfo,
        path: &Path,
        file: File,
        limits: &ArchiveLimits,
    ) -> Result<Self, SourceError> {
        let items = ArchiveItems::new(&info.id, String::new(), path, file, limits)?;
        Ok(Self { info, items })
    }
}

impl Source for ArchiveSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        Ok(self.items.estimate())
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        self.items.next()
    }

    fn ack(&mut self, _item: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
