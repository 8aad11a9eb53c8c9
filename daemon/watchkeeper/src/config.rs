//! Configuration: one TOML file. Every key has a default, and no key is unknown.
//!
//! The shape is here, the meaning of the values in [`value`], the words for what is wrong in
//! [`error`]; `config/example.toml` explains every key to the administrator.

mod error;
mod value;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use engine::{
    calendar::Calendar,
    sides::{SidesConfig, TeamConfig},
};
use jiff::{SignedDuration, tz::TimeZone};
use log::LevelFilter;
use model::fold_text;
use serde::Deserialize;
use toml::Spanned;

pub use error::ConfigError;
pub use value::{Day, Domain, Hours, LogLevel, Pattern, Span, TlsChoice, WorkingTime};

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
    /// What alerts go out.
    pub alerts: Alerts,
    /// How the page and the API are served.
    pub service: Service,
    /// How much memory the stores take.
    pub storage: Storage,
    /// What is logged.
    pub log: Log,
}

/// Who we are.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// Our name, as the page shows it.
    pub name: String,
    /// Our mail domains; their subdomains are ours too.
    pub domains: Vec<Domain>,
    /// Domains, addresses or patterns that are customers although they look like ours.
    pub not_ours: Vec<Pattern>,
    /// IANA name of the zone that our working hours are read in where an account has none; UTC
    /// where there is no name.
    #[serde(deserialize_with = "value::zone_name")]
    pub timezone: Option<String>,
}

/// A team of ours.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Its name, such as `support`.
    pub name: Spanned<String>,
    /// Its addresses: `support@x.example`, `*@support.x.example`, or a domain.
    pub addresses: Vec<Pattern>,
}

/// A partner.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Its name.
    pub name: String,
    /// Its domains, addresses or patterns.
    pub domains: Vec<Pattern>,
}

/// Mail providers beside the shipped list.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FreeMail {
    /// Further domains.
    pub also: Vec<Domain>,
}

/// Our working week. A day that is not named has the hours of the default.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkingHours {
    /// Monday's hours.
    pub monday: Vec<Hours>,
    /// Tuesday's hours.
    pub tuesday: Vec<Hours>,
    /// Wednesday's hours.
    pub wednesday: Vec<Hours>,
    /// Thursday's hours.
    pub thursday: Vec<Hours>,
    /// Friday's hours.
    pub friday: Vec<Hours>,
    /// Saturday's hours.
    pub saturday: Vec<Hours>,
    /// Sunday's hours.
    pub sunday: Vec<Hours>,
    /// Days on which nobody works.
    pub holidays: Vec<Day>,
}

impl Default for WorkingHours {
    fn default() -> Self {
        let office = || vec![Hours::OFFICE];
        Self {
            monday: office(),
            tuesday: office(),
            wednesday: office(),
            thursday: office(),
            friday: office(),
            saturday: Vec::new(),
            sunday: Vec::new(),
            holidays: Vec::new(),
        }
    }
}

/// Which rule set judges.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Its folder; the built-in rule set where there is none.
    pub dir: Option<PathBuf>,
}

/// How much of a message is read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Larger messages, in bytes, are skipped and counted.
    #[serde(deserialize_with = "value::bytes")]
    pub message_size: u64,
    /// Decoded body text beyond this, in bytes, is not read.
    #[serde(deserialize_with = "value::bytes")]
    pub text_size: u64,
    /// MIME parts beyond this are not read.
    pub parts: u32,
    /// Messages within messages are read this deep.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { message_size: 64 << 20, text_size: 4 << 20, parts: 2000, depth: 8 }
    }
}

/// What alerts go out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Alerts {
    /// What happened longer ago than this is recorded without an alert.
    pub horizon: Span,
}

impl Default for Alerts {
    fn default() -> Self {
        Self { horizon: Span(SignedDuration::from_hours(72)) }
    }
}

