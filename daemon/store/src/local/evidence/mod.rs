//! Evidence in packs under `evidence/`.

mod locations;
mod merge;
mod pack;
mod pack_read;
mod pack_write;
mod verify;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use model::EvidenceId;
use parking_lot::Mutex;
use rayon::prelude::*;

pub(super) use self::merge::hold_merges;
use self::{
    locations::{Located, Locations},
    pack::{ITEM_LIMIT, PackNumber, Place, Table},
    pack_read::{read_frame, read_table},
    pack_write::{Compressed, Gathered, Last, PackWriter, UNFINISHED, compressor, frame_items},
};
use super::{cache::Cache, database::Access, fault, store::create_dir};
use crate::{Broken, Evidence, EvidenceStats, Result, StoreError};

/// Decompressed frames that are kept for the next reader.
const FRAME_CACHE_BYTES: usize = 8 << 20;
/// Packs that stay open.
const OPEN_PACKS: usize = 32;
/// Frames that are compressed, or read, at the same time; each takes about a megabyte.
const FRAMES_AT_ONCE: usize = 8;

/// Evidence on a local disk.
pub struct FileEvidence {
    dir: PathBuf,
    access: Access,
    locations: Locations,
    last_pack: AtomicU32,
    files: Cache<PackNumber, File>,
    frames: Cache<(PackNumber, u32), Vec<u8>>,
    /// Held while a reader looks for packs that the index does not hold.
    looking: Mutex<()>,
}

impl FileEvidence {
    /// Opens the packs in `dir`. Also tells why the index was built anew, if it was.
    pub(crate) fn open(dir: &Path, access: Access) -> Result<(Self, Option<String>)> {
        let mut reindexed = None;
        if access == Access::Write {
            create_dir(dir)?;
            remove_unfinished(dir)?;
        }
        let locations = match Locations::open(dir, access) {
            Err(error @ (StoreError::Damaged { .. } | StoreError::Newer { .. })) => {
                reindexed = Some(error.to_string());
                let path = dir.join("index.redb");
                fs::remove_file(&path).map_err(|error| fault::io("remove", &path, error))?;
                Locations::open(dir, access)?
            }
            opened => opened?,
        };
        let evidence = Self {
            dir: dir.to_owned(),
            access,
            locations,
            last_pack: AtomicU32::new(0),
            files: Cache::new(2 * OPEN_PACKS),
            frames: Cache::new(FRAME_CACHE_BYTES),
            looking: Mutex::new(()),
        };
        if access == Access::Write {
            evidence.take_in()?;
        }
        Ok((evidence, reindexed))
    }

    fn path(&self, pack: PackNumber) -> PathBuf {
        self.dir.join(pack::file_name(pack))
    }

