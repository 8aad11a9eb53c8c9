//! A mailbox on an IMAP server, watched (RFC 9051, RFC 3501).
//!
//! Nothing changes on the server: folders are opened by EXAMINE, messages read by BODY.PEEK. What is
//! new is found by UID; the journal knows what was taken in before, so that neither a crash nor a
//! UIDVALIDITY that changed loses a message or keeps it twice. A server that tells what changed and
//! what went (RFC 7162) is asked for that alone, after a restart too. Once a day every folder is
//! compared with the journal from end to end. New mail is heard of by IDLE, renewed at least every five
//! minutes, or by polling where the server does not offer it. Every step has a deadline.
//!
//! Start with [`Watcher`].

mod changes;
mod compare;
mod connect;
mod error;
mod fetch;
mod folder;
mod look;
mod names;
mod preview;
mod scope;
mod watch;

use std::{path::PathBuf, time::Duration};

use app::source::SourceInfo;
use egress::{Host, Secret, oauth::TokenSource};
use model::SourceId;

pub use look::look;
pub use preview::Probe;
pub use scope::{Scope, Throttle};
pub use watch::Watcher;

/// The folders that are watched where none are named: the inbox, and what was sent.
pub const USUAL_FOLDERS: [&str; 2] = ["INBOX", "\\Sent"];

/// A mailbox as configured.
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// What it is.
    pub info: SourceInfo,
    /// The server.
    pub host: Host,
    /// The name of the mailbox there.
    pub user: String,
    /// How we sign in.
    pub login: Login,
    /// The folders that are watched, by name, or by use such as `\Sent`. The first is watched by
    /// IDLE.
    pub folders: Vec<String>,
    /// How often the other folders are looked at, and all of them where there is no IDLE.
    pub poll: Duration,
    /// Larger messages, in bytes, are skipped and counted.
    pub max_size: u64,
    /// Which messages are taken in.
    pub scope: Scope,
    /// How quickly they are.
    pub throttle: Throttle,
    /// Whether the newest messages are taken in first.
    pub newest_first: bool,
}

/// How we sign in.
#[derive(Debug, Clone)]
pub enum Login {
    /// By a password.
    Password(Secret),
    /// By a token that is fetched when it is needed (XOAUTH2).
    Token(Box<TokenSource>),
}

impl Mailbox {
    /// What a mailbox called `name` in the configuration is.
    pub fn info(name: &str, user: &str, host: &str, owner: Option<String>) -> SourceInfo {
        SourceInfo {
            id: SourceId::new(&format!("imap:{name}")),
            kind: "imap",
            title: format!("{user} on {host}"),
            owner,
        }
    }

    /// Lets its hosts be called.
    pub(crate) fn allow(&self, egress: &egress::Egress) {
        egress.allow(&self.host, &format!("source {}", self.info.id));
        if let Login::Token(token) = &self.login {
            egress.allow(&token.endpoint.host, &format!("tokens of source {}", self.info.id));
        }
    }

    /// The files of secrets that it needs.
    pub fn secrets(&self) -> Vec<&PathBuf> {
        match &self.login {
            Login::Password(secret) => vec![&secret.path],
            Login::Token(token) => token.secrets(),
        }
    }
}