/// How the page and the API are served.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// How connections are protected; see [`Service::tls`] for the default.
    tls: Option<Spanned<TlsChoice>>,
    /// The address that people use where it is another, for instance because of a proxy.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8321)),
            tls: None,
            public_url: None,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Service {
    /// How connections to `listen` are protected: as configured, else not at all on a loopback
    /// address and by a self-signed certificate, kept below the data directory `dir`, on any other.
    pub fn tls(&self, dir: &Path, listen: SocketAddr) -> web::Tls {
        let choice = match &self.tls {
            Some(choice) => choice.get_ref(),
            None if listen.ip().is_loopback() => &TlsChoice::Off,
            None => &TlsChoice::SelfSigned,
        };
        match choice {
            TlsChoice::Off => web::Tls::Off,
            TlsChoice::SelfSigned => web::Tls::SelfSigned { dir: dir.join("tls") },
            TlsChoice::Files { certificate, key } => {
                web::Tls::Own { cert: certificate.clone(), key: key.clone() }
            }
        }
    }
}

/// How much memory the stores take.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// Cache for the pages of views, in bytes.
    #[serde(deserialize_with = "value::bytes")]
    pub views_cache: u64,
    /// Memory for the words of messages that are not in the search index yet, in bytes.
    #[serde(deserialize_with = "value::bytes")]
    pub search_memory: u64,
}

impl Default for Storage {
    fn default() -> Self {
        Self { views_cache: 32 << 20, search_memory: 64 << 20 }
    }
}

/// What is logged.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// The least important level that is logged.
    pub level: LogLevel,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: LogLevel(LevelFilter::Info) }
    }
}

impl Log {
    /// The least important level that is logged.
    pub fn level(&self) -> LevelFilter {
        self.level.0
    }
}

impl Config {
    /// Reads and checks the file at `path`. Relative paths in it are taken from its folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Io { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > LARGEST {
            return Err(unreadable(std::io::Error::other("it is larger than 1 MiB")));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..valid];
            let line = 1 + before.iter().filter(|b| **b == b'\n').count();
            ConfigError::Wrong { path: path.to_owned(), line, detail: "it is not UTF-8".to_owned() }
        })?;
        let mut config = Self::parse(&text, path)?;
        config.resolve(path.parent().unwrap_or(Path::new("")));
        Ok(config)
    }

    /// Reads and checks `text`, which came from the file at `path`.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let config: Self =
            toml::from_str(text).map_err(|error| ConfigError::of_toml(path, text, &error))?;
        config.check().map_err(|(at, detail)| ConfigError::at(path, text, at, detail))?;
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
        let hours = &self.working_hours;
        let week = [
            &hours.monday,
            &hours.tuesday,
            &hours.wednesday,
            &hours.thursday,
            &hours.friday,
            &hours.saturday,
            &hours.sunday,
        ];
        let week = week.map(|day| day.iter().map(|hours| (hours.open, hours.close)).collect());
        let holidays: BTreeSet<_> = hours.holidays.iter().map(|day| day.0).collect();
        let zone = self.organisation.timezone.as_deref().map(TimeZone::get);
        let zone = zone.and_then(Result::ok).unwrap_or(TimeZone::UTC);
        Calendar::new(zone, week, holidays)
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

    /// What is allowed and yet unlikely to be meant, for `doctor` and the log.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.organisation.domains.is_empty() && self.teams.is_empty() {
            warnings.push(
                "no domain of ours is named: everybody counts as a customer; set domains in \
                 [organisation]"
                    .to_owned(),
            );
        }
        let hours = &self.working_hours;
        if self.calendar().week.iter().all(Vec::is_empty) {
            warnings.push("no working hours at all: no reply is ever overdue".to_owned());
        } else if hours.holidays.len() > 200 {
            warnings.push("more than 200 holidays are named".to_owned());
        }
        warnings
    }

    /// Checks what one value alone does not show. Gives where the first fault is.
    fn check(&self) -> Result<(), (usize, String)> {
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
        if let Some(tls) = &mut self.service.tls
            && let TlsChoice::Files { certificate, key } = tls.get_mut()
        {
            absolute(certificate);
            absolute(key);
        }
    }
}

#[cfg(test)]
mod tests;
