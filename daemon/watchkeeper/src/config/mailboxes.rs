//! Mailboxes that are watched.

use std::{collections::BTreeSet, path::Path, time::Duration};

use egress::{
    Host, Trust,
    http::Endpoint,
    oauth::{Grant, TokenSource},
};
use jiff::tz::TimeZone;
use model::{Instant, SourceId};
use serde::Deserialize;
use sources::imap::{Login, Mailbox, Scope, Throttle, USUAL_FOLDERS};
use toml::Spanned;

use super::{
    Config,
    intakes::IntakeSection,
    outside::{MailTls, SecretPlace, protection, unprotected},
    value::{Day, Mailbox as Address, Pattern, Span},
};

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A mailbox on an IMAP server.
    Imap,
    /// Mail that servers hand to us by SMTP.
    Smtp,
    /// Mail that servers hand to us by LMTP.
    Lmtp,
    /// A page of the web.
    Page,
    /// A folder of documents and mail on this machine.
    Folder,
    /// A calendar.
    Calendar,
}

impl SourceKind {
    /// The word for it, as in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Smtp => "smtp",
            Self::Lmtp => "lmtp",
            Self::Page => "page",
            Self::Folder => "folder",
            Self::Calendar => "calendar",
        }
    }
}

/// A source that the service keeps up with. Which keys go with which kind is checked afterwards, so
/// that a fault can be named with its line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSection {
    /// Whether it was defined in the page, not in the configuration.
    #[serde(skip)]
    pub saved: bool,
    /// Its name for ever: what was taken in is remembered under it.
    pub name: Spanned<String>,
    /// What it is.
    pub kind: SourceKind,
    /// The server.
    #[serde(default)]
    pub host: Option<String>,
    /// Its port.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: Option<MailTls>,
    /// The name of the mailbox there.
    #[serde(default)]
    pub user: Option<String>,
    /// The password to it.
    #[serde(default)]
    pub password: Option<SecretPlace>,
    /// Where tokens come from, instead of a password.
    #[serde(default)]
    pub oauth: Option<OauthSection>,
    /// Whose mailbox it is.
    #[serde(default)]
    pub owner: Option<Address>,
    /// The folders that are watched.
    #[serde(default)]
    pub folders: Option<Vec<String>>,
    /// How often other folders than the first are looked at.
    #[serde(default)]
    pub poll: Option<Span>,
    /// The day on which its password or token ends.
    #[serde(default)]
    pub expires: Option<Day>,
    /// What came to the mailbox before this day is left out.
    #[serde(default)]
    pub since: Option<Day>,
    /// Only mail from these is taken in.
    #[serde(default)]
    pub senders: Vec<Pattern>,
    /// No mail from these is taken in.
    #[serde(default)]
    pub not_senders: Vec<Pattern>,
    /// How many messages a minute are read at most.
    #[serde(default)]
    pub messages_per_minute: Option<u32>,
    /// How many bytes a second are read at most.
    #[serde(default)]
    pub bytes_per_second: Option<u32>,
    /// Whether the newest messages are taken in first.
    #[serde(default)]
    pub newest_first: bool,
    /// A PEM file of certificate authorities instead of the platform's.
    #[serde(default)]
    pub ca: Option<std::path::PathBuf>,
    /// A silence that is too long whatever its rhythm is.
    #[serde(default)]
    pub quiet_after: Option<Span>,
    /// What makes it a source that mail is handed to.
    #[serde(default)]
    pub intake: Option<IntakeSection>,
    /// The address of a page.
    #[serde(default)]
    pub url: Option<String>,
    /// The address of a calendar that is a secret.
    #[serde(default)]
    pub secret_url: Option<SecretPlace>,
    /// Where files are: a folder, or a calendar.
    #[serde(default)]
    pub path: Option<std::path::PathBuf>,
    /// The part of a page that is read, as a CSS selector.
    #[serde(default)]
    pub selector: Option<String>,
    /// Parts of a page that are left out, as CSS selectors.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// How often a page, a folder or a calendar is looked at.
    #[serde(default)]
    pub every: Option<Span>,
    /// The account that it tells of.
    #[serde(default)]
    pub account: Option<String>,
    /// The case that it tells of.
    #[serde(default)]
    pub case: Option<String>,
    /// Further hosts that a page may lead to.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Whether a page may be on an address of the inside.
    #[serde(default)]
    pub allow_private: bool,
    /// Whether the wishes of robots.txt are passed over.
    #[serde(default)]
    pub ignore_robots: bool,
}

