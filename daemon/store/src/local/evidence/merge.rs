//! Merges small packs, so that a service that takes mail in one by one does not end with a pack a
//! message, and its replies compress against what they quote.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use super::{
    FileEvidence,
    pack::{PackNumber, Table},
    pack_read::{foot_table, read_frame},
    pack_write::{Gathered, Last, PackWriter, compressor},
};
use crate::{
    LeaseGuard, Leases as _, Result, StoreError,
    local::{fault, lease::FileLeases},
};

/// A pack below this size is small.
const SMALL: u64 = 8 << 20;
/// Small packs are merged up to about this size.
const MERGED: u64 = 64 << 20;

/// Who has this lease of the folder lets no pack disappear, or keeps it from doing so.
const PACKS: &str = "packs";
/// How often it is looked whether a merge is over.
const LOOK: Duration = Duration::from_millis(50);

/// Keeps every pack in `dir` where it is, for `holder`, until the guard is dropped. Waits for a merge
/// that is under way, but not longer than `patience`.
pub(in crate::local) fn hold_merges(
    dir: &Path,
    holder: &str,
    patience: Duration,
) -> Result<Box<dyn LeaseGuard>> {
    let begun = Instant::now();
    loop {
        match FileLeases::new(dir).acquire(PACKS, holder) {
            Err(StoreError::InUse { .. }) if begun.elapsed() < patience => {
                std::thread::sleep(LOOK);
            }
            held => return held,
        }
    }
}

pub(super) fn merge_small(evidence: &FileEvidence) -> Result<()> {
    // While a backup copies them they stay; there is another quiet hour.
    let _held = match FileLeases::new(&evidence.dir).acquire(PACKS, "a merge of small packs") {
        Err(StoreError::InUse { .. }) => return Ok(()),
        held => held?,
    };
    let mut group = BTreeSet::new();
    let mut bytes = 0;
    for (pack, stored) in evidence.locations.packs()? {
        if stored >= SMALL {
            continue;
        }
        group.insert(pack);
        bytes += stored;
        if bytes >= MERGED {
            merge(evidence, &std::mem::take(&mut group))?;
            bytes = 0;
        }
    }
    merge(evidence, &group)
}

/// Writes the items of `group` into one new pack and deletes the old ones. The new pack names the
/// old ones, so whatever interrupts this is brought to its end at the next start.
fn merge(evidence: &FileEvidence, group: &BTreeSet<PackNumber>) -> Result<()> {
    if group.len() < 2 {
        return Ok(());
    }
    let number = evidence.last_pack.fetch_add(1, Ordering::Relaxed) + 1;
    let writer = PackWriter::create(&evidence.dir, number, group.iter().copied().collect())?;
    let table = match copy(evidence, group, writer) {
        Ok(table) => table,
        // A damaged pack stays as it is, with all the evidence about the damage.
        Err(error @ StoreError::Damaged { .. }) => {
            log::error!("small packs are not merged: {error}");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    evidence.locations.replace(group, number, &table)?;
    evidence.delete(group)
}

fn copy(
    evidence: &FileEvidence,
    group: &BTreeSet<PackNumber>,
    mut writer: PackWriter,
) -> Result<Table> {
    let failed = |error| fault::io("compress", &evidence.dir, error);
    let mut zstd = compressor().map_err(failed)?;
    let mut gathered = Gathered::default();
    let mut copied = BTreeSet::new();
    for pack in group {
        let path = evidence.path(*pack);
        let file = evidence.file(*pack)?;
        let table = foot_table(&file, &path)?;
        let mut places = table.places(*pack).peekable();
        for (extent, number) in table.extents().zip(0..) {
            let raw = read_frame(&file, &path, extent)?;
            while let Some((id, place)) = places.next_if(|(_, place)| place.frame == number) {
                let bytes = evidence.item(&id, place, &raw)?;
                if !copied.insert(id) {
                    continue;
                }
                if gathered.is_full_for(bytes.len()) {
                    let full = std::mem::take(&mut gathered);
                    writer.push(full.compress(&mut zstd, Last::No).map_err(failed)?)?;
                }
                gathered.push(id, bytes).map_err(failed)?;
            }
        }
    }
    writer.push(gathered.compress(&mut zstd, Last::Yes).map_err(failed)?)?;
    writer.finish()
}
