//! Makes a data directory out of a backup.

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Component, Path, PathBuf},
};

use model::Digest;

use super::{
    BackupError, Course, Result,
    destination::{Destination, Snapshot},
    facts,
    manifest::Kept,
    objects::{Kind, hash_through, path},
    rows,
};
use crate::{
    Head,
    local::{
        fault,
        store::{create_dir, sync_dir},
    },
};

/// Stands in a directory whose restore has not come to its end.
const MARK: &str = "restore.unfinished";

/// A data directory that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The backup that it was made from.
    pub snapshot: Snapshot,
    /// The configuration that lay outside of the data directory, and where it lies now.
    pub configuration: Option<PathBuf>,
}

/// Whether a restore into `data` was begun and has not come to its end.
pub fn is_unfinished(data: &Path) -> bool {
    data.join(MARK).exists()
}

/// Restores the backup called `id`, else the latest one, into the directory `to`, which is made or
/// empty. Every file is compared with its hash on the way. The journal comes last, so that nothing
/// half restored is taken for whole; views and search are built when the directory is opened.
pub fn restore(
    destination: &Destination,
    id: Option<&str>,
    to: &Path,
    course: &mut Course<'_>,
) -> Result<Restored> {
    let snapshot = destination.snapshot(id)?;
    prepare(to)?;
    require_room(to, &snapshot)?;
    let mut out =
        Out { from: destination.dir(), course, done: 0, total: snapshot.manifest.bytes() };
    let manifest = &snapshot.manifest;
    let evidence = to.join("evidence");
    create_dir(&evidence)?;
    for kept in &manifest.packs {
        out.file(Kind::Pack, kept, &evidence, &kept.name)?;
    }
    for kept in &manifest.files {
        out.file(Kind::File, kept, to, &kept.name)?;
    }
    let mut configuration = None;
    if let Some(kept) = &manifest.configuration {
        // One of its own in the data directory is that of another installation.
        let name = "watchkeeper.toml";
        let own = manifest.files.iter().any(|file| file.name == name);
        let name = if own { format!("{}.restored", kept.name) } else { name.to_owned() };
        out.file(Kind::File, kept, to, &name)?;
        configuration = Some(to.join(name));
    }
    for kept in &manifest.tables {
        let from = path(out.from, Kind::Table, &kept.sha256);
        out.compare(Kind::Table, &kept.sha256, kept.bytes, &mut io::sink(), &from)?;
        rows::restore(&from, &to.join(safe(&kept.name)?))?;
    }
    let head = Head { seq: manifest.seq, hash: manifest.head };
    out.journal(&snapshot, head, to)?;
    let done = || -> io::Result<()> {
        sync_dir(&evidence)?;
        sync_dir(to)?;
        fs::remove_file(to.join(MARK))?;
        sync_dir(to)
    };
    done().map_err(|error| fault::io("write", to, error))?;
    Ok(Restored { snapshot, configuration })
}

/// Makes `to` an empty directory with a mark in it, or refuses it.
fn prepare(to: &Path) -> Result<()> {
    create_dir(to)?;
    let failed = |error| BackupError::from(fault::io("prepare", to, error));
    if is_unfinished(to) {
        // What an earlier restore left; its mark goes last.
        for entry in fs::read_dir(to).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let is_dir = entry.file_type().map_err(failed)?.is_dir();
            if entry.file_name() == MARK {
                continue;
            }
            let removed = if is_dir {
                fs::remove_dir_all(entry.path())
            } else {
                fs::remove_file(entry.path())
            };
            removed.map_err(failed)?;
        }
        return Ok(());
    }
    let names = fs::read_dir(to).map_err(failed)?;
    for entry in names {
        if entry.map_err(failed)?.file_name() != "lost+found" {
            return Err(BackupError::NotEmpty { dir: to.to_owned() });
        }
    }
    File::create(to.join(MARK)).and_then(|mark| mark.sync_all()).map_err(failed)?;
    sync_dir(to).map_err(failed)
}

