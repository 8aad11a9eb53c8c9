//! Several teams, each judged by a rule set of its own, over ports in memory.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicBool},
};

use app::{
    Hours, PageRequest, Ports, QueueFilter, Settings, TeamHours, Watchkeeper,
    rules::{Reload, RuleSources, TeamRules, unchosen},
    source::{Estimate, Offer, Source, SourceError, SourceInfo},
};
use engine::{
    Calendar, CaseFile, Evaluator, FixtureRequest, Level, LoadedRules, Outcome, PackFault, Packs,
    ReferenceInfo, RuleError, RuleFiles, RuleLoader, Sides, SidesConfig, SignalInfo, Step,
    TeamConfig, TestOutcome, TraceRequest, Tracer, Unpacked, Verdict,
};
use jiff::tz::TimeZone;
use model::{
    Actor, CaseId, EvidenceId, Fact, Instant, ItemKey, LevelName, RuleSetId, SourceId, UserName,
    fact::{RulesOrigin, Sighting},
};
use parking_lot::Mutex;
use store::memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch};

fn now() -> Instant {
    "2026-01-14T12:00:00Z".parse().unwrap()
}

/// A set that consists of one level, which every case has. Its file `level` reads `Red 80`.
#[derive(Clone)]
struct OneLevel {
    id: RuleSetId,
    files: RuleFiles,
    levels: Vec<Level>,
}

impl Evaluator for OneLevel {
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
        Ok(Verdict { level: self.levels[0].name.clone(), reasons: Vec::new() })
    }
}

impl LoadedRules for OneLevel {
    fn id(&self) -> &RuleSetId {
        &self.id
    }

    fn files(&self) -> &RuleFiles {
        &self.files
    }

    fn signals(&self) -> Vec<SignalInfo> {
        Vec::new()
    }

    fn reference(&self) -> Vec<ReferenceInfo> {
        Vec::new()
    }

    fn evaluator(&self, _: &BTreeSet<String>) -> Arc<dyn Evaluator> {
        Arc::new(self.clone())
    }

    fn test(&self) -> Vec<TestOutcome> {
        Vec::new()
    }

    fn tracer(&self, _: &TraceRequest) -> Result<Arc<dyn Tracer>, Vec<RuleError>> {
        Err(Vec::new())
    }

    fn fixture(&self, _: &Arc<CaseFile>, _: &FixtureRequest) -> String {
        self.id.to_string()
    }
}

struct Loader;

impl RuleLoader for Loader {
    fn built_in(&self) -> RuleFiles {
        files("S2 70")
    }

    fn belongs(&self, path: &str) -> bool {
        path == "level"
    }

    fn load(
        &self,
        name: &str,
        files: RuleFiles,
        _: bool,
    ) -> Result<Arc<dyn LoadedRules>, Vec<RuleError>> {
        let text = String::from_utf8(files["level"].clone()).unwrap();
        let Some((level, rank)) = text.split_once(' ') else {
            let message = "write a level and its rank".to_owned();
            return Err(vec![RuleError { file: "level".to_owned(), position: None, message }]);
        };
        let hash = EvidenceId::of(text.as_bytes()).to_string();
        let level = Level {
            name: LevelName::from(level),
            title: format!("Level {level}"),
            colour: "#c00000".to_owned(),
            rank: rank.parse().unwrap(),
            escalated: true,
            reply_minutes: Some(480),
            update_minutes: None,
            round_the_clock: false,
            quiet_hours: None,
        };
        let id = RuleSetId::new(&format!("{name}@{}", &hash[..12]));
        Ok(Arc::new(OneLevel { id, files, levels: vec![level] }))
    }
}

fn files(level: &str) -> RuleFiles {
    BTreeMap::from([("level".to_owned(), level.as_bytes().to_vec())])
}

/// Nobody shares sets here.
struct NoPacks;

impl Packs for NoPacks {
    fn pack(&self, _: &RuleSetId, _: &RuleFiles) -> Result<Vec<u8>, PackFault> {
        Err(PackFault("there is no key".to_owned()))
    }

    fn unpack(&self, _: &[u8]) -> Result<Unpacked, PackFault> {
        Err(PackFault("there is no key".to_owned()))
    }

    fn trusted(&self) -> Vec<String> {
        Vec::new()
    }

