//! Opens the store and puts the rooms together.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use app::{Ports, Settings, Watchkeeper, rules::unchosen};
use scripting::{RuleSet, Tests};
use store::{
    Views,
    local::{
        OpenOptions, Store,
        backup::is_unfinished,
        open_drafts,
        search::{self, IndexState, TantivySearch, WriterOptions},
    },
    memory::MemoryViews,
};

use crate::{cli::Common, clock, config::Config, console, rulebook, seal};

/// The data directory where none is named.
pub const DATA: &str = "wk";
/// The configuration's name within the data directory.
pub const CONFIG: &str = "watchkeeper.toml";

/// Everything open.
pub struct Open {
    /// The use cases.
    pub app: Arc<Watchkeeper>,
    /// The configuration.
    pub config: Config,
    /// The data directory.
    pub dir: PathBuf,
    /// Where the configuration is, or would be.
    pub configured: PathBuf,
    /// What the search index was like when it was opened.
    pub index: IndexState,
    /// Keeps the store open; last, so that it is closed last.
    _store: Store,
}

/// The data directory of a command.
pub fn data_dir(common: &Common) -> PathBuf {
    common.data.clone().unwrap_or_else(|| PathBuf::from(DATA))
}

/// The configuration of a command: the file named, else that of the data directory, else the
/// defaults; with the sources that were defined in the page, and the hours that
/// were changed there.
pub fn config(common: &Common) -> anyhow::Result<Config> {
    let dir = data_dir(common);
    let path = configured(common);
    let mut config = if common.config.is_some() || path.exists() {
        Config::load(&path)?
    } else {
        Config::default()
    };
    config.add_saved(&dir)?;
    config.add_hours(&dir)?;
    Ok(config)
}

/// Where the configuration of a command is, or would be.
pub fn configured(common: &Common) -> PathBuf {
    common.config.clone().unwrap_or_else(|| data_dir(common).join(CONFIG))
}

/// The active rule set: the folder that the configuration names, else the one built in.
pub fn rules(config: &Config) -> anyhow::Result<RuleSet> {
    match &config.rules.dir {
        Some(dir) => {
            RuleSet::load(dir).with_context(|| format!("the rule set in {}", dir.display()))
        }
        // Its tests ran when the program was built.
        None => Ok(RuleSet::with_tests("default", scripting::default_files(), Tests::Skip)?),
    }
}

/// The use cases on these ports; which rule set judges is chosen when the store is read.
fn watchkeeper(
    config: &Config,
    settings: Settings,
    data: &Path,
    ports: Ports,
    drafts: Arc<dyn Views>,
) -> Watchkeeper {
    Watchkeeper::new(ports, Arc::new(settings), unchosen())
        .with_rules(rulebook::sources(config, data, drafts))
}

/// Opens the data directory to write, and brings views and index up to the journal's end.
pub fn open(common: &Common, config: Config) -> anyhow::Result<Open> {
    let dir = data_dir(common);
    require_whole(&dir)?;
    let now = clock::now();
    let holder = format!("watchkeeper, process {}, since {now}", std::process::id());
    let cache_bytes = config.storage.views_cache as usize;
    let store = Store::open(&dir, &OpenOptions { cache_bytes, ..OpenOptions::write(holder) })?;
    if let Some(why) = &store.report().views_recreated {
        console::note(&format!("the views were damaged and are built again: {why}"));
    }
    if let Some(why) = &store.report().evidence_reindexed {
        console::note(&format!("the packs were listed anew: {why}"));
    }
    let heap_bytes = config.storage.search_memory as usize;
    let options = WriterOptions { heap_bytes, ..WriterOptions::default() };
    let (index, report) = TantivySearch::open(&dir.join("search"), search::Mode::Write(options))?;
    let drafts = open_drafts(&dir)?;
    let settings = settings(&config).with_seal(seal::open_or_make(&dir)?);
    let ports = ports(&store, Arc::new(index));
    let app = Arc::new(watchkeeper(&config, settings, &dir, ports, drafts));
    let mut progress = console::Progress::new("catching up", None);
    app.catch_up(now, &mut |done, total| progress.show(done, Some(total), "facts"))?;
    progress.done();
    if let IndexState::Damaged(why) = &report.state {
        console::note(&format!("the search index was damaged and is built again: {why}"));
    }
    let configured = configured(common);
    Ok(Open { app, config, dir, configured, index: report.state, _store: store })
}

/// Opens the data directory to read, beside a service or without one.
pub fn open_to_read(common: &Common, config: Config) -> anyhow::Result<Open> {
    let dir = data_dir(common);
    require_data(&dir)?;
    let store = Store::open(&dir, &OpenOptions::read_only())?;
    let (index, report) = TantivySearch::open(&dir.join("search"), search::Mode::ReadOnly)?;
    // Drafts belong to the service: readers have none.
    let drafts = Arc::new(MemoryViews::default());
    let ports = ports(&store, Arc::new(index));
    let app = Arc::new(watchkeeper(&config, settings(&config), &dir, ports, drafts));
    app.open_to_read()?;
    let configured = configured(common);
    Ok(Open { app, config, dir, configured, index: report.state, _store: store })
}

/// Refuses a directory that holds no data of ours, with the remedy.
pub fn require_data(dir: &Path) -> anyhow::Result<()> {
    require_whole(dir)?;
    if dir.join("journal.redb").exists() {
        return Ok(());
    }
    bail!(
        "there is no Watchkeeper data in {}: name its directory with --data, or make one with \
         `watchkeeper init` or `watchkeeper import`",
        dir.display()
    )
}

/// Refuses a directory whose restore was stopped: what is missing would be lost for good.
fn require_whole(dir: &Path) -> anyhow::Result<()> {
    if is_unfinished(dir) {
        bail!(
            "{} was not restored to the end: run the same `watchkeeper restore` again, or remove it",
            dir.display()
        );
    }
    Ok(())
}

fn ports(store: &Store, search: Arc<TantivySearch>) -> Ports {
    Ports { journal: store.journal(), evidence: store.evidence(), views: store.views(), search }
}

/// The configuration as the use cases need it.
fn settings(config: &Config) -> Settings {
    Settings::new(
        engine::Sides::new(&config.sides()),
        config.calendar(),
        config.reply_minutes(),
        config.parser_limits(),
        config.limits.message_size,
    )
    .with_handoffs(config.handoff_rules())
    .with_hours(config.hours())
}
