//! Plugins: what they ask for, how they stand, and what administrators decide.

use app::{PluginReport, Standing};
use model::{Digest, MessageKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A plugin of the active rule set.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Plugin {
    /// Its name.
    pub name: String,
    /// Its version, in its author's own counting.
    pub version: String,
    /// A short title.
    pub title: String,
    /// What it does.
    pub help: String,
    /// Who answers for it; empty if nobody is named.
    pub author: String,
    /// Where it takes part: `signal`, `field`, `enrich`, `extract`, `notify`.
    pub hooks: Vec<String>,
    /// The signals it may raise.
    pub signals: Vec<String>,
    /// What it asks to be given.
    pub capabilities: Vec<PluginCapability>,
    /// The SHA-256 of its component, in hexadecimal.
    pub hash: String,
    /// The size of its component in bytes.
    pub size: u64,
    /// How it stands.
    pub state: PluginState,
    /// Why it stands so, where there is a reason.
    pub reason: Option<String>,
    /// Calls since the program began.
    pub calls: u64,
    /// Calls that failed since then.
    pub failures: u64,
    /// What the last failure was.
    pub last_failure: Option<String>,
    /// The most fuel that one call used; about as many instructions.
    pub most_fuel: u64,
}

/// How a plugin stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PluginState {
    /// It runs.
    AtWork,
    /// Nobody has granted what it asks for.
    Waiting,
    /// Its bytes or its wishes are others than those that were granted.
    Changed,
    /// It is switched off.
    Disabled,
    /// It cannot run at all.
    Unusable,
}

/// Something that a plugin may be given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PluginCapability {
    /// Its name, such as `text`.
    pub name: String,
    /// What it lets the plugin do.
    pub meaning: String,
}

impl From<PluginReport> for Plugin {
    fn from(report: PluginReport) -> Self {
        let manifest = report.manifest;
        let (state, reason) = match report.standing {
            Standing::AtWork => (PluginState::AtWork, report.tripped),
            Standing::Waiting => (PluginState::Waiting, None),
            Standing::Changed { granted } => {
                (PluginState::Changed, Some(format!("granted was the hash {granted}")))
            }
            Standing::Disabled { reason } => (PluginState::Disabled, Some(reason)),
            Standing::Unusable { reason } => (PluginState::Unusable, Some(reason)),
        };
        let capability = |capability: &model::Capability| PluginCapability {
            name: capability.name().to_owned(),
            meaning: capability.meaning().to_owned(),
        };
        Self {
            hooks: manifest.hooks().into_iter().map(|hook| hook.name().to_owned()).collect(),
            signals: manifest.signals.iter().map(|signal| signal.id.to_string()).collect(),
            capabilities: manifest.capabilities.iter().map(capability).collect(),
            name: manifest.name.to_string(),
            version: manifest.version,
            title: manifest.title,
            help: manifest.help,
            author: manifest.author,
            hash: report.hash.to_string(),
            size: report.size,
            state,
            reason,
            calls: report.calls,
            failures: report.failures,
            last_failure: report.last_failure,
            most_fuel: report.most_fuel,
        }
    }
}

/// What an administrator lets a plugin run with: both must be what it has and asks for, so that
/// nothing is granted unseen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PluginGrant {
    /// The SHA-256 of its component, in hexadecimal.
    #[schema(value_type = String)]
    pub hash: Digest,
    /// Names of all capabilities it asks for.
    #[schema(value_type = Vec<String>)]
    pub capabilities: std::collections::BTreeSet<model::Capability>,
}

/// Whether a granted plugin runs.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PluginSwitch {
    /// Whether it is on.
    pub on: bool,
    /// Why it is switched off; needed for that.
    #[serde(default)]
    pub reason: String,
}

/// What plugins read out of a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PluginReading {
    /// The message.
    #[schema(value_type = String)]
    pub message: MessageKey,
    /// Values of fields.
    pub values: Vec<PluginValue>,
    /// Details of those who take part.
    pub details: Vec<PluginDetail>,
    /// Failures of plugins.
    pub errors: Vec<String>,
}

/// A value that a plugin found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PluginValue {
    /// The plugin.
    pub plugin: String,
    /// The field.
    pub field: String,
    /// The value in its usual form.
    pub value: String,
    /// The words it stands on.
    pub quote: String,
    /// Byte offset of the quote in its text.
    pub start: u32,
    /// Byte offset behind the quote.
    pub end: u32,
    /// How sure the plugin is, from 0 to 1.
    pub confidence: f64,
}

/// Something that a plugin knows.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PluginDetail {
    /// The plugin.
    pub plugin: String,
    /// Whom it is about: `case`, `account` or an address.
    pub about: String,
    /// The detail.
    pub name: String,
    /// What is known.
    pub value: String,
}

impl From<app::query::plugins::PluginReading> for PluginReading {
    fn from(reading: app::query::plugins::PluginReading) -> Self {
        let value = |(value, quote): (app::FieldValue, String)| PluginValue {
            plugin: value.plugin.to_string(),
            field: value.field,
            value: value.value,
            quote,
            start: value.span.start,
            end: value.span.end,
            confidence: value.confidence,
        };
        let detail = |detail: app::Detail| PluginDetail {
            plugin: detail.plugin.to_string(),
            about: match detail.about {
                app::About::Case => "case".to_owned(),
                app::About::Account => "account".to_owned(),
                app::About::Person(email) => email,
            },
            name: detail.name,
            value: detail.value,
        };
        Self {
            message: reading.message,
            values: reading.values.into_iter().map(value).collect(),
            details: reading.details.into_iter().map(detail).collect(),
            errors: reading.errors,
        }
    }
}
