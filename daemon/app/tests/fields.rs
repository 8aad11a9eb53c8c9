//! Fields of a team's own and what people decide about their values, over ports in memory.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{Arc, atomic::AtomicBool};

use app::{
    AppError, PageRequest, Ports, QueueFilter, Settings, Watchkeeper,
    fields::{FieldAct, FieldFilter, FieldValueRecord, Latest},
    source::{Estimate, Offer, Source, SourceError, SourceInfo},
};
use engine::{
    Calendar, CaseFile, Evaluator, FieldFound, FieldKind, FieldSpec, Level, Outcome, RuleError,
    Sides, SidesConfig, Step, Verdict,
};
use jiff::tz::TimeZone;
use model::{
    Actor, Instant, ItemKey, LevelName, RuleSetId, SourceId, Span, SpanPart, UserName,
    fact::Sighting,
};
use store::memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch};

fn now() -> Instant {
    "2026-01-14T12:00:00Z".parse().unwrap()
}

/// Rules that read words after `mark` as the field `order`.
struct Orders {
    id: RuleSetId,
    mark: &'static str,
    fields: Vec<FieldSpec>,
}

fn orders(mark: &'static str) -> Arc<Orders> {
    let spec = FieldSpec {
        name: "order".to_owned(),
        title: "Order".to_owned(),
        help: String::new(),
        kind: FieldKind::Number,
        choices: Vec::new(),
        plugin: None,
    };
    Arc::new(Orders { id: RuleSetId::new(&format!("orders@{mark}")), mark, fields: vec![spec] })
}

