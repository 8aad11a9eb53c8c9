//! What two sets differ in, file by file.

use std::collections::BTreeSet;

use engine::RuleFiles;
use similar::TextDiff;

use crate::{Result, watchkeeper::Watchkeeper};

/// Lines around a change.
const AROUND: usize = 3;

/// A file that two sets differ in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// Its path.
    pub path: String,
    /// `added`, `removed` or `changed`.
    pub change: &'static str,
    /// The difference in unified form.
    pub unified: String,
}

/// The files that `before` and `after` differ in, by path.
pub fn diff(before: &RuleFiles, after: &RuleFiles) -> Vec<FileDiff> {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut files = Vec::new();
    for path in paths {
        let (old, new) = (before.get(path), after.get(path));
        if old == new {
            continue;
        }
        let change = match (old, new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        let text = |bytes: Option<&Vec<u8>>| {
            bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
        };
        let (old, new) = (text(old), text(new));
        let lines = TextDiff::from_lines(&old, &new);
        let (from, to) = (format!("a/{path}"), format!("b/{path}"));
        let unified = lines.unified_diff().context_radius(AROUND).header(&from, &to).to_string();
        files.push(FileDiff { path: path.clone(), change, unified });
    }
    files
}

impl Watchkeeper {
    /// What the sets called `before` and `after` differ in; names as
    /// [`Watchkeeper::rules_named`] takes them.
    pub fn diff_rules(&self, before: &str, after: &str, user: &str) -> Result<Vec<FileDiff>> {
        Ok(diff(&self.rule_files(before, user)?, &self.rule_files(after, user)?))
    }
}
