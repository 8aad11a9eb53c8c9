//! A folder of documents and mail: what is new or changed becomes evidence of its account.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    io::Read as _,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use app::{
    Watchkeeper,
    files::{FileBytes, FileReader, FileReading},
    observe::{Gone, Observation, Says},
    source::{Offer, Refusal, SourceInfo},
};
use egress::Egress;
use jiff::SignedDuration;
use model::{
    AccountId, EvidenceId, FileText, Instant, ItemKey, Ledger, SourceId, Unread,
    fact::{EvidenceKind, NoteTarget, Received, Sighting},
};

use super::{
    App, Looked, Standing, WatchedError, beneath, blocking, keep_looking, shown,
    steady::{Due, Mark, Steady},
};
use crate::refusal::{from_io, refuse, too_large};

/// Bytes of documents that are read at once.
const AT_ONCE: u64 = 32 << 20;
/// Documents that are read at once.
const BATCH: usize = 16;
/// How often everything is compared with the journal.
const RECONCILE: SignedDuration = SignedDuration::from_hours(24);

/// A folder as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedFolder {
    /// What it is.
    pub info: SourceInfo,
    /// Where it is.
    pub path: PathBuf,
    /// How often it is looked at.
    pub every: Duration,
    /// What its documents are about; those in a folder within it are about the account of that name
    /// where nothing is said.
    pub about: Option<NoteTarget>,
    /// Larger files, in bytes, are skipped and counted.
    pub max_size: u64,
}

impl WatchedFolder {
    /// What a folder called `name` in the configuration is.
    pub fn info(name: &str, path: &std::path::Path) -> SourceInfo {
        SourceInfo {
            id: SourceId::new(&format!("folder:{name}")),
            kind: "folder",
            title: path.display().to_string(),
            owner: None,
        }
    }
}

/// Watches a folder for as long as the service runs.
pub struct FolderWatcher {
    folder: WatchedFolder,
    app: App,
    /// What reads documents; nothing if they are not to be read.
    reader: Option<Arc<dyn FileReader>>,
    standing: Standing,
    steady: Steady,
    /// Places that were missing at the last look.
    missing: BTreeSet<String>,
    /// Places that cannot be taken, with the reason.
    refused: BTreeMap<String, &'static str>,
    reconciled: Option<Instant>,
}

/// A file that is read and not kept yet.
struct Fresh {
    place: String,
    mark: Mark,
    bytes: Vec<u8>,
}

impl FolderWatcher {
    /// A watcher of `folder`. `egress` is where the clock and the book of sources are; nobody is called.
    pub fn new(
        folder: WatchedFolder,
        app: Arc<Watchkeeper>,
        reader: Option<Arc<dyn FileReader>>,
        egress: Egress,
    ) -> Self {
        Self {
            standing: Standing::new(&folder.info, "this machine", egress),
            folder,
            app,
            reader,
            steady: Steady::default(),
            missing: BTreeSet::new(),
            refused: BTreeMap::new(),
            reconciled: None,
        }
    }

