//! Channels, hosts, dead letters.

use std::collections::BTreeMap;

use app::{
    outbox,
    outside::{self, Health, Outside},
};
use model::{Instant, id::SendingId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Alert, each};

/// How alerts go out, and whom Watchkeeper may call at all.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Outbound {
    /// The channels, by name. Names that policies use without there being such a channel stand here
    /// too, as kind `missing`.
    pub channels: Vec<Channel>,
    /// Every host that may be called, by name.
    pub hosts: Vec<OutboundHost>,
}

/// A channel by which alerts go out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Channel {
    /// Its name, as policies write it.
    pub name: String,
    /// `smtp`, `webhook`, `slack`, `teams`, `mattermost`, or `missing`.
    pub kind: String,
    /// The host that it calls.
    pub host: String,
    /// `unused`, `working` or `failing`.
    pub health: String,
    /// When something was last accepted, since the service was started.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Instant>,
    /// What went wrong last, if that was later.
    pub error: Option<String>,
    /// When it is tried again, if it fails.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub retry_at: Option<Instant>,
    /// What ends soon of what it needs, such as a password or the host's certificate, each with the
    /// remedy.
    pub warnings: Vec<String>,
    /// What is due and has not gone out.
    pub waiting: u64,
    /// What was given up.
    pub dead: u64,
}

/// A host that the configuration allows to be called.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutboundHost {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What it is called for, such as `channel mail`.
    pub purposes: Vec<String>,
    /// When it was called last, since the service was started.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used_at: Option<Instant>,
    /// What went wrong then, if anything did.
    pub error: Option<String>,
    /// When the certificate that it showed last ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub certificate_ends: Option<Instant>,
}

/// A health as the API writes it.
pub(super) fn word(health: Health) -> String {
    match health {
        Health::Unused => "unused",
        Health::Starting => "starting",
        Health::Working => "working",
        Health::Failing => "failing",
        Health::Paused => "paused",
    }
    .to_owned()
}

impl Outbound {
    /// What the book says, with how much waits and was given up by channel.
    pub(crate) fn of(book: &Outside, counts: &BTreeMap<String, (u64, u64)>, now: Instant) -> Self {
        let count = |name: &str| counts.get(name).copied().unwrap_or_default();
        let mut channels: Vec<Channel> = book
            .channels()
            .into_iter()
            .map(|channel| {
                let (waiting, dead) = count(&channel.name);
                let warnings = book.channel_warnings(&channel, now);
                Channel {
                    warnings,
                    name: channel.name,
                    kind: channel.kind.to_owned(),
                    host: channel.host,
                    health: word(channel.health),
                    sent_at: channel.sent_at,
                    error: channel.error,
                    retry_at: channel.retry_at,
                    waiting,
                    dead,
                }
            })
            .collect();
        for (name, (waiting, dead)) in counts {
            if !channels.iter().any(|known| known.name == *name) {
                channels.push(Channel {
                    name: name.clone(),
                    kind: "missing".to_owned(),
                    host: String::new(),
                    health: word(Health::Failing),
                    sent_at: None,
                    error: Some("no channel of this name is configured".to_owned()),
                    retry_at: None,
                    warnings: Vec::new(),
                    waiting: *waiting,
                    dead: *dead,
                });
            }
        }
        channels.sort_by(|a, b| a.name.cmp(&b.name));
        Self { channels, hosts: each(book.hosts()) }
    }
}

impl From<outside::HostRecord> for OutboundHost {
    fn from(host: outside::HostRecord) -> Self {
        let outside::HostRecord { host, port, purposes, used_at, error, certificate_ends, .. } =
            host;
        Self { host, port, purposes, used_at, error, certificate_ends }
    }
}

/// Something that was given up.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeadLetter {
    /// Under which it is asked for again.
    #[schema(value_type = String)]
    pub id: SendingId,
    /// The channel.
    pub channel: String,
    /// The recipient.
    pub to: String,
    /// How often it was tried.
    pub tries: u32,
    /// When it was given up.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What the channel said last.
    pub error: String,
    /// Whether anybody still needs to be told.
    pub open: bool,
    /// The alert.
    pub alert: Alert,
}

impl From<outbox::DeadLetter> for DeadLetter {
    fn from(letter: outbox::DeadLetter) -> Self {
        Self {
            id: letter.id,
            channel: letter.channel,
            to: letter.to,
            tries: letter.tries,
            at: letter.at,
            error: letter.error,
            open: letter.open,
            alert: letter.alert.into(),
        }
    }
}
