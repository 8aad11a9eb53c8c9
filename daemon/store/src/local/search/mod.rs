//! The search index on local files, by tantivy.
//!
//! `search/` holds a directory a generation and the file `current`, which names the one that
//! answers. A fresh generation is built beside it and takes its place by replacing that file, so
//! a reader in another process sees one or the other. Every commit carries the sequence that it
//! has applied. The whole directory is disposable: what cannot be read is begun anew, and the
//! sequence 0 tells the caller to fill it.

mod answer;
mod collect;
mod compile;
mod dictionary;
mod document;
mod fault;
mod generation;
mod layout;
mod refused;
mod schema;
#[cfg(test)]
mod tests;
mod tokenizer;
mod writer;

use std::{path::Path, sync::Arc};

use model::Seq;
use parking_lot::{Mutex, RwLock};

use self::{
    generation::Generation,
    layout::{Current, FORMAT, Layout, Stamp},
    writer::Writer,
};
use crate::{Broken, Result, Search, SearchAnswer, SearchDocument, SearchQuery, StoreError};

pub use self::writer::WriterOptions;

/// How an index is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The one writer, which also answers. A directory that is absent or cannot be read is begun
    /// anew.
    Write(WriterOptions),
    /// A reader, beside a writer in another process or alone. Changes nothing.
    ReadOnly,
}

/// What was found when an index was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenReport {
    /// The state of what was there.
    pub state: IndexState,
    /// The sequence of a generation whose building was interrupted, if there is one. It goes on:
    /// `add` and `commit` go to it until it is swapped in or begun again.
    pub building: Option<Seq>,
}

/// The state of an index on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexState {
    /// It was read.
    Ready,
    /// There was none.
    Absent,
    /// It could not be read, for this reason.
    Damaged(String),
    /// It was written by an earlier version of the program, in this format.
    Outdated(u32),
    /// It was written by a later version of the program, in this format.
    Newer(u32),
}

impl IndexState {
    /// Whether the index has to be filled from the beginning.
    pub fn needs_rebuild(&self) -> bool {
        *self != Self::Ready
    }
}

/// The search index in a directory.
pub struct TantivySearch {
    layout: Layout,
    /// Nothing for a reader of an index that cannot be read.
    answering: RwLock<Option<Arc<Generation>>>,
    writing: Option<Mutex<Writing>>,
    /// For readers: the state of `current` at the last look.
    seen: Mutex<Option<Stamp>>,
    unreadable: IndexState,
}

struct Writing {
    options: WriterOptions,
    building: Option<Arc<Generation>>,
    /// Opened when it is first needed, and again after it failed.
    writer: Option<Writer>,
}

impl TantivySearch {
    /// Opens the index in the directory `dir`.
    pub fn open(dir: &Path, mode: Mode) -> Result<(Self, OpenReport)> {
        let layout = Layout { dir: dir.to_owned() };
        match mode {
            Mode::Write(options) => Self::open_to_write(layout, options),
            Mode::ReadOnly => Self::open_to_read(layout),
        }
    }

    fn open_to_read(layout: Layout) -> Result<(Self, OpenReport)> {
        let seen = Stamp::of(&layout.current_file());
        let (state, generation) = read_current(&layout)?;
        let search = Self {
            layout,
            answering: RwLock::new(generation.map(Arc::new)),
            writing: None,
            seen: Mutex::new(seen),
            unreadable: state.clone(),
        };
        Ok((search, OpenReport { state, building: None }))
    }

    fn open_to_write(layout: Layout, options: WriterOptions) -> Result<(Self, OpenReport)> {
        layout.create()?;
        let (state, generation) = read_current(&layout)?;
        let generation = match generation {
            Some(generation) => generation,
            None => begin_anew(&layout)?,
        };
        let building = resume(&layout, generation.id)?;
        let report =
            OpenReport { building: building.as_ref().map(Generation::applied).transpose()?, state };
        let building = building.map(Arc::new);
        let search = Self {
            layout,
            answering: RwLock::new(Some(Arc::new(generation))),
            writing: Some(Mutex::new(Writing { options, building, writer: None })),
            seen: Mutex::new(None),
            unreadable: IndexState::Ready,
        };
        Ok((search, report))
    }

