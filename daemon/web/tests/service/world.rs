//! A whole service over ports in memory, with letters of our own writing in it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use app::{
    Ports, Settings, Watchkeeper,
    seal::Seal,
    source::{Estimate, Offer, Source, SourceError, SourceInfo},
};
use engine::{
    Act, Evaluator, Level, NearMiss, Outcome, RuleError, Step, Verdict,
    alerts::{Call, Change, PolicyAct, PolicyOutcome, Recipient, Roster},
    calendar::Calendar,
    sides::{Sides, SidesConfig},
};
use jiff::tz::TimeZone;
use model::{
    Account, AccountId, Actor, Instant, ItemKey, LevelName, RuleSetId, SignalId, SourceId, Span,
    SpanPart,
    alert::{Audience, Pacing, Urgency},
    fact::{Role, Sighting},
    finding::Reason,
};
use store::memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch};
use tokio::sync::oneshot;
use web::{Access, Limits, Running, ServeOptions, Tls, access::MemoryAccessStore};

use crate::client::Client;

/// The address of the administrator `ann`.
pub const ANN: &str = "ann@brightwater.example";
pub const PASSWORD: &str = "correct horse battery";

/// Two messages of one case, one of another; an HTML form, a picture, a file.
pub const FIRST: &[u8] = b"From: Jane Doe <jane@northwind.example>\r\n\
To: support@brightwater.example\r\n\
Date: Mon, 12 Jan 2026 09:14:00 +0100\r\n\
Message-ID: <first@northwind.example>\r\n\
Subject: Export fails since the update\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=outer\r\n\r\n\
--outer\r\nContent-Type: multipart/related; boundary=inner\r\n\r\n\
--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
<p onclick=\"steal()\">The <b>export</b> fails.</p><script>steal()</script>\
<img src=\"cid:shot@northwind\"><img src=\"https://tracker.example/p.gif\">\r\n\
--inner\r\nContent-Type: image/png\r\nContent-ID: <shot@northwind>\r\n\
Content-Disposition: inline; filename=shot.png\r\nContent-Transfer-Encoding: base64\r\n\r\n\
cG5n\r\n--inner--\r\n\
--outer\r\nContent-Type: text/html; name=\"report.html\"\r\n\
Content-Disposition: attachment; filename=\"report.html\"\r\n\r\n\
<script>steal()</script>\r\n--outer--\r\n";

pub const SECOND: &[u8] = b"From: Jane Doe <jane@northwind.example>\r\n\
To: support@brightwater.example\r\n\
Date: Tue, 13 Jan 2026 09:14:00 +0100\r\n\
Message-ID: <second@northwind.example>\r\n\
In-Reply-To: <first@northwind.example>\r\n\
Subject: Re: Export fails since the update\r\n\r\n\
Any news? We were told Thursday.\r\n";

pub const OTHER: &[u8] = b"From: Sam Lee <sam@vitrine.example>\r\n\
To: support@brightwater.example\r\n\
Date: Wed, 14 Jan 2026 11:00:00 +0000\r\n\
Message-ID: <other@vitrine.example>\r\n\
Subject: Storefront is down\r\n\r\n\
Our storefront has been down since noon.\r\n";

/// Letters as a source.
struct Letters {
    info: SourceInfo,
    left: Vec<(usize, Vec<u8>)>,
}

impl Source for Letters {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        Ok(Estimate::default())
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        let Some((at, bytes)) = self.left.pop() else { return Ok(None) };
        let (source, place) = (self.info.id.clone(), format!("{at} {}", bytes.len()));
        Ok(Some(Offer {
            item: ItemKey::of(&source, "", &place),
            sighting: Sighting {
                source,
                folder: String::new(),
                place,
                flags: String::new(),
                received: None,
                envelope: None,
            },
            size: None,
            read: Box::new(|_| Ok(bytes)),
        }))
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

/// Rules that find every case grave.
struct Grave {
    id: RuleSetId,
    levels: Vec<Level>,
}

impl Evaluator for Grave {
    fn rules(&self) -> &RuleSetId {
        &self.id
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let asks = step.message().filter(|m| m.from_customer());
        let signal = SignalId::new("asks");
        let raise = asks.map(|m| {
            let span = Span { message: m.key, part: SpanPart::Body, start: 0, end: 2 };
            let inputs = std::collections::BTreeMap::new();
            Act::Raise { signal, weight: 10, spans: vec![span], inputs }
        });
        let near = step.explain.then(|| NearMiss {
            signal: SignalId::new("shouts"),
            reason: "nobody raises their voice".to_owned(),
            spans: Vec::new(),
        });
        Outcome {
            acts: raise.into_iter().collect(),
            nearly: near.into_iter().collect(),
            ..Outcome::default()
        }
    }

    fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
        let reason = Reason { text: "every case is grave here".to_owned(), signal: None };
        Ok(Verdict { level: LevelName::from("S2"), reasons: vec![reason] })
    }

    fn policies(&self, change: &Change) -> PolicyOutcome {
        let call = Call {
            policy: "level_raised".to_owned(),
            audience: Audience::Person("kim@brightwater.example".to_owned()),
            channel: "mail".to_owned(),
            urgency: Urgency::Notice,
            says: "the level rose".to_owned(),
            key: "level".to_owned(),
            group: None,
            pacing: Pacing::default(),
        };
        let acts = if change.raised() { vec![PolicyAct::Alert(call)] } else { Vec::new() };
        PolicyOutcome { acts, errors: Vec::new() }
    }
}

fn levels() -> Vec<Level> {
    let level = |name: &str, rank| Level {
        name: LevelName::from(name),
        title: name.to_owned(),
        colour: "#c00000".to_owned(),
        rank,
        escalated: true,
        reply_minutes: Some(60),
        update_minutes: None,
        round_the_clock: true,
        quiet_hours: None,
    };
    vec![level("S1", 90), level("S2", 70)]
}

/// The record, without a service.
pub fn record(now: Instant) -> Watchkeeper {
    let app = empty(Arc::new(Grave { id: RuleSetId::new("grave@0"), levels: levels() }));
    app.catch_up(now, &mut |_, _| ()).unwrap();
    let northwind = Account {
        id: AccountId::new("northwind"),
        name: "Northwind Traders".to_owned(),
        domains: vec!["northwind.example".to_owned()],
        tier: Some("enterprise".to_owned()),
        timezone: Some("Europe/Berlin".to_owned()),
        renewal: None,
        fields: [].into(),
    };
    app.put_account(northwind, &Actor::CommandLine, now).unwrap();
    app
}

/// A record of nothing, judged by `rules`, that is still to be brought up to date.
pub fn empty(rules: Arc<dyn Evaluator>) -> Watchkeeper {
    let sides =
        SidesConfig { domains: vec!["brightwater.example".to_owned()], ..SidesConfig::default() };
    let settings = Settings::new(
        Sides::new(&sides),
        Calendar::office_hours(TimeZone::UTC),
        [].into(),
        mail::Limits::default(),
        64 << 20,
    )
    .with_roster(roster())
    .with_seal(Seal::new(b"the key of a test"));
    let ports = Ports {
        journal: Arc::new(MemoryJournal::default()),
        evidence: Arc::new(MemoryEvidence::default()),
        views: Arc::new(MemoryViews::default()),
        search: Arc::new(MemorySearch::new()),
    };
    Watchkeeper::new(ports, Arc::new(settings), rules)
}

/// Ann can be told something, by an address.
fn roster() -> Roster {
    let ann = Recipient {
        user: Some("ann".to_owned()),
        team: None,
        role: None,
        calendar: Arc::new(Calendar::round_the_clock(TimeZone::UTC)),
        budget: None,
    };
    Roster { people: [(ANN.to_owned(), ann)].into(), ..Roster::default() }
}

/// Takes letters in, in order.
pub fn deliver(app: &Watchkeeper, source: &str, letters: &[&[u8]], now: Instant) {
    let mut left: Vec<_> = letters.iter().map(|bytes| bytes.to_vec()).enumerate().collect();
    left.reverse();
    let info = SourceInfo {
        id: SourceId::new(source),
        kind: "eml",
        title: source.to_owned(),
        owner: None,
    };
    let stop = AtomicBool::new(false);
    app.import(&mut Letters { info, left }, &|| now, &stop, &mut |_| ()).unwrap();
}

/// A service and what is needed to look behind it.
pub struct World {
    pub app: Arc<Watchkeeper>,
    pub running: Running,
    pub client: Client,
    pub setup_code: Option<String>,
    clock: Arc<AtomicI64>,
    stop: Option<oneshot::Sender<()>>,
    tokens: Vec<(Role, String)>,
}

