//! Maildir: a file a message, in `cur` and `new`; folders as `.Sub.Folder` (Maildir++) or as nested
//! directories. `tmp` holds deliveries that are not complete and is passed over.

mod folder;
pub(crate) mod name;

use std::{
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::source::{Estimate, Offer, Source, SourceError, SourceInfo};
use model::{ItemKey, fact::Sighting};

pub use folder::is_maildir;
use folder::{Reader, Shelf};

use crate::{
    disk::{io_error, join, shown},
    listing::{EntryKind, Listing, each_entry},
    refusal::refuse,
};

/// A Maildir with all its folders.
pub struct MaildirSource {
    info: SourceInfo,
    /// Folders that are still to be read, the next one last.
    folders: Vec<FolderPath>,
    open: Option<OpenFolder>,
}

/// A folder: where it is, and how its directory is named within the Maildir.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FolderPath {
    path: PathBuf,
    relative: String,
}

struct OpenFolder {
    path: FolderPath,
    shown: String,
    listing: Listing<(Shelf, EntryKind)>,
    at: usize,
    reader: Arc<Reader>,
}

impl MaildirSource {
    /// The Maildir at `root`. Its folders are found at once, their messages later.
    pub fn new(info: SourceInfo, root: &Path) -> Result<Self, SourceError> {
        let mut folders = Vec::new();
        find_folders(root, &mut folders)?;
        folders.sort_by(|a, b| b.relative.cmp(&a.relative));
        Ok(Self { info, folders, open: None })
    }

    fn open_next(&mut self) -> Result<Option<&mut OpenFolder>, SourceError> {
        let Some(path) = self.folders.pop() else { return Ok(None) };
        let listing = folder::list(&path.path).map_err(|error| io_error(&path.path, error))?;
        let reader = Reader::new(path.path.clone());
        let shown = name::folder(&path.relative);
        Ok(Some(self.open.insert(OpenFolder { path, shown, listing, at: 0, reader })))
    }

    fn offer(info: &SourceInfo, open: &OpenFolder, index: usize) -> Option<Offer> {
        let (file, (shelf, kind)) = open.listing.get(index)?;
        let name = file.as_bytes().to_vec();
        let base = shown(std::ffi::OsStr::from_bytes(name::base(&name)));
        // Without sizes, a batch of huge messages would be read at once.
        let size = || std::fs::metadata(shelf.of(&open.path.path).join(file)).map(|m| m.len()).ok();
        let size = name::size(&name).or_else(size);
        let reader = Arc::clone(&open.reader);
        Some(Offer {
            item: ItemKey::of(&info.id, &open.path.relative, &base),
            sighting: Sighting {
                source: info.id.clone(),
                folder: open.shown.clone(),
                place: base,
                flags: name::flags(&name),
                received: None,
                envelope: None,
            },
            size,
            read: Box::new(move |cap| match kind {
                EntryKind::File => reader.read(shelf, &name, cap),
                _ => Err(refuse("unreadable", "it is not an ordinary file")),
            }),
        })
    }
}

impl Source for MaildirSource {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        let mut items = 0;
        for path in self.folders.iter().chain(self.open.as_ref().map(|open| &open.path)) {
            items += folder::count(&path.path).map_err(|error| io_error(&path.path, error))?;
        }
        Ok(Estimate { items: Some(items), bytes: None })
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        loop {
            if let Some(open) = &mut self.open {
                let index = open.at;
                open.at += 1;
                if let Some(offer) = Self::offer(&self.info, open, index) {
                    return Ok(Some(offer));
                }
                self.open = None;
            }
            if self.open_next()?.is_none() {
                return Ok(None);
            }
        }
    }

    fn ack(&mut self, _item: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

/// Adds `root` and every folder below it that holds messages, without following links.
fn find_folders(root: &Path, folders: &mut Vec<FolderPath>) -> Result<(), SourceError> {
    let mut pending = vec![FolderPath { path: root.to_owned(), relative: String::new() }];
    while let Some(here) = pending.pop() {
        each_entry(&here.path, &mut |name, kind| {
            if kind == EntryKind::Folder && !matches!(name, b"cur" | b"new" | b"tmp") {
                let name = std::ffi::OsStr::from_bytes(name);
                let relative = join(&here.relative, &shown(name));
                pending.push(FolderPath { path: here.path.join(name), relative });
            }
            true
        })
        .map_err(|error| io_error(&here.path, error))?;
        if is_maildir(&here.path) {
            folders.push(here);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
