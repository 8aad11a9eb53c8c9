//! Plugins as the fold and the use cases know them: what a manifest promises, what an
//! administrator permits, and how each stands. Running them is the work of the sandbox.

use std::collections::{BTreeMap, BTreeSet};

use model::{Capability, Digest, PluginName, SignalId, Span};
use serde::Deserialize;

use crate::evaluator::RuleError;

/// What a plugin says of itself (`plugin.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name; that of its folder.
    pub name: PluginName,
    /// Its version, in its author's own counting.
    pub version: String,
    /// A short title for people.
    pub title: String,
    /// What it does, in a sentence or a few.
    pub help: String,
    /// Who answers for it.
    #[serde(default)]
    pub author: String,
    /// What it asks to be given.
    #[serde(default)]
    pub capabilities: BTreeSet<Capability>,
    /// What it wants to hear of; messages unless it says otherwise.
    #[serde(default = "messages")]
    pub on: BTreeSet<Occasion>,
    /// Its signals: hook `signal`.
    #[serde(default, rename = "signal")]
    pub signals: Vec<SignalSpec>,
    /// The fields it finds: hook `field`.
    #[serde(default, rename = "field")]
    pub fields: Vec<Named>,
    /// The details it knows: hook `enrich`.
    #[serde(default, rename = "enrich")]
    pub details: Vec<Named>,
    /// The files it reads: hook `extract`.
    #[serde(default)]
    pub extract: Option<ExtractSpec>,
    /// The form of notices: hook `notify`.
    #[serde(default)]
    pub notify: Option<NotifySpec>,
}

fn messages() -> BTreeSet<Occasion> {
    BTreeSet::from([Occasion::Message])
}

/// What a plugin may want to hear of. Its own timers it always hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A message arrived.
    Message,
    /// A note was written.
    Note,
    /// The level changed.
    Level,
}

/// A signal of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalSpec {
    /// Its name, as that of a script.
    pub id: SignalId,
    /// A short title.
    pub title: String,
    /// What it finds.
    pub help: String,
    /// Its weight in the attention score, -100 to 100.
    pub weight: i32,
    /// The names of the numbers that it may show.
    #[serde(default)]
    pub inputs: BTreeSet<String>,
}

/// A field or a detail of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its name, such as `order`.
    pub name: String,
    /// A short title.
    pub title: String,
}

/// The files that a plugin reads.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtractSpec {
    /// Media types, such as `text/csv`.
    pub types: BTreeSet<String>,
}

/// The notices that a plugin gives a form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotifySpec {
    /// The names of the channels that may use it.
    pub channels: BTreeSet<String>,
}

/// A place where a plugin takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hook {
    /// Findings on a case.
    Signal,
    /// Values that a message names.
    Field,
    /// What can be known about those who take part.
    Enrich,
    /// Text of a file.
    Extract,
    /// The form of what a channel sends.
    Notify,
}

impl Hook {
    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Field => "field",
            Self::Enrich => "enrich",
            Self::Extract => "extract",
            Self::Notify => "notify",
        }
    }
}

impl Manifest {
    /// The hooks it has.
    pub fn hooks(&self) -> BTreeSet<Hook> {
        let all = [
            (!self.signals.is_empty(), Hook::Signal),
            (!self.fields.is_empty(), Hook::Field),
            (!self.details.is_empty(), Hook::Enrich),
            (self.extract.is_some(), Hook::Extract),
            (self.notify.is_some(), Hook::Notify),
        ];
        all.into_iter().filter_map(|(has, hook)| has.then_some(hook)).collect()
    }

    /// The signal of that name.
    pub fn signal(&self, id: &SignalId) -> Option<&SignalSpec> {
        self.signals.iter().find(|signal| signal.id == *id)
    }

