//! Takes earlier backups away, and what only they held.

use std::{collections::BTreeSet, fs, io};

use super::{Result, destination::Destination, manifest::Manifest, objects::Kind};
use crate::local::fault;

/// Leaves the latest `keep` backups. Gives how many were taken away. A backup that cannot be read
/// ends it before anything is removed: it is not known what it holds.
pub(super) fn prune(destination: &Destination, keep: usize) -> Result<usize> {
    let all = destination.snapshots()?;
    let (gone, left) = all.split_at(all.len().saturating_sub(keep));
    for snapshot in gone {
        destination.forget(&snapshot.id)?;
    }
    for kind in Kind::ALL {
        let named: BTreeSet<String> =
            left.iter().flat_map(|snapshot| names(&snapshot.manifest, kind)).collect();
        remove_others(destination, kind, &named)?;
    }
    Ok(gone.len())
}

fn names(manifest: &Manifest, kind: Kind) -> Vec<String> {
    objects_of(manifest)
        .filter(|(one, ..)| *one == kind)
        .map(|(kind, sha256, _)| kind.file_name(&sha256))
        .collect()
}

/// Everything that a backup consists of: its kind, hash and bytes.
pub(super) fn objects_of(
    manifest: &Manifest,
) -> impl Iterator<Item = (Kind, model::Digest, u64)> + '_ {
    let facts = manifest.facts.iter().map(|part| (Kind::Facts, part.sha256, part.bytes));
    let of = |kind| move |kept: &super::Kept| (kind, kept.sha256, kept.bytes);
    facts
        .chain(manifest.tables.iter().map(of(Kind::Table)))
        .chain(manifest.files.iter().chain(&manifest.configuration).map(of(Kind::File)))
        .chain(manifest.packs.iter().map(of(Kind::Pack)))
}

fn remove_others(destination: &Destination, kind: Kind, named: &BTreeSet<String>) -> Result<()> {
    let dir = destination.dir().join(kind.folder());
    let remove = || -> io::Result<()> {
        for entry in fs::read_dir(&dir)? {
            let entry = entry?;
            if !named.contains(&*entry.file_name().to_string_lossy()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    };
    remove().map_err(|error| fault::io("tidy", &dir, error).into())
}
