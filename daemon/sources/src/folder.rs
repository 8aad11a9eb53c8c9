//! A folder with files of any kind below it: messages, mboxes, archives, and what is none of these.
//!
//! Every file is offered. One that turns out to be no message is refused with the reason, so that
//! the ledger accounts for it. Maildirs below are sources of their own and are passed over here.

use std::{
    fs::{self, File},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use app::source::{Estimate, Offer, Refusal, Source, SourceError, SourceInfo};
use model::{
    ItemKey,
    fact::{Received, Sighting},
};

use crate::{
    archive::{ArchiveItems, ArchiveLimits},
    disk::{self, io_error, join, shown},
    listing::{self, EntryKind, Listing, each_entry},
    maildir::is_maildir,
    mbox::{self, Found, MboxItems},
    outlook,
    recognise::{self, Looks},
    refusal::{from_io, refuse},
};

/// With more files than this, their sizes are not added up for the estimate.
const QUICKLY_MEASURED: u64 = 200_000;

/// All files of a folder and of the folders below it.
pub struct FolderSource {
    info: SourceInfo,
    root: PathBuf,
    /// The folders on the way to the present one.
    levels: Vec<Level>,
    /// The file with several messages that is being read.
    inner: Option<Inner>,
    archives: ArchiveLimits,
}

/// A file that holds several messages.
enum Inner {
    Mbox(MboxItems),
    Archive(ArchiveItems),
}

impl Inner {
    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        match self {
            Self::Mbox(items) => items.next(),
            Self::Archive(items) => items.next(),
        }
    }
}

struct Level {
    path: PathBuf,
    relative: String,
    listing: Listing<EntryKind>,
    at: usize,
}

/// What the walk comes to next.
enum Step {
    File { path: PathBuf, folder: String, name: String },
    Refused { folder: String, name: String, refusal: Refusal },
    End,
}

impl FolderSource {
    /// The files below `root`.
    pub fn new(
        info: SourceInfo,
        root: PathBuf,
        archives: ArchiveLimits,
    ) -> Result<Self, SourceError> {
        let listing = listing::list(&root).map_err(|error| io_error(&root, error))?;
        let first = Level { path: root.clone(), relative: String::new(), listing, at: 0 };
        Ok(Self { info, root, levels: vec![first], inner: None, archives })
    }

    fn step(&mut self) -> Step {
        loop {
            let Some(level) = self.levels.last_mut() else { return Step::End };
            let Some((name, kind)) = level.listing.get(level.at) else {
                self.levels.pop();
                continue;
            };
            let path = level.path.join(name);
            let (folder, name) = (level.relative.clone(), shown(name));
            level.at += 1;
            match kind {
                EntryKind::File => return Step::File { path, folder, name },
                EntryKind::Other => {
                    let refusal = refuse("unreadable", "it is not an ordinary file or folder");
                    return Step::Refused { folder, name, refusal };
                }
                EntryKind::Folder if is_maildir(&path) => {}
                EntryKind::Folder => match listing::list(&path) {
                    Ok(listing) => {
                        let relative = join(&folder, &name);
                        self.levels.push(Level { path, relative, listing, at: 0 });
                    }
                    Err(error) => {
                        return Step::Refused { folder, name, refusal: from_io(&error) };
                    }
                },
            }
        }
    }

    /// What becomes of the file at `path`: an offer, or nothing if it is an mbox or archive to go
    /// into.
    fn file(&mut self, path: PathBuf, folder: String, name: String) -> Option<Offer> {
        // Without sizes, a batch of huge messages would be read at once.
        let size = fs::metadata(&path).map(|file| file.len()).ok();
        if recognise::names_message(&name) {
            let read = move |cap| read_file(&path, cap, true);
            return Some(self.offer(folder, name, size, None, read));
        }
        match disk::head(&path, recognise::HEAD) {
            Err(error) => Some(self.refused(folder, name, from_io(&error))),
            Ok(head) => match recognise::looks(&head) {
                Looks::Mbox => self.mbox(&path, folder, name),
                Looks::Zip if recognise::has_extension(&name, &["zip"]) => {
                    self.archive(&path, folder, name)
                }
                _ => {
                    let read = move |cap| read_file(&path, cap, false);
                    Some(self.offer(folder, name, size, None, read))
                }
            },
        }
    }

