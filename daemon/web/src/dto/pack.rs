//! Rule sets as signed files.

use app::rules;
use model::RuleSetId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The keys that packs are checked and signed with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleKeys {
    /// Keys whose packs are taken.
    pub trusted: Vec<String>,
    /// The key that packs are signed with, if there is one: its public half.
    pub signs_with: Option<String>,
}

impl From<rules::PackKeys> for RuleKeys {
    fn from(keys: rules::PackKeys) -> Self {
        Self { trusted: keys.trusted, signs_with: keys.signs_with }
    }
}

/// How a pack is taken in.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PackQuery {
    /// What is new.
    pub note: Option<String>,
    /// Whether to take it without a signature of a trusted key.
    pub allow_unsigned: Option<bool>,
}

/// A pack that was taken in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PackImported {
    /// The version that it is kept as.
    #[schema(value_type = String)]
    pub rules: RuleSetId,
    /// Whether somebody trusted has signed it.
    pub signature: PackSignature,
    /// The key that it is signed with.
    pub key: Option<String>,
}

/// What the signature of a pack is worth.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PackSignature {
    /// A trusted key signed it.
    Trusted,
    /// A key signed it that nobody here trusts.
    UnknownKey,
    /// Nobody signed it.
    Unsigned,
}

impl From<rules::ImportedPack> for PackImported {
    fn from(pack: rules::ImportedPack) -> Self {
        let (signature, key) = match pack.trust {
            rules::PackTrust::Trusted(key) => (PackSignature::Trusted, Some(key)),
            rules::PackTrust::UnknownKey(key) => (PackSignature::UnknownKey, Some(key)),
            // what was changed after it was signed is never taken
            rules::PackTrust::Unsigned | rules::PackTrust::WrongSignature => {
                (PackSignature::Unsigned, None)
            }
        };
        Self { rules: pack.rules, signature, key }
    }
}
