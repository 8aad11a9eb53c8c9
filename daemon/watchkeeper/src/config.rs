//! Configuration: one TOML file. Every key has a default, and no key is unknown.
//!
//! The shape is in [`sections`], the meaning of the values in [`value`], the words for what is wrong
//! in [`error`]; `config/example.toml` explains every key to the administrator.

mod backup;
mod error;
mod files;
mod hours;
mod intakes;
mod mailboxes;
mod organisation;
mod outside;
mod pages;
mod quiet;
mod recipients;
mod saved;
mod sections;
mod teams;
mod value;
mod watched;

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use engine::{
    calendar::Calendar,
    sides::{SidesConfig, TeamConfig},
};
use jiff::tz::TimeZone;
use model::fold_text;
use serde::Deserialize;

use backup::Backup;
pub use error::ConfigError;
use files::Files;
pub use hours::{ChangedHours, HOURS};
pub use intakes::IntakeSection;
pub use mailboxes::{SourceKind, SourceSection};
pub use outside::ChannelSection;
pub use saved::{SAVED, parse_saved, read_saved, secret_file};
use sections::{
    Alerts, FreeMail, Limits, Log, Organisation, Partner, Person, Rules, Service, Storage, Team,
    WorkingHours,
};
pub use sections::{CalendarHours, EarlierWeek};
pub use value::{Day, DayHours, Hours};
use value::{Mailbox, Pattern, TlsChoice, WorkingTime};
use watched::Accounts;

/// No configuration is larger.
const LARGEST: u64 = 1 << 20;

/// The whole configuration.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Who we are.
    pub organisation: Organisation,
    /// Our teams; the first with a fitting pattern has an address.
    pub teams: Vec<Team>,
    /// Whom alerts can be told.
    pub people: Vec<Person>,
    /// Named groups of addresses.
    pub groups: BTreeMap<String, Vec<Mailbox>>,
    /// Hours of their own for some people, by name.
    pub calendars: BTreeMap<String, CalendarHours>,
    /// Who is neither ours nor a customer.
    pub partners: Vec<Partner>,
    /// Mail providers, whose domains say nothing of an account.
    pub free_mail: FreeMail,
    /// By tier, the working time within which an account is owed a reply.
    pub reply_targets: BTreeMap<String, WorkingTime>,
    /// When we work.
    pub working_hours: WorkingHours,
    /// Which rule set judges.
    pub rules: Rules,
    /// How much of a message is read.
    pub limits: Limits,
    /// How attached files are read.
    pub files: Files,
    /// What alerts go out.
    pub alerts: Alerts,
    /// Tables of accounts and contacts that are watched.
    pub accounts: Accounts,
    /// Mailboxes and other sources that are watched.
    pub source: Vec<SourceSection>,
    /// By which ways alerts go out.
    pub channel: Vec<ChannelSection>,
    /// When backups are made, and where to.
    pub backup: Backup,
    /// How the page and the API are served.
    pub service: Service,
    /// How much memory the stores take.
    pub storage: Storage,
    /// What is logged.
    pub log: Log,
    /// When we work, as it was changed in the page.
    #[serde(skip)]
    pub changed_hours: ChangedHours,
}