/// Where tokens come from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthSection {
    /// The token endpoint.
    pub token_url: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    #[serde(default)]
    pub client_secret: Option<SecretPlace>,
    /// What we have been given; without it, our own name and secret must do.
    #[serde(default)]
    pub refresh_token: Option<SecretPlace>,
    /// What is asked for.
    #[serde(default)]
    pub scope: Option<String>,
}

impl SourceSection {
    /// What the source is called everywhere else.
    pub fn id(&self) -> SourceId {
        SourceId::new(&format!("{}:{}", self.kind.word(), self.name.get_ref()))
    }

    fn fault(&self) -> Option<String> {
        match self.kind {
            SourceKind::Imap => self.mailbox_fault(),
            SourceKind::Smtp | SourceKind::Lmtp => self.intake_fault(),
            SourceKind::Page => self.page_fault(),
            SourceKind::Folder => self.folder_fault(),
            SourceKind::Calendar => self.calendar_fault(),
        }
    }

    /// Takes relative paths from `folder`.
    pub(super) fn resolve(&mut self, folder: &Path) {
        for place in [&mut self.password, &mut self.secret_url].into_iter().flatten() {
            place.resolve(folder);
        }
        if let Some(oauth) = &mut self.oauth {
            oauth.resolve(folder);
        }
        for path in self.ca.iter_mut().chain(&mut self.path) {
            *path = folder.join(&*path);
        }
        if let Some(intake) = &mut self.intake {
            intake.resolve(folder);
        }
    }

    fn mailbox_fault(&self) -> Option<String> {
        if self.intake.is_some() {
            return Some("only mail by SMTP or LMTP has an `intake`".to_owned());
        }
        if self.url.is_some() || self.secret_url.is_some() || self.path.is_some() {
            return Some("a mailbox has no `url` and no `path`".to_owned());
        }
        let Some(host) = &self.host else { return Some("it needs `host`".to_owned()) };
        if self.user.is_none() {
            return Some("it needs `user`".to_owned());
        }
        match (&self.password, &self.oauth) {
            (Some(_), None) => {}
            (None, Some(oauth)) => {
                if let Some(fault) = oauth.fault() {
                    return Some(fault);
                }
            }
            _ => return Some("it needs `password` or `oauth`, one of them".to_owned()),
        }
        if self.messages_per_minute == Some(0) || self.bytes_per_second == Some(0) {
            return Some("a limit of 0 lets nothing in; leave it out to read quickly".to_owned());
        }
        if self.folders.as_ref().is_some_and(Vec::is_empty) {
            return Some("`folders` is empty; leave it out for the usual ones".to_owned());
        }
        unprotected(host, self.tls)
    }

    /// When its password or token ends, if that is known; a day begins in `zone`.
    pub fn ends(&self, zone: &TimeZone) -> Option<Instant> {
        self.expires.as_ref()?.begins(zone)
    }

    /// Which messages are taken in; a day begins in `zone`.
    fn scope_of_mailbox(&self, zone: &TimeZone) -> Scope {
        let texts = |patterns: &[Pattern]| patterns.iter().map(|p| p.0.clone()).collect();
        Scope {
            since: self.since.as_ref().and_then(|day| day.begins(zone)),
            senders: texts(&self.senders),
            not_senders: texts(&self.not_senders),
        }
    }

