//! Watching a mailbox: take in what is there, wait for more, start again when it breaks off.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use app::{
    Watchkeeper,
    mailbox::Spot,
    outside::{Health, WatchRecord},
    source::Offer,
};
use async_imap::{extensions::idle::IdleResponse, types::UnsolicitedResponse};
use egress::Egress;
use jiff::SignedDuration;
use model::{Instant, Ledger};

use super::{
    Mailbox, Probe,
    changes::Tells,
    connect::{self, Open, within},
    error::WatchError,
    fetch,
    folder::{self, Folder, SHORT, Shown},
};
use crate::refusal::refuse;

/// The longest time in one IDLE: shorter than what firewalls and servers put up with.
const LONGEST_IDLE: Duration = Duration::from_mins(5);
/// How often everything is compared with the journal.
const RECONCILE: SignedDuration = SignedDuration::from_hours(24);
/// Messages that are asked for at once.
const STEP: usize = 256;
/// Bytes of messages that are held at once.
const STEP_BYTES: u64 = 8 << 20;
/// Failures at the same message before it is passed over.
const PATIENCE: u32 = 6;
/// How often it is looked whether a source that rests is to go on.
const LOOK: Duration = Duration::from_secs(1);
/// The first and the longest pause before a broken connection is made again.
const PAUSES: (u64, u64) = (1, 300);

/// Watches one mailbox for as long as the service runs.
pub struct Watcher {
    pub(super) mailbox: Mailbox,
    pub(super) app: Arc<Watchkeeper>,
    pub(super) egress: Egress,
    pub(super) folders: Vec<Folder>,
    /// When all folders were compared with the journal last.
    pub(super) reconciled: Option<Instant>,
    /// Whether it was asked where the last comparison of an earlier start ended.
    pub(super) recalled: bool,
    /// What the server tells of changes.
    pub(super) tells: Tells,
    /// Where mail was that is there no more, until that is noted.
    pub(super) left: BTreeSet<Spot>,
    pub(super) record: WatchRecord,
}