pub fn loopback() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

pub fn start() -> Instant {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

impl World {
    /// A service with an administrator `ann` and a token a role.
    pub async fn new() -> Self {
        Self::with(ServeOptions::new(loopback(), Tls::Off), true).await
    }

    /// A service that nobody has set up.
    pub async fn fresh() -> Self {
        Self::with(ServeOptions::new(loopback(), Tls::Off), false).await
    }

    pub async fn with_limits(limits: Limits) -> Self {
        Self::with(ServeOptions { limits, ..ServeOptions::new(loopback(), Tls::Off) }, true).await
    }

    pub async fn with(options: ServeOptions, set_up: bool) -> Self {
        Self::over(record, options, set_up).await
    }

    /// A service over the record that `make` makes.
    pub async fn over(
        make: fn(Instant) -> Watchkeeper,
        options: ServeOptions,
        set_up: bool,
    ) -> Self {
        let now = start();
        let (app, access, tokens) = tokio::task::spawn_blocking(move || {
            let app = make(now);
            deliver(&app, "letters", &[FIRST, SECOND, OTHER], now);
            let access = Access::open(MemoryAccessStore::default(), now).unwrap();
            let mut tokens = Vec::new();
            if set_up {
                access.add_user("ann", PASSWORD, Role::Admin, now).unwrap();
            }
            for role in [Role::Admin, Role::Ops, Role::Manager, Role::Agent, Role::Viewer] {
                let name = format!("{role:?}").to_lowercase();
                let expires = now.plus(jiff::SignedDuration::from_hours(24));
                tokens.push((role, access.issue_token(&name, role, expires, now).unwrap().0));
            }
            (Arc::new(app), access, tokens)
        })
        .await
        .unwrap();
        let setup_code = access.setup_code();
        let clock = Arc::new(AtomicI64::new(now.millis()));
        let ticking = clock.clone();
        let (stop, stopped) = oneshot::channel();
        let running = web::serve(
            app.clone(),
            access,
            options,
            Arc::new(move || Instant::from_millis(ticking.load(Ordering::Relaxed))),
            async {
                let _ = stopped.await;
            },
        )
        .await
        .unwrap();
        let client = Client::new(running.address);
        Self { app, running, client, setup_code, clock, stop: Some(stop), tokens }
    }

    /// A client with a token of this role.
    pub fn client_as(&self, role: Role) -> Client {
        let token = self.tokens.iter().find(|(known, _)| *known == role).map(|(_, token)| token);
        self.client.clone().with_token(token.unwrap())
    }

    /// A client of the administrator `ann`, signed in.
    pub async fn signed_in(&self) -> Client {
        let body = serde_json::json!({"name": "ann", "password": PASSWORD});
        let answer = self.client.post("/api/v1/session", body).await.expect(201);
        self.client.clone().with_cookie_of(&answer)
    }

    pub fn advance(&self, hours: i64) {
        self.clock.fetch_add(hours * 3_600_000, Ordering::Relaxed);
    }

    /// Asks the service to stop.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Takes a letter in while the service runs.
    pub async fn deliver(&self, source: &'static str, letter: &'static [u8]) {
        let app = self.app.clone();
        tokio::task::spawn_blocking(move || deliver(&app, source, &[letter], start()))
            .await
            .unwrap();
    }

    /// The id of the case with this title.
    pub async fn case(&self, title: &str) -> String {
        let queue = self.client_as(Role::Viewer).get("/api/v1/queues/all/cases").await.expect(200);
        let found = queue.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["title"] == title)
            .map(|row| row["id"].as_str().unwrap().to_owned());
        found.unwrap_or_else(|| panic!("no case `{title}` in {}", queue.text()))
    }

    /// The keys of the messages of a case, oldest first.
    pub async fn messages(&self, case: &str) -> Vec<String> {
        let answer = self.client_as(Role::Viewer).get(&format!("/api/v1/cases/{case}")).await;
        let record = answer.expect(200).json();
        let items = record["timeline"].as_array().unwrap().iter();
        let messages = items.filter(|item| item["type"] == "message");
        messages.map(|item| item["message"].as_str().unwrap().to_owned()).collect()
    }
}
