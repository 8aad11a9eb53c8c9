//! Watching a page: look, compare, look again, tell.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use app::{
    AppError, Watchkeeper,
    observe::{Observation, Says},
    outside::{Health, WatchRecord},
};
use egress::{Egress, Fetched};
use http::{HeaderName, header};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use model::{EvidenceId, Instant, fact::EvidenceKind};

use super::{
    PageError, WatchedPage, body,
    change::{Compared, Passage, confirmed, passages, told},
    hops::{Answer, Hops},
    snapshot::Snapshot,
};

/// How often it is looked whether a page that rests is to be looked at again.
const REST: Duration = Duration::from_secs(2);
/// The first pause before a page that failed is tried again, in seconds.
const FIRST_PAUSE: u64 = 60;

/// The page as it was when it was last kept.
struct Kept {
    evidence: EvidenceId,
    compared: Compared,
}

/// What came of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looked {
    First,
    Same,
    /// It differs, and differs otherwise at every fetch.
    Restless,
    Changed,
}

/// Watches one page for as long as the service runs.
pub struct PageWatcher {
    page: WatchedPage,
    app: Arc<Watchkeeper>,
    egress: Egress,
    hops: Hops,
    kept: Option<Kept>,
    /// What makes the server say that nothing has changed.
    conditions: Vec<(HeaderName, String)>,
    record: WatchRecord,
}

type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

impl PageWatcher {
    /// A watcher of `page`; it lets its hosts be called.
    pub fn new(page: WatchedPage, app: Arc<Watchkeeper>, egress: Egress) -> Self {
        for host in page.allowed() {
            egress.allow(&host, &format!("source {}", page.info.id));
        }
        let record = WatchRecord {
            source: page.info.id.clone(),
            kind: "page",
            host: page.endpoint.host.name.clone(),
            health: Health::Unused,
            doing: "not begun".to_owned(),
            taken_at: None,
            heard_at: None,
            error: None,
            retry_at: None,
            counts: BTreeMap::new(),
        };
        egress.book().set_watch(record.clone());
        let hops = Hops::new(egress.clone());
        Self { page, app, egress, hops, kept: None, conditions: Vec::new(), record }
    }

