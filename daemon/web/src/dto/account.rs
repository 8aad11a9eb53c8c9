//! Accounts, people, and domains that belong to nobody yet.

use std::collections::BTreeMap;

use app::record;
use model::{AccountId, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CaseRow, TimelineItem, each};

/// A customer organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Account {
    /// Its key.
    pub id: String,
    /// Its name as people say it.
    pub name: String,
    /// Its mail domains; a message from a subdomain belongs too.
    pub domains: Vec<String>,
    /// The service tier, such as `enterprise`.
    pub tier: Option<String>,
    /// IANA name of its time zone, such as `Europe/Berlin`.
    pub timezone: Option<String>,
    /// The day its contract renews, as `YYYY-MM-DD`.
    pub renewal: Option<String>,
    /// Everything else that was imported.
    pub fields: BTreeMap<String, String>,
}

impl From<model::Account> for Account {
    fn from(account: model::Account) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name,
            domains: account.domains,
            tier: account.tier,
            timezone: account.timezone,
            renewal: account.renewal,
            fields: account.fields,
        }
    }
}

/// An account as it shall be; what is left out is emptied.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutAccount {
    /// Its name as people say it.
    pub name: String,
    /// Its mail domains.
    #[serde(default)]
    pub domains: Vec<String>,
    /// The service tier.
    #[serde(default)]
    pub tier: Option<String>,
    /// IANA name of its time zone.
    #[serde(default)]
    pub timezone: Option<String>,
    /// The day its contract renews, as `YYYY-MM-DD`.
    #[serde(default)]
    pub renewal: Option<String>,
    /// Further fields.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl PutAccount {
    /// The account with this key; domains in lower case.
    pub fn with_id(self, id: &str) -> model::Account {
        model::Account {
            id: AccountId::new(id),
            name: self.name,
            domains: self.domains.iter().map(|domain| domain.trim().to_lowercase()).collect(),
            tier: self.tier,
            timezone: self.timezone,
            renewal: self.renewal,
            fields: self.fields,
        }
    }
}

/// A person of a customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contact {
    /// Address in lower case.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Job title; empty if unknown.
    pub title: String,
    /// The account the person belongs to.
    pub account: Option<String>,
    /// Everything else that was imported.
    pub fields: BTreeMap<String, String>,
}

impl From<model::Contact> for Contact {
    fn from(contact: model::Contact) -> Self {
        Self {
            email: contact.email,
            name: contact.name,
            title: contact.title,
            account: contact.account.map(|account| account.to_string()),
            fields: contact.fields,
        }
    }
}

/// A person as they shall be; what is left out is emptied.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutContact {
    /// Display name.
    pub name: String,
    /// Job title.
    #[serde(default)]
    pub title: String,
    /// The account the person belongs to.
    #[serde(default)]
    pub account: Option<String>,
    /// Further fields.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// What a person says somebody's job title is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutTitle {
    /// The title; missing to give it back to imports and signatures.
    #[serde(default)]
    pub title: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl PutContact {
    /// The contact with this address.
    pub fn with_email(self, email: &str) -> model::Contact {
        model::Contact {
            email: email.trim().to_lowercase(),
            name: self.name,
            title: self.title,
            account: self.account.as_deref().map(AccountId::new),
            fields: self.fields,
        }
    }
}

/// Everything about an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountRecord {
    /// The account.
    pub account: Account,
    /// Its people.
    pub contacts: Vec<Contact>,
    /// Its cases, the gravest first.
    pub cases: Vec<CaseRow>,
    /// Notes about it, and what was seen of it elsewhere than in mail; the latest first.
    pub notes: Vec<TimelineItem>,
}

impl From<record::AccountRecord> for AccountRecord {
    fn from(record: record::AccountRecord) -> Self {
        Self {
            account: record.account.into(),
            contacts: each(record.contacts),
            cases: each(record.cases),
            notes: each(record.notes),
        }
    }
}

/// A domain that belongs to no account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnknownDomain {
    /// The domain, or the address for free-mail.
    pub name: String,
    /// Its cases.
    pub cases: u64,
    /// Its latest message.
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Instant,
}

impl From<record::UnknownDomain> for UnknownDomain {
    fn from(domain: record::UnknownDomain) -> Self {
        Self { name: domain.name, cases: domain.cases, last_at: domain.last_at }
    }
}
