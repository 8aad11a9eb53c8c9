//! What every handler works with: the record, access, the clock, and a bounded pool for work that
//! blocks.

use std::{sync::Arc, time::Duration};

use app::Watchkeeper;
use model::Instant;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Semaphore;

use crate::{
    access::Access,
    counts::Counts,
    live::Live,
    presence::Presence,
    problem::{Code, Problem},
    site::Site,
};

/// Gives the present instant.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A handle to the service, cheap to clone.
pub(crate) type Shared = Arc<Service>;

/// Jobs at the same time; more wait. Enough to keep a disk and the cores busy, few enough to keep
/// memory flat.
const JOBS: usize = 16;
/// Passwords hashed at the same time; each takes 19 MiB. They queue apart, so that a flood of
/// sign-ins does not keep readers waiting.
const HASHING: usize = 2;
/// Sources tried at the same time. Each waits for a server, apart from the other jobs.
const TRIALS: usize = 4;
/// How long a job may wait for its turn.
const WAIT: Duration = Duration::from_secs(10);

pub(crate) struct Service {
    pub(crate) app: Arc<Watchkeeper>,
    pub(crate) access: Access,
    pub(crate) clock: Clock,
    pub(crate) site: Site,
    pub(crate) live: Live,
    pub(crate) counts: Counts,
    pub(crate) presence: Presence,
    /// The API description, encoded once.
    pub(crate) openapi: Vec<u8>,
    jobs: Arc<Semaphore>,
    hashing: Arc<Semaphore>,
    trials: Arc<Semaphore>,
    changes: Mutex<()>,
}

impl Service {
    pub(crate) fn new(
        app: Arc<Watchkeeper>,
        access: Access,
        clock: Clock,
        site: Site,
        live: Live,
        openapi: Vec<u8>,
    ) -> Self {
        Self {
            app,
            access,
            clock,
            site,
            live,
            counts: Counts::default(),
            presence: Presence::default(),
            openapi,
            jobs: Arc::new(Semaphore::new(JOBS)),
            hashing: Arc::new(Semaphore::new(HASHING)),
            trials: Arc::new(Semaphore::new(TRIALS)),
            changes: Mutex::new(()),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        (self.clock)()
    }

    /// Held while a condition on the present state is checked and then acted upon.
    pub(crate) fn one_change_at_a_time(&self) -> MutexGuard<'_, ()> {
        self.changes.lock()
    }

    /// Learns where the record stands, and has what queues need read into memory.
    pub(crate) fn stand(&self) -> Result<(), Problem> {
        let head = self.app.status()?.views_applied;
        self.live.stands_at(head);
        Ok(())
    }

    /// Runs `job`, which may block, away from the tasks that serve connections.
    pub(crate) async fn work<T, J>(self: &Arc<Self>, job: J) -> Result<T, Problem>
    where
        T: Send + 'static,
        J: FnOnce(&Self, Instant) -> Result<T, Problem> + Send + 'static,
    {
        self.work_among(&self.jobs, job).await
    }

    /// As [`Service::work`], for a job that hashes a password.
    pub(crate) async fn hash<T, J>(self: &Arc<Self>, job: J) -> Result<T, Problem>
    where
        T: Send + 'static,
        J: FnOnce(&Self, Instant) -> Result<T, Problem> + Send + 'static,
    {
        self.work_among(&self.hashing, job).await
    }

    /// As [`Service::work`], for a job that calls a server of others.
    pub(crate) async fn try_out<T, J>(self: &Arc<Self>, job: J) -> Result<T, Problem>
    where
        T: Send + 'static,
        J: FnOnce(&Self, Instant) -> Result<T, Problem> + Send + 'static,
    {
        self.work_among(&self.trials, job).await
    }

    async fn work_among<T, J>(
        self: &Arc<Self>,
        places: &Arc<Semaphore>,
        job: J,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        J: FnOnce(&Self, Instant) -> Result<T, Problem> + Send + 'static,
    {
        let turn = tokio::time::timeout(WAIT, places.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            let detail = "the service is busy with other requests: try again in a moment";
            return Err(Problem::new(Code::Busy, detail).retry_after(2));
        };
        let service = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            // given back when the job ends, even if its client has left meanwhile
            let _turn = turn;
            let now = service.now();
            job(&service, now)
        });
        done.await.unwrap_or_else(|panic| Err(Problem::internal("handling the request", &panic)))
    }
}