    fn mbox(&mut self, path: &Path, folder: String, name: String) -> Option<Offer> {
        let inside = mbox_folder(&folder, &name);
        let found = File::open(path).and_then(|file| mbox::find(&self.info.id, inside, path, file));
        match found {
            Ok(Found::One { size, received, read }) => {
                Some(self.offer(folder, name, Some(size), received, read))
            }
            Ok(Found::Many(items)) => {
                self.inner = Some(Inner::Mbox(items));
                None
            }
            Err(error) => Some(self.refused(folder, name, from_io(&error))),
        }
    }

    fn archive(&mut self, path: &Path, folder: String, name: String) -> Option<Offer> {
        let inside = join(&folder, &name);
        let opened = File::open(path)
            .map_err(|error| io_error(path, error))
            .and_then(|file| ArchiveItems::new(&self.info.id, inside, path, file, &self.archives));
        match opened {
            Ok(items) => {
                self.inner = Some(Inner::Archive(items));
                None
            }
            Err(error) => Some(self.refused(folder, name, refuse("unreadable", error.to_string()))),
        }
    }

    fn refused(&self, folder: String, name: String, refusal: Refusal) -> Offer {
        self.offer(folder, name, None, None, move |_| Err(refusal))
    }

    fn offer(
        &self,
        folder: String,
        name: String,
        size: Option<u64>,
        received: Option<Received>,
        read: impl FnOnce(u64) -> Result<Vec<u8>, Refusal> + Send + 'static,
    ) -> Offer {
        let source = self.info.id.clone();
        Offer {
            item: ItemKey::of(&source, &folder, &name),
            sighting: Sighting {
                source,
                folder,
                place: name,
                flags: String::new(),
                received,
                envelope: None,
            },
            size,
            read: Box::new(read),
        }
    }
}

impl Source for FolderSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        measure(&self.root).map_err(|error| io_error(&self.root, error))
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        loop {
            if let Some(inner) = &mut self.inner {
                if let Some(offer) = inner.next()? {
                    return Ok(Some(offer));
                }
                self.inner = None;
            }
            match self.step() {
                Step::End => return Ok(None),
                Step::Refused { folder, name, refusal } => {
                    return Ok(Some(self.refused(folder, name, refusal)));
                }
                Step::File { path, folder, name } => {
                    if let Some(offer) = self.file(path, folder, name) {
                        return Ok(Some(offer));
                    }
                }
            }
        }
    }

    fn ack(&mut self, _item: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

/// Reads a file that is one message, perhaps behind a separator line.
pub fn read_file(path: &Path, cap: u64, name_says_message: bool) -> Result<Vec<u8>, Refusal> {
    let bytes = disk::read_capped(path, cap)?;
    if outlook::is_message(&bytes) {
        return outlook::read(&bytes, cap);
    }
    recognise::accept(&bytes, name_says_message)?;
    Ok(mbox::without_separator(bytes))
}

/// The folder that the messages of an mbox are in: its path, without `.sbd` (Thunderbird keeps the
/// folders below `Archive` in `Archive.sbd`).
fn mbox_folder(folder: &str, name: &str) -> String {
    let parents: Vec<&str> =
        folder.split('/').map(|part| part.strip_suffix(".sbd").unwrap_or(part)).collect();
    join(&parents.join("/"), name)
}

/// Bytes below `root`; with very many files their number instead, as that is quicker.
fn measure(root: &Path) -> std::io::Result<Estimate> {
    let (mut files, mut bytes) = (0_u64, 0_u64);
    let mut pending = vec![root.to_owned()];
    while let Some(folder) = pending.pop() {
        let walked = each_entry(&folder, &mut |name, kind| {
            let path = folder.join(std::ffi::OsStr::from_bytes(name));
            if kind == EntryKind::File {
                files += 1;
                if files <= QUICKLY_MEASURED {
                    bytes += fs::metadata(&path).map_or(0, |file| file.len());
                }
            } else if kind == EntryKind::Folder && !is_maildir(&path) {
                pending.push(path);
            }
            true
        });
        // A folder that cannot be read is refused by name when its turn comes.
        if folder == root {
            walked?;
        }
    }
    Ok(if files > QUICKLY_MEASURED {
        Estimate { items: Some(files), bytes: None }
    } else {
        Estimate { items: None, bytes: Some(bytes) }
    })
}

#[cfg(test)]
mod tests;
