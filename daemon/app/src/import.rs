//! A whole source taken in: captured on one thread, parsed on a second, projected on a third.

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{RecvTimeoutError, sync_channel},
    },
    time::Duration,
};

use model::{Actor, Fact, Instant, ItemKey, Ledger, Seq};

use crate::{
    AppError, Result,
    capture::{Capture, Captured, Fresh, Progress, parse},
    library::Rows,
    source::{Offer, Source, SourceInfo},
    tables::{SOURCE, SourceRow},
    watchkeeper::Watchkeeper,
};

/// Documents after which the index is committed while an import runs: nothing else goes on
/// meanwhile, and after a crash so many are indexed again at most.
const COMMIT_EVERY: usize = 100_000;
/// When nothing came for so long, cases are assessed that wait for more.
const REST: Duration = Duration::from_millis(500);

/// So many messages of a watched source are assessed at once.
const AT_ONCE: u64 = 32;

/// What was kept of a source, and is not yet in its cases.
pub struct Kept {
    last: Seq,
    captured: Vec<Captured>,
    /// What became of the offers; those that cannot be parsed are not counted yet.
    pub ledger: Ledger,
}

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
            seal: self.settings.seal.as_ref(),
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
        match &outcome {
            Ok(progress) => {
                self.project_all(now())?;
                self.heed(now())?;
                self.settle_and_compact(progress.ledger.stored > 0)?;
            }
            Err(_) => self.settle_search()?,
        }
        outcome
    }

    /// Makes all of an import searchable, and gives back the space that it needed on the way.
    fn settle_and_compact(&self, something_came: bool) -> Result<()> {
        if !something_came {
            return self.settle_search();
        }
        std::thread::scope(|scope| {
            let compacted = scope.spawn(|| -> Result<()> {
                self.ports.journal.compact()?;
                Ok(self.ports.evidence.compact()?)
            });
            self.settle_search()?;
            self.ports.views.compact()?;
            compacted.join().unwrap_or(Err(AppError::Stopped))
        })
    }

    /// Takes in what a watched source offers: kept, parsed and in its cases when this returns. Gives
    /// what became of the offers.
    pub fn take_in(
        &self,
        info: &SourceInfo,
        offers: Vec<Offer>,
        now: &(dyn Fn() -> Instant + Sync),
    ) -> Result<Ledger> {
        let kept = self.keep(info, offers, now)?;
        let taken = kept.ledger.clone();
        let unreadable = self.settle(vec![kept], now())?;
        Ok(Ledger { quarantined: unreadable, ..taken })
    }

    /// The first half of [`Watchkeeper::take_in`]: when this returns, what was offered is durable.
    pub fn keep(
        &self,
        info: &SourceInfo,
        offers: Vec<Offer>,
        now: &(dyn Fn() -> Instant + Sync),
    ) -> Result<Kept> {
        self.introduce(info, now())?;
        let capture = Capture {
            evidence: &*self.ports.evidence,
            journal: &*self.ports.journal,
            now,
            max_size: self.settings.max_size,
            stop: &AtomicBool::new(false),
            seal: self.settings.seal.as_ref(),
        };
        let (last, captured, ledger) = capture.once(info, offers)?;
        Ok(Kept { last, captured, ledger })
    }

    /// The second half: puts what was kept, in the order in which it was, into its cases. Gives how
    /// many messages cannot be parsed. What is lost of this in a crash is made up for at the start.
    pub fn settle(&self, kept: Vec<Kept>, now: Instant) -> Result<u64> {
        let Some(last) = kept.iter().map(|one| one.last).max() else { return Ok(0) };
        let seen: u64 = kept.iter().map(|one| one.ledger.seen).sum();
        let captured: Vec<Captured> = kept.into_iter().flat_map(|one| one.captured).collect();
        let fresh = parse(captured, &self.settings.limits);
        let unreadable = fresh.values().filter(|parsed| parsed.is_err()).count() as u64;
        self.project_fresh(&fresh, last, now)?;
        self.heed(now)?;
        // While much comes at once, cases are assessed when they have rested, or by `assess_waiting`.
        if seen <= AT_ONCE {
            self.project_all(now)?;
        }
        Ok(unreadable)
    }

    /// Assesses what waits for more mail to come.
    pub fn assess_waiting(&self, now: Instant) -> Result<()> {
        self.project_all(now)
    }

    /// Which of `items` were captured or passed over before.
    pub fn known_items(&self, items: &[ItemKey]) -> Result<Vec<bool>> {
        Ok(self.ports.journal.known(items)?)
    }

    /// Makes what was taken in so far searchable, if anything is not yet; for now and then.
    pub fn refresh_search(&self) -> Result<()> {
        if self.search_is_behind(1) { self.settle_search() } else { Ok(()) }
    }

    /// Merges the small packs that watched sources leave; for quiet hours.
    pub fn tidy(&self) -> Result<()> {
        Ok(self.ports.evidence.merge_small()?)
    }

    /// Makes a source known, unless it is.
    pub(crate) fn introduce(&self, info: &SourceInfo, now: Instant) -> Result<()> {
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
