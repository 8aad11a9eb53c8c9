//! Attached files: read once, found by their words, and never lost sight of; over ports in memory.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use app::{
    AppError, PageRequest, Ports, SearchRequest, Settings, Watchkeeper,
    files::{CoverageRequest, FileBytes, FileReader, FileReading, FileState},
    record::SearchRecord,
    source::{Estimate, Offer, Source, SourceError, SourceInfo},
};
use engine::{Calendar, Evaluator, Level, Outcome, RuleError, Sides, SidesConfig, Step, Verdict};
use jiff::tz::TimeZone;
use model::{
    Actor, Digest, FileText, Instant, ItemKey, LevelName, RuleSetId, SourceId, Unread,
    fact::Sighting,
    file::{Place, Section, Unit, UnreadPart},
};
use store::memory::{MemoryEvidence, MemoryJournal, MemoryViews, search::MemorySearch};

fn now() -> Instant {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

struct Quiet(RuleSetId);

impl Evaluator for Quiet {
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
}

/// Reads each line of a file as a page; a file that begins with `!` is locked.
#[derive(Default)]
struct Lines {
    asked: AtomicUsize,
    ocr: bool,
    version: u16,
    broken: AtomicBool,
}

impl FileReader for Lines {
    fn read(&self, files: &[FileBytes]) -> Result<Vec<FileReading>, String> {
        if self.broken.load(Ordering::Relaxed) {
            return Err("no child starts".to_owned());
        }
        self.asked.fetch_add(files.len(), Ordering::Relaxed);
        Ok(files.iter().map(|file| FileReading { outcome: lines(file), ocr: self.ocr }).collect())
    }

    fn version(&self) -> u16 {
        self.version.max(1)
    }

    fn reads_pictures(&self) -> bool {
        self.ocr
    }
}

fn lines(file: &FileBytes) -> Result<FileText, Unread> {
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    if text.starts_with('!') {
        return Err(Unread::Encrypted);
    }
    let section = |(line, number): (&str, u32)| Section {
        place: Place { path: String::new(), unit: Unit::Page, number, name: String::new() },
        text: line.to_owned(),
    };
    let unread = text.contains("locked annex");
    let part = UnreadPart { path: "annex.pdf".to_owned(), reason: Unread::Encrypted };
    Ok(FileText {
        format: "pdf".to_owned(),
        sections: text.lines().zip(1..).map(section).collect(),
        unread: unread.then_some(part).into_iter().collect(),
        ocr: false,
    })
}

struct World {
    app: Watchkeeper,
    ports: Ports,
}

fn open(ports: &Ports) -> Watchkeeper {
    let domains = vec!["brightwater.example".to_owned()];
    let sides = SidesConfig { domains, ..SidesConfig::default() };
    let calendar = Calendar::office_hours(TimeZone::UTC);
    let limits = mail::Limits::default();
    let settings = Settings::new(Sides::new(&sides), calendar, [].into(), limits, 64 << 20);
    let rules = Arc::new(Quiet(RuleSetId::new("quiet@0")));
    let app = Watchkeeper::new(ports.clone(), Arc::new(settings), rules);
    app.catch_up(now(), &mut |_, _| ()).unwrap();
    app
}

fn world() -> World {
    let ports = Ports {
        journal: Arc::new(MemoryJournal::default()),
        evidence: Arc::new(MemoryEvidence::default()),
        views: Arc::new(MemoryViews::default()),
        search: Arc::new(MemorySearch::new()),
    };
    World { app: open(&ports), ports }
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
        let (place, source) = (Digest::of(&bytes).to_string(), self.0.id.clone());
        let (flags, folder) = (String::new(), String::new());
        let item = ItemKey::of(&source, "", &place);
        let sighting = Sighting { source, folder, place, flags, received: None, envelope: None };
        Ok(Some(Offer { item, sighting, size: None, read: Box::new(|_| Ok(bytes)) }))
    }

    fn ack(&mut self, _: &ItemKey) -> Result<(), SourceError> {
        Ok(())
    }
}

