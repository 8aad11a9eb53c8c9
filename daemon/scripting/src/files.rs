//! The files of a rule set: from a directory, or those that the program was built with.

use std::{
    collections::BTreeMap,
    fs::File,
    hash::{Hash, Hasher},
    io::Read,
    path::{Path, PathBuf},
};

use engine::RuleError;
use sha2::{Digest, Sha256};

use crate::error::at;

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 1 << 20;
/// The largest component of a plugin that is read, in bytes.
const MAX_COMPONENT: u64 = 32 << 20;
/// The most files of a set.
const MAX_FILES: usize = 2000;

include!(concat!(env!("OUT_DIR"), "/default_files.rs"));

/// The files of the default rule set, which the program was built with, by path.
pub fn default_files() -> BTreeMap<String, Vec<u8>> {
    DEFAULT.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect()
}

/// The names of the sets that the program was built with, the default one first.
pub fn shipped_names() -> impl Iterator<Item = &'static str> {
    std::iter::once("default").chain(SHIPPED.iter().map(|(name, _)| *name))
}

/// The files of the set called `name` that the program was built with, as they were written.
pub(crate) fn shipped(name: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    if name == "default" {
        return Some(default_files());
    }
    let (_, files) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
    Some(files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect())
}

/// Whether `path` (with forward slashes) belongs to a rule set rather than stands beside it.
pub(crate) fn belongs(path: &str) -> bool {
    let mut parts = path.split('/');
    if parts.any(|part| part.starts_with('.')) {
        return false;
    }
    let within = |folder: &str, ending: &str| path.starts_with(folder) && path.ends_with(ending);
    matches!(path, "severity.rhai" | "shared.rhai" | "calendars.toml" | "set.toml")
        || within("fields/", ".toml")
        || within("signals/", ".rhai")
        || within("policies/", ".rhai")
        || within("words/", ".txt")
        || within("tests/", ".toml")
        || of_plugin(path)
}

/// Whether it is the manifest, the component or a test of a plugin.
fn of_plugin(path: &str) -> bool {
    match path.split('/').collect::<Vec<_>>()[..] {
        ["plugins", _, "plugin.toml"] => true,
        ["plugins", name, file] => file.strip_suffix(".wasm") == Some(name),
        ["plugins", _, "tests", file] => file.strip_suffix(".toml").is_some(),
        _ => false,
    }
}

/// Reads the rule set in `directory`: its files by path, others left aside.
pub fn read(directory: &Path) -> Result<BTreeMap<String, Vec<u8>>, RuleError> {
    let mut files = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let shown = directory.join(&folder);
        let failed = |e: std::io::Error| at(&shown.display().to_string(), None, e.to_string());
        for entry in std::fs::read_dir(&shown).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = folder.join(entry.file_name());
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() && folder.components().count() < 3 {
                folders.push(path);
            } else if let Some(name) = slashed(&path).filter(|name| belongs(name)) {
                if files.len() == MAX_FILES {
                    return Err(at(&name, None, format!("more than {MAX_FILES} files in a set")));
                }
                let bytes = read_file(&entry.path(), &name)?;
                files.insert(name, bytes);
            }
        }
    }
    Ok(files)
}

/// A print of the files in `directory` that tells one state of the folder from another without
/// reading them: paths, sizes and times of change.
pub fn print_of(directory: &Path) -> u64 {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(directory.join(&folder)).into_iter().flatten().flatten() {
            let path = folder.join(entry.file_name());
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() && folder.components().count() < 3 {
                folders.push(path);
            } else if found.len() < MAX_FILES {
                found.push((path, about.len(), about.modified().ok()));
            }
        }
    }
    found.sort();
    let mut hasher = rustc_hash::FxHasher::default();
    found.hash(&mut hasher);
    hasher.finish()
}

fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.components().map(|c| c.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

fn read_file(path: &Path, name: &str) -> Result<Vec<u8>, RuleError> {
    let failed = |e: std::io::Error| at(name, None, e.to_string());
    let mut bytes = Vec::new();
    let component = name.strip_suffix(".wasm").is_some();
    let most = if component { MAX_COMPONENT } else { MAX_FILE };
    File::open(path).map_err(failed)?.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        let message = if component { "larger than 32 MiB" } else { "larger than 1 MiB: split it" };
        return Err(at(name, None, message));
    }
    Ok(bytes)
}

/// The first twelve hexadecimal digits of the SHA-256 over all paths and contents.
pub(crate) fn hash(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in files {
        for part in [path.as_bytes(), bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    let full = hash.finalize();
    full[..6].iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