    /// Waits until segments that are being merged are, as is good after an import. Uncommitted
    /// documents are dropped.
    pub fn finish_merges(&self) -> Result<()> {
        // Held to the end: another writer would be refused until this one is closed.
        let mut writing = self.writing()?.lock();
        writing.writer.take().map_or(Ok(()), Writer::finish)
    }

    fn writing(&self) -> Result<&Mutex<Writing>> {
        self.writing.as_ref().ok_or_else(|| StoreError::Engine {
            what: "write the search index",
            detail: "it was opened for reading only".into(),
        })
    }

    /// The generation that answers now.
    fn answering(&self) -> Result<Option<Arc<Generation>>> {
        if self.writing.is_none() {
            self.follow_swap()?;
        }
        let answering = self.answering.read().clone();
        if answering.is_some() {
            return Ok(answering);
        }
        let what = self.layout.dir.display().to_string();
        match &self.unreadable {
            IndexState::Ready | IndexState::Absent => Ok(None),
            IndexState::Newer(found) => {
                Err(StoreError::Newer { what, found: *found, known: FORMAT })
            }
            IndexState::Damaged(detail) => {
                Err(StoreError::Damaged { what, detail: detail.clone() })
            }
            IndexState::Outdated(found) => {
                let detail = format!("it has the outdated format {found}: rebuild it");
                Err(StoreError::Damaged { what, detail })
            }
        }
    }

    /// Opens the generation that another process swapped in, if it did.
    fn follow_swap(&self) -> Result<()> {
        let Some(mut seen) = self.seen.try_lock() else { return Ok(()) };
        let now = Stamp::of(&self.layout.current_file());
        if now == *seen {
            return Ok(());
        }
        if let (_, Some(generation)) = read_current(&self.layout)? {
            *self.answering.write() = Some(Arc::new(generation));
        }
        *seen = now;
        Ok(())
    }

    fn change(&self, change: impl FnOnce(&mut Writer) -> Result<()>) -> Result<()> {
        let mut writing = self.writing()?.lock();
        let mut writer = match writing.writer.take() {
            Some(writer) => writer,
            None => Writer::open(self.target(&writing)?, writing.options)?,
        };
        change(&mut writer)?;
        // A writer that failed is not put back: the next one begins at the last commit.
        writing.writer = Some(writer);
        Ok(())
    }

    fn target(&self, writing: &Writing) -> Result<Arc<Generation>> {
        let target = writing.building.clone().or_else(|| self.answering.read().clone());
        target.ok_or_else(|| StoreError::Engine {
            what: "write the search index",
            detail: "no generation is open".into(),
        })
    }
}

impl Search for TantivySearch {
    /// After an error, everything since the last commit is to be added again.
    fn add(&self, documents: Vec<SearchDocument>) -> Result<()> {
        self.change(|writer| writer.add(documents))
    }

    fn remove(&self, numbers: &[u64]) -> Result<()> {
        self.change(|writer| {
            for &number in numbers {
                writer.remove(number);
            }
            Ok(())
        })
    }

    fn commit(&self, applied: Seq) -> Result<()> {
        self.change(|writer| writer.commit(applied))
    }

    fn applied(&self) -> Result<Seq> {
        self.answering()?.map_or(Ok(Seq::default()), |generation| generation.applied())
    }

    fn building(&self) -> Result<Option<Seq>> {
        let Some(writing) = &self.writing else { return Ok(None) };
        let building = writing.lock().building.clone();
        building.map(|generation| generation.applied()).transpose()
    }

