//! One folder of a Maildir: its messages in `cur` and `new`.

use std::{
    collections::HashMap,
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use app::source::Refusal;

use super::name;
use crate::{
    disk::read_capped,
    listing::{EntryKind, Listing, each_entry},
    mbox, recognise,
    refusal::refuse,
};

/// Where in a folder a message lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Seen by a mail program.
    Cur,
    /// Delivered and not seen yet.
    New,
}

impl Shelf {
    const ALL: [Self; 2] = [Self::Cur, Self::New];

    fn name(self) -> &'static str {
        match self {
            Self::Cur => "cur",
            Self::New => "new",
        }
    }

    /// The path of this shelf in `folder`.
    pub fn of(self, folder: &Path) -> PathBuf {
        folder.join(self.name())
    }
}

/// Whether `path` is a Maildir: it has `cur`, or `new` and `tmp`. (Copies often lack the empty
/// ones.)
pub fn is_maildir(path: &Path) -> bool {
    path.join("cur").is_dir() || (path.join("new").is_dir() && path.join("tmp").is_dir())
}

/// The messages in `folder`, ordered by base name. A message that is moved from `new` to `cur`
/// meanwhile is listed once.
pub fn list(folder: &Path) -> io::Result<Listing<(Shelf, EntryKind)>> {
    let mut listing = Listing::new();
    // `new` first: what moves to `cur` between the two looks is seen twice rather than never.
    for shelf in [Shelf::New, Shelf::Cur] {
        let each = &mut |name: &[u8], kind| {
            // Dot files are the mail server's own.
            name.starts_with(b".") || kind == EntryKind::Folder || listing.push(name, (shelf, kind))
        };
        match each_entry(&shelf.of(folder), each) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done?,
        }
    }
    listing.sort_unique_by(name::base);
    Ok(listing)
}

/// How many messages there are in `folder`, about.
pub fn count(folder: &Path) -> io::Result<u64> {
    let mut count = 0;
    for shelf in Shelf::ALL {
        match each_entry(&shelf.of(folder), &mut |name, kind| {
            count += u64::from(!name.starts_with(b".") && kind != EntryKind::Folder);
            true
        }) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done?,
        }
    }
    Ok(count)
}

/// Reads messages of one folder, from several threads, also those that were renamed since they
/// were listed.
#[derive(Debug)]
pub struct Reader {
    folder: PathBuf,
    relisted: Mutex<Option<Relisted>>,
}

/// What a folder held when a message was missed.
#[derive(Debug)]
struct Relisted {
    changed: [Option<SystemTime>; 2],
    paths: HashMap<Vec<u8>, PathBuf>,
}

impl Reader {
    /// A reader of `folder`.
    pub fn new(folder: PathBuf) -> Arc<Self> {
        Arc::new(Self { folder, relisted: Mutex::new(None) })
    }

    /// The bytes of the message with this file name.
    pub fn read(&self, shelf: Shelf, name: &[u8], cap: u64) -> Result<Vec<u8>, Refusal> {
        let path = shelf.of(&self.folder).join(std::ffi::OsStr::from_bytes(name));
        let bytes = match read_capped(&path, cap) {
            Err(refusal) if refusal.reason == "vanished" => self.read_renamed(name, cap)?,
            other => other?,
        };
        recognise::accept(&bytes, true)?;
        Ok(mbox::without_separator(bytes))
    }

    fn read_renamed(&self, name: &[u8], cap: u64) -> Result<Vec<u8>, Refusal> {
        let base = name::base(name);
        let cur = Shelf::Cur.of(&self.folder);
        let separator = name.get(base.len()).copied().unwrap_or(b':');
        for likely in name::likely(base, separator) {
            match read_capped(&cur.join(std::ffi::OsStr::from_bytes(&likely)), cap) {
                Err(refusal) if refusal.reason == "vanished" => {}
                other => return other,
            }
        }
        let path = self.find(base).map_err(|error| crate::refusal::from_io(&error))?;
        let gone = || refuse("vanished", "it was deleted or moved elsewhere before it was read");
        read_capped(&path.ok_or_else(gone)?, cap)
    }

    /// Where the message with this base name is now. The folder is listed again only if it changed
    /// since it was last listed.
    fn find(&self, base: &[u8]) -> io::Result<Option<PathBuf>> {
        let mut relisted = self.relisted.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = Shelf::ALL
            .map(|shelf| fs::metadata(shelf.of(&self.folder)).and_then(|m| m.modified()).ok());
        if relisted.as_ref().is_none_or(|known| known.changed != changed) {
            let listing = list(&self.folder)?;
            let paths = listing.iter().map(|(name, (shelf, _))| {
                let base = name::base(name.as_bytes()).to_vec();
                (base, shelf.of(&self.folder).join(name))
            });
            *relisted = Some(Relisted { changed, paths: paths.collect() });
        }
        Ok(relisted.as_ref().and_then(|known| known.paths.get(base).cloned()))
    }
}
