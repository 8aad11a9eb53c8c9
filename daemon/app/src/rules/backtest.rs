//! Backtest: what another set would have made of all that is in the store.
//!
//! Cases are read in chunks, each from a snapshot of its own, so that intake is never kept waiting
//! and memory stays flat. Texts are read and parsed once; what the active set found is taken from
//! the views where it is up to date. The work runs on threads of its own.

mod alerts;
mod files;
mod jobs;
mod report;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use engine::{CaseFile, Evaluator, LoadedRules, alerts::Wish, assess, plugin::Standing};
use model::{CaseId, Instant, RuleSetId};
use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};

use super::compare::{Summary, change};
use crate::{
    AppError, Result,
    overlay::read_all,
    tables::{CASE, CaseState},
    watchkeeper::Watchkeeper,
};

pub use alerts::AlertsChange;
use alerts::{Told, wishes};
use files::Filed;
pub use jobs::{Backtests, JobId, JobRecord, JobState};
pub use report::{BacktestReport, FieldChange, Moved, PerDay, PerPerson, SignalChange};

/// Messages of the first chunk; the figures of it come at once.
const FIRST_CHUNK: usize = 256;
/// Messages of a chunk. Chunks follow the order in which mail was taken in, which keeps what is
/// read of one pack together.
const CHUNK: usize = 4096;

/// How far a backtest has come.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BacktestProgress {
    /// Cases done.
    pub cases_done: u64,
    /// Cases in all.
    pub cases: u64,
    /// Messages done.
    pub messages_done: u64,
    /// Messages in all.
    pub messages: u64,
}

/// What is compared.
pub struct Comparison {
    /// The team whose cases are compared; nothing for those whose team has no set of its own.
    pub team: Option<String>,
    /// The active set.
    pub before: Arc<dyn Evaluator>,
    /// The other set.
    pub after: Arc<dyn Evaluator>,
    /// Only what happened since.
    pub since: Option<Instant>,
}

/// A case to be compared.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// Number of its first message: where in the packs it lies.
    place: u64,
    case: CaseId,
    messages: usize,
}

impl Watchkeeper {
    /// The active set of `team` as it stands and `other` whole, each with the plugins that are
    /// permitted.
    pub fn comparison(
        &self,
        team: Option<&str>,
        other: &dyn LoadedRules,
        since: Option<Instant>,
    ) -> Result<Comparison> {
        let before = self.standing(team)?.evaluator;
        let after = self.permitted(other.evaluator(&BTreeSet::new()))?;
        Ok(Comparison { team: team.map(str::to_owned), before, after, since })
    }

    /// Compares two sets over the history in the store. `progress` gets the figures so far after
    /// every chunk; `stop` ends it with [`AppError::Stopped`].
    pub fn backtest(
        &self,
        compared: &Comparison,
        now: Instant,
        stop: &AtomicBool,
        progress: &mut dyn FnMut(&BacktestProgress, &BacktestReport),
    ) -> Result<BacktestReport> {
        let candidates = self.candidates(compared.team.as_deref(), compared.since)?;
        let messages = candidates.iter().map(|one| one.messages as u64).sum();
        let mut done =
            BacktestProgress { cases: candidates.len() as u64, messages, ..Default::default() };
        let mut report = BacktestReport::new(&*compared.before, &*compared.after);
        let roster = self.settings.roster();
        let mut told = Told::new(&roster, compared);
        let chunks = chunks(&candidates);
        let pool = pool()?;
        let mut next = match chunks.first() {
            Some(chunk) => pool.install(|| self.filed(chunk, stop))?,
            None => Vec::new(),
        };
        for (index, chunk) in chunks.iter().enumerate() {
            let files = std::mem::take(&mut next);
            let (compared_now, read) = pool.install(|| {
                rayon::join(
                    || compare_all(&files, compared, now, stop),
                    || chunks.get(index + 1).map(|chunk| self.filed(chunk, stop)).transpose(),
                )
            });
            next = read?.unwrap_or_default();
            if stop.load(Ordering::Relaxed) {
                return Err(AppError::Stopped);
            }
            for mut one in compared_now {
                let (before, after) = std::mem::take(&mut one.wishes);
                told.add(before, after);
                report.add(one);
            }
            done.cases_done += chunk.len() as u64;
            done.messages_done += chunk.iter().map(|one| one.messages as u64).sum::<u64>();
            progress(&done, &report);
        }
        report.runaways = compared.after.runaways();
        report.left_out = left_out(&*compared.after);
        report.alerts = Some(told.change(now));
        Ok(report.settled())
    }

