//! `watchkeeper user`: people who may sign in, where no browser is at hand.

use std::io::Read as _;

use anyhow::{Context as _, bail};
use model::{Actor, Fact, UserName, fact::Role};
use store::local::open_access;
use web::access::{Access, UserChange};

use crate::{
    access::StoredAccess,
    cli::{Common, User},
    clock, console, wiring,
};

/// The longest password that is read.
const PASSWORD_BYTES: u64 = 4096;

/// Every role, by the word for it.
const ROLES: [(&str, Role); 5] = [
    ("admin", Role::Admin),
    ("ops", Role::Ops),
    ("manager", Role::Manager),
    ("agent", Role::Agent),
    ("viewer", Role::Viewer),
];

/// Lists, adds, changes or removes users. What is changed is told to the journal.
pub fn run(common: &Common, options: &User) -> anyhow::Result<()> {
    let open = wiring::open(common, wiring::config(common)?)?;
    let access = Access::open(StoredAccess(open_access(&open.dir)?), clock::now())?;
    let (fact, done) = match options {
        User::List => {
            for user in access.users() {
                let role = ROLES.iter().find(|(_, role)| *role == user.role);
                let word = role.map_or("", |(word, _)| *word);
                console::line(&format!("{:<8} {} since {}", word, user.name, user.added));
            }
            return Ok(());
        }
        User::Add { name, role } => {
            let role = role_of(role)?;
            access.add_user(name, &read_password()?, role, clock::now())?;
            (Fact::UserAdded { user: UserName::new(name), role }, format!("{name} may sign in"))
        }
        User::Role { name, role: word } => {
            let role = Some(role_of(word)?);
            access.change_user(name, UserChange { role, password: None }, None)?;
            let fact = Fact::UserChanged { user: UserName::new(name), role, password: false };
            (fact, format!("{name} has the role {word}"))
        }
        User::Password { name } => {
            let password = read_password()?;
            let change = UserChange { role: None, password: Some(&password) };
            access.change_user(name, change, None)?;
            let user = UserName::new(name);
            let fact = Fact::UserChanged { user, role: None, password: true };
            (fact, format!("{name} has a new password, and is signed out everywhere"))
        }
        User::Remove { name } => {
            let user = access.remove_user(name)?;
            (Fact::UserRemoved { user }, format!("{name} may sign in no more"))
        }
    };
    open.app.audit(fact, Actor::CommandLine, clock::now())?;
    console::line(&done);
    Ok(())
}

fn role_of(word: &str) -> anyhow::Result<Role> {
    match ROLES.iter().find(|(known, _)| *known == word) {
        Some((_, role)) => Ok(*role),
        None => bail!("`{word}` is no role: use admin, ops, manager, agent or viewer"),
    }
}

fn read_password() -> anyhow::Result<String> {
    console::note("password (at least 12 characters), then Enter and Ctrl-D:");
    let mut password = String::new();
    std::io::stdin()
        .take(PASSWORD_BYTES)
        .read_to_string(&mut password)
        .context("cannot read the password")?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}