    fn begin_generation(&self) -> Result<()> {
        let mut writing = self.writing()?.lock();
        // The writer holds files of the generation that is thrown away.
        writing.writer = None;
        writing.building = None;
        let answering = self.answering.read().as_ref().map(|generation| generation.id);
        let mut next = answering.map_or(1, |id| id + 1);
        for id in self.layout.generations()? {
            next = next.max(id + 1);
            if Some(id) != answering {
                self.layout.remove_generation(id)?;
            }
        }
        let dir = self.layout.create_generation(next)?;
        writing.building = Some(Arc::new(Generation::create(next, dir)?));
        Ok(())
    }

    fn swap(&self) -> Result<()> {
        let mut writing = self.writing()?.lock();
        let Some(built) = writing.building.clone() else {
            return Err(StoreError::Engine {
                what: "swap the search index",
                detail: "no generation is being built: begin one first".into(),
            });
        };
        self.layout.set_current(built.id)?;
        writing.building = None;
        let former = self.answering.write().replace(built);
        if let Some(former) = former {
            // Queries that still read it keep its files until they are done.
            self.layout.remove_generation(former.id)?;
        }
        Ok(())
    }

    fn count(&self) -> Result<u64> {
        let Some(generation) = self.answering()? else { return Ok(0) };
        Ok(generation.searcher()?.num_docs())
    }

    fn query(&self, query: &SearchQuery) -> Result<SearchAnswer> {
        let Some(generation) = self.answering()? else { return Ok(SearchAnswer::default()) };
        fault::guarded(&generation.dir, || answer::answer(&generation, query))
    }

    fn verify(&self) -> Result<Vec<Broken>> {
        match self.answering() {
            Ok(generation) => generation.map_or(Ok(Vec::new()), |generation| generation.verify()),
            Err(error @ (StoreError::Damaged { .. } | StoreError::Newer { .. })) => {
                let item = self.layout.dir.display().to_string();
                Ok(vec![Broken { item, detail: error.to_string() }])
            }
            Err(error) => Err(error),
        }
    }
}

/// Opens the generation that answers, or says why there is none.
fn read_current(layout: &Layout) -> Result<(IndexState, Option<Generation>)> {
    // A swap between reading the name and opening what it names is followed.
    for _ in 0..8 {
        let before = layout.current()?;
        let generation = match before {
            Current::Absent => return Ok((IndexState::Absent, None)),
            Current::Unreadable => {
                let state = IndexState::Damaged("the file `current` names no generation".into());
                return Ok((state, None));
            }
            Current::Named { format, .. } if format > FORMAT => {
                return Ok((IndexState::Newer(format), None));
            }
            Current::Named { format, .. } if format < FORMAT => {
                return Ok((IndexState::Outdated(format), None));
            }
            Current::Named { generation, .. } => generation,
        };
        match Generation::open(generation, layout.generation(generation)) {
            Ok(generation) => return Ok((IndexState::Ready, Some(generation))),
            Err(error @ StoreError::Damaged { .. }) => {
                if layout.current()? == before {
                    return Ok((IndexState::Damaged(error.to_string()), None));
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok((IndexState::Damaged("it was swapped again and again while opening it".into()), None))
}

/// Throws away whatever is there and begins an empty generation that answers.
fn begin_anew(layout: &Layout) -> Result<Generation> {
    let former = layout.generations()?;
    let next = former.last().map_or(1, |id| id + 1);
    let dir = layout.create_generation(next)?;
    let generation = Generation::create(next, dir)?;
    layout.set_current(next)?;
    for id in former {
        layout.remove_generation(id)?;
    }
    Ok(generation)
}

/// The generation whose building was interrupted, if it can go on; what else lies about is removed.
fn resume(layout: &Layout, answering: u32) -> Result<Option<Generation>> {
    let mut building = None;
    for id in layout.generations()?.into_iter().rev().filter(|&id| id != answering) {
        let open = (building.is_none() && id > answering)
            .then(|| Generation::open(id, layout.generation(id)));
        match open {
            Some(Ok(generation)) => building = Some(generation),
            _ => layout.remove_generation(id)?,
        }
    }
    Ok(building)
}
