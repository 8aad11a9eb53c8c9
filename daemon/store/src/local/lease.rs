//! Leases as locked files: the lock dies with its process, whatever becomes of the file.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

use super::fault;
use crate::{LeaseGuard, Leases, Result, StoreError};

/// The lease on the whole data directory; its file is `lock`.
pub const DATA_LEASE: &str = "data";

/// A holder's name is cut to this length when it is read.
const HOLDER_LIMIT: u64 = 4096;

/// Leases in one data directory.
#[derive(Debug, Clone)]
pub struct FileLeases {
    dir: PathBuf,
}

impl FileLeases {
    /// The leases of the data directory `dir`.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    fn path(&self, name: &str) -> PathBuf {
        if name == DATA_LEASE {
            self.dir.join("lock")
        } else {
            let safe: String =
                name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            self.dir.join(format!("lock-{safe}"))
        }
    }
}

impl Leases for FileLeases {
    fn acquire(&self, name: &str, holder: &str) -> Result<Box<dyn LeaseGuard>> {
        let path = self.path(name);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| fault::io("open", &path, error))?;
        for attempt in 0.. {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => break,
                Err(Errno::WOULDBLOCK) => {
                    let found = read_holder(&mut file, &path)?;
                    // Somebody who only looks holds it for an instant, and a new holder has not
                    // written his name yet.
                    if attempt < 20 && found.is_empty() {
                        std::thread::sleep(Duration::from_millis(2));
                        continue;
                    }
                    let holder = if found.is_empty() { "another process".into() } else { found };
                    return Err(StoreError::InUse { dir: self.dir.display().to_string(), holder });
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(fault::io("lock", &path, error.into())),
            }
        }
        write_holder(&mut file, holder).map_err(|error| fault::io("write", &path, error))?;
        Ok(Box::new(Held { file }))
    }

    fn holder(&self, name: &str) -> Result<Option<String>> {
        let path = self.path(name);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault::io("open", &path, error)),
        };
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(None),
            Err(Errno::WOULDBLOCK) => read_holder(&mut file, &path).map(Some),
            Err(error) => Err(fault::io("lock", &path, error.into())),
        }
    }
}

fn read_holder(file: &mut File, path: &Path) -> Result<String> {
    let mut text = Vec::new();
    file.rewind()
        .and_then(|()| file.take(HOLDER_LIMIT).read_to_end(&mut text))
        .map_err(|error| fault::io("read", path, error))?;
    Ok(String::from_utf8_lossy(&text).trim().to_owned())
}

fn write_holder(file: &mut File, holder: &str) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(holder.as_bytes())?;
    file.write_all(b"\n")
}

/// A locked file.
struct Held {
    file: File,
}

impl LeaseGuard for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        // The name goes first: between unlocking and erasing, a new holder may have written his.
        // If it cannot be erased, nobody minds, for only a locked file's name counts.
        let _ = self.file.set_len(0);
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}
