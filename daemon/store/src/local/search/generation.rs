//! One generation of the index, open for reading.

use std::path::{Path, PathBuf};

use model::Seq;
use parking_lot::Mutex;
use tantivy::{Index, IndexReader, ReloadPolicy, Searcher, directory::MmapDirectory};

use super::{
    fault,
    layout::Stamp,
    schema::{AT, Fields, NUMBER, settings, tokenizers},
};
use crate::{Broken, Result, StoreError};

/// A generation that can be searched.
pub(super) struct Generation {
    pub id: u32,
    pub dir: PathBuf,
    pub index: Index,
    pub fields: Fields,
    reader: IndexReader,
    seen: Mutex<Option<Stamp>>,
}

impl Generation {
    /// Makes an empty generation in `dir`, which is empty.
    pub fn create(id: u32, dir: PathBuf) -> Result<Self> {
        let (schema, _) = Fields::schema();
        Index::builder()
            .schema(schema)
            .settings(settings())
            .create_in_dir(&dir)
            .map_err(|error| fault::tantivy("create the search index in", &dir, error))?;
        Self::open(id, dir)
    }

    /// Opens the generation in `dir`.
    pub fn open(id: u32, dir: PathBuf) -> Result<Self> {
        let path = dir.clone();
        fault::guarded(&path, || {
            let failed = |error| fault::tantivy("open the search index in", &path, error);
            let directory = MmapDirectory::open(&dir).map_err(|error| failed(error.into()))?;
            let mut index = Index::open(directory).map_err(failed)?;
            index.set_tokenizers(tokenizers());
            let (schema, fields) = Fields::schema();
            if index.schema() != schema {
                return Err(StoreError::Damaged {
                    what: dir.display().to_string(),
                    detail: "it has other fields than this program writes".into(),
                });
            }
            let seen = Stamp::of(&dir.join("meta.json"));
            let reader = index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .doc_store_cache_num_blocks(64)
                .try_into()
                .map_err(failed)?;
            let seen = Mutex::new(seen);
            Ok(Self { id, dir, index, fields, reader, seen })
        })
    }

    /// The documents as of the last commit, by whatever process, with merges since.
    pub fn searcher(&self) -> Result<Searcher> {
        // While another thread loads the new state, the one before is good enough.
        if let Some(mut seen) = self.seen.try_lock() {
            let now = Stamp::of(&self.dir.join("meta.json"));
            if now.is_some() && *seen != now {
                self.load()?;
                *seen = now;
            }
        }
        Ok(self.reader.searcher())
    }

    /// Shows the last commit.
    pub fn reload(&self) -> Result<()> {
        let mut seen = self.seen.lock();
        let now = Stamp::of(&self.dir.join("meta.json"));
        self.load()?;
        *seen = now;
        Ok(())
    }

    fn load(&self) -> Result<()> {
        fault::guarded(&self.dir, || self.reader.reload().map_err(|error| self.failed(error)))
    }

    /// The sequence of the last commit; 0 before the first.
    pub fn applied(&self) -> Result<Seq> {
        let metas = self.index.load_metas().map_err(|error| self.failed(error))?;
        let Some(payload) = metas.payload else { return Ok(Seq::default()) };
        payload.parse().map(Seq).map_err(|_| StoreError::Damaged {
            what: self.dir.display().to_string(),
            detail: format!("its last commit says {payload:?} where a sequence was written"),
        })
    }

    /// The highest number of a document; 0 if there are none.
    pub fn highest_number(&self) -> Result<u64> {
        let mut highest = 0;
        for segment in self.reader.searcher().segment_readers() {
            let column = segment.fast_fields().u64(NUMBER).map_err(|error| self.failed(error))?;
            highest = highest.max(column.max_value());
        }
        Ok(highest)
    }

    /// Files that are missing or do not have the sums that they were written with.
    pub fn verify(&self) -> Result<Vec<Broken>> {
        let meta = self.dir.join("meta.json");
        loop {
            let before = Stamp::of(&meta);
            let broken = self.check_files()?;
            // A commit or a merge takes files away that were to be checked.
            if broken.is_empty() || Stamp::of(&meta) == before {
                return Ok(broken);
            }
        }
    }

    fn check_files(&self) -> Result<Vec<Broken>> {
        // What is in this process's memory is not what is on the disk.
        let checked = Self::open(self.id, self.dir.clone()).and_then(|fresh| {
            fault::guarded(&self.dir, || {
                let searcher = fresh.reader.searcher();
                for segment in searcher.segment_readers() {
                    let columns = segment.fast_fields();
                    columns.u64(NUMBER).map_err(|error| self.failed(error))?;
                    columns.i64(AT).map_err(|error| self.failed(error))?;
                }
                fresh.index.validate_checksum().map_err(|error| self.failed(error))
            })
        });
        match checked {
            Ok(files) => {
                let mut files: Vec<_> = files.into_iter().collect();
                files.sort();
                Ok(files.iter().map(|file| self.broken_file(file)).collect())
            }
            Err(error @ StoreError::Damaged { .. }) => Ok(vec![self.broken(&error)]),
            Err(error) => Err(error),
        }
    }

    fn broken(&self, error: &StoreError) -> Broken {
        Broken { item: self.dir.display().to_string(), detail: error.to_string() }
    }

    fn broken_file(&self, file: &Path) -> Broken {
        let item = self.dir.join(file).display().to_string();
        Broken { item, detail: "it does not have the sum that it was written with".into() }
    }

    fn failed(&self, error: tantivy::TantivyError) -> StoreError {
        fault::tantivy("read the search index in", &self.dir, error)
    }
}
