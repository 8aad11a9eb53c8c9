//! Tokens for programs: named, with a role and an end.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use model::{Instant, UserName, fact::Role};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use super::{
    AccessError, AccessStore, Principal, Proof, TokenView,
    record::{load, save, version_of},
    secret::{SecretHash, new_token},
};

/// The longest life of a token.
pub const TOKEN_MOST: SignedDuration = SignedDuration::from_hours(24 * 400);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    /// The hash of the token in hexadecimal.
    hash: String,
    role: Role,
    issued: Instant,
    expires: Instant,
}

/// All tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    held: RwLock<Held>,
}

#[derive(Debug, Default)]
struct Held {
    by_name: BTreeMap<String, Row>,
    /// Hashes in hexadecimal, to names.
    by_hash: BTreeMap<String, String>,
}

impl Held {
    fn insert(&mut self, name: &str, row: Row) {
        self.by_hash.insert(row.hash.clone(), name.to_owned());
        self.by_name.insert(name.to_owned(), row);
    }
}

impl Tokens {
    pub(super) fn load(store: &dyn AccessStore) -> Result<Self, AccessError> {
        let mut held = Held::default();
        load(store, b"token/", |name, row: Row| held.insert(name, row))?;
        Ok(Self { held: RwLock::new(held) })
    }

    pub(super) fn issue(
        &self,
        store: &dyn AccessStore,
        name: &str,
        role: Role,
        expires: Instant,
        now: Instant,
    ) -> Result<(String, TokenView), AccessError> {
        let most = now.plus(TOKEN_MOST);
        if expires <= now || expires > most {
            return Err(AccessError::BadExpiry { most });
        }
        let mut held = self.held.write();
        if held.by_name.contains_key(name) {
            return Err(AccessError::Taken { what: format!("token {name}") });
        }
        let secret = new_token()?;
        let row = Row { hash: SecretHash::of(&secret).to_hex(), role, issued: now, expires };
        save(store, &key(name), &row)?;
        let shown = view(name, &row);
        held.insert(name, row);
        Ok((secret, shown))
    }

    pub(super) fn revoke(&self, store: &dyn AccessStore, name: &str) -> Result<(), AccessError> {
        let mut held = self.held.write();
        if !held.by_name.contains_key(name) {
            return Err(AccessError::Unknown { what: format!("token {name}") });
        }
        store.delete(&key(name)).map_err(AccessError::Store)?;
        if let Some(row) = held.by_name.remove(name) {
            held.by_hash.remove(&row.hash);
        }
        Ok(())
    }

    /// Who the token with this hash stands for, if it holds.
    pub(super) fn find(&self, hash: &SecretHash, now: Instant) -> Option<Principal> {
        let held = self.held.read();
        let name = held.by_hash.get(&hash.to_hex())?;
        let row = held.by_name.get(name).filter(|row| now < row.expires)?;
        Some(Principal {
            name: UserName::new(&format!("token:{name}")),
            role: row.role,
            proof: Proof::Token(*hash),
        })
    }

    pub(super) fn list(&self) -> Vec<TokenView> {
        self.held.read().by_name.iter().map(|(name, row)| view(name, row)).collect()
    }
}

fn view(name: &str, row: &Row) -> TokenView {
    TokenView {
        name: name.to_owned(),
        role: row.role,
        issued: row.issued,
        expires: row.expires,
        version: version_of(&row.hash),
    }
}

fn key(name: &str) -> Vec<u8> {
    format!("token/{name}").into_bytes()
}