    /// Brings the index up to the packs in the directory, after whatever stopped the last writer.
    fn take_in(&self) -> Result<()> {
        let (replaced, last) = self.locations.leftovers()?;
        self.delete(&replaced)?;
        let known = self.locations.packs()?;
        let found = packs_in(&self.dir)?;
        for pack in found.difference(&known.keys().copied().collect()) {
            let table = match read_table(&self.path(*pack)) {
                Ok(table) => table,
                // Verifying names it; the others are no worse for it.
                Err(error @ (StoreError::Damaged { .. } | StoreError::Newer { .. })) => {
                    log::error!("{error}");
                    continue;
                }
                // It was merged into one that was taken in just now.
                Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                    continue;
                }
                Err(error) => return Err(error),
            };
            self.take_in_pack(*pack, &table)?;
        }
        let last = last.max(found.last().copied().unwrap_or(0));
        self.last_pack.store(last, Ordering::Relaxed);
        Ok(())
    }

    fn take_in_pack(&self, pack: PackNumber, table: &Table) -> Result<()> {
        if table.replaces.is_empty() {
            return self.locations.add(pack, table, None).map(drop);
        }
        let old = table.replaces.iter().copied().collect();
        self.locations.replace(&old, pack, table)?;
        self.delete(&old)
    }

    /// Deletes the files of packs whose items stand elsewhere.
    fn delete(&self, packs: &BTreeSet<PackNumber>) -> Result<()> {
        for pack in packs {
            let path = self.path(*pack);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(fault::io("remove", &path, error));
                }
                _ => {}
            }
        }
        self.locations.forget(packs)
    }

    /// Refuses to write as a reader.
    fn writable(&self) -> Result<()> {
        if self.access == Access::Write {
            return Ok(());
        }
        let detail = format!("{} is open for reading only", self.dir.display());
        Err(StoreError::Engine { what: "write", detail })
    }

    /// Where each of `ids` stands. A reader looks for packs that are new since it looked last.
    fn find(&self, ids: &[EvidenceId]) -> Result<Vec<Option<Located>>> {
        let found = self.locations.find(ids)?;
        if found.iter().all(Option::is_some) || self.access == Access::Write {
            return Ok(found);
        }
        self.look_again()?;
        self.locations.find(ids)
    }

    /// Takes in, as a reader, the packs that the index does not hold now. The writer knows all.
    fn look_again(&self) -> Result<()> {
        if self.access == Access::Write {
            return Ok(());
        }
        let _looking = self.looking.lock();
        self.locations.reset();
        let known: BTreeSet<PackNumber> = self.locations.packs()?.into_keys().collect();
        for pack in packs_in(&self.dir)?.difference(&known) {
            match read_table(&self.path(*pack)) {
                Ok(table) => drop(self.locations.add(*pack, &table, None)?),
                Err(error) => log::warn!("{error}"),
            }
        }
        Ok(())
    }

    fn file(&self, pack: PackNumber) -> Result<Arc<File>> {
        if let Some(file) = self.files.get(&pack) {
            return Ok(file);
        }
        let path = self.path(pack);
        let file = File::open(&path).map_err(|error| fault::io("open", &path, error))?;
        let file = Arc::new(file);
        self.files.put(pack, file.clone(), 1);
        Ok(file)
    }

    fn frame(&self, located: &Located) -> Result<Arc<Vec<u8>>> {
        let Place { pack, frame, .. } = located.place;
        if let Some(raw) = self.frames.get(&(pack, frame)) {
            return Ok(raw);
        }
        let file = self.file(pack)?;
        let raw = Arc::new(read_frame(&file, &self.path(pack), located.extent)?);
        self.frames.put((pack, frame), raw.clone(), raw.len());
        Ok(raw)
    }

    /// The item `id` within its decompressed frame, checked against its name.
    fn item<'a>(&self, id: &EvidenceId, place: Place, raw: &'a [u8]) -> Result<&'a [u8]> {
        let start = place.start as usize;
        let bytes = raw.get(start..start + place.len as usize);
        bytes.filter(|bytes| EvidenceId::of(bytes) == *id).ok_or_else(|| StoreError::Damaged {
            what: format!("{id} in {}", self.path(place.pack).display()),
            detail: "its bytes do not have this SHA-256".to_owned(),
        })
    }

    /// Writes `items`, none of which is kept yet, as one pack.
    fn write_pack(&self, items: &[(EvidenceId, &[u8])]) -> Result<(PackNumber, Table)> {
        let pack = self.last_pack.fetch_add(1, Ordering::Relaxed) + 1;
        let mut writer = PackWriter::create(&self.dir, pack, Vec::new())?;
        let frames = cut(items);
        let last = frames.len() - 1;
        for (window, first) in frames.chunks(FRAMES_AT_ONCE).zip((0..).step_by(FRAMES_AT_ONCE)) {
            let compressed: io::Result<Vec<Compressed>> = window
                .par_iter()
                .enumerate()
                .map_init(compressor, |zstd, (index, items)| {
                    let zstd = zstd.as_mut().map_err(|error| io::Error::from(error.kind()))?;
                    let last = if first + index == last { Last::Yes } else { Last::No };
                    let mut gathered = Gathered::default();
                    for (id, bytes) in *items {
                        gathered.push(*id, bytes)?;
                    }
                    gathered.compress(zstd, last)
                })
                .collect();
            for frame in compressed.map_err(|e| fault::io("compress", &self.path(pack), e))? {
                writer.push(frame)?;
            }
        }
        Ok((pack, writer.finish()?))
    }

    /// Calls `each` with the items of `wanted`, which stand in `frames`, read at the same time.
    fn read_frames(
        &self,
        ids: &[EvidenceId],
        frames: &[Vec<(usize, Located)>],
        each: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<()> {
        let read = |wanted: &Vec<(usize, Located)>| {
            let raw = self.frame(&wanted[0].1)?;
            for (index, located) in wanted {
                self.item(&ids[*index], located.place, &raw)?;
            }
            Ok(raw)
        };
        // One frame is not worth waking other threads for.
        let raws: Vec<Result<Arc<Vec<u8>>>> = if frames.len() < 2 {
            frames.iter().map(read).collect()
        } else {
            frames.par_iter().map(read).collect()
        };
        for (wanted, raw) in frames.iter().zip(raws) {
            let raw = raw?;
            for (index, located) in wanted {
                let start = located.place.start as usize;
                each(*index, &raw[start..start + located.place.len as usize]);
            }
        }
        Ok(())
    }
}

