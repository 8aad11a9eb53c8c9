//! A record in memory whose rules tell of every case, with a clock that tests move.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use app::{
    Ports, Settings, Watchkeeper,
    seal::Seal,
    source::{Estimate, Offer, Source, SourceError, SourceInfo},
};
use channels::{Backoff, Channel, Courier, House};
use egress::Egress;
use engine::{
    Calendar, Evaluator, Level, Outcome, RuleError, Sides, SidesConfig, Step, Verdict,
    alerts::{Call, Change, PolicyAct, PolicyOutcome, Recipient, Roster},
};
use jiff::{SignedDuration, tz::TimeZone};
use model::{
    Instant, ItemKey, LevelName, RuleSetId, SourceId,
    alert::{Audience, Pacing, Urgency},
    fact::Sighting,
};
use store::memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch};
use tokio::sync::oneshot;

pub const KIM: &str = "kim@brightwater.example";
pub const LOU: &str = "lou@brightwater.example";

/// Rules that tell a group of every case, by a channel and at an urgency of the test's choice.
struct Grave {
    id: RuleSetId,
    levels: Vec<Level>,
    channel: &'static str,
    urgency: Urgency,
}

impl Evaluator for Grave {
    fn rules(&self) -> &RuleSetId {
        &self.id
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn step(&self, _: &Step<'_>) -> Outcome {
        Outcome::default()
    }

    fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: LevelName::from("S2"), reasons: Vec::new() })
    }

    fn policies(&self, change: &Change) -> PolicyOutcome {
        let call = Call {
            policy: "level_raised".to_owned(),
            audience: Audience::Group("watch".to_owned()),
            channel: self.channel.to_owned(),
            urgency: self.urgency,
            says: "The level rose.".to_owned(),
            key: "level".to_owned(),
            group: None,
            pacing: Pacing::default(),
        };
        let acts = if change.raised() { vec![PolicyAct::Alert(call)] } else { Vec::new() };
        PolicyOutcome { acts, errors: Vec::new() }
    }
}

