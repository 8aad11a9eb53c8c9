//! `watchkeeper plugin`: make, try, install and permit plugins.

mod build;
mod install;
mod scaffold;
mod trial;

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::Context as _;
use app::{PluginReport, Standing};
use model::{Actor, Digest, PluginName};

use crate::{
    cli::{Common, Plugin},
    clock, console, wiring,
};

/// Does what is asked.
pub fn run(common: &Common, options: &Plugin) -> anyhow::Result<ExitCode> {
    match options {
        Plugin::List => list(common)?,
        Plugin::New { name, within } => scaffold::run(&name.parse()?, within)?,
        Plugin::Build { dir } => build::run(dir)?,
        Plugin::Test { dir } => return trial::run(common, dir),
        Plugin::Install { dir } => install::run(common, dir)?,
        Plugin::Grant { name, hash } => grant(common, &name.parse()?, hash)?,
        Plugin::Revoke { name } => {
            let name: PluginName = name.parse()?;
            let open = wiring::open(common, wiring::config(common)?)?;
            open.app.revoke_plugin(&name, Actor::CommandLine, clock::now())?;
            console::line(&format!("{name} may not run any more"));
        }
        Plugin::Disable { name, reason } => {
            let open = wiring::open(common, wiring::config(common)?)?;
            let (name, reason) = (name.parse()?, reason.clone());
            let report =
                open.app.disable_plugin(&name, reason, Actor::CommandLine, clock::now())?;
            show(&report);
        }
        Plugin::Enable { name } => {
            let open = wiring::open(common, wiring::config(common)?)?;
            let report =
                open.app.enable_plugin(&name.parse()?, Actor::CommandLine, clock::now())?;
            show(&report);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Plugins of the configured folder that the active set does not have yet.
fn waiting_in_folder(open: &wiring::Open, active: &[PluginReport]) -> Vec<PluginName> {
    let Ok(folder) = open.app.rules_named("folder", "") else { return Vec::new() };
    let reports = folder.evaluator(&BTreeSet::new()).plugins().into_iter();
    let names = reports.map(|report| report.manifest.name);
    names.filter(|name| !active.iter().any(|known| known.manifest.name == *name)).collect()
}

fn list(common: &Common) -> anyhow::Result<()> {
    let open = wiring::open_to_read(common, wiring::config(common)?)?;
    let plugins = open.app.plugins();
    if common.json {
        let plugins: Vec<web::dto::Plugin> = plugins.into_iter().map(Into::into).collect();
        console::line(&serde_json::to_string_pretty(&plugins)?);
        return Ok(());
    }
    for name in waiting_in_folder(&open, &plugins) {
        console::note(&format!(
            "{name} lies in the rule folder; the service takes it up within seconds, `watchkeeper \
             plugin grant` at once"
        ));
    }
    if plugins.is_empty() {
        console::note("the active rule set has no plugin: see `watchkeeper plugin install --help`");
    }
    plugins.iter().for_each(show);
    Ok(())
}

fn show(report: &PluginReport) {
    let manifest = &report.manifest;
    let hooks: Vec<_> = manifest.hooks().into_iter().map(engine::plugin::Hook::name).collect();
    let asks: Vec<_> = manifest.capabilities.iter().map(|c| c.name()).collect();
    console::line(&format!("{} {}: {}", manifest.name, manifest.version, manifest.title));
    console::line(&format!("  hooks {}; asks for {}", hooks.join(", "), or_none(&asks.join(", "))));
    console::line(&format!("  sha256 {} ({})", report.hash, console::bytes(report.size)));
    let state = match &report.standing {
        Standing::AtWork => "at work".to_owned(),
        Standing::Waiting => "waiting for a grant".to_owned(),
        Standing::Changed { granted } => {
            format!("changed since it was granted ({granted}): grant it again or put it back")
        }
        Standing::Disabled { reason } => format!("switched off: {reason}"),
        Standing::Unusable { reason } => format!("cannot run: {reason}"),
    };
    console::line(&format!("  {state}"));
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

fn grant(common: &Common, name: &PluginName, hash: &str) -> anyhow::Result<()> {
    let hash: Digest = hash.parse().context("--hash")?;
    let open = wiring::open(common, wiring::config(common)?)?;
    let asked = open.app.plugin(name)?.manifest.capabilities;
    for capability in &asked {
        console::note(&format!("{name} may {}", capability.meaning()));
    }
    let report = open.app.grant_plugin(name, hash, &asked, Actor::CommandLine, clock::now())?;
    show(&report);
    Ok(())
}
