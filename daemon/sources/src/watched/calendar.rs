//! A calendar, watched: a file, a folder of files, or an address on the net.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use app::{Watchkeeper, source::SourceInfo};
use egress::Egress;
use http::{HeaderName, header};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use mail::calendar::Calendar;
use model::{Instant, SourceId, fact::NoteTarget};

use super::{
    App, Looked, Standing, WatchedError, beneath, blocking, keep_looking,
    meetings::Meetings,
    shown,
    steady::{Due, Mark, Steady},
};
use crate::page::{Answer, Hops, WatchedPage};

/// The most bytes of a calendar that are read.
pub(super) const LARGEST: u64 = 16 << 20;
/// Faults of a calendar that are told.
const TOLD: usize = 3;
/// How often an unchanged calendar is looked through again, for what has come within reach.
const AGAIN: SignedDuration = SignedDuration::from_hours(6);

/// Where a calendar is.
#[derive(Debug, Clone)]
pub enum CalendarPlace {
    /// A file, or a folder of files that end in `.ics`.
    Path(PathBuf),
    /// An address on the net.
    Page(Box<WatchedPage>),
}

/// A calendar as configured.
#[derive(Debug, Clone)]
pub struct WatchedCalendar {
    /// What it is.
    pub info: SourceInfo,
    /// Where it is.
    pub place: CalendarPlace,
    /// How often it is looked at.
    pub every: Duration,
    /// What meetings are about where the account of none who take part is known.
    pub about: NoteTarget,
    /// The zone of times that name none, as its IANA name.
    pub zone: String,
}

impl WatchedCalendar {
    /// The id of a calendar called `name` in the configuration.
    pub fn id(name: &str) -> SourceId {
        SourceId::new(&format!("calendar:{name}"))
    }

    /// What a calendar called `name` in the configuration is; `title` is shown to everybody.
    pub fn info(name: &str, title: String) -> SourceInfo {
        SourceInfo { id: Self::id(name), kind: "calendar", title, owner: None }
    }
}

/// Watches a calendar for as long as the service runs.
pub struct CalendarWatcher {
    calendar: WatchedCalendar,
    app: App,
    hops: Hops,
    standing: Standing,
    steady: Steady,
    /// What makes the server say that nothing has changed.
    conditions: Vec<(HeaderName, String)>,
    /// When everything was looked through last.
    whole: Option<Instant>,
    /// What was wrong with a file when it was read, by its place.
    faults: BTreeMap<String, String>,
    /// Files that were missing at the last look.
    missing: BTreeSet<String>,
}

impl CalendarWatcher {
    /// A watcher of `calendar`; it lets its hosts be called.
    pub fn new(calendar: WatchedCalendar, app: Arc<Watchkeeper>, egress: Egress) -> Self {
        let host = match &calendar.place {
            CalendarPlace::Path(_) => "this machine".to_owned(),
            CalendarPlace::Page(page) => {
                for host in page.allowed() {
                    egress.allow(&host, &format!("source {}", calendar.info.id));
                }
                page.endpoint.host.name.clone()
            }
        };
        Self {
            standing: Standing::new(&calendar.info, &host, egress.clone()),
            hops: Hops::new(egress),
            calendar,
            app,
            steady: Steady::default(),
            conditions: Vec::new(),
            whole: None,
            faults: BTreeMap::new(),
            missing: BTreeSet::new(),
        }
    }

