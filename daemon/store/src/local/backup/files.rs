//! The files of a data directory, by what is to be done with them.

use std::{
    collections::BTreeSet,
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::{Result, rows};
use crate::local::fault;

/// What is kept in another form, or made anew.
const APART: [&str; 6] =
    ["journal.redb", "evidence", "views.redb", "views.redb.damaged", "search", "lock"];
/// What a file's name ends with while it is being written.
const UNFINISHED: [&str; 2] = [".new", ".tmp"];
/// Folders within folders.
const DEEPEST: usize = 32;

/// A file to be copied.
pub(super) struct Found {
    /// Its path below the data directory.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) changed: i64,
    pub(super) mode: u32,
}

impl Found {
    pub(super) fn new(name: String, path: PathBuf, about: &Metadata) -> Self {
        let changed = about.mtime().saturating_mul(1_000_000_000) + about.mtime_nsec();
        Self { name, path, bytes: about.len(), changed, mode: about.mode() & 0o777 }
    }
}

/// The packs of evidence. None disappears while merging is held off.
pub(super) fn packs(data: &Path) -> Result<Vec<Found>> {
    let dir = data.join("evidence");
    let names = crate::local::evidence::pack_names(&dir)?;
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let path = dir.join(&name);
        match fs::metadata(&path) {
            Ok(about) => found.push(Found::new(name, path, &about)),
            // A start of the service brought a merge to its end; the merged pack is in the list.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(fault::io("read", &path, error).into()),
        }
    }
    Ok(found)
}

/// Every other file that is precious: all that is not known to be made anew. `anew` names what is, of
/// those who know more of the directory than this room does.
pub(super) fn others(data: &Path, anew: &[&str]) -> Result<Vec<Found>> {
    let mut apart: BTreeSet<&str> =
        APART.into_iter().chain(rows::FILES).chain(["lock-*"]).collect();
    apart.extend(anew);
    let mut found = Vec::new();
    walk(data, &PathBuf::new(), &apart, 0, &mut found)
        .map_err(|(path, error)| fault::io("list", &path, error))?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn is_apart(apart: &BTreeSet<&str>, name: &str) -> bool {
    let begins = |one: &&str| one.strip_suffix('*').is_some_and(|head| name.starts_with(head));
    apart.contains(name) || apart.iter().any(begins)
}

fn walk(
    data: &Path,
    below: &Path,
    apart: &BTreeSet<&str>,
    depth: usize,
    found: &mut Vec<Found>,
) -> Result<(), (PathBuf, io::Error)> {
    let dir = data.join(below);
    for entry in fs::read_dir(&dir).map_err(|error| (dir.clone(), error))? {
        let entry = entry.map_err(|error| (dir.clone(), error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if (depth == 0 && is_apart(apart, &name))
            || UNFINISHED.iter().any(|end| name.ends_with(end))
        {
            continue;
        }
        let (path, below) = (entry.path(), below.join(&name));
        // A link to a file is followed, for its bytes are needed; one to a folder may lead anywhere.
        let linked = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        let about = match fs::metadata(&path) {
            Ok(about) => about,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err((path, error)),
        };
        if about.is_dir() && !linked && depth < DEEPEST {
            walk(data, &below, apart, depth + 1, found)?;
        } else if about.is_file() {
            found.push(Found::new(below.to_string_lossy().into_owned(), path, &about));
        }
    }
    Ok(())
}
