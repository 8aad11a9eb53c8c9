//! Mail that servers hand to us, by SMTP or LMTP.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sources::intake::{Certificate, Desk, Intake, Limits, Listen, Network, Protocol};

use super::{
    Config,
    mailboxes::{SourceKind, SourceSection},
    value::Pattern,
};

/// The permissions of a Unix socket where none are named: its owner and its group.
const MODE: u32 = 0o660;

/// Where mail is handed to us, for which addresses, and within which limits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeSection {
    /// Where.
    pub listen: ListenPlace,
    /// The permissions of a Unix socket.
    #[serde(default)]
    pub mode: Option<SocketMode>,
    /// The addresses that mail is taken for.
    pub addresses: Vec<Pattern>,
    /// Whether it gets journal reports.
    #[serde(default)]
    pub journal: bool,
    /// What we call ourselves.
    #[serde(default)]
    pub hostname: Option<String>,
    /// What STARTTLS is offered with.
    #[serde(default)]
    pub starttls: Option<StartTlsSection>,
    /// Who may connect.
    #[serde(default)]
    pub peers: Vec<Peer>,
    /// Recipients of a message.
    #[serde(default)]
    pub recipients: Option<usize>,
    /// Connections at a time.
    #[serde(default)]
    pub connections: Option<usize>,
    /// Connections at a time from one address.
    #[serde(default)]
    pub connections_per_peer: Option<usize>,
    /// Messages a minute from one address.
    #[serde(default)]
    pub messages_per_minute: Option<u32>,
}

/// What STARTTLS is offered with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartTlsSection {
    /// The chain in PEM.
    pub certificate: PathBuf,
    /// Its key in PEM.
    pub key: PathBuf,
    /// Whether mail is taken only after STARTTLS.
    #[serde(default)]
    pub required: bool,
}

/// An address with a port, or `unix:` and a path.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum ListenPlace {
    /// An address and a port.
    Tcp(SocketAddr),
    /// A path.
    Unix(PathBuf),
}

impl TryFrom<String> for ListenPlace {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:")
            && !path.is_empty()
        {
            return Ok(Self::Unix(PathBuf::from(path)));
        }
        text.parse().map(Self::Tcp).map_err(|_| {
            format!(
                "\"{text}\" is no place to listen; write 127.0.0.1:2525, [::1]:2525 or \
                 unix:/run/watchkeeper/lmtp"
            )
        })
    }
}

/// Permissions as `chmod` takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SocketMode(pub u32);

impl TryFrom<String> for SocketMode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mode = u32::from_str_radix(&text, 8).ok().filter(|mode| *mode <= 0o777);
        mode.map(Self).ok_or_else(|| format!("\"{text}\" are no permissions; write \"0660\""))
    }
}

/// A network that senders may be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Peer(pub Network);

impl TryFrom<String> for Peer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

impl IntakeSection {
    /// Takes relative paths from `folder`.
    pub(super) fn resolve(&mut self, folder: &Path) {
        if let ListenPlace::Unix(path) = &mut self.listen {
            *path = folder.join(&*path);
        }
        if let Some(tls) = &mut self.starttls {
            tls.certificate = folder.join(&tls.certificate);
            tls.key = folder.join(&tls.key);
        }
    }

    /// Where it listens.
    pub fn listen(&self) -> Listen {
        match &self.listen {
            ListenPlace::Tcp(address) => Listen::Tcp(*address),
            ListenPlace::Unix(path) => {
                let mode = self.mode.map_or(MODE, |mode| mode.0);
                Listen::Unix { path: path.clone(), mode }
            }
        }
    }

    fn limits(&self, message_size: u64) -> Limits {
        let usual = Limits::usual(message_size);
        Limits {
            recipients: self.recipients.unwrap_or(usual.recipients),
            connections: self.connections.unwrap_or(usual.connections),
            connections_per_peer: self.connections_per_peer.unwrap_or(usual.connections_per_peer),
            messages_per_minute: self.messages_per_minute.or(usual.messages_per_minute),
            ..usual
        }
    }
}

