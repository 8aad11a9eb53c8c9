//! Drafts: a person's own copy of a set, edited file by file until it is kept as a version. Drafts
//! are nobody's evidence: they lie in tables of their own, beside journal and views, and outlive the
//! service.

use std::collections::BTreeMap;

use engine::{LoadedRules, RuleError, RuleFiles, TestOutcome};
use model::{Actor, EvidenceId, Instant, RuleSetId, Seq, fact::RulesOrigin};
use serde::{Deserialize, Serialize};
use store::{Change, Snapshot, Table, Views};

use crate::{
    AppError, Result,
    acts::invalid,
    overlay::{read, read_all},
    tables::encode,
    watchkeeper::{Watchkeeper, not_found},
};

/// The largest file of a draft, in bytes.
const LARGEST: usize = 1 << 20;
/// The most files of a draft.
const MOST: usize = 2000;
/// The most drafts at the same time; the one unused for longest makes room.
const DRAFTS: usize = 64;

/// [`DraftRow`] by person.
const DRAFT: Table = "draft";
/// Content by person, a zero and the path.
const FILE: Table = "draft_file";

/// A draft without its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct DraftRow {
    base: RuleSetId,
    /// Larger for what was used later.
    used: u64,
}

/// A file of a draft, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftFile {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// The hash of its content.
    pub hash: EvidenceId,
    /// `same`, `added`, `changed` or `removed`, against the set it was begun from.
    pub change: &'static str,
}

/// Where the files of `user` begin.
fn prefix(user: &str) -> Vec<u8> {
    [user.as_bytes(), &[0]].concat()
}

fn file_key(user: &str, path: &str) -> Vec<u8> {
    [user.as_bytes(), &[0], path.as_bytes()].concat()
}

fn files_of(rows: &dyn Snapshot, user: &str) -> Result<RuleFiles> {
    let start = prefix(user);
    let mut files = RuleFiles::new();
    rows.scan(FILE, &start, &[], false, &mut |key, value| {
        let Some(path) = key.strip_prefix(&*start) else { return false };
        files.insert(String::from_utf8_lossy(path).into_owned(), value.to_vec());
        true
    })?;
    Ok(files)
}

/// What removes the draft of `user`.
fn removal(rows: &dyn Snapshot, user: &str) -> Result<Vec<Change>> {
    let mut changes: Vec<Change> = files_of(rows, user)?
        .keys()
        .map(|path| Change::Delete { table: FILE, key: file_key(user, path) })
        .collect();
    changes.push(Change::Delete { table: DRAFT, key: user.as_bytes().to_vec() });
    Ok(changes)
}

/// What makes `files` the draft of `user`.
fn beginning(user: &str, row: &DraftRow, files: &RuleFiles) -> Result<Vec<Change>> {
    let put = |(path, bytes): (&String, &Vec<u8>)| Change::Put {
        table: FILE,
        key: file_key(user, path),
        value: bytes.clone(),
    };
    let mut changes: Vec<Change> = files.iter().map(put).collect();
    let (key, value) = (user.as_bytes().to_vec(), encode(DRAFT, row)?);
    changes.push(Change::Put { table: DRAFT, key, value });
    Ok(changes)
}

impl Watchkeeper {
    fn drafts(&self) -> Result<&dyn Views> {
        Ok(&*self.life()?.sources.drafts)
    }

    /// Whether `user` has begun a draft.
    pub fn has_draft(&self, user: &str) -> Result<bool> {
        let rows = self.drafts()?.snapshot()?;
        Ok(read::<DraftRow>(&*rows, DRAFT, user.as_bytes())?.is_some())
    }

    /// The draft of `user`; begun from the active set if there is none.
    fn draft(&self, user: &str) -> Result<DraftRow> {
        let rows = self.drafts()?.snapshot()?;
        if let Some(row) = read(&*rows, DRAFT, user.as_bytes())? {
            return Ok(row);
        }
        drop(rows);
        let active = self.active_rules(None)?;
        self.put_draft(user, active.id(), active.files())
    }

    /// Makes `files` the draft of `user`, in place of the one before.
    fn put_draft(&self, user: &str, base: &RuleSetId, files: &RuleFiles) -> Result<DraftRow> {
        let drafts = self.drafts()?;
        let rows = drafts.snapshot()?;
        let mut known: BTreeMap<u64, String> = BTreeMap::new();
        read_all::<DraftRow>(&*rows, DRAFT, &[], |key, row| {
            known.insert(row.used, String::from_utf8_lossy(key).into_owned());
            true
        })?;
        let used = known.last_key_value().map_or(1, |(used, _)| used + 1);
        let others = known.values().filter(|name| *name != user);
        let too_many = (others.clone().count() + 1).saturating_sub(DRAFTS);
        let mut changes = removal(&*rows, user)?;
        for oldest in others.take(too_many) {
            changes.extend(removal(&*rows, oldest)?);
        }
        let row = DraftRow { base: base.clone(), used };
        changes.extend(beginning(user, &row, files)?);
        drop(rows);
        drafts.apply(&changes, Seq::default())?;
        Ok(row)
    }

