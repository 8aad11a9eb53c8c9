//! Mail that servers hand to us: by SMTP (RFC 5321) and by LMTP (RFC 2033).
//!
//! A message is accepted only for an address of a source, so nothing is ever relayed, and only when
//! it is durable: until then the sender keeps it. Messages of connections at the same time share
//! one commit. Bytes are kept as they came, without trace lines of our own; the envelope stands in
//! the sighting. In DATA every line ends in CRLF and only a dot between two of them ends the message,
//! so that no second message can be smuggled in behind a first.
//!
//! Start with [`Intake`], which says where and for whom, and [`Reception`], which listens.

mod body;
mod budget;
mod door;
mod error;
mod keeper;
mod network;
mod reception;
mod reply;
mod show;
mod talk;
mod tls;
mod transaction;
mod wire;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use app::source::SourceInfo;
use model::SourceId;

pub use keeper::Keeper;
pub use network::Network;
pub use reception::Reception;
pub use tls::Certificate;

/// Where mail is listened for, for whom, and within which limits.
#[derive(Debug, Clone)]
pub struct Intake {
    /// Where.
    pub listen: Listen,
    /// In which protocol.
    pub protocol: Protocol,
    /// What we call ourselves.
    pub name: String,
    /// The sources whose addresses are accepted.
    pub desks: Vec<Desk>,
    /// What STARTTLS is offered with.
    pub certificate: Option<Certificate>,
    /// Whether mail is taken only after STARTTLS.
    pub tls_required: bool,
    /// Who may connect; everybody if empty. A Unix socket has its permissions instead.
    pub peers: Vec<Network>,
    /// The limits.
    pub limits: Limits,
}

/// A source with its addresses.
#[derive(Debug, Clone)]
pub struct Desk {
    /// What it is.
    pub info: SourceInfo,
    /// Its addresses, in lower case; `*` stands for any characters, a domain for all its addresses.
    pub addresses: Vec<String>,
    /// Whether it gets journal reports, which stand for the messages within them.
    pub journal: bool,
}

/// Where mail is listened for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listen {
    /// An address and a port.
    Tcp(SocketAddr),
    /// A Unix socket, with its permissions.
    Unix {
        /// Its path.
        path: PathBuf,
        /// Who may connect, as `chmod` takes it.
        mode: u32,
    },
}

impl Listen {
    /// Whether only programs of this machine can connect.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().is_loopback(),
            Self::Unix { .. } => true,
        }
    }
}

/// A mail protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// One answer for a message.
    Smtp,
    /// An answer for every recipient.
    Lmtp,
}

/// What a sender may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a message.
    pub message_size: u64,
    /// Recipients of a message.
    pub recipients: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one address.
    pub connections_per_peer: usize,
    /// Messages a minute from one address.
    pub messages_per_minute: Option<u32>,
    /// Bytes of all messages that are on their way in.
    pub bytes_at_once: u64,
    /// How long a sender may be silent between commands.
    pub command: Duration,
    /// How long a sender may be silent within a message.
    pub data: Duration,
    /// How long a message may take.
    pub message: Duration,
}

impl Limits {
    /// The usual limits for messages of at most `message_size` bytes: the deadlines are those that
    /// RFC 5321 asks for.
    pub fn usual(message_size: u64) -> Self {
        Self {
            message_size,
            recipients: 1_000,
            connections: 200,
            connections_per_peer: 50,
            messages_per_minute: None,
            bytes_at_once: (4 * message_size).max(64 << 20),
            command: Duration::from_mins(5),
            data: Duration::from_mins(3),
            message: Duration::from_mins(30),
        }
    }
}

impl std::fmt::Display for Listen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix { path, .. } => write!(f, "unix:{}", path.display()),
        }
    }
}

impl Protocol {
    /// The protocol as people and the configuration write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Lmtp => "lmtp",
        }
    }
}

impl Desk {
    /// What a source called `name` in the configuration is.
    pub fn info(name: &str, protocol: Protocol, addresses: &[String]) -> SourceInfo {
        SourceInfo {
            id: SourceId::new(&format!("{}:{name}", protocol.word())),
            kind: protocol.word(),
            title: format!("mail for {}", addresses.join(", ")),
            owner: None,
        }
    }

    /// Whether `address`, in lower case, is one of its addresses.
    fn takes(&self, address: &str) -> bool {
        is_among(&self.addresses, address)
    }
}

/// Whether `address`, in lower case, is one of those that `patterns` name.
pub(crate) fn is_among(patterns: &[String], address: &str) -> bool {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    patterns.iter().any(|pattern| {
        let whole = if pattern.contains('@') { address } else { domain };
        fits(pattern.as_bytes(), whole.as_bytes())
    })
}

/// Whether `text` is what `pattern` says; `*` stands for any bytes, `?` for one.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    // Where the last star stood, and how much it stood for.
    let (mut at, mut read, mut star) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[read] => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((starred, from)) = star else { return false };
                star = Some((starred, from + 1));
                (at, read) = (starred + 1, from + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(patterns: &[&str]) -> Desk {
        let addresses: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        Desk { info: Desk::info("x", Protocol::Smtp, &addresses), addresses, journal: false }
    }

    #[test]
    fn nothing_is_taken_for_an_address_that_is_not_ours() {
        let desk = desk(&["cases@watch.example", "*@in.watch.example", "box.watch.example"]);
        for ours in ["cases@watch.example", "a.b+c@in.watch.example", "x@box.watch.example"] {
            assert!(desk.takes(ours), "{ours}");
        }
        for other in [
            "cases@watch.example.net",
            "xcases@watch.example",
            "a@watch.example",
            "a@sub.box.watch.example",
            "a%other.example@watch.example",
            "cases",
            "",
        ] {
            assert!(!desk.takes(other), "{other}");
        }
    }

    #[test]
    fn a_pattern_with_many_stars_does_not_take_for_ever() {
        let text = "a".repeat(5_000);
        assert!(!fits(b"*a*a*a*a*a*a*a*a*b", text.as_bytes()));
        assert!(fits(b"a*a?*", text.as_bytes()));
    }
}
