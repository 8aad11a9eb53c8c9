//! Who may do what: users, sessions, API tokens and the one-time set-up code.
//!
//! Everything is held in memory, so that checking a request costs a map look-up, and written to an
//! [`AccessStore`] before it counts. Passwords are kept as argon2id, sessions and tokens as the
//! SHA-256 of 256 random bits. Hashing a password takes about 20 ms: those methods are not for an
//! async task.

mod personal;
mod record;
mod secret;
mod session;
mod store;
mod throttle;
mod token;

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use model::{Instant, UserName, fact::Role};
use parking_lot::{Mutex, RwLock};

pub use personal::{Marked, SavedView, Shows, Tells, VIEWS_MOST};
pub use record::{TokenView, UserView};
pub use secret::{PASSWORD_MIN_CHARS, SecretHash, TOKEN_PREFIX};
pub use session::{SESSION_IDLE, SESSION_MOST};
pub use store::{AccessStore, AccessStoreError, MemoryAccessStore};
pub use token::TOKEN_MOST;

use record::{User, load, save, user_key};
use secret::SetupCode;
use session::Sessions;
use throttle::Throttle;
use token::Tokens;

/// What can go wrong with users, sessions and tokens.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The password has too few characters.
    #[error(
        "the password has {chars} characters, at least {PASSWORD_MIN_CHARS} are needed: a few \
         unrelated words are easier to keep in mind than a short jumble"
    )]
    WeakPassword {
        /// How many it has.
        chars: usize,
    },
    /// The password is absurdly long.
    #[error("the password is longer than {most} bytes: take a shorter one")]
    LongPassword {
        /// The most bytes.
        most: usize,
    },
    /// The name cannot be one.
    #[error(
        "`{name}` cannot be a name: use 1 to 64 lower-case letters, digits and the characters . _ @ + -"
    )]
    BadName {
        /// The name as given.
        name: String,
    },
    /// The name is in use.
    #[error("{what} exists already: take another name, or remove that one first")]
    Taken {
        /// The user or token.
        what: String,
    },
    /// There is no such thing.
    #[error("there is no {what}")]
    Unknown {
        /// The user or token.
        what: String,
    },
    /// Without this user nobody could administer.
    #[error("{name} is the last administrator: add another first")]
    LastAdmin {
        /// The user.
        name: String,
    },
    /// Name and password do not fit; which of them is not said.
    #[error("the name or the password is wrong")]
    WrongPassword,
    /// The set-up code does not fit.
    #[error(
        "the set-up code is wrong: it stands in the output of `watchkeeper serve`, and is a new one \
         at every start"
    )]
    WrongSetupCode,
    /// There are users already.
    #[error("the set-up is done: sign in, or run `watchkeeper user add` on the machine")]
    SetUpAlready,
    /// Too many failed attempts.
    #[error("too many failed attempts: wait {} seconds", wait.as_secs().max(1))]
    Throttled {
        /// How long to wait.
        wait: Duration,
    },
    /// A token's end is in the past or too far away.
    #[error("a token has to end between now and {most}")]
    BadExpiry {
        /// The latest end.
        most: Instant,
    },
    /// A view cannot be kept as it is.
    #[error("{what}: {remedy}")]
    BadView {
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// The system gave no random numbers.
    #[error("the system gave no random numbers: look at its log")]
    NoRandomness,
    /// The store failed.
    #[error("cannot read or write users and sessions: {0}")]
    Store(#[source] AccessStoreError),
}

/// Who makes a request, proved by a session or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The user; `token:` and its name for a token.
    pub name: UserName,
    /// What they may do.
    pub role: Role,
    /// What proved it.
    pub proof: Proof,
}

impl Principal {
    /// Whether this role may do what `least` may.
    pub fn may(&self, least: Role) -> bool {
        self.role <= least
    }
}

/// What proved who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A session of a person who signed in.
    Session(SecretHash),
    /// A token of a program.
    Token(SecretHash),
}

/// A credential as a request carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential<'a> {
    /// The value of the session cookie.
    Session(&'a str),
    /// The value behind `Authorization: Bearer`.
    Token(&'a str),
}

/// A session that has just begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// What the cookie must hold; kept nowhere else.
    pub secret: String,
    /// Who signed in.
    pub principal: Principal,
}

/// What is to be changed of a user; what is missing stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct UserChange<'a> {
    /// What they may do from now on.
    pub role: Option<Role>,
    /// Their new password.
    pub password: Option<&'a str>,
}

/// Users, sessions and tokens; see the module.
pub struct Access {
    store: Box<dyn AccessStore>,
    users: RwLock<BTreeMap<UserName, User>>,
    sessions: Sessions,
    tokens: Tokens,
    setup: Mutex<Option<SetupCode>>,
    throttle: Throttle,
    /// Held while a person's marks are read and written.
    marking: Mutex<()>,
    /// Verified against where a name is unknown, so that the time taken does not tell names.
    decoy: String,
}

