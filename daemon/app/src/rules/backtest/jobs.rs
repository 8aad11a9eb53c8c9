//! Backtests in the background: begun, looked at, cancelled. The latest few are remembered.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant as Clock},
};

use engine::LoadedRules;
use model::{Instant, RuleSetId};
use parking_lot::Mutex;

use super::{BacktestProgress, BacktestReport, Comparison};
use crate::{
    AppError, Result,
    watchkeeper::{Watchkeeper, not_found},
};

/// Backtests at the same time; each takes all cores.
const RUNNING: usize = 2;
/// Backtests that are remembered.
const KEPT: usize = 8;

/// Names a backtest while the program runs.
pub type JobId = u64;

/// How a backtest stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobState {
    /// It goes on.
    Running,
    /// It is through.
    Done,
    /// Somebody cancelled it.
    Cancelled,
    /// It could not go on.
    Failed(String),
}

/// A backtest as it stands.
#[derive(Debug, Clone)]
pub struct JobRecord {
    /// Which.
    pub id: JobId,
    /// Who began it.
    pub by: String,
    /// When.
    pub started: Instant,
    /// The active set.
    pub before: RuleSetId,
    /// The other set.
    pub after: RuleSetId,
    /// How it stands.
    pub state: JobState,
    /// How far it has come.
    pub progress: BacktestProgress,
    /// How long it has taken.
    pub took: Duration,
    /// How long it will still take, once that can be told.
    pub to_go: Option<Duration>,
    /// The figures so far; of all history once it is through.
    pub report: Option<Arc<BacktestReport>>,
}

struct Job {
    record: JobRecord,
    clock: Clock,
    stop: Arc<AtomicBool>,
}

/// Backtests that run or ran.
#[derive(Default)]
pub struct Backtests {
    jobs: Mutex<(JobId, BTreeMap<JobId, Job>)>,
}

impl Backtests {
    fn change(&self, id: JobId, change: impl FnOnce(&mut Job)) {
        if let Some(job) = self.jobs.lock().1.get_mut(&id) {
            change(job);
        }
    }
}

impl Watchkeeper {
    /// Begins to compare `other` with the active set of `team` over all of its cases.
    pub fn start_backtest(
        self: &Arc<Self>,
        team: Option<&str>,
        other: &Arc<dyn LoadedRules>,
        since: Option<Instant>,
        by: &str,
        now: Instant,
    ) -> Result<JobRecord> {
        let compared = self.comparison(team, &**other, since)?;
        let backtests = &self.life()?.backtests;
        let mut jobs = backtests.jobs.lock();
        let running = jobs.1.values().filter(|job| job.record.state == JobState::Running).count();
        if running >= RUNNING {
            let what = format!("{running} backtests run already: wait for one, or cancel it");
            return Err(AppError::Conflict { what });
        }
        while jobs.1.len() >= KEPT {
            let done = jobs.1.iter().find(|(_, job)| job.record.state != JobState::Running);
            let Some(oldest) = done.map(|(id, _)| *id) else { break };
            jobs.1.remove(&oldest);
        }
        jobs.0 += 1;
        let id = jobs.0;
        let record = JobRecord {
            id,
            by: by.to_owned(),
            started: now,
            before: compared.before.rules().clone(),
            after: compared.after.rules().clone(),
            state: JobState::Running,
            progress: BacktestProgress::default(),
            took: Duration::ZERO,
            to_go: None,
            report: None,
        };
        let stop = Arc::new(AtomicBool::new(false));
        let job = Job { record: record.clone(), clock: Clock::now(), stop: stop.clone() };
        jobs.1.insert(id, job);
        drop(jobs);
        let app = Arc::clone(self);
        std::thread::spawn(move || app.run_job(id, &compared, now, &stop));
        Ok(record)
    }

    fn run_job(&self, id: JobId, compared: &Comparison, now: Instant, stop: &AtomicBool) {
        let Ok(life) = self.life() else { return };
        let outcome = self.backtest(compared, now, stop, &mut |progress, report| {
            let report = Arc::new(report.clone().settled());
            life.backtests.change(id, |job| {
                job.record.progress = progress.clone();
                job.record.report = Some(report);
            });
        });
        life.backtests.change(id, |job| {
            job.record.took = job.clock.elapsed();
            match outcome {
                Ok(report) => {
                    job.record.state = JobState::Done;
                    job.record.report = Some(Arc::new(report.settled()));
                }
                Err(AppError::Stopped) => job.record.state = JobState::Cancelled,
                Err(error) => {
                    log::error!(error:%; "a backtest failed");
                    job.record.state = JobState::Failed(error.to_string());
                }
            }
        });
    }

    /// A backtest as it stands.
    pub fn backtest_job(&self, id: JobId) -> Result<JobRecord> {
        let jobs = self.life()?.backtests.jobs.lock();
        let job = jobs.1.get(&id).ok_or_else(|| not_found(format!("backtest {id}")))?;
        Ok(job.shown())
    }

    /// Backtests that run or ran of late, the latest first.
    pub fn backtest_jobs(&self) -> Result<Vec<JobRecord>> {
        let jobs = self.life()?.backtests.jobs.lock();
        Ok(jobs.1.values().rev().map(Job::shown).collect())
    }

    /// Stops a backtest, and forgets it if it has ended.
    pub fn cancel_backtest(&self, id: JobId) -> Result<()> {
        let mut jobs = self.life()?.backtests.jobs.lock();
        let job = jobs.1.get(&id).ok_or_else(|| not_found(format!("backtest {id}")))?;
        job.stop.store(true, Ordering::Relaxed);
        if job.record.state != JobState::Running {
            jobs.1.remove(&id);
        }
        Ok(())
    }
}

impl Job {
    fn shown(&self) -> JobRecord {
        let mut record = self.record.clone();
        if record.state == JobState::Running {
            record.took = self.clock.elapsed();
            record.to_go = record.progress.to_go(record.took);
        }
        record
    }
}

impl BacktestProgress {
    /// How long the rest will take if it goes on as it did for `took`.
    pub fn to_go(&self, took: Duration) -> Option<Duration> {
        if self.messages_done == 0 {
            return None;
        }
        let left = self.messages.saturating_sub(self.messages_done) as f64;
        Some(took.mul_f64(left / self.messages_done as f64))
    }
}
