//! Rule sets as single signed files, whatever form these have.

use model::RuleSetId;

use crate::rule_set::RuleFiles;

/// Packs sets into single files and takes them apart, with the keys of the configuration.
pub trait Packs: Send + Sync {
    /// Packs a set, signed if there is a key to sign with.
    fn pack(&self, rules: &RuleSetId, files: &RuleFiles) -> Result<Vec<u8>, PackFault>;

    /// Takes a pack apart.
    fn unpack(&self, bytes: &[u8]) -> Result<Unpacked, PackFault>;

    /// The keys whose packs are trusted.
    fn trusted(&self) -> Vec<String>;

    /// The public half of the key that packs are signed with, if there is one.
    fn signs_with(&self) -> Result<Option<String>, PackFault>;
}

/// What lies in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// What its author calls the set.
    pub name: String,
    /// The files of the set.
    pub files: RuleFiles,
    /// Whether somebody trusted has signed it.
    pub trust: PackTrust,
}

/// Whether a pack is what somebody trusted has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackTrust {
    /// Signed with this trusted key.
    Trusted(String),
    /// Signed with a key that nobody here trusts.
    UnknownKey(String),
    /// Not signed.
    Unsigned,
    /// What it holds is not what was signed.
    WrongSignature,
}

impl PackTrust {
    /// What speaks against taking the pack; nothing if it is trusted.
    pub fn doubt(&self) -> Option<String> {
        match self {
            Self::Trusted(_) => None,
            Self::Unsigned => Some("the pack is not signed".to_owned()),
            Self::UnknownKey(key) => {
                Some(format!("the pack is signed with {key}, which is not trusted here"))
            }
            Self::WrongSignature => {
                Some("the pack is not what was signed: somebody changed it".to_owned())
            }
        }
    }

    /// Whether a person may take the pack in spite of the doubt. What was changed after somebody
    /// signed it is never taken.
    pub fn may_be_allowed(&self) -> bool {
        *self != Self::WrongSignature
    }

    /// Its name, as the API writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Trusted(_) => "trusted",
            Self::UnknownKey(_) => "unknown_key",
            Self::Unsigned => "unsigned",
            Self::WrongSignature => "wrong_signature",
        }
    }

    /// The key it is signed with, if the signature holds.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Trusted(key) | Self::UnknownKey(key) => Some(key),
            Self::Unsigned | Self::WrongSignature => None,
        }
    }
}

/// Why something is no pack, or none can be made; says what and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PackFault(pub String);
