//! What Watchkeeper talks to: the channels by which alerts go out.

use std::{
    collections::BTreeSet,
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
};

use channels::{Backoff, Channel, Chat, ChatKind, Login, Means, Proof, Smtp, Webhook};
use egress::{Host, Protection, Secret, Trust, http::Endpoint};
use jiff::tz::TimeZone;
use model::Instant;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};
use toml::Spanned;

use super::{
    Config,
    mailboxes::OauthSection,
    value::{Day, Mailbox},
};

/// Where a secret lies: a file of its own, or a credential that systemd hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// A file.
    File(PathBuf),
    /// The name of a systemd credential (`LoadCredential=`, `LoadCredentialEncrypted=`).
    Credential(String),
}

impl SecretPlace {
    /// Takes a relative path from `folder`.
    pub(super) fn resolve(&mut self, folder: &Path) {
        if let Self::File(path) = self {
            *path = folder.join(&*path);
        }
    }

    /// Where to read it.
    pub fn secret(&self) -> Result<Secret, String> {
        match self {
            Self::File(path) => Ok(Secret { path: path.clone() }),
            Self::Credential(name) => {
                let dir = credentials().ok_or_else(|| {
                    format!(
                        "the credential \"{name}\" is not at hand: the service has to be started \
                         by systemd with LoadCredential={name}:FILE"
                    )
                })?;
                Ok(Secret { path: dir.join(name) })
            }
        }
    }
}

/// The directory that systemd puts credentials into, if it started us with any.
fn credentials() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "systemd says it in no other way")]
    let dir = std::env::var("CREDENTIALS_DIRECTORY").ok();
    dir.map(PathBuf::from)
}

impl<'de> Deserialize<'de> for SecretPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Place {
            file: Option<PathBuf>,
            credential: Option<String>,
        }
        struct Choice;
        impl<'de> Visitor<'de> for Choice {
            type Value = SecretPlace;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("{ file = \"FILE\" } or { credential = \"NAME\" }")
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<SecretPlace, E> {
                Err(E::custom(
                    "a secret does not belong into the configuration; write it into a file of its \
                     own and name that: { file = \"FILE\" }",
                ))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SecretPlace, A::Error> {
                let place = Place::deserialize(MapAccessDeserializer::new(map))?;
                match (place.file, place.credential) {
                    (Some(file), None) => Ok(SecretPlace::File(file)),
                    (None, Some(name)) if !name.contains('/') => Ok(SecretPlace::Credential(name)),
                    _ => Err(A::Error::custom("name either a file or a credential")),
                }
            }
        }
        deserializer.deserialize_any(Choice)
    }
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// By TLS from the first byte.
    Tls,
    /// By TLS after STARTTLS.
    StartTls,
    /// Not at all.
    Off,
}

/// What a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// Mail by SMTP submission.
    Smtp,
    /// A signed HTTP request.
    Webhook,
    /// A room of Slack.
    Slack,
    /// A channel of Microsoft Teams.
    Teams,
    /// A channel of Mattermost.
    Mattermost,
}

/// A channel by which alerts go out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelSection {
    /// Its name, as policies write it.
    pub name: Spanned<String>,
    /// What it is.
    pub kind: ChannelKind,
    /// The submission server.
    #[serde(default)]
    pub host: Option<String>,
    /// Its port.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection to it is protected.
    #[serde(default)]
    pub tls: Option<MailTls>,
    /// The name that we sign in with there.
    #[serde(default)]
    pub user: Option<String>,
    /// The password to it.
    #[serde(default)]
    pub password: Option<SecretPlace>,
    /// Where tokens come from, instead of a password.
    #[serde(default)]
    pub oauth: Option<OauthSection>,
    /// The address that mail comes from.
    #[serde(default)]
    pub from: Option<Mailbox>,
    /// The name beside it.
    #[serde(default)]
    pub from_name: Option<String>,
    /// Where answers go.
    #[serde(default)]
    pub reply_to: Option<Mailbox>,
    /// The URL of a webhook or a chat.
    #[serde(default)]
    pub url: Option<String>,
    /// The same where the URL itself is a secret.
    #[serde(default)]
    pub secret_url: Option<SecretPlace>,
    /// The key that requests are signed with.
    #[serde(default)]
    pub key: Option<SecretPlace>,
    /// A PEM file of certificate authorities instead of the platform's.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// The day on which its password, token, key or secret URL ends.
    #[serde(default)]
    pub expires: Option<Day>,
}