impl Evidence for FileEvidence {
    fn put(&self, items: &[(EvidenceId, &[u8])]) -> Result<Vec<bool>> {
        self.writable()?;
        let additions = self.locations.additions();
        let ids: Vec<EvidenceId> = items.iter().map(|(id, _)| *id).collect();
        let kept = self.locations.contains(&ids)?;
        let mut seen = BTreeSet::new();
        let mut fresh: Vec<bool> =
            ids.iter().zip(kept).map(|(id, kept)| !kept && seen.insert(*id)).collect();
        let new: Vec<_> =
            items.iter().zip(&fresh).filter(|(_, fresh)| **fresh).map(|(item, _)| *item).collect();
        if new.is_empty() {
            return Ok(fresh);
        }
        if let Some((id, bytes)) = new.iter().find(|(_, bytes)| bytes.len() > ITEM_LIMIT) {
            return Err(StoreError::Engine {
                what: "keep evidence",
                detail: format!("{id} has {} bytes, more than {ITEM_LIMIT}", bytes.len()),
            });
        }
        let (pack, table) = self.write_pack(&new)?;
        // Another thread may have kept the same item meanwhile; only one of them was first.
        let first = self.locations.add(pack, &table, Some(additions))?;
        for (fresh, id) in fresh.iter_mut().zip(&ids) {
            *fresh &= first.contains(id);
        }
        Ok(fresh)
    }

    fn get(&self, id: &EvidenceId) -> Result<Option<Arc<[u8]>>> {
        let mut found = None;
        self.get_many(&[*id], &mut |_, bytes| found = Some(Arc::from(bytes)))?;
        Ok(found)
    }

    fn get_many(&self, ids: &[EvidenceId], each: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        let mut done = vec![false; ids.len()];
        for attempt in 0.. {
            let mut frames: BTreeMap<(PackNumber, u64), Vec<(usize, Located)>> = BTreeMap::new();
            for (index, located) in self.find(ids)?.into_iter().enumerate() {
                if let Some(located) = located.filter(|_| !done[index]) {
                    let at = (located.place.pack, located.extent.offset);
                    frames.entry(at).or_default().push((index, located));
                }
            }
            let frames: Vec<_> = frames.into_values().collect();
            let mut note = |index: usize, bytes: &[u8]| {
                done[index] = true;
                each(index, bytes);
            };
            let read = frames
                .chunks(FRAMES_AT_ONCE)
                .try_for_each(|window| self.read_frames(ids, window, &mut note));
            match read {
                // The pack was merged into another since its place was looked up.
                Err(StoreError::Io { source, .. })
                    if attempt < 3 && source.kind() == io::ErrorKind::NotFound =>
                {
                    self.look_again()?;
                }
                read => return read,
            }
        }
        Ok(())
    }

    fn contains(&self, ids: &[EvidenceId]) -> Result<Vec<bool>> {
        Ok(self.find(ids)?.iter().map(Option::is_some).collect())
    }

    fn stats(&self) -> Result<EvidenceStats> {
        self.look_again()?;
        self.locations.stats()
    }

    fn verify(&self, progress: &mut dyn FnMut(f32)) -> Result<Vec<Broken>> {
        self.look_again()?;
        verify::verify(self, progress)
    }

    fn merge_small(&self) -> Result<()> {
        self.writable()?;
        merge::merge_small(self)
    }

    fn compact(&self) -> Result<()> {
        self.locations.compact()
    }
}

impl Drop for FileEvidence {
    fn drop(&mut self) {
        // What is not written now is taken in from the packs at the next start.
        if let Err(error) = self.locations.flush() {
            log::warn!("{error}");
        }
    }
}

/// Cuts `items` into frames.
fn cut<'a, 'b>(mut items: &'a [(EvidenceId, &'b [u8])]) -> Vec<&'a [(EvidenceId, &'b [u8])]> {
    let mut frames = Vec::new();
    while !items.is_empty() {
        let count = frame_items(items.iter().map(|(_, bytes)| bytes.len()));
        let (frame, rest) = items.split_at(count);
        frames.push(frame);
        items = rest;
    }
    frames
}

/// The names of the packs in `dir`.
pub(super) fn pack_names(dir: &Path) -> Result<BTreeSet<String>> {
    Ok(packs_in(dir)?.into_iter().map(pack::file_name).collect())
}

/// The packs that have their name in `dir`.
fn packs_in(dir: &Path) -> Result<BTreeSet<PackNumber>> {
    Ok(names_in(dir)?.iter().filter_map(|name| pack::number_of(name)).collect())
}

/// Removes what was being written when the program ended.
fn remove_unfinished(dir: &Path) -> Result<()> {
    for name in names_in(dir)?.iter().filter(|name| name.ends_with(UNFINISHED)) {
        let path = dir.join(name);
        fs::remove_file(&path).map_err(|error| fault::io("remove", &path, error))?;
    }
    Ok(())
}

fn names_in(dir: &Path) -> Result<BTreeSet<String>> {
    let read = || {
        fs::read_dir(dir)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<_>>()
    };
    read().map_err(|error| fault::io("list", dir, error))
}
