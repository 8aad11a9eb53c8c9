//! The sources that are watched while the service runs. Each can be started and ended by itself, so
//! that what is defined in the page is taken up at once.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use app::{
    Watchkeeper,
    files::FileReader,
    outside::{Health, WatchRecord},
};
use egress::Egress;
use model::SourceId;
use parking_lot::{Mutex, RwLock};
use sources::{
    imap::Watcher,
    intake::{Keeper, Listen, Reception},
    page::PageWatcher,
    watched::{CalendarWatcher, FolderWatcher},
};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    clock,
    config::{Config, SourceKind, SourceSection},
    files,
};

/// How long what is on its way may take when a source ends.
const FAREWELL: Duration = Duration::from_secs(10);

/// Watches sources as the configuration says.
pub struct Watching {
    app: Arc<Watchkeeper>,
    egress: Egress,
    dir: PathBuf,
    /// Set when the whole service ends: readers of documents stop.
    halt: Arc<AtomicBool>,
    config: RwLock<Arc<Config>>,
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    /// By what the work is about: a source, or a place where several listen.
    units: BTreeMap<String, Unit>,
    /// Keeps what is handed to us; ends when nobody may hand in anything any more.
    keeper: Option<Keeper>,
}

/// What is watched by one piece of work.
struct Unit {
    sections: Vec<SourceSection>,
    stop: watch::Sender<bool>,
    /// Nothing if it cannot be watched.
    work: Option<JoinHandle<()>>,
}

impl Watching {
    /// Starts what `config` asks for. A source of the configuration that cannot be watched is an
    /// error; one that was defined in the page is shown as failing.
    pub fn start(
        app: Arc<Watchkeeper>,
        egress: Egress,
        dir: PathBuf,
        halt: Arc<AtomicBool>,
        config: Config,
    ) -> Result<Self, String> {
        let config = RwLock::new(Arc::new(config));
        let watching = Self { app, egress, dir, halt, config, running: Mutex::default() };
        let config = watching.config();
        let mut running = watching.running.lock();
        for (about, sections) in wanted(&config) {
            let unit = watching.begin(&config, &mut running.keeper, &sections)?;
            running.units.insert(about, unit);
        }
        drop(running);
        Ok(watching)
    }

    /// The configuration that is in force.
    pub fn config(&self) -> Arc<Config> {
        self.config.read().clone()
    }

    /// The data directory.
    pub fn dir(&self) -> &std::path::Path {
        &self.dir
    }

    /// The store.
    pub fn app(&self) -> &Arc<Watchkeeper> {
        &self.app
    }

    /// Whether mail is listened for there now.
    pub fn listens_on(&self, listen: &Listen) -> bool {
        self.running.lock().units.contains_key(&listening(listen))
    }

    /// Puts `config` in force: ends what it asks for no more, starts what is new, and starts what
    /// concerns the source called `anew` once more. It waits for what ends.
    pub fn keep_to(&self, config: Config, anew: &str) -> Result<(), String> {
        let config = Arc::new(config);
        let mut running = self.running.lock();
        let wanted = wanted(&config);
        let concerns = |unit: &[SourceSection]| unit.iter().any(|one| one.name.get_ref() == anew);
        let ending: Vec<String> = running
            .units
            .iter()
            .filter(|(about, unit)| {
                concerns(&unit.sections) || wanted.get(*about) != Some(&unit.sections)
            })
            .map(|(about, _)| about.clone())
            .collect();
        let ended: Vec<Unit> = ending.iter().filter_map(|one| running.units.remove(one)).collect();
        let gone: Vec<SourceId> =
            ended.iter().flat_map(|unit| unit.sections.iter().map(SourceSection::id)).collect();
        tokio::runtime::Handle::current().block_on(end(ended));
        for source in &gone {
            self.app.outside().forget_source(source);
        }
        *self.config.write() = config.clone();
        for (about, sections) in wanted {
            if !running.units.contains_key(&about) {
                let unit = self.begin(&config, &mut running.keeper, &sections)?;
                running.units.insert(about, unit);
            }
        }
        Ok(())
    }

    /// Ends all of it, and lets what is on its way finish within reason.
    pub async fn stop(&self) {
        let Running { units, keeper } = std::mem::take(&mut *self.running.lock());
        end(units.into_values().collect()).await;
        if let Some(keeper) = keeper
            && tokio::time::timeout(FAREWELL, keeper.finished()).await.is_err()
        {
            log::warn!("mail that was kept is put into its cases at the next start");
        }
    }

