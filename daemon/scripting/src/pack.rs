//! A rule set as one signed file.
//!
//! A pack is a zip archive of the set's files with `pack.toml` beside them, which bears an Ed25519
//! signature (RFC 8032) over the SHA-256 of all paths and contents, so that repacking with another
//! tool breaks nothing. The same set and key give the same bytes.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};

use data_encoding::BASE64;
use engine::RuleFiles;
use ring::{
    rand::{SecureRandom, SystemRandom},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::files;

/// The file of a pack that says what it is.
const CARD: &str = "pack.toml";
/// What is signed begins so: a signature for a pack fits nothing else.
const PURPOSE: &[u8] = b"watchkeeper rule pack 1\n";
/// Words before a key.
const PREFIX: &str = "ed25519:";
/// The most files of a pack.
const MOST_FILES: usize = 2000;
/// The largest file of a pack, and all of them together.
const LARGEST_FILE: u64 = 1 << 20;
const LARGEST: u64 = 32 << 20;

/// Why a pack is refused.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// It is no pack.
    #[error("this is no rule pack: {0}")]
    NoPack(String),
    /// It is larger than any rule set.
    #[error("the pack holds more than a rule set can: {0}")]
    TooLarge(String),
    /// A key cannot be read.
    #[error("this is no key: write it as `ed25519:` and 32 bytes in base64")]
    BadKey,
    /// No key can be made.
    #[error("the system gives no randomness: no key can be made")]
    NoRandomness,
    /// The pack cannot be put together.
    #[error("the pack cannot be written: {0}")]
    Write(String),
}

/// Whether a pack is what somebody trusted has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// Signed with this trusted key.
    Trusted(PublicKey),
    /// Signed with a key that nobody here trusts.
    UnknownKey(PublicKey),
    /// Not signed.
    Unsigned,
    /// What it holds is not what was signed.
    WrongSignature,
}

/// A key that signatures are checked with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey([u8; 32]);

impl std::str::FromStr for PublicKey {
    type Err = PackError;

    fn from_str(text: &str) -> Result<Self, PackError> {
        decoded(text).map(Self)
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{PREFIX}{}", BASE64.encode(&self.0))
    }
}

fn decoded(text: &str) -> Result<[u8; 32], PackError> {
    let text = text.trim().strip_prefix(PREFIX).ok_or(PackError::BadKey)?;
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| PackError::BadKey)?;
    bytes.try_into().map_err(|_| PackError::BadKey)
}

/// A key that packs are signed with; to be kept secret.
pub struct SigningKey {
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

impl SigningKey {
    /// A new key.
    pub fn generate() -> Result<Self, PackError> {
        let mut seed = [0; 32];
        SystemRandom::new().fill(&mut seed).map_err(|_| PackError::NoRandomness)?;
        Self::from_seed(seed)
    }

    /// Reads what [`SigningKey::secret`] gave.
    pub fn from_secret(text: &str) -> Result<Self, PackError> {
        Self::from_seed(decoded(text)?)
    }

    fn from_seed(seed: [u8; 32]) -> Result<Self, PackError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| PackError::BadKey)?;
        Ok(Self { seed, pair })
    }

    /// The key as text, for a file that nobody else may read.
    pub fn secret(&self) -> String {
        format!("{PREFIX}{}", BASE64.encode(&self.seed))
    }

    /// The key that others check with.
    pub fn public(&self) -> PublicKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.pair.public_key().as_ref());
        PublicKey(key)
    }
}

