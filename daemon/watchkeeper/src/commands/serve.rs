//! `watchkeeper serve`: the web page, the API and the clocks.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use model::Actor;
use store::local::open_access;
use web::{ServeOptions, access::Access};

use crate::{
    access::StoredAccess,
    cli::{Common, Serve},
    clock, console, stop,
    wiring::{self, Open},
};

/// How often cases that time may have changed are looked at.
const TICK: Duration = Duration::from_secs(5);

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
        ready(&running);
        notify(sd_notify::NotifyState::Ready);
        let ticking = tokio::spawn(tick(open.app.clone()));
        running.finished().await;
        notify(sd_notify::NotifyState::Stopping);
        ticking.abort();
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

/// Tells systemd, if it started us.
fn notify(state: sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        log::debug!(error:%; "systemd was not told");
    }
}
