//! Makes backups while the service runs: when they are due, and when a person wants one.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use app::{
    Watchkeeper,
    backups::{
        BackupFailure, BackupRecord, BackupRefused, BackupRun, BackupSettings, BackupWork, Backups,
        BackupsRecord, RehearsalRecord,
    },
    quiet::QuietRules,
};
use jiff::SignedDuration;
use model::{Actor, Fact, Instant};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use store::local::backup::{BackupError, Course, Destination, Snapshot};
use tokio::sync::{Notify, watch};

use super::{Schedule, Wanted, is_there, make, rehearse};
use crate::{clock, config::Config, durable, watching::until};

/// What was backed up last, so that a disk that is not mounted is not taken for a new one.
pub const LAST: &str = "backups.json";
/// How often it is looked whether a backup is due.
const LOOK: Duration = Duration::from_secs(20);
/// How soon what failed is tried again, unless backups are more frequent than that.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// No file of ours is larger.
const LARGEST: u64 = 1 << 16;

/// Makes backups as the configuration says.
pub struct Keeper {
    app: Arc<Watchkeeper>,
    data: PathBuf,
    /// Where the configuration is.
    configured: PathBuf,
    destination: Option<PathBuf>,
    keep: u32,
    schedule: Schedule,
    /// Who is told of failures, if anybody is.
    alarm: Option<QuietRules>,
    /// Set when the service ends.
    halt: Arc<AtomicBool>,
    state: Mutex<State>,
    /// Rung when a person wants something.
    bell: Notify,
}

#[derive(Default)]
struct State {
    wanted: Option<(Job, Actor)>,
    running: Option<BackupRun>,
    failed: Option<BackupFailure>,
    /// When what failed is tried again.
    retry_at: Option<Instant>,
    snapshots: Vec<BackupRecord>,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
enum Job {
    Backup,
    Rehearse(String),
}

#[derive(Serialize, Deserialize)]
struct Last {
    destination: PathBuf,
    backup: String,
}

impl Keeper {
    /// Keeps what `config` says, of the data directory `data`.
    pub fn new(
        app: Arc<Watchkeeper>,
        config: &Config,
        data: PathBuf,
        configured: PathBuf,
        halt: Arc<AtomicBool>,
    ) -> Self {
        Self {
            app,
            data,
            configured,
            destination: config.backup.destination.clone(),
            keep: config.backup.keep(),
            schedule: config.backup_schedule(),
            alarm: config.alarm(),
            halt,
            state: Mutex::default(),
            bell: Notify::new(),
        }
    }

    /// Makes backups until the service ends.
    pub async fn run(self: Arc<Self>, stopped: watch::Receiver<bool>) {
        if self.destination.is_none() {
            return;
        }
        let mut stopped = std::pin::pin!(until(stopped));
        self.clone().apart(Self::look).await;
        loop {
            if let Some((job, actor)) = self.due(clock::now()) {
                // It ends with the service: whoever stops it sets the flag that the work looks at.
                self.clone().apart(move |keeper| keeper.work(&job, &actor)).await;
            }
            tokio::select! {
                () = &mut stopped => return,
                () = tokio::time::sleep(LOOK) => {}
                () = self.bell.notified() => {}
            }
        }
    }

    /// Does `work` where a thread may wait.
    async fn apart(self: Arc<Self>, work: impl FnOnce(&Self) + Send + 'static) {
        if let Err(error) = tokio::task::spawn_blocking(move || work(&self)).await {
            log::error!(error:%; "a backup was given up");
        }
    }

    /// Sees which backups there are.
    fn look(&self) {
        let found = self.found();
        let mut state = self.state.lock();
        match found {
            Ok(snapshots) => state.snapshots = snapshots,
            Err(error) => {
                let (at, work) = (clock::now(), BackupWork::Backup);
                log::warn!(error = error.as_str(); "the backups cannot be listed");
                state.failed = Some(BackupFailure { at, work, error });
            }
        }
    }

    /// The backups that are there, the latest first.
    fn found(&self) -> Result<Vec<BackupRecord>, String> {
        let Some(dir) = &self.destination else { return Ok(Vec::new()) };
        let snapshots = match Destination::open(dir) {
            Ok(destination) => destination.snapshots().map_err(|error| error.to_string())?,
            // There is none yet.
            Err(BackupError::NotABackup { .. }) => Vec::new(),
            Err(error) => return Err(error.to_string()),
        };
        Ok(snapshots.into_iter().rev().map(record_of).collect())
    }