#[derive(Serialize, Deserialize)]
struct Card {
    format: u32,
    rules: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

/// What is signed.
fn digest(files: &RuleFiles) -> Vec<u8> {
    let mut hash = Sha256::new();
    for (path, bytes) in files {
        for part in [path.as_bytes(), bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    let mut message = PURPOSE.to_vec();
    message.extend_from_slice(&hash.finalize());
    message
}

/// Packs the files of the set called `rules`, signed with `key` if there is one.
pub fn pack(
    rules: &str,
    files: &RuleFiles,
    key: Option<&SigningKey>,
) -> Result<Vec<u8>, PackError> {
    let card = Card {
        format: 1,
        rules: rules.to_owned(),
        key: key.map(|key| key.public().to_string()),
        signature: key.map(|key| BASE64.encode(key.pair.sign(&digest(files)).as_ref())),
    };
    let failed = |error: &dyn std::fmt::Display| PackError::Write(error.to_string());
    let card = toml::to_string(&card).map_err(|error| failed(&error))?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let card = [(CARD, card.as_bytes())];
    let all = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
    for (path, bytes) in card.into_iter().chain(all) {
        zip.start_file(path, options).map_err(|error| failed(&error))?;
        zip.write_all(bytes).map_err(|error| failed(&error))?;
    }
    Ok(zip.finish().map_err(|error| failed(&error))?.into_inner())
}

/// Takes a pack apart: its name, its files, and whether one of `trusted` signed it. What does not
/// belong to a rule set is left out before the signature is checked.
pub fn unpack(
    bytes: &[u8],
    trusted: &[PublicKey],
) -> Result<(String, RuleFiles, Trust), PackError> {
    let no_pack = |error: &dyn std::fmt::Display| PackError::NoPack(error.to_string());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| no_pack(&error))?;
    if zip.len() > MOST_FILES {
        return Err(PackError::TooLarge(format!("{} files", zip.len())));
    }
    let mut card = None;
    let mut kept: RuleFiles = BTreeMap::new();
    let mut size = 0;
    for index in 0..zip.len() {
        let entry = zip.by_index(index).map_err(|error| no_pack(&error))?;
        let path = entry.name().map_err(|error| no_pack(&error))?.into_owned();
        if path != CARD && !files::belongs(&path) {
            continue;
        }
        let mut content = Vec::new();
        entry.take(LARGEST_FILE + 1).read_to_end(&mut content).map_err(|error| no_pack(&error))?;
        size += content.len() as u64;
        if content.len() as u64 > LARGEST_FILE || size > LARGEST {
            return Err(PackError::TooLarge(path));
        }
        if path == CARD {
            card = Some(content);
        } else if kept.insert(path.clone(), content).is_some() {
            return Err(PackError::NoPack(format!("{path} is in it twice")));
        }
    }
    let card = card.ok_or_else(|| PackError::NoPack(format!("it holds no {CARD}")))?;
    let card = String::from_utf8(card).map_err(|error| no_pack(&error))?;
    let card: Card = toml::from_str(&card).map_err(|error| no_pack(&error.message()))?;
    if card.format != 1 {
        let what = format!("its format is {}, this program reads 1", card.format);
        return Err(PackError::NoPack(what));
    }
    let trust = trust(&card, &kept, trusted)?;
    let name = card.rules.split('@').next().unwrap_or_default().to_owned();
    Ok((name, kept, trust))
}

fn trust(card: &Card, files: &RuleFiles, trusted: &[PublicKey]) -> Result<Trust, PackError> {
    let (Some(key), Some(signature)) = (&card.key, &card.signature) else {
        return Ok(Trust::Unsigned);
    };
    let key: PublicKey = key.parse()?;
    let Ok(signature) = BASE64.decode(signature.as_bytes()) else {
        return Ok(Trust::WrongSignature);
    };
    let check = UnparsedPublicKey::new(&ED25519, key.0);
    if check.verify(&digest(files), &signature).is_err() {
        return Ok(Trust::WrongSignature);
    }
    Ok(if trusted.contains(&key) { Trust::Trusted(key) } else { Trust::UnknownKey(key) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> RuleFiles {
        [("set.toml", "name = \"ours\"\n"), ("signals/a.rhai", "const WEIGHT = 1;")]
            .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
            .into()
    }

    #[test]
    fn only_what_a_trusted_key_signed_is_trusted() {
        let (ours, theirs) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let trusted = [ours.public()];
        let open = |bytes: &[u8]| unpack(bytes, &trusted).unwrap();
        let signed = pack("ours@1", &set(), Some(&ours)).unwrap();
        assert_eq!(open(&signed), ("ours".to_owned(), set(), Trust::Trusted(ours.public())));
        assert_eq!(signed, pack("ours@1", &set(), Some(&ours)).unwrap());
        let foreign = pack("ours@1", &set(), Some(&theirs)).unwrap();
        assert_eq!(open(&foreign).2, Trust::UnknownKey(theirs.public()));
        assert_eq!(open(&pack("ours@1", &set(), None).unwrap()).2, Trust::Unsigned);
        let again = SigningKey::from_secret(&ours.secret()).unwrap();
        assert_eq!(again.public(), ours.public());
    }

    #[test]
    fn a_pack_that_was_changed_after_signing_is_found_out() {
        let key = SigningKey::generate().unwrap();
        let signed = pack("ours@1", &set(), Some(&key)).unwrap();
        let mut archive = ZipArchive::new(Cursor::new(&signed)).unwrap();
        let mut card = String::new();
        archive.by_name(CARD).unwrap().read_to_string(&mut card).unwrap();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, text) in [(CARD, card.as_str()), ("signals/a.rhai", "const WEIGHT = 100;")] {
            zip.start_file(path, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let changed = zip.finish().unwrap().into_inner();
        assert_eq!(unpack(&changed, &[key.public()]).unwrap().2, Trust::WrongSignature);
        assert!(matches!(unpack(b"PK?", &[]), Err(PackError::NoPack(_))));
    }
}
