//! A store in memory with a small rule set in a folder that tests may change.

use std::sync::{Arc, atomic::AtomicBool};

use app::{
    PageRequest, Ports, Settings, Watchkeeper,
    alerts::{AlertFilter, AlertRecord},
    rules::{RuleFiles, RuleSources, unchosen},
    source::{Estimate, Offer, Source, SourceError, SourceInfo},
};
use engine::{
    Calendar, PackFault, PackTrust, Packs, Sides, SidesConfig, TeamConfig, Unpacked,
    alerts::{Recipient, Roster},
};
use jiff::{SignedDuration, tz::TimeZone};
use model::{Actor, CaseId, Instant, ItemKey, RuleSetId, SourceId, UserName, fact::Sighting};
use parking_lot::Mutex;
use scripting::{PublicKey, RhaiLoader, SigningKey, Trust};
use store::memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch};

pub const KIM: &str = "kim@brightwater.example";
pub const LOU: &str = "lou@brightwater.example";
/// Who is told by default.
pub const WATCH: &str = "watch@brightwater.example";

/// The severity script of the small set: noise is grave.
const SEVERITY: &str = "fn levels() { [#{ name: \"S1\", title: \"Top\", colour: \"#ff0000\", \
                        rank: 90, escalated: true, reply_minutes: 60 }] }\n\
                        fn severity(record) {\n    if record.has(\"noise\") { return level(\"S1\", \
                        [because(\"there is noise\", \"noise\")]); }\n    level(\"none\", [])\n}\n";

/// A signal that finds the words of the list of its name.
pub fn finder(list: &str) -> String {
    format!(
        "//! Finds {list}.\nconst WEIGHT = 10;\nfn on_message(record, msg) {{\n    if \
         !msg.from_customer {{ return; }}\n    let found = msg.new_text.find(\"{list}\");\n    if \
         found != () {{ raise(found); }}\n}}\n"
    )
}

const POLICY: &str = "//! Level raised: the watch is told.\nfn on_change(change) {\n    if \
                      change.raised { alert(group(\"watch\"), \"The level rose.\", #{ key: \
                      \"level\" }); }\n}\n";

/// The files of the small set.
pub fn files() -> RuleFiles {
    let files: [(&str, String); 8] = [
        ("set.toml", "name = \"small\"\n".to_owned()),
        ("calendars.toml", "[default.hours]\nmonday = [\"09:00-17:00\"]\n".to_owned()),
        ("severity.rhai", SEVERITY.to_owned()),
        ("signals/noise.rhai", finder("noise")),
        ("policies/level_raised.rhai", POLICY.to_owned()),
        ("words/en/noise.txt", "noise\n".to_owned()),
        ("words/en/promises.txt", "(I|we) will\n".to_owned()),
        ("words/en/promise_done.txt", "here is\n".to_owned()),
    ];
    files.map(|(path, text)| (path.to_owned(), text.into_bytes())).into()
}

