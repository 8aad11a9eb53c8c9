//! The accounts and contacts that were imported, and whose business a message is.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use model::{Account, AccountId, Address, Contact, Side, fold_text};
use serde::{Deserialize, Serialize};

use crate::{case_file::Participant, sides::Sides};

/// Whose business a message or case is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountScope {
    /// A known account's.
    Account(AccountId),
    /// That of a domain which belongs to no known account.
    Domain(String),
    /// That of one person at a mail provider, or of a sender without a domain.
    Person(String),
    /// Ours alone: nobody of a customer takes part.
    Internal,
}

/// Accounts and contacts, found by key, name, domain and address.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    sides: Arc<Sides>,
    accounts: BTreeMap<AccountId, Arc<Account>>,
    by_name: HashMap<String, AccountId>,
    by_domain: HashMap<String, AccountId>,
    contacts: BTreeMap<String, Arc<Contact>>,
    /// Titles that people gave, by address; they go before those of contacts.
    titles: BTreeMap<String, Arc<str>>,
}

impl Directory {
    /// An empty directory.
    pub fn new(sides: Arc<Sides>) -> Self {
        Self { sides, ..Self::default() }
    }

    /// The sides that this directory was made with.
    pub fn sides(&self) -> &Arc<Sides> {
        &self.sides
    }

    /// Adds an account, or replaces the one with its key. Where two accounts claim a domain, the
    /// one added last has it; a mail provider's domain belongs to nobody.
    pub fn put_account(&mut self, account: Arc<Account>) {
        if self.accounts.contains_key(&account.id) {
            self.by_name.retain(|_, id| *id != account.id);
            self.by_domain.retain(|_, id| *id != account.id);
        }
        self.by_name.insert(fold_text(&account.name), account.id.clone());
        for domain in &account.domains {
            let domain = domain.trim().trim_start_matches('@').to_lowercase();
            if !domain.is_empty() && !self.sides.is_free_mail(&domain) {
                self.by_domain.insert(domain, account.id.clone());
            }
        }
        self.accounts.insert(account.id.clone(), account);
    }

    /// Adds a contact, or replaces the one with its address.
    pub fn put_contact(&mut self, contact: Arc<Contact>) {
        self.contacts.insert(contact.email.to_lowercase(), contact);
    }

    /// Sets the title of the person with this address (lower case), or gives it back to the contacts.
    pub fn put_title(&mut self, email: &str, title: Option<&str>) {
        match title {
            Some(title) => {
                self.titles.insert(email.to_owned(), Arc::from(title));
            }
            None => {
                self.titles.remove(email);
            }
        }
    }

    /// The account with this key.
    pub fn account(&self, id: &AccountId) -> Option<&Arc<Account>> {
        self.accounts.get(id)
    }

    /// The account with this key, or else with this name however it is spaced and capitalised.
    pub fn find_account(&self, name: &str) -> Option<&Arc<Account>> {
        self.accounts
            .get(name)
            .or_else(|| self.by_name.get(&fold_text(name)).and_then(|id| self.accounts.get(id)))
    }

    /// All accounts by key.
    pub fn accounts(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.accounts.values()
    }

    /// The contact with this address (lower case).
    pub fn contact(&self, email: &str) -> Option<&Arc<Contact>> {
        self.contacts.get(email)
    }

    /// The contacts of an account, by address: those who name it and those of its domains.
    pub fn contacts_of(&self, account: &AccountId) -> Vec<Arc<Contact>> {
        let named =
            |c: &&Arc<Contact>| self.account_of(&c.email).is_some_and(|found| found.id == *account);
        self.contacts.values().filter(named).cloned().collect()
    }

    /// The account of an address: its contact's, else its domain's, else that of the nearest domain
    /// above (never a mail provider's).
    pub fn account_of(&self, email: &str) -> Option<&Arc<Account>> {
        let by_contact = self
            .contacts
            .get(email)
            .and_then(|contact| contact.account.as_ref())
            .and_then(|id| self.find_account(id.as_str()));
        by_contact.or_else(|| self.account_of_domain(email.rsplit_once('@')?.1))
    }

    /// The account that owns `domain` or the nearest domain above it.
    pub fn account_of_domain(&self, domain: &str) -> Option<&Arc<Account>> {
        let mut rest = domain;
        while !rest.is_empty() && !self.sides.is_free_mail(rest) {
            if let Some(id) = self.by_domain.get(rest) {
                return self.accounts.get(id);
            }
            rest = rest.split_once('.')?.1;
        }
        None
    }

    /// `address` with its side, team and title.
    pub fn participant(&self, address: &Address) -> Participant {
        let side = self.sides.side(address);
        let team = if side == Side::Us { self.sides.team(address) } else { None };
        let title = match self.titles.get(&address.email) {
            Some(title) => Arc::clone(title),
            None => Arc::from(self.contact(&address.email).map_or("", |c| c.title.as_str())),
        };
        Participant { address: address.clone(), side, team, title }
    }