impl SourceSection {
    /// The first key that only a mailbox has, if any is given.
    pub(super) fn key_of_mailboxes(&self) -> Option<&'static str> {
        let keys = [
            ("host", self.host.is_some()),
            ("port", self.port.is_some()),
            ("tls", self.tls.is_some()),
            ("user", self.user.is_some()),
            ("password", self.password.is_some()),
            ("oauth", self.oauth.is_some()),
            ("folders", self.folders.is_some()),
            ("poll", self.poll.is_some()),
            ("expires", self.expires.is_some()),
            ("since", self.since.is_some()),
            ("senders", !self.senders.is_empty()),
            ("not_senders", !self.not_senders.is_empty()),
            ("messages_per_minute", self.messages_per_minute.is_some()),
            ("bytes_per_second", self.bytes_per_second.is_some()),
            ("newest_first", self.newest_first),
        ];
        keys.into_iter().find(|(_, given)| *given).map(|(key, _)| key)
    }

    pub(super) fn intake_fault(&self) -> Option<String> {
        let Some(intake) = &self.intake else {
            return Some("it needs a section [source.intake] with `listen` and `addresses`".into());
        };
        let key = self.key_of_mailboxes().or(self.ca.as_ref().map(|_| "ca"));
        if let Some(key) = key {
            return Some(format!("`{key}` is for mailboxes; mail that is handed to us has none"));
        }
        if intake.addresses.is_empty() {
            return Some("`addresses` is empty, so that no mail would be taken".to_owned());
        }
        if intake.mode.is_some() && matches!(intake.listen, ListenPlace::Tcp(_)) {
            return Some("`mode` is for a Unix socket; `listen` is an address".to_owned());
        }
        if [intake.recipients, intake.connections, intake.connections_per_peer].contains(&Some(0))
            || intake.messages_per_minute == Some(0)
        {
            return Some("a limit of 0 lets nothing in; leave it out for the usual one".to_owned());
        }
        None
    }

    fn desk(&self, protocol: Protocol, intake: &IntakeSection) -> Desk {
        let addresses: Vec<String> = intake.addresses.iter().map(|p| p.0.clone()).collect();
        let mut info = Desk::info(self.name.get_ref(), protocol, &addresses);
        info.owner = self.owner.as_ref().map(|owner| owner.0.clone());
        Desk { info, addresses, journal: intake.journal }
    }

    fn protocol(&self) -> Option<Protocol> {
        match self.kind {
            SourceKind::Smtp => Some(Protocol::Smtp),
            SourceKind::Lmtp => Some(Protocol::Lmtp),
            SourceKind::Imap | SourceKind::Page | SourceKind::Folder | SourceKind::Calendar => None,
        }
    }
}

impl Config {
    /// The intakes, ready to listen: one for every place, with all sources that share it.
    pub fn intakes(&self) -> Vec<Intake> {
        let mut intakes: BTreeMap<Listen, Intake> = BTreeMap::new();
        for section in &self.source {
            let (Some(protocol), Some(own)) = (section.protocol(), &section.intake) else {
                continue;
            };
            let desk = section.desk(protocol, own);
            let intake = intakes.entry(own.listen()).or_insert_with(|| Intake {
                listen: own.listen(),
                protocol,
                name: own.hostname.clone().unwrap_or_else(hostname),
                desks: Vec::new(),
                certificate: own.starttls.as_ref().map(|tls| Certificate {
                    chain: tls.certificate.clone(),
                    key: tls.key.clone(),
                }),
                tls_required: own.starttls.as_ref().is_some_and(|tls| tls.required),
                peers: own.peers.iter().map(|peer| peer.0).collect(),
                limits: own.limits(self.limits.message_size),
            });
            intake.desks.push(desk);
        }
        intakes.into_values().collect()
    }

    /// Checks that sources which share a place to listen agree about it. Gives where they do not.
    pub(super) fn check_intakes(&self) -> Result<(), (usize, String)> {
        let mut places: Vec<(&SourceSection, &IntakeSection)> = Vec::new();
        for section in &self.source {
            let Some(own) = &section.intake else { continue };
            let shared = places.iter().find(|(_, other)| other.listen == own.listen);
            if let Some((first, other)) = shared {
                let alike = IntakeSection {
                    addresses: own.addresses.clone(),
                    journal: own.journal,
                    ..(*other).clone()
                };
                if first.kind != section.kind || alike != *own {
                    let detail = format!(
                        "source \"{}\" listens where \"{}\" does: everything but `addresses` and \
                         `journal` has to be the same in both",
                        section.name.get_ref(),
                        first.name.get_ref()
                    );
                    return Err((section.name.span().start, detail));
                }
            }
            places.push((section, own));
        }
        Ok(())
    }
}

/// What this machine calls itself.
fn hostname() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