    /// Watches until `stop` ends.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) {
        let (source, every) = (self.folder.info.id.clone(), self.folder.every);
        let look = |mut watcher: Self| {
            blocking(move || {
                watcher.look();
                Ok(watcher)
            })
        };
        keep_looking(self, source, every, look, stop).await;
    }

    /// Looks once.
    pub(super) fn look(&mut self) {
        if self.standing.rests(&self.app) {
            return;
        }
        let outcome = self.take_in();
        self.standing.tell(outcome, self.folder.every);
    }

    fn take_in(&mut self) -> Result<Looked, WatchedError> {
        let started = self.standing.now();
        let root = &self.folder.path;
        let found = beneath::list(root).map_err(|error| WatchedError::Unreadable {
            place: root.display().to_string(),
            detail: format!("{error}; look whether it is there, mounted, and may be read by us"),
        })?;
        let there: BTreeSet<&str> = found.files.iter().map(|(place, _)| place.as_str()).collect();
        self.steady.keep(|place| there.contains(place));
        self.refused.retain(|place, _| there.contains(place.as_str()));
        self.refuse_links(&found.links)?;
        let mut new = 0;
        let mut waiting = 0;
        let (mut lot, mut bytes) = (Vec::new(), 0);
        for (place, mark) in &found.files {
            match self.steady.due(place, *mark, started.millis()) {
                Due::Nothing => continue,
                Due::Wait => {
                    waiting += 1;
                    continue;
                }
                Due::Read => {}
            }
            match self.read(place, *mark)? {
                Some(fresh) => {
                    bytes += fresh.bytes.len() as u64;
                    lot.push(fresh);
                }
                None => waiting += usize::from(!self.refused.contains_key(place)),
            }
            if lot.len() >= BATCH || bytes >= AT_ONCE {
                new += self.keep(std::mem::take(&mut lot))?;
                bytes = 0;
            }
        }
        new += self.keep(lot)?;
        let gone = self.note_gone(&there)?;
        if waiting == 0 && self.reconciled.is_none_or(|at| started >= at.plus(RECONCILE)) {
            self.reconcile(started, &found)?;
        }
        let every = shown(self.folder.every);
        let still =
            if waiting > 0 { format!("; {waiting} are still written to") } else { String::new() };
        let left = match self.refused.len() + found.links.len() {
            0 => String::new(),
            left => format!("; {left} are not taken, as the ledger says"),
        };
        let most = found
            .more
            .then(|| "there are more files than are watched; divide the folder".to_owned());
        let empty = gone.then(|| {
            "the folder is empty all of a sudden; nothing is noted as gone, for its disk or share may \
             not be mounted"
                .to_owned()
        });
        Ok(Looked {
            new,
            doing: format!("looking every {every} at {} files{still}{left}", self.steady.len()),
            complaint: most.or(empty),
        })
    }

    /// Reads a file that has stopped changing; nothing if it changes after all, or is refused.
    fn read(&mut self, place: &str, mark: Mark) -> Result<Option<Fresh>, WatchedError> {
        let most = self.folder.max_size;
        let read = || -> Result<Option<Vec<u8>>, Refusal> {
            if mark.size == 0 {
                return Err(refuse("empty", "the file holds no bytes"));
            }
            if mark.size > most {
                return Err(too_large(mark.size, most));
            }
            let mut file = beneath::open(&self.folder.path, place).map_err(|e| from_io(&e))?;
            let mut bytes = Vec::new();
            (&mut file)
                .take(most.saturating_add(1))
                .read_to_end(&mut bytes)
                .map_err(|e| from_io(&e))?;
            let after = file.metadata().map_err(|error| from_io(&error))?;
            // It was written to while we read: another look finds it whole.
            Ok((Mark::of(&after) == mark && bytes.len() as u64 == mark.size).then_some(bytes))
        };
        match read() {
            Ok(bytes) => Ok(bytes.map(|bytes| Fresh { place: place.to_owned(), mark, bytes })),
            Err(refusal) if refusal.reason == "vanished" => Ok(None),
            Err(refusal) => {
                self.refused.insert(place.to_owned(), refusal.reason);
                self.steady.done(place, mark);
                self.refuse(place, refusal)?;
                Ok(None)
            }
        }
    }

    /// Has the ledger say that something is not taken.
    fn refuse(&self, place: &str, refusal: Refusal) -> Result<(), WatchedError> {
        let offer = Offer {
            sighting: self.sighting(place, None),
            item: ItemKey::of(&self.folder.info.id, folder_of(place), place),
            size: None,
            read: Box::new(move |_| Err(refusal)),
        };
        let egress = &self.standing.egress;
        self.app.take_in(&self.folder.info, vec![offer], &|| egress.now())?;
        Ok(())
    }

    fn refuse_links(&self, links: &[String]) -> Result<(), WatchedError> {
        let keys: Vec<ItemKey> = links
            .iter()
            .map(|place| ItemKey::of(&self.folder.info.id, folder_of(place), place))
            .collect();
        let known = self.app.known_items(&keys)?;
        for (place, _) in links.iter().zip(known).filter(|(_, known)| !known) {
            let detail = "it is a link that leads out of the folder, or to a folder".to_owned();
            self.refuse(place, refuse("link", detail))?;
        }
        Ok(())
    }

    /// Keeps what was read: mail goes to its case, documents to their account.
    fn keep(&mut self, lot: Vec<Fresh>) -> Result<usize, WatchedError> {
        if lot.is_empty() {
            return Ok(0);
        }
        let now = self.standing.now();
        let info = self.folder.info.clone();
        let (mail, documents): (Vec<Fresh>, Vec<Fresh>) =
            lot.into_iter().partition(|fresh| is_mail(&fresh.place));
        let mut new = 0;
        let marks =
            |lot: &[Fresh]| lot.iter().map(|f| (f.place.clone(), f.mark)).collect::<Vec<_>>();
        let done = [marks(&mail), marks(&documents)].concat();
        if !mail.is_empty() {
            let offers = mail.into_iter().map(|fresh| self.offer(fresh)).collect();
            let egress = &self.standing.egress;
            let ledger = self.app.take_in(&info, offers, &|| egress.now())?;
            new += (ledger.stored + ledger.duplicate) as usize;
        }
        let mut changed: Vec<(Fresh, Option<EvidenceId>)> = Vec::new();
        for fresh in documents {
            let before = self.app.seen_at(&info.id, &fresh.place)?;
            // Else it was touched, or read before the service was started.
            if before != Some(EvidenceId::of(&fresh.bytes)) {
                changed.push((fresh, before));
            }
        }
        let readings = self.readings(&changed)?;
        let observations: Vec<Observation> = changed
            .into_iter()
            .zip(readings)
            .map(|((fresh, before), reading)| {
                self.observation(fresh, before, reading.as_ref(), now)
            })
            .collect();
        if !observations.is_empty() {
            new += self.app.observe(&info, observations, now)?;
        }
        for (place, mark) in done {
            self.missing.remove(&place);
            self.steady.done(&place, mark);
        }
        Ok(new)
    }

    fn offer(&self, fresh: Fresh) -> Offer {
        let received = fresh.mark.millis().map(Instant::from_millis);
        let changed = fresh.mark.millis().unwrap_or_default();
        // The place with what tells versions of the file apart: a file that was replaced is another.
        let version = format!("{}\0{}\0{changed}", fresh.place, fresh.mark.size);
        Offer {
            sighting: self.sighting(&fresh.place, received),
            item: ItemKey::of(&self.folder.info.id, folder_of(&fresh.place), &version),
            size: Some(fresh.mark.size),
            read: Box::new(move |_| Ok(fresh.bytes)),
        }
    }

    fn sighting(&self, place: &str, received: Option<Instant>) -> Sighting {
        Sighting {
            source: self.folder.info.id.clone(),
            folder: folder_of(place).to_owned(),
            place: place.to_owned(),
            flags: String::new(),
            received: received.map(|at| Received { at, trusted: false }),
            envelope: None,
        }
    }

    /// The texts of documents, by the confined child that reads attached files, too.
    fn readings(
        &self,
        documents: &[(Fresh, Option<EvidenceId>)],
    ) -> Result<Vec<Option<FileReading>>, WatchedError> {
        let Some(reader) = self.reader.as_ref().filter(|_| !documents.is_empty()) else {
            return Ok(documents.iter().map(|_| None).collect());
        };
        let handed: Vec<FileBytes> = documents
            .iter()
            .map(|(fresh, _)| FileBytes {
                name: name_of(&fresh.place).to_owned(),
                media_type: String::new(),
                bytes: fresh.bytes.clone(),
            })
            .collect();
        let mut readings = reader.read(&handed).map_err(WatchedError::Reader)?.into_iter();
        Ok(documents.iter().map(|_| readings.next()).collect())
    }

    fn observation(
        &self,
        fresh: Fresh,
        before: Option<EvidenceId>,
        reading: Option<&FileReading>,
        now: Instant,
    ) -> Observation {
        let what = if before.is_some() { "Document changed" } else { "Document" };
        let mut text = format!("{what}: {}", fresh.place);
        match reading.map(|reading| &reading.outcome) {
            Some(Ok(read)) => text.push_str(&told(read)),
            Some(Err(reason)) => {
                text.push_str(&format!("\nIts text cannot be read: {}", words(*reason)));
            }
            None => {}
        }
        let changed = fresh.mark.millis().map(Instant::from_millis);
        let says = Says {
            about: self.about(&fresh.place),
            at: changed.unwrap_or(now).min(now),
            kind: "document",
            title: name_of(&fresh.place).to_owned(),
            text,
            before,
        };
        Observation {
            kind: EvidenceKind::Document,
            folder: folder_of(&fresh.place).to_owned(),
            place: fresh.place,
            at: now,
            once: None,
            bytes: fresh.bytes,
            says: vec![says],
        }
    }

    /// What a document is about: as configured, else the account that its folder is called after.
    fn about(&self, place: &str) -> NoteTarget {
        if let Some(about) = &self.folder.about {
            return about.clone();
        }
        match place.split_once('/') {
            Some((account, _)) => NoteTarget::Account(AccountId::new(account)),
            None => NoteTarget::Source(self.folder.info.id.clone()),
        }
    }

    /// Notes documents that are there no more, once two looks have missed them. Gives whether all of
    /// them are, which is nothing to believe.
    fn note_gone(&mut self, there: &BTreeSet<&str>) -> Result<bool, WatchedError> {
        let now = self.standing.now();
        let info = self.folder.info.clone();
        let seen = self.app.places_seen(&info.id)?;
        if there.is_empty() && seen.len() > 1 {
            return Ok(true);
        }
        let missing: BTreeSet<String> =
            seen.keys().filter(|place| !there.contains(place.as_str())).cloned().collect();
        let gone: Vec<Gone> = missing
            .intersection(&self.missing)
            .map(|place| Gone {
                folder: folder_of(place).to_owned(),
                place: place.clone(),
                evidence: seen.get(place).copied(),
                says: vec![Says {
                    about: self.about(place),
                    at: now,
                    kind: "document",
                    title: name_of(place).to_owned(),
                    text: format!("Document no longer in the folder: {place}"),
                    before: None,
                }],
            })
            .collect();
        self.missing = missing;
        for one in &gone {
            self.missing.remove(&one.place);
        }
        self.app.vanished(&info, gone, now)?;
        Ok(false)
    }

    /// Says what the folder shows, for the ledger.
    fn reconcile(&mut self, started: Instant, found: &beneath::Found) -> Result<(), WatchedError> {
        let mut ledgers: BTreeMap<String, Ledger> = BTreeMap::new();
        let places = found.files.iter().map(|(place, _)| place).chain(&found.links);
        for place in places {
            ledgers.entry(folder_of(place).to_owned()).or_default().seen += 1;
        }
        let now = self.standing.now();
        let folders = ledgers.into_iter().collect();
        self.app.finish_pass(&self.folder.info, started, folders, Vec::new(), now)?;
        self.reconciled = Some(now);
        Ok(())
    }
}

fn folder_of(place: &str) -> &str {
    place.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name_of(place: &str) -> &str {
    place.rsplit_once('/').map_or(place, |(_, name)| name)
}

fn is_mail(place: &str) -> bool {
    let ending = place.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("eml"))
}

/// A document's text, with the page, sheet or slide of each part.
fn told(read: &FileText) -> String {
    let mut text = String::new();
    for section in &read.sections {
        let place = section.place.shown();
        text.push_str("\n\n");
        if !place.is_empty() {
            text.push_str(&format!("[{place}]\n"));
        }
        text.push_str(section.text.trim());
    }
    text
}

fn words(reason: Unread) -> String {
    reason.word().replace('_', " ")
}
