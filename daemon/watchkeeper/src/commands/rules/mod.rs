//! `watchkeeper rules`: check, test, compare, activate and share rule sets.

mod backtest;
mod check;
mod decisions;
mod packs;
mod reports;
mod trace;
mod versions;

use std::{path::Path, process::ExitCode, sync::Arc};

use engine::LoadedRules;

use crate::{
    cli::{Common, Rules},
    wiring::{self, Open},
};

/// Runs one of them.
pub fn run(common: &Common, options: Rules) -> anyhow::Result<ExitCode> {
    match options {
        Rules::Check { dir } => check::check(common, dir.as_deref()),
        Rules::Test { dir } => check::test(common, dir.as_deref()),
        Rules::Backtest { candidate, team, since, cases } => {
            backtest::run(common, &candidate, team.as_deref(), since, cases)
        }
        Rules::Trace { case, signal, message, set, steps } => {
            let wish = trace::wish(case, &signal, message, steps);
            trace::trace(common, set.as_deref(), &wish)
        }
        Rules::Fixture { case, name, keep_names, out } => {
            trace::fixture(common, case, name, keep_names, out.as_deref())
        }
        Rules::Diff { before, after } => versions::diff(common, &before, &after),
        Rules::Versions { team } => versions::list(common, team.as_deref()),
        Rules::Save { dir, note } => versions::save(common, &dir, &note),
        Rules::Activate(choice) => versions::activate(common, &choice),
        Rules::Approve(choice) => versions::approve(common, &choice),
        Rules::Rollback { team, note } => versions::roll_back(common, team.as_deref(), &note),
        Rules::Export { out, set, key } => packs::export(common, &out, &set, key.as_deref()),
        Rules::Import { pack, into, allow_unsigned, note } => {
            packs::import(common, &pack, into.as_deref(), allow_unsigned, &note)
        }
        Rules::Key { out } => packs::key(&out),
        Rules::Log { replay: Some(log), .. } => decisions::replay(common, &log),
        Rules::Log { cases, out, until, .. } => {
            decisions::log(common, &cases, out.as_deref(), until)
        }
        Rules::Noise { days } => reports::noise(common, days),
        Rules::Missed { fixture: Some(label) } => reports::missed_fixture(common, label),
        Rules::Missed { fixture: None } => reports::missed(common),
    }
}

/// The set called `name`: one that the store knows or the program came with, or the folder of that
/// path.
fn set(open: &Open, name: &str) -> anyhow::Result<Arc<dyn LoadedRules>> {
    let path = Path::new(name);
    if !path.is_dir() && !scripting::shipped_names().any(|shipped| shipped == name) {
        return Ok(open.app.rules_named(name, "")?);
    }
    let files = scripting::read_files(path)?;
    let called = path.file_name().and_then(|name| name.to_str()).unwrap_or("rules");
    Ok(open.app.rules_of(called, files)?)
}

/// Opens the store to read.
fn reading(common: &Common) -> anyhow::Result<Open> {
    wiring::open_to_read(common, wiring::config(common)?)
}

/// Opens the store to write.
fn writing(common: &Common) -> anyhow::Result<Open> {
    wiring::require_data(&wiring::data_dir(common))?;
    wiring::open(common, wiring::config(common)?)
}
