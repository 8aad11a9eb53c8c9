//! `watchkeeper rules`: what is wrong with a rule set, and whether its tests hold.

use std::{path::Path, process::ExitCode, sync::Arc};

use scripting::{RuleSet, Tests};

use crate::{
    cli::{Common, Rules},
    console, wiring,
};

/// Checks or tests a rule set.
pub fn run(common: &Common, options: &Rules) -> anyhow::Result<ExitCode> {
    match options {
        Rules::Check { dir } => {
            let set = load(common, dir.as_deref())?;
            console::line(&format!("{}: {} signals, no errors", set.id(), set.signals().len()));
            Ok(ExitCode::SUCCESS)
        }
        Rules::Test { dir } => {
            let set = load(common, dir.as_deref())?;
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
    }
}

/// The set in `dir`, else the configured one, without running its tests.
fn load(common: &Common, dir: Option<&Path>) -> anyhow::Result<Arc<RuleSet>> {
    let configured = wiring::config(common)?.rules.dir;
    let set = match dir.map(Path::to_owned).or(configured) {
        Some(dir) => RuleSet::read(&dir, Tests::Skip)?,
        None => RuleSet::with_tests("default", scripting::default_files(), Tests::Skip)?,
    };
    Ok(Arc::new(set))
}
