//! Scripts that limits stop again and again: after a few times they are not asked any more, so that
//! one bad rule costs a few moments and the others go on.

use std::collections::{BTreeMap, BTreeSet};

use engine::RuleError;
use model::RuleSetId;
use parking_lot::RwLock;

use crate::script::Broke;

/// After so many calls that a limit stopped, a script is not asked any more.
pub(crate) const PATIENCE: u32 = 3;

/// How often which script ran away, and how it did last.
#[derive(Debug, Default)]
pub(crate) struct Runaways(RwLock<BTreeMap<String, (u32, RuleError)>>);

impl Runaways {
    /// Whether the script of `file` is not asked any more.
    pub(crate) fn stopped(&self, file: &str) -> bool {
        self.0.read().get(file).is_some_and(|(times, _)| *times >= PATIENCE)
    }

    /// Why the script of `file` is not asked any more, if so.
    pub(crate) fn stopping(&self, file: &str) -> Option<RuleError> {
        let known = self.0.read();
        known.get(file).filter(|(times, _)| *times >= PATIENCE).map(|(_, error)| error.clone())
    }

    /// Counts a call of the script of `file` that broke off, and gives its error. The error may lie
    /// in a function that several scripts share; only the one that called pays for it.
    pub(crate) fn note(&self, file: &str, broke: Broke) -> RuleError {
        let Broke { error, ran_away } = broke;
        if ran_away {
            let mut known = self.0.write();
            let entry = known.entry(file.to_owned()).or_insert((0, error.clone()));
            *entry = (entry.0 + 1, error.clone());
        }
        error
    }

    /// The scripts that are not asked any more.
    pub(crate) fn all(&self) -> Vec<RuleError> {
        let known = self.0.read();
        let stopped = known.iter().filter(|(_, (times, _))| *times >= PATIENCE);
        let named = |(file, (_, error)): (&String, &(u32, RuleError))| {
            if error.file == *file {
                return error.clone();
            }
            RuleError { file: file.clone(), position: None, message: error.to_string() }
        };
        stopped.map(named).collect()
    }
}

/// The identity of a set without the scripts of these files.
pub(crate) fn reduced_id(id: &RuleSetId, disabled: &BTreeSet<String>) -> RuleSetId {
    if disabled.is_empty() {
        return id.clone();
    }
    let names: Vec<String> = disabled
        .iter()
        .map(|file| match file.strip_prefix("policies/") {
            Some(policy) => format!("policy.{}", policy.trim_end_matches(".rhai")),
            None => file.trim_start_matches("signals/").trim_end_matches(".rhai").to_owned(),
        })
        .collect();
    RuleSetId::new(&format!("{id}-without-{}", names.join(",")))
}
