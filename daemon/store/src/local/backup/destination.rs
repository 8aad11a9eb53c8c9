//! The folder that backups go into.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use model::{Digest, Instant};
use serde::{Deserialize, Serialize};

use super::{
    BackupError, Result,
    manifest::{FORMAT, Manifest},
    objects::{Kind, UNFINISHED},
};
use crate::{
    LeaseGuard, Leases as _, StoreError,
    local::{
        fault,
        lease::FileLeases,
        store::{create_dir, sync_dir},
    },
};

/// The file that tells what the folder is.
const MARK: &str = "watchkeeper-backup.json";
const SNAPSHOTS: &str = "snapshots";
const REHEARSED: &str = ".rehearsal.json";
/// No manifest is larger: it would list some ten million files.
const LARGEST: u64 = 4 << 30;

/// A folder with backups of one journal.
#[derive(Debug, Clone)]
pub struct Destination {
    dir: PathBuf,
}

/// A backup that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What it is called by.
    pub id: String,
    /// What it holds.
    pub manifest: Manifest,
    /// What was found when it was restored aside last.
    pub rehearsal: Option<Rehearsal>,
}

/// What was found when a backup was restored aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// When.
    pub at: Instant,
    /// Who asked for it.
    pub by: String,
    /// What was compared, such as `12 facts, head 1f..`.
    pub compared: Vec<String>,
    /// What does not fit; nothing if it can be relied upon.
    pub broken: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Mark {
    watchkeeper_backup: u32,
    journal: Digest,
}

impl Destination {
    /// The folder at `dir`, which holds backups.
    pub fn open(dir: &Path) -> Result<Self> {
        let found = Self { dir: dir.to_owned() };
        found.mark()?;
        Ok(found)
    }

    /// The folder at `dir` for backups of `journal`, made if it is not there.
    pub(super) fn open_or_make(dir: &Path, journal: Digest) -> Result<Self> {
        create_dir(dir)?;
        let found = Self { dir: dir.to_owned() };
        if dir.join(MARK).exists() {
            let mark = found.mark()?;
            if mark.journal != journal {
                let detail = "its first fact differs".to_owned();
                return Err(BackupError::OtherJournal { dir: dir.to_owned(), detail });
            }
        } else {
            found.require_empty()?;
            found.make(journal).map_err(|error| fault::io("write", dir, error))?;
        }
        Ok(found)
    }

    fn make(&self, journal: Digest) -> io::Result<()> {
        for folder in Kind::ALL.map(Kind::folder).iter().chain(&[SNAPSHOTS, UNFINISHED]) {
            fs::create_dir_all(self.dir.join(folder))?;
        }
        let mark = Mark { watchkeeper_backup: FORMAT, journal };
        self.write(&self.dir.join(MARK), &serde_json::to_vec_pretty(&mark)?)?;
        sync_dir(&self.dir)
    }

    /// Refuses a folder with somebody else's files; what a killed first run left is none.
    fn require_empty(&self) -> Result<()> {
        let ours = Kind::ALL.map(Kind::folder);
        let names = || -> io::Result<Vec<String>> {
            let all = fs::read_dir(&self.dir)?;
            all.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
        };
        let names = names().map_err(|error| fault::io("list", &self.dir, error))?;
        let own = |name: &str| ours.contains(&name) || [SNAPSHOTS, UNFINISHED].contains(&name);
        match names.iter().find(|name| !own(name) && *name != "lost+found") {
            None => Ok(()),
            Some(name) => Err(BackupError::NotABackup {
                dir: self.dir.clone(),
                detail: format!("it holds `{name}`; name an empty folder"),
            }),
        }
    }

