//! Makes a backup, beside the service or without it.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use model::{Digest, Instant, Seq};

use super::{
    BackupError, Course, Result,
    destination::{Destination, Snapshot},
    facts::Facts,
    files::{self, Found},
    manifest::{FORMAT, Kept, Manifest},
    objects::{Kind, Objects},
    prune::prune,
    rows,
};
use crate::{Head, StoreError, local::evidence::hold_merges, local::fault};

/// How long a merge of packs may go on before a backup gives up waiting for it.
const MERGE: Duration = Duration::from_mins(30);

/// What is to be backed up, and where to.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// The data directory.
    pub data: &'a Path,
    /// Names in it that are made anew, beside those of the store; `x*` for all that begin with x.
    pub anew: &'a [&'a str],
    /// The configuration, where it lies outside of the data directory.
    pub configuration: Option<&'a Path>,
    /// The folder that backups go into.
    pub destination: &'a Path,
    /// How many backups are kept; all of them unless told.
    pub keep: Option<usize>,
    /// The version of the program.
    pub program: &'a str,
    /// Who asked for it.
    pub by: &'a str,
    /// What another backup is told meanwhile: program, process number.
    pub holder: &'a str,
    /// When it is begun.
    pub now: Instant,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The backup.
    pub snapshot: Snapshot,
    /// How many earlier ones were taken away, as the plan says.
    pub dropped: usize,
}

/// Makes a backup as `plan` says.
pub fn create(plan: &Plan<'_>, course: &mut Course<'_>) -> Result<Created> {
    require_apart(plan.data, plan.destination)?;
    let facts = Facts::open(plan.data)?;
    let head = facts.head()?;
    if head.seq == Seq(0) {
        let what = plan.data.display().to_string();
        return Err(StoreError::Damaged { what, detail: "its journal is empty".to_owned() }.into());
    }
    let journal = facts.hash_after(Seq(1))?;
    let destination = Destination::open_or_make(plan.destination, journal)?;
    let _held = destination.hold(plan.holder)?;
    let former = destination.snapshots()?.pop().map(|snapshot| snapshot.manifest);
    if let Some(former) = &former {
        require_continued(plan, &facts, former, head)?;
    }
    let manifest = copy(plan, course, &facts, head, journal, former.as_ref())?;
    let snapshot = destination.keep(manifest)?;
    let dropped = plan.keep.map_or(Ok(0), |keep| prune(&destination, keep.max(1)))?;
    Ok(Created { snapshot, dropped })
}

/// Refuses a destination within the data, and data within the destination.
fn require_apart(data: &Path, destination: &Path) -> Result<()> {
    let inside = |data: PathBuf, dir: PathBuf| BackupError::Inside { dir, data };
    let found = data.canonicalize().map_err(|error| fault::io("open", data, error))?;
    // What is not there yet lies where its nearest folder does.
    let whole =
        std::path::absolute(destination).map_err(|error| fault::io("find", destination, error))?;
    let mut near = whole.as_path();
    let mut rest = PathBuf::new();
    let real = loop {
        match near.canonicalize() {
            Ok(real) => break real.join(&rest),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let Some((parent, name)) = near.parent().zip(near.file_name()) else {
                    break whole.clone();
                };
                rest = if rest.as_os_str().is_empty() {
                    name.into()
                } else {
                    Path::new(name).join(rest)
                };
                near = parent;
            }
            Err(error) => return Err(fault::io("open", destination, error).into()),
        }
    };
    if real.starts_with(&found) || found.starts_with(&real) {
        return Err(inside(data.to_owned(), destination.to_owned()));
    }
    Ok(())
}

/// Refuses a journal that does not go on from the latest backup: one of both was restored from
/// elsewhere, and their facts must not be mixed.
fn require_continued(plan: &Plan<'_>, facts: &Facts, former: &Manifest, head: Head) -> Result<()> {
    let other =
        |detail: String| BackupError::OtherJournal { dir: plan.destination.to_owned(), detail };
    if former.seq > head.seq {
        return Err(other(format!(
            "its latest backup holds {} facts, the journal only {}",
            former.seq, head.seq
        )));
    }
    if facts.hash_after(former.seq)? != former.head {
        return Err(other(format!("they differ before fact {}", former.seq)));
    }
    Ok(())
}