impl Access {
    /// Reads what `store` holds. Where it holds no user, a set-up code is made.
    pub fn open(store: impl AccessStore + 'static, now: Instant) -> Result<Self, AccessError> {
        let store: Box<dyn AccessStore> = Box::new(store);
        let mut users = BTreeMap::new();
        load(&*store, b"user/", |name, user: User| {
            users.insert(UserName::new(name), user);
        })?;
        let sessions = Sessions::load(&*store, now)?;
        let tokens = Tokens::load(&*store)?;
        let setup = if users.is_empty() { Some(SetupCode::new()?) } else { None };
        Ok(Self {
            store,
            users: RwLock::new(users),
            sessions,
            tokens,
            setup: Mutex::new(setup),
            throttle: Throttle::default(),
            marking: Mutex::default(),
            decoy: secret::hash_password(&secret::new_secret()?)?,
        })
    }

    /// The code that lets the first administrator in; nothing once there is a user.
    pub fn setup_code(&self) -> Option<String> {
        self.setup.lock().as_ref().map(|code| code.as_str().to_owned())
    }

    /// Makes the first administrator of whoever knows the set-up code.
    pub fn set_up(
        &self,
        code: &str,
        name: &str,
        password: &str,
        from: IpAddr,
        now: Instant,
    ) -> Result<UserView, AccessError> {
        // held to the end: of two at the same time, one finds the set-up done
        let mut setup = self.setup.lock();
        let expected = setup.as_ref().ok_or(AccessError::SetUpAlready)?;
        self.throttle.begin("", from, now).map_err(|wait| AccessError::Throttled { wait })?;
        if !expected.matches(code) {
            return Err(AccessError::WrongSetupCode);
        }
        self.throttle.succeeded("", from);
        let user = self.insert_user(name, password, Role::Admin, now)?;
        *setup = None;
        Ok(user)
    }

    /// Adds a user.
    pub fn add_user(
        &self,
        name: &str,
        password: &str,
        role: Role,
        now: Instant,
    ) -> Result<UserView, AccessError> {
        let mut setup = self.setup.lock();
        let user = self.insert_user(name, password, role, now)?;
        *setup = None;
        Ok(user)
    }

    fn insert_user(
        &self,
        name: &str,
        password: &str,
        role: Role,
        now: Instant,
    ) -> Result<UserView, AccessError> {
        let name = check_name(name)?;
        let taken = || AccessError::Taken { what: format!("user {name}") };
        if self.users.read().contains_key(&name) {
            return Err(taken());
        }
        secret::check_password(password)?;
        let user = User { role, password: secret::hash_password(password)?, added: now };
        let mut users = self.users.write();
        if users.contains_key(&name) {
            return Err(taken());
        }
        save(&*self.store, &user_key(&name), &user)?;
        let view = user.view(&name);
        users.insert(name, user);
        Ok(view)
    }

    /// Removes a user and ends all of their sessions at once.
    pub fn remove_user(&self, name: &str) -> Result<UserName, AccessError> {
        let name = UserName::new(name);
        let mut users = self.users.write();
        find_user(&users, &name)?;
        check_not_last_admin(&users, &name)?;
        self.store.delete(&user_key(&name)).map_err(AccessError::Store)?;
        users.remove(&name);
        drop(users);
        self.sessions.end_others(&*self.store, &name, None)?;
        self.forget_personal(&name)?;
        Ok(name)
    }

    /// Changes what a user may do, or their password. A new password ends their sessions, except
    /// the one of `keep`.
    pub fn change_user(
        &self,
        name: &str,
        change: UserChange<'_>,
        keep: Option<&Proof>,
    ) -> Result<UserView, AccessError> {
        let name = UserName::new(name);
        find_user(&self.users.read(), &name)?;
        // slow, so before others have to wait for the lock
        let password = change.password.map(|password| {
            secret::check_password(password)?;
            secret::hash_password(password)
        });
        let password = password.transpose()?;
        let renewed = password.is_some();
        let mut users = self.users.write();
        let mut user = find_user(&users, &name)?;
        if change.role.is_some_and(|role| role != Role::Admin) {
            check_not_last_admin(&users, &name)?;
        }
        user.role = change.role.unwrap_or(user.role);
        user.password = password.unwrap_or(user.password);
        save(&*self.store, &user_key(&name), &user)?;
        let view = user.view(&name);
        users.insert(name.clone(), user);
        drop(users);
        if renewed {
            self.sessions.end_others(&*self.store, &name, keep)?;
        }
        Ok(view)
    }

    /// Gives whoever knows their password another one, and ends their other sessions.
    pub fn change_password(
        &self,
        principal: &Principal,
        current: &str,
        password: &str,
        from: IpAddr,
        now: Instant,
    ) -> Result<UserView, AccessError> {
        let name = principal.name.as_str();
        self.throttle.begin(name, from, now).map_err(|wait| AccessError::Throttled { wait })?;
        let user = find_user(&self.users.read(), &principal.name)?;
        if !secret::verify_password(current, &user.password) {
            return Err(AccessError::WrongPassword);
        }
        self.throttle.succeeded(name, from);
        let change = UserChange { password: Some(password), role: None };
        self.change_user(name, change, Some(&principal.proof))
    }