type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Watcher {
    /// A watcher of `mailbox`; it lets its host be called.
    pub fn new(mailbox: Mailbox, app: Arc<Watchkeeper>, egress: Egress) -> Self {
        let probe = Probe::new(mailbox.clone(), Some(app.clone()), egress.clone());
        egress.book().set_probe(mailbox.info.id.clone(), Arc::new(probe));
        let record = WatchRecord {
            source: mailbox.info.id.clone(),
            kind: "imap",
            host: mailbox.host.name.clone(),
            health: Health::Unused,
            doing: "not begun".to_owned(),
            taken_at: None,
            heard_at: None,
            error: None,
            retry_at: None,
            counts: BTreeMap::new(),
        };
        egress.book().set_watch(record.clone());
        Self {
            mailbox,
            app,
            egress,
            folders: Vec::new(),
            reconciled: None,
            recalled: false,
            tells: Tells::Nothing,
            left: BTreeSet::new(),
            record,
        }
    }

    /// Watches until `stop` ends.
    pub async fn run(mut self, stop: impl Future<Output = ()> + Send + 'static) {
        let mut stop: Stop = Box::pin(stop);
        let mut failed = 0_u32;
        loop {
            if self.rests(&mut stop).await {
                return;
            }
            self.shows(Health::Starting, "connecting");
            let heard_before = self.record.heard_at;
            let error = tokio::select! {
                () = &mut stop => return,
                outcome = self.session() => match outcome {
                    Ok(never) => match never {},
                    Err(WatchError::Paused) => continue,
                    Err(error) => error,
                },
            };
            // A connection that had worked begins anew.
            failed =
                if self.record.heard_at == heard_before { failed.saturating_add(1) } else { 1 };
            let pause = self.pause(failed);
            log::warn!(source:% = self.mailbox.info.id, error:%; "a mailbox is not watched for now");
            self.record.health = Health::Failing;
            "waiting to try again".clone_into(&mut self.record.doing);
            self.record.error = Some(error.to_string());
            let wait = SignedDuration::try_from(pause).unwrap_or_default();
            self.record.retry_at = Some(self.egress.now().plus(wait));
            self.egress.book().set_watch(self.record.clone());
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Waits as long as a person lets the source rest. Gives whether the service stops meanwhile.
    async fn rests(&mut self, stop: &mut Stop) -> bool {
        while let Some(pause) = self.app.source_pause(&self.mailbox.info.id).ok().flatten() {
            // Who lets a source go on may have mended something: all of it is compared then.
            (self.reconciled, self.recalled) = (None, true);
            self.record.error = None;
            self.record.retry_at = None;
            self.shows(Health::Paused, &format!("paused by {} since {}", pause.by, pause.since));
            tokio::select! {
                () = &mut *stop => return true,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        false
    }

    /// An error if a person lets the source rest.
    fn goes_on(&self) -> Result<(), WatchError> {
        match self.app.source_pause(&self.mailbox.info.id)? {
            Some(_) => Err(WatchError::Paused),
            None => Ok(()),
        }
    }

    /// How long to wait after failures in a row: doubling, and spread, so that many mailboxes of one
    /// server do not come back at the same moment.
    fn pause(&self, failed: u32) -> Duration {
        let seconds = (PAUSES.0 << failed.saturating_sub(1).min(20)).min(PAUSES.1);
        let name = format!("{} {failed}", self.mailbox.info.id);
        let byte = model::id::short_hash(&[name.as_bytes()])[0];
        Duration::from_secs(seconds).mul_f64(0.75 + f64::from(byte) / 512.0)
    }

    fn shows(&mut self, health: Health, doing: &str) {
        self.record.health = health;
        doing.clone_into(&mut self.record.doing);
        if health == Health::Working {
            self.record.error = None;
            self.record.retry_at = None;
        }
        self.egress.book().set_watch(self.record.clone());
    }

    /// One connection, until it breaks off.
    async fn session(&mut self) -> Result<std::convert::Infallible, WatchError> {
        let mut session = connect::open(&self.mailbox, &self.egress).await?;
        let capabilities = within("asking what it can do", SHORT, session.capabilities()).await?;
        let idles = capabilities.has_str("IDLE");
        if self.folders.is_empty() {
            self.folders = folder::find(&mut session, &self.mailbox.folders).await?;
        }
        self.tells = Tells::by(&mut session, &capabilities).await?;
        self.recall().await?;
        for folder in &mut self.folders {
            folder.fits = false;
        }
        let mut only_first = false;
        loop {
            self.goes_on()?;
            let now = self.egress.now();
            let whole = self.reconciled.is_none_or(|at| now >= at.plus(RECONCILE));
            if whole {
                self.shows(Health::Starting, "comparing all folders with the journal");
                self.pass(&mut session).await?;
                self.reconciled = Some(now);
                // What came to the first folder meanwhile.
                self.catch_up(&mut session, 0).await?;
            } else {
                let last = if only_first { 1 } else { self.folders.len() };
                let mut told = true;
                // The first one last, so that it is the one that is open while we wait.
                for at in (0..last).rev() {
                    told &= self.catch_up(&mut session, at).await?;
                }
                if !told {
                    self.reconciled = None;
                    continue;
                }
                if last == self.folders.len() {
                    self.note_left().await?;
                }
            }
            self.record.heard_at = Some(self.egress.now());
            if idles {
                self.shows(Health::Working, "waiting for mail (IDLE)");
                let most = if self.folders.len() > 1 { self.mailbox.poll } else { LONGEST_IDLE };
                (session, only_first) = idle(session, most.min(LONGEST_IDLE)).await?;
            } else {
                let every = self.mailbox.poll.as_secs();
                self.shows(Health::Working, &format!("looking every {every} s (no IDLE)"));
                tokio::time::sleep(self.mailbox.poll).await;
                only_first = false;
            }
        }
    }

    /// Reads messages and has them kept, step by step.
    pub(super) async fn take_in(
        &mut self,
        session: &mut Open,
        at: usize,
        validity: u32,
        unknown: &[Shown],
    ) -> Result<Ledger, WatchError> {
        let mut ledger = Ledger::default();
        let mut rest = unknown;
        let mut next = unknown.last().map_or(1, |last| last.uid.saturating_add(1));
        while !rest.is_empty() {
            let trouble = self.folders[at].trouble;
            // After a failure smaller steps: what was read before the failure counts.
            let most = self.mailbox.throttle.step(STEP);
            let step = (most >> (2 * trouble).min(8)).max(1).min(rest.len());
            if unknown.len() > STEP {
                let done = unknown.len() - rest.len();
                let name = self.folders[at].name.clone();
                let doing = format!("taking in {name}: {done} of {} messages", unknown.len());
                self.shows(Health::Starting, &doing);
            }
            self.goes_on()?;
            let (asked, behind) = if self.mailbox.newest_first {
                let (behind, asked) = rest.split_at(rest.len() - step);
                (asked, behind)
            } else {
                rest.split_at(step)
            };
            let taken = self.step(session, at, validity, asked).await?;
            add(&mut ledger, &taken);
            self.folders[at].trouble = 0;
            rest = behind;
            let wait = self.mailbox.throttle.wait(asked.len() as u64, taken.bytes);
            if !rest.is_empty() && !wait.is_zero() {
                self.linger(wait).await?;
                next = self.take_in_news(session, at, validity, next).await?;
            }
        }
        if !unknown.is_empty() {
            let (app, now) = (self.app.clone(), self.egress.now());
            blocking(move || app.assess_waiting(now)).await?;
        }
        Ok(ledger)
    }

    /// Waits, unless a person lets the source rest meanwhile.
    async fn linger(&self, wait: Duration) -> Result<(), WatchError> {
        let mut left = wait;
        while !left.is_zero() {
            let some = left.min(LOOK);
            tokio::time::sleep(some).await;
            self.goes_on()?;
            left -= some;
        }
        Ok(())
    }

    /// Takes in what has come to a folder while older mail of it is read slowly, from `from` on. Gives
    /// where to go on.
    async fn take_in_news(
        &mut self,
        session: &mut Open,
        at: usize,
        validity: u32,
        from: u32,
    ) -> Result<u32, WatchError> {
        let uids = self.uids(session, at, from).await?;
        let Some(last) = uids.last() else { return Ok(from) };
        let next = last.saturating_add(1);
        let seen = fetch::shown(session, &uids, &self.mailbox.scope).await?;
        let unknown = self.unknown(at, validity, seen.shown).await?;
        for some in unknown.chunks(STEP) {
            self.step(session, at, validity, some).await?;
        }
        Ok(next)
    }

    /// Takes in at most [`STEP`] messages.
    async fn step(
        &mut self,
        session: &mut Open,
        at: usize,
        validity: u32,
        some: &[Shown],
    ) -> Result<Ledger, WatchError> {
        let info = self.mailbox.info.clone();
        let mut ledger = Ledger::default();
        if self.folders[at].trouble > PATIENCE {
            // Again and again at this one: the rest of the mailbox must not wait for it.
            let refusal =
                refuse("unreadable", "the server broke off again and again while sending it");
            let folder = &self.folders[at];
            let offers = vec![fetch::refused(&info, folder, validity, &some[0], refusal)];
            return self.keep(offers).await;
        }
        let most = self.mailbox.max_size;
        let (large, wanted): (Vec<Shown>, Vec<Shown>) =
            some.iter().copied().partition(|shown| shown.size > most);
        let refuse_large = |shown: Shown| {
            let refusal = fetch::too_large(shown.size, most);
            fetch::refused(&info, &self.folders[at], validity, &shown, refusal)
        };
        let refused: Vec<Offer> = large.into_iter().map(refuse_large).collect();
        add(&mut ledger, &self.keep(refused).await?);
        for lot in lots(&wanted) {
            let read = fetch::bodies(session, &info, &self.folders[at], validity, &lot).await;
            if !read.offers.is_empty() {
                self.folders[at].trouble = 0;
            }
            add(&mut ledger, &self.keep(read.offers).await?);
            if let Some(error) = read.broken {
                self.folders[at].trouble += 1;
                return Err(error);
            }
        }
        // A connection that died quietly must not pass for messages that are gone.
        within("asking whether it is there", SHORT, session.noop()).await?;
        Ok(ledger)
    }

    /// Has offers kept; they are durable when this returns.
    async fn keep(&mut self, offers: Vec<Offer>) -> Result<Ledger, WatchError> {
        if offers.is_empty() {
            return Ok(Ledger::default());
        }
        let (app, info, egress) =
            (self.app.clone(), self.mailbox.info.clone(), self.egress.clone());
        let taken = blocking(move || app.take_in(&info, offers, &|| egress.now())).await?;
        let now = self.egress.now();
        (self.record.taken_at, self.record.heard_at) = (Some(now), Some(now));
        Ok(taken)
    }
}

/// Messages in lots that fit into memory.
fn lots(wanted: &[Shown]) -> Vec<Vec<Shown>> {
    let mut lots: Vec<Vec<Shown>> = Vec::new();
    let mut bytes = 0;
    for shown in wanted {
        match lots.last_mut() {
            Some(lot) if bytes + shown.size <= STEP_BYTES => lot.push(*shown),
            _ => {
                lots.push(vec![*shown]);
                bytes = 0;
            }
        }
        bytes += shown.size;
    }
    lots
}

/// Waits until the server has something to say, at most for `most`. Gives whether only the open
/// folder is concerned.
async fn idle(session: Open, most: Duration) -> Result<(Open, bool), WatchError> {
    // What the server said on the way here must not be slept through.
    let said = session.unsolicited_responses.clone();
    let arrived = || {
        let mut news = false;
        while let Ok(response) = said.try_recv() {
            news |=
                matches!(response, UnsolicitedResponse::Exists(_) | UnsolicitedResponse::Recent(_));
        }
        news
    };
    if arrived() {
        return Ok((session, true));
    }
    let mut handle = session.idle();
    within("beginning to wait", SHORT, handle.init()).await?;
    let news = arrived() || {
        let (waiting, _interrupt) = handle.wait_with_timeout(most);
        // "Still here" renews the library's timeout: this one ends all the same.
        match tokio::time::timeout(most, waiting).await {
            Ok(heard) => matches!(heard?, IdleResponse::NewData(_)),
            Err(_) => false,
        }
    };
    let session = within("ending the wait", SHORT, handle.done()).await?;
    Ok((session, news))
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> app::Result<T> + Send + 'static,
) -> Result<T, WatchError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.unwrap_or(Err(app::AppError::Stopped))?)
}

pub(super) fn add(ledger: &mut Ledger, more: &Ledger) {
    ledger.stored += more.stored;
    ledger.duplicate += more.duplicate;
    ledger.bytes += more.bytes;
    ledger.quarantined += more.quarantined;
    for (reason, count) in &more.skipped {
        *ledger.skipped.entry(reason.clone()).or_default() += count;
    }
}