    fn signs_with(&self) -> Result<Option<String>, PackFault> {
        Ok(None)
    }
}

/// The folder of the team `billing`, as somebody edits it.
type Folder = Arc<Mutex<String>>;

fn sources(folder: &Folder) -> RuleSources {
    let folder = folder.clone();
    let billing = TeamRules {
        name: "billing".to_owned(),
        origin: RulesOrigin::Folder,
        read: Box::new(move || Ok(files(&folder.lock()))),
    };
    RuleSources {
        loader: Arc::new(Loader),
        folder: None,
        name: "default".to_owned(),
        four_eyes: false,
        packs: Arc::new(NoPacks),
        drafts: Arc::new(MemoryViews::default()),
        teams: [("billing".to_owned(), billing)].into(),
    }
}

/// Office hours of ours, and late ones of the team `billing`.
fn hours(office: Calendar) -> Hours {
    let late = Calendar::new(TimeZone::UTC, std::array::from_fn(|_| vec![(840, 1320)]), [].into());
    let late = TeamHours { calendar: Arc::new(late), keeps_zone: false };
    Hours::new(office).with_team_hours([("billing".to_owned(), late)].into())
}

/// Office hours that begin an hour earlier from tomorrow on.
fn early() -> Calendar {
    let office = Calendar::office_hours(TimeZone::UTC);
    let day = || vec![(8 * 60, 17 * 60)];
    let week = [day(), day(), day(), day(), day(), vec![], vec![]];
    Calendar::new(TimeZone::UTC, week, BTreeSet::new())
        .with_earlier([(jiff::civil::date(2026, 1, 15), office.week)])
}

fn settings() -> Settings {
    let team = |name: &str| TeamConfig {
        name: name.to_owned(),
        addresses: vec![format!("{name}@brightwater.example")],
    };
    let sides = SidesConfig {
        domains: vec!["brightwater.example".to_owned()],
        teams: vec![team("support"), team("billing")],
        ..SidesConfig::default()
    };
    let office = Calendar::office_hours(TimeZone::UTC);
    let limits = mail::Limits::default();
    Settings::new(Sides::new(&sides), office.clone(), [].into(), limits, 64 << 20)
        .with_hours(hours(office))
}

fn ports() -> Ports {
    Ports {
        journal: Arc::new(MemoryJournal::default()),
        evidence: Arc::new(MemoryEvidence::default()),
        views: Arc::new(MemoryViews::default()),
        search: Arc::new(MemorySearch::new()),
    }
}

fn open(ports: &Ports, folder: &Folder) -> Watchkeeper {
    let app = Watchkeeper::new(ports.clone(), Arc::new(settings()), unchosen())
        .with_rules(sources(folder));
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
        let (place, source) = (self.1.len().to_string(), self.0.id.clone());
        let (flags, folder) = (String::new(), String::new());
        let item = ItemKey::of(&source, "", &place);
        let sighting = Sighting { source, folder, place, flags, received: None, envelope: None };
        Ok(Some(Offer { item, sighting, size: None, read: Box::new(|_| Ok(bytes)) }))
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

/// A store with a case of each team: one of `support`, one of `billing`.
fn filled(ports: &Ports, folder: &Folder) -> Watchkeeper {
    let app = open(ports, folder);
    let letter = |team: &str| {
        format!(
            "From: Jane <jane@{team}-customer.example>\r\nTo: {team}@brightwater.example\r\n\
             Date: Wed, 14 Jan 2026 11:58:00 +0000\r\nMessage-ID: <1@{team}.example>\r\n\
             Subject: {team}\r\n\r\nPlease look at it.\r\n"
        )
        .into_bytes()
    };
    let id = SourceId::new("letters");
    let info = SourceInfo { id, kind: "eml", title: "letters".to_owned(), owner: None };
    let mut source = Letters(info, vec![letter("support"), letter("billing")]);
    app.import(&mut source, &now, &AtomicBool::new(false), &mut |_| ()).unwrap();
    app
}

fn queue(app: &Watchkeeper) -> Vec<(String, String, u8)> {
    let page = PageRequest { cursor: None, limit: 100 };
    let rows = app.queue("escalations", &QueueFilter::default(), &page, now()).unwrap().items;
    rows.into_iter().map(|row| (row.title, row.level.to_string(), row.rank)).collect()
}

fn case(app: &Watchkeeper, title: &str) -> CaseId {
    let page = PageRequest { cursor: None, limit: 100 };
    let rows = app.queue("all", &QueueFilter::default(), &page, now()).unwrap().items;
    rows.into_iter().find(|row| row.title == title).unwrap().id
}

fn ada() -> Actor {
    Actor::User(UserName::new("ada"))
}

fn folder(level: &str) -> Folder {
    Arc::new(Mutex::new(level.to_owned()))
}

fn lines(rows: &[(&str, &str, u8)]) -> Vec<(String, String, u8)> {
    rows.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), *c)).collect()
}

