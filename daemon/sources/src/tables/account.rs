//! Accounts from CSV.

use std::{collections::BTreeMap, path::Path};

use jiff::{civil::Date, tz::TimeZone};
use model::{Account, AccountId, fold_text};

use super::{
    TableError,
    error::Fault,
    sheet::{self, Column, Row},
};

const COLUMNS: &[Column] = &[
    Column {
        name: "name",
        aliases: &[
            "accountname",
            "account",
            "companyname",
            "company",
            "customer",
            "organisation",
            "organization",
        ],
        required: true,
    },
    Column {
        name: "id",
        aliases: &["accountid", "key", "accountkey", "customerid"],
        required: false,
    },
    Column {
        name: "domains",
        aliases: &["domain", "emaildomains", "emaildomain", "maildomains"],
        required: false,
    },
    Column { name: "tier", aliases: &["servicetier", "supporttier", "plan"], required: false },
    Column { name: "timezone", aliases: &["tz", "zone"], required: false },
    Column {
        name: "renewal",
        aliases: &["renewaldate", "renewson", "renews", "contractend", "contractenddate"],
        required: false,
    },
];

/// The accounts in the CSV file at `path`, in its order.
///
/// Columns: `name`, and optionally `id`, `domains` (separated by spaces, commas or semicolons),
/// `tier`, `timezone` (IANA), `renewal` (a day); every other column becomes a field. Without an id,
/// an account is known by its name, however that is spaced and capitalised.
pub fn read_accounts(path: &Path) -> Result<Vec<Account>, TableError> {
    let mut lines = BTreeMap::new();
    sheet::read(path, COLUMNS, |row| {
        let account = account(row)?;
        match lines.insert(account.id.clone(), row.line) {
            None => Ok(account),
            Some(before) => Err(Fault::line(
                row.line,
                format!(
                    "account \"{}\" stands already in line {before}; make the two one row, or tell \
                     them apart in a column \"id\"",
                    account.id
                ),
            )),
        }
    })
}

fn account(row: &Row) -> Result<Account, Fault> {
    let name = row.get("name");
    if name.is_empty() {
        return Err(row.fault("name", "it is empty; every account needs a name"));
    }
    let id = match row.get("id") {
        "" => AccountId::new(&fold_text(name)),
        id => AccountId::new(id),
    };
    Ok(Account {
        id,
        name: name.to_owned(),
        domains: domains(row)?,
        tier: some(row.get("tier")).map(fold_text),
        timezone: time_zone(row)?,
        renewal: renewal(row)?,
        fields: row.fields(),
    })
}

fn some(cell: &str) -> Option<&str> {
    (!cell.is_empty()).then_some(cell)
}

fn domains(row: &Row) -> Result<Vec<String>, Fault> {
    let mut domains = Vec::new();
    let cell = row.get("domains");
    for word in cell.split([' ', ',', ';', '|', '\n', '\t', '\r']).filter(|word| !word.is_empty()) {
        let domain = word.trim_start_matches(['@', '*', '.']).trim_end_matches('.').to_lowercase();
        if !is_domain(&domain) {
            let detail = format!("\"{word}\" is not a mail domain; write it as northwind.example");
            return Err(row.fault("domains", detail));
        }
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    Ok(domains)
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    text.contains('.') && text.split('.').all(label)
}

fn time_zone(row: &Row) -> Result<Option<String>, Fault> {
    let Some(cell) = some(row.get("timezone")) else { return Ok(None) };
    let zone = TimeZone::get(cell).ok();
    let name = zone.as_ref().and_then(TimeZone::iana_name);
    let wrong = || {
        let detail =
            format!("\"{cell}\" is not a time zone; write its IANA name, such as Europe/Berlin");
        row.fault("timezone", detail)
    };
    name.map(|name| Some(name.to_owned())).ok_or_else(wrong)
}

/// The day of a renewal. Where day and month cannot be told apart it is refused, not guessed.
fn renewal(row: &Row) -> Result<Option<String>, Fault> {
    let Some(cell) = some(row.get("renewal")) else { return Ok(None) };
    let day = cell.split(['T', ' ']).next().unwrap_or(cell);
    let date = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y"]
        .iter()
        .find_map(|format| Date::strptime(format, day).ok())
        .filter(|date| (1900..2200).contains(&date.year()));
    let wrong = || row.fault("renewal", format!("\"{cell}\" is not a day; write it as 2026-03-31"));
    date.map(|date| Some(date.to_string())).ok_or_else(wrong)
}