impl ChannelSection {
    /// What is missing, or does not fit.
    fn fault(&self) -> Option<String> {
        let missing = |what: &str| Some(format!("a channel of this kind needs `{what}`"));
        if self.kind == ChannelKind::Smtp {
            let Some(host) = &self.host else { return missing("host") };
            if self.from.is_none() {
                return missing("from");
            }
            if self.url.is_some() || self.secret_url.is_some() || self.key.is_some() {
                return Some("a channel of mail has no `url` and no `key`".to_owned());
            }
            if let Some(fault) = self.login_fault() {
                return Some(fault);
            }
            return unprotected(host, self.tls);
        }
        if self.host.is_some()
            || self.user.is_some()
            || self.password.is_some()
            || self.oauth.is_some()
        {
            let said = "only a channel of mail has `host`, `user`, `password` and `oauth`";
            return Some(said.to_owned());
        }
        if self.kind == ChannelKind::Webhook && self.key.is_none() {
            return missing("key");
        }
        match (&self.url, &self.secret_url) {
            (Some(url), None) => endpoint(url, Trust::Platform).err(),
            (None, Some(_)) => None,
            _ => Some("name either `url` or `secret_url`".to_owned()),
        }
    }

    fn login_fault(&self) -> Option<String> {
        match (&self.user, &self.password, &self.oauth) {
            (None, None, None) | (Some(_), Some(_), None) => None,
            (Some(_), None, Some(oauth)) => {
                // Its newer tokens are kept in a file of this name.
                let name = self.name.get_ref();
                if !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
                    let said = "a channel with `oauth` needs a name of letters, digits and -";
                    return Some(said.to_owned());
                }
                oauth.fault()
            }
            _ => Some("`user` comes together with `password` or `oauth`".to_owned()),
        }
    }

    /// When its secret ends, if that is known; a day begins in `zone`.
    pub fn ends(&self, zone: &TimeZone) -> Option<Instant> {
        self.expires.as_ref()?.begins(zone)
    }

    fn trust(&self) -> Trust {
        self.ca.clone().map_or(Trust::Platform, Trust::File)
    }

    /// The channel, ready to deliver; renewed tokens are kept below `dir`.
    pub fn channel(&self, dir: &Path) -> Result<Channel, String> {
        let name = self.name.get_ref().clone();
        let secret = |place: &Option<SecretPlace>| {
            place.as_ref().ok_or_else(|| "a secret is missing".to_owned())?.secret()
        };
        let means = match self.kind {
            ChannelKind::Smtp => Means::Smtp(self.smtp(dir)?),
            ChannelKind::Webhook => {
                Means::Webhook(Webhook { endpoint: self.endpoint()?, key: secret(&self.key)? })
            }
            ChannelKind::Slack => self.chat(ChatKind::Slack)?,
            ChannelKind::Teams => self.chat(ChatKind::Teams)?,
            ChannelKind::Mattermost => self.chat(ChatKind::Mattermost)?,
        };
        Ok(Channel { name, means })
    }

    fn chat(&self, kind: ChatKind) -> Result<Means, String> {
        Ok(Means::Chat(Chat { kind, endpoint: self.endpoint()? }))
    }

    fn smtp(&self, dir: &Path) -> Result<Smtp, String> {
        let missing = |what: &str| format!("`{what}` is missing");
        let tls = self.tls.unwrap_or(MailTls::StartTls);
        let port = match tls {
            MailTls::Tls => 465,
            MailTls::StartTls => 587,
            MailTls::Off => 25,
        };
        let proof = match (&self.password, &self.oauth) {
            (Some(password), _) => Some(Proof::Password(password.secret()?)),
            (None, Some(oauth)) => {
                let kept = format!("channel/{}", self.name.get_ref());
                Some(Proof::Token(Box::new(oauth.tokens(&kept, dir)?)))
            }
            (None, None) => None,
        };
        let login = self.user.clone().zip(proof).map(|(user, proof)| Login { user, proof });
        Ok(Smtp {
            host: Host {
                name: self.host.clone().ok_or_else(|| missing("host"))?,
                port: self.port.unwrap_or(port),
                protection: protection(tls, self.trust()),
            },
            login,
            from: self.from.clone().ok_or_else(|| missing("from"))?.0,
            from_name: self.from_name.clone().unwrap_or_else(|| "Watchkeeper".to_owned()),
            reply_to: self.reply_to.clone().map(|reply_to| reply_to.0),
        })
    }

    fn endpoint(&self) -> Result<Endpoint, String> {
        match (&self.url, &self.secret_url) {
            (Some(url), _) => endpoint(url, self.trust()),
            (None, Some(place)) => {
                let url = place.secret()?.read().map_err(|error| error.to_string())?;
                // What is wrong is not quoted: the URL is a secret.
                endpoint(url.trim(), self.trust()).map_err(|_| {
                    "the file of `secret_url` does not hold an https URL alone".to_owned()
                })
            }
            _ => Err("name either `url` or `secret_url`".to_owned()),
        }
    }
}