fn copy(
    plan: &Plan<'_>,
    course: &mut Course<'_>,
    facts: &Facts,
    head: Head,
    journal: Digest,
    former: Option<&Manifest>,
) -> Result<Manifest> {
    let mut objects = Objects::open(plan.destination, course)?;
    // Evidence is kept before the fact that names it: whatever stood at the head is in the packs now.
    let merges = hold_merges(&plan.data.join("evidence"), plan.holder, MERGE)?;
    let packs = files::packs(plan.data)?;
    let others = files::others(plan.data, plan.anew)?;
    let configuration = configuration(plan)?;
    let all = packs.iter().chain(&others).chain(&configuration);
    objects.total = all.map(|found| found.bytes).sum();
    let parts = facts.keep(former.map_or(&[], |former| &former.facts), head, &mut objects)?;
    let mut tables = Vec::new();
    for name in rows::FILES {
        let path = plan.data.join(name);
        let Ok(about) = path.metadata() else { continue };
        let found = Found::new(name.to_owned(), path, &about);
        let rows = rows::read(&found.path)?;
        let written = objects.keep_written(Kind::Table, |to| {
            let failed = |error| fault::io("write", Path::new("the tables of the backup"), error);
            Ok(to.write_all(&rows).map_err(failed)?)
        })?;
        tables.push(kept(&found, written));
    }
    let mut files = Vec::with_capacity(others.len());
    for found in &others {
        // One that is gone meanwhile was no part of the data.
        files.extend(keep_file(&mut objects, Kind::File, found)?);
    }
    let configuration = match &configuration {
        Some(found) => keep_file(&mut objects, Kind::File, found)?,
        None => None,
    };
    let packs = keep_packs(&mut objects, &packs, former)?;
    drop(merges);
    objects.sync()?;
    Ok(Manifest {
        format: FORMAT,
        program: plan.program.to_owned(),
        journal,
        at: plan.now,
        by: plan.by.to_owned(),
        seq: head.seq,
        head: head.hash,
        facts: parts,
        packs,
        tables,
        files,
        configuration,
        new_bytes: objects.new_bytes,
    })
}

fn configuration(plan: &Plan<'_>) -> Result<Option<Found>> {
    let Some(path) = plan.configuration else { return Ok(None) };
    let real = |path: &Path| path.canonicalize().map_err(|error| fault::io("open", path, error));
    if real(path)?.starts_with(real(plan.data)?) {
        return Ok(None);
    }
    let about = path.metadata().map_err(|error| fault::io("read", path, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Some(Found::new(name, path.to_owned(), &about)))
}

/// Keeps the packs; one that the former backup holds is not read again.
fn keep_packs(
    objects: &mut Objects<'_, '_>,
    packs: &[Found],
    former: Option<&Manifest>,
) -> Result<Vec<Kept>> {
    let former: &[Kept] = former.map_or(&[], |former| &former.packs);
    let mut all = Vec::with_capacity(packs.len());
    for found in packs {
        let same = former.iter().find(|kept| {
            kept.name == found.name && kept.bytes == found.bytes && kept.changed == found.changed
        });
        match same.filter(|kept| objects.has(Kind::Pack, &kept.sha256, kept.bytes)) {
            Some(same) => {
                objects.pass_over(found.bytes)?;
                all.push(same.clone());
            }
            None => all.extend(keep_file(objects, Kind::Pack, found)?),
        }
    }
    Ok(all)
}

fn keep_file(objects: &mut Objects<'_, '_>, kind: Kind, found: &Found) -> Result<Option<Kept>> {
    match objects.keep_file(kind, &found.path) {
        Ok(written) => Ok(Some(kept(found, written))),
        Err(BackupError::Store(StoreError::Io { source, .. }))
            if source.kind() == io::ErrorKind::NotFound && !found.path.exists() =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn kept(found: &Found, (sha256, bytes): (Digest, u64)) -> Kept {
    let Found { name, changed, mode, .. } = found;
    Kept { name: name.clone(), sha256, bytes, changed: *changed, mode: *mode }
}
