//! Sessions, users and tokens.

use model::{Instant, fact};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Principal, Proof, TokenView, UserView};

/// What somebody may do; each role may do what the later ones may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Installs and operates; users, tokens, sources.
    Admin,
    /// Edits rules.
    Ops,
    /// Works all queues; overrides severity, merges and splits.
    Manager,
    /// Works cases; notes, owners.
    Agent,
    /// Reads.
    Viewer,
}

impl From<fact::Role> for Role {
    fn from(role: fact::Role) -> Self {
        match role {
            fact::Role::Admin => Self::Admin,
            fact::Role::Ops => Self::Ops,
            fact::Role::Manager => Self::Manager,
            fact::Role::Agent => Self::Agent,
            fact::Role::Viewer => Self::Viewer,
        }
    }
}

impl From<Role> for fact::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::Ops => Self::Ops,
            Role::Manager => Self::Manager,
            Role::Agent => Self::Agent,
            Role::Viewer => Self::Viewer,
        }
    }
}

/// Who is signed in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Session {
    /// The user; `token:` and its name for a token.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether a token proved it, not a session.
    pub by_token: bool,
}

impl From<&Principal> for Session {
    fn from(principal: &Principal) -> Self {
        Self {
            name: principal.name.to_string(),
            role: principal.role.into(),
            by_token: matches!(principal.proof, Proof::Token(_)),
        }
    }
}

/// Name and password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The user name.
    pub name: String,
    /// The password.
    #[schema(format = Password)]
    pub password: String,
}

/// Whether somebody has to set Watchkeeper up.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct SetupState {
    /// Whether there is no user yet, so that the set-up code is needed.
    pub needed: bool,
}

/// The first administrator.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// The code that `watchkeeper serve` prints.
    pub code: String,
    /// The user name to have.
    pub name: String,
    /// The password to have, at least 12 characters.
    #[schema(format = Password, min_length = 12)]
    pub password: String,
}

/// Somebody who may sign in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct User {
    /// The user name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub added: Instant,
    /// Changes with what they may do and with their password. To be sent as `If-Match`, in quotation
    /// marks, with a change that is to be made upon what was read alone.
    pub version: String,
}

impl From<UserView> for User {
    fn from(user: UserView) -> Self {
        let UserView { name, role, added, version } = user;
        Self { name, role: role.into(), added, version }
    }
}

/// Somebody who shall be able to sign in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The user name: 1 to 64 lower-case letters, digits and the characters `. _ @ + -`.
    #[schema(min_length = 1, max_length = 64)]
    pub name: String,
    /// The password, at least 12 characters.
    #[schema(format = Password, min_length = 12)]
    pub password: String,
    /// What they may do.
    pub role: Role,
}

/// What is to be changed of somebody who may sign in; what is missing stays.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserEdit {
    /// What they may do from now on.
    #[schema(nullable = false)]
    pub role: Option<Role>,
    /// Their new password, at least 12 characters; their sessions end.
    #[schema(format = Password, min_length = 12, nullable = false)]
    pub password: Option<String>,
}

/// A new password of one's own.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The password until now.
    #[schema(format = Password)]
    pub current: String,
    /// The new one, at least 12 characters.
    #[schema(format = Password, min_length = 12)]
    pub password: String,
}

/// A token for programs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Token {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was issued.
    #[schema(value_type = String, format = DateTime)]
    pub issued: Instant,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires: Instant,
    /// Another one for every token, also of the same name; for `If-Match`.
    pub version: String,
}

impl From<TokenView> for Token {
    fn from(token: TokenView) -> Self {
        let TokenView { name, role, issued, expires, version } = token;
        Self { name, role: role.into(), issued, expires, version }
    }
}

/// A token to be issued.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What to call it; the same characters as in a user name.
    #[schema(min_length = 1, max_length = 64)]
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it ends, at most 400 days from now.
    #[schema(value_type = String, format = DateTime)]
    pub expires: Instant,
}

/// A token that was just issued.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IssuedToken {
    /// What it is.
    #[serde(flatten)]
    pub token: Token,
    /// The token itself, for `Authorization: Bearer`. It is kept nowhere and cannot be shown again.
    pub secret: String,
}
