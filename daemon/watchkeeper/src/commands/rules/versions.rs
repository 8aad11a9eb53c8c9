//! Versions: listed, compared, kept, activated, rolled back.

use std::{path::Path, process::ExitCode};

use app::rules::{diff::diff as differences, versions::Activation};
use model::{Actor, RuleSetId, fact::RulesOrigin};
use serde_json::json;

use super::{backtest::table, reading, set, writing};
use crate::{
    cli::{Common, RulesChoice},
    clock, console,
};

/// What two sets differ in; exit code 1 if they do, as `diff` has it.
pub fn diff(common: &Common, before: &str, after: &str) -> anyhow::Result<ExitCode> {
    let open = reading(common)?;
    let (before, after) = (set(&open, before)?, set(&open, after)?);
    let files = differences(before.files(), after.files());
    for file in &files {
        console::line(file.unified.trim_end());
    }
    if files.is_empty() {
        console::line(&format!("{} and {} are the same", before.id(), after.id()));
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

/// All versions, the latest first.
pub fn list(common: &Common, team: Option<&str>) -> anyhow::Result<ExitCode> {
    let versions = reading(common)?.app.rule_versions(team)?;
    if common.json {
        for version in versions {
            let row = json!({
                "rules": version.rules, "author": version.author, "at": version.at,
                "note": version.note, "origin": version.origin, "active": version.active,
                "proposed_by": version.proposal.map(|proposal| proposal.by),
            });
            console::line(&row.to_string());
        }
        return Ok(ExitCode::SUCCESS);
    }
    table(
        &["", "version", "kept", "author", "note"],
        versions.into_iter().map(|version| {
            let state = match (&version.proposal, version.active) {
                (_, true) => "active",
                (Some(_), _) => "proposed",
                _ => "",
            };
            let at = version.at.to_string();
            vec![state.to_owned(), version.rules.to_string(), at, version.author, version.note]
        }),
    );
    Ok(ExitCode::SUCCESS)
}

/// Keeps the set in `dir` as a version.
pub fn save(common: &Common, dir: &Path, note: &str) -> anyhow::Result<ExitCode> {
    let files = scripting::read_files(dir)?;
    let open = writing(common)?;
    let (actor, now) = (Actor::CommandLine, clock::now());
    let rules = open.app.save_rules(files, RulesOrigin::Draft, note, actor, now)?;
    console::line(&format!("{rules} is kept; make it active with `watchkeeper rules activate`"));
    Ok(ExitCode::SUCCESS)
}

/// Makes a version the active set, or proposes it.
pub fn activate(common: &Common, choice: &RulesChoice) -> anyhow::Result<ExitCode> {
    let open = writing(common)?;
    let rules = RuleSetId::new(&choice.version);
    let now = clock::now();
    let (team, actor) = (choice.team.as_deref(), Actor::CommandLine);
    match open.app.activate_rules(team, &rules, &choice.note, actor, now)? {
        Activation::Active(rules) => console::line(&format!("{rules} is active")),
        Activation::Proposed(rules) => {
            console::line(&format!("{rules} is proposed; a second person has to approve it"));
        }
    }
    reassess(&open)
}

/// Approves a version that somebody else proposed.
pub fn approve(common: &Common, choice: &RulesChoice) -> anyhow::Result<ExitCode> {
    let open = writing(common)?;
    let rules = RuleSetId::new(&choice.version);
    let rules = open.app.approve_rules(&rules, &choice.note, Actor::CommandLine, clock::now())?;
    console::line(&format!("{rules} is active"));
    reassess(&open)
}

/// Makes the set active that was so before.
pub fn roll_back(common: &Common, team: Option<&str>, note: &str) -> anyhow::Result<ExitCode> {
    let open = writing(common)?;
    let rules = open.app.roll_back_rules(team, note, Actor::CommandLine, clock::now())?;
    console::line(&format!("{rules} is active again"));
    reassess(&open)
}

/// Assesses every case by the set that became active.
fn reassess(open: &crate::wiring::Open) -> anyhow::Result<ExitCode> {
    while open.app.reassess_some(2048, clock::now())? > 0 {}
    Ok(ExitCode::SUCCESS)
}