    /// When the next backup is due.
    fn next_at(&self, state: &State, now: Instant) -> Instant {
        let last = state.snapshots.first().map(|snapshot| snapshot.at);
        let planned = last.map_or(now, |last| self.schedule.after(last));
        state.retry_at.map_or(planned, |retry| planned.max(retry))
    }

    /// What is to be done now.
    fn due(&self, now: Instant) -> Option<(Job, Actor)> {
        let mut state = self.state.lock();
        if let Some(wanted) = state.wanted.take() {
            return Some(wanted);
        }
        if self.next_at(&state, now) > now {
            return None;
        }
        state.running = Some(begun(BackupWork::Backup, &Actor::System, now));
        Some((Job::Backup, Actor::System))
    }

    /// Does a job, and tells the journal, the state and whoever is to be told what came of it.
    fn work(&self, job: &Job, actor: &Actor) {
        let now = clock::now();
        let mut show = |done, total| {
            if let Some(run) = &mut self.state.lock().running {
                (run.done, run.total) = (done, total);
            }
        };
        let mut course = Course { progress: &mut show, stop: &self.halt };
        let done = match job {
            Job::Backup => self.back_up(actor, now, &mut course),
            Job::Rehearse(id) => self.rehearse(id, actor, now, &mut course),
        };
        let found = self.found();
        let mut state = self.state.lock();
        state.running = None;
        state.snapshots = found.unwrap_or_default();
        let work = work_of(job);
        let fact = match done {
            Ok((fact, fault)) => {
                // A rehearsal that went well says nothing of a backup that could not be made.
                if fault.is_some() || state.failed.as_ref().is_some_and(|was| was.work == work) {
                    state.failed = fault.map(|error| BackupFailure { at: now, work, error });
                }
                if *job == Job::Backup {
                    state.failed = None;
                    state.retry_at = None;
                }
                Some(fact)
            }
            Err(error) if is_stopped(&error) => None,
            Err(error) => {
                let error = format!("{error:#}");
                log::error!(error = error.as_str(); "a backup or its rehearsal failed");
                if *job == Job::Backup {
                    state.retry_at = Some(clock::now().plus(AGAIN.min(self.schedule.every)));
                }
                state.failed = Some(BackupFailure { at: now, work, error: error.clone() });
                (*job == Job::Backup).then_some(Fact::BackupFailed { error })
            }
        };
        let failed = state.failed.clone();
        drop(state);
        self.tell(fact, failed.as_ref(), actor);
    }

    fn tell(&self, fact: Option<Fact>, failed: Option<&BackupFailure>, actor: &Actor) {
        let now = clock::now();
        if let Some(fact) = fact
            && let Err(error) = self.app.record_backup(fact, actor.clone(), now)
        {
            log::error!(error:%; "what became of a backup is not in the journal");
        }
        let Some(alarm) = &self.alarm else { return };
        if let Err(error) = self.app.watch_backups(failed, alarm, now) {
            log::error!(error:%; "nobody is told that backups fail");
        }
    }

    fn back_up(
        &self,
        actor: &Actor,
        now: Instant,
        course: &mut Course<'_>,
    ) -> anyhow::Result<(Fact, Option<String>)> {
        let destination = self.destination()?;
        self.require_mounted(destination)?;
        let wanted = Wanted {
            data: &self.data,
            configured: &self.configured,
            destination,
            keep: Some(self.keep as usize),
            by: &by(actor),
            now,
        };
        let snapshot = make(&wanted, course)?.snapshot;
        let last = Last { destination: destination.to_owned(), backup: snapshot.id.clone() };
        durable::write(&self.data.join(LAST), &serde_json::to_vec(&last)?)?;
        let manifest = &snapshot.manifest;
        let fact = Fact::BackupMade {
            backup: snapshot.id.clone(),
            through: manifest.seq,
            bytes: manifest.bytes(),
            new_bytes: manifest.new_bytes,
        };
        Ok((fact, None))
    }

    fn rehearse(
        &self,
        id: &str,
        actor: &Actor,
        now: Instant,
        course: &mut Course<'_>,
    ) -> anyhow::Result<(Fact, Option<String>)> {
        let destination = Destination::open(self.destination()?)?;
        let (snapshot, found) = rehearse(&destination, Some(id), None, (&by(actor), now), course)?;
        let fault = found.broken.first().map(|first| format!("{}: {first}", snapshot.id));
        Ok((Fact::BackupRehearsed { backup: snapshot.id, broken: found.broken }, fault))
    }

