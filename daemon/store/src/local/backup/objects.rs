//! The files of a destination, named by their SHA-256: written aside, made durable, then named.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use model::Digest;
use sha2::{Digest as _, Sha256};

use super::{BackupError, Course, Result};
use crate::local::{fault, store::sync_dir};

/// Where unfinished files lie.
pub(super) const UNFINISHED: &str = "unfinished";
/// Bytes that are read at a time.
const CHUNK: usize = 1 << 20;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Pack,
    Facts,
    Table,
    File,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Pack, Self::Facts, Self::Table, Self::File];

    /// The folder that files of the kind lie in.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Pack => "packs",
            Self::Facts => "facts",
            Self::Table => "tables",
            Self::File => "files",
        }
    }

    /// The file's name in it.
    pub(super) fn file_name(self, sha256: &Digest) -> String {
        match self {
            Self::Pack => format!("{sha256}.tar.zst"),
            Self::Facts | Self::Table => format!("{sha256}.jsonl.zst"),
            Self::File => sha256.to_string(),
        }
    }
}

/// Where an object lies.
pub(super) fn path(dest: &Path, kind: Kind, sha256: &Digest) -> PathBuf {
    dest.join(kind.folder()).join(kind.file_name(sha256))
}

/// Reads `from` to its end, hands the bytes to `to`, and gives their hash and number.
pub(super) fn hash_through(
    from: &mut impl Read,
    to: &mut impl Write,
    mut each: impl FnMut(u64) -> Result<()>,
    failed: impl Fn(&'static str, io::Error) -> BackupError,
) -> Result<(Digest, u64)> {
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => return Ok((Digest(hash.finalize().into()), bytes)),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed("read", error)),
        };
        hash.update(&chunk[..read]);
        to.write_all(&chunk[..read]).map_err(|error| failed("write", error))?;
        bytes += read as u64;
        each(read as u64)?;
    }
}

/// Writes objects, one after the other.
pub(super) struct Objects<'a, 'c> {
    dest: &'a Path,
    course: &'a mut Course<'c>,
    /// The sizes of the objects that are there, by kind: another file cannot be the same.
    sizes: [BTreeSet<u64>; 4],
    pub(super) done: u64,
    pub(super) total: u64,
    pub(super) new_bytes: u64,
}

impl<'a, 'c> Objects<'a, 'c> {
    pub(super) fn open(dest: &'a Path, course: &'a mut Course<'c>) -> Result<Self> {
        let mut sizes = [const { BTreeSet::new() }; 4];
        for (kind, sizes) in Kind::ALL.iter().zip(&mut sizes) {
            let dir = dest.join(kind.folder());
            let list = || -> io::Result<BTreeSet<u64>> {
                fs::read_dir(&dir)?.map(|entry| Ok(entry?.metadata()?.len())).collect()
            };
            *sizes = list().map_err(|error| fault::io("list", &dir, error))?;
        }
        Ok(Self { dest, course, sizes, done: 0, total: 0, new_bytes: 0 })
    }

    /// Whether the object is there, as long as it should be.
    pub(super) fn has(&self, kind: Kind, sha256: &Digest, bytes: u64) -> bool {
        path(self.dest, kind, sha256).metadata().is_ok_and(|found| found.len() == bytes)
    }

    /// Notes that `bytes` more need no copying.
    pub(super) fn pass_over(&mut self, bytes: u64) -> Result<()> {
        self.done += bytes;
        (self.course.progress)(self.done, self.total);
        self.course.go_on()
    }

    /// Keeps the file at `from`, unless its bytes are there already.
    pub(super) fn keep_file(&mut self, kind: Kind, from: &Path) -> Result<(Digest, u64)> {
        let open = || File::open(from).map_err(|error| fault::io("open", from, error));
        let mut file = open()?;
        let len = file.metadata().map_err(|error| fault::io("read", from, error))?.len();
        let like = Kind::ALL.iter().position(|one| *one == kind).unwrap_or(0);
        if self.sizes[like].contains(&len) {
            // A run that was killed may have copied it.
            let course = &*self.course;
            let failed = |doing, error| fault::io(doing, from, error).into();
            let (sha256, bytes) =
                hash_through(&mut file, &mut io::sink(), |_| course.go_on(), failed)?;
            if self.has(kind, &sha256, bytes) {
                self.pass_over(bytes)?;
                return Ok((sha256, bytes));
            }
            file = open()?;
        }
        let mut aside = self.aside()?;
        let (dest, from) = (aside.path.clone(), from.to_owned());
        let failed = |doing, error| {
            let path = if doing == "read" { &from } else { &dest };
            fault::io(doing, path, error).into()
        };
        let (course, done, total) = (&mut *self.course, &mut self.done, self.total);
        let moved = |read| {
            *done += read;
            (course.progress)(*done, total);
            course.go_on()
        };
        let (sha256, bytes) = hash_through(&mut file, &mut aside.file, moved, failed)?;
        self.name(&aside, kind, sha256, bytes)?;
        Ok((sha256, bytes))
    }

    /// Keeps what `write` writes.
    pub(super) fn keep_written(
        &mut self,
        kind: Kind,
        write: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<(Digest, u64)> {
        let aside = self.aside()?;
        let path = aside.path.clone();
        let failed = |error| BackupError::from(fault::io("write", &path, error));
        let mut hashed = Hashed { file: &aside.file, hash: Sha256::new(), bytes: 0 };
        let mut zstd = zstd::stream::Encoder::new(&mut hashed, 5).map_err(failed)?;
        zstd.include_checksum(true).map_err(failed)?;
        write(&mut zstd)?;
        zstd.finish().map_err(failed)?;
        let (sha256, bytes) = (Digest(hashed.hash.finalize().into()), hashed.bytes);
        self.name(&aside, kind, sha256, bytes)?;
        self.course.go_on()?;
        Ok((sha256, bytes))
    }

    fn aside(&self) -> Result<Aside> {
        let path = self.dest.join(UNFINISHED).join("object");
        let file = File::create(&path).map_err(|error| fault::io("create", &path, error))?;
        Ok(Aside { path, file })
    }

    fn name(&mut self, aside: &Aside, kind: Kind, sha256: Digest, bytes: u64) -> Result<()> {
        if self.has(kind, &sha256, bytes) {
            let removed = fs::remove_file(&aside.path);
            return Ok(removed.map_err(|error| fault::io("remove", &aside.path, error))?);
        }
        let named = path(self.dest, kind, &sha256);
        aside
            .file
            .sync_all()
            .and_then(|()| fs::rename(&aside.path, &named))
            .map_err(|error| fault::io("write", &named, error))?;
        self.new_bytes += bytes;
        Ok(())
    }

    /// Makes the names durable, so that a manifest may list them.
    pub(super) fn sync(&self) -> Result<()> {
        for kind in Kind::ALL {
            let dir = self.dest.join(kind.folder());
            sync_dir(&dir).map_err(|error| fault::io("write", &dir, error))?;
        }
        Ok(())
    }
}

/// A file that has no name yet.
struct Aside {
    path: PathBuf,
    file: File,
}

/// Hashes what goes through it.
struct Hashed<'a> {
    file: &'a File,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
