//! Recognising what lies at a path.

use std::{
    fs::{self, File},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use app::source::{Source, SourceError, SourceInfo};
use model::SourceId;

use crate::{
    archive::{ArchiveLimits, ArchiveSource},
    disk::{self, io_error, shown},
    folder::FolderSource,
    listing::{EntryKind, each_entry},
    maildir::{MaildirSource, is_maildir},
    mbox::MboxSource,
    message_file::MessageFile,
    outlook::PstSource,
    recognise::{self, Looks},
};

/// What can be given, for messages.
const WANTED: &str = "give a Maildir, an mbox, EML, MSG or PST file, a zip, or a folder of any";

/// How sources are opened.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// The address of the person or team whose mailbox this is, if known.
    pub owner: Option<String>,
    /// What archives may ask for.
    pub archives: ArchiveLimits,
}

/// The sources at `path`: one for a file or a Maildir; for a folder, one for each Maildir below it
/// and one for all files outside those. The same place gives the same sources with the same ids.
pub fn open(path: &Path, options: &OpenOptions) -> Result<Vec<Box<dyn Source>>, SourceError> {
    let path = fs::canonicalize(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => not_a_source(path, "there is nothing at this path"),
        _ => io_error(path, error),
    })?;
    let found = fs::metadata(&path).map_err(|error| io_error(&path, error))?;
    if found.is_dir() {
        open_folder(&path, options)
    } else if found.is_file() {
        Ok(vec![open_file(&path, options)?])
    } else {
        Err(not_a_source(&path, "it is neither a file nor a folder"))
    }
}

fn open_file(path: &Path, options: &OpenOptions) -> Result<Box<dyn Source>, SourceError> {
    let head = disk::head(path, recognise::HEAD).map_err(|error| io_error(path, error))?;
    let name = path.file_name().map(shown).unwrap_or_default();
    let looks = recognise::looks(&head);
    let mbox_by_name = recognise::has_extension(&name, &["mbox", "mbx"]);
    if recognise::names_message(&name) && recognise::accept(&head, true).is_ok() {
        return Ok(Box::new(MessageFile::new(info("eml", path, options), path.to_owned())));
    }
    match looks {
        Looks::Mbox => open_mbox(path, options),
        Looks::Empty | Looks::Message | Looks::Other(None) if mbox_by_name => {
            open_mbox(path, options)
        }
        Looks::Message => {
            Ok(Box::new(MessageFile::new(info("eml", path, options), path.to_owned())))
        }
        Looks::Zip => open_archive(path, options),
        Looks::Store => Ok(Box::new(PstSource::new(info("pst", path, options), path.to_owned()))),
        Looks::Compound => {
            Ok(Box::new(MessageFile::new(info("msg", path, options), path.to_owned())))
        }
        Looks::Empty => Err(not_a_source(path, "the file is empty")),
        Looks::Other(Some(what)) => Err(not_a_source(path, &format!("it is {what}"))),
        Looks::Other(None) => {
            Err(not_a_source(path, "the file begins neither as a message nor as an mbox"))
        }
    }
}

fn open_mbox(path: &Path, options: &OpenOptions) -> Result<Box<dyn Source>, SourceError> {
    let file = File::open(path).map_err(|error| io_error(path, error))?;
    Ok(Box::new(MboxSource::new(info("mbox", path, options), path, file)?))
}

fn open_archive(path: &Path, options: &OpenOptions) -> Result<Box<dyn Source>, SourceError> {
    let file = File::open(path).map_err(|error| io_error(path, error))?;
    let info = info("zip", path, options);
    Ok(Box::new(ArchiveSource::new(info, path, file, &options.archives)?))
}

fn open_folder(root: &Path, options: &OpenOptions) -> Result<Vec<Box<dyn Source>>, SourceError> {
    let mut maildirs = Vec::new();
    let loose = survey(root, &mut maildirs)?;
    maildirs.sort();
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    if loose {
        sources.push(Box::new(FolderSource::new(
            info("folder", root, options),
            root.to_owned(),
            options.archives.clone(),
        )?));
    }
    for path in maildirs {
        sources.push(Box::new(MaildirSource::new(info("maildir", &path, options), &path)?));
    }
    if sources.is_empty() {
        return Err(not_a_source(root, "the folder and all folders below it are empty"));
    }
    Ok(sources)
}

/// Finds the topmost Maildirs at or below `root`; says whether there are files outside them.
fn survey(root: &Path, maildirs: &mut Vec<PathBuf>) -> Result<bool, SourceError> {
    let mut loose = false;
    let mut pending = vec![root.to_owned()];
    while let Some(folder) = pending.pop() {
        if is_maildir(&folder) {
            maildirs.push(folder);
            continue;
        }
        let walked = each_entry(&folder, &mut |name, kind| {
            match kind {
                EntryKind::Folder => pending.push(folder.join(std::ffi::OsStr::from_bytes(name))),
                EntryKind::File | EntryKind::Other => loose = true,
            }
            true
        });
        match walked {
            Err(error) if folder == root => return Err(io_error(root, error)),
            // Below, it is refused by name when its turn comes.
            Err(_) => loose = true,
            Ok(()) => {}
        }
    }
    Ok(loose)
}

fn info(kind: &'static str, path: &Path, options: &OpenOptions) -> SourceInfo {
    let title = shown(path.as_os_str());
    SourceInfo {
        id: SourceId::new(&format!("{kind}:{title}")),
        kind,
        title,
        owner: options.owner.clone(),
    }
}

fn not_a_source(path: &Path, found: &str) -> SourceError {
    SourceError::NotASource { path: path.to_owned(), detail: format!("{found}; {WANTED}") }
}

#[cfg(test)]
mod tests;