impl World {
    /// Takes in a letter of `who` with a file.
    fn letter(&self, who: &str, name: &str, media_type: &str, content: &str) {
        let letter = format!(
            "From: {who} <{who}@{who}.example>\r\nTo: support@brightwater.example\r\n\
             Date: 02 Feb 2026 09:00:00 +0000\r\nMessage-ID: <{who}-{name}@{who}.example>\r\n\
             Subject: Papers of {who} {name}\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSee the file.\r\n--x\r\n\
             Content-Type: {media_type}\r\nContent-Disposition: attachment; filename={name}\r\n\r\n\
             {content}\r\n--x--\r\n"
        );
        let (title, owner) = ("letters".to_owned(), None);
        let info = SourceInfo { id: SourceId::new("letters"), kind: "eml", title, owner };
        let mut source = Letters(info, vec![letter.into_bytes()]);
        let stop = AtomicBool::new(false);
        self.app.import(&mut source, &now, &stop, &mut |_| ()).unwrap();
    }

    fn read(&self, reader: &Lines) -> usize {
        let mut read = 0;
        loop {
            match self.app.read_files(reader, now()).unwrap() {
                0 => break,
                some => read += some,
            }
        }
        self.app.refresh_search().unwrap();
        read
    }

    fn search(&self, text: &str) -> SearchRecord {
        let page = PageRequest { cursor: None, limit: 10 };
        let request = SearchRequest { text: text.to_owned(), page, ..SearchRequest::default() };
        self.app.search(&request, now()).unwrap()
    }

    fn reasons(&self) -> Vec<(Unread, u64)> {
        let page = PageRequest { cursor: None, limit: 10 };
        let coverage = self.app.coverage(&CoverageRequest { page, ..CoverageRequest::default() });
        coverage.unwrap().unread.into_iter().map(|row| (row.reason, row.files)).collect()
    }
}

const OFFER: &str = "Terms of delivery\r\nThe azimuth costs ten a seat";

#[test]
fn a_word_in_a_file_is_found_with_its_page_and_every_sender() {
    let world = world();
    world.letter("anna", "offer.pdf", "application/pdf", OFFER);
    assert_eq!(world.search("azimuth").total, 0);
    let reader = Lines::default();
    assert_eq!(world.read(&reader), 1);
    let hit = world.search("azimuth").hits.remove(0);
    let file = hit.file.unwrap();
    assert_eq!((file.name.as_str(), file.place.as_str()), ("offer.pdf", "page 2"));
    assert_eq!(hit.snippet, "The azimuth costs ten a seat");
    assert_eq!(hit.kind, "file");
    // The same file once more is not read again, but found by whoever sent it.
    world.letter("bert", "copy.pdf", "application/pdf", OFFER);
    assert_eq!(world.read(&reader), 0);
    assert_eq!(reader.asked.load(Ordering::Relaxed), 1);
    for asked in ["azimuth from:anna", "azimuth from:bert", "file:copy.pdf kind:file"] {
        assert_eq!(world.search(asked).total, 1, "{asked}");
    }
    let case = world.search("from:bert kind:message").hits[0].case.unwrap();
    let within = world.search(&format!("azimuth case:{case}")).hits.remove(0);
    assert_eq!((within.case, within.file.unwrap().name.as_str()), (Some(case), "copy.pdf"));
}

#[test]
fn the_same_file_in_another_case_is_seen_there() {
    let world = world();
    world.letter("anna", "offer.pdf", "application/pdf", OFFER);
    world.letter("bert", "copy.pdf", "application/pdf", OFFER);
    world.read(&Lines::default());
    let case = world.search("from:anna kind:message").hits[0].case.unwrap();
    let files = world.app.case_files(case).unwrap();
    assert_eq!(files.len(), 1);
    let names: Vec<&str> = files[0].uses.iter().map(|used| used.name.as_str()).collect();
    assert_eq!(names, ["offer.pdf", "copy.pdf"]);
    assert!(files[0].uses[1].case.is_some_and(|other| other != case));
    assert_eq!(files[0].state, FileState::Read(Vec::new()));
    let whole = world.app.attached_file(files[0].file).unwrap();
    assert_eq!(whole.text.unwrap().sections[0].text, "Terms of delivery");
}