    /// Watches until `stop` ends.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) {
        let (source, every) = (self.calendar.info.id.clone(), self.calendar.every);
        keep_looking(self, source, every, Self::look, stop).await;
    }

    /// Looks once.
    pub(super) async fn look(mut self) -> Result<Self, WatchedError> {
        if self.standing.rests(&self.app) {
            return Ok(self);
        }
        let fetched = match &self.calendar.place {
            CalendarPlace::Path(_) => Ok(None),
            CalendarPlace::Page(_) => self.fetch().await,
        };
        blocking(move || {
            let outcome = match (fetched, self.calendar.place.clone()) {
                (Err(error), _) => Err(error),
                (Ok(_), CalendarPlace::Path(path)) => self.look_at_files(&path),
                (Ok(None), CalendarPlace::Page(_)) => Ok(self.looked(0)),
                (Ok(Some((bytes, conditions))), CalendarPlace::Page(_)) => {
                    self.look_at_answer(&bytes, conditions)
                }
            };
            self.standing.tell(outcome, self.calendar.every);
            Ok(self)
        })
        .await
    }

    /// Asks the server; nothing if the calendar is as it was.
    async fn fetch(
        &mut self,
    ) -> Result<Option<(Vec<u8>, Vec<(HeaderName, String)>)>, WatchedError> {
        let CalendarPlace::Page(page) = self.calendar.place.clone() else { return Ok(None) };
        let again = self.is_due();
        let conditions = if again { Vec::new() } else { self.conditions.clone() };
        match self.hops.get(&page, &conditions).await? {
            Answer::NotModified => Ok(None),
            Answer::Page(_, fetched) => {
                let pairs = [
                    (header::ETAG, header::IF_NONE_MATCH),
                    (header::LAST_MODIFIED, header::IF_MODIFIED_SINCE),
                ];
                let conditions = pairs.into_iter().filter_map(|(given, asked)| {
                    Some((asked, fetched.headers.get(&given)?.to_str().ok()?.to_owned()))
                });
                let conditions = conditions.collect();
                Ok(Some((fetched.body, conditions)))
            }
        }
    }

    /// Whether all of it is to be looked through again, for what has come within reach.
    fn is_due(&self) -> bool {
        let now = self.standing.now();
        self.whole.is_none_or(|at| now >= at.plus(AGAIN) || day(at) != day(now))
    }

    fn looked(&self, new: usize) -> Looked {
        let every = shown(self.calendar.every);
        let files = match self.calendar.place {
            CalendarPlace::Path(_) => format!(" at {} files", self.steady.len()),
            CalendarPlace::Page(_) => String::new(),
        };
        let complaint: Vec<&str> = self.faults.values().map(String::as_str).collect();
        Looked {
            new,
            doing: format!("looking every {every}{files}"),
            complaint: (!complaint.is_empty()).then(|| complaint.join("\n")),
        }
    }

    fn look_at_answer(
        &mut self,
        bytes: &[u8],
        conditions: Vec<(HeaderName, String)>,
    ) -> Result<Looked, WatchedError> {
        let now = self.standing.now();
        let new = self.tell("calendar", bytes)?;
        (self.conditions, self.whole) = (conditions, Some(now));
        Ok(self.looked(new))
    }

    fn look_at_files(&mut self, path: &Path) -> Result<Looked, WatchedError> {
        let now = self.standing.now();
        let again = self.is_due();
        let unreadable = |error: std::io::Error| WatchedError::Unreadable {
            place: path.display().to_string(),
            detail: format!("{error}; look whether it is there and may be read by us"),
        };
        let about = std::fs::metadata(path).map_err(unreadable)?;
        let files: Vec<(String, Mark)> = if about.is_dir() {
            let found = beneath::list(path).map_err(unreadable)?;
            found.files.into_iter().filter(|(place, _)| is_calendar(place)).collect()
        } else {
            let name = path.file_name().map(crate::disk::shown).unwrap_or_default();
            vec![(name, Mark::of(&about))]
        };
        let there: Vec<String> = files.iter().map(|(place, _)| place.clone()).collect();
        let mut new = self.forget(&there)?;
        for (place, mark) in files {
            let due = self.steady.due(&place, mark, now.millis());
            if due == Due::Wait || (due == Due::Nothing && !again) {
                continue;
            }
            let opened = if about.is_dir() {
                beneath::open(path, &place)
            } else {
                std::fs::File::open(path)
            };
            let mut bytes = Vec::new();
            let read = opened.and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
            match read {
                Ok(read) if read as u64 > LARGEST => {
                    let fault = format!("{place}: it is larger than 16 MiB; it is not read");
                    self.faults.insert(place.clone(), fault);
                }
                Ok(_) => new += self.tell(&place, &bytes)?,
                Err(error) => {
                    self.faults.insert(place.clone(), format!("{place}: {error}; it is not read"));
                }
            }
            self.steady.done(&place, mark);
        }
        if again {
            self.whole = Some(now);
        }
        Ok(self.looked(new))
    }

    /// Tells of the meetings of a calendar.
    fn tell(&mut self, place: &str, bytes: &[u8]) -> Result<usize, WatchedError> {
        self.faults.remove(place);
        let calendar = match mail::calendar::read(bytes, &self.calendar.zone) {
            Ok(calendar) => calendar,
            Err(error) => {
                let fault = format!("{place}: {error}; what was read before stays");
                self.faults.insert(place.to_owned(), fault);
                return Ok(0);
            }
        };
        if let Some(fault) = complaint(place, &calendar) {
            self.faults.insert(place.to_owned(), fault);
        }
        self.meetings(place).tell(&calendar)
    }

    fn meetings<'a>(&'a self, place: &'a str) -> Meetings<'a> {
        Meetings {
            app: &self.app,
            info: &self.calendar.info,
            place,
            zone: &self.calendar.zone,
            about: &self.calendar.about,
            now: self.standing.now(),
        }
    }

    /// Tells of the meetings of files that are there no more, once two looks have missed them.
    fn forget(&mut self, there: &[String]) -> Result<usize, WatchedError> {
        self.steady.keep(|place| there.iter().any(|known| known == place));
        self.faults.retain(|place, _| there.contains(place));
        let mut missing = BTreeSet::new();
        for place in self.app.places_seen(&self.calendar.info.id)?.into_keys() {
            if let Some((file, _)) = place.split_once('#')
                && !there.iter().any(|known| known == file)
            {
                missing.insert(file.to_owned());
            }
        }
        let mut new = 0;
        for file in missing.intersection(&self.missing) {
            new += self.meetings(file).tell_all_gone()?;
        }
        self.missing = missing;
        Ok(new)
    }
}

pub(super) fn is_calendar(place: &str) -> bool {
    let ending = place.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| matches!(&*ending.to_ascii_lowercase(), "ics" | "ical" | "ifb"))
}

/// What is wrong with a calendar, by line, if anything is.
fn complaint(place: &str, calendar: &Calendar) -> Option<String> {
    let told: Vec<String> = calendar
        .faults
        .iter()
        .take(TOLD)
        .map(|fault| format!("{place}:{}: {}", fault.line, fault.detail))
        .collect();
    let further = calendar.faults.len().saturating_sub(TOLD);
    let mut text = told.join("\n");
    if further > 0 {
        text.push_str(&format!("\nand {further} more like these"));
    }
    (!text.is_empty()).then_some(text)
}

fn day(at: Instant) -> Date {
    at.in_zone(&TimeZone::UTC).date()
}
