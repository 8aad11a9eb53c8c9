//! What the service talks to while it runs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use app::Watchkeeper;
use channels::{Courier, House};
use egress::Egress;
use sources::watched::TableWatcher;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    backups::keeper::Keeper as BackupKeeper,
    clock, files,
    office::Office,
    shelf::Shelf,
    tables::CsvTables,
    watching::{Watching, until},
    wiring::Open,
};

/// How often what arrived is made searchable.
const SEARCHABLE: Duration = Duration::from_secs(1);
/// How often the small packs of single messages are merged.
const TIDY: Duration = Duration::from_hours(1);
/// How often it is looked whether a source is too quiet.
const LISTEN: Duration = Duration::from_mins(15);
/// How long what is on its way may take when the service stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// The work that goes on beside the page.
pub struct Outside {
    app: Arc<Watchkeeper>,
    stop: watch::Sender<bool>,
    /// The same as `stop`, for work that waits for no signal.
    halt: Arc<AtomicBool>,
    watching: Arc<Watching>,
    work: Vec<JoinHandle<()>>,
}

impl Outside {
    /// Starts what the configuration asks for; `url` is the address of the page.
    pub fn start(open: &Open, url: &str) -> anyhow::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let (app, config, halt) = (open.app.clone(), &open.config, Arc::<AtomicBool>::default());
        let egress = Egress::new(app.outside().clone(), Arc::new(clock::now));
        let watching = Watching::start(
            app.clone(),
            egress.clone(),
            open.dir.clone(),
            halt.clone(),
            config.clone(),
        );
        let watching = Arc::new(watching.map_err(|error| anyhow!(error))?);
        let shelf = Shelf::new(watching.clone(), open.configured.clone());
        app.outside().set_shelf(Some(Arc::new(shelf)));
        app.outside().set_tables(Arc::new(CsvTables { dir: open.dir.clone() }));
        let (dir, configured) = (open.dir.clone(), open.configured.clone());
        let office = Office::new(app.clone(), dir, configured, config.clone());
        app.outside().set_timetable(Some(Arc::new(office)));
        let mut outside = Self { app: app.clone(), stop, halt, watching, work: Vec::new() };
        let zone = config.time_zone();
        for section in &config.channel {
            if let Some(ends) = section.ends(&zone) {
                app.outside().set_channel_expiry(section.name.get_ref(), ends);
            }
        }
        for table in config.tables() {
            let mut watcher = TableWatcher::new(table, app.clone(), egress.clone());
            watcher.look();
            outside.work.push(tokio::spawn(watcher.run(until(stopped.clone()))));
        }
        outside.work.push(tokio::spawn(keep_up(app.clone(), stopped.clone())));
        if let Some(reader) = files::reader(config, outside.halt.clone()) {
            let reading = files::keep_reading(app.clone(), reader, stopped.clone());
            outside.work.push(tokio::spawn(reading));
        }
        let keeper = Arc::new(BackupKeeper::new(
            app.clone(),
            config,
            open.dir.clone(),
            open.configured.clone(),
            outside.halt.clone(),
        ));
        app.outside().set_backups(Some(keeper.clone()));
        outside.work.push(tokio::spawn(keeper.run(stopped.clone())));
        let work = watch_silence(app.clone(), outside.watching.clone(), stopped.clone());
        outside.work.push(tokio::spawn(work));
        let seal = app.seal().cloned().context("the key of this installation is missing")?;
        let url = config.service.public_url.as_deref().unwrap_or(url);
        let house = House { url: url.trim_end_matches('/').to_owned(), seal };
        app.outside().set_digests(Arc::new(house.clone()));
        let channels = config.channels(&open.dir).map_err(|error| anyhow!(error))?;
        if !channels.is_empty() {
            let courier = Courier::new(app, egress, house, channels, config.backoff());
            outside.work.push(tokio::spawn(courier.run(until(stopped))));
        }
        Ok(outside)
    }

    /// Lets what is on its way finish, within reason.
    pub async fn stop(self) {
        self.app.outside().set_shelf(None);
        self.app.outside().set_backups(None);
        self.app.outside().set_timetable(None);
        // Nobody may be listening: then there is nothing to stop.
        let _ = self.stop.send(true);
        self.halt.store(true, Ordering::Relaxed);
        self.watching.stop().await;
        for work in self.work {
            let abort = work.abort_handle();
            if tokio::time::timeout(FAREWELL, work).await.is_err() {
                abort.abort();
            }
        }
    }
}

/// Makes what was taken in searchable, and merges what intake left in small pieces.
async fn keep_up(app: Arc<Watchkeeper>, stopped: watch::Receiver<bool>) {
    let mut stopped = std::pin::pin!(until(stopped));
    let mut every = tokio::time::interval(SEARCHABLE);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut tidied = tokio::time::Instant::now();
    loop {
        tokio::select! {
            () = &mut stopped => return,
            _ = every.tick() => {}
        }
        let app = app.clone();
        let tidy = tidied.elapsed() >= TIDY;
        if tidy {
            tidied = tokio::time::Instant::now();
        }
        let work = move || {
            app.refresh_search()?;
            if tidy { app.tidy() } else { Ok(()) }
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log::error!(error:%; "what arrived cannot be made searchable"),
            Err(error) => log::error!(error:%; "what arrived cannot be made searchable"),
        }
    }
}

/// Looks now and then whether a source is too quiet, or lacks what its server has.
async fn watch_silence(
    app: Arc<Watchkeeper>,
    watching: Arc<Watching>,
    stopped: watch::Receiver<bool>,
) {
    let mut stopped = std::pin::pin!(until(stopped));
    loop {
        tokio::select! {
            () = &mut stopped => return,
            () = tokio::time::sleep(LISTEN) => {}
        }
        let Some(rules) = watching.config().quiet_rules() else { continue };
        let app = app.clone();
        let work = move || {
            app.watch_silence(&rules, clock::now())?;
            app.watch_ledgers(&rules, clock::now())
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => log::error!(error:%; "nobody looks whether sources are quiet"),
            Err(error) => log::error!(error:%; "nobody looks whether sources are quiet"),
        }
    }
}