#[test]
fn each_team_is_judged_by_its_own_set_and_one_queue_holds_all() {
    let app = filled(&ports(), &folder("Red 80"));
    assert_eq!(queue(&app), lines(&[("billing", "Red", 80), ("support", "S2", 70)]));
    let record = app.case(case(&app, "billing"), now()).unwrap();
    assert!(record.rules.unwrap().starts_with("billing@"), "the decision names its set");
    assert_eq!((&*record.row.level_title, &*record.row.level_colour), ("Level Red", "#c00000"));
    let record = app.case(case(&app, "support"), now()).unwrap();
    assert!(record.rules.unwrap().starts_with("default@"));
    let scales = app.levels();
    let names: Vec<_> = scales.iter().map(|s| (s.team.as_deref(), s.levels[0].rank)).collect();
    assert_eq!(names, [(None, 70), (Some("billing"), 80)]);
}

#[test]
fn a_team_answers_within_its_own_hours() {
    let app = filled(&ports(), &folder("Red 80"));
    // Eight working hours from noon: tomorrow noon in the office, at ten for those who work late.
    assert_eq!(due(&app, "support"), "2026-01-15T11:58:00Z");
    assert_eq!(due(&app, "billing"), "2026-01-14T22:00:00Z");
}

fn due(app: &Watchkeeper, title: &str) -> String {
    app.case(case(app, title), now()).unwrap().row.reply_due.unwrap().to_string()
}

fn change_of_hours() -> Fact {
    Fact::HoursChanged {
        calendar: String::new(),
        since: Some(jiff::civil::date(2026, 1, 15)),
        week: Default::default(),
        holidays: Vec::new(),
    }
}

#[test]
fn what_other_hours_would_move_is_seen_before_they_act_and_is_what_they_do() {
    let app = filled(&ports(), &folder("Red 80"));
    let effect = app.compare_hours(&hours(early()), now()).unwrap();
    assert_eq!((effect.from, effect.past), (Some(jiff::civil::date(2026, 1, 15)), false));
    assert_eq!((effect.compared, effect.owed), (2, 2));
    let moved: Vec<_> = effect.moved.iter().map(|one| (&*one.case.title, one.after)).collect();
    let expected = "2026-01-15T10:58:00Z";
    assert_eq!(moved, [("support", Some(expected.parse().unwrap()))]);
    assert_eq!(due(&app, "support"), "2026-01-15T11:58:00Z", "nothing acts before it is kept");

    app.put_hours(hours(early()), change_of_hours(), ada(), now()).unwrap();
    while app.reassess_some(10, now()).unwrap() > 0 {}
    assert_eq!(due(&app, "support"), expected);
    assert_eq!(due(&app, "billing"), "2026-01-14T22:00:00Z");
    let same = app.compare_hours(&hours(early()), now()).unwrap();
    assert!(same.from.is_none() && same.moved.is_empty(), "{same:?}");

    let always = Calendar { earlier: [].into(), ..early() };
    assert!(app.compare_hours(&hours(always), now()).unwrap().past, "history is reckoned anew");
}

#[test]
fn hours_that_changed_while_nothing_ran_hold_for_every_clock_after_the_start() {
    let ports = ports();
    drop(filled(&ports, &folder("Red 80")));
    let settings = settings().with_hours(hours(early()));
    let app = Watchkeeper::new(ports.clone(), Arc::new(settings), unchosen())
        .with_rules(sources(&folder("Red 80")));
    app.catch_up(now(), &mut |_, _| ()).unwrap();
    assert_eq!(due(&app, "support"), "2026-01-15T10:58:00Z");
}

