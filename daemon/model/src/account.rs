//! The customer's organisations and people, and which side somebody is on.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::id::AccountId;

/// Whose side a participant is on. Who is ours is configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// A person of our own organisation.
    Us,
    /// Somebody of a customer, known or not.
    Customer,
    /// A partner: named in the configuration, neither ours nor a customer.
    Partner,
}

/// An e-mail address with the name that stood beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The display name, decoded; empty if there was none.
    pub name: String,
    /// `local@domain`, lower case; empty if the header held only a name.
    pub email: String,
}

impl Address {
    /// The domain in lower case; empty if the address has none.
    pub fn domain(&self) -> &str {
        self.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The name if there is one, else the address.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

impl fmt::Display for Address {
    /// As in a header: `Jane Doe <jane@northwind.example>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name.is_empty(), self.email.is_empty()) {
            (true, _) => f.write_str(&self.email),
            (false, true) => f.write_str(&self.name),
            (false, false) => write!(f, "{} <{}>", self.name, self.email),
        }
    }
}

/// A customer organisation, as imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its key.
    pub id: AccountId,
    /// Its name as people say it.
    pub name: String,
    /// Its mail domains, lower case. A message from a subdomain belongs too.
    pub domains: Vec<String>,
    /// The service tier, such as `enterprise`.
    pub tier: Option<String>,
    /// IANA name of its time zone, such as `Europe/Berlin`.
    pub timezone: Option<String>,
    /// The day its contract renews, as `YYYY-MM-DD`.
    pub renewal: Option<String>,
    /// Every further column of the import.
    pub fields: BTreeMap<String, String>,
}

/// A person of a customer, as imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Address in lower case.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Job title; empty if unknown.
    pub title: String,
    /// The account the person belongs to, by the name used in the import.
    pub account: Option<AccountId>,
    /// Every further column of the import.
    pub fields: BTreeMap<String, String>,
}

/// Folds a text for comparison: lower case, white space runs to one space, ends trimmed.
pub fn fold_text(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}
