//! A whole source taken in: captured on one thread, parsed on a second, projected on a third.

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{RecvTimeoutError, sync_channel},
    },
    time::Duration,
};

use model::{Actor, Fact, Instant, Seq};

use crate::{
    AppError, Result,
    capture::{Capture, Captured, Fresh, Progress, parse},
    library::Rows,
    source::{Source, SourceInfo},
    tables::{SOURCE, SourceRow},
    watchkeeper::Watchkeeper,
};

/// Documents after which the index is committed while an import runs.
const COMMIT_EVERY: usize = 20_000;
/// When nothing came for so long, cases are assessed that wait for more.
const REST: Duration = Duration::from_millis(500);

impl Watchkeeper {
    /// Takes in all of `source`; `shown` is called after every batch is in its cases. A stop (set
    /// `stop`, a crash, a full disk) loses nothing: the next import of the same source goes on.
    pub fn import(
        &self,
        source: &mut dyn Source,
        now: &(dyn Fn() -> Instant + Sync),
        stop: &AtomicBool,
        shown: &mut dyn FnMut(&Progress),
    ) -> Result<Progress> {
        self.introduce(source.info(), now())?;
        let capture = Capture {
            evidence: &*self.ports.evidence,
            journal: &*self.ports.journal,
            now,
            max_size: self.settings.max_size,
            stop,
        };
        let limits = &self.settings.limits;
        let (captured, to_parse) = sync_channel::<(Seq, Vec<Captured>, Progress)>(1);
        let (parsed, to_project) = sync_channel::<(Seq, Fresh, Progress)>(1);
        let outcome = std::thread::scope(|scope| {
            let capturing = scope.spawn(move || {
                capture.run(source, &mut |last, batch, progress| {
                    captured.send((last, batch, progress.clone())).map_err(|_| AppError::Stopped)
                })
            });
            scope.spawn(move || {
                while let Ok((last, batch, progress)) = to_parse.recv() {
                    if parsed.send((last, parse(batch, limits), progress)).is_err() {
                        break;
                    }
                }
            });
            let mut projected = Ok(());
            let mut quarantined = 0;
            loop {
                let (last, fresh, mut progress) = match to_project.recv_timeout(REST) {
                    Ok(parsed) => parsed,
                    Err(RecvTimeoutError::Timeout) => {
                        projected = self.project_all(now());
                        if projected.is_err() {
                            break;
                        }
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                };
                quarantined += fresh.values().filter(|parsed| parsed.is_err()).count() as u64;
                progress.ledger.quarantined = quarantined;
                projected = self.project_fresh(&fresh, last, now());
                if projected.is_err() {
                    break;
                }
                if self.search_is_behind(COMMIT_EVERY) {
                    projected = self.settle_search();
                }
                shown(&progress);
            }
            if projected.is_err() {
                stop.store(true, Ordering::Relaxed);
            }
            drop(to_project);
            let captured = capturing.join().unwrap_or(Err(AppError::Stopped));
            let mut progress = projected.and(captured)?;
            progress.ledger.quarantined = quarantined;
            Ok(progress)
        });
        if outcome.is_ok() {
            self.project_all(now())?;
        }
        self.settle_search()?;
        if outcome.is_ok() {
            self.ports.views.compact()?;
            self.ports.journal.compact()?;
            self.ports.evidence.compact()?;
        }
        outcome
    }

    /// Makes a source known, unless it is.
    fn introduce(&self, info: &SourceInfo, now: Instant) -> Result<()> {
        let snapshot = self.ports.views.snapshot()?;
        let known = snapshot.row::<SourceRow>(SOURCE, info.id.as_str().as_bytes())?;
        if known.is_some_and(|row| row.title == info.title && row.owner == info.owner) {
            return Ok(());
        }
        drop(snapshot);
        let fact = Fact::SourceAdded {
            source: info.id.clone(),
            source_kind: info.kind.to_owned(),
            title: info.title.clone(),
            owner: info.owner.clone(),
        };
        self.append(Actor::System, fact, now)?;
        self.project_all(now)
    }
}