#[test]
fn nothing_is_left_out_without_a_reason_and_a_file_can_be_tried_again() {
    let world = world();
    world.letter("anna", "plan.pdf", "application/pdf", "!secret");
    world.letter("anna", "logo.png", "image/png", "picture");
    world.letter("anna", "call.mp3", "audio/mpeg", "sound");
    world.letter("anna", "all.zip", "application/zip", "a locked annex");
    let reader = Lines::default();
    assert_eq!(world.read(&reader), 2);
    let expected = [(Unread::Encrypted, 1), (Unread::Picture, 1), (Unread::Recording, 1)];
    assert_eq!(world.reasons(), expected);
    let page = PageRequest { cursor: None, limit: 10 };
    let asked = CoverageRequest { reason: Some(Unread::Encrypted), page, ..<_>::default() };
    let coverage = world.app.coverage(&asked).unwrap();
    let names: Vec<String> =
        coverage.page.items.iter().map(|file| file.at.as_ref().unwrap().name.clone()).collect();
    assert_eq!(names, ["all.zip", "plan.pdf"]);
    assert_eq!((coverage.files, coverage.read, coverage.read_in_part), (4, 0, 1));
    world.app.retry_file(coverage.page.items[1].file, &Actor::CommandLine, now()).unwrap();
    assert_eq!(world.app.files_waiting().unwrap(), 1);
    assert_eq!(world.read(&reader), 1);
    let missing = world.app.retry_file(Digest::of(b"?"), &Actor::CommandLine, now());
    assert!(matches!(missing, Err(AppError::NotFound { .. })));
    // A newer reader tries what an older one could not, pictures once they may be read.
    assert_eq!(world.app.retry_files_of_earlier_readers(2, now()).unwrap(), 2);
    assert_eq!(world.read(&Lines { version: 2, ocr: true, ..Lines::default() }), 3);
    assert_eq!(world.app.retry_files_of_earlier_readers(2, now()).unwrap(), 0);
    assert_eq!(world.reasons(), [(Unread::Encrypted, 1), (Unread::Recording, 1)]);
}

#[test]
fn what_waits_is_read_after_a_stop_and_what_was_read_is_not_read_again() {
    let world = world();
    world.letter("anna", "offer.pdf", "application/pdf", OFFER);
    let broken = Lines { broken: AtomicBool::new(true), ..Lines::default() };
    assert!(world.app.read_files(&broken, now()).is_err());
    let World { ports, .. } = world;
    let world = World { app: open(&ports), ports };
    let reader = Lines::default();
    assert_eq!(world.read(&reader), 1);
    world.app.rebuild(now(), &mut |_, _| ()).unwrap();
    assert_eq!(world.read(&reader), 0);
    assert_eq!(world.search("azimuth").hits[0].file.as_ref().unwrap().place, "page 2");
    world.app.rebuild_search(&mut |_, _| ()).unwrap();
    assert_eq!(world.search("azimuth").total, 1);
    assert!(world.app.verify(&mut |_, _| ()).unwrap().iter().all(|part| part.broken.is_empty()));
}

#[test]
fn a_file_in_a_message_within_a_message_is_found() {
    let world = world();
    let inner = "From: carl@north.example\r\nSubject: Inner\r\nContent-Type: multipart/mixed; \
                 boundary=y\r\n\r\n--y\r\n\r\nHello\r\n--y\r\nContent-Type: application/pdf\r\n\
                 Content-Disposition: attachment; filename=deep.pdf\r\n\r\nThe zenith report\r\n--y--";
    world.letter("anna", "mail.eml", "message/rfc822", inner);
    assert_eq!(world.read(&Lines::default()), 1);
    let hit = world.search("zenith").hits.remove(0);
    assert_eq!(hit.file.unwrap().name, "deep.pdf");
    let case = hit.case.unwrap();
    assert_eq!(world.search(&format!("zenith case:{case}")).total, 1);
    assert_eq!(world.app.case_files(case).unwrap().len(), 1);
}