/// The way a connection is protected.
pub fn protection(tls: MailTls, trust: Trust) -> Protection {
    match tls {
        MailTls::Tls => Protection::Tls(trust),
        MailTls::StartTls => Protection::StartTls(trust),
        MailTls::Off => Protection::None,
    }
}

/// What is wrong with an unprotected connection to `host`, if there is one.
pub fn unprotected(host: &str, tls: Option<MailTls>) -> Option<String> {
    let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    (tls == Some(MailTls::Off) && !local).then(|| {
        format!("tls = \"off\" would send passwords and names in the clear to {host}; use \"tls\" or \"starttls\"")
    })
}

fn endpoint(url: &str, trust: Trust) -> Result<Endpoint, String> {
    let endpoint = Endpoint::parse(url, trust)?;
    if !endpoint.is_private() {
        return Err(format!("\"{url}\" would send names of customers in the clear; use https"));
    }
    Ok(endpoint)
}

impl Config {
    /// The channels, ready to deliver; renewed tokens are kept below `dir`. Says which one cannot be
    /// used, and why.
    pub fn channels(&self, dir: &Path) -> Result<Vec<Channel>, String> {
        let ready = |section: &ChannelSection| {
            section
                .channel(dir)
                .map_err(|error| format!("channel \"{}\": {error}", section.name.get_ref()))
        };
        self.channel.iter().map(ready).collect()
    }

    /// When a delivery that failed is tried again.
    pub fn backoff(&self) -> Backoff {
        match &self.alerts.retry {
            Some(waits) => Backoff::new(waits.iter().map(|wait| wait.0).collect()),
            None => Backoff::default(),
        }
    }

    /// Checks that channels can be told apart and have what they need. Gives where the first fault is.
    pub(super) fn check_channels(&self) -> Result<(), (usize, String)> {
        let mut known = BTreeSet::new();
        for section in &self.channel {
            let (name, at) = (section.name.get_ref(), section.name.span().start);
            if name.trim().is_empty() {
                return Err((at, "a channel needs a name, as policies write it".to_owned()));
            }
            if !known.insert(name) {
                return Err((at, format!("channel \"{name}\" is defined twice; keep one")));
            }
            if let Some(fault) = section.fault() {
                return Err((at, format!("channel \"{name}\": {fault}")));
            }
        }
        Ok(())
    }

    /// Takes relative paths from `folder`.
    pub(super) fn resolve_channels(&mut self, folder: &Path) {
        for section in &mut self.channel {
            let places = [&mut section.password, &mut section.secret_url, &mut section.key];
            for place in places.into_iter().flatten() {
                place.resolve(folder);
            }
            if let Some(oauth) = &mut section.oauth {
                oauth.resolve(folder);
            }
            if let Some(ca) = &mut section.ca {
                *ca = folder.join(&*ca);
            }
        }
    }
}
