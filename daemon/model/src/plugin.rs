//! Plugins: what they are called and what they may be given.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::id::ParseIdError;

/// Names a plugin, such as `tone`: the name of its folder in a rule set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PluginName(Arc<str>);

impl PluginName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PluginName {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good = text.len() <= 40
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.chars().all(inner);
        if good {
            return Ok(Self(Arc::from(text)));
        }
        let wanted = "the name of a plugin (lower-case letters, digits and -, at most 40)";
        Err(ParseIdError { text: text.to_owned(), wanted })
    }
}

impl TryFrom<String> for PluginName {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PluginName> for String {
    fn from(name: PluginName) -> Self {
        name.0.as_ref().to_owned()
    }
}

impl fmt::Display for PluginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that a plugin may be given beside the outline of a case. What an administrator did
/// not grant is not linked, so that the plugin cannot even call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Subjects, bodies and names of attached files.
    Text,
    /// Names, addresses and titles of those who write and are written to.
    People,
    /// The customer's account with its imported fields.
    Account,
    /// Notes about the case.
    Notes,
    /// A few lines in the log of the service.
    Log,
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Text, Self::People, Self::Account, Self::Notes, Self::Log];

    /// Its name as manifests write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::People => "people",
            Self::Account => "account",
            Self::Notes => "notes",
            Self::Log => "log",
        }
    }

    /// What it lets a plugin do, for whoever grants it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Text => "read subjects, bodies and names of attached files",
            Self::People => "read names, addresses and titles of those who take part",
            Self::Account => "read the customer's account with its imported fields",
            Self::Notes => "read the notes about a case",
            Self::Log => "write a few lines into the log of the service",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_cannot_be_named_like_a_path() {
        for bad in ["", "..", "a/b", "Tone", "tone-", "-tone", "a b", "ton\u{e9}"] {
            assert!(bad.parse::<PluginName>().is_err(), "{bad:?}");
        }
        assert_eq!("order-number".parse::<PluginName>().unwrap().as_str(), "order-number");
    }

    #[test]
    fn capabilities_are_written_as_they_are_named() {
        for capability in Capability::ALL {
            let written = serde_json::to_string(&capability).unwrap();
            assert_eq!(written, format!("\"{capability}\""));
        }
    }
}
