//! Folders, calendars and tables are watched while files come, change and go.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use app::{
    Watchkeeper,
    files::{FileBytes, FileReader, FileReading},
    outside::{Health, WatchRecord},
    record::TimelineKind,
};
use egress::{Egress, Trust, http::Endpoint};
use model::{
    Account, AccountId, Actor, FileText, Instant, Unread,
    fact::NoteTarget,
    file::{Place, Section, Unit},
};
use sources::{
    page::{WatchedPage, text::Scope},
    watched::{
        CalendarPlace, CalendarWatcher, FolderWatcher, TableKind, TableWatcher, WatchedCalendar,
        WatchedFolder, WatchedTable,
    },
};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    page::server::{Does, Server},
    world::{World, eventually, letter, now},
};

const EVERY: Duration = Duration::from_millis(30);

/// Reads text as it is, and says of everything else that it is locked.
struct Plain;

impl FileReader for Plain {
    fn read(&self, files: &[FileBytes]) -> Result<Vec<FileReading>, String> {
        let read = |file: &FileBytes| {
            let place =
                Place { path: String::new(), unit: Unit::Page, number: 2, name: String::new() };
            let text = String::from_utf8(file.bytes.clone()).map_err(|_| Unread::Encrypted);
            let outcome = text.map(|text| FileText {
                sections: vec![Section { place, text }],
                ..FileText::default()
            });
            FileReading { outcome, ocr: false }
        };
        Ok(files.iter().map(read).collect())
    }

    fn version(&self) -> u16 {
        1
    }

    fn reads_pictures(&self) -> bool {
        false
    }
}

struct Watching {
    _stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Office {
    world: World,
    dir: TempDir,
}

impl Office {
    fn new() -> Self {
        let office = Self { world: World::new(), dir: tempfile::tempdir().unwrap() };
        let account = Account {
            id: AccountId::new("northwind"),
            name: "Northwind Traders".to_owned(),
            domains: vec!["northwind.example".to_owned()],
            tier: None,
            timezone: None,
            renewal: None,
            fields: [].into(),
        };
        office.world.app.put_account(account, &Actor::System, now()).unwrap();
        office
    }

    fn app(&self) -> &Arc<Watchkeeper> {
        &self.world.app
    }

    fn egress(&self) -> Egress {
        Egress::new(self.app().outside().clone(), Arc::new(now))
    }

    fn path(&self, place: &str) -> PathBuf {
        self.dir.path().join(place)
    }

