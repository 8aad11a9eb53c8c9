//! The rows of the store, as versioned JSON.

use model::{Instant, UserName, fact::Role};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{AccessError, AccessStore};

/// A user as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) role: Role,
    /// argon2id, as a PHC string.
    pub(super) password: String,
    pub(super) added: Instant,
}

impl User {
    pub(super) fn view(&self, name: &UserName) -> UserView {
        let said = format!("{:?} {} {}", self.role, self.password, self.added);
        let version = version_of(&said);
        UserView { name: name.to_string(), role: self.role, added: self.added, version }
    }
}

/// A user as others may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// The name to sign in with.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub added: Instant,
    /// Changes with what they may do and with their password.
    pub version: String,
}

/// A token as others may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenView {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was issued.
    pub issued: Instant,
    /// When it ends.
    pub expires: Instant,
    /// Another one for every token, also of the same name.
    pub version: String,
}

/// Tells states of a row apart, and nothing of what it says.
pub(super) fn version_of(said: &str) -> String {
    let hash = model::id::short_hash(&[said.as_bytes()]);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn user_key(name: &UserName) -> Vec<u8> {
    format!("user/{name}").into_bytes()
}

/// Calls `each` with what follows `prefix` in a key, and its value.
pub(super) fn load<T: DeserializeOwned>(
    store: &dyn AccessStore,
    prefix: &[u8],
    mut each: impl FnMut(&str, T),
) -> Result<(), AccessError> {
    let mut broken = None;
    let scanned = store.scan(prefix, &mut |key, value| {
        let name = String::from_utf8_lossy(&key[prefix.len()..]);
        match serde_json::from_slice(value) {
            Ok(row) => each(&name, row),
            Err(error) => broken = Some(format!("row {}{name}: {error}", prefix.escape_ascii())),
        }
    });
    scanned.map_err(AccessError::Store)?;
    broken.map_or(Ok(()), |detail| Err(AccessError::Store(detail.into())))
}

pub(super) fn save<T: Serialize>(
    store: &dyn AccessStore,
    key: &[u8],
    row: &T,
) -> Result<(), AccessError> {
    let bytes = serde_json::to_vec(row).map_err(|error| AccessError::Store(error.into()))?;
    store.put(key, &bytes).map_err(AccessError::Store)
}
