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
        runtime.block_on(async { asked().await });
        crate::console::note("stopping; run the same command again to go on");
        set.store(true, Ordering::Relaxed);
    });
    Ok(stop)
}

/// Waits until the process is asked to stop; from the call on, not only from the first wait on. To be
/// called within a runtime.
pub fn asked() -> impl Future<Output = ()> + Send + 'static {
    let signals = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async move {
        let [Ok(mut terminate), Ok(mut interrupt)] = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}
