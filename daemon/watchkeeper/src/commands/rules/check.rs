//! What is wrong with a rule set, and whether its tests hold.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use scripting::{RuleSet, RuleSetErrors, Tests};
use serde_json::json;

use crate::{cli::Common, console, wiring};

/// Loads a set and says everything that is wrong with it.
pub fn check(common: &Common, dir: Option<&Path>) -> anyhow::Result<ExitCode> {
    match load(common, dir)? {
        Ok(set) => {
            console::line(&format!("{}: {} signals, no errors", set.id(), set.signals().len()));
            Ok(ExitCode::SUCCESS)
        }
        Err(errors) => {
            for error in &errors.0 {
                if common.json {
                    let (line, column) = error.position.unzip();
                    let row = json!({
                        "file": error.file, "line": line, "column": column,
                        "message": error.message,
                    });
                    console::line(&row.to_string());
                } else {
                    console::line(&error.to_string());
                }
            }
            console::note(&format!("{} errors: the set is refused", errors.0.len()));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Runs the tests of a set.
pub fn test(common: &Common, dir: Option<&Path>) -> anyhow::Result<ExitCode> {
    let set = load(common, dir)??;
    let results = set.run_tests();
    let failed = results.iter().filter(|result| !result.passed()).count();
    for result in results.iter().filter(|result| !result.passed()) {
        let line = result.line.map(|line| format!(":{line}")).unwrap_or_default();
        console::line(&format!("FAILED {}{line}: {}", result.file, result.name));
        for difference in &result.differences {
            console::line(&format!("    {difference}"));
        }
    }
    console::line(&format!("{} passed, {failed} failed", results.len() - failed));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The set in `dir`, else the configured one, without running its tests; `team:NAME` is that of a
/// team.
fn load(
    common: &Common,
    dir: Option<&Path>,
) -> anyhow::Result<Result<Arc<RuleSet>, RuleSetErrors>> {
    let config = wiring::config(common)?;
    let of_team = match dir.and_then(|dir| dir.to_str()?.strip_prefix("team:")) {
        None => None,
        Some(name) => {
            let own = config.team_rules().find(|(team, _)| *team == name);
            let missing = || format!("team \"{name}\" has no rule set of its own");
            Some(PathBuf::from(own.with_context(missing)?.1))
        }
    };
    let dir = of_team.or(dir.map(Path::to_owned));
    let set = match dir.or(config.rules.dir) {
        Some(dir) => RuleSet::read(&dir, Tests::Skip),
        None => RuleSet::with_tests("default", scripting::default_files(), Tests::Skip),
    };
    Ok(set.map(Arc::new))
}
