//! `watchkeeper init`: a data directory with a commented configuration.

use std::{fs::OpenOptions, io::Write as _, os::unix::fs::DirBuilderExt as _};

use anyhow::Context as _;

use crate::{
    cli::Common,
    config::Config,
    console,
    wiring::{self, CONFIG},
};

/// Makes the directory and the configuration; an existing configuration stays as it is.
pub fn run(common: &Common) -> anyhow::Result<()> {
    let dir = wiring::data_dir(common);
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&dir)
        .with_context(|| format!("cannot make {}", dir.display()))?;
    let path = dir.join(CONFIG);
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => file
            .write_all(Config::example().as_bytes())
            .and_then(|()| file.sync_all())
            .with_context(|| format!("cannot write {}", path.display()))?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Config::load(&path)?;
            console::note(&format!("{} is there already and is sound", path.display()));
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot write {}", path.display()));
        }
    }
    console::line(&format!(
        "1. Name your domains and teams in {}\n2. watchkeeper import --data {} PATH-TO-MAIL\n3. \
         watchkeeper serve --data {}",
        path.display(),
        dir.display(),
        dir.display()
    ));
    Ok(())
}
