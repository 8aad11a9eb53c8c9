//! Measures the default set on labelled threads, where they are at hand (`WATCHKEEPER_CORPORA`).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

use engine::{
    Calendar, CaseFile, CaseMessage, CaseNote, Participant, Sides, SidesConfig, TeamConfig, assess,
};
use jiff::tz::TimeZone;
use mail::{ClassKind, Segment, SegmentKind};
use model::{
    Account, AccountId, Address, CaseId, FindingKind, Instant, MessageKey, SignalId, SpanPart,
    id::short_hash,
};
use serde_json::Value;

use crate::{RhaiEvaluator, RuleSet, set::Tests, trial::thread::offset};

mod dates;
mod promises;
mod real_mail;

/// The signals that the threads are labelled with.
const SIGNALS: [&str; 15] = [
    "account_risk",
    "deadline_reference",
    "executive_visibility",
    "financial_impact",
    "frustration",
    "missed_commitment",
    "new_decision_maker",
    "outage",
    "overdue_response",
    "promise_changed",
    "repeat_issue",
    "repeated_follow_up",
    "security_incident",
    "spreading_teams",
    "waiting_on_team",
];

#[allow(clippy::disallowed_methods, reason = "the corpora are not in the repository")]
fn corpora() -> Option<PathBuf> {
    std::env::var("WATCHKEEPER_CORPORA").ok().map(PathBuf::from)
}

#[test]
fn the_ledger_holds_what_a_careful_manager_notes() {
    let Some(corpora) = corpora() else {
        println!("skipped: WATCHKEEPER_CORPORA is not set");
        return;
    };
    let evaluator = default_rules();
    let mut tally = promises::Tally::default();
    for path in threads(&corpora) {
        let thread: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let thread = Thread(&thread);
        let case = Arc::new(thread.case(&evaluator));
        let found = assess(&case, &evaluator, thread.instant("now"));
        tally.compare(&thread, &case, &found.assessment);
    }
    tally.show();
    tally.check();
}

fn default_rules() -> RhaiEvaluator {
    let rules = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let files = crate::files::read(&rules).unwrap();
    let set = RuleSet::with_tests("default", files, Tests::Skip)
        .unwrap_or_else(|e| panic!("{}", e.to_string().replace("; ", "\n")));
    RhaiEvaluator::new(Arc::new(set))
}

