//! A channel: a name that policies use, and the means behind it.

use egress::{Egress, Host, Secret, oauth::TokenSource};

use crate::{
    Chat, Failure, Letter, Parcel, Proof, Smtp, Webhook, courier::House, parcel::Addressing,
};

/// A channel as configured.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its name, as policies write it.
    pub name: String,
    /// How it delivers.
    pub means: Means,
}

/// How a channel delivers.
#[derive(Debug, Clone)]
pub enum Means {
    /// By mail.
    Smtp(Smtp),
    /// By a signed HTTP request.
    Webhook(Webhook),
    /// Into a chat.
    Chat(Chat),
}

impl Channel {
    /// What it is, as configured.
    pub fn kind(&self) -> &'static str {
        match &self.means {
            Means::Smtp(_) => "smtp",
            Means::Webhook(_) => "webhook",
            Means::Chat(chat) => chat.kind.word(),
        }
    }

    /// The host that it calls.
    pub fn host(&self) -> &Host {
        match &self.means {
            Means::Smtp(smtp) => &smtp.host,
            Means::Webhook(hook) => &hook.endpoint.host,
            Means::Chat(chat) => &chat.endpoint.host,
        }
    }

    /// The secrets that it needs, to look whether they can be read.
    pub fn secrets(&self) -> Vec<Secret> {
        let token = self.tokens().map(|tokens| tokens.secrets()).unwrap_or_default();
        let mut all: Vec<Secret> =
            token.into_iter().map(|path| Secret { path: path.clone() }).collect();
        match &self.means {
            Means::Smtp(Smtp { login: Some(login), .. }) => {
                if let Proof::Password(password) = &login.proof {
                    all.push(password.clone());
                }
            }
            Means::Webhook(hook) => all.push(hook.key.clone()),
            Means::Smtp(_) | Means::Chat(_) => {}
        }
        all
    }

    /// Where its tokens come from, if it needs any.
    pub(crate) fn tokens(&self) -> Option<&TokenSource> {
        let Means::Smtp(Smtp { login: Some(login), .. }) = &self.means else { return None };
        match &login.proof {
            Proof::Token(tokens) => Some(tokens),
            Proof::Password(_) => None,
        }
    }

    pub(crate) fn addressing(&self) -> Addressing {
        match self.means {
            Means::Smtp(_) => Addressing::Each,
            Means::Webhook(_) | Means::Chat(_) => Addressing::Together,
        }
    }

    /// Delivers a parcel and gives what the other side said as proof.
    pub(crate) async fn deliver(
        &self,
        parcel: &Parcel,
        house: &House,
        egress: &Egress,
    ) -> Result<String, Failure> {
        let letter = Letter::of(parcel, house);
        match &self.means {
            Means::Smtp(smtp) => smtp.deliver(parcel, &letter, house, egress).await,
            Means::Webhook(hook) => hook.deliver(parcel, house, egress).await,
            Means::Chat(chat) => chat.deliver(parcel, &letter, egress).await,
        }
    }
}