impl Config {
    /// Reads and checks the file at `path`. Relative paths in it are taken from its folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = read(path)?;
        let mut config = Self::parse(&text, path)?;
        config.resolve(path.parent().unwrap_or(Path::new("")));
        Ok(config)
    }

    /// Reads and checks `text`, which came from the file at `path`.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let config: Self =
            toml::from_str(text).map_err(|error| ConfigError::of_toml(path, text, &error))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        config.check(folder).map_err(|(at, detail)| ConfigError::at(path, text, at, detail))?;
        Ok(config)
    }

    /// A configuration that says what every key is for. As it stands, it has all defaults.
    pub fn example() -> &'static str {
        include_str!("config/example.toml")
    }

    /// Who is ours, for the engine.
    pub fn sides(&self) -> SidesConfig {
        let texts = |patterns: &[Pattern]| patterns.iter().map(|p| p.0.clone()).collect::<Vec<_>>();
        let team = |team: &Team| TeamConfig {
            name: team.name.get_ref().clone(),
            addresses: texts(&team.addresses),
        };
        SidesConfig {
            domains: self.organisation.domains.iter().map(|domain| domain.0.clone()).collect(),
            teams: self.teams.iter().map(team).collect(),
            partners: self.partners.iter().flat_map(|partner| texts(&partner.domains)).collect(),
            free_mail: self.free_mail.also.iter().map(|domain| domain.0.clone()).collect(),
            customers: texts(&self.organisation.not_ours),
        }
    }

    /// Our working hours in our own zone, for the engine.
    pub fn calendar(&self) -> Calendar {
        let ours = self.hours_of("").unwrap_or_default();
        recipients::calendar(&ours, &self.time_zone())
    }

    /// Our own zone.
    pub fn time_zone(&self) -> TimeZone {
        let zone = self.organisation.timezone.as_deref().map(TimeZone::get);
        zone.and_then(Result::ok).unwrap_or(TimeZone::UTC)
    }

    /// Working minutes within which an account is owed a reply, by tier as accounts name it.
    pub fn reply_minutes(&self) -> BTreeMap<String, u32> {
        self.reply_targets.iter().map(|(tier, time)| (fold_text(tier), time.minutes)).collect()
    }

    /// The caps of the parser.
    pub fn parser_limits(&self) -> mail::Limits {
        mail::Limits {
            raw_bytes: usize::try_from(self.limits.message_size).unwrap_or(usize::MAX),
            text_bytes: usize::try_from(self.limits.text_size).unwrap_or(usize::MAX),
            parts: self.limits.parts as usize,
            depth: self.limits.depth as usize,
            ..mail::Limits::default()
        }
    }

    /// Checks what one value alone does not show. Gives where the first fault is.
    fn check(&self, folder: &Path) -> Result<(), (usize, String)> {
        for (index, team) in self.teams.iter().enumerate() {
            let (name, at) = (team.name.get_ref(), team.name.span().start);
            if name.trim().is_empty() {
                return Err((at, "a team needs a name".to_owned()));
            }
            if self.teams[..index].iter().any(|before| before.name.get_ref() == name) {
                let detail = format!(
                    "team \"{name}\" is defined twice; put all its addresses into one [[teams]]"
                );
                return Err((at, detail));
            }
        }
        self.check_recipients()?;
        self.check_teams(folder)?;
        self.check_channels()?;
        self.check_sources()?;
        self.check_files()?;
        self.check_backup()?;
        let Some(tls) = &self.service.tls else { return Ok(()) };
        if *tls.get_ref() == TlsChoice::Off && !self.service.listen.ip().is_loopback() {
            let detail = format!(
                "tls = \"off\" would send passwords in the clear over {}; listen on 127.0.0.1 or \
                 use \"self-signed\" or certificate files",
                self.service.listen
            );
            return Err((tls.span().start, detail));
        }
        Ok(())
    }

    fn resolve(&mut self, folder: &Path) {
        let absolute = |path: &mut PathBuf| *path = folder.join(&*path);
        if let Some(dir) = &mut self.rules.dir {
            absolute(dir);
        }
        if let Some(key) = &mut self.rules.signing_key {
            absolute(key);
        }
        if let Some(destination) = &mut self.backup.destination {
            absolute(destination);
        }
        self.resolve_teams(folder);
        self.resolve_channels(folder);
        self.resolve_sources(folder);
        for path in self.accounts.csv.iter_mut().chain(&mut self.accounts.contacts) {
            absolute(path);
        }
        if let Some(tls) = &mut self.service.tls
            && let TlsChoice::Files { certificate, key } = tls.get_mut()
        {
            absolute(certificate);
            absolute(key);
        }
    }
}

/// The text of the file at `path`, of which no more is read than a configuration may have.
pub fn read(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreadable(std::io::Error::other("it is larger than 1 MiB")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        ConfigError::at(path, &text, valid, "it is not UTF-8".to_owned())
    })
}

#[cfg(test)]
mod tests;