    /// What is wrong with it, one sentence each; `folder` is where it stands.
    pub fn defects(&self, folder: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.name.as_str() != folder {
            wrong
                .push(format!("its name is `{}`, its folder `{folder}`: make them one", self.name));
        }
        if self.hooks().is_empty() {
            wrong.push(
                "no hook: declare [[signal]], [[field]], [[enrich]], [extract] or [notify]"
                    .to_owned(),
            );
        }
        let texts = [&self.title, &self.help, &self.version, &self.author];
        if texts.iter().any(|text| text.len() > 1000) || self.title.trim().is_empty() {
            wrong.push("title, help, version and author are texts of up to 1,000 bytes".to_owned());
        }
        let mut seen = BTreeSet::new();
        for signal in &self.signals {
            let id = signal.id.as_str();
            if !is_word(id) {
                wrong.push(format!("signal `{id}`: use lower-case letters, digits and _"));
            }
            if !(-100..=100).contains(&signal.weight) {
                wrong.push(format!("signal `{id}`: weight is from -100 to 100"));
            }
            wrong.extend(signal.inputs.iter().filter(|name| !is_word(name)).map(|name| {
                format!("signal `{id}`: input `{name}`: use lower-case letters, digits and _")
            }));
            if !seen.insert(id) {
                wrong.push(format!("signal `{id}` is declared twice"));
            }
        }
        for named in self.fields.iter().chain(&self.details).filter(|named| !is_word(&named.name)) {
            wrong.push(format!("`{}`: use lower-case letters, digits and _", named.name));
        }
        wrong
    }
}

fn is_word(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !text.is_empty() && text.len() <= 60 && text.chars().all(inner)
}

/// What an administrator permits a plugin.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct Permit {
    /// The only bytes that may run.
    pub hash: Digest,
    /// What they are given.
    pub capabilities: BTreeSet<Capability>,
    /// Why it is switched off, if it is.
    pub disabled: Option<String>,
}

/// What is permitted, by plugin.
pub type Permits = BTreeMap<PluginName, Permit>;

/// How a plugin stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It runs.
    AtWork,
    /// Nobody has granted what it asks for.
    Waiting,
    /// Its bytes or its wishes are others than those that were granted.
    Changed {
        /// The bytes that were granted.
        granted: Digest,
    },
    /// It is switched off.
    Disabled {
        /// Why.
        reason: String,
    },
    /// It cannot run at all.
    Unusable {
        /// Why.
        reason: String,
    },
}

impl Standing {
    /// How a plugin with this manifest and these bytes stands under `permit`.
    pub fn of(manifest: &Manifest, hash: &Digest, permit: Option<&Permit>) -> Self {
        match permit {
            None => Self::Waiting,
            Some(permit)
                if permit.hash != *hash
                    || !manifest.capabilities.is_subset(&permit.capabilities) =>
            {
                Self::Changed { granted: permit.hash }
            }
            Some(Permit { disabled: Some(reason), .. }) => {
                Self::Disabled { reason: reason.clone() }
            }
            Some(_) => Self::AtWork,
        }
    }

    /// Its name, as the API writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AtWork => "at_work",
            Self::Waiting => "waiting",
            Self::Changed { .. } => "changed",
            Self::Disabled { .. } => "disabled",
            Self::Unusable { .. } => "unusable",
        }
    }
}

/// A plugin of a rule set as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginReport {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The SHA-256 of its component.
    pub hash: Digest,
    /// The size of its component in bytes.
    pub size: u64,
    /// How it stands.
    pub standing: Standing,
    /// Calls since the program began.
    pub calls: u64,
    /// Calls that failed since then.
    pub failures: u64,
    /// What the last failure was.
    pub last_failure: Option<String>,
    /// The most fuel that one call used; about as many instructions.
    pub most_fuel: u64,
    /// Why it is to be switched off, once it has failed again and again.
    pub tripped: Option<String>,
}

/// A value that a plugin found in a message.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldValue {
    /// The plugin.
    pub plugin: PluginName,
    /// The field of its manifest.
    pub field: String,
    /// The value in its usual form.
    pub value: String,
    /// Where it stands.
    pub span: Span,
    /// How sure the plugin is, from 0 to 1.
    pub confidence: f64,
}

/// Whom a detail is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The case.
    Case,
    /// Its account.
    Account,
    /// The person with this address, in lower case.
    Person(String),
}

/// Something that a plugin knows about those who take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The plugin.
    pub plugin: PluginName,
    /// Whom it is about.
    pub about: About,
    /// The detail of its manifest.
    pub name: String,
    /// What is known.
    pub value: String,
}

/// What the plugins of a rule set read out of a message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Values of fields, by plugin and then as the plugin gave them.
    pub values: Vec<FieldValue>,
    /// Details, likewise.
    pub details: Vec<Detail>,
    /// Plugins that failed.
    pub errors: Vec<RuleError>,
}

#[cfg(test)]
mod tests;
