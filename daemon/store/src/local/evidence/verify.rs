//! Reads every pack back.

use std::{collections::BTreeSet, fs::File, os::unix::fs::FileExt as _, path::Path};

use model::EvidenceId;

use super::{
    FileEvidence,
    pack::{self, END, Extent, Frame, Item, PackNumber, RECORD, Table, padded},
    pack_read::{foot_table, inflate, items_of, read_stored},
    packs_in,
};
use crate::{Broken, Result, StoreError, local::fault};

pub(super) fn verify(
    evidence: &FileEvidence,
    progress: &mut dyn FnMut(f32),
) -> Result<Vec<Broken>> {
    let mut broken = Vec::new();
    let known: BTreeSet<PackNumber> = evidence.locations.packs()?.into_keys().collect();
    let found = packs_in(&evidence.dir)?;
    let total = known.union(&found).count().max(1);
    for (done, pack) in known.union(&found).enumerate() {
        let path = evidence.path(*pack);
        if found.contains(pack) {
            broken.extend(verify_pack(evidence, *pack, &path)?);
        } else {
            broken
                .push(Broken { item: path.display().to_string(), detail: "it is missing".into() });
        }
        progress((done + 1) as f32 / total as f32);
    }
    broken.extend(evidence.locations.check()?);
    Ok(broken)
}

/// What is broken in one pack.
fn verify_pack(evidence: &FileEvidence, pack: PackNumber, path: &Path) -> Result<Vec<Broken>> {
    let item = path.display().to_string();
    let file = match File::open(path) {
        Ok(file) => file,
        // It was merged into another meanwhile.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fault::io("open", path, error)),
    };
    let table = match foot_table(&file, path) {
        Ok(table) => table,
        Err(StoreError::Damaged { detail, .. }) => return Ok(vec![Broken { item, detail }]),
        Err(error) => return Err(error),
    };
    let mut broken = Vec::new();
    let mut items = table.items.as_slice();
    for ((extent, frame), number) in table.extents().zip(&table.frames).zip(0_u32..) {
        let (of_frame, rest) = items.split_at(frame.items as usize);
        items = rest;
        let stored = read_stored(&file, path, extent)?;
        if let Err((id, detail)) = verify_frame(&stored, extent, frame, of_frame) {
            let item = id.map_or_else(|| item.clone(), |id| format!("{id} in {item}"));
            broken.push(Broken { item, detail: format!("frame {number}: {detail}") });
        }
    }
    broken.extend(verify_end(&file, path, &table)?);
    broken.extend(verify_places(evidence, pack, &table)?);
    Ok(broken)
}

/// Compares what stands behind the frames with what belongs there.
fn verify_end(file: &File, path: &Path, table: &Table) -> Result<Option<Broken>> {
    let wanted = table.encode().map_err(|error| fault::damaged(path, error.to_string()))?;
    let mut found = vec![0; wanted.len()];
    file.read_exact_at(&mut found, table.frame_bytes()).map_err(|e| fault::io("read", path, e))?;
    Ok((found != wanted).then(|| Broken {
        item: path.display().to_string(),
        detail: "its table of contents was altered".to_owned(),
    }))
}

/// The first item of a pack that the index does not find there, or elsewhere.
fn verify_places(
    evidence: &FileEvidence,
    pack: PackNumber,
    table: &Table,
) -> Result<Option<Broken>> {
    let places: Vec<_> = table.places(pack).collect();
    let ids: Vec<EvidenceId> = places.iter().map(|(id, _)| *id).collect();
    let located = evidence.locations.find(&ids)?;
    for ((id, place), located) in places.iter().zip(located) {
        // Kept twice, an item may be found in another pack.
        let detail = match located {
            // A reader may have come upon a pack that is newer than its last look.
            None if evidence.find(&[*id])?.iter().any(Option::is_some) => continue,
            None => "the index does not know where it stands",
            Some(found) if found.place.pack == pack && found.place != *place => {
                // Within one pack the first of two is found.
                if table.items.iter().filter(|item| item.id == *id).count() > 1 {
                    continue;
                }
                "the index names another place"
            }
            Some(_) => continue,
        };
        let item = format!("{id} in {}", evidence.path(pack).display());
        return Ok(Some(Broken { item, detail: detail.to_owned() }));
    }
    Ok(None)
}

/// The first item of a frame that is broken, and how.
fn verify_frame(
    stored: &[u8],
    extent: Extent,
    frame: &Frame,
    items: &[Item],
) -> Result<(), (Option<EvidenceId>, String)> {
    let first = items.first().map(|item| item.id);
    let raw = inflate(stored, extent.raw)
        .map_err(|error| (first, format!("it cannot be decompressed: {error}")))?;
    match items_of(&raw) {
        Ok(named) if named == items => {}
        Ok(_) => return Err((first, "its tar entries differ from the table of contents".into())),
        Err(detail) => return Err((first, detail)),
    }
    let mut at = 0;
    for item in items {
        let bytes = &raw[at + RECORD..at + RECORD + item.len as usize];
        if EvidenceId::of(bytes) != item.id {
            return Err((Some(item.id), "its bytes do not have this SHA-256".to_owned()));
        }
        at += RECORD + padded(item.len as usize);
    }
    if !(raw[at..].is_empty() || raw[at..] == END) {
        return Err((first, "there is something behind its last entry".to_owned()));
    }
    if pack::check(stored) != frame.check {
        return Err((first, "it was altered".to_owned()));
    }
    Ok(())
}