    fn begin(
        &self,
        config: &Config,
        keeper: &mut Option<Keeper>,
        sections: &[SourceSection],
    ) -> Result<Unit, String> {
        let (stop, stopped) = watch::channel(false);
        let mut work = None;
        for section in sections {
            self.app.outside().expect_source(&section.id());
            if let Some(ends) = section.ends(&config.time_zone()) {
                self.app.outside().set_expiry(section.id(), ends);
            }
        }
        if let Some(first) = sections.first() {
            match self.watch(config, keeper, first, stopped) {
                Ok(begun) => work = Some(begun),
                Err(error) if first.saved => self.cannot(first, error),
                Err(error) => {
                    return Err(format!("source \"{}\": {error}", first.name.get_ref()));
                }
            }
        }
        Ok(Unit { sections: sections.to_vec(), stop, work })
    }

    fn watch(
        &self,
        config: &Config,
        keeper: &mut Option<Keeper>,
        section: &SourceSection,
        stopped: watch::Receiver<bool>,
    ) -> Result<JoinHandle<()>, String> {
        let (app, egress) = (self.app.clone(), self.egress.clone());
        Ok(match section.kind {
            SourceKind::Imap => {
                let zone = config.time_zone();
                let mailbox = section.mailbox(&self.dir, config.limits.message_size, &zone)?;
                tokio::spawn(Watcher::new(mailbox, app, egress).run(until(stopped)))
            }
            SourceKind::Page => {
                tokio::spawn(PageWatcher::new(section.page()?, app, egress).run(until(stopped)))
            }
            SourceKind::Folder => {
                let folder = section.folder(config.largest_document())?;
                let reader = files::reader(config, self.halt.clone());
                let reader = reader.map(|reader| Arc::new(reader) as Arc<dyn FileReader>);
                tokio::spawn(FolderWatcher::new(folder, app, reader, egress).run(until(stopped)))
            }
            SourceKind::Calendar => {
                let calendar = section.calendar(config.zone())?;
                tokio::spawn(CalendarWatcher::new(calendar, app, egress).run(until(stopped)))
            }
            SourceKind::Smtp | SourceKind::Lmtp => {
                let listen = section.intake.as_ref().map(crate::config::IntakeSection::listen);
                let intake =
                    config.intakes().into_iter().find(|one| Some(&one.listen) == listen.as_ref());
                let intake = intake.ok_or("it has no place to listen")?;
                let keeper =
                    keeper.get_or_insert_with(|| Keeper::start(app.clone(), Arc::new(clock::now)));
                let book = app.outside().clone();
                let reception = Reception::new(intake, keeper, book, Arc::new(clock::now));
                tokio::spawn(reception.run(stopped))
            }
        })
    }

    /// Shows that a source cannot be watched.
    fn cannot(&self, section: &SourceSection, error: String) {
        log::error!(source:% = section.id(), error = error.as_str(); "a source cannot be watched");
        self.app.outside().set_watch(WatchRecord {
            source: section.id(),
            kind: section.kind.word(),
            host: section.host.clone().unwrap_or_default(),
            health: Health::Failing,
            doing: "not watched: it has to be corrected".to_owned(),
            taken_at: None,
            heard_at: None,
            error: Some(error),
            retry_at: None,
            counts: BTreeMap::new(),
        });
    }
}

/// The sections of `config` by what one piece of work is about.
fn wanted(config: &Config) -> BTreeMap<String, Vec<SourceSection>> {
    let mut units: BTreeMap<String, Vec<SourceSection>> = BTreeMap::new();
    for section in &config.source {
        let about = match &section.intake {
            Some(intake) => listening(&intake.listen()),
            None => section.id().to_string(),
        };
        units.entry(about).or_default().push(section.clone());
    }
    units
}

fn listening(listen: &Listen) -> String {
    format!("listening on {listen}")
}

/// Ends units, all at the same time, and waits for them within reason.
async fn end(units: Vec<Unit>) {
    for unit in &units {
        // Nobody may be listening: then there is nothing to stop.
        let _ = unit.stop.send(true);
    }
    for work in units.into_iter().filter_map(|unit| unit.work) {
        let abort = work.abort_handle();
        if tokio::time::timeout(FAREWELL, work).await.is_err() {
            abort.abort();
        }
    }
}

/// Ends when `stopped` says so.
pub async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone: that is a stop, too.
    let _ = stopped.wait_for(|stop| *stop).await;
}