    /// The scope of one address that is not ours.
    pub fn scope_of_address(&self, address: &Address) -> AccountScope {
        if let Some(account) = self.account_of(&address.email) {
            return AccountScope::Account(account.id.clone());
        }
        let domain = address.domain();
        if domain.is_empty() || self.sides.is_free_mail(domain) {
            AccountScope::Person(fold_text(if address.email.is_empty() {
                &address.name
            } else {
                &address.email
            }))
        } else {
            AccountScope::Domain(domain.to_owned())
        }
    }

    /// Whose business a message from `from` to `others` is: the sender's if that is a customer, else
    /// the first customer's among the recipients, else the first partner's, else ours.
    pub fn scope_of(&self, from: &Participant, others: &[Participant]) -> AccountScope {
        let people = || std::iter::once(from).chain(others);
        let first = |side: Side| people().find(|p| p.side == side);
        first(Side::Customer)
            .or_else(|| first(Side::Partner))
            .map_or(AccountScope::Internal, |p| self.scope_of_address(&p.address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sides::SidesConfig;

    fn account(id: &str, name: &str, domains: &[&str]) -> Arc<Account> {
        Arc::new(Account {
            id: id.into(),
            name: name.to_owned(),
            domains: domains.iter().map(|d| (*d).to_owned()).collect(),
            tier: None,
            timezone: None,
            renewal: None,
            fields: BTreeMap::new(),
        })
    }

    fn contact(email: &str, account: &str) -> Arc<Contact> {
        Arc::new(Contact {
            email: email.to_owned(),
            name: String::new(),
            title: "CTO".to_owned(),
            account: Some(account.into()),
            fields: BTreeMap::new(),
        })
    }

    fn directory() -> Directory {
        let domains = vec!["ours.example".to_owned()];
        let partners = vec!["partner.example".to_owned()];
        let config = SidesConfig { domains, partners, ..SidesConfig::default() };
        let mut directory = Directory::new(Arc::new(Sides::new(&config)));
        directory.put_account(account("a1", "North  Wind", &["northwind.example", "gmail.com"]));
        directory.put_account(account("a2", "Contoso", &["eu.northwind.example"]));
        directory.put_contact(contact("boss@gmail.com", "north wind"));
        directory.put_contact(contact("reseller@northwind.example", "a2"));
        directory
    }

    fn named(directory: &Directory, email: &str) -> Option<String> {
        directory.account_of(email).map(|account| account.id.to_string())
    }

    #[test]
    fn a_contact_wins_over_its_domain_and_a_domain_over_the_one_above() {
        let directory = directory();
        for (email, account) in [
            ("jane@northwind.example", Some("a1")),
            ("jane@us.northwind.example", Some("a1")),
            ("jane@eu.northwind.example", Some("a2")),
            ("jane@x.eu.northwind.example", Some("a2")),
            ("reseller@northwind.example", Some("a2")),
            ("boss@gmail.com", Some("a1")),
            ("somebody@gmail.com", None),
            ("jane@notnorthwind.example", None),
            ("nobody", None),
        ] {
            assert_eq!(named(&directory, email).as_deref(), account, "{email}");
        }
        assert_eq!(directory.find_account("north WIND").map(|a| a.id.as_str()), Some("a1"));
    }

    #[test]
    fn an_account_imported_again_gives_up_what_it_no_longer_claims() {
        let mut directory = directory();
        directory.put_account(account("a1", "Northwind Ltd", &["northwind.test"]));
        assert_eq!(named(&directory, "jane@northwind.example"), None);
        assert_eq!(named(&directory, "jane@northwind.test").as_deref(), Some("a1"));
        assert!(directory.find_account("north wind").is_none());
        assert_eq!(directory.contacts_of(&"a2".into()).len(), 1);
    }

    #[test]
    fn a_message_is_the_business_of_its_sender_else_of_the_first_customer() {
        let directory = directory();
        let person = |email: &str| {
            directory.participant(&Address { name: String::new(), email: email.to_owned() })
        };
        let scope = |from: &str, to: &[&str]| {
            let others: Vec<_> = to.iter().map(|email| person(email)).collect();
            directory.scope_of(&person(from), &others)
        };
        let desk = "support@ours.example";
        assert_eq!(scope("jane@northwind.example", &[desk]), AccountScope::Account("a1".into()));
        assert_eq!(
            scope(desk, &["anna@ours.example", "x@fabrikam.example", "jane@northwind.example"]),
            AccountScope::Domain("fabrikam.example".to_owned())
        );
        assert_eq!(
            scope("somebody@gmail.com", &[desk]),
            AccountScope::Person("somebody@gmail.com".to_owned())
        );
        assert_eq!(scope(desk, &["anna@ours.example"]), AccountScope::Internal);
        assert_eq!(
            scope("kim@partner.example", &["jane@northwind.example", desk]),
            AccountScope::Account("a1".into())
        );
        assert_eq!(
            scope("kim@partner.example", &[desk]),
            AccountScope::Domain("partner.example".to_owned())
        );
        assert_eq!(&*person("boss@gmail.com").title, "CTO");
    }
}