impl Evaluator for Orders {
    fn rules(&self) -> &RuleSetId {
        &self.id
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

    fn fields(&self) -> &[FieldSpec] {
        &self.fields
    }

    fn read_fields(&self, case: &Arc<CaseFile>, position: usize) -> Vec<FieldFound> {
        let message = &case.messages[position];
        let found = message.body.match_indices(self.mark).map(|(at, mark)| {
            let start = at + mark.len();
            let digits = message.body[start..].bytes().take_while(u8::is_ascii_digit).count();
            let (part, end) = (SpanPart::Body, start + digits);
            let span = Span { message: message.key, part, start: start as u32, end: end as u32 };
            let value = message.body[start..end].to_owned();
            FieldFound { field: "order".to_owned(), value, span }
        });
        found.collect()
    }
}

fn settings() -> Settings {
    let sides =
        SidesConfig { domains: vec!["brightwater.example".to_owned()], ..SidesConfig::default() };
    let calendar = Calendar::office_hours(TimeZone::UTC);
    Settings::new(Sides::new(&sides), calendar, [].into(), mail::Limits::default(), 64 << 20)
}

fn ports() -> Ports {
    Ports {
        journal: Arc::new(MemoryJournal::default()),
        evidence: Arc::new(MemoryEvidence::default()),
        views: Arc::new(MemoryViews::default()),
        search: Arc::new(MemorySearch::new()),
    }
}

fn open(ports: &Ports, mark: &'static str) -> Watchkeeper {
    let app = Watchkeeper::new(ports.clone(), Arc::new(settings()), orders(mark));
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

/// A letter number `number` of `name`, in answer to its first one.
fn deliver(app: &Watchkeeper, name: &str, number: u32, text: &str) {
    let answers = match number {
        1 => String::new(),
        _ => format!("In-Reply-To: <1@{name}.example>\r\n"),
    };
    let letter = format!(
        "From: Jane Doe <jane@{name}.example>\r\nTo: support@brightwater.example\r\n\
         Date: Wed, 14 Jan 2026 11:{number:02}:00 +0000\r\n{answers}\
         Message-ID: <{number}@{name}.example>\r\nSubject: {name}\r\n\r\n{text}\r\n"
    );
    let id = SourceId::new("letters");
    let info = SourceInfo { id, kind: "eml", title: format!("{name}{number}"), owner: None };
    let mut source = Letters(info, vec![letter.into_bytes()]);
    app.import(&mut source, &now, &AtomicBool::new(false), &mut |_| ()).unwrap();
}

fn page(limit: usize) -> PageRequest {
    PageRequest { cursor: None, limit }
}

fn values(app: &Watchkeeper, filter: &FieldFilter) -> Vec<FieldValueRecord> {
    app.field_values(filter, &page(100)).unwrap().items
}

fn all(app: &Watchkeeper) -> Vec<(String, String)> {
    let values = values(app, &FieldFilter::default()).into_iter();
    values.map(|value| (value.value, value.state)).collect()
}

fn ada() -> Actor {
    Actor::User(UserName::new("ada"))
}

fn texts(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn a_value_carries_its_words_and_is_found_in_the_case_the_list_and_the_export() {
    let app = open(&ports(), "#");
    deliver(&app, "north", 1, "Where is #20491?");
    let found = values(&app, &FieldFilter::default()).remove(0);
    assert_eq!((&*found.value, &*found.title, &*found.state), ("20491", "Order", "found"));
    assert_eq!(found.quote.as_ref().unwrap().text, "20491");
    let record = app.case(found.case, now()).unwrap();
    assert_eq!(record.custom_fields, [found]);
    let mut line = String::new();
    app.export(&mut |case| {
        line = serde_json::to_string(case).unwrap();
        Ok(())
    })
    .unwrap();
    assert!(
        line.contains(r#""fields":[{"field":"order","value":"20491","state":"found""#),
        "{line}"
    );
    let field = app.fields().unwrap().remove(0);
    assert_eq!((field.values, field.undecided), (1, 1));
}

#[test]
fn what_a_person_decided_stands_whatever_the_rules_read_later() {
    let ports = ports();
    let app = open(&ports, "#");
    deliver(&app, "north", 1, "Where are #1 and #2 and #3?");
    let ids: Vec<String> =
        values(&app, &FieldFilter::default()).into_iter().map(|value| value.id).collect();
    let decide = |app: &Watchkeeper, id: &str, act: FieldAct| {
        app.decide_field(id, act, "asked".to_owned(), ada(), now())
    };
    decide(&app, &ids[0], FieldAct::Approve).unwrap();
    let corrected = decide(&app, &ids[1], FieldAct::Correct("22".to_owned())).unwrap();
    assert_eq!((&*corrected.value, corrected.rules_value.as_deref()), ("22", Some("2")));
    assert_eq!(corrected.by.as_deref(), Some("ada"));
    decide(&app, &ids[2], FieldAct::Reject).unwrap();
    let stand = texts(&[("1", "approved"), ("22", "corrected"), ("3", "rejected")]);
    assert_eq!(all(&app), stand);
    app.rebuild(now(), &mut |_, _| ()).unwrap();
    assert_eq!(all(&app), stand);
    let refused = decide(&app, &ids[1], FieldAct::Correct("many".to_owned())).unwrap_err();
    assert!(matches!(refused, AppError::Invalid { .. }), "{refused}");
    assert!(decide(&app, "order.0.body.1.2", FieldAct::Approve).is_err());
    drop(app);
    let app = open(&ports, "nothing that stands there ");
    assert_eq!(all(&app), texts(&[("22", "corrected")]), "another set reads nothing");
    drop(app);
    let app = open(&ports, "#");
    assert_eq!(all(&app), stand);
    decide(&app, &ids[1], FieldAct::Restore).unwrap();
    assert_eq!(all(&app)[1], ("2".to_owned(), "found".to_owned()));
}

#[test]
fn the_table_of_present_values_names_its_exceptions() {
    let app = open(&ports(), "#");
    deliver(&app, "north", 1, "It is #7.");
    deliver(&app, "north", 2, "No, it is #8.");
    deliver(&app, "south", 1, "It is #9.");
    let latest = FieldFilter { latest: Some(Latest::Case), ..FieldFilter::default() };
    let shown = |filter: &FieldFilter| -> Vec<(String, bool)> {
        values(&app, filter).into_iter().map(|v| (v.value, v.conflicting)).collect()
    };
    assert_eq!(shown(&latest), [("8".to_owned(), true), ("9".to_owned(), false)]);
    let exceptions = FieldFilter { conflicting: true, ..latest.clone() };
    assert_eq!(shown(&exceptions), [("8".to_owned(), true)]);
    let of_south =
        FieldFilter { account: Some("south.example".to_owned()), ..FieldFilter::default() };
    assert_eq!(shown(&of_south), [("9".to_owned(), false)]);
    let id = values(&app, &exceptions).remove(0).id;
    app.decide_field(&id, FieldAct::Reject, String::new(), ada(), now()).unwrap();
    assert_eq!(shown(&latest), [("9".to_owned(), false), ("7".to_owned(), false)]);
    let waiting = FieldFilter { state: Some("found".to_owned()), ..FieldFilter::default() };
    let first = app.field_values(&waiting, &page(1)).unwrap();
    assert_eq!((first.total, first.next.as_deref()), (2, Some("1")));
    let cases = app.queue("all", &QueueFilter::default(), &page(10), now()).unwrap();
    assert_eq!(cases.total, 2);
}

#[test]
fn a_signature_gives_a_title_and_a_person_knows_better() {
    let app = open(&ports(), "#");
    deliver(&app, "north", 1, "It is #7.\r\n\r\n-- \r\nJane Doe\r\nHead of Logistics\r\nNorth Ltd");
    let jane = |app: &Watchkeeper| {
        let case = values(app, &FieldFilter::default()).remove(0).case;
        let people = app.case(case, now()).unwrap().people;
        people.into_iter().find(|person| person.address.email == "jane@north.example").unwrap()
    };
    let found = jane(&app);
    assert_eq!(found.title.as_deref(), Some("Head of Logistics"));
    assert_eq!(found.title_from.as_deref(), Some("signature"));
    assert_eq!(found.title_quote.unwrap().text, "Head of Logistics");
    assert_eq!(found.seniority.as_deref(), Some("manager"));
    let set = |title: Option<&str>| {
        let title = title.map(str::to_owned);
        app.set_title("Jane@North.example", title, "met her".to_owned(), ada(), now())
    };
    set(Some("Chief Operating Officer")).unwrap();
    for _ in 0..2 {
        let found = jane(&app);
        assert_eq!(found.title.as_deref(), Some("Chief Operating Officer"));
        assert_eq!(
            (found.title_from.as_deref(), found.title_by.as_deref()),
            (Some("person"), Some("ada"))
        );
        assert_eq!(found.seniority.as_deref(), Some("executive"));
        app.rebuild(now(), &mut |_, _| ()).unwrap();
    }
    assert!(
        set(Some(" ")).is_err()
            && app.set_title("jane", None, String::new(), ada(), now()).is_err()
    );
    set(None).unwrap();
    assert_eq!(jane(&app).title_from.as_deref(), Some("signature"));
}

#[test]
fn an_account_that_suddenly_writes_much_more_stands_out() {
    let app = open(&ports(), "#");
    let letter = |week: i64, number: u32| {
        let date = jiff::civil::date(2026, 1, 7).saturating_sub(jiff::Span::new().weeks(week));
        let date = date.strftime("%a, %d %b %Y");
        format!(
            "From: Jane Doe <jane@north.example>\r\nTo: support@brightwater.example\r\n\
             Date: {date} 11:{number:02}:00 +0000\r\nMessage-ID: <{week}.{number}@north.example>\r\n\
             Subject: Ticket {week} {number}\r\n\r\nPlease look at it.\r\n"
        )
        .into_bytes()
    };
    let letters = (0..10).flat_map(|week| {
        let count = if week == 0 { 9 } else { 1 };
        (0..count).map(move |number| letter(week, number))
    });
    let id = SourceId::new("letters");
    let info = SourceInfo { id, kind: "eml", title: "history".to_owned(), owner: None };
    let mut source = Letters(info, letters.collect());
    app.import(&mut source, &now, &AtomicBool::new(false), &mut |_| ()).unwrap();
    let report = app.baselines(None, false, now()).unwrap();
    assert_eq!((&*report.week, report.complete, report.compared), ("2026-01-05", true, 1));
    let row = &report.rows[0];
    assert_eq!((row.count, row.median, &*row.account.name), (9, 1.0, "north.example"));
    assert_eq!(row.weeks, [1; 9]);
    let earlier = app.baselines(Some(jiff::civil::date(2025, 12, 31)), false, now()).unwrap();
    assert!(earlier.rows.is_empty(), "{earlier:?}");
}