    /// The mailbox, ready to be watched; renewed tokens are kept below `dir`, and days begin in
    /// `zone`.
    pub fn mailbox(&self, dir: &Path, max_size: u64, zone: &TimeZone) -> Result<Mailbox, String> {
        let trust = self.ca.clone().map_or(Trust::Platform, Trust::File);
        let tls = self.tls.unwrap_or(MailTls::Tls);
        let usual_port = if tls == MailTls::Tls { 993 } else { 143 };
        let name = self.name.get_ref();
        let login = match (&self.password, &self.oauth) {
            (Some(password), _) => Login::Password(password.secret()?),
            (None, Some(oauth)) => Login::Token(Box::new(oauth.tokens(name, dir)?)),
            (None, None) => return Err("it needs `password` or `oauth`".to_owned()),
        };
        let owner = self.owner.as_ref().map(|owner| owner.0.clone());
        let missing = |what: &str| format!("it needs `{what}`");
        let host = self.host.clone().ok_or_else(|| missing("host"))?;
        let user = self.user.clone().ok_or_else(|| missing("user"))?;
        let usual = || USUAL_FOLDERS.map(str::to_owned).to_vec();
        let poll = self.poll.map_or(Ok(Duration::from_mins(1)), |span| span.0.try_into());
        Ok(Mailbox {
            info: Mailbox::info(name, &user, &host, owner),
            host: Host {
                name: host,
                port: self.port.unwrap_or(usual_port),
                protection: protection(tls, trust),
            },
            user,
            login,
            folders: self.folders.clone().unwrap_or_else(usual),
            poll: poll.unwrap_or(Duration::from_mins(1)).max(Duration::from_secs(1)),
            max_size,
            scope: self.scope_of_mailbox(zone),
            throttle: Throttle {
                messages_per_minute: self.messages_per_minute,
                bytes_per_second: self.bytes_per_second.map(u64::from),
            },
            newest_first: self.newest_first,
        })
    }
}

impl OauthSection {
    pub(super) fn fault(&self) -> Option<String> {
        let endpoint = match Endpoint::parse(&self.token_url, Trust::Platform) {
            Ok(endpoint) => endpoint,
            Err(error) => return Some(error),
        };
        if !endpoint.is_private() {
            return Some("`token_url` would send secrets in the clear; use https".to_owned());
        }
        let nothing = self.refresh_token.is_none() && self.client_secret.is_none();
        nothing.then(|| "`oauth` needs `refresh_token` or `client_secret`".to_owned())
    }

    /// Takes relative paths from `folder`.
    pub(super) fn resolve(&mut self, folder: &Path) {
        for place in [&mut self.client_secret, &mut self.refresh_token].into_iter().flatten() {
            place.resolve(folder);
        }
    }

    /// Where tokens come from; newer ones are kept below `dir` under `name`.
    pub(super) fn tokens(&self, name: &str, dir: &Path) -> Result<TokenSource, String> {
        let endpoint = Endpoint::parse(&self.token_url, Trust::Platform)?;
        let grant = match &self.refresh_token {
            Some(place) => Grant::Refresh {
                token: place.secret()?,
                renewed: dir.join("tokens").join(format!("{name}.refresh")),
            },
            None => Grant::ClientCredentials,
        };
        let client_secret = self.client_secret.as_ref().map(SecretPlace::secret).transpose()?;
        let (client, scope) = (self.client_id.clone(), self.scope.clone());
        Ok(TokenSource::new(endpoint, client, client_secret, grant, scope))
    }
}

impl Config {
    /// The mailboxes, ready to be watched. Says which one cannot be, and why.
    pub fn mailboxes(&self, dir: &Path) -> Result<Vec<Mailbox>, String> {
        let zone = self.time_zone();
        let ready = |section: &SourceSection| {
            let mailbox = section.mailbox(dir, self.limits.message_size, &zone);
            mailbox.map_err(|error| format!("source \"{}\": {error}", section.name.get_ref()))
        };
        self.source.iter().filter(|section| section.kind == SourceKind::Imap).map(ready).collect()
    }

    /// Checks that sources can be told apart and have what they need. Gives where the first fault is.
    pub(super) fn check_sources(&self) -> Result<(), (usize, String)> {
        let mut known = BTreeSet::new();
        for section in &self.source {
            let (name, at) = (section.name.get_ref(), section.name.span().start);
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
                let detail =
                    format!("\"{name}\" is no name of a source; use letters, digits and -");
                return Err((at, detail));
            }
            if !known.insert(name) {
                return Err((at, format!("source \"{name}\" is defined twice; keep one")));
            }
            if let Some(fault) = section.fault() {
                return Err((at, format!("source \"{name}\": {fault}")));
            }
        }
        self.check_intakes()
    }

    /// Takes relative paths from `folder`.
    pub(super) fn resolve_sources(&mut self, folder: &Path) {
        for section in &mut self.source {
            section.resolve(folder);
        }
    }
}