    /// Applies `change` to the draft of `user`, which is the one used last from now on.
    fn change_draft(&self, user: &str, row: DraftRow, change: Option<Change>) -> Result<()> {
        let drafts = self.drafts()?;
        let mut latest = row.used;
        read_all::<DraftRow>(&*drafts.snapshot()?, DRAFT, &[], |_, other| {
            latest = latest.max(other.used);
            true
        })?;
        let used = if latest == row.used { latest } else { latest + 1 };
        let value = encode(DRAFT, &DraftRow { used, ..row })?;
        let mut changes = vec![Change::Put { table: DRAFT, key: user.as_bytes().to_vec(), value }];
        changes.extend(change);
        Ok(drafts.apply(&changes, Seq::default())?)
    }

    /// All files of the draft of `user`.
    pub fn draft_files(&self, user: &str) -> Result<RuleFiles> {
        self.draft(user)?;
        files_of(&*self.drafts()?.snapshot()?, user)
    }

    /// The set that the draft of `user` was begun from, and its files.
    pub fn draft_list(&self, user: &str) -> Result<(RuleSetId, Vec<DraftFile>)> {
        let base = self.draft(user)?.base;
        let files = self.draft_files(user)?;
        let before = match self.version_files(&base) {
            Ok(files) => files,
            Err(_) => self.active_rules(None)?.files().clone(),
        };
        let mut list: Vec<DraftFile> = files
            .iter()
            .map(|(path, bytes)| DraftFile {
                path: path.clone(),
                size: bytes.len() as u64,
                hash: EvidenceId::of(bytes),
                change: match before.get(path) {
                    None => "added",
                    Some(old) if old == bytes => "same",
                    Some(_) => "changed",
                },
            })
            .collect();
        let gone = before.iter().filter(|(path, _)| !files.contains_key(*path));
        list.extend(gone.map(|(path, bytes)| DraftFile {
            path: path.clone(),
            size: 0,
            hash: EvidenceId::of(bytes),
            change: "removed",
        }));
        list.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((base, list))
    }

    /// A file of the draft of `user`.
    pub fn draft_file(&self, user: &str, path: &str) -> Result<Vec<u8>> {
        self.draft(user)?;
        let rows = self.drafts()?.snapshot()?;
        rows.get(FILE, &file_key(user, path))?.ok_or_else(|| not_found(format!("file {path}")))
    }

    /// Writes a file of the draft of `user`.
    pub fn put_draft_file(&self, user: &str, path: &str, bytes: Vec<u8>) -> Result<()> {
        if !self.life()?.sources.loader.belongs(path) {
            let remedy = "a set holds severity.rhai, shared.rhai, calendars.toml, set.toml, \
                          signals/*.rhai, policies/*.rhai, fields/*.toml, words/<language>/*.txt and tests/*.toml";
            return Err(invalid(&format!("{path} is no file of a rule set"), remedy));
        }
        if bytes.len() > LARGEST {
            return Err(invalid(&format!("{path} is larger than 1 MiB"), "split it"));
        }
        let files = self.draft_files(user)?;
        if files.len() >= MOST && !files.contains_key(path) {
            return Err(invalid("the set has 2,000 files already", "remove some first"));
        }
        let change = Change::Put { table: FILE, key: file_key(user, path), value: bytes };
        self.change_draft(user, self.draft(user)?, Some(change))
    }

    /// Removes a file of the draft of `user`.
    pub fn delete_draft_file(&self, user: &str, path: &str) -> Result<()> {
        self.draft_file(user, path)?;
        let change = Change::Delete { table: FILE, key: file_key(user, path) };
        self.change_draft(user, self.draft(user)?, Some(change))
    }

    /// Throws the draft of `user` away and begins one from the set called `name`.
    pub fn begin_draft(&self, user: &str, name: &str) -> Result<RuleSetId> {
        let set =
            if name == "draft" { self.active_rules(None)? } else { self.rules_named(name, user)? };
        Ok(self.put_draft(user, set.id(), set.files())?.base)
    }

    /// What is wrong with the draft of `user`: nothing if it loads. Its tests are not run.
    pub fn check_draft(&self, user: &str) -> Result<(Option<RuleSetId>, Vec<RuleError>)> {
        match self.life()?.load(self.draft_files(user)?, false) {
            Ok(loaded) => Ok((Some(loaded.id().clone()), Vec::new())),
            Err(AppError::Rules(errors)) => Ok((None, errors)),
            Err(error) => Err(error),
        }
    }

    /// Runs the tests of the draft of `user`; a draft that does not load gives its errors.
    pub fn test_draft(&self, user: &str) -> Result<Vec<TestOutcome>> {
        let loaded: std::sync::Arc<dyn LoadedRules> =
            self.life()?.load(self.draft_files(user)?, false)?;
        Ok(loaded.test())
    }

    /// Keeps the draft of `user` as a version, and goes on from it.
    pub fn save_draft(
        &self,
        user: &str,
        note: &str,
        actor: Actor,
        now: Instant,
    ) -> Result<RuleSetId> {
        let files = self.draft_files(user)?;
        let rules = self.save_rules(files, RulesOrigin::Draft, note, actor, now)?;
        let row = DraftRow { base: rules.clone(), ..self.draft(user)? };
        self.change_draft(user, row, None)?;
        Ok(rules)
    }
}