    /// Ends every session of a user, wherever they signed in.
    pub fn sign_out_everywhere(&self, name: &UserName) -> Result<(), AccessError> {
        self.sessions.end_others(&*self.store, name, None)
    }

    /// What is known of a user.
    pub fn user(&self, name: &str) -> Result<UserView, AccessError> {
        let name = UserName::new(name);
        find_user(&self.users.read(), &name).map(|user| user.view(&name))
    }

    /// The users, by name.
    pub fn users(&self) -> Vec<UserView> {
        self.users.read().iter().map(|(name, user)| user.view(name)).collect()
    }

    /// Begins a session for whoever knows the password.
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        from: IpAddr,
        now: Instant,
    ) -> Result<SignedIn, AccessError> {
        let name = name.trim().to_lowercase();
        self.throttle.begin(&name, from, now).map_err(|wait| AccessError::Throttled { wait })?;
        let held = self.users.read().get(name.as_str()).cloned();
        let hash = held.as_ref().map_or(&self.decoy, |user| &user.password);
        let fits = secret::verify_password(password, hash);
        let Some(user) = held.filter(|_| fits) else {
            return Err(AccessError::WrongPassword);
        };
        self.throttle.succeeded(&name, from);
        let name = UserName::new(&name);
        let (secret, hash) = self.sessions.begin(&*self.store, &name, now)?;
        let principal = Principal { name, role: user.role, proof: Proof::Session(hash) };
        Ok(SignedIn { secret, principal })
    }

    /// Ends what `proof` proved, if it is a session.
    pub fn sign_out(&self, proof: &Proof) -> Result<(), AccessError> {
        match proof {
            Proof::Session(hash) => self.sessions.end(&*self.store, hash),
            Proof::Token(_) => Ok(()),
        }
    }

    /// Who `credential` belongs to; nothing if it is unknown or has ended. Quick: no disk, no slow
    /// hash.
    pub fn authenticate(&self, credential: Credential<'_>, now: Instant) -> Option<Principal> {
        match credential {
            Credential::Session(secret) => {
                let hash = SecretHash::of(secret);
                let name = self.sessions.touch(&hash, now)?;
                let role = self.users.read().get(&name)?.role;
                Some(Principal { name, role, proof: Proof::Session(hash) })
            }
            Credential::Token(secret) => self.tokens.find(&SecretHash::of(secret), now),
        }
    }

    /// Whether `principal` would still be let in; for streams that stay open.
    pub fn still_holds(&self, principal: &Principal, now: Instant) -> bool {
        match &principal.proof {
            Proof::Session(hash) => {
                let role = self.users.read().get(&principal.name).map(|user| user.role);
                self.sessions.holds(hash, now) && role == Some(principal.role)
            }
            Proof::Token(hash) => self.tokens.find(hash, now).is_some(),
        }
    }

    /// Writes down when sessions were last used, where that is not yet durable, and forgets those
    /// that have ended. To be called every few minutes.
    pub fn tidy(&self, now: Instant) -> Result<(), AccessError> {
        self.sessions.tidy(&*self.store, now)
    }

    /// Issues a token for programs and gives its secret, which is kept nowhere. It must end within
    /// [`TOKEN_MOST`].
    pub fn issue_token(
        &self,
        name: &str,
        role: Role,
        expires: Instant,
        now: Instant,
    ) -> Result<(String, TokenView), AccessError> {
        let name = check_name(name)?;
        self.tokens.issue(&*self.store, name.as_str(), role, expires, now)
    }

    /// Revokes a token.
    pub fn revoke_token(&self, name: &str) -> Result<(), AccessError> {
        self.tokens.revoke(&*self.store, name)
    }

    /// What is known of a token.
    pub fn token(&self, name: &str) -> Result<TokenView, AccessError> {
        let unknown = || AccessError::Unknown { what: format!("token {name}") };
        self.tokens.list().into_iter().find(|token| token.name == name).ok_or_else(unknown)
    }

    /// The tokens, by name; without their secrets, which nobody has.
    pub fn tokens(&self) -> Vec<TokenView> {
        self.tokens.list()
    }
}

fn find_user(users: &BTreeMap<UserName, User>, name: &UserName) -> Result<User, AccessError> {
    let unknown = || AccessError::Unknown { what: format!("user {name}") };
    users.get(name).cloned().ok_or_else(unknown)
}

/// Refuses where nobody else could administer.
fn check_not_last_admin(
    users: &BTreeMap<UserName, User>,
    name: &UserName,
) -> Result<(), AccessError> {
    let mut admins = users.iter().filter(|(_, user)| user.role == Role::Admin);
    match (admins.next(), admins.next()) {
        (Some((only, _)), None) if only == name => {
            Err(AccessError::LastAdmin { name: name.to_string() })
        }
        _ => Ok(()),
    }
}

fn check_name(name: &str) -> Result<UserName, AccessError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._@+-".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(allowed) {
        return Err(AccessError::BadName { name: name.chars().take(80).collect() });
    }
    Ok(UserName::new(name))
}

#[cfg(test)]
mod tests;
