//! Rule packs with the keys of the configuration: the adapter between the use cases and `scripting`.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use engine::{PackFault, PackTrust, Packs, RuleFiles, Unpacked};
use model::RuleSetId;
use scripting::{PublicKey, SigningKey, Trust};

use crate::config::Config;

/// The largest file of a key, in bytes.
const LARGEST_KEY: u64 = 4096;

/// Packs rule sets with the keys of the configuration.
pub struct KeyedPacks {
    trusted: Vec<PublicKey>,
    /// The file of the key to sign with. It is read when it is needed, so that a key can be changed
    /// while the service runs.
    signing_key: Option<PathBuf>,
}

impl KeyedPacks {
    /// With the keys that `config` names.
    pub fn new(config: &Config) -> Self {
        let trusted = config.rules.trusted_keys.iter().map(|key| key.0.clone()).collect();
        Self { trusted, signing_key: config.rules.signing_key.clone() }
    }

    fn key(&self) -> Result<Option<SigningKey>, PackFault> {
        self.signing_key.as_deref().map(read_key).transpose()
    }
}

/// The key in a file that `rules key` wrote.
pub fn read_key(path: &Path) -> Result<SigningKey, PackFault> {
    let unreadable = |why: &dyn std::fmt::Display| {
        PackFault(format!("the key to sign with, {}, cannot be read: {why}", path.display()))
    };
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    file.take(LARGEST_KEY).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    SigningKey::from_secret(&text).map_err(|error| unreadable(&error))
}

impl Packs for KeyedPacks {
    fn pack(&self, rules: &RuleSetId, files: &RuleFiles) -> Result<Vec<u8>, PackFault> {
        let packed = scripting::pack(rules.as_str(), files, self.key()?.as_ref());
        packed.map_err(|error| PackFault(error.to_string()))
    }

    fn unpack(&self, bytes: &[u8]) -> Result<Unpacked, PackFault> {
        let unpacked = scripting::unpack(bytes, &self.trusted);
        let (name, files, trust) = unpacked.map_err(|error| PackFault(error.to_string()))?;
        let trust = match trust {
            Trust::Trusted(key) => PackTrust::Trusted(key.to_string()),
            Trust::UnknownKey(key) => PackTrust::UnknownKey(key.to_string()),
            Trust::Unsigned => PackTrust::Unsigned,
            Trust::WrongSignature => PackTrust::WrongSignature,
        };
        Ok(Unpacked { name, files, trust })
    }

    fn trusted(&self) -> Vec<String> {
        self.trusted.iter().map(ToString::to_string).collect()
    }

    fn signs_with(&self) -> Result<Option<String>, PackFault> {
        Ok(self.key()?.map(|key| key.public().to_string()))
    }
}
