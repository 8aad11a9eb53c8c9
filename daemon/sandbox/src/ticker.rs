//! The thread that interrupts calls from time to time, so that those beyond measure are killed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle, Thread},
    time::Duration,
};

use wasmtime::EngineWeak;

/// How often a running call is interrupted to look at its time.
const TICK: Duration = Duration::from_millis(10);

/// Interrupts the calls of an engine while there are any, and sleeps otherwise.
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    thread: Thread,
    _handle: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    calls: AtomicUsize,
    idle: AtomicBool,
    over: AtomicBool,
}

/// A call under way.
pub(crate) struct Running<'a>(&'a Shared);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Ticker {
    pub(crate) fn start(engine: EngineWeak) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let its = Arc::clone(&shared);
        let handle = thread::Builder::new()
            .name("plugin-ticker".to_owned())
            .spawn(move || tick(&its, &engine))?;
        let thread = handle.thread().clone();
        Ok(Self { shared, thread, _handle: handle })
    }

    /// Says that a call begins; it is over when the returned value is dropped.
    pub(crate) fn begin(&self) -> Running<'_> {
        self.shared.calls.fetch_add(1, Ordering::AcqRel);
        if self.shared.idle.swap(false, Ordering::AcqRel) {
            self.thread.unpark();
        }
        Running(&self.shared)
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

fn tick(shared: &Shared, engine: &EngineWeak) {
    while !shared.over.load(Ordering::Acquire) {
        thread::sleep(TICK);
        if shared.calls.load(Ordering::Acquire) > 0 {
            let Some(engine) = engine.upgrade() else { return };
            engine.increment_epoch();
            continue;
        }
        shared.idle.store(true, Ordering::Release);
        // A call that began meanwhile has either seen `idle` or is seen here.
        if shared.calls.load(Ordering::Acquire) == 0 && !shared.over.load(Ordering::Acquire) {
            thread::park();
        }
    }
}
