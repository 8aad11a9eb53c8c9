//! The sections of the configuration. `example.toml` explains their keys to the administrator.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use jiff::SignedDuration;
use log::LevelFilter;
use serde::Deserialize;
use toml::Spanned;

use super::value::{
    self, Clock, Day, DayHours, Domain, Hours, LogLevel, Mailbox, PackKey, Pattern, Span, TlsChoice,
};

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
    /// Addresses that take turns at being told; without any, all its people are.
    #[serde(default)]
    pub on_duty: Vec<Mailbox>,
    /// How long a turn is.
    #[serde(default = "week")]
    pub turn: Span,
    /// The day on which the first turn began.
    #[serde(default)]
    pub turns_since: Option<Day>,
    /// Alerts a day for the team; further ones go to the digest.
    #[serde(default)]
    pub alerts_a_day: Option<u32>,
    /// The rule set that judges its cases: the name of a set of the program, or a folder; that of
    /// `[rules]` where there is none.
    #[serde(default)]
    pub rules: Option<Spanned<String>>,
    /// The calendar of its working hours; those of `[working_hours]` unless named.
    #[serde(default)]
    pub calendar: Option<Spanned<String>>,
}

fn week() -> Span {
    Span(SignedDuration::from_hours(7 * 24))
}

/// Somebody of ours whom alerts can be told.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Their address.
    pub email: Spanned<Mailbox>,
    /// The name that they sign in with.
    #[serde(default)]
    pub user: Option<String>,
    /// Their team.
    #[serde(default)]
    pub team: Option<Spanned<String>>,
    /// Their role: `admin`, `ops`, `manager`, `agent` or `viewer`.
    #[serde(default)]
    pub role: Option<model::fact::Role>,
    /// The calendar of their hours; those of `[working_hours]` unless named.
    #[serde(default)]
    pub calendar: Option<Spanned<String>>,
    /// Notices a day; further ones go to the digest.
    #[serde(default)]
    pub alerts_a_day: Option<u32>,
}

/// Hours of their own for some people. A day that is not named is free.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CalendarHours {
    /// IANA name of the zone that they are read in; our own unless named.
    #[serde(deserialize_with = "value::zone_name")]
    pub timezone: Option<String>,
    /// Monday's hours.
    pub monday: DayHours,
    /// Tuesday's hours.
    pub tuesday: DayHours,
    /// Wednesday's hours.
    pub wednesday: DayHours,
    /// Thursday's hours.
    pub thursday: DayHours,
    /// Friday's hours.
    pub friday: DayHours,
    /// Saturday's hours.
    pub saturday: DayHours,
    /// Sunday's hours.
    pub sunday: DayHours,
    /// Days on which they do not work.
    pub holidays: Vec<Day>,
    /// What their hours were before, so that what was due then stays as it was; the earliest first.
    pub earlier: Vec<EarlierWeek>,
}

/// Hours that held before.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierWeek {
    /// The day from which they held no more.
    pub until: Day,
    /// The hours of each day, from Monday on.
    pub week: [DayHours; 7],
}

impl CalendarHours {
    /// Hours of their own, each week the same.
    pub fn of_week(week: [DayHours; 7]) -> Self {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = week;
        Self { monday, tuesday, wednesday, thursday, friday, saturday, sunday, ..Self::default() }
    }

    /// Changes with what they say.
    pub fn version(&self) -> String {
        let hash = model::id::short_hash(&[format!("{self:?}").as_bytes()]);
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The hours of each day, from Monday on.
    pub fn week(&self) -> [&DayHours; 7] {
        [
            &self.monday,
            &self.tuesday,
            &self.wednesday,
            &self.thursday,
            &self.friday,
            &self.saturday,
            &self.sunday,
        ]
    }
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
    pub monday: DayHours,
    /// Tuesday's hours.
    pub tuesday: DayHours,
    /// Wednesday's hours.
    pub wednesday: DayHours,
    /// Thursday's hours.
    pub thursday: DayHours,
    /// Friday's hours.
    pub friday: DayHours,
    /// Saturday's hours.
    pub saturday: DayHours,
    /// Sunday's hours.
    pub sunday: DayHours,
    /// Days on which nobody works.
    pub holidays: Vec<Day>,
    /// What our hours were before, so that what was due then stays as it was; the earliest first.
    pub earlier: Vec<EarlierWeek>,
}

impl Default for WorkingHours {
    fn default() -> Self {
        let office = || DayHours(vec![Hours::OFFICE]);
        Self {
            monday: office(),
            tuesday: office(),
            wednesday: office(),
            thursday: office(),
            friday: office(),
            saturday: DayHours::default(),
            sunday: DayHours::default(),
            holidays: Vec::new(),
            earlier: Vec::new(),
        }
    }
}

/// Which rule set judges.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Its folder; the built-in rule set where there is none.
    pub dir: Option<PathBuf>,
    /// Whether a set needs a second person before it becomes active.
    pub four_eyes: bool,
    /// Keys whose signed packs are taken.
    pub trusted_keys: Vec<PackKey>,
    /// The file of the key that exported packs are signed with, as `rules key` writes it.
    pub signing_key: Option<PathBuf>,
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
    /// Notices a person and day; further ones go to the digest.
    pub a_day: Option<u32>,
    /// When digests are due.
    pub digest: Clock,
    /// Who gets what would reach nobody.
    pub fallback: Vec<Mailbox>,
    /// The waits between tries of a delivery that fails; then it is given up.
    pub retry: Option<Vec<Span>>,
    /// The channel by which a source that is too quiet is told of.
    pub quiet_channel: Option<String>,
    /// Who is told of it; `fallback` if nobody is named.
    pub quiet_tell: Vec<Mailbox>,
    /// The working time of the team within which a case that was handed over is to be taken.
    pub handoff_after: Span,
}

impl Default for Alerts {
    fn default() -> Self {
        Self {
            horizon: Span(SignedDuration::from_hours(72)),
            a_day: Some(12),
            digest: Clock::EIGHT,
            fallback: Vec::new(),
            retry: None,
            quiet_channel: None,
            quiet_tell: Vec::new(),
            handoff_after: Span(SignedDuration::from_hours(4)),
        }
    }
}

/// How the page and the API are served.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// How connections are protected; see [`Service::tls`] for the default.
    pub(super) tls: Option<Spanned<TlsChoice>>,
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