#[test]
fn a_change_of_one_teams_folder_moves_its_cases_alone_and_can_be_taken_back() {
    let folder = folder("Red 80");
    let app = filled(&ports(), &folder);
    "Black 95".clone_into(&mut folder.lock());
    assert!(matches!(app.reload_rules(Some("billing"), now()), Ok(Reload::Activated(_))));
    assert_eq!(app.reload_rules(None, now()).unwrap(), Reload::Unchanged);
    while app.reassess_some(10, now()).unwrap() > 0 {}
    assert_eq!(queue(&app), lines(&[("billing", "Black", 95), ("support", "S2", 70)]));
    "nonsense".clone_into(&mut folder.lock());
    assert_eq!(app.reload_rules(Some("billing"), now()).unwrap(), Reload::Refused);
    assert!(app.rules_status(Some("billing")).unwrap().refused.is_some());
    assert!(app.rules_status(None).unwrap().refused.is_none());
    app.roll_back_rules(Some("billing"), "too dark", ada(), now()).unwrap();
    assert!(app.roll_back_rules(None, "", ada(), now()).is_err(), "nothing came before it");
    while app.reassess_some(10, now()).unwrap() > 0 {}
    assert_eq!(queue(&app), lines(&[("billing", "Red", 80), ("support", "S2", 70)]));
}

#[test]
fn a_person_gives_a_case_to_another_team_and_gives_it_back() {
    let app = filled(&ports(), &folder("Red 80"));
    let id = case(&app, "support");
    let set = |value: Option<&str>| {
        app.set_field(id, "team", value.map(str::to_owned), "theirs".to_owned(), ada(), now())
    };
    assert!(set(Some("bakery")).unwrap_err().to_string().contains("support, billing"));
    set(Some("billing")).unwrap();
    let record = app.case(id, now()).unwrap();
    assert_eq!((record.row.team.as_deref(), record.row.level.as_str()), (Some("billing"), "Red"));
    let given = &record.overrides[0];
    assert_eq!((&*given.field, given.rules_value.as_deref()), ("team", Some("support")));
    set(None).unwrap();
    let record = app.case(id, now()).unwrap();
    assert_eq!((record.row.team.as_deref(), record.row.level.as_str()), (Some("support"), "S2"));
}

#[test]
fn a_shadow_of_one_team_looks_at_its_cases_alone() {
    let app = filled(&ports(), &folder("Red 80"));
    let actor = ada();
    let other = app.save_rules(files("Amber 40"), RulesOrigin::Draft, "", actor, now()).unwrap();
    app.start_shadow(Some("billing"), &other, 5, "", ada(), now()).unwrap();
    for title in ["billing", "support"] {
        let id = case(&app, title);
        app.set_field(id, "next_step", Some("call".to_owned()), String::new(), ada(), now())
            .unwrap();
    }
    assert!(app.shadow_report(None, now()).is_err());
    let report = app.shadow_report(Some("billing"), now()).unwrap();
    assert!(report.cases.iter().all(|change| change.title == "billing"), "{:?}", report.cases);
    app.stop_shadow(Some("billing"), ada(), now()).unwrap();
    assert!(app.shadow_report(Some("billing"), now()).is_err());
}

#[test]
fn after_a_rebuild_or_without_its_set_a_team_is_judged_as_if_it_had_always_been_so() {
    let ports = ports();
    let app = filled(&ports, &folder("Red 80"));
    let before = queue(&app);
    app.rebuild(now(), &mut |_, _| ()).unwrap();
    assert_eq!(queue(&app), before);
    let facts = ports.journal.head().unwrap().seq;
    drop(app);
    let app = open(&ports, &folder("Red 80"));
    assert_eq!((queue(&app), ports.journal.head().unwrap().seq), (before, facts));
    drop(app);
    let none = RuleSources { teams: BTreeMap::new(), ..sources(&folder("Red 80")) };
    let app = Watchkeeper::new(ports, Arc::new(settings()), unchosen()).with_rules(none);
    app.catch_up(now(), &mut |_, _| ()).unwrap();
    let expected = [("billing", "S2", 70), ("support", "S2", 70)];
    assert_eq!(BTreeSet::from_iter(queue(&app)), BTreeSet::from_iter(lines(&expected)));
}
