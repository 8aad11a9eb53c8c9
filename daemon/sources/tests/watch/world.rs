//! A record in memory, and a watcher that writes into it.

use std::{
    sync::Arc,
    time::{Duration, Instant as Moment},
};

use app::{Ports, Settings, Watchkeeper, outside::WatchRecord, seal::Seal};
use egress::{Egress, Host, Protection, Secret};
use engine::{
    Calendar, Evaluator, Level, Outcome, RuleError, Sides, SidesConfig, Step, Verdict,
    alerts::{Change, PolicyOutcome},
};
use jiff::tz::TimeZone;
use model::{Instant, LevelName, RuleSetId};
use sources::imap::{Login, Mailbox, Watcher};
use store::{
    Evidence,
    memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch},
};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::dovecot::{PASSWORD, USER};

/// Rules that find nothing.
struct Calm(RuleSetId);

impl Evaluator for Calm {
    fn rules(&self) -> &RuleSetId {
        &self.0
    }

    fn levels(&self) -> &[Level] {
        &[]
    }

    fn step(&self, _: &Step<'_>) -> Outcome {
        Outcome::default()
    }

    fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: LevelName::none(), reasons: Vec::new() })
    }

    fn policies(&self, _: &Change) -> PolicyOutcome {
        PolicyOutcome::default()
    }
}

pub struct World {
    pub app: Arc<Watchkeeper>,
    pub secrets: TempDir,
}

pub fn seal() -> Seal {
    Seal::new(b"the key of a test")
}

pub fn now() -> Instant {
    "2026-01-14T12:00:00Z".parse().unwrap()
}

impl World {
    pub fn new() -> Self {
        Self::keeping(Arc::new(MemoryEvidence::default()))
    }

    /// A world that keeps evidence there.
    pub fn keeping(evidence: Arc<dyn Evidence>) -> Self {
        let ports = Ports {
            journal: Arc::new(MemoryJournal::default()),
            evidence,
            views: Arc::new(MemoryViews::default()),
            search: Arc::new(MemorySearch::new()),
        };
        let calendar = Calendar::office_hours(TimeZone::UTC);
        let sides = Sides::new(&SidesConfig::default());
        let limits = mail::Limits::default();
        let settings =
            Settings::new(sides, calendar, [].into(), limits, 64 << 20).with_seal(seal());
        let rules = Arc::new(Calm(RuleSetId::new("calm@0")));
        let app = Watchkeeper::new(ports, Arc::new(settings), rules);
        app.catch_up(now(), &mut |_, _| ()).unwrap();
        let secrets = tempfile::tempdir().unwrap();
        std::fs::write(secrets.path().join("password"), PASSWORD).unwrap();
        Self { app: Arc::new(app), secrets }
    }

    /// The mailbox behind `port`.
    pub fn mailbox(&self, port: u16) -> Mailbox {
        Mailbox {
            info: Mailbox::info("support", USER, "127.0.0.1", None),
            host: Host { name: "127.0.0.1".to_owned(), port, protection: Protection::None },
            user: USER.to_owned(),
            login: Login::Password(Secret { path: self.secrets.path().join("password") }),
            folders: sources::imap::USUAL_FOLDERS.map(str::to_owned).to_vec(),
            poll: Duration::from_secs(2),
            max_size: 1 << 20,
            scope: sources::imap::Scope::default(),
            throttle: sources::imap::Throttle::default(),
            newest_first: false,
        }
    }

    /// Watches until the handle is dropped.
    pub fn watch(&self, mailbox: Mailbox) -> Watching {
        self.watch_by(mailbox, Arc::new(now))
    }

    /// The same, by this clock.
    pub fn watch_by(
        &self,
        mailbox: Mailbox,
        clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    ) -> Watching {
        let egress = Egress::new(self.app.outside().clone(), clock);
        let watcher = Watcher::new(mailbox, self.app.clone(), egress);
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(watcher.run(async {
            let _ = stopped.await;
        }));
        Watching { _stop: stop, task }
    }

    pub fn record(&self) -> WatchRecord {
        self.app.outside().watches().remove(0)
    }

    pub fn messages(&self) -> u64 {
        self.app.status().unwrap().messages
    }

    pub async fn holds(&self, messages: u64) {
        eventually(
            &format!("{messages} messages"),
            || self.messages() == messages,
            || format!("{} messages; {:?}", self.messages(), self.record()),
        )
        .await;
    }
}

pub struct Watching {
    _stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Waits until `ready`; a test that waits too long has failed, and `told` says how things stand.
pub async fn eventually(what: &str, ready: impl Fn() -> bool, told: impl Fn() -> String) {
    let begun = Moment::now();
    while !ready() {
        assert!(begun.elapsed() < Duration::from_mins(2), "{what}: {}", told());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A letter with this number.
pub fn letter(number: u32) -> String {
    format!(
        "From: Jane Doe <jane@northwind.example>\r\nTo: support@brightwater.example\r\nDate: Wed, 14 \
         Jan 2026 11:00:00 +0000\r\nMessage-ID: <{number}@northwind.example>\r\nSubject: Export \
         {number}\r\n\r\nIt fails.\r\n"
    )
}
