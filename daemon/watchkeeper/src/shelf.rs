//! Sources that people define in the page: tried, written to a file of their own, taken up at once.
//!
//! They are kept in `sources.toml` in the data directory, which is written whole or not at all; their
//! secrets lie in files beside it that only the service may read. Those of the configuration are shown,
//! and left alone.

mod draft;
mod look;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::saved::{Act, DefinedSource, Found, Origin, Refused, SavedSources, SourceDraft};
use model::{Fact, SourceId};
use parking_lot::Mutex;
use toml::{Table, Value};

use crate::{
    config::{Config, SAVED, SourceSection, parse_saved, read_saved, secret_file},
    durable,
    watching::Watching,
};

/// What stands on top of the file.
const HEAD: &str = "# Sources that were defined in the page, which writes this file. Edit it by hand only \
                    while the\n# service is stopped; what the page does not know stays as it is.\n\n";

/// Keeps the sources that were defined in the page.
pub struct Shelf {
    watching: Arc<Watching>,
    /// Where the configuration is.
    configured: PathBuf,
    /// Held while the file is read, changed and written.
    one_at_a_time: Mutex<()>,
}

impl Shelf {
    /// A shelf whose sources `watching` takes up; the configuration is at `configured`.
    pub fn new(watching: Arc<Watching>, configured: PathBuf) -> Self {
        Self { watching, configured, one_at_a_time: Mutex::new(()) }
    }

    fn dir(&self) -> &Path {
        self.watching.dir()
    }

    /// The sections of the file as they are written.
    fn written(&self) -> Result<Vec<Table>, Refused> {
        let text = read_saved(self.dir()).map_err(|error| Refused::Failed(error.to_string()))?;
        let Some(text) = text else { return Ok(Vec::new()) };
        let mut all: Table =
            toml::from_str(&text).map_err(|error| Refused::Failed(format!("{SAVED}: {error}")))?;
        let Some(Value::Array(sections)) = all.remove("source") else { return Ok(Vec::new()) };
        Ok(sections.into_iter().filter_map(|one| Table::try_from(one).ok()).collect())
    }

    /// The configuration with `sections` as the sources of the page.
    fn with(&self, sections: &[Table]) -> Result<(String, Config), Refused> {
        let text = text_of(sections)?;
        let config = self.watching.config().with_saved(&text, self.dir());
        let config = config.map_err(|error| Refused::Wrong(error.detail()))?;
        Ok((text, config))
    }

    /// What `draft` is as a section; a change of `before` if there is one.
    fn section(
        &self,
        draft: &SourceDraft,
        before: Option<&Table>,
        place: &dyn Fn(&str) -> PathBuf,
    ) -> Result<Table, Refused> {
        draft::check_name(&draft.name)?;
        draft::check_paths(draft, self.dir())?;
        draft::section(draft, before, place)
    }

    /// Keeps `draft` in the place of the section at `at`, or as a new one.
    fn keep(
        &self,
        draft: &SourceDraft,
        mut sections: Vec<Table>,
        at: Option<usize>,
        act: Act<'_>,
    ) -> Result<DefinedSource, Refused> {
        let place = |key: &str| secret_file(&draft.name, key);
        let section = self.section(draft, at.and_then(|at| sections.get(at)), &place)?;
        match at.and_then(|at| sections.get_mut(at)) {
            Some(before) => *before = section,
            None => sections.push(section),
        }
        let (text, config) = self.with(&sections)?;
        let defined = self.find(&config, &sections, &draft.name)?;
        for (key, secret) in draft.secrets.iter().filter(|(_, secret)| !secret.open().is_empty()) {
            let path = self.dir().join(place(key));
            durable::write(&path, secret.open().as_bytes())
                .map_err(|error| failed(&path, &error))?;
        }
        let fact = Fact::SourceSaved { source: defined.id.clone(), place: defined.place.clone() };
        self.write(&text, fact, act)?;
        self.take_up(config, &draft.name)?;
        Ok(defined)
    }

    /// Writes the file and tells the journal; neither without the other.
    fn write(&self, text: &str, fact: Fact, act: Act<'_>) -> Result<(), Refused> {
        let path = self.dir().join(SAVED);
        let before = fs::read(&path).ok();
        durable::write(&path, text.as_bytes()).map_err(|error| failed(&path, &error))?;
        let told = self.watching.app().audit(fact, act.actor.clone(), act.now);
        if let Err(error) = told {
            let restored = match before {
                Some(before) => durable::write(&path, &before),
                None => durable::remove(&path),
            };
            if let Err(error) = restored {
                log::error!(error:%; "the sources of the page are not as the journal has them");
            }
            return Err(Refused::Failed(error.to_string()));
        }
        Ok(())
    }

    fn take_up(&self, config: Config, name: &str) -> Result<(), Refused> {
        self.watching.keep_to(config, name).map_err(Refused::Failed)
    }

    /// The source called `name`, which `sections` define.
    fn find(
        &self,
        config: &Config,
        sections: &[Table],
        name: &str,
    ) -> Result<DefinedSource, Refused> {
        let found = config.source.iter().find(|one| one.saved && one.name.get_ref() == name);
        let section = found.ok_or_else(|| Refused::Unknown(name.to_owned()))?;
        let table = sections.iter().find(|table| draft::name_of(table) == name);
        Ok(self.defined_source(section, table))
    }

