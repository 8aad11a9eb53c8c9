//! Compares what a destination holds with its manifests, in its place.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read as _},
};

use super::{
    Course, Result,
    destination::{Destination, Snapshot},
    facts,
    objects::{hash_through, path},
    prune::objects_of,
};
use crate::{Broken, Head, local::fault};

/// Reads everything that `snapshots` name, once, and follows the hash chain of each. Gives what does
/// not fit.
pub fn check(
    destination: &Destination,
    snapshots: &[Snapshot],
    course: &mut Course<'_>,
) -> Result<Vec<Broken>> {
    let all: BTreeSet<_> = snapshots.iter().flat_map(|one| objects_of(&one.manifest)).collect();
    let total = all.iter().map(|(_, _, bytes)| bytes).sum();
    let (mut done, mut broken) = (0, Vec::new());
    for (kind, sha256, bytes) in &all {
        let path = path(destination.dir(), *kind, sha256);
        let item = path.display().to_string();
        let detail = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some("it is missing"),
            Err(error) => return Err(fault::io("open", &path, error).into()),
            Ok(file) => {
                let failed = |doing, error| fault::io(doing, &path, error).into();
                // What is longer than it should be is as wrong as what is shorter.
                let mut file = file.take(bytes + 1);
                let (found, _) = hash_through(
                    &mut file,
                    &mut io::sink(),
                    |read| {
                        done += read;
                        (course.progress)(done, total);
                        course.go_on()
                    },
                    failed,
                )?;
                (found != *sha256).then_some("its bytes do not have the SHA-256 of its name")
            }
        };
        broken.extend(detail.map(|detail| Broken { item, detail: detail.to_owned() }));
    }
    if broken.is_empty() {
        for snapshot in snapshots {
            let head = Head { seq: snapshot.manifest.seq, hash: snapshot.manifest.head };
            let found = facts::follow(destination.dir(), &snapshot.manifest.facts, head)?;
            broken.extend(found.map(|detail| Broken { item: snapshot.id.clone(), detail }));
        }
    }
    Ok(broken)
}
