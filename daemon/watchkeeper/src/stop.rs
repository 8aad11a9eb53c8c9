//! Stopping on Ctrl-C or SIGTERM: the work at hand is finished, the rest goes on at the next run.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

/// A flag that is set when the process is asked to stop.
pub fn flag() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let set = stop.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot listen for signals")?;
    std::thread::spawn(move || {
        runtime.block_on(asked());
        crate::console::note("stopping; run the same command again to go on");
        set.store(true, Ordering::Relaxed);
    });
    Ok(stop)
}

/// Waits until the process is asked to stop.
pub async fn asked() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
