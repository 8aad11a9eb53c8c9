//! Pages of the web, watched for what they say (F9).
//!
//! A page is fetched now and then, politely: under a condition, as its robots.txt allows, at most
//! so large and so long. What it says is compared with what it said before; a change is told when a
//! second fetch says the same. A page that cannot be reached has not changed. The answer of the
//! server is kept as evidence at first sight and with every change.

mod body;
mod boilerplate;
pub mod change;
mod error;
mod hops;
mod look;
mod noise;
mod robots;
mod snapshot;
pub mod text;
mod watch;

use std::time::Duration;

use app::source::SourceInfo;
use egress::{Host, http::Endpoint};
use model::{SourceId, fact::NoteTarget};

pub use error::PageError;
pub(crate) use hops::{Answer, Hops};
pub use look::look;
pub use watch::PageWatcher;

/// How long we wait before we look whether a change is still there.
pub const CONFIRM: Duration = Duration::from_secs(20);
/// The most bytes of a page that are read.
pub const LARGEST: usize = 8 << 20;
/// How long a page may take.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// A page as configured.
#[derive(Debug, Clone)]
pub struct WatchedPage {
    /// What it is.
    pub info: SourceInfo,
    /// Where it is.
    pub endpoint: Endpoint,
    /// Further hosts that it may lead to.
    pub hosts: Vec<Host>,
    /// What of it is read.
    pub scope: text::Scope,
    /// How often it is looked at.
    pub every: Duration,
    /// How long after a change it is looked at again.
    pub confirm: Duration,
    /// What its changes are about.
    pub about: NoteTarget,
    /// Whether it may be on an address of the inside.
    pub inside: bool,
    /// Whether robots.txt is passed over: for pages of one's own.
    pub ignore_robots: bool,
    /// How long a fetch may take.
    pub deadline: Duration,
}

impl WatchedPage {
    /// What a page called `name` in the configuration is.
    pub fn info(name: &str, url: &str) -> SourceInfo {
        SourceInfo {
            id: SourceId::new(&format!("page:{name}")),
            kind: "page",
            title: url.to_owned(),
            owner: None,
        }
    }
}
