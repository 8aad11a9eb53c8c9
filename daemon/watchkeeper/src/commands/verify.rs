//! `watchkeeper verify`: proof that nothing was lost or altered.

use std::process::ExitCode;

use serde_json::json;

use crate::{cli::Common, console, wiring};

/// Checks everything; exit code 1 if something is broken, which is named.
pub fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let open = wiring::open_to_read(common, wiring::config(common)?)?;
    let mut bar = console::Progress::new("verify", Some(100));
    let checks = open.app.verify(&mut |what, share| {
        bar.show((share * 100.0) as u64, Some(100), what);
    })?;
    bar.done();
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
