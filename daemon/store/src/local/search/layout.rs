//! The directory of the index: one directory a generation, and `current`, which names the one that
//! answers and the format of all.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use crate::{Result, local::fault};

/// The format of the index: its fields, the words, what is kept. A change of any is a new format.
pub(super) const FORMAT: u32 = 1;

const CURRENT: &str = "current";

/// What `current` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Current {
    /// Nothing: the index was never written.
    Absent,
    /// Something that this program did not write.
    Unreadable,
    /// The format and the generation that answers.
    Named { format: u32, generation: u32 },
}

/// The directory of the whole index.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub dir: PathBuf,
}

/// A state of a file, to notice that it was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Layout {
    /// The directory of `generation`.
    pub fn generation(&self, generation: u32) -> PathBuf {
        self.dir.join(format!("g{generation:04}"))
    }

    /// The file that names the generation that answers.
    pub fn current_file(&self) -> PathBuf {
        self.dir.join(CURRENT)
    }

    /// Reads `current`.
    pub fn current(&self) -> Result<Current> {
        let path = self.current_file();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Current::Absent),
            Err(error) => return Err(fault::io("open", &path, error)),
        };
        let mut text = String::new();
        Ok(match file.take(64).read_to_string(&mut text) {
            Ok(_) => parse(&text).unwrap_or(Current::Unreadable),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Current::Unreadable,
            Err(error) => return Err(fault::io("read", &path, error)),
        })
    }

    /// Lets `generation` answer from now on: readers see the former name or this one.
    pub fn set_current(&self, generation: u32) -> Result<()> {
        let (path, aside) = (self.current_file(), self.dir.join("current.new"));
        let write = || -> io::Result<()> {
            let mut file = File::create(&aside)?;
            file.write_all(format!("{FORMAT} g{generation:04}\n").as_bytes())?;
            file.sync_all()?;
            fs::rename(&aside, &path)?;
            File::open(&self.dir)?.sync_all()
        };
        write().map_err(|error| fault::io("write", &path, error))
    }

    /// The generations that have a directory, ascending.
    pub fn generations(&self) -> Result<Vec<u32>> {
        let failed = |error| fault::io("read", &self.dir, error);
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            found.extend(name.to_str().and_then(generation_of));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Makes the directory of the whole index for this user alone: it holds other people's mail.
    pub fn create(&self) -> Result<()> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.dir);
        made.map_err(|error| fault::io("create", &self.dir, error))
    }

    /// Makes the directory of `generation`.
    pub fn create_generation(&self, generation: u32) -> Result<PathBuf> {
        let path = self.generation(generation);
        fs::create_dir(&path).map_err(|error| fault::io("create", &path, error))?;
        Ok(path)
    }

    /// Removes the directory of `generation` with all that is in it, if it is there.
    pub fn remove_generation(&self, generation: u32) -> Result<()> {
        let path = self.generation(generation);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(fault::io("remove", &path, error))
            }
            _ => Ok(()),
        }
    }
}

impl Stamp {
    /// The state of the file `path`, if it is there.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let modified = (metadata.mtime(), metadata.mtime_nsec());
        Some(Self { inode: metadata.ino(), size: metadata.len(), modified })
    }
}

fn parse(text: &str) -> Option<Current> {
    let (format, generation) = text.trim_end().split_once(' ')?;
    let format = format.parse().ok()?;
    // A later format may name its generations as it likes.
    if format > FORMAT {
        return Some(Current::Named { format, generation: 0 });
    }
    Some(Current::Named { format, generation: generation_of(generation)? })
}

fn generation_of(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('g')?;
    (digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}