    fn defined_source(&self, section: &SourceSection, table: Option<&Table>) -> DefinedSource {
        let origin = if section.saved {
            Origin::Page
        } else {
            Origin::Configuration { file: self.configured.display().to_string() }
        };
        let empty = Table::new();
        let table = table.filter(|_| section.saved).unwrap_or(&empty);
        DefinedSource {
            id: section.id(),
            place: section.place(),
            origin,
            draft: draft::of_section(section, table),
            has: draft::secrets_of(table),
            version: draft::version_of(table),
        }
    }

    /// Where a section of the page is that was read as `version`.
    fn at(sections: &[Table], name: &str, version: &str) -> Result<usize, Refused> {
        let at = sections.iter().position(|table| draft::name_of(table) == name);
        let at = at.ok_or_else(|| Refused::Unknown(name.to_owned()))?;
        if draft::version_of(&sections[at]) == version {
            Ok(at)
        } else {
            Err(Refused::Changed(name.to_owned()))
        }
    }
}

impl SavedSources for Shelf {
    fn defined(&self) -> Vec<DefinedSource> {
        let written = self.written().unwrap_or_default();
        let config = self.watching.config();
        let mut all: Vec<DefinedSource> = config
            .source
            .iter()
            .map(|section| {
                let name = section.name.get_ref();
                let table = written.iter().find(|table| draft::name_of(table) == name);
                self.defined_source(section, table)
            })
            .collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    fn try_out(&self, draft: &SourceDraft, act: Act<'_>) -> Result<Found, Refused> {
        let sections = self.written()?;
        let before = sections.iter().find(|table| draft::name_of(table) == draft.name);
        // Secrets are on the disk only as long as they are tried.
        let scratch = tempfile::Builder::new().prefix("trial").tempdir_in(self.dir());
        let scratch = scratch.map_err(|error| failed(self.dir(), &error))?;
        let place = |key: &str| scratch.path().join(key);
        for (key, secret) in &draft.secrets {
            let path = place(key);
            durable::write(&path, secret.open().as_bytes())
                .map_err(|error| failed(&path, &error))?;
        }
        let section = self.section(draft, before, &place)?;
        let others = sections.iter().filter(|table| draft::name_of(table) != draft.name);
        let all: Vec<Table> = others.cloned().chain([section]).collect();
        let (_, config) = self.with(&all)?;
        let found = config.source.iter().find(|one| one.saved && *one.name.get_ref() == draft.name);
        let section = found.ok_or_else(|| Refused::Unknown(draft.name.clone()))?;
        let looked = look::look(section, &config, &self.watching, self.dir());
        let fact = Fact::SourceTried {
            source: section.id(),
            place: section.place(),
            works: looked.is_ok(),
        };
        let told = self.watching.app().audit(fact, act.actor.clone(), act.now);
        told.map_err(|error| Refused::Failed(error.to_string()))?;
        looked.map_err(Refused::Unreadable)
    }

    fn add(&self, draft: &SourceDraft, act: Act<'_>) -> Result<DefinedSource, Refused> {
        let _one = self.one_at_a_time.lock();
        let config = self.watching.config();
        if config.source.iter().any(|section| *section.name.get_ref() == draft.name) {
            return Err(Refused::Taken(draft.name.clone()));
        }
        self.keep(draft, self.written()?, None, act)
    }

    fn change(
        &self,
        draft: &SourceDraft,
        version: &str,
        act: Act<'_>,
    ) -> Result<DefinedSource, Refused> {
        let _one = self.one_at_a_time.lock();
        let sections = self.written()?;
        let at = Self::at(&sections, &draft.name, version)?;
        self.keep(draft, sections, Some(at), act)
    }

    fn remove(&self, name: &str, version: &str, act: Act<'_>) -> Result<(), Refused> {
        let _one = self.one_at_a_time.lock();
        let mut sections = self.written()?;
        let at = Self::at(&sections, name, version)?;
        let removed = sections.remove(at);
        let source = id_of(&removed, self.dir())?;
        let (text, config) = self.with(&sections)?;
        self.write(&text, Fact::SourceRemoved { source }, act)?;
        self.take_up(config, name)?;
        for key in draft::secrets_of(&removed) {
            let path = self.dir().join(secret_file(name, &key));
            durable::remove(&path).map_err(|error| failed(&path, &error))?;
        }
        Ok(())
    }
}

fn id_of(section: &Table, dir: &Path) -> Result<SourceId, Refused> {
    let text = text_of(std::slice::from_ref(section))?;
    let sections = parse_saved(&text, dir).map_err(|error| Refused::Failed(error.to_string()))?;
    let id = sections.first().map(SourceSection::id);
    id.ok_or_else(|| Refused::Unknown(draft::name_of(section).to_owned()))
}

/// The file with these sections.
fn text_of(sections: &[Table]) -> Result<String, Refused> {
    let list = sections.iter().cloned().map(Value::Table).collect();
    let all = Table::from_iter([("source".to_owned(), Value::Array(list))]);
    let text = toml::to_string_pretty(&all).map_err(|error| Refused::Failed(error.to_string()))?;
    Ok(format!("{HEAD}{text}"))
}

fn failed(path: &Path, error: &io::Error) -> Refused {
    Refused::Failed(format!("cannot write or read {}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
