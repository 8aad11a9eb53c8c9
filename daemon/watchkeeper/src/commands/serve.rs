//! `watchkeeper serve`: the web page, the API and the clocks.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use model::Actor;
use store::local::open_access;
use web::{ServeOptions, access::Access};

use crate::{
    access::StoredAccess,
    cli::{Common, Serve},
    clock, console,
    outside::Outside,
    rulebook::folders,
    stop,
    wiring::{self, Open},
};

/// How often cases that time may have changed are looked at.
const TICK: Duration = Duration::from_secs(5);

/// How often the rule folder is looked at.
const WATCH: Duration = Duration::from_millis(500);
/// Cases assessed between two looks; intake has its turn in between.
const REASSESSED: usize = 1000;

/// Serves until asked to stop.
pub fn run(common: &Common, options: &Serve) -> anyhow::Result<()> {
    let config = wiring::config(common)?;
    let open = wiring::open(common, config)?;
    let access = Access::open(StoredAccess(open_access(&open.dir)?), clock::now())?;
    let code = access.setup_code();
    serve(&open, access, options.listen, &|running| {
        console::line(&format!("Watchkeeper listens on {}", running.url));
        if let Some(fingerprint) = &running.fingerprint {
            console::line(&format!("Certificate (SHA-256): {fingerprint}"));
        }
        if let Some(code) = &code {
            console::line(&format!("Nobody may sign in yet. Set-up code, for once: {code}"));
        }
    })
}

/// Serves what is open; `ready` is called when connections are accepted.
pub fn serve(
    open: &Open,
    access: Access,
    listen: Option<SocketAddr>,
    ready: &dyn Fn(&web::Running),
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(64)
        .build()
        .context("cannot start the runtime")?;
    let options = options(open, listen);
    runtime.block_on(async {
        let running =
            web::serve(open.app.clone(), access, options, Arc::new(clock::now), stop::asked())
                .await?;
        let outside = Outside::start(open, &running.url)?;
        ready(&running);
        notify(sd_notify::NotifyState::Ready);
        let ticking = tokio::spawn(tick(open.app.clone()));
        let watching = tokio::spawn(watch_rules(open.app.clone(), folders(&open.config)));
        running.finished().await;
        notify(sd_notify::NotifyState::Stopping);
        outside.stop().await;
        ticking.abort();
        watching.abort();
        anyhow::Ok(())
    })?;
    log::info!(actor:? = Actor::System; "stopped");
    Ok(())
}

/// Where and how the configuration says to serve.
fn options(open: &Open, listen: Option<SocketAddr>) -> ServeOptions {
    let service = &open.config.service;
    let listen = listen.unwrap_or(service.listen);
    let mut options = ServeOptions::new(listen, service.tls(&open.dir, listen));
    options.public_url.clone_from(&service.public_url);
    options.trusted_proxies.clone_from(&service.trusted_proxies);
    options
}

/// Follows cases along the time: targets that pass, promises that fall due.
async fn tick(app: Arc<app::Watchkeeper>) {
    let mut every = tokio::time::interval(TICK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let app = app.clone();
        match tokio::task::spawn_blocking(move || app.tick(clock::now())).await {
            Ok(Ok(_)) => notify(sd_notify::NotifyState::Watchdog),
            Ok(Err(error)) => log::error!(error:%; "the clocks stand still"),
            Err(error) => log::error!(error:%; "the clocks stand still"),
        }
    }
}

/// Takes up changes in the rule folders, and assesses cases by a set that became active.
async fn watch_rules(app: Arc<app::Watchkeeper>, folders: Vec<(Option<String>, PathBuf)>) {
    let mut every = tokio::time::interval(WATCH);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut watched: Vec<Watched> =
        folders.into_iter().map(|(team, folder)| Watched::new(team, folder)).collect();
    loop {
        every.tick().await;
        let app = app.clone();
        let look = tokio::task::spawn_blocking(move || {
            for one in &mut watched {
                if !one.has_settled(scripting::print_of(&one.folder)) {
                    continue;
                }
                if let Err(error) = app.reload_rules(one.team.as_deref(), clock::now()) {
                    log::error!(error:%; "the rule folder cannot be taken up");
                }
            }
            if let Err(error) = app.reassess_some(REASSESSED, clock::now()) {
                log::error!(error:%; "cases cannot be assessed by the new rule set");
            }
            watched
        });
        match look.await {
            Ok(after) => watched = after,
            Err(error) => return log::error!(error:%; "the rule folder is not watched any more"),
        }
    }
}

/// A rule folder, with the team that it is for, and its states: the one that was taken up, and the
/// one seen last.
struct Watched {
    team: Option<String>,
    folder: PathBuf,
    taken: Option<u64>,
    seen: Option<u64>,
}

impl Watched {
    fn new(team: Option<String>, folder: PathBuf) -> Self {
        let taken = Some(scripting::print_of(&folder));
        Self { team, folder, taken, seen: None }
    }

    /// Whether the folder is in a new state, and has been so for a whole round: an editor or a
    /// checkout that is still writing is left to finish.
    fn has_settled(&mut self, print: u64) -> bool {
        let settled = self.taken != Some(print) && self.seen == Some(print);
        self.seen = Some(print);
        if settled {
            self.taken = Some(print);
        }
        settled
    }
}

/// Tells systemd, if it started us.
fn notify(state: sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        log::debug!(error:%; "systemd was not told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_still_being_written_is_not_taken_up() {
        let folder = PathBuf::from("rules");
        let mut watched = Watched { team: None, folder, taken: Some(1), seen: None };
        let looks = [1, 2, 3, 3, 3, 1, 1].map(|print| watched.has_settled(print));
        assert_eq!(looks, [false, false, false, true, false, false, true]);
    }
}
