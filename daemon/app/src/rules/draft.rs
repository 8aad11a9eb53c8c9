//! Drafts: a person's own copy of a set, edited file by file. A draft lives in memory until it is
//! kept as a version.

use std::collections::BTreeMap;

use engine::{LoadedRules, RuleError, RuleFiles, TestOutcome};
use model::{Actor, EvidenceId, Instant, RuleSetId, fact::RulesOrigin};

use crate::{
    AppError, Result,
    acts::invalid,
    watchkeeper::{Watchkeeper, not_found},
};

/// The largest file of a draft, in bytes.
const LARGEST: usize = 1 << 20;
/// The most files of a draft.
const MOST: usize = 2000;
/// The most drafts at the same time; the one unused for longest makes room.
const DRAFTS: usize = 32;

/// Drafts by person.
#[derive(Default)]
pub(super) struct Drafts {
    by_user: BTreeMap<String, Draft>,
    uses: u64,
}

struct Draft {
    base: RuleSetId,
    files: RuleFiles,
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

impl Watchkeeper {
    /// Calls `with` on the draft of `user`, begun from the active set if there is none.
    fn draft<T>(&self, user: &str, with: impl FnOnce(&mut Draft) -> Result<T>) -> Result<T> {
        let active = self.active_rules()?;
        let mut drafts = self.life()?.drafts.lock();
        drafts.uses += 1;
        let used = drafts.uses;
        if !drafts.by_user.contains_key(user) && drafts.by_user.len() == DRAFTS {
            let oldest = drafts.by_user.iter().min_by_key(|(_, draft)| draft.used);
            if let Some(oldest) = oldest.map(|(user, _)| user.clone()) {
                drafts.by_user.remove(&oldest);
            }
        }
        let draft = drafts.by_user.entry(user.to_owned()).or_insert_with(|| Draft {
            base: active.id().clone(),
            files: active.files().clone(),
            used,
        });
        draft.used = used;
        with(draft)
    }

    /// All files of the draft of `user`.
    pub fn draft_files(&self, user: &str) -> Result<RuleFiles> {
        self.draft(user, |draft| Ok(draft.files.clone()))
    }

    /// The set that the draft of `user` was begun from, and its files.
    pub fn draft_list(&self, user: &str) -> Result<(RuleSetId, Vec<DraftFile>)> {
        let (base, files) =
            self.draft(user, |draft| Ok((draft.base.clone(), draft.files.clone())))?;
        let before = match self.version_files(&base) {
            Ok(files) => files,
            Err(_) => self.active_rules()?.files().clone(),
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
        self.draft(user, |draft| {
            draft.files.get(path).cloned().ok_or_else(|| not_found(format!("file {path}")))
        })
    }

    /// Writes a file of the draft of `user`.
    pub fn put_draft_file(&self, user: &str, path: &str, bytes: Vec<u8>) -> Result<()> {
        if !self.life()?.sources.loader.belongs(path) {
            let remedy = "a set holds severity.rhai, shared.rhai, calendars.toml, set.toml, \
                          signals/*.rhai, policies/*.rhai, words/<language>/*.txt and tests/*.toml";
            return Err(invalid(&format!("{path} is no file of a rule set"), remedy));
        }
        if bytes.len() > LARGEST {
            return Err(invalid(&format!("{path} is larger than 1 MiB"), "split it"));
        }
        self.draft(user, |draft| {
            if draft.files.len() >= MOST && !draft.files.contains_key(path) {
                return Err(invalid("the set has 2,000 files already", "remove some first"));
            }
            draft.files.insert(path.to_owned(), bytes);
            Ok(())
        })
    }

    /// Removes a file of the draft of `user`.
    pub fn delete_draft_file(&self, user: &str, path: &str) -> Result<()> {
        self.draft(user, |draft| match draft.files.remove(path) {
            Some(_) => Ok(()),
            None => Err(not_found(format!("file {path}"))),
        })
    }

    /// Throws the draft of `user` away and begins one from the set called `name`.
    pub fn begin_draft(&self, user: &str, name: &str) -> Result<RuleSetId> {
        let set =
            if name == "draft" { self.active_rules()? } else { self.rules_named(name, user)? };
        let base = set.id().clone();
        self.life()?.drafts.lock().by_user.remove(user);
        self.draft(user, |draft| {
            draft.base = base.clone();
            draft.files = set.files().clone();
            Ok(())
        })?;
        Ok(base)
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
        self.draft(user, |draft| {
            draft.base = rules.clone();
            Ok(())
        })?;
        Ok(rules)
    }
}