fn threads(corpora: &std::path::Path) -> Vec<PathBuf> {
    let directory = std::fs::read_dir(corpora.join("escalations/threads")).unwrap();
    let mut paths: Vec<PathBuf> = directory.map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn the_signals_find_what_a_careful_manager_finds() {
    let Some(corpora) = corpora() else {
        println!("skipped: WATCHKEEPER_CORPORA is not set");
        return;
    };
    let evaluator = default_rules();
    let paths = threads(&corpora);
    // Rules are made by looking at one half; of the other half only the figures show.
    let (mut seen, mut unseen) = (Tally::default(), Tally::default());
    for path in &paths {
        let thread: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let thread = Thread(&thread);
        let half = if thread.is_even() { &mut seen } else { &mut unseen };
        half.take(&thread, &evaluator);
    }
    println!("-- even threads\n{}-- odd threads\n{}", seen.shown(), unseen.shown());
    let mut all = seen;
    all.join(&unseen);
    println!("-- all threads\n{}", all.shown());
    assert!(all.escalated.recall() >= 0.97 && all.escalated.precision() >= 0.92);
    assert!(all.right as f64 >= 0.75 * all.threads as f64);
    let signals = all.signals();
    assert!(signals.recall() >= 0.88 && signals.precision() >= 0.85, "{}", signals.shown());
}

/// What a number of threads gave.
#[derive(Default)]
struct Tally {
    threads: usize,
    right: usize,
    escalated: Score,
    by_signal: BTreeMap<&'static str, Score>,
}

impl Tally {
    /// Follows one thread and compares it with its labels.
    fn take(&mut self, thread: &Thread<'_>, evaluator: &RhaiEvaluator) {
        let case = Arc::new(thread.case(evaluator));
        let until = thread.instant("now");
        let found = assess(&case, evaluator, until);
        assert_eq!(found.errors, [], "{}", thread.id());
        let level = found.assessment.level_at(until);
        let truth = &thread.0["truth"];
        let wanted_level = truth["severity"].as_str().unwrap();
        let told = thread.is_even();
        self.threads += 1;
        self.right += usize::from(level.as_str() == wanted_level);
        let urgent = |level: &str| matches!(level, "S1" | "S2" | "S3");
        self.escalated.add(urgent(level.as_str()), urgent(wanted_level));
        if told && level.as_str() != wanted_level {
            println!("[level] {} wanted {wanted_level}, found {level}", thread.id());
        }
        let known = |name: &&str| evaluator.set().signal(&SignalId::new(name)).is_some();
        for name in SIGNALS.into_iter().filter(known) {
            let wanted = truth["signals"].as_array().unwrap().iter().find(|s| s["id"] == name);
            let raised = found.assessment.findings.iter().find(
                |f| matches!(&f.kind, FindingKind::SignalRaised { signal, .. } if signal.as_str() == name),
            );
            self.by_signal.entry(name).or_default().add(raised.is_some(), wanted.is_some());
            if told {
                tell(thread, &case, name, wanted, raised);
            }
        }
    }

    fn join(&mut self, other: &Self) {
        self.threads += other.threads;
        self.right += other.right;
        self.escalated.join(&other.escalated);
        for (name, score) in &other.by_signal {
            self.by_signal.entry(name).or_default().join(score);
        }
    }

    fn signals(&self) -> Score {
        let mut all = Score::default();
        self.by_signal.values().for_each(|score| all.join(score));
        all
    }

    fn shown(&self) -> String {
        let mut lines = String::new();
        for (name, score) in &self.by_signal {
            lines.push_str(&format!("{name:22} {}\n", score.shown()));
        }
        lines.push_str(&format!("{:22} {}\n", "all signals", self.signals().shown()));
        lines.push_str(&format!("{:22} {}\n", "escalated", self.escalated.shown()));
        lines.push_str(&format!("severity exact {} of {}\n", self.right, self.threads));
        lines
    }
}

/// Prints where a signal differs from its label.
fn tell(
    thread: &Thread<'_>,
    case: &CaseFile,
    name: &str,
    wanted: Option<&Value>,
    raised: Option<&model::Finding>,
) {
    let quote = raised.map(|f| quote(case, &f.kind));
    let place = raised
        .and_then(|f| case.messages.iter().position(|m| Some(m.key) == f.message).map(|p| p + 1));
    match (wanted, raised) {
        (Some(wanted), None) => println!(
            "[missed] {name} {} at {} {}: {}",
            thread.id(),
            wanted["at"],
            wanted["time"],
            wanted["quote"]
        ),
        (None, Some(f)) => println!(
            "[extra] {name} {} {} at {place:?} {}: {quote:?}",
            thread.id(),
            thread.0["kind"].as_str().unwrap(),
            f.at,
        ),
        (Some(wanted), Some(_)) => {
            let at = wanted["at"].as_u64().map(|n| n as usize);
            if at.is_some() && place != at {
                println!(
                    "[placed] {name} {} wanted {at:?} {}, found {place:?} {quote:?}",
                    thread.id(),
                    wanted["quote"],
                );
            }
        }
        (None, None) => {}
    }
}

/// True and false, found and missed.
#[derive(Default)]
struct Score {
    hits: usize,
    missed: usize,
    extra: usize,
}

impl Score {
    fn add(&mut self, found: bool, wanted: bool) {
        self.hits += usize::from(found && wanted);
        self.missed += usize::from(!found && wanted);
        self.extra += usize::from(found && !wanted);
    }

    fn join(&mut self, other: &Self) {
        self.hits += other.hits;
        self.missed += other.missed;
        self.extra += other.extra;
    }

    fn recall(&self) -> f64 {
        self.hits as f64 / (self.hits + self.missed) as f64
    }

    fn precision(&self) -> f64 {
        self.hits as f64 / (self.hits + self.extra) as f64
    }

    fn shown(&self) -> String {
        let Self { hits, missed, extra } = self;
        let (recall, precision) = (self.recall(), self.precision());
        format!(
            "recall {recall:.2} precision {precision:.2} ({hits} right, {missed} missed, {extra} too many)"
        )
    }
}

fn quote(case: &CaseFile, kind: &FindingKind) -> String {
    let FindingKind::SignalRaised { spans, .. } = kind else { return String::new() };
    let shown = spans.iter().filter_map(|span| {
        let message = case.messages.iter().find(|m| m.key == span.message)?;
        match span.part {
            SpanPart::Body => span.of(&message.body).map(ToOwned::to_owned),
            SpanPart::From => Some(message.from.address.to_string()),
            part => Some(format!("{part:?}")),
        }
    });
    shown.collect::<Vec<_>>().join(" | ")
}

struct Thread<'a>(&'a Value);

