//! Accounts, people and unknown domains.

use app::{PageRequest, record::TimelineKind};
use axum::{extract::State, response::Response};
use http::StatusCode;
use jiff::{civil::Date, tz::TimeZone};
use model::AccountId;

use super::cases::check_reason;
use crate::{
    dto::{
        Account, AccountHealth, AccountRecord, Contact, Page, PageQuery, PutAccount, PutContact,
        PutTitle, UnknownDomain,
    },
    guard::Caller,
    input::{Asked, At, Input},
    problem::Problem,
    reply::{Encoded, Seen, done, fresh},
    service::Shared,
};

/// The most bytes of a key, name or address.
const NAME_BYTES: usize = 320;

/// The accounts, by name.
#[utoipa::path(
    get, path = "/api/v1/accounts", operation_id = "listAccounts", tag = "accounts",
    params(PageQuery),
    responses((status = 200, description = "A page of accounts", body = Page<Account>))
)]
pub(super) async fn list_accounts(
    State(service): State<Shared>,
    Asked(page): Asked<PageQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let request = PageRequest { limit: page.rows(), cursor: page.cursor };
        Encoded::of(&Page::<Account>::from(service.app.accounts(&request)?))
    });
    Ok(seen.reply(body.await?))
}

/// An account with its people and cases.
#[utoipa::path(
    get, path = "/api/v1/accounts/{id}", operation_id = "getAccount", tag = "accounts",
    params(("id" = String, Path, description = "The key of the account")),
    responses((status = 200, description = "The account", body = AccountRecord))
)]
pub(super) async fn get_account(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let mut record = service.app.account(&AccountId::new(&id), now)?;
        record.notes.retain(|item| match &item.what {
            TimelineKind::Note { visibility, .. } => caller.may_read(*visibility),
            _ => true,
        });
        Encoded::of(&AccountRecord::from(record))
    });
    Ok(seen.reply(body.await?))
}

/// What an account's health is made of, its severity over time, and its people.
#[utoipa::path(
    get, path = "/api/v1/accounts/{id}/health", operation_id = "getAccountHealth", tag = "accounts",
    params(("id" = String, Path, description = "The key of the account")),
    responses((status = 200, description = "How the account stands", body = AccountHealth))
)]
pub(super) async fn get_account_health(
    State(service): State<Shared>,
    At(id): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let health = service.app.account_health(&AccountId::new(&id), now)?;
        Encoded::of(&AccountHealth::from(health))
    });
    Ok(seen.reply(body.await?))
}

/// Adds an account, or replaces what is known of it.
#[utoipa::path(
    put, path = "/api/v1/accounts/{id}", operation_id = "putAccount", tag = "accounts",
    params(("id" = String, Path, description = "The key of the account")),
    request_body = PutAccount,
    responses((status = 200, description = "The account as it is now", body = Account))
)]
pub(super) async fn put_account(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    Input(account): Input<PutAccount>,
) -> Result<Response, Problem> {
    check_name("key", &id)?;
    check_name("name", &account.name)?;
    let account = account.with_id(&id);
    check_account(&account)?;
    let kept = service.work(move |service, now| {
        service.app.put_account(account.clone(), &caller.actor(), now)?;
        Ok(account)
    });
    fresh(StatusCode::OK, &Account::from(kept.await?))
}

fn check_name(what: &str, name: &str) -> Result<(), Problem> {
    if name.trim().is_empty() || name.len() > NAME_BYTES {
        let detail = format!("the {what} has to have 1 to {NAME_BYTES} bytes");
        return Err(Problem::invalid(detail));
    }
    Ok(())
}

fn check_account(account: &model::Account) -> Result<(), Problem> {
    let is_domain = |domain: &&String| {
        domain.contains('.') && !domain.contains(|c: char| c.is_whitespace() || "@/:".contains(c))
    };
    if let Some(wrong) = account.domains.iter().find(|domain| !is_domain(domain)) {
        return Err(Problem::invalid(format!("`{wrong}` is no domain (like northwind.example)")));
    }
    if let Some(zone) = &account.timezone
        && TimeZone::get(zone).is_err()
    {
        let detail = format!("`{zone}` is no time zone: use an IANA name like Europe/Berlin");
        return Err(Problem::invalid(detail));
    }
    if let Some(day) = &account.renewal
        && day.parse::<Date>().is_err()
    {
        return Err(Problem::invalid(format!("`{day}` is no day: write it like 2026-01-31")));
    }
    Ok(())
}

/// Adds a person of a customer, or replaces what is known of them.
#[utoipa::path(
    put, path = "/api/v1/contacts/{email}", operation_id = "putContact", tag = "accounts",
    params(("email" = String, Path, description = "The address")),
    request_body = PutContact,
    responses((status = 200, description = "The person as they are now", body = Contact))
)]
pub(super) async fn put_contact(
    State(service): State<Shared>,
    caller: Caller,
    At(email): At<String>,
    Input(contact): Input<PutContact>,
) -> Result<Response, Problem> {
    check_name("address", &email)?;
    let contact = contact.with_email(&email);
    let address = contact.email.split_once('@');
    if !address.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()) {
        return Err(Problem::invalid(format!("`{email}` is no address (like jane@x.example)")));
    }
    let kept = service.work(move |service, now| {
        service.app.put_contact(contact.clone(), &caller.actor(), now)?;
        Ok(contact)
    });
    fresh(StatusCode::OK, &Contact::from(kept.await?))
}

/// Says what somebody's job title is, before what imports and signatures say; without a title, gives
/// it back to them.
#[utoipa::path(
    put, path = "/api/v1/people/{email}/title", operation_id = "putTitle", tag = "accounts",
    params(("email" = String, Path, description = "The address")),
    request_body = PutTitle,
    responses((status = 204, description = "It holds"))
)]
pub(super) async fn put_title(
    State(service): State<Shared>,
    caller: Caller,
    At(email): At<String>,
    Input(PutTitle { title, reason }): Input<PutTitle>,
) -> Result<Response, Problem> {
    check_reason(&reason)?;
    let set = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        Ok(service.app.set_title(&email, title, reason, caller.actor(), now)?)
    });
    set.await?;
    Ok(done())
}

/// Domains that belong to no account.
#[utoipa::path(
    get, path = "/api/v1/unknown-domains", operation_id = "listUnknownDomains", tag = "accounts",
    params(PageQuery),
    responses((status = 200, description = "A page of domains", body = Page<UnknownDomain>))
)]
pub(super) async fn list_unknown_domains(
    State(service): State<Shared>,
    Asked(page): Asked<PageQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let request = PageRequest { limit: page.rows(), cursor: page.cursor };
        Encoded::of(&Page::<UnknownDomain>::from(service.app.unknown_domains(&request)?))
    });
    Ok(seen.reply(body.await?))
}
