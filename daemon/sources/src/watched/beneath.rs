//! Files beneath a folder, and nothing else: no link leads out of it, neither when it is listed nor
//! when a file is opened.

use std::{
    fs::{self, File},
    io,
    os::unix::ffi::OsStrExt as _,
    path::Path,
};

use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};

use super::steady::Mark;
use crate::disk;

/// Files of one folder that are watched.
const MOST: usize = 50_000;
/// Folders within folders that are looked into.
const DEEPEST: usize = 16;

/// What lies beneath a folder. Places are relative paths with slashes.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Files with their state, by place.
    pub files: Vec<(String, Mark)>,
    /// Links that lead out of the folder, or to a folder.
    pub links: Vec<String>,
    /// Whether there is more than is watched.
    pub more: bool,
}

/// All that lies beneath `root`, sorted by place.
pub(super) fn list(root: &Path) -> io::Result<Found> {
    let mut found = Found::default();
    let whole = fs::canonicalize(root)?;
    walk(root, &whole, "", DEEPEST, &mut found)?;
    found.files.sort_by(|a, b| a.0.cmp(&b.0));
    found.links.sort();
    Ok(found)
}

fn walk(root: &Path, whole: &Path, at: &str, depth: usize, found: &mut Found) -> io::Result<()> {
    let folder = root.join(at);
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        let name = entry.file_name();
        // What is being written, or is nobody's business, begins with a dot or ends in a tilde.
        let bytes = name.as_bytes();
        if bytes.starts_with(b".") || bytes.starts_with(b"~$") || bytes.ends_with(b"~") {
            continue;
        }
        // A name that is not UTF-8 cannot be opened again by its place.
        let Some(name) = name.to_str() else {
            found.links.push(disk::join(at, &disk::shown(&name)));
            continue;
        };
        let place = disk::join(at, name);
        if found.files.len() >= MOST {
            found.more = true;
            return Ok(());
        }
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            // A link to a file beneath is no file of its own: that file is watched already.
            let target = fs::canonicalize(entry.path());
            if !target.is_ok_and(|target| target.starts_with(whole) && target.is_file()) {
                found.links.push(place);
            }
        } else if kind.is_dir() && depth > 0 {
            walk(root, whole, &place, depth - 1, found)?;
        } else if kind.is_file() {
            // Gone since it was listed: the next look says so.
            let Ok(about) = entry.metadata() else { continue };
            found.files.push((place, Mark::of(&about)));
        }
    }
    Ok(())
}

/// Opens the file at `place` beneath `root`, whatever has become a link meanwhile.
pub(super) fn open(root: &Path, place: &str) -> io::Result<File> {
    let folder = File::open(root)?;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let file = match openat2(&folder, place, flags, Mode::empty(), resolve) {
        Ok(file) => File::from(file),
        // A kernel older than 5.6, or a container that knows no such call: the last name at least is
        // no link.
        Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => {
            let flags = flags | OFlags::NOFOLLOW;
            File::from(rustix::fs::openat(&folder, place, flags, Mode::empty())?)
        }
        Err(error) => return Err(error.into()),
    };
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_leads_to_nothing_outside_of_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("watched");
        fs::create_dir_all(root.join("inner")).unwrap();
        fs::write(dir.path().join("secret"), "outside").unwrap();
        fs::write(root.join("inner/kept.txt"), "inside").unwrap();
        fs::write(root.join(".hidden"), "no").unwrap();
        symlink(dir.path().join("secret"), root.join("out.txt")).unwrap();
        symlink(dir.path(), root.join("up")).unwrap();
        symlink(root.join("inner/kept.txt"), root.join("again.txt")).unwrap();
        let found = list(&root).unwrap();
        let names: Vec<&str> = found.files.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(names, ["inner/kept.txt"]);
        assert_eq!(found.links, ["out.txt", "up"]);
        assert!(open(&root, "inner/kept.txt").is_ok());
        for place in ["out.txt", "up/secret", "../secret", "inner/../../secret"] {
            assert!(open(&root, place).is_err(), "{place} leads out");
        }
    }
}