impl Thread<'_> {
    fn id(&self) -> &str {
        self.0["id"].as_str().unwrap()
    }

    /// Whether its number is even.
    fn is_even(&self) -> bool {
        self.id().bytes().last().is_some_and(|digit| (digit - b'0').is_multiple_of(2))
    }

    /// The key of its message with this number.
    fn key(&self, number: u64) -> MessageKey {
        MessageKey(short_hash(&[self.id().as_bytes(), &number.to_le_bytes()]))
    }

    fn instant(&self, key: &str) -> Instant {
        self.0[key].as_str().unwrap().parse().unwrap()
    }

    fn case(&self, evaluator: &RhaiEvaluator) -> CaseFile {
        let account = &self.0["account"];
        let zone = TimeZone::get(account["timezone"].as_str().unwrap()).unwrap();
        let calendar: Calendar = evaluator.set().calendars()["default"].for_zone(zone);
        let tier = account["tier"].as_str().unwrap();
        let mut messages: Vec<Arc<CaseMessage>> = self.0["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| Arc::new(self.message(m)))
            .collect();
        messages.sort_by_key(|m| (m.at, m.key));
        let fields = account.as_object().unwrap();
        let kept = |key: &str| fields.get(key).map(|v| v.to_string().trim_matches('"').to_owned());
        let prior = kept("prior_escalations_90d").map(|v| ("prior_escalations_90d".to_owned(), v));
        CaseFile {
            id: CaseId::derive(&messages[0].key, 0),
            account: Some(Arc::new(Account {
                id: AccountId::new(account["name"].as_str().unwrap()),
                name: account["name"].as_str().unwrap().to_owned(),
                domains: Vec::new(),
                tier: Some(tier.to_owned()),
                timezone: kept("timezone"),
                renewal: kept("renewal").filter(|v| v != "null"),
                fields: prior.into_iter().collect(),
            })),
            contacts: Vec::new(),
            notes: self.notes(),
            judged: Vec::new(),
            messages,
            calendar: Arc::new(calendar),
            reply_minutes: Some(match tier {
                "enterprise" => 240,
                "business" => 480,
                _ => 960,
            }),
            decided: Vec::new(),
            given_to: None,
            earlier: [].into(),
        }
    }

    fn notes(&self) -> Vec<CaseNote> {
        let notes = self.0["notes"].as_array().into_iter().flatten();
        let note = |note: &Value| CaseNote {
            at: note["at"].as_str().unwrap().parse().unwrap(),
            author: note["author"].as_str().unwrap().to_owned(),
            text: note["text"].as_str().unwrap().into(),
            kind: engine::NoteKind::Person,
        };
        notes.map(note).collect()
    }

    fn message(&self, message: &Value) -> CaseMessage {
        let (body, segments) = body(message);
        let number = message["n"].as_u64().unwrap();
        let people = |key: &str| -> Vec<Participant> {
            let list = message[key].as_array().into_iter().flatten();
            list.map(|p| self.participant(p.as_str().unwrap())).collect()
        };
        CaseMessage {
            key: self.key(number),
            at: message["date"].as_str().unwrap().parse().unwrap(),
            offset: offset(message["date"].as_str().unwrap()),
            from: self.participant(message["from"].as_str().unwrap()),
            to: people("to"),
            cc: people("cc"),
            subject: message["subject"].as_str().unwrap().into(),
            body: body.into(),
            segments: segments.into(),
            class: class(message),
            attachments: message["attachments"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|file| file["name"].as_str().unwrap().to_owned())
                .collect(),
            answers: None,
        }
    }

    fn participant(&self, header: &str) -> Participant {
        let (name, email) = match header.split_once('<') {
            Some((name, email)) => (name.trim(), email.trim_end_matches('>').trim()),
            None => ("", header.trim()),
        };
        let address = Address { name: name.to_owned(), email: email.to_lowercase() };
        let contacts = self.0["account"]["contacts"].as_array().into_iter().flatten();
        let mut known = contacts.filter(|c| c["email"].as_str() == Some(address.email.as_str()));
        let title = known.next().and_then(|c| c["title"].as_str()).unwrap_or_default();
        let sides = sides();
        Participant {
            side: sides.side(&address),
            team: sides.team(&address),
            title: title.into(),
            address,
        }
    }
}