    /// Watches until `stop` ends.
    pub async fn run(mut self, stop: impl Future<Output = ()> + Send + 'static) {
        let mut stop: Stop = Box::pin(stop);
        let mut failed = 0_u32;
        loop {
            if self.rests() {
                tokio::select! {
                    () = &mut stop => return,
                    () = tokio::time::sleep(REST) => continue,
                }
            }
            let outcome = tokio::select! {
                () = &mut stop => return,
                outcome = self.look() => outcome,
            };
            let wait = match outcome {
                Ok(looked) => {
                    failed = 0;
                    self.looked(looked);
                    self.page.every
                }
                Err(error) => {
                    failed = failed.saturating_add(1);
                    let pause = FIRST_PAUSE << failed.saturating_sub(1).min(16);
                    let wait = Duration::from_secs(pause).min(self.page.every);
                    self.failed(&error, wait);
                    wait
                }
            };
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Says that a person lets it rest, if so.
    fn rests(&mut self) -> bool {
        let pause = self.app.source_pause(&self.page.info.id).ok().flatten();
        if let Some(pause) = &pause {
            self.record.health = Health::Paused;
            self.record.doing = format!("paused by {} since {}", pause.by, pause.since);
            (self.record.error, self.record.retry_at) = (None, None);
            self.egress.book().set_watch(self.record.clone());
        }
        pause.is_some()
    }

    fn looked(&mut self, looked: Looked) {
        let every = self.page.every.as_secs();
        let every = if every >= 120 { format!("{} min", every / 60) } else { format!("{every} s") };
        let found = match looked {
            Looked::First => "kept as it is now",
            Looked::Same => "as it was",
            Looked::Restless => "differs at every fetch in what does not count as a change",
            Looked::Changed => "changed",
        };
        self.record.health = Health::Working;
        self.record.doing = format!("looking every {every}; at the last look: {found}");
        self.record.error = None;
        self.record.retry_at = None;
        let now = self.egress.now();
        self.record.heard_at = Some(now);
        if matches!(looked, Looked::First | Looked::Changed) {
            self.record.taken_at = Some(now);
        }
        self.egress.book().set_watch(self.record.clone());
    }

    fn failed(&mut self, error: &PageError, wait: Duration) {
        log::warn!(source:% = self.page.info.id, error:%; "a page cannot be looked at for now");
        self.record.health = Health::Failing;
        "waiting to try again; the page counts as unchanged".clone_into(&mut self.record.doing);
        self.record.error = Some(error.to_string());
        let wait = SignedDuration::try_from(wait).unwrap_or_default();
        self.record.retry_at = Some(self.egress.now().plus(wait));
        self.egress.book().set_watch(self.record.clone());
    }

    /// Looks once.
    async fn look(&mut self) -> Result<Looked, PageError> {
        if self.kept.is_none() {
            self.remember().await?;
        }
        let conditions = std::mem::take(&mut self.conditions);
        let (url, fetched) = match self.hops.get(&self.page, &conditions).await? {
            Answer::NotModified => {
                self.conditions = conditions;
                return Ok(Looked::Same);
            }
            Answer::Page(url, fetched) => (url, fetched),
        };
        let (snapshot, title, compared) = self.read(&url, fetched).await?;
        let Some(kept) = &self.kept else {
            self.conditions = conditions_of(&snapshot);
            self.keep(&snapshot, compared, Vec::new()).await?;
            return Ok(Looked::First);
        };
        let found = passages(&kept.compared, &compared);
        if found.is_empty() {
            self.conditions = conditions_of(&snapshot);
            return Ok(Looked::Same);
        }
        self.confirm(&title, found).await
    }

    /// Looks again whether a change is still there, and tells it.
    async fn confirm(&mut self, title: &str, found: Vec<Passage>) -> Result<Looked, PageError> {
        "looking again whether a change stays".clone_into(&mut self.record.doing);
        self.egress.book().set_watch(self.record.clone());
        tokio::time::sleep(self.page.confirm).await;
        let Answer::Page(url, fetched) = self.hops.get(&self.page, &[]).await? else {
            return Ok(Looked::Same);
        };
        let (snapshot, _, compared) = self.read(&url, fetched).await?;
        let Some(kept) = &self.kept else { return Ok(Looked::Same) };
        let steady = confirmed(found, &passages(&kept.compared, &compared));
        if steady.is_empty() {
            return Ok(Looked::Restless);
        }
        let before = kept.evidence;
        let name = if title.is_empty() { url.as_str() } else { title };
        let says = Says {
            about: self.page.about.clone(),
            at: self.egress.now(),
            kind: "page",
            title: name.to_owned(),
            text: format!("{name} changed ({url}).\n\n{}", told(&steady)),
            before: Some(before),
        };
        self.conditions = conditions_of(&snapshot);
        self.keep(&snapshot, compared, vec![says]).await?;
        Ok(Looked::Changed)
    }

    /// What was kept before the service started.
    async fn remember(&mut self) -> Result<(), PageError> {
        let (app, info, place) =
            (self.app.clone(), self.page.info.clone(), self.page.endpoint.url());
        let Some(last) = blocking(move || app.last_seen(&info.id, &place)).await? else {
            return Ok(());
        };
        let Some(snapshot) = Snapshot::from_bytes(&last.bytes) else { return Ok(()) };
        self.conditions = conditions_of(&snapshot);
        // A snapshot that cannot be read by today's selector is as good as none.
        if let Ok((_, compared)) = self.compared(snapshot, last.at).await {
            self.kept = Some(Kept { evidence: last.evidence, compared });
        } else {
            self.conditions.clear();
        }
        Ok(())
    }

    async fn read(
        &self,
        url: &str,
        fetched: Fetched,
    ) -> Result<(Snapshot, String, Compared), PageError> {
        let snapshot = Snapshot::of(url, fetched);
        let (title, compared) = self.compared(snapshot.clone(), self.egress.now()).await?;
        Ok((snapshot, title, compared))
    }

    /// Reads a snapshot; a large page takes its time, so not where others wait.
    async fn compared(
        &self,
        snapshot: Snapshot,
        at: Instant,
    ) -> Result<(String, Compared), PageError> {
        let (scope, host) = (self.page.scope.clone(), self.page.endpoint.host.name.clone());
        let day = day_of(at);
        let work = move || body::compared(&snapshot, &host, &scope, day);
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(PageError::App(AppError::Stopped)))
    }

    /// Keeps the page as it is now.
    async fn keep(
        &mut self,
        snapshot: &Snapshot,
        compared: Compared,
        says: Vec<Says>,
    ) -> Result<(), PageError> {
        let now = self.egress.now();
        let bytes = snapshot.to_bytes();
        let evidence = EvidenceId::of(&bytes);
        let seen = Observation {
            kind: EvidenceKind::Page,
            folder: String::new(),
            place: self.page.endpoint.url(),
            at: now,
            once: None,
            bytes,
            says,
        };
        let (app, info) = (self.app.clone(), self.page.info.clone());
        blocking(move || app.observe(&info, vec![seen], now)).await?;
        self.kept = Some(Kept { evidence, compared });
        Ok(())
    }
}

fn conditions_of(snapshot: &Snapshot) -> Vec<(HeaderName, String)> {
    let pairs =
        [(header::ETAG, header::IF_NONE_MATCH), (header::LAST_MODIFIED, header::IF_MODIFIED_SINCE)];
    let condition = |(given, asked): (HeaderName, HeaderName)| {
        Some((asked, snapshot.field(&given)?.to_owned()))
    };
    pairs.into_iter().filter_map(condition).collect()
}

pub(super) fn day_of(at: Instant) -> Date {
    let stamp = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    stamp.to_zoned(TimeZone::UTC).date()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> app::Result<T> + Send + 'static,
) -> Result<T, PageError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.unwrap_or(Err(AppError::Stopped))?)
}
