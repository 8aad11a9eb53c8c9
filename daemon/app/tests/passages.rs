//! The page of a long case is made of what was kept when the case was assessed.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use app::{
    Ports, Settings, Watchkeeper,
    record::{CaseRecord, TimelineKind},
    source::{Estimate, Offer, Source, SourceError, SourceInfo},
};
use engine::{
    Act, Calendar, Evaluator, Event, Level, Outcome, RuleError, Sides, SidesConfig, Step, Verdict,
};
use jiff::tz::TimeZone;
use model::{
    EvidenceId, Instant, ItemKey, LevelName, RuleSetId, SignalId, SourceId, Span, SpanPart,
    fact::Sighting,
};
use store::{
    Broken, Evidence, EvidenceStats,
    memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch},
};

fn now() -> Instant {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// Evidence that counts how often it is read.
#[derive(Default)]
struct Counted {
    held: MemoryEvidence,
    reads: AtomicUsize,
}

impl Evidence for Counted {
    fn put(&self, items: &[(EvidenceId, &[u8])]) -> store::Result<Vec<bool>> {
        self.held.put(items)
    }

    fn get(&self, id: &EvidenceId) -> store::Result<Option<Arc<[u8]>>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.held.get(id)
    }

    fn get_many(
        &self,
        ids: &[EvidenceId],
        each: &mut dyn FnMut(usize, &[u8]),
    ) -> store::Result<()> {
        self.reads.fetch_add(ids.len(), Ordering::Relaxed);
        self.held.get_many(ids, each)
    }

    fn contains(&self, ids: &[EvidenceId]) -> store::Result<Vec<bool>> {
        self.held.contains(ids)
    }

    fn stats(&self) -> store::Result<EvidenceStats> {
        self.held.stats()
    }

    fn verify(&self, progress: &mut dyn FnMut(f32)) -> store::Result<Vec<Broken>> {
        self.held.verify(progress)
    }

    fn merge_small(&self) -> store::Result<()> {
        self.held.merge_small()
    }

    fn compact(&self) -> store::Result<()> {
        self.held.compact()
    }
}

/// Rules that raise a signal of its own for each message, on its first word.
struct FirstWord(RuleSetId);

impl Evaluator for FirstWord {
    fn rules(&self) -> &RuleSetId {
        &self.0
    }

    fn levels(&self) -> &[Level] {
        &[]
    }

    fn step(&self, step: &Step<'_>) -> Outcome {
        let Event::Message(at) = *step.event else { return Outcome::default() };
        let message = &step.case.messages[at];
        let end = message.body.find(' ').unwrap() as u32;
        let span = Span { message: message.key, part: SpanPart::Body, start: 0, end };
        let raise = Act::Raise {
            signal: SignalId::new(&format!("word_{at}")),
            weight: 1,
            spans: vec![span],
            inputs: BTreeMap::new(),
        };
        Outcome { acts: vec![raise], ..Outcome::default() }
    }

    fn severity(&self, _: &Step<'_>) -> Result<Verdict, RuleError> {
        Ok(Verdict { level: LevelName::none(), reasons: Vec::new() })
    }
}

struct Letters(SourceInfo, Vec<(usize, Vec<u8>)>);

impl Source for Letters {
    fn info(&self) -> &SourceInfo {
        &self.0
    }

    fn estimate(&mut self) -> Result<Estimate, SourceError> {
        Ok(Estimate::default())
    }

