//! The engine that all plugins share: its limits, its cache of compiled components, its slots.

use std::{
    fs::DirBuilder,
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use parking_lot::{Condvar, Mutex};
use wasmtime::{
    Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, OptLevel,
    PoolingAllocationConfig, Store, UpdateDeadline,
};

use crate::{
    failure::TooLong,
    ticker::{Running, Ticker},
    view::View,
};

/// Memory of one call in bytes.
pub(crate) const MAX_MEMORY: usize = 64 << 20;
/// Processor time after which a call is killed. Fuel ends a call long before.
pub(crate) const MAX_CPU: Duration = Duration::from_millis(80);
/// The stack of a guest in bytes.
const MAX_STACK: usize = 512 << 10;
/// Bytes that a guest may hand over in one call.
const MAX_HANDED_OVER: usize = 8 << 20;
/// Calls at one time; further ones wait.
const SLOTS: usize = 16;
/// Memory of a slot that is wiped instead of given back, because that is quicker for small guests.
const KEPT: usize = 256 << 10;

/// Why plugins cannot be run here.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The directory for compiled components is not private.
    #[error("{}: compiled plugins are kept where only the service may write: {why}", directory.display())]
    NotPrivate {
        /// The directory.
        directory: PathBuf,
        /// What is wrong with it, and the remedy.
        why: String,
    },
    /// The directory for compiled components cannot be used.
    #[error("{}: {source}", directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The engine does not start.
    #[error("the engine for plugins does not start: {0}")]
    Engine(String),
}

/// Compiles, keeps and runs components. Cheap to share.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    engine: Engine,
    ticker: Ticker,
    free: Mutex<usize>,
    freed: Condvar,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

impl Host {
    /// A host that keeps compiled components in `cache`, a directory of its own, so that they are
    /// compiled once; in memory only if there is none. The directory is made if it is missing. What
    /// lies there runs as native code, so nobody else may write there.
    pub fn new(cache: Option<&Path>) -> Result<Self, HostError> {
        let failed = |error: wasmtime::Error| HostError::Engine(error.root_cause().to_string());
        let mut config = config();
        if let Some(directory) = cache {
            config.cache(Some(open_cache(directory)?));
        }
        let engine = Engine::new(config.allocation_strategy(pool())).or_else(|error| {
            // A tight limit of address space (`ulimit -v`) leaves no room for the pool.
            log::info!(error:%; "plugins run without a pool");
            Engine::new(config.allocation_strategy(InstanceAllocationStrategy::OnDemand))
        });
        let engine = engine.map_err(failed)?;
        let ticker =
            Ticker::start(engine.weak()).map_err(|error| HostError::Engine(error.to_string()))?;
        let (free, freed) = (Mutex::new(SLOTS), Condvar::new());
        Ok(Self(Arc::new(Inner { engine, ticker, free, freed })))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// A place for one call, as soon as there is one.
    pub(crate) fn slot(&self) -> Slot<'_> {
        let mut free = self.0.free.lock();
        while *free == 0 {
            self.0.freed.wait(&mut free);
        }
        *free -= 1;
        drop(free);
        Slot { inner: &self.0, _running: self.0.ticker.begin() }
    }

    /// A store for one call, with all limits.
    pub(crate) fn store(&self, view: View, fuel: u64) -> Result<Store<View>, wasmtime::Error> {
        let mut store = Store::new(&self.0.engine, view);
        store.limiter(|view| view);
        store.set_fuel(fuel)?;
        store.set_hostcall_fuel(MAX_HANDED_OVER);
        store.set_epoch_deadline(1);
        let began = processor_time();
        store.epoch_deadline_callback(move |_| {
            // The clock of this thread stands still while others are served, so that a busy
            // machine kills nothing.
            if processor_time().saturating_sub(began) >= MAX_CPU {
                return Err(TooLong.into());
            }
            Ok(UpdateDeadline::Continue(1))
        });
        Ok(store)
    }
}

/// A place for one call.
pub(crate) struct Slot<'a> {
    inner: &'a Inner,
    _running: Running<'a>,
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.inner.free.lock() += 1;
        self.inner.freed.notify_one();
    }
}

/// Processor time of this thread so far.
pub(crate) fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::from_secs(seconds)
        + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or_default())
}

/// Everything that makes a call end, and end the same everywhere.
fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(MAX_STACK)
        .cranelift_opt_level(OptLevel::Speed)
        // not-a-number has one form, and relaxed instructions have one meaning
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .wasm_backtrace_max_frames(None)
        .memory_init_cow(true);
    config
}

fn pool() -> InstanceAllocationStrategy {
    let slots = SLOTS as u32;
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(slots)
        .total_core_instances(slots * 4)
        .total_memories(slots)
        .total_tables(slots * 2)
        .max_memories_per_component(1)
        .max_tables_per_component(4)
        .max_core_instances_per_component(16)
        .max_memory_size(MAX_MEMORY)
        .linear_memory_keep_resident(KEPT)
        .table_keep_resident(KEPT / 8);
    InstanceAllocationStrategy::Pooling(pool)
}

/// The cache in `directory`. Its entries are named by a hash of the engine, its settings and the
/// component, so that another version of either compiles anew.
fn open_cache(directory: &Path) -> Result<Cache, HostError> {
    let failed = |source| HostError::Directory { directory: directory.to_owned(), source };
    match DirBuilder::new().recursive(true).mode(0o700).create(directory) {
        Ok(()) => {}
        Err(error) => return Err(failed(error)),
    }
    let directory = directory.canonicalize().map_err(failed)?;
    let found = directory.symlink_metadata().map_err(failed)?;
    let why = if found.uid() != rustix::process::geteuid().as_raw() {
        Some("it belongs to somebody else: give it to the user of the service")
    } else if found.mode() & 0o077 != 0 {
        Some("others may enter it: chmod 700")
    } else {
        None
    };
    if let Some(why) = why {
        return Err(HostError::NotPrivate { directory, why: why.to_owned() });
    }
    let mut config = CacheConfig::new();
    config.with_directory(&directory);
    Cache::new(config).map_err(|error| HostError::Engine(error.root_cause().to_string()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn compiled_plugins_are_not_kept_where_others_may_write() {
        let directory = tempfile::tempdir().unwrap();
        let open = directory.path().join("open");
        std::fs::create_dir(&open).unwrap();
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o755)).unwrap();
        let refused = Host::new(Some(&open)).unwrap_err();
        assert!(refused.to_string().contains("chmod 700"), "{refused}");
    }

    #[test]
    fn the_directory_of_compiled_plugins_is_made_private() {
        let directory = tempfile::tempdir().unwrap();
        let cache = directory.path().join("state/plugins");
        Host::new(Some(&cache)).unwrap();
        assert_eq!(std::fs::metadata(&cache).unwrap().mode() & 0o777, 0o700);
    }
}
