//! Sessions: held in memory, their ends durable.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicI64, Ordering},
};

use jiff::SignedDuration;
use model::{Instant, UserName};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use super::{
    AccessError, AccessStore, Proof,
    record::{load, save},
    secret::{SecretHash, new_secret},
};

/// A session ends when it has not been used for so long.
pub const SESSION_IDLE: SignedDuration = SignedDuration::from_hours(12);
/// A session ends after so long, used or not.
pub const SESSION_MOST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How much later than written a session may have been used; it costs that much idle time at most
/// when the service restarts.
const SAVE_EVERY: SignedDuration = SignedDuration::from_mins(10);

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    user: UserName,
    begun: Instant,
    used: Instant,
}

#[derive(Debug)]
struct Session {
    user: UserName,
    begun: Instant,
    used: AtomicI64,
    saved: AtomicI64,
}

impl Session {
    fn used(&self) -> Instant {
        Instant::from_millis(self.used.load(Ordering::Relaxed))
    }

    fn holds(&self, now: Instant) -> bool {
        now.since(self.used()) < SESSION_IDLE && now.since(self.begun) < SESSION_MOST
    }
}

/// All sessions, by the hash of their secret.
#[derive(Debug)]
pub(super) struct Sessions {
    held: RwLock<HashMap<SecretHash, Session>>,
}

impl Sessions {
    pub(super) fn load(store: &dyn AccessStore, now: Instant) -> Result<Self, AccessError> {
        let mut held = HashMap::new();
        load(store, b"session/", |hex, row: Row| {
            let hash = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok();
            let hash = hash.and_then(|bytes| bytes.try_into().ok()).map(SecretHash);
            let used = row.used.millis();
            let session = Session {
                user: row.user,
                begun: row.begun,
                used: AtomicI64::new(used),
                saved: AtomicI64::new(used),
            };
            if let Some(hash) = hash {
                held.insert(hash, session);
            }
        })?;
        let sessions = Self { held: RwLock::new(held) };
        sessions.tidy(store, now)?;
        Ok(sessions)
    }

    /// Begins a session; gives its secret and the hash of it.
    pub(super) fn begin(
        &self,
        store: &dyn AccessStore,
        user: &UserName,
        now: Instant,
    ) -> Result<(String, SecretHash), AccessError> {
        let secret = new_secret()?;
        let hash = SecretHash::of(&secret);
        save(store, &key(&hash), &Row { user: user.clone(), begun: now, used: now })?;
        let session = Session {
            user: user.clone(),
            begun: now,
            used: AtomicI64::new(now.millis()),
            saved: AtomicI64::new(now.millis()),
        };
        self.held.write().insert(hash, session);
        Ok((secret, hash))
    }

    /// Whose session this is, and that it is used now.
    pub(super) fn touch(&self, hash: &SecretHash, now: Instant) -> Option<UserName> {
        let held = self.held.read();
        let session = held.get(hash).filter(|session| session.holds(now))?;
        session.used.fetch_max(now.millis(), Ordering::Relaxed);
        Some(session.user.clone())
    }

    pub(super) fn holds(&self, hash: &SecretHash, now: Instant) -> bool {
        self.held.read().get(hash).is_some_and(|session| session.holds(now))
    }

    pub(super) fn end(
        &self,
        store: &dyn AccessStore,
        hash: &SecretHash,
    ) -> Result<(), AccessError> {
        self.held.write().remove(hash);
        store.delete(&key(hash)).map_err(AccessError::Store)
    }

    /// Ends the sessions of `user`, except the one of `keep`.
    pub(super) fn end_others(
        &self,
        store: &dyn AccessStore,
        user: &UserName,
        keep: Option<&Proof>,
    ) -> Result<(), AccessError> {
        let kept = |hash: &SecretHash| matches!(keep, Some(Proof::Session(kept)) if kept == hash);
        self.end_where(store, |hash, session| session.user == *user && !kept(hash))
    }

    /// Writes uses that are not durable yet, and forgets sessions that have ended.
    pub(super) fn tidy(&self, store: &dyn AccessStore, now: Instant) -> Result<(), AccessError> {
        self.end_where(store, |_, session| !session.holds(now))?;
        let held = self.held.read();
        for (hash, session) in held.iter() {
            let (used, saved) = (session.used(), session.saved.load(Ordering::Relaxed));
            if used.since(Instant::from_millis(saved)) >= SAVE_EVERY {
                let row = Row { user: session.user.clone(), begun: session.begun, used };
                save(store, &key(hash), &row)?;
                session.saved.store(used.millis(), Ordering::Relaxed);
            }
        }
        Ok(())
    }

    fn end_where(
        &self,
        store: &dyn AccessStore,
        ended: impl Fn(&SecretHash, &Session) -> bool,
    ) -> Result<(), AccessError> {
        let mut gone = Vec::new();
        self.held.write().retain(|hash, session| {
            let ends = ended(hash, session);
            if ends {
                gone.push(*hash);
            }
            !ends
        });
        for hash in gone {
            store.delete(&key(&hash)).map_err(AccessError::Store)?;
        }
        Ok(())
    }
}

fn key(hash: &SecretHash) -> Vec<u8> {
    format!("session/{}", hash.to_hex()).into_bytes()
}
