//! Files on this machine that are watched, and calendars wherever they are.

use std::{path::PathBuf, time::Duration};

use egress::{Trust, http::Endpoint};
use model::fact::NoteTarget;
use serde::Deserialize;
use sources::{
    page::{CONFIRM, DEADLINE, WatchedPage, text},
    watched::{CalendarPlace, TableKind, WatchedCalendar, WatchedFolder, WatchedTable},
};

use super::{
    Config,
    mailboxes::{SourceKind, SourceSection},
};

/// How often files are looked at where nothing is said.
const FILES: Duration = Duration::from_secs(10);
/// How often a calendar on the net is looked at where nothing is said.
const NET: Duration = Duration::from_mins(15);
/// How often tables are looked at: a change is to be there at once.
const TABLES: Duration = Duration::from_secs(1);

/// Tables of accounts and contacts that are watched.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Accounts {
    /// The table of accounts.
    pub csv: Option<PathBuf>,
    /// The table of contacts.
    pub contacts: Option<PathBuf>,
}

impl SourceSection {
    /// What is wrong with a folder, if anything is.
    pub(super) fn folder_fault(&self) -> Option<String> {
        if let Some(key) = self.key_of_others(&["path", "every", "account", "case"]) {
            return Some(format!(
                "`{key}` is not for a folder; it has `path`, `every` and `account`"
            ));
        }
        self.folder(0).err()
    }

    /// What is wrong with a calendar, if anything is.
    pub(super) fn calendar_fault(&self) -> Option<String> {
        let own = [
            "path",
            "every",
            "account",
            "case",
            "url",
            "secret_url",
            "ca",
            "hosts",
            "allow_private",
        ];
        if let Some(key) = self.key_of_others(&own) {
            return Some(format!(
                "`{key}` is not for a calendar; it has `path` or `url`, and `every`"
            ));
        }
        match (&self.path, &self.url, &self.secret_url) {
            (Some(_), None, None) | (None, None, Some(_)) => self.about().err(),
            (None, Some(url), None) => self.calendar_page(url).err().or(self.about().err()),
            _ => Some("name one of `path`, `url` and `secret_url`".to_owned()),
        }
    }

