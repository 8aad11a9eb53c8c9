//! What of the active set is not asked any more, in one place: scripts that ran away, plugins that
//! failed or were switched off, and the severity function while it cannot be asked.

use engine::plugin::Standing as PluginStanding;
use model::Instant;

use super::Standing;
use crate::{Result, library::Rows, tables::SWITCHED_OFF, watchkeeper::Watchkeeper};

/// What kind of rule is not asked any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoppedKind {
    /// The function that decides the level: the level before stays.
    Severity,
    /// A signal.
    Signal,
    /// A policy.
    Policy,
    /// A plugin.
    Plugin,
}

impl StoppedKind {
    /// Its name, as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Signal => "signal",
            Self::Policy => "policy",
            Self::Plugin => "plugin",
        }
    }

    fn of_script(file: &str) -> Self {
        if file == super::SEVERITY {
            Self::Severity
        } else if file.starts_with("policies/") {
            Self::Policy
        } else {
            Self::Signal
        }
    }
}

/// A script or plugin that is not asked any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisabledRule {
    /// What it is.
    pub kind: StoppedKind,
    /// Its file; the folder of a plugin.
    pub file: String,
    /// What it did, or why somebody switched it off.
    pub reason: String,
    /// Since when, where that is on record.
    pub since: Option<Instant>,
}

impl Watchkeeper {
    /// Everything of the active set that is not asked any more, by kind and name.
    pub(crate) fn disabled_rules(&self, standing: &Standing) -> Result<Vec<DisabledRule>> {
        let row = self.version_row(standing.loaded.id())?;
        let on_record = row.map(|row| row.disabled).unwrap_or_default();
        let script = |(file, reason, since): (String, String, Instant)| DisabledRule {
            kind: StoppedKind::of_script(&file),
            file,
            reason,
            since: Some(since),
        };
        let mut stopped: Vec<DisabledRule> = on_record.into_iter().map(script).collect();
        for error in standing.evaluator.runaways() {
            if !stopped.iter().any(|known| known.file == error.file) {
                stopped.push(DisabledRule {
                    kind: StoppedKind::of_script(&error.file),
                    file: error.file.clone(),
                    reason: error.to_string(),
                    since: None,
                });
            }
        }
        let snapshot = self.ports.views.snapshot()?;
        for report in standing.evaluator.plugins() {
            let name = report.manifest.name.as_str();
            let reason = match report.standing {
                PluginStanding::Disabled { reason } | PluginStanding::Unusable { reason } => reason,
                PluginStanding::AtWork => match report.tripped {
                    Some(reason) => reason,
                    None => continue,
                },
                PluginStanding::Waiting | PluginStanding::Changed { .. } => continue,
            };
            stopped.push(DisabledRule {
                kind: StoppedKind::Plugin,
                file: format!("plugins/{name}"),
                reason,
                since: snapshot.row(SWITCHED_OFF, name.as_bytes())?,
            });
        }
        stopped.sort_by(|a, b| (a.kind, &a.file).cmp(&(b.kind, &b.file)));
        Ok(stopped)
    }
}
