//! The names in a folder, in order, packed so that a million of them stay small.

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::Path,
};

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A file, or a symbolic link to one.
    File,
    /// A folder; a link to a folder is [`EntryKind::Other`], so that no walk runs in circles.
    Folder,
    /// A pipe, a socket, a device, a link to a folder or to nothing: never opened.
    Other,
}

/// Names with a word `T` each: one allocation for all text, 12 to 16 bytes a name beside it.
#[derive(Debug)]
pub struct Listing<T> {
    text: Vec<u8>,
    names: Vec<(u32, u16, T)>,
}

impl<T: Copy> Listing<T> {
    /// A listing of nothing.
    pub fn new() -> Self {
        Self { text: Vec::new(), names: Vec::new() }
    }

    /// Adds a name; false if there is no room for it (names beyond 4 GiB together).
    pub fn push(&mut self, name: &[u8], word: T) -> bool {
        let (Ok(start), Ok(len)) = (u32::try_from(self.text.len()), u16::try_from(name.len()))
        else {
            return false;
        };
        self.text.extend_from_slice(name);
        self.names.push((start, len, word));
        true
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The name at `index` with its word.
    pub fn get(&self, index: usize) -> Option<(&OsStr, T)> {
        let &(start, len, word) = self.names.get(index)?;
        let bytes = self.text.get(start as usize..start as usize + usize::from(len))?;
        Some((OsStr::from_bytes(bytes), word))
    }

    /// All names with their words.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, T)> {
        (0..self.len()).map_while(|index| self.get(index))
    }

    /// Sorts by what `key` makes of a name, and then by the whole name; where names have the same
    /// key, only the first stays.
    pub fn sort_unique_by(&mut self, key: impl Fn(&[u8]) -> &[u8]) {
        let Self { text, names } = self;
        let name = |&(start, len, _): &(u32, u16, T)| {
            text.get(start as usize..start as usize + usize::from(len)).unwrap_or(&[])
        };
        names.sort_unstable_by(|a, b| {
            key(name(a)).cmp(key(name(b))).then_with(|| name(a).cmp(name(b)))
        });
        names.dedup_by(|later, first| key(name(later)) == key(name(first)));
        names.shrink_to_fit();
        text.shrink_to_fit();
    }
}

/// What is in `folder`, sorted by name.
pub fn list(folder: &Path) -> io::Result<Listing<EntryKind>> {
    let mut listing = Listing::new();
    each_entry(folder, &mut |name, kind| listing.push(name, kind))?;
    listing.sort_unique_by(|name| name);
    Ok(listing)
}

/// Calls `each` with every name in `folder` and its kind, in no order. `each` says whether it
/// could take the name.
pub fn each_entry(folder: &Path, each: &mut dyn FnMut(&[u8], EntryKind) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = match entry.file_type()? {
            kind if kind.is_file() => EntryKind::File,
            kind if kind.is_dir() => EntryKind::Folder,
            kind if kind.is_symlink() => match fs::metadata(entry.path()) {
                Ok(target) if target.is_file() => EntryKind::File,
                _ => EntryKind::Other,
            },
            _ => EntryKind::Other,
        };
        if !each(&entry.file_name().into_vec(), kind) {
            return Err(io::Error::other("the names in the folder are too long together"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_the_same_order_at_every_run() {
        let mut listing = Listing::new();
        for name in ["b", "a", "c:2,S", "c:2,"] {
            assert!(listing.push(name.as_bytes(), ()));
        }
        listing.sort_unique_by(|name| name.split(|b| *b == b':').next().unwrap_or(name));
        let names: Vec<_> = listing.iter().map(|(name, ())| name.to_str().unwrap()).collect();
        assert_eq!(names, ["a", "b", "c:2,"]);
    }

    #[test]
    fn a_link_in_a_circle_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("/nonexistent-target", dir.path().join("dangling")).unwrap();
        let listing = list(dir.path()).unwrap();
        assert!(listing.iter().all(|(_, kind)| kind == EntryKind::Other));
        assert_eq!(listing.len(), 2);
    }
}
