//! When backups are made, and where to.

use std::path::PathBuf;

use jiff::SignedDuration;
use serde::Deserialize;
use toml::Spanned;

use super::{
    Config,
    value::{Clock, Span},
};
use crate::backups::Schedule;

/// From one backup to the next, where nothing is said.
const DAILY: SignedDuration = SignedDuration::from_hours(24);
/// Backups that are kept, where nothing is said.
const KEPT: u32 = 14;
/// More often than this is no backup but a mirror.
const LEAST: SignedDuration = SignedDuration::from_mins(5);

/// When backups are made, and where to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backup {
    /// The folder that they go into; none are made without it.
    pub destination: Option<PathBuf>,
    /// From one to the next.
    pub(super) every: Spanned<Span>,
    /// The time of day, in our zone.
    pub(super) at: Option<Clock>,
    /// How many are kept.
    pub(super) keep: Spanned<u32>,
}

impl Default for Backup {
    fn default() -> Self {
        Self {
            destination: None,
            every: Spanned::new(0..0, Span(DAILY)),
            at: None,
            keep: Spanned::new(0..0, KEPT),
        }
    }
}

impl Backup {
    /// How many are kept.
    pub fn keep(&self) -> u32 {
        *self.keep.get_ref()
    }
}

impl Config {
    /// When backups are due.
    pub fn backup_schedule(&self) -> Schedule {
        let at = self.backup.at.map(|at| at.0);
        Schedule { every: self.backup.every.get_ref().0, at, zone: self.time_zone() }
    }

    /// Checks when backups are due, and how many are kept.
    pub(super) fn check_backup(&self) -> Result<(), (usize, String)> {
        let backup = &self.backup;
        if backup.keep() == 0 {
            let detail = "keep one backup at least, as in keep = 14";
            return Err((backup.keep.span().start, detail.to_owned()));
        }
        let every = backup.every.get_ref().0;
        let wrong = |detail: &str| Err((backup.every.span().start, detail.to_owned()));
        if every < LEAST {
            return wrong("backups are five minutes apart at least, as in every = \"1h\"");
        }
        let whole = every.as_secs() % DAILY.as_secs() == 0;
        if backup.at.is_some() && !whole {
            return wrong("with a time of day, `every` is in whole days, as in every = \"1d\"");
        }
        Ok(())
    }
}