    fn mark(&self) -> Result<Mark> {
        let path = self.dir.join(MARK);
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let detail = format!("there is no {MARK}; `watchkeeper backup create` makes one");
                return Err(BackupError::NotABackup { dir: self.dir.clone(), detail });
            }
            Err(error) => return Err(fault::io("read", &path, error).into()),
        };
        let mark: Mark = serde_json::from_slice(&bytes).map_err(|error| {
            let detail = format!("{MARK}: {error}");
            BackupError::NotABackup { dir: self.dir.clone(), detail }
        })?;
        newer(&path, mark.watchkeeper_backup)?;
        Ok(mark)
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Holds the folder for `holder` until the guard is dropped or the process ends, and removes what
    /// one that was killed left unfinished.
    pub fn hold(&self, holder: &str) -> Result<Box<dyn LeaseGuard>> {
        let leases = FileLeases::new(&self.dir);
        let held = leases.acquire("backup", holder).map_err(|error| match error {
            StoreError::InUse { holder, .. } => BackupError::Busy { dir: self.dir.clone(), holder },
            other => other.into(),
        })?;
        let dir = self.scratch();
        let tidy = || -> io::Result<()> {
            match fs::remove_dir_all(&dir) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => fs::create_dir(&dir),
            }
        };
        tidy().map_err(|error| fault::io("tidy", &dir, error))?;
        Ok(held)
    }

    /// A folder on the same disk for what needs not outlive the one who holds the destination.
    pub fn scratch(&self) -> PathBuf {
        self.dir.join(UNFINISHED)
    }

    /// The backups that are there, the earliest first. One that cannot be read is an error: it is not
    /// for us to decide that it does not count.
    pub fn snapshots(&self) -> Result<Vec<Snapshot>> {
        let mut found: Vec<Snapshot> =
            self.ids()?.iter().map(|id| self.read(id)).collect::<Result<_>>()?;
        found.sort_by(|a, b| (a.manifest.at, &a.id).cmp(&(b.manifest.at, &b.id)));
        Ok(found)
    }

    /// The backup called `id`, or whose name begins so; the latest if none is named.
    pub fn snapshot(&self, id: Option<&str>) -> Result<Snapshot> {
        let missing = |wanted: &str| BackupError::NoSnapshot {
            dir: self.dir.clone(),
            wanted: wanted.to_owned(),
        };
        let Some(id) = id else {
            return self.snapshots()?.pop().ok_or_else(|| missing("at all"));
        };
        let ids = self.ids()?;
        let mut fitting = ids.iter().filter(|one| one.starts_with(id));
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => self.read(one),
            _ => Err(missing(id)),
        }
    }

    fn ids(&self) -> Result<Vec<String>> {
        let dir = self.dir.join(SNAPSHOTS);
        let list = || -> io::Result<Vec<String>> {
            let mut ids = Vec::new();
            for entry in fs::read_dir(&dir)? {
                let name = entry?.file_name().to_string_lossy().into_owned();
                if name.ends_with(REHEARSED) {
                    continue;
                }
                ids.extend(name.strip_suffix(".json").map(str::to_owned));
            }
            Ok(ids)
        };
        Ok(list().map_err(|error| fault::io("list", &dir, error))?)
    }

    fn read(&self, id: &str) -> Result<Snapshot> {
        let path = self.manifest(id);
        let bytes = read(&path).map_err(|error| fault::io("read", &path, error))?;
        let damaged =
            |detail: String| BackupError::Damaged { what: path.display().to_string(), detail };
        let hash = Digest::of(&bytes).to_string();
        if id.rsplit('-').next() != hash.get(..HASH_DIGITS) {
            return Err(damaged("its name does not hold the SHA-256 of its bytes".to_owned()));
        }
        let form: Form =
            serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        newer(&path, form.format)?;
        let manifest =
            serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        // A rehearsal that cannot be read proves nothing: it is to be made again.
        let rehearsal = read(&self.rehearsal(id)).ok();
        let rehearsal = rehearsal.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(Snapshot { id: id.to_owned(), manifest, rehearsal })
    }

    /// Keeps `manifest`, durably; with it the backup is there.
    pub(super) fn keep(&self, manifest: Manifest) -> Result<Snapshot> {
        let encode = || -> io::Result<Vec<u8>> {
            let mut bytes = serde_json::to_vec(&manifest)?;
            bytes.push(b'\n');
            Ok(bytes)
        };
        let bytes = encode().map_err(|error| fault::io("write", &self.dir, error))?;
        let hash = Digest::of(&bytes).to_string();
        let at = manifest.at.timestamp().strftime("%Y%m%dT%H%M%SZ");
        let id = format!("{at}-{}", &hash[..HASH_DIGITS]);
        let path = self.manifest(&id);
        self.write(&path, &bytes)
            .and_then(|()| sync_dir(&self.dir.join(SNAPSHOTS)))
            .map_err(|error| fault::io("write", &path, error))?;
        Ok(Snapshot { id, manifest, rehearsal: None })
    }

    /// Notes what was found when the backup `id` was restored aside.
    pub fn note_rehearsal(&self, id: &str, found: &Rehearsal) -> Result<()> {
        let path = self.rehearsal(id);
        serde_json::to_vec_pretty(found)
            .map_err(io::Error::from)
            .and_then(|bytes| self.write(&path, &bytes))
            .map_err(|error| fault::io("write", &path, error).into())
    }

    /// Takes the backup `id` away; what only it holds is removed by pruning.
    pub(super) fn forget(&self, id: &str) -> Result<()> {
        for path in [self.manifest(id), self.rehearsal(id)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(fault::io("remove", &path, error).into());
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn manifest(&self, id: &str) -> PathBuf {
        self.dir.join(SNAPSHOTS).join(format!("{id}.json"))
    }

    fn rehearsal(&self, id: &str) -> PathBuf {
        self.dir.join(SNAPSHOTS).join(format!("{id}{REHEARSED}"))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let aside = self.dir.join(UNFINISHED).join("small");
        let mut file = File::create(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, path)
    }
}

/// Digits of its own SHA-256 in the name of a manifest.
const HASH_DIGITS: usize = 16;

#[derive(Deserialize)]
struct Form {
    format: u32,
}

fn newer(path: &Path, found: u32) -> Result<()> {
    if found > FORMAT {
        let what = path.display().to_string();
        return Err(StoreError::Newer { what, found, known: FORMAT }.into());
    }
    Ok(())
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
