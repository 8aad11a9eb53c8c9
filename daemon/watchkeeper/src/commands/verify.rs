//! `watchkeeper verify`: proof that nothing was lost or altered.

use std::{path::Path, process::ExitCode};

use app::Checked;
use serde_json::json;
use store::{Broken, local::search::IndexState};

use crate::{cli::Common, console, wiring};

/// Checks everything; exit code 1 if something is broken, which is named.
pub fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let open = wiring::open_to_read(common, wiring::config(common)?)?;
    let mut bar = console::Progress::new("verify", Some(100));
    let mut checks = open.app.verify(&mut |what, share| {
        bar.show((share * 100.0) as u64, Some(100), what);
    })?;
    bar.done();
    // The index is made before the first fact: a store without any may have none yet.
    let begun = !open.app.facts(model::Seq(1), 1)?.is_empty();
    if begun && open.index == IndexState::Absent {
        name_absent_index(&mut checks, &open.dir.join("search"));
    }
    let mut whole = true;
    for check in &checks {
        whole &= check.broken.is_empty();
        if common.json {
            let broken: Vec<_> = check
                .broken
                .iter()
                .map(|broken| json!({ "item": broken.item, "detail": broken.detail }))
                .collect();
            let row = json!({ "what": check.what, "extent": check.extent, "broken": broken });
            console::line(&row.to_string());
            continue;
        }
        let verdict = if check.broken.is_empty() { "ok" } else { "BROKEN" };
        console::line(&format!("{:9} {verdict:7} {}", check.what, check.extent));
        for broken in check.broken.iter().take(20) {
            console::line(&format!("          {}: {}", broken.item, broken.detail));
        }
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// To the rooms inside, an index that is not there is one that has yet to catch up; here it is
/// known that somebody took it away.
fn name_absent_index(checks: &mut [Checked], dir: &Path) {
    if let Some(index) = checks.iter_mut().find(|check| check.what == "index") {
        let detail = "there is no search index; run `watchkeeper rebuild --search-only`".to_owned();
        index.broken.push(Broken { item: dir.display().to_string(), detail });
    }
}