/// A record, and what it was made of.
pub struct World {
    pub app: Arc<Watchkeeper>,
    pub ports: Ports,
    clock: Arc<AtomicI64>,
    told: (&'static str, Urgency, &'static [&'static str]),
}

impl World {
    /// A world on a Wednesday at noon in which `to` are told of every case.
    pub fn new(channel: &'static str, urgency: Urgency, to: &'static [&'static str]) -> Self {
        let ports = Ports {
            journal: Arc::new(MemoryJournal::default()),
            evidence: Arc::new(MemoryEvidence::default()),
            views: Arc::new(MemoryViews::default()),
            search: Arc::new(MemorySearch::new()),
        };
        Self::on(ports, channel, urgency, to)
    }

    /// The same on these ports.
    pub fn on(
        ports: Ports,
        channel: &'static str,
        urgency: Urgency,
        to: &'static [&'static str],
    ) -> Self {
        let noon: Instant = "2026-01-14T12:00:00Z".parse().unwrap();
        let clock = Arc::new(AtomicI64::new(noon.millis()));
        let told = (channel, urgency, to);
        Self { app: open(&ports, told, noon), ports, clock, told }
    }

    /// The same after a crash: what was not recorded is forgotten.
    pub fn crashed(self) -> Self {
        let app = open(&self.ports, self.told, self.now());
        Self { app, ..self }
    }

    pub fn now(&self) -> Instant {
        Instant::from_millis(self.clock.load(Ordering::Relaxed))
    }

    pub fn pass(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::Relaxed);
        self.app.tick(self.now()).unwrap();
    }

    /// A letter of a new customer's arrives.
    pub fn letter(&self, name: &str, subject: &str) {
        self.try_letter(name, subject).unwrap();
    }

    /// The same, where it may go wrong.
    pub fn try_letter(&self, name: &str, subject: &str) -> app::Result<()> {
        let date = self.now().timestamp().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let letter = format!(
            "From: Jane Doe <jane@{name}.example>\r\nTo: support@brightwater.example\r\nDate: \
             {date}\r\nMessage-ID: <1@{name}.example>\r\nSubject: {subject}\r\n\r\nIt is down.\r\n"
        );
        let id = SourceId::new("letters");
        let info = SourceInfo { id, kind: "eml", title: name.to_owned(), owner: None };
        let mut source = Letters(info, vec![letter.into_bytes()]);
        let now = self.now();
        self.app.import(&mut source, &|| now, &AtomicBool::new(false), &mut |_| ()).map(drop)
    }

    /// A courier at work; it stops when the handle is dropped.
    pub fn courier(&self, channel: Channel) -> Working {
        let clock = self.clock.clone();
        let now = Arc::new(move || Instant::from_millis(clock.load(Ordering::Relaxed)));
        let egress = Egress::new(self.app.outside().clone(), now);
        let house = house();
        let waits = [1, 5, 60, 24 * 60].map(SignedDuration::from_mins).to_vec();
        let courier =
            Courier::new(self.app.clone(), egress, house, vec![channel], Backoff::new(waits));
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(courier.run(async {
            let _ = stopped.await;
        }));
        Working { _stop: stop, task }
    }

    /// How many failures are recorded.
    pub fn failed(&self) -> usize {
        let facts = self.app.facts(model::Seq(1), 10_000).unwrap();
        facts.iter().filter(|e| matches!(e.fact, model::Fact::AlertSendFailed { .. })).count()
    }

    /// How the alert that was decided last stands.
    pub fn state(&self) -> String {
        let page = app::PageRequest { cursor: None, limit: 1 };
        let page = self.app.alerts(&app::alerts::AlertFilter::default(), &page, self.now());
        page.unwrap().items[0].state.clone()
    }
}

/// A courier that works until it is dropped.
pub struct Working {
    _stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Working {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The house that letters come from.
pub fn house() -> House {
    House { url: "https://watch.brightwater.example".to_owned(), seal: seal() }
}

pub fn seal() -> Seal {
    Seal::new(b"the key of a test")
}

fn open(
    ports: &Ports,
    (channel, urgency, to): (&'static str, Urgency, &'static [&'static str]),
    now: Instant,
) -> Arc<Watchkeeper> {
    let sides =
        SidesConfig { domains: vec!["brightwater.example".to_owned()], ..SidesConfig::default() };
    let calendar = Calendar::office_hours(TimeZone::UTC);
    let kim = Recipient {
        user: Some("kim".to_owned()),
        team: None,
        role: None,
        calendar: Arc::new(calendar.clone()),
        budget: None,
    };
    let roster = Roster {
        people: [(KIM.to_owned(), kim)].into(),
        groups: [("watch".to_owned(), to.iter().map(|to| (*to).to_owned()).collect())].into(),
        ..Roster::default()
    };
    let limits = mail::Limits::default();
    let settings = Settings::new(Sides::new(&sides), calendar, [].into(), limits, 64 << 20)
        .with_roster(roster)
        .with_seal(seal());
    let level = Level {
        name: LevelName::from("S2"),
        title: "High".to_owned(),
        colour: "#c00000".to_owned(),
        rank: 70,
        escalated: true,
        reply_minutes: None,
        update_minutes: None,
        round_the_clock: false,
        quiet_hours: None,
    };
    let top = Level { name: LevelName::from("S1"), rank: 90, ..level.clone() };
    let id = RuleSetId::new("grave@0");
    let rules = Arc::new(Grave { id, levels: vec![top, level], channel, urgency });
    let app = Watchkeeper::new(ports.clone(), Arc::new(settings), rules);
    app.catch_up(now, &mut |_, _| ()).unwrap();
    Arc::new(app)
}

struct Letters(SourceInfo, Vec<Vec<u8>>);

impl Source for Letters {
    fn info(&self) -> &SourceInfo {
        &self.0
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        Ok(Estimate::default())
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        let Some(bytes) = self.1.pop() else { return Ok(None) };
        let place = format!("{} {}", self.1.len(), self.0.title);
        let (source, flags, folder) = (self.0.id.clone(), String::new(), String::new());
        let item = ItemKey::of(&source, "", &place);
        let sighting = Sighting { source, folder, place, flags, received: None, envelope: None };
        Ok(Some(Offer { item, sighting, size: None, read: Box::new(|_| Ok(bytes)) }))
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}