fn sides() -> Sides {
    let team = |name: &str, addresses: &[&str]| TeamConfig {
        name: name.to_owned(),
        addresses: addresses.iter().map(|a| (*a).to_owned()).collect(),
    };
    let subdomain = |name: &str| team(name, &[&format!("*@{name}.brightwater.example")]);
    let mut teams =
        vec![team("support", &["support@brightwater.example", "help@brightwater.example"])];
    let names: BTreeSet<&str> =
        ["support", "success", "eng", "product", "billing", "legal", "exec"].into();
    teams.extend(names.into_iter().map(subdomain));
    Sides::new(&SidesConfig {
        domains: vec!["brightwater.example".to_owned()],
        teams,
        ..SidesConfig::default()
    })
}

fn class(message: &Value) -> ClassKind {
    let header = |name: &str| message["headers"][name].as_str().unwrap_or_default();
    if header("Auto-Submitted") == "auto-replied" {
        ClassKind::AutoReply
    } else if header("Auto-Submitted") == "auto-generated" {
        ClassKind::Notification
    } else if !header("List-Unsubscribe").is_empty() || header("Precedence") == "bulk" {
        ClassKind::Newsletter
    } else {
        ClassKind::Human
    }
}

/// The body without quoted history; lines that begin with `>` are quotation.
fn body(message: &Value) -> (String, Vec<Segment>) {
    let mut body = String::new();
    let mut segments: Vec<Segment> = Vec::new();
    let mut put = |body: &mut String, text: &str, kind: SegmentKind| {
        let start = body.len() as u32;
        body.push_str(text);
        body.push('\n');
        let end = body.len() as u32;
        match segments.last_mut().filter(|s| s.kind == kind) {
            Some(last) => last.end = end,
            None => segments.push(Segment { start, end, kind }),
        }
    };
    let mut forwarded = false;
    for line in message["body"].as_str().unwrap().lines() {
        if line.starts_with("-----") {
            forwarded = line.contains("Forwarded message") || line.contains("Original Message");
        }
        let kind = match (forwarded, line.starts_with('>')) {
            (true, _) => SegmentKind::Forwarded,
            (_, true) => SegmentKind::Quotation,
            _ => SegmentKind::New,
        };
        put(&mut body, line, kind);
    }
    for (key, kind) in
        [("signature", SegmentKind::Signature), ("disclaimer", SegmentKind::Disclaimer)]
    {
        if let Some(text) = message[key].as_str() {
            put(&mut body, text, kind);
        }
    }
    (body, segments)
}