    fn next(&mut self) -> Result<Option<Offer>, SourceError> {
        let Some((number, bytes)) = self.1.pop() else { return Ok(None) };
        let (place, source) = (number.to_string(), self.0.id.clone());
        let (flags, folder) = (String::new(), String::new());
        let item = ItemKey::of(&source, "", &place);
        let sighting = Sighting { source, folder, place, flags, received: None, envelope: None };
        Ok(Some(Offer { item, sighting, size: None, read: Box::new(|_| Ok(bytes)) }))
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

fn world() -> (Watchkeeper, Arc<Counted>) {
    let evidence = Arc::new(Counted::default());
    let ports = Ports {
        journal: Arc::new(MemoryJournal::default()),
        evidence: evidence.clone(),
        views: Arc::new(MemoryViews::default()),
        search: Arc::new(MemorySearch::new()),
    };
    let domains = vec!["brightwater.example".to_owned()];
    let sides = Sides::new(&SidesConfig { domains, ..SidesConfig::default() });
    let calendar = Calendar::office_hours(TimeZone::UTC);
    let settings = Settings::new(sides, calendar, [].into(), mail::Limits::default(), 64 << 20);
    let rules = FirstWord(RuleSetId::new("first-word@0"));
    let app = Watchkeeper::new(ports, Arc::new(settings), Arc::new(rules));
    app.catch_up(now(), &mut |_, _| ()).unwrap();
    (app, evidence)
}

/// Takes in the letters of one thread with these numbers.
fn deliver(app: &Watchkeeper, numbers: std::ops::Range<usize>) {
    let letter = |number: usize| {
        let answers = if number == 0 { "" } else { "References: <0@north.example>\r\n" };
        format!(
            "From: Jane <jane{}@north.example>\r\nTo: support@brightwater.example\r\n\
             Date: {:02} Mar 2026 09:00:00 +0000\r\nMessage-ID: <{number}@north.example>\r\n\
             {answers}Subject: Export\r\n\r\nWord{number} stands first here.\r\n",
            number % 2,
            number + 1,
        )
    };
    let letters = numbers.rev().map(|number| (number, letter(number).into_bytes())).collect();
    let (id, title) = (SourceId::new("letters"), "letters".to_owned());
    let mut source = Letters(SourceInfo { id, kind: "eml", title, owner: None }, letters);
    app.import(&mut source, &now, &AtomicBool::new(false), &mut |_| ()).unwrap();
}

fn page(app: &Watchkeeper) -> CaseRecord {
    let id = app.case_of_message_id("0@north.example").unwrap().unwrap();
    app.case(id, now()).unwrap()
}

/// What the page says of the words and of the people.
fn shown(page: &CaseRecord) -> (Vec<String>, Vec<(String, u32)>) {
    let words = page.timeline.iter().filter_map(|item| match &item.what {
        TimelineKind::Signal { evidence, .. } => Some(evidence[0].text.clone()),
        _ => None,
    });
    let people = page.people.iter().map(|person| (person.address.email.clone(), person.wrote));
    (words.collect(), people.collect())
}

fn expected(messages: usize) -> (Vec<String>, Vec<(String, u32)>) {
    let words = (0..messages).map(|number| format!("Word{number}")).collect();
    let wrote = |odd: usize| ((messages + 1 - odd) / 2) as u32;
    let jane = |odd: usize| (format!("jane{odd}@north.example"), wrote(odd));
    let mut people = vec![jane(0), jane(1)];
    people.retain(|(_, wrote)| *wrote > 0);
    people.push(("support@brightwater.example".to_owned(), 0));
    (words, people)
}

#[test]
fn the_page_of_a_case_says_the_same_whether_the_case_is_short_or_long() {
    let (app, _) = world();
    for messages in [1, 3, 6, 7, 8, 15] {
        let known = if messages == 1 { 0 } else { page(&app).row.messages as usize };
        deliver(&app, known..messages);
        let page = page(&app);
        assert_eq!(shown(&page), expected(messages));
        assert_eq!(page.signals.len(), messages);
        assert!(page.signals.iter().all(|signal| signal.evidence.len() == 1));
    }
}

#[test]
fn the_page_of_a_long_case_reads_no_message() {
    let (app, evidence) = world();
    deliver(&app, 0..12);
    let before = evidence.reads.load(Ordering::Relaxed);
    assert_eq!(shown(&page(&app)), expected(12));
    assert_eq!(evidence.reads.load(Ordering::Relaxed), before);
    app.rebuild(now(), &mut |_, _| ()).unwrap();
    assert_eq!(shown(&page(&app)), expected(12), "a rebuild keeps it as well");
}