/// Those files with some more, or others in their place.
pub fn files_with(more: &[(&str, &str)]) -> RuleFiles {
    let mut files = files();
    files.extend(more.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
    files
}

/// A set that also takes a murmur for noise.
pub fn keener() -> RuleFiles {
    files_with(&[("words/en/noise.txt", "noise\nmurmur\n")])
}

/// Packs with a key of their own.
pub struct TestPacks {
    pub key: SigningKey,
    pub trusted: Vec<PublicKey>,
}

impl TestPacks {
    pub fn new() -> Self {
        let key = SigningKey::generate().unwrap();
        Self { trusted: vec![key.public()], key }
    }
}

impl Packs for TestPacks {
    fn pack(&self, rules: &RuleSetId, files: &RuleFiles) -> Result<Vec<u8>, PackFault> {
        let packed = scripting::pack(rules.as_str(), files, Some(&self.key));
        packed.map_err(|error| PackFault(error.to_string()))
    }

    fn unpack(&self, bytes: &[u8]) -> Result<Unpacked, PackFault> {
        let (name, files, trust) = scripting::unpack(bytes, &self.trusted)
            .map_err(|error| PackFault(error.to_string()))?;
        let trust = match trust {
            Trust::Trusted(key) => PackTrust::Trusted(key.to_string()),
            Trust::UnknownKey(key) => PackTrust::UnknownKey(key.to_string()),
            Trust::Unsigned => PackTrust::Unsigned,
            Trust::WrongSignature => PackTrust::WrongSignature,
        };
        Ok(Unpacked { name, files, trust })
    }

    fn trusted(&self) -> Vec<String> {
        self.trusted.iter().map(ToString::to_string).collect()
    }

    fn signs_with(&self) -> Result<Option<String>, PackFault> {
        Ok(Some(self.key.public().to_string()))
    }
}

/// What outlives the program.
#[derive(Clone)]
pub struct Disk {
    pub ports: Ports,
    pub folder: Arc<Mutex<RuleFiles>>,
    pub drafts: Arc<MemoryViews>,
    pub packs: Arc<TestPacks>,
    pub four_eyes: bool,
}

impl Disk {
    pub fn new(files: RuleFiles) -> Self {
        let ports = Ports {
            journal: Arc::new(MemoryJournal::default()),
            evidence: Arc::new(MemoryEvidence::default()),
            views: Arc::new(MemoryViews::default()),
            search: Arc::new(MemorySearch::new()),
        };
        Self {
            ports,
            folder: Arc::new(Mutex::new(files)),
            drafts: Arc::default(),
            packs: Arc::new(TestPacks::new()),
            four_eyes: false,
        }
    }

    /// The program, begun anew.
    pub fn open(&self, now: Instant) -> Arc<Watchkeeper> {
        let folder = self.folder.clone();
        let sources = RuleSources {
            teams: [].into(),
            loader: Arc::new(RhaiLoader),
            folder: Some(Box::new(move || Ok(folder.lock().clone()))),
            name: "small".to_owned(),
            four_eyes: self.four_eyes,
            packs: self.packs.clone(),
            drafts: self.drafts.clone(),
        };
        let app = Watchkeeper::new(self.ports.clone(), Arc::new(settings()), unchosen());
        let app = app.with_rules(sources);
        app.catch_up(now, &mut |_, _| ()).unwrap();
        Arc::new(app)
    }
}

/// The program over an empty store with the small set.
pub fn world() -> (Disk, Arc<Watchkeeper>) {
    let disk = Disk::new(files());
    let app = disk.open(noon());
    (disk, app)
}

fn settings() -> Settings {
    let sides = SidesConfig {
        domains: vec!["brightwater.example".to_owned()],
        teams: vec![TeamConfig {
            name: "support".to_owned(),
            addresses: vec!["support@brightwater.example".to_owned()],
        }],
        ..SidesConfig::default()
    };
    let person = |user: &str| Recipient {
        user: Some(user.to_owned()),
        team: None,
        role: None,
        calendar: Arc::new(Calendar::round_the_clock(TimeZone::UTC)),
        budget: None,
    };
    let roster = Roster {
        people: [(KIM.to_owned(), person("kim")), (LOU.to_owned(), person("lou"))].into(),
        groups: [("watch".to_owned(), vec![KIM.to_owned()])].into(),
        fallback: vec![WATCH.to_owned()],
        ..Roster::default()
    };
    let calendar = Calendar::office_hours(TimeZone::UTC);
    let limits = mail::Limits::default();
    Settings::new(Sides::new(&sides), calendar, [].into(), limits, 64 << 20).with_roster(roster)
}

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Wednesday noon.
pub fn noon() -> Instant {
    at("2026-01-14T12:00:00Z")
}

pub fn later(minutes: i64) -> Instant {
    noon().plus(SignedDuration::from_mins(minutes))
}

pub fn user(name: &str) -> Actor {
    Actor::User(UserName::new(name))
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
        let place = format!("{:x}", bytes.len() + bytes.iter().map(|b| *b as usize).sum::<usize>());
        let (source, flags, folder) = (self.0.id.clone(), String::new(), String::new());
        let item = ItemKey::of(&source, "", &place);
        let sighting = Sighting { source, folder, place, flags, received: None, envelope: None };
        Ok(Some(Offer { item, sighting, size: None, read: Box::new(|_| Ok(bytes)) }))
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

/// A letter; its thread is named by its subject.
pub struct Letter {
    pub from: &'static str,
    pub to: &'static str,
    pub subject: &'static str,
    pub at: Instant,
    pub text: &'static str,
}

impl Letter {
    pub fn customer(subject: &'static str, at: Instant, text: &'static str) -> Self {
        let (from, to) = ("jane@northwind.example", "support@brightwater.example");
        Self { from, to, subject, at, text }
    }

    pub fn ours(subject: &'static str, at: Instant, text: &'static str) -> Self {
        let (from, to) = ("support@brightwater.example", "jane@northwind.example");
        Self { from, to, subject, at, text }
    }
}

/// Takes letters in at `now`; those of one subject are one thread.
pub fn deliver(app: &Watchkeeper, letters: &[Letter], now: Instant) {
    let written = |letter: &Letter| {
        let root = format!("{}@threads.example", letter.subject.replace(' ', "."));
        let date = letter.at.timestamp().strftime("%a, %d %b %Y %H:%M:%S +0000");
        format!(
            "From: {}\r\nTo: {}\r\nDate: {date}\r\nMessage-ID: <{}.{root}>\r\nReferences: \
             <{root}>\r\nSubject: {}\r\n\r\n{}\r\n",
            letter.from,
            letter.to,
            letter.at.millis(),
            letter.subject,
            letter.text
        )
        .into_bytes()
    };
    let mut bytes: Vec<_> = letters.iter().map(written).collect();
    bytes.reverse();
    let id = SourceId::new("letters");
    let info = SourceInfo { id, kind: "eml", title: "letters".to_owned(), owner: None };
    let stop = AtomicBool::new(false);
    app.import(&mut Letters(info, bytes), &|| now, &stop, &mut |_| ()).unwrap();
}

/// The case of this title.
pub fn case(app: &Watchkeeper, title: &str) -> CaseId {
    let page = PageRequest { cursor: None, limit: 100 };
    let cases = app.queue("all", &app::QueueFilter::default(), &page, noon()).unwrap().items;
    let found = cases.iter().find(|row| row.title == title);
    found.unwrap_or_else(|| panic!("no case `{title}`")).id
}

/// The level of the case of this title, and what is raised on it.
pub fn standing(app: &Watchkeeper, title: &str, now: Instant) -> (String, Vec<String>) {
    let record = app.case(case(app, title), now).unwrap();
    let raised = record.signals.iter().filter(|signal| signal.cleared_at.is_none());
    (record.row.level.to_string(), raised.map(|signal| signal.signal.to_string()).collect())
}

pub fn alerts(app: &Watchkeeper, now: Instant) -> Vec<AlertRecord> {
    let page = PageRequest { cursor: None, limit: 100 };
    app.alerts(&AlertFilter::default(), &page, now).unwrap().items
}

/// Assesses everything again that another set is to judge.
pub fn reassess(app: &Watchkeeper, now: Instant) {
    while app.reassess_some(100, now).unwrap() > 0 {}
}
