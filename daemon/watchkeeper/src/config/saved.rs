//! Sources that were defined in the page: a file of `[[source]]` sections in the data directory, which
//! the service writes, with the same keys and the same checks as those of the configuration.

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{Config, ConfigError, SourceSection, read};

/// Its name in the data directory.
pub const SAVED: &str = "sources.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    #[serde(default)]
    source: Vec<SourceSection>,
}

/// The sources that `text` defines, which is or is to be the file in `dir`.
pub fn parse_saved(text: &str, dir: &Path) -> Result<Vec<SourceSection>, ConfigError> {
    let path = dir.join(SAVED);
    let saved: Saved =
        toml::from_str(text).map_err(|error| ConfigError::of_toml(&path, text, &error))?;
    Ok(saved.source.into_iter().map(|section| SourceSection { saved: true, ..section }).collect())
}

/// The text of the file in `dir`, if there is one.
pub fn read_saved(dir: &Path) -> Result<Option<String>, ConfigError> {
    match read(&dir.join(SAVED)) {
        Ok(text) => Ok(Some(text)),
        Err(ConfigError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Config {
    /// Adds the sources that were defined in the page.
    pub fn add_saved(&mut self, dir: &Path) -> Result<(), ConfigError> {
        let Some(text) = read_saved(dir)? else { return Ok(()) };
        let all = self.with_saved(&text, dir)?;
        *self = all;
        Ok(())
    }

    /// The same with the sources that `text` defines instead of those that were defined in the page
    /// before. Relative paths are taken from `dir`.
    pub fn with_saved(&self, text: &str, dir: &Path) -> Result<Self, ConfigError> {
        let mut all = self.clone();
        all.source.retain(|section| !section.saved);
        for mut section in parse_saved(text, dir)? {
            section.resolve(dir);
            all.source.push(section);
        }
        // Those of the configuration fit by themselves: what does not is among the last.
        all.check_sources()
            .map_err(|(at, detail)| ConfigError::at(&dir.join(SAVED), text, at, detail))?;
        Ok(all)
    }
}

impl SourceSection {
    /// Where it is, for people; never a secret.
    pub fn place(&self) -> String {
        let (user, host) = (self.user.as_deref(), self.host.as_deref());
        if let (Some(user), Some(host)) = (user, host) {
            return match self.port {
                Some(port) => format!("{user} on {host}:{port}"),
                None => format!("{user} on {host}"),
            };
        }
        if let Some(intake) = &self.intake {
            return intake.listen().to_string();
        }
        match (&self.path, &self.url) {
            (Some(path), _) => path.display().to_string(),
            (None, Some(url)) => url.clone(),
            (None, None) => "an address that is a secret".to_owned(),
        }
    }
}

/// Where the secret of a saved source lies, below the data directory.
pub fn secret_file(name: &str, key: &str) -> PathBuf {
    Path::new("secrets").join(format!("{name}.{key}"))
}
