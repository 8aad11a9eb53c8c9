//! What the service talks to while it runs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use app::{Watchkeeper, files::FileReader, quiet::QuietRules};
use channels::{Courier, House};
use egress::Egress;
use model::SourceId;
use sources::{
    imap::Watcher,
    intake::{Keeper, Reception},
    page::PageWatcher,
    watched::{CalendarWatcher, FolderWatcher, TableWatcher},
};
use tokio::{sync::watch, task::JoinHandle};

use crate::{clock, files, wiring::Open};

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
    stop: watch::Sender<bool>,
    /// The same as `stop`, for work that waits for no signal.
    halt: Arc<AtomicBool>,
    /// Keeps what is handed to us; ends when nobody may hand in anything any more.
    keeper: Option<Keeper>,
    work: Vec<JoinHandle<()>>,
}

impl Outside {
    /// Starts what the configuration asks for; `url` is the address of the page.
    pub fn start(open: &Open, url: &str) -> anyhow::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let mut outside = Self { stop, halt: Arc::default(), keeper: None, work: Vec::new() };
        let egress = Egress::new(open.app.outside().clone(), Arc::new(clock::now));
        let mailboxes = open.config.mailboxes(&open.dir).map_err(|error| anyhow!(error))?;
        let zone = open.config.time_zone();
        for section in &open.config.source {
            if let Some(ends) = section.ends(&zone) {
                let id = SourceId::new(&format!("imap:{}", section.name.get_ref()));
                open.app.outside().set_expiry(id, ends);
            }
        }
        for section in &open.config.channel {
            if let Some(ends) = section.ends(&zone) {
                open.app.outside().set_channel_expiry(section.name.get_ref(), ends);
            }
        }
        for mailbox in mailboxes {
            let watcher = Watcher::new(mailbox, open.app.clone(), egress.clone());
            outside.work.push(tokio::spawn(watcher.run(until(stopped.clone()))));
        }
        outside.receive(open, &stopped);
        for page in open.config.pages().map_err(|error| anyhow!(error))? {
            let watcher = PageWatcher::new(page, open.app.clone(), egress.clone());
            outside.work.push(tokio::spawn(watcher.run(until(stopped.clone()))));
        }
        outside.watch_files(open, &egress, &stopped)?;
        outside.work.push(tokio::spawn(keep_up(open.app.clone(), stopped.clone())));
        if let Some(reader) = files::reader(&open.config, outside.halt.clone()) {
            let reading = files::keep_reading(open.app.clone(), reader, stopped.clone());
            outside.work.push(tokio::spawn(reading));
        }
        if let Some(rules) = open.config.quiet_rules() {
            let work = watch_silence(open.app.clone(), rules, stopped.clone());
            outside.work.push(tokio::spawn(work));
        }
        let channels = open.config.channels(&open.dir).map_err(|error| anyhow!(error))?;
        if !channels.is_empty() {
            let seal =
                open.app.seal().cloned().context("the key of this installation is missing")?;
            let url = open.config.service.public_url.as_deref().unwrap_or(url);
            let house = House { url: url.trim_end_matches('/').to_owned(), seal };
            let backoff = open.config.backoff();
            let courier = Courier::new(open.app.clone(), egress, house, channels, backoff);
            outside.work.push(tokio::spawn(courier.run(until(stopped))));
        }
        Ok(outside)
    }

    /// Watches tables, folders and calendars.
    fn watch_files(
        &mut self,
        open: &Open,
        egress: &Egress,
        stopped: &watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
        for table in open.config.tables() {
            let mut watcher = TableWatcher::new(table, open.app.clone(), egress.clone());
            watcher.look();
            self.work.push(tokio::spawn(watcher.run(until(stopped.clone()))));
        }
        for folder in open.config.folders().map_err(|error| anyhow!(error))? {
            let reader = files::reader(&open.config, self.halt.clone());
            let reader = reader.map(|reader| Arc::new(reader) as Arc<dyn FileReader>);
            let watcher = FolderWatcher::new(folder, open.app.clone(), reader, egress.clone());
            self.work.push(tokio::spawn(watcher.run(until(stopped.clone()))));
        }
        for (name, calendar) in open.config.calendars() {
            let calendar = calendar.map_err(|error| anyhow!("source \"{name}\": {error}"))?;
            let watcher = CalendarWatcher::new(calendar, open.app.clone(), egress.clone());
            self.work.push(tokio::spawn(watcher.run(until(stopped.clone()))));
        }
        Ok(())
    }

    /// Listens for mail that is handed to us.
    fn receive(&mut self, open: &Open, stopped: &watch::Receiver<bool>) {
        let intakes = open.config.intakes();
        if intakes.is_empty() {
            return;
        }
        let keeper = Keeper::start(open.app.clone(), Arc::new(clock::now));
        for intake in intakes {
            let book = open.app.outside().clone();
            let reception = Reception::new(intake, &keeper, book, Arc::new(clock::now));
            self.work.push(tokio::spawn(reception.run(stopped.clone())));
        }
        self.keeper = Some(keeper);
    }

    /// Lets what is on its way finish, within reason.
    pub async fn stop(self) {
        // Nobody may be listening: then there is nothing to stop.
        let _ = self.stop.send(true);
        self.halt.store(true, Ordering::Relaxed);
        for work in self.work {
            let abort = work.abort_handle();
            if tokio::time::timeout(FAREWELL, work).await.is_err() {
                abort.abort();
            }
        }
        if let Some(keeper) = self.keeper
            && tokio::time::timeout(FAREWELL, keeper.finished()).await.is_err()
        {
            log::warn!("mail that was kept is put into its cases at the next start");
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

/// Looks now and then whether a source is too quiet.
async fn watch_silence(app: Arc<Watchkeeper>, rules: QuietRules, stopped: watch::Receiver<bool>) {
    let mut stopped = std::pin::pin!(until(stopped));
    loop {
        tokio::select! {
            () = &mut stopped => return,
            () = tokio::time::sleep(LISTEN) => {}
        }
        let (app, rules) = (app.clone(), rules.clone());
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

async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone: that is a stop, too.
    let _ = stopped.wait_for(|stop| *stop).await;
}