/// Refuses a disk that would be full before the end. Facts take more room as a journal than as lines.
fn require_room(to: &Path, snapshot: &Snapshot) -> Result<()> {
    let facts: u64 = snapshot.manifest.facts.iter().map(|part| part.bytes).sum();
    let needed = snapshot.manifest.bytes() + 3 * facts;
    let Ok(disk) = rustix::fs::statvfs(to) else { return Ok(()) };
    let free = disk.f_bavail * disk.f_frsize;
    if free >= needed {
        return Ok(());
    }
    Err(BackupError::NoRoom { dir: to.to_owned(), free, needed })
}

/// A path of a manifest, which must not lead out of the directory.
fn safe(name: &str) -> Result<&Path> {
    let path = Path::new(name);
    if !name.is_empty() && path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(path);
    }
    let detail = "it leads out of the data directory".to_owned();
    Err(BackupError::Damaged { what: format!("the path `{name}`"), detail })
}

struct Out<'a, 'c> {
    from: &'a Path,
    course: &'a mut Course<'c>,
    done: u64,
    total: u64,
}

impl Out<'_, '_> {
    /// Copies an object to the file `name` in `dir`, and compares it with its hash.
    fn file(&mut self, kind: Kind, kept: &Kept, dir: &Path, name: &str) -> Result<()> {
        let to = dir.join(safe(name)?);
        if let Some(parent) = to.parent() {
            create_dir(parent)?;
        }
        let failed = |error| BackupError::from(fault::io("write", &to, error));
        let mut file = File::create(&to).map_err(failed)?;
        // Before its bytes: it may be a secret.
        file.set_permissions(Permissions::from_mode(kept.mode & 0o777)).map_err(failed)?;
        self.compare(kind, &kept.sha256, kept.bytes, &mut file, &to)?;
        file.sync_all().map_err(failed)
    }

    /// Hands the bytes of an object to `to`; `name` is what is being written.
    fn compare(
        &mut self,
        kind: Kind,
        sha256: &Digest,
        bytes: u64,
        to: &mut impl io::Write,
        name: &Path,
    ) -> Result<()> {
        let from = path(self.from, kind, sha256);
        let damaged = |detail: &str| BackupError::Damaged {
            what: from.display().to_string(),
            detail: detail.to_owned(),
        };
        let mut file = match File::open(&from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(damaged("it is missing"));
            }
            opened => opened.map_err(|error| fault::io("open", &from, error))?,
        };
        let failed = |doing, error| {
            let path = if doing == "read" { &from } else { name };
            fault::io(doing, path, error).into()
        };
        let (course, done, total) = (&mut *self.course, &mut self.done, self.total);
        let moved = |read| {
            *done += read;
            (course.progress)(*done, total);
            course.go_on()
        };
        let found = hash_through(&mut file, to, moved, failed)?;
        if found == (*sha256, bytes) {
            return Ok(());
        }
        Err(damaged("its bytes do not have the SHA-256 of its name"))
    }

    /// Writes the journal aside and gives it its name.
    fn journal(&mut self, snapshot: &Snapshot, head: Head, to: &Path) -> Result<()> {
        for part in &snapshot.manifest.facts {
            let from = path(self.from, Kind::Facts, &part.sha256);
            let before = self.done;
            self.compare(Kind::Facts, &part.sha256, part.bytes, &mut io::sink(), &from)?;
            self.done = before;
        }
        let aside = to.join("journal.redb.restored");
        let (done, total) = (&mut self.done, self.total);
        facts::restore(
            self.from,
            &snapshot.manifest.facts,
            head,
            &aside,
            self.course,
            |course, bytes| {
                *done += bytes;
                (course.progress)(*done, total);
            },
        )?;
        let named = to.join("journal.redb");
        fs::rename(&aside, &named).map_err(|error| fault::io("write", &named, error).into())
    }
}
