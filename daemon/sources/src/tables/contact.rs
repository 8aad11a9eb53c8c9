//! Contacts from CSV.

use std::{collections::HashMap, path::Path};

use model::{AccountId, Contact};

use super::{
    TableError,
    error::Fault,
    sheet::{self, Column, Row},
};

const COLUMNS: &[Column] = &[
    Column { name: "email", aliases: &["mail", "emailaddress", "mailaddress"], required: true },
    Column {
        name: "name",
        aliases: &["fullname", "displayname", "contactname", "contact"],
        required: false,
    },
    Column { name: "first name", aliases: &["givenname", "forename"], required: false },
    Column { name: "last name", aliases: &["surname", "familyname"], required: false },
    Column { name: "title", aliases: &["jobtitle", "role", "position"], required: false },
    Column {
        name: "account",
        aliases: &[
            "accountname",
            "company",
            "companyname",
            "accountid",
            "customer",
            "organisation",
            "organization",
        ],
        required: false,
    },
];

/// The contacts in the CSV file at `path`, in its order; where an address occurs twice, its last
/// row counts.
///
/// Columns: `email`, and optionally `name` (or first and last name), `title`, `account` (the id or
/// name of an account); every other column becomes a field.
pub fn read_contacts(path: &Path) -> Result<Vec<Contact>, TableError> {
    let rows = sheet::read(path, COLUMNS, |row| Ok((row.line, contact(row)?)))?;
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut contacts: Vec<Contact> = Vec::with_capacity(rows.len());
    for (line, contact) in rows {
        if let Some(before) = at.get(&contact.email).and_then(|index| contacts.get_mut(*index)) {
            if *before != contact {
                let path = path.display();
                log::warn!(path:%, line; "a contact stands twice: the later row counts");
                *before = contact;
            }
        } else {
            at.insert(contact.email.clone(), contacts.len());
            contacts.push(contact);
        }
    }
    Ok(contacts)
}

fn contact(row: &Row) -> Result<Contact, Fault> {
    let cell = row.get("email");
    let email = cell.trim_start_matches("mailto:").trim_matches(['<', '>', ' ']).to_lowercase();
    let fits = email.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !local.contains('@')
    });
    if !fits || email.contains(char::is_whitespace) {
        let detail =
            format!("\"{cell}\" is not an address; write it as jane.doe@northwind.example");
        return Err(row.fault("email", detail));
    }
    let name = match row.get("name") {
        "" => format!("{} {}", row.get("first name"), row.get("last name")).trim().to_owned(),
        name => name.to_owned(),
    };
    let account = Some(row.get("account")).filter(|account| !account.is_empty());
    Ok(Contact {
        email,
        name,
        title: row.get("title").to_owned(),
        account: account.map(AccountId::new),
        fields: row.fields(),
    })
}
