//! Cases of one account that are about something alike, over ports in memory.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicBool},
};

use app::{
    Ports, Settings, Watchkeeper,
    source::{Estimate, Offer, Source, SourceError, SourceInfo},
};
use engine::{
    Act, Calendar, Evaluator, Event, Level, Outcome, RuleError, Sides, SidesConfig, Step,
    TeamConfig, Verdict,
};
use jiff::tz::TimeZone;
use model::{Actor, Instant, ItemKey, LevelName, RuleSetId, SignalId, SourceId, fact::Sighting};
use store::memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch};

fn now() -> Instant {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// Rules that raise a signal for each earlier case that the first message is told of.
struct Tells {
    id: RuleSetId,
}

impl Evaluator for Tells {
    fn rules(&self) -> &RuleSetId {
        &self.id
    }

    fn levels(&self) -> &[Level] {
        &[]
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        if *step.event != Event::Message(0) {
            return Outcome::default();
        }
        let raise = |earlier: &engine::EarlierCase| Act::Raise {
            signal: SignalId::new(&earlier.title.to_lowercase().replace(' ', "_")),
            weight: 1,
            spans: Vec::new(),
            inputs: BTreeMap::from([
                ("same".to_owned(), earlier.same_person.to_string()),
                ("likeness".to_owned(), earlier.likeness.to_string()),
            ]),
        };
        Outcome { acts: step.case.earlier.iter().map(raise).collect(), ..Outcome::default() }
    }

    fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: LevelName::none(), reasons: Vec::new() })
    }
}

fn settings() -> Settings {
    let team = TeamConfig {
        name: "support".to_owned(),
        addresses: vec!["support@brightwater.example".to_owned()],
    };
    let domains = vec!["brightwater.example".to_owned()];
    let sides = SidesConfig { domains, teams: vec![team], ..SidesConfig::default() };
    let calendar = Calendar::office_hours(TimeZone::UTC);
    Settings::new(Sides::new(&sides), calendar, [].into(), mail::Limits::default(), 64 << 20)
}

fn world() -> Watchkeeper {
    let ports = Ports {
        journal: Arc::new(MemoryJournal::default()),
        evidence: Arc::new(MemoryEvidence::default()),
        views: Arc::new(MemoryViews::default()),
        search: Arc::new(MemorySearch::new()),
    };
    let rules = Tells { id: RuleSetId::new("tells@0") };
    let app = Watchkeeper::new(ports, Arc::new(settings()), Arc::new(rules));
    app.catch_up(now(), &mut |_, _| ()).unwrap();
    app
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
        let (place, source) = (format!("{} {}", self.1.len(), self.0.title), self.0.id.clone());
        let (flags, folder) = (String::new(), String::new());
        let item = ItemKey::of(&source, "", &place);
        let sighting = Sighting { source, folder, place, flags, received: None, envelope: None };
        Ok(Some(Offer { item, sighting, size: None, read: Box::new(|_| Ok(bytes)) }))
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

/// Who writes on which day of 2026 about what.
type Mail = (&'static str, &'static str, &'static str);

const MAILS: [Mail; 5] = [
    ("jane@north.example", "02 Feb 2026", "Nightly export stops"),
    ("tom@north.example", "04 Mar 2026", "Nightly export stops again"),
    ("jane@north.example", "20 Mar 2026", "Invoice template wording"),
    ("kim@south.example", "05 Mar 2026", "Nightly export stops"),
    ("jane@north.example", "25 Apr 2026", "Export stops nightly"),
];

/// Takes mails in, each as an import of its own.
fn deliver(app: &Watchkeeper, mails: &[Mail]) {
    for (from, day, subject) in mails {
        let id = subject.to_lowercase().replace(' ', "-");
        let letter = format!(
            "From: <{from}>\r\nTo: support@brightwater.example\r\nDate: {day} 09:00:00 +0000\r\n\
             Message-ID: <{id}-{from}>\r\nSubject: {subject}\r\n\r\nPlease look at it.\r\n"
        );
        let title = format!("{from} {id}");
        let info = SourceInfo { id: SourceId::new("letters"), kind: "eml", title, owner: None };
        let mut source = Letters(info, vec![letter.into_bytes()]);
        app.import(&mut source, &now, &AtomicBool::new(false), &mut |_| ()).unwrap();
    }
}

/// What each case is told of, by sender and title.
fn told(app: &Watchkeeper) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    app.export(&mut |case| {
        let case = serde_json::to_value(case).unwrap();
        let id = case["case"].as_str().unwrap().parse().unwrap();
        let record = app.case(id, now()).unwrap();
        let signals = record.signals.iter().map(|signal| {
            format!("{} {} {}", signal.signal, signal.inputs["same"], signal.inputs["likeness"])
        });
        let name = format!("{} {}", case["messages"][0]["from"], record.row.title);
        all.insert(name.replace('"', ""), signals.collect());
        Ok(())
    })
    .unwrap();
    all
}

#[test]
fn a_case_is_told_of_like_ones_of_its_account_that_came_before_it() {
    let app = world();
    deliver(&app, &MAILS);
    let told = told(&app);
    let of = |name: &str| told[name].iter().map(String::as_str).collect::<Vec<_>>();
    assert!(of("jane@north.example Nightly export stops").is_empty(), "it was the first");
    let again = of("tom@north.example Nightly export stops again");
    assert_eq!(again.len(), 1, "{again:?}");
    assert!(again[0].starts_with("nightly_export_stops false "), "{again:?}");
    assert!(of("kim@south.example Nightly export stops").is_empty(), "another account's");
    assert!(of("jane@north.example Invoice template wording").is_empty(), "another matter");
    assert_eq!(of("jane@north.example Export stops nightly").len(), 2);
}

#[test]
fn whatever_the_order_of_arrival_each_case_is_told_the_same() {
    let app = world();
    deliver(&app, &MAILS);
    let in_order = told(&app);
    for turn in 1..MAILS.len() {
        let mut mails = MAILS;
        mails.rotate_left(turn);
        if turn % 2 == 0 {
            mails.reverse();
        }
        let app = world();
        deliver(&app, &mails);
        assert_eq!(told(&app), in_order, "{mails:?}");
        let facts = app.facts(model::Seq(1), 10_000).unwrap().len();
        app.rebuild(now(), &mut |_, _| ()).unwrap();
        assert_eq!(told(&app), in_order);
        assert_eq!(app.facts(model::Seq(1), 10_000).unwrap().len(), facts, "a rebuild adds none");
    }
}

#[test]
fn a_case_that_is_merged_away_is_told_of_no_longer() {
    let app = world();
    deliver(&app, &MAILS);
    let find = |title: &str| {
        let mut found = None;
        app.export(&mut |case| {
            let case = serde_json::to_value(case).unwrap();
            if case["title"] == title && case["messages"][0]["from"] != "kim@south.example" {
                found = case["case"].as_str().unwrap().parse().ok();
            }
            Ok(())
        })
        .unwrap();
        found.unwrap()
    };
    let (from, into) = (find("Nightly export stops again"), find("Nightly export stops"));
    let last = "jane@north.example Export stops nightly";
    assert_eq!(told(&app)[last].len(), 2);
    let act = app.merge(from, into, String::new(), Actor::CommandLine, now()).unwrap();
    assert_eq!(told(&app)[last].len(), 1);
    app.undo(act, Actor::CommandLine, now()).unwrap();
    assert_eq!(told(&app)[last].len(), 2);
}