    fn destination(&self) -> anyhow::Result<&Path> {
        let file = self.configured.display().to_string();
        Ok(self.destination.as_deref().ok_or(BackupRefused::NotConfigured(file))?)
    }

    /// Refuses a destination where the backups are gone that were made there: most likely its disk is
    /// not mounted, and the one below would be filled.
    fn require_mounted(&self, destination: &Path) -> anyhow::Result<()> {
        let path = self.data.join(LAST);
        let mut bytes = Vec::new();
        if is_there(&path)? {
            File::open(&path)?.take(LARGEST).read_to_end(&mut bytes)?;
        }
        let Ok(last) = serde_json::from_slice::<Last>(&bytes) else { return Ok(()) };
        let gone = Destination::open(destination).is_err_and(|error| {
            matches!(error, BackupError::NotABackup { .. } | BackupError::Store(_))
        });
        anyhow::ensure!(
            last.destination != destination || !gone,
            "{} holds no backups any more, though {} was made there: mount its disk; to begin anew \
             there, remove {}",
            destination.display(),
            last.backup,
            path.display()
        );
        Ok(())
    }

    fn order(&self, job: Job, actor: &Actor, now: Instant) -> Result<(), BackupRefused> {
        if self.destination.is_none() {
            return Err(BackupRefused::NotConfigured(self.configured.display().to_string()));
        }
        let mut state = self.state.lock();
        if state.running.is_some() {
            return Err(BackupRefused::Busy);
        }
        state.running = Some(begun(work_of(&job), actor, now));
        state.wanted = Some((job, actor.clone()));
        drop(state);
        self.bell.notify_one();
        Ok(())
    }
}

impl Backups for Keeper {
    fn record(&self) -> BackupsRecord {
        let state = self.state.lock();
        let settings = self.destination.as_ref().map(|destination| BackupSettings {
            destination: destination.display().to_string(),
            every_minutes: self.schedule.every.as_mins(),
            at: self.schedule.at.map(|at| {
                let zone = self.schedule.zone.iana_name().unwrap_or("UTC").to_owned();
                (at.strftime("%H:%M").to_string(), zone)
            }),
            keep: self.keep,
        });
        BackupsRecord {
            file: self.configured.display().to_string(),
            next_at: settings.as_ref().map(|_| self.next_at(&state, clock::now())),
            settings,
            running: state.running.clone(),
            failed: state.failed.clone(),
            snapshots: state.snapshots.clone(),
        }
    }

    fn begin(&self, actor: &Actor, now: Instant) -> Result<(), BackupRefused> {
        self.order(Job::Backup, actor, now)
    }

    fn begin_rehearsal(&self, id: &str, actor: &Actor, now: Instant) -> Result<(), BackupRefused> {
        let known = self.state.lock().snapshots.iter().any(|snapshot| snapshot.id == id);
        if self.destination.is_some() && !known {
            return Err(BackupRefused::Unknown(id.to_owned()));
        }
        self.order(Job::Rehearse(id.to_owned()), actor, now)
    }
}

fn work_of(job: &Job) -> BackupWork {
    match job {
        Job::Backup => BackupWork::Backup,
        Job::Rehearse(_) => BackupWork::Rehearsal,
    }
}

fn begun(work: BackupWork, actor: &Actor, now: Instant) -> BackupRun {
    BackupRun { work, by: by(actor), since: now, done: 0, total: 0 }
}

fn by(actor: &Actor) -> String {
    match actor {
        Actor::User(user) => user.to_string(),
        _ => "schedule".to_owned(),
    }
}

fn is_stopped(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(BackupError::Stopped))
}

/// A backup for people.
pub fn record_of(snapshot: Snapshot) -> BackupRecord {
    let Snapshot { id, manifest, rehearsal } = snapshot;
    BackupRecord {
        id,
        at: manifest.at,
        by: manifest.by.clone(),
        facts: manifest.seq.0,
        head: manifest.head.to_string(),
        packs: manifest.packs.len() as u64,
        files: (manifest.files.len() + manifest.tables.len()) as u64,
        bytes: manifest.bytes(),
        new_bytes: manifest.new_bytes,
        rehearsal: rehearsal.map(|found| RehearsalRecord {
            at: found.at,
            by: found.by,
            compared: found.compared,
            broken: found.broken,
        }),
    }
}
