//! Tokens for mailboxes (RFC 6749): fetched when they are needed, kept until shortly before they end.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::SignedDuration;
use model::Instant;
use serde::Deserialize;

use crate::{Egress, EgressError, Secret, http::Endpoint};

/// A token is not used in its last minutes.
const SPARE: SignedDuration = SignedDuration::from_mins(3);
/// How long a token holds that does not say.
const USUAL: u64 = 600;

/// Where tokens come from. Clones share the token at hand.
#[derive(Debug, Clone)]
pub struct TokenSource {
    /// The token endpoint.
    pub endpoint: Endpoint,
    /// Our name there.
    pub client: String,
    /// Our secret there, if we have one.
    pub client_secret: Option<Secret>,
    /// What we have been given.
    pub grant: Grant,
    /// What is asked for.
    pub scope: Option<String>,
    held: Arc<Mutex<Option<(String, Instant)>>>,
}

/// What we have been given.
#[derive(Debug, Clone)]
pub enum Grant {
    /// A refresh token of a person or mailbox. Where the endpoint gives a new one in exchange, it is
    /// kept in `renewed` and used from then on.
    Refresh {
        /// The first one.
        token: Secret,
        /// Where a newer one is kept.
        renewed: PathBuf,
    },
    /// Nothing but our own name and secret.
    ClientCredentials,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct Declined {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl TokenSource {
    /// Tokens of `endpoint`.
    pub fn new(
        endpoint: Endpoint,
        client: String,
        client_secret: Option<Secret>,
        grant: Grant,
        scope: Option<String>,
    ) -> Self {
        Self { endpoint, client, client_secret, grant, scope, held: Arc::default() }
    }

    /// The files that it needs.
    pub fn secrets(&self) -> Vec<&PathBuf> {
        let first = match &self.grant {
            Grant::Refresh { token, .. } => Some(&token.path),
            Grant::ClientCredentials => None,
        };
        first.into_iter().chain(self.client_secret.as_ref().map(|secret| &secret.path)).collect()
    }

    /// A token that holds for a while.
    pub async fn token(&self, egress: &Egress) -> Result<String, EgressError> {
        let now = egress.now();
        if let Some((token, until)) = &*self.held.lock().unwrap_or_else(PoisonError::into_inner)
            && now < *until
        {
            return Ok(token.clone());
        }
        let mut form = vec![("client_id", self.client.clone())];
        if let Some(secret) = &self.client_secret {
            form.push(("client_secret", secret.read()?));
        }
        form.extend(self.scope.clone().map(|scope| ("scope", scope)));
        match &self.grant {
            Grant::ClientCredentials => {
                form.push(("grant_type", "client_credentials".to_owned()));
            }
            Grant::Refresh { token, renewed } => {
                let newer = Secret { path: renewed.clone() };
                let token = if renewed.exists() { newer.read()? } else { token.read()? };
                form.push(("grant_type", "refresh_token".to_owned()));
                form.push(("refresh_token", token));
            }
        }
        let body = encode(&form).into_bytes();
        let accept = [("accept", "application/json".to_owned())];
        let answer =
            egress.post(&self.endpoint, "application/x-www-form-urlencoded", &accept, body).await?;
        let host = &self.endpoint.host.name;
        let broken = |detail: String| EgressError::Broken { host: host.clone(), detail };
        if !answer.status.is_success() {
            let said = serde_json::from_slice::<Declined>(&answer.body);
            let said = said.map_or_else(
                |_| answer.status.to_string(),
                |said| format!("{} {}", said.error, said.error_description),
            );
            let said: String = said.chars().take(200).collect();
            return Err(broken(format!("it gives no token ({said}); sign in there again")));
        }
        // The body is not quoted: it may hold a token.
        let granted: Granted = serde_json::from_slice(&answer.body)
            .map_err(|_| broken("its answer is no token".to_owned()))?;
        if let (Grant::Refresh { renewed, .. }, Some(newer)) = (&self.grant, &granted.refresh_token)
        {
            keep(renewed, newer)?;
        }
        let seconds = granted.expires_in.unwrap_or(USUAL).min(24 * 3600);
        let until = now.plus(SignedDuration::from_secs(seconds as i64)).plus(-SPARE);
        let held = (granted.access_token.clone(), until);
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
        Ok(granted.access_token)
    }

    /// Forgets the token at hand: it was refused.
    pub fn forget(&self) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Keeps a token where only we can read it; a crash leaves the old one or the new one.
fn keep(path: &Path, token: &str) -> Result<(), EgressError> {
    let write = || {
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir)?;
        }
        let aside = path.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
        file.write_all(token.as_bytes())?;
        file.sync_all()?;
        fs::rename(&aside, path)
    };
    write().map_err(|error: std::io::Error| EgressError::File {
        path: path.to_owned(),
        detail: error.to_string(),
    })
}

/// A form as `application/x-www-form-urlencoded`.
fn encode(form: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (name, value) in form {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                text.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn a_secret_with_odd_letters_arrives_as_it_is() {
        let form = [("a", "x y&z=ü".to_owned()), ("b", "1".to_owned())];
        assert_eq!(encode(&form), "a=x%20y%26z%3D%C3%BC&b=1");
    }
}