    /// The first key that is given and is not among `own`.
    fn key_of_others(&self, own: &[&str]) -> Option<&'static str> {
        let given = [
            ("path", self.path.is_some()),
            ("every", self.every.is_some()),
            ("account", self.account.is_some()),
            ("case", self.case.is_some()),
            ("url", self.url.is_some()),
            ("secret_url", self.secret_url.is_some()),
            ("ca", self.ca.is_some()),
            ("hosts", !self.hosts.is_empty()),
            ("allow_private", self.allow_private),
            ("intake", self.intake.is_some()),
            ("selector", self.selector.is_some()),
            ("ignore", !self.ignore.is_empty()),
            ("ignore_robots", self.ignore_robots),
            ("quiet_after", self.quiet_after.is_some()),
        ];
        let other = given.into_iter().find(|(key, given)| *given && !own.contains(key));
        other.map(|(key, _)| key).or_else(|| self.key_of_mailboxes())
    }

    fn every(&self, usual: Duration) -> Duration {
        let every = self.every.and_then(|span| Duration::try_from(span.0).ok()).unwrap_or(usual);
        every.max(Duration::from_secs(1))
    }

    /// The folder, ready to be watched.
    pub fn folder(&self, max_size: u64) -> Result<WatchedFolder, String> {
        let path = self.path.clone().ok_or("it needs `path`")?;
        let about = match self.about()? {
            NoteTarget::Source(_) => None,
            about => Some(about),
        };
        let info = WatchedFolder::info(self.name.get_ref(), &path);
        Ok(WatchedFolder { info, path, every: self.every(FILES), about, max_size })
    }

    /// The calendar, ready to be watched. Times without a zone are in `zone`.
    pub fn calendar(&self, zone: &str) -> Result<WatchedCalendar, String> {
        let name = self.name.get_ref();
        let (place, title, usual) = match (&self.path, &self.url, &self.secret_url) {
            (Some(path), _, _) => {
                (CalendarPlace::Path(path.clone()), path.display().to_string(), FILES)
            }
            (_, Some(url), _) => (self.calendar_page(url)?, url.clone(), NET),
            (_, _, Some(secret)) => {
                let url = secret.secret()?.read().map_err(|error| error.to_string())?;
                // What is wrong is not quoted, and nobody is shown it: the URL is a secret.
                let page = self.calendar_page(url.trim()).map_err(|_| {
                    "the file of `secret_url` does not hold an https URL alone".to_owned()
                })?;
                let CalendarPlace::Page(known) = &page else { return Err("no page".to_owned()) };
                let title = format!("a calendar of {}", known.endpoint.host.name);
                (page, title, NET)
            }
            _ => return Err("name one of `path`, `url` and `secret_url`".to_owned()),
        };
        let about = match self.about()? {
            NoteTarget::Source(_) => NoteTarget::Source(WatchedCalendar::id(name)),
            about => about,
        };
        Ok(WatchedCalendar {
            info: WatchedCalendar::info(name, title),
            place,
            every: self.every(usual),
            about,
            zone: zone.to_owned(),
        })
    }

    fn calendar_page(&self, url: &str) -> Result<CalendarPlace, String> {
        let trust = self.ca.clone().map_or(Trust::Platform, Trust::File);
        // Programs that keep calendars hand out such addresses.
        let web = url.strip_prefix("webcal://").map(|rest| format!("https://{rest}"));
        let url = web.as_deref().unwrap_or(url);
        let endpoint = Endpoint::parse(url, trust)?;
        if !endpoint.is_private() {
            return Err("it would cross the network in the clear; use https".to_owned());
        }
        let name = self.name.get_ref();
        Ok(CalendarPlace::Page(Box::new(WatchedPage {
            info: WatchedPage::info(name, url),
            hosts: self.named_hosts(endpoint.host.port),
            scope: text::Scope::default(),
            every: NET,
            confirm: CONFIRM,
            about: NoteTarget::Source(WatchedCalendar::id(name)),
            inside: self.allow_private,
            // An address that was handed to us for this is no crawler's find.
            ignore_robots: true,
            deadline: DEADLINE,
            endpoint,
        })))
    }
}

impl Config {
    /// The IANA name of our own zone.
    pub fn zone(&self) -> &str {
        self.organisation.timezone.as_deref().unwrap_or("UTC")
    }

    /// The most bytes of a document that are read.
    pub fn largest_document(&self) -> u64 {
        self.files.file_size.max(self.limits.message_size)
    }

    fn of_kind(&self, kind: SourceKind) -> impl Iterator<Item = &SourceSection> {
        self.source.iter().filter(move |section| section.kind == kind)
    }

    /// The folders, ready to be watched. Says which one cannot be, and why.
    pub fn folders(&self) -> Result<Vec<WatchedFolder>, String> {
        let most = self.largest_document();
        let named = |section: &SourceSection| {
            let ready = section.folder(most);
            ready.map_err(|error| format!("source \"{}\": {error}", section.name.get_ref()))
        };
        self.of_kind(SourceKind::Folder).map(named).collect()
    }

    /// The calendars, ready to be watched, by name; what keeps one from being watched.
    pub fn calendars(&self) -> Vec<(&str, Result<WatchedCalendar, String>)> {
        let ready = |section| {
            let section: &SourceSection = section;
            (section.name.get_ref().as_str(), section.calendar(self.zone()))
        };
        self.of_kind(SourceKind::Calendar).map(ready).collect()
    }

    /// The tables, ready to be watched; accounts first, so that contacts find them.
    pub fn tables(&self) -> Vec<WatchedTable> {
        let named = [
            (TableKind::Accounts, &self.accounts.csv),
            (TableKind::Contacts, &self.accounts.contacts),
        ];
        let table = |(kind, path): (TableKind, &Option<PathBuf>)| {
            Some(WatchedTable::new(kind, path.clone()?, TABLES))
        };
        named.into_iter().filter_map(table).collect()
    }
}