    /// The cases to be compared, in the order in which their mail was taken in.
    fn candidates(&self, team: Option<&str>, since: Option<Instant>) -> Result<Vec<Candidate>> {
        let snapshot = self.ports.views.snapshot()?;
        let scales = self.scales()?;
        let mut all = Vec::new();
        read_all::<CaseState>(&*snapshot, CASE, &[], |key, state| {
            let recent = since.is_none_or(|since| state.last_at >= since);
            if let (Ok(bytes), Some(first)) =
                (<[u8; 8]>::try_from(key), state.messages.iter().min())
                && state.merged_into.is_none()
                && recent
                && scales.owner(key) == team
            {
                all.push(Candidate {
                    place: *first,
                    case: CaseId::from_number(u64::from_be_bytes(bytes)),
                    messages: state.messages.len(),
                });
            }
            true
        })?;
        all.sort_unstable_by_key(|one| (one.place, one.case));
        Ok(all)
    }
}

/// The plugins of a set that take no part, since nobody granted them or they cannot run.
fn left_out(evaluator: &dyn Evaluator) -> Vec<String> {
    let reports = evaluator.plugins().into_iter();
    let idle = reports.filter(|report| report.standing != Standing::AtWork);
    idle.map(|report| report.manifest.name.to_string()).collect()
}

/// Threads for one backtest, so that intake keeps its own.
fn pool() -> Result<ThreadPool> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("backtest-{index}"))
        .build();
    pool.map_err(|error| crate::acts::invalid("no threads for a backtest", &error.to_string()))
}

/// Chunks of about so many messages, the first a small one.
fn chunks(candidates: &[Candidate]) -> Vec<&[Candidate]> {
    let mut chunks = Vec::new();
    let mut rest = candidates;
    while !rest.is_empty() {
        let most = if chunks.is_empty() { FIRST_CHUNK } else { CHUNK };
        let mut messages = 0;
        let count = rest.iter().take_while(|one| {
            let fits = messages < most;
            messages += one.messages;
            fits
        });
        let (chunk, others) = rest.split_at(count.count().max(1));
        chunks.push(chunk);
        rest = others;
    }
    chunks
}

/// How many values of a field two sets read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FieldCount {
    pub(super) before: u64,
    pub(super) after: u64,
    pub(super) gained: u64,
    pub(super) lost: u64,
}

/// What both sets make of one case.
pub(super) struct Compared {
    pub(super) messages: u64,
    pub(super) before: Summary,
    pub(super) after: Summary,
    pub(super) change: Option<super::compare::CaseChange>,
    /// What the policies of both wish for.
    pub(super) wishes: (Vec<Wish>, Vec<Wish>),
    /// By field, what each set reads.
    pub(super) fields: BTreeMap<String, FieldCount>,
    /// Scripts of the other set that failed.
    pub(super) errors: Vec<engine::RuleError>,
}

fn compare_all(
    files: &[Filed],
    compared: &Comparison,
    now: Instant,
    stop: &AtomicBool,
) -> Vec<Compared> {
    let since = compared.since.unwrap_or(Instant::from_millis(i64::MIN));
    let one = |filed: &Filed| {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let (before, after) = (&*compared.before, &*compared.after);
        let sum = |findings: &[_], evaluator: &dyn Evaluator| {
            Summary::of(findings, evaluator.levels(), since, now)
        };
        let kept = filed.kept.as_ref().filter(|kept| is_current(kept, before.rules(), now));
        let known = match kept {
            Some(kept) => Cow::Borrowed(kept),
            None => Cow::Owned(assess(&filed.file, before, now).assessment),
        };
        let assessed = assess(&filed.file, after, now);
        let found = &assessed.assessment;
        let (told, _) = wishes(filed, &known, before, since, now);
        let (would_tell, failed) = wishes(filed, found, after, since, now);
        let (before, after) = (sum(&known.findings, before), sum(&found.findings, after));
        Some(Compared {
            fields: fields(&filed.file, &*compared.before, &*compared.after),
            messages: filed.file.messages.len() as u64,
            change: change(&filed.file, &before, &after),
            wishes: (told, would_tell),
            errors: assessed.errors.into_iter().chain(failed).collect(),
            before,
            after,
        })
    };
    files.par_iter().filter_map(one).collect()
}

/// What two sets read of the fields of a case; nothing where neither has any.
fn fields(
    case: &Arc<CaseFile>,
    before: &dyn Evaluator,
    after: &dyn Evaluator,
) -> BTreeMap<String, FieldCount> {
    let mut counts: BTreeMap<String, FieldCount> = BTreeMap::new();
    if before.fields().is_empty() && after.fields().is_empty() {
        return counts;
    }
    for position in 0..case.messages.len() {
        let (old, new) = (before.read_fields(case, position), after.read_fields(case, position));
        for found in &old {
            let count = counts.entry(found.field.clone()).or_default();
            count.before += 1;
            count.lost += u64::from(!new.contains(found));
        }
        for found in &new {
            let count = counts.entry(found.field.clone()).or_default();
            count.after += 1;
            count.gained += u64::from(!old.contains(found));
        }
    }
    counts
}

/// Whether an assessment that is kept is what `rules` would find at `now`.
fn is_current(kept: &model::Assessment, rules: &RuleSetId, now: Instant) -> bool {
    kept.rules == *rules && kept.wake.is_none_or(|wake| wake > now)
}