    fn write(&self, place: &str, text: impl AsRef<[u8]>) {
        let path = self.path(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn folder(&self) -> Watching {
        let path = self.dir.path().to_owned();
        let info = WatchedFolder::info("contracts", &path);
        let folder = WatchedFolder { info, path, every: EVERY, about: None, max_size: 4096 };
        let watcher =
            FolderWatcher::new(folder, self.app().clone(), Some(Arc::new(Plain)), self.egress());
        watched(|stop| tokio::spawn(watcher.run(stop)))
    }

    fn calendar(&self, place: CalendarPlace) -> Watching {
        let calendar = WatchedCalendar {
            info: WatchedCalendar::info("team", "team".to_owned()),
            place,
            every: EVERY,
            about: NoteTarget::Source(WatchedCalendar::id("team")),
            zone: "Europe/Berlin".to_owned(),
        };
        let watcher = CalendarWatcher::new(calendar, self.app().clone(), self.egress());
        watched(|stop| tokio::spawn(watcher.run(stop)))
    }

    fn table(&self, kind: TableKind, path: &Path) -> Watching {
        let table = WatchedTable::new(kind, path.to_owned(), EVERY);
        let watcher = TableWatcher::new(table, self.app().clone(), self.egress());
        watched(|stop| tokio::spawn(watcher.run(stop)))
    }

    fn record(&self) -> WatchRecord {
        self.world.record()
    }

    /// What sources said about the account, the latest last.
    fn told(&self) -> Vec<(Instant, String, bool)> {
        let known = self.app().account(&AccountId::new("northwind"), now()).unwrap();
        let notes = known.notes;
        let mut told: Vec<_> = notes
            .into_iter()
            .filter_map(|item| match item.what {
                TimelineKind::Note { text, seen: Some(seen), .. } => {
                    Some((item.at, text, seen.before.is_some()))
                }
                _ => None,
            })
            .collect();
        told.sort();
        told
    }

    async fn tells(&self, words: &str) {
        let has = || self.told().iter().any(|(_, text, _)| text.contains(words));
        eventually(words, has, || format!("{:?}; {:?}", self.told(), self.record())).await;
    }

    /// Waits for so many looks without anything to do.
    async fn rests(&self, doing: &str) {
        let so = || self.record().health == Health::Working && self.record().doing.contains(doing);
        eventually(doing, so, || format!("{:?}", self.record())).await;
    }
}

fn watched(
    start: impl FnOnce(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>) -> JoinHandle<()>,
) -> Watching {
    let (stop, stopped) = oneshot::channel::<()>();
    let task = start(Box::pin(async {
        let _ = stopped.await;
    }));
    Watching { _stop: stop, task }
}

#[tokio::test]
async fn documents_become_evidence_of_their_account_and_mail_goes_to_its_case() {
    let office = Office::new();
    office.write("northwind/contract.txt", "The penalty is agreed.");
    office.write("Northwind Traders/locked.pdf", b"\xff\xfe\x00\x01");
    office.write("mail/one.eml", letter(1));
    let _watching = office.folder();
    office.tells("Document: northwind/contract.txt\n\n[page 2]\nThe penalty is agreed.").await;
    office.tells("locked.pdf\nIts text cannot be read: encrypted").await;
    office.world.holds(1).await;
    office.write("northwind/contract.txt", "The penalty is waived, in part.");
    office.tells("Document changed: northwind/contract.txt").await;
    let changed = office.told().into_iter().filter(|(_, _, before)| *before).count();
    assert_eq!(changed, 1, "the version before is evidence, too");
    fs::remove_file(office.path("northwind/contract.txt")).unwrap();
    office.tells("Document no longer in the folder: northwind/contract.txt").await;
    let folders = office.app().sources().unwrap().remove(0).folders;
    let gone = folders.iter().find(|folder| folder.folder == "northwind").unwrap();
    assert_eq!((gone.gone, gone.ledger.stored, gone.balances), (1, 2, true));
}

#[tokio::test]
async fn a_document_is_told_once_however_often_the_service_starts() {
    let office = Office::new();
    office.write("northwind/a.txt", "One.");
    office.write("northwind/b.txt", "Two.");
    {
        let _watching = office.folder();
        office.rests("at 2 files").await;
    }
    let before = (office.told(), office.app().status().unwrap().facts);
    assert_eq!(before.0.len(), 2);
    let _watching = office.folder();
    eventually("it starts anew", || office.record().doing == "not begun", String::new).await;
    office.rests("at 2 files").await;
    assert_eq!(office.told(), before.0);
    let captured = office.app().status().unwrap().facts - before.1;
    assert!(captured <= 1, "{captured} facts beside that it was compared");
}

#[tokio::test]
async fn what_is_too_large_or_leads_out_is_counted_and_not_read() {
    let office = Office::new();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.txt"), "The password is swordfish.").unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), office.path("link.txt")).unwrap();
    office.write("northwind/large.bin", vec![b'x'; 5000]);
    office.write("northwind/empty.txt", "");
    office.write("northwind/fine.txt", "Fine.");
    let _watching = office.folder();
    office.tells("Fine.").await;
    office.rests("3 are not taken").await;
    let skipped: Vec<String> = office
        .app()
        .sources()
        .unwrap()
        .remove(0)
        .folders
        .into_iter()
        .flat_map(|folder| folder.ledger.skipped.into_keys())
        .collect();
    assert_eq!(skipped, ["link", "empty", "too_large"]);
    assert!(office.told().iter().all(|(_, text, _)| !text.contains("swordfish")));
}

#[tokio::test]
async fn a_share_that_is_not_mounted_takes_nothing_away() {
    let office = Office::new();
    office.write("in/northwind/a.txt", "One.");
    office.write("in/northwind/b.txt", "Two.");
    let inner = office.path("in");
    let info = WatchedFolder::info("contracts", &inner);
    let about = Some(NoteTarget::Account(AccountId::new("northwind")));
    let folder = WatchedFolder { info, path: inner.clone(), every: EVERY, about, max_size: 4096 };
    let watcher = FolderWatcher::new(folder, office.app().clone(), None, office.egress());
    let _watching = watched(|stop| tokio::spawn(watcher.run(stop)));
    office.rests("at 2 files").await;
    fs::rename(&inner, office.path("away")).unwrap();
    eventually("a failure", || office.record().health == Health::Failing, String::new).await;
    assert!(office.record().error.unwrap().contains("mounted"));
    fs::create_dir(&inner).unwrap();
    let warns = || office.record().error.is_some_and(|error| error.contains("all of a sudden"));
    eventually("a warning", warns, || format!("{:?}", office.record())).await;
    fs::remove_dir(&inner).unwrap();
    fs::rename(office.path("away"), &inner).unwrap();
    office.rests("at 2 files").await;
    assert_eq!(office.told().len(), 2, "{:?}", office.told());
}

fn calendar(events: &[String]) -> String {
    let events = events.concat();
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n").replace('\n', "\r\n")
}

fn meeting(uid: &str, start: &str, rest: &str) -> String {
    format!(
        "BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260101T000000Z\nSUMMARY:Review {uid}\nDTSTART{start}\n\
         ATTENDEE;CN=Jane Doe:mailto:jane@northwind.example\n{rest}END:VEVENT\n"
    )
}

#[tokio::test]
async fn meetings_stand_in_the_account_of_who_takes_part_and_a_change_is_told() {
    let office = Office::new();
    let ahead = |start: &str, rest: &str| meeting("ahead", start, rest);
    let past = meeting("past", ":20260112T090000Z", "");
    office.write("team.ics", calendar(&[past.clone(), ahead(":20260120T090000Z", "")]));
    let _watching = office.calendar(CalendarPlace::Path(office.path("team.ics")));
    office.tells("Meeting: Review past").await;
    office.tells("Meeting: Review ahead\nWhen: 2026-01-20 09:00").await;
    let times: Vec<String> = office.told().iter().map(|(at, ..)| at.to_string()).collect();
    assert_eq!(
        times,
        ["2026-01-12T09:00:00Z", "2026-01-14T12:00:00Z"],
        "when it was, or was heard of"
    );
    office.write("team.ics", calendar(&[past.clone(), ahead(":20260121T100000Z", "SEQUENCE:1\n")]));
    office.tells("Moved; it was to be: 2026-01-20 09:00").await;
    let off = ahead(":20260121T100000Z", "SEQUENCE:2\nSTATUS:CANCELLED\n");
    office.write("team.ics", calendar(&[past.clone(), off]));
    office.tells("Meeting called off: Review ahead").await;
    assert_eq!(office.told().len(), 4, "{:?}", office.told());
    let broken = "BEGIN:VEVENT\nUID:x\nSUMMARY:No beginning\nEND:VEVENT\n".to_owned();
    office.write("team.ics", calendar(&[broken]));
    let names = || office.record().error.is_some_and(|error| error.contains("team.ics:3: "));
    eventually("the line", names, || format!("{:?}", office.record())).await;
    assert_eq!(office.told().len(), 4, "what cannot be read calls nothing off");
}

#[tokio::test]
async fn a_series_is_told_as_far_as_it_is_near_and_a_meeting_that_is_taken_out_is_called_off() {
    let office = Office::new();
    let weekly = meeting("weekly", ";TZID=Europe/Berlin:20251203T100000", "RRULE:FREQ=WEEKLY\n");
    let single = meeting("single", ":20260116T090000Z", "");
    office.write("in/a.ics", calendar(&[weekly.clone(), single]));
    office.write("in/notes.txt", "no calendar");
    let _watching = office.calendar(CalendarPlace::Path(office.path("in")));
    // Meetings are told one after the other: the count waits for both.
    office.tells("When: 2026-02-11 10:00").await;
    office.tells("Meeting: Review single").await;
    let told = office.told().len();
    assert_eq!(told, 12, "from December to a month ahead: {:?}", office.told());
    office.write("in/a.ics", calendar(&[weekly]));
    office.tells("Review single\nWhen: 2026-01-16 09:00 UTC\nWho: Jane Doe <jane@northwind.example>\n\nIt is in the calendar no more.").await;
    assert_eq!(office.told().len(), told + 1);
}

#[tokio::test]
async fn a_calendar_on_the_net_is_asked_politely_and_read_when_it_changes() {
    let office = Office::new();
    let text = calendar(&[meeting("net", ":20260112T090000Z", "")]);
    let server = Server::new().await;
    server.does("/team.ics", Does::Page(text));
    let url = format!("http://127.0.0.1:{}/team.ics", server.port);
    let page = WatchedPage {
        info: WatchedPage::info("team", &url),
        endpoint: Endpoint::parse(&url, Trust::Platform).unwrap(),
        hosts: Vec::new(),
        scope: Scope::default(),
        every: EVERY,
        confirm: EVERY,
        about: NoteTarget::Account(AccountId::new("northwind")),
        inside: true,
        ignore_robots: true,
        deadline: Duration::from_secs(10),
    };
    let _watching = office.calendar(CalendarPlace::Page(Box::new(page)));
    office.tells("Meeting: Review net").await;
    let polite = || {
        server
            .asked()
            .iter()
            .any(|asked| asked.contains("If-None-Match") || asked.contains("if-none-match"))
    };
    eventually("a condition", polite, || format!("{:?}", server.asked())).await;
    let text = calendar(&[meeting("net", ":20260113T090000Z", "")]);
    server.does("/team.ics", Does::Page(text));
    tokio::time::sleep(EVERY * 4).await;
    server.does("/team.ics", Does::Page(calendar(&[meeting("other", ":20260113T090000Z", "")])));
    office.tells("Meeting: Review other").await;
}

#[tokio::test]
async fn a_table_is_taken_in_at_once_and_a_faulty_one_not_at_all() {
    let office = Office::new();
    let path = office.path("accounts.csv");
    fs::write(&path, "id,name,domains\nacme,Acme,acme.example\n").unwrap();
    let _watching = office.table(TableKind::Accounts, &path);
    let account = |address: &str| office.app().account_of(address).unwrap();
    let known = |id: &'static str, address: &'static str| {
        let account = &account;
        async move {
            let so = || account(address).is_some_and(|account| account.as_str() == id);
            eventually(id, so, || format!("{:?}", account(address))).await;
        }
    };
    known("acme", "x@acme.example").await;
    fs::write(&path, "id,name,domains\nacme,Acme,acme.example\nbeta,Beta,not a domain\n").unwrap();
    let names =
        || office.record().error.is_some_and(|error| error.contains("accounts.csv:3: column"));
    eventually("the line", names, || format!("{:?}", office.record())).await;
    assert_eq!(office.record().health, Health::Failing);
    assert_eq!(account("x@beta.example"), None);
    known("acme", "x@acme.example").await;
    fs::write(&path, "id,name,domains\nacme,Acme,acme.example\nbeta,Beta,beta.example\n").unwrap();
    known("beta", "x@beta.example").await;
    eventually("well again", || office.record().health == Health::Working, String::new).await;
}

#[tokio::test]
async fn a_source_that_is_paused_takes_nothing_until_it_is_resumed() {
    let office = Office::new();
    let id = WatchedFolder::info("contracts", office.dir.path()).id;
    let _watching = office.folder();
    office.rests("at 0 files").await;
    let actor = Actor::CommandLine;
    office.app().pause_source(&id, "the share is being moved", &actor, now()).unwrap();
    eventually("a pause", || office.record().health == Health::Paused, String::new).await;
    office.write("northwind/a.txt", "One.");
    tokio::time::sleep(EVERY * 8).await;
    assert_eq!(office.told(), []);
    office.app().resume_source(&id, &actor, now()).unwrap();
    office.tells("One.").await;
}
