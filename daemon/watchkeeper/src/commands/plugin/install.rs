//! `watchkeeper plugin install`: a plugin becomes part of the configured rule set.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use sandbox::{Folder, Host, Plugin};

use super::trial;
use crate::{cli::Common, console, wiring};

/// Copies manifest, component and tests into the rule set and says how to permit it.
pub fn run(common: &Common, dir: &Path) -> anyhow::Result<()> {
    let Some(rules) = wiring::config(common)?.rules.dir else {
        bail!(
            "the built-in rule set is active, which cannot be changed: put a rule set into a \
             folder and name it in the configuration, `[rules] dir = \"rules\"`"
        );
    };
    let files = trial::files(dir)?;
    let folder = trial::folder(&files)?;
    Plugin::new(&Host::new(None)?, folder.clone()).prepare()?;
    let name = folder.manifest().name.clone();
    let target = rules.join("plugins").join(name.as_str());
    for (path, bytes) in &files {
        write(&rules.join(path), bytes)?;
    }
    console::line(&format!("{name} {} is in {}", folder.manifest().version, target.display()));
    advise(&folder);
    Ok(())
}

/// What whoever grants it should read.
fn advise(folder: &Folder) {
    let manifest = folder.manifest();
    for capability in &manifest.capabilities {
        console::line(&format!("it asks to {}", capability.meaning()));
    }
    console::line("it runs once an administrator grants it:");
    console::line(&format!(
        "  watchkeeper plugin grant {} --hash {}",
        manifest.name,
        folder.hash()
    ));
}

fn write(path: &PathBuf, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    }
    fs::write(path, bytes).with_context(|| path.display().to_string())
}
