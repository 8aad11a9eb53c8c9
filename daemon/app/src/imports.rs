//! Tables of accounts and contacts that a person hands in: what they would change, before they do.

use std::sync::Arc;

use model::{Account, Actor, Contact, Instant};

use crate::{Result, watchkeeper::Watchkeeper};

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// Accounts.
    Accounts,
    /// Contacts.
    Contacts,
}

/// A table that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableRows {
    /// Accounts, in the order of the table.
    Accounts(Vec<Account>),
    /// Contacts, likewise.
    Contacts(Vec<Contact>),
}

/// One thing that is wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFault {
    /// The line, from 1.
    pub line: u64,
    /// The column, as the table names it; empty if it is about the line.
    pub column: String,
    /// What is wrong, and what to write instead.
    pub detail: String,
}

/// Why a table cannot be taken: nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableRefused {
    /// Its content must be corrected.
    Faulty {
        /// What is wrong, in the order of the lines; at least one.
        faults: Vec<TableFault>,
        /// Faults beyond those that are listed.
        further: usize,
    },
    /// It could not be looked at.
    Failed(String),
}

/// Reads tables; the formats are known to another room.
pub trait TableReader: Send + Sync {
    /// The rows of a table, or what is wrong with it.
    fn read(&self, kind: TableKind, bytes: &[u8]) -> std::result::Result<TableRows, TableRefused>;
}

/// A reader of tables, shared.
pub type Tables = Arc<dyn TableReader>;

/// What a table would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableChanges {
    /// Rows that are not known yet.
    pub new: Vec<RowChange>,
    /// Rows that are known otherwise.
    pub changed: Vec<RowChange>,
    /// How many are known as they are.
    pub same: usize,
}

/// What a row would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// The key: an account's, or an address.
    pub key: String,
    /// The name.
    pub name: String,
    /// What differs from what is known; for a new row, what it says.
    pub differs: Vec<CellChange>,
}

/// A value that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellChange {
    /// Which one.
    pub what: String,
    /// What is known; empty if nothing is.
    pub before: String,
    /// What would be; empty if nothing would.
    pub after: String,
}

/// The values of a row by what they are, in a steady order.
type Cells = Vec<(String, String)>;

impl Watchkeeper {
    /// What a table would change now.
    pub fn compare_table(&self, rows: &TableRows) -> Result<TableChanges> {
        let directory = self.directory()?;
        let mut changes = TableChanges::default();
        match rows {
            TableRows::Accounts(accounts) => {
                for account in accounts {
                    let known = directory.account(&account.id).map(|known| of_account(known));
                    let (key, name) = (account.id.to_string(), account.name.clone());
                    changes.add(key, name, known, &of_account(account));
                }
            }
            TableRows::Contacts(contacts) => {
                for contact in contacts {
                    let known = directory.contact(&contact.email).map(|known| of_contact(known));
                    let (key, name) = (contact.email.clone(), contact.name.clone());
                    changes.add(key, name, known, &of_contact(contact));
                }
            }
        }
        Ok(changes)
    }

    /// Takes a table in. Gives how many rows were new or other than before.
    pub fn put_table(&self, rows: TableRows, actor: &Actor, now: Instant) -> Result<usize> {
        match rows {
            TableRows::Accounts(accounts) => self.put_accounts(accounts, actor, now),
            TableRows::Contacts(contacts) => self.put_contacts(contacts, actor, now),
        }
    }
}

impl TableChanges {
    fn add(&mut self, key: String, name: String, known: Option<Cells>, cells: &Cells) {
        let Some(known) = known else {
            let differs = differences(&Vec::new(), cells);
            return self.new.push(RowChange { key, name, differs });
        };
        let differs = differences(&known, cells);
        if differs.is_empty() {
            self.same += 1;
        } else {
            self.changed.push(RowChange { key, name, differs });
        }
    }
}

fn differences(before: &Cells, after: &Cells) -> Vec<CellChange> {
    let value = |cells: &Cells, what: &str| {
        let found = cells.iter().find(|(known, _)| known == what);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let gone = before.iter().filter(|(what, _)| !after.iter().any(|(kept, _)| kept == what));
    after
        .iter()
        .chain(gone)
        .map(|(what, _)| CellChange {
            what: what.clone(),
            before: value(before, what),
            after: value(after, what),
        })
        .filter(|cell| cell.before != cell.after)
        .collect()
}

fn of_account(account: &Account) -> Cells {
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut cells = vec![
        ("name".to_owned(), account.name.clone()),
        ("domains".to_owned(), account.domains.join(" ")),
        ("tier".to_owned(), optional(&account.tier)),
        ("timezone".to_owned(), optional(&account.timezone)),
        ("renewal".to_owned(), optional(&account.renewal)),
    ];
    cells.extend(account.fields.iter().map(|(key, value)| (key.clone(), value.clone())));
    cells
}

fn of_contact(contact: &Contact) -> Cells {
    let account = contact.account.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut cells = vec![
        ("name".to_owned(), contact.name.clone()),
        ("title".to_owned(), contact.title.clone()),
        ("account".to_owned(), account),
    ];
    cells.extend(contact.fields.iter().map(|(key, value)| (key.clone(), value.clone())));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(pairs: &[(&str, &str)]) -> Cells {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_column_that_is_gone_or_emptied_is_shown_before_its_values_are_lost() {
        let known = cells(&[("name", "Northwind"), ("tier", "gold"), ("region", "north")]);
        let table = cells(&[("name", "Northwind"), ("tier", ""), ("seats", "40")]);
        let shown: Vec<(String, String, String)> = differences(&known, &table)
            .into_iter()
            .map(|cell| (cell.what, cell.before, cell.after))
            .collect();
        let owned = |(a, b, c): (&str, &str, &str)| (a.to_owned(), b.to_owned(), c.to_owned());
        let wanted = [("tier", "gold", ""), ("seats", "", "40"), ("region", "north", "")];
        assert_eq!(shown, wanted.map(owned));
        let mut changes = TableChanges::default();
        changes.add("n".to_owned(), "N".to_owned(), Some(known.clone()), &known);
        changes.add("n".to_owned(), "N".to_owned(), Some(known), &table);
        changes.add("m".to_owned(), "M".to_owned(), None, &cells(&[("name", "M")]));
        assert_eq!((changes.same, changes.changed.len(), changes.new.len()), (1, 1, 1));
    }
}
